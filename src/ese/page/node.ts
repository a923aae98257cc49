// A node: one line of a page, a key (perhaps prefix-compressed) and data (format 2.3; node.cxx).
import { u16 } from '../../binary/little-endian.ts';
import { NodeFlag } from './page-flags.ts';
import type { Page } from './page.ts';

const KEY_SIZE_MASK = 0x1fff;

/**
 * A cursor over the lines of pages: `load` points it at a line, then its fields tell where key and data are.
 * One object serves any number of lines, so walking allocates nothing.
 */
export class NodeView {
  bytes: Uint8Array = new Uint8Array(0);
  flags = 0;
  /** Where the leading key bytes (prefix) lie: in tag 0 of the page. */
  prefixStart = 0;
  prefixLength = 0;
  suffixStart = 0;
  suffixLength = 0;
  dataStart = 0;
  dataLength = 0;

  /** Points at line `line` of `page`. False (fields undefined) when the line cannot be decoded. */
  load(page: Page, line: number): boolean {
    const itag = line + page.ctagReserved;
    const start = page.tagStart(itag);
    const length = page.tagLength(itag);
    const end = start + length;
    if (length < 2 || end > page.tagArrayStart) return false;
    this.bytes = page.bytes;
    this.flags = page.tagFlags(itag);
    let at = start;
    this.prefixLength = 0;
    if ((this.flags & NodeFlag.Compressed) !== 0) {
      this.prefixLength = u16(page.bytes, at) & KEY_SIZE_MASK;
      this.prefixStart = page.tagStart(0);
      if (this.prefixLength > page.tagLength(0) || this.prefixStart + this.prefixLength > page.tagArrayStart)
        return false;
      at += 2;
      if (at + 2 > end) return false;
    }
    this.suffixLength = u16(page.bytes, at) & KEY_SIZE_MASK;
    this.suffixStart = at + 2;
    this.dataStart = this.suffixStart + this.suffixLength;
    this.dataLength = end - this.dataStart;
    return this.dataLength >= 0;
  }

  get isDeleted(): boolean {
    return (this.flags & NodeFlag.Deleted) !== 0;
  }

  get keyLength(): number {
    return this.prefixLength + this.suffixLength;
  }

  /** Copies the key to `target` at `offset`; returns its length. */
  copyKey(target: Uint8Array, offset = 0): number {
    const { bytes } = this;
    for (let i = 0; i < this.prefixLength; i++) target[offset + i] = bytes[this.prefixStart + i]!;
    const at = offset + this.prefixLength;
    for (let i = 0; i < this.suffixLength; i++) target[at + i] = bytes[this.suffixStart + i]!;
    return this.prefixLength + this.suffixLength;
  }

  /** The key, copied. */
  key(): Uint8Array {
    const key = new Uint8Array(this.keyLength);
    this.copyKey(key);
    return key;
  }

  /** The data, as a view into the page. */
  data(): Uint8Array {
    return this.bytes.subarray(this.dataStart, this.dataStart + this.dataLength);
  }

  /** Compares the key with `other` as ESE does: byte by byte, then the shorter first. */
  compareKey(other: Uint8Array, otherLength: number = other.length): number {
    const { bytes, prefixLength } = this;
    const length = prefixLength + this.suffixLength;
    const shared = Math.min(length, otherLength);
    const inPrefix = Math.min(prefixLength, shared);
    let i = 0;
    for (; i < inPrefix; i++) {
      const difference = bytes[this.prefixStart + i]! - other[i]!;
      if (difference !== 0) return difference;
    }
    const shift = this.suffixStart - prefixLength;
    for (; i < shared; i++) {
      const difference = bytes[shift + i]! - other[i]!;
      if (difference !== 0) return difference;
    }
    return length - otherLength;
  }
}
