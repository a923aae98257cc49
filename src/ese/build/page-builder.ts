// Puts one page together: nodes in order, prefix compression, header, checksum (format 2; the reader's counterpart is
// page/page.ts and page/node.ts).
import { NodeFlag } from '../page/page-flags.ts';
import { sealLegacyPage, sealPage } from '../page/checksum-page.ts';
import type { PageFormat } from '../page/page-format.ts';
import { PageFlag } from '../page/page-flags.ts';

const TAG_SIZE = 4;
const KEY_SIZE = 2;
/** A prefix saves nothing until it is longer than the size word it costs. */
const PREFIX_LEAST = 3;

/** How pages are sealed: `ecc` since revision 0x0b, `xor` before. */
export type ChecksumKind = 'ecc' | 'xor';

/** How the pages of a database are written. */
export interface PageLayout {
  readonly checksum: ChecksumKind;
  /** The header of a page counts the tags before its lines (cpage.hxx, ctagReserved); older ones leave that 0. */
  readonly countsReservedTags: boolean;
}

/** First revision whose pages count their reserved tags (sysver.cxx, format version 9560). */
export const REVISION_RESERVED_TAGS = 270;
/** The external header is the only one. */
const ONE_RESERVED_TAG = 1 << 12;

/** What the header of a page says besides what follows from its nodes. */
export interface PageIdentity {
  readonly pgno: number;
  readonly pgnoPrev: number;
  readonly pgnoNext: number;
  readonly objidFDP: number;
  readonly fFlags: number;
  readonly dbtime: bigint;
}

/**
 * Collects nodes for one page and writes them out. Nodes are kept raw until `encode`, because whether the page becomes
 * a root (no prefix, space header in tag 0) is known only then.
 */
export class PageBuilder {
  readonly format: PageFormat;
  /** Raw nodes, one after the other: key, data. */
  readonly #raw: Uint8Array;
  #rawLength = 0;
  readonly #keyLengths: Uint16Array;
  readonly #dataLengths: Uint16Array;
  count = 0;
  /** Bytes the nodes take with a prefix: the first key, or the second where it goes on from the first. */
  #packedSize = 0;
  /** Bytes they take without. */
  #plainSize = 0;
  #firstKeyLength = 0;
  /** Where the prefix stands among the raw nodes, and its length. */
  #prefixStart = 0;
  #prefixLength = 0;

  constructor(format: PageFormat) {
    this.format = format;
    // With prefixes the raw keys of a page may take several times its size.
    this.#raw = new Uint8Array(format.pageSize * 8);
    this.#keyLengths = new Uint16Array(0x1000);
    this.#dataLengths = new Uint16Array(0x1000);
  }

  /** Adds a node; false (and nothing added) when the page has no room for it. */
  add(key: Uint8Array, keyLength: number, data: Uint8Array, dataStart: number, dataLength: number): boolean {
    const first = this.count === 0;
    const prefix = first ? 0 : this.#commonWithPrefix(key, keyLength);
    const plain = TAG_SIZE + KEY_SIZE + keyLength + dataLength;
    // The first key becomes the prefix: it then stands in tag 0 and its own node shrinks to the size words.
    const packed = first ? plain + KEY_SIZE : prefix >= PREFIX_LEAST ? plain + KEY_SIZE - prefix : plain;
    const room = this.format.dataSize - TAG_SIZE;
    const size = Math.min(this.#packedSize + packed, this.#plainSize + plain);
    const rawNeeded = this.#rawLength + keyLength + dataLength;
    if (size > room || rawNeeded > this.#raw.length || this.count >= this.#keyLengths.length - 1) return false;
    const raw = this.#raw;
    const at = this.#rawLength;
    for (let i = 0; i < keyLength; i++) raw[at + i] = key[i]!;
    copyShort(raw, at + keyLength, data, dataStart, dataLength);
    this.#rawLength = rawNeeded;
    this.#keyLengths[this.count] = keyLength;
    this.#dataLengths[this.count] = dataLength;
    if (first) this.#firstKeyLength = this.#prefixLength = keyLength;
    // What the longer prefix takes in tag 0 it saves in its node. A long value's chunks go on from their root's key.
    else if (this.count === 1 && prefix === this.#firstKeyLength && prefix >= PREFIX_LEAST) {
      this.#prefixStart = rawNeeded - keyLength - dataLength;
      this.#prefixLength = keyLength;
    }
    this.count++;
    this.#packedSize += packed;
    this.#plainSize += plain;
    return true;
  }

  #commonWithPrefix(key: Uint8Array, keyLength: number): number {
    const start = this.#prefixStart;
    const raw = this.#raw;
    const most = Math.min(keyLength, this.#prefixLength);
    let i = 0;
    while (i < most && key[i] === raw[start + i]) i++;
    return i;
  }

  /** True when the nodes fit without a prefix beside an external header of `headerLength` bytes. */
  fitsPlain(headerLength: number): boolean {
    return this.#plainSize + headerLength <= this.format.dataSize - TAG_SIZE;
  }

  /** The last key added, as a view that the next `clear` makes invalid. */
  get lastKey(): Uint8Array {
    const end = this.#rawLength - this.#dataLengths[this.count - 1]!;
    return this.#raw.subarray(end - this.#keyLengths[this.count - 1]!, end);
  }

  /** The last key and the data after it: what tells nodes of non-unique trees apart. */
  get lastKeyAndData(): Uint8Array {
    const length = this.#keyLengths[this.count - 1]! + this.#dataLengths[this.count - 1]!;
    return this.#raw.subarray(this.#rawLength - length, this.#rawLength);
  }

  /** True when the last node is a single key-and-data pair that has others before it: it can be taken back. */
  get canTakeBack(): boolean {
    return this.count > 1;
  }

  /** Removes the last node, of at least two; its key and data are copied to `target`. Returns the length of its key. */
  takeBack(target: Uint8Array): { readonly keyLength: number; readonly dataLength: number } {
    this.count--;
    const keyLength = this.#keyLengths[this.count]!;
    const dataLength = this.#dataLengths[this.count]!;
    const start = this.#rawLength - keyLength - dataLength;
    target.set(this.#raw.subarray(start, this.#rawLength));
    const plain = TAG_SIZE + KEY_SIZE + keyLength + dataLength;
    if (this.count === 1) {
      this.#prefixStart = 0;
      this.#prefixLength = this.#firstKeyLength;
    }
    const prefix = this.#commonWithPrefix(target, keyLength);
    this.#rawLength = start;
    this.#plainSize -= plain;
    this.#packedSize -= prefix >= PREFIX_LEAST ? plain + KEY_SIZE - prefix : plain;
    return { keyLength, dataLength };
  }

  clear(): void {
    this.count = 0;
    this.#rawLength = 0;
    this.#packedSize = 0;
    this.#plainSize = 0;
    this.#firstKeyLength = 0;
    this.#prefixStart = 0;
    this.#prefixLength = 0;
  }

  /**
   * Writes the page into `target` (exactly one page) and seals it. `externalHeader` set: a root, whose nodes are
   * written plain; else the first key becomes the prefix of the page.
   */
  encode(target: Uint8Array, identity: PageIdentity, layout: PageLayout, externalHeader?: Uint8Array): void {
    target.fill(0);
    const usePrefix =
      externalHeader === undefined &&
      this.count > 1 &&
      this.#firstKeyLength >= PREFIX_LEAST &&
      this.#packedSize < this.#plainSize;
    const prefixEnd = this.#prefixStart + this.#prefixLength;
    const tag0 = externalHeader ?? (usePrefix ? this.#raw.subarray(this.#prefixStart, prefixEnd) : new Uint8Array(0));
    const writer = new PageWriter(target, this.format);
    writer.tag0(tag0);
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      const keyLength = this.#keyLengths[i]!;
      const dataLength = this.#dataLengths[i]!;
      const prefix = usePrefix ? this.#commonPrefix(at, keyLength) : 0;
      writer.node(this.#raw, at, keyLength, dataLength, prefix);
      at += keyLength + dataLength;
    }
    writer.header(identity, layout.countsReservedTags ? ONE_RESERVED_TAG : 0);
    if (layout.checksum === 'ecc') sealPage(target, 0, this.format.pageSize, identity.pgno);
    else sealLegacyPage(target, 0, this.format.pageSize, identity.pgno);
  }

  #commonPrefix(at: number, keyLength: number): number {
    const start = this.#prefixStart;
    const raw = this.#raw;
    const most = Math.min(keyLength, this.#prefixLength);
    let i = 0;
    while (i < most && raw[at + i] === raw[start + i]) i++;
    return i >= PREFIX_LEAST ? i : 0;
  }
}

/** Below this a loop is faster than making a view of the bytes. */
const LOOP_MOST = 48;

/** Copies from[start..start+length) to `to` at `at`. */
function copyShort(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  if (length <= LOOP_MOST) for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
  else to.set(from.subarray(start, start + length), at);
}

/** Lays lines and tags into a page. */
class PageWriter {
  readonly #page: Uint8Array;
  readonly #view: DataView;
  readonly #format: PageFormat;
  #ib = 0;
  #tags = 0;

  constructor(page: Uint8Array, format: PageFormat) {
    this.#page = page;
    this.#view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    this.#format = format;
  }

  tag0(bytes: Uint8Array): void {
    this.#page.set(bytes, this.#format.headerSize);
    this.#tag(bytes.length, 0);
    this.#ib = bytes.length;
  }

  node(raw: Uint8Array, at: number, keyLength: number, dataLength: number, prefix: number): void {
    const compressed = prefix > 0;
    const flags = compressed ? NodeFlag.Compressed : 0;
    const start = this.#format.headerSize + this.#ib;
    let to = start;
    if (compressed) {
      this.#view.setUint16(to, prefix, true);
      to += KEY_SIZE;
    }
    this.#view.setUint16(to, keyLength - prefix, true);
    to += KEY_SIZE;
    copyShort(this.#page, to, raw, at + prefix, keyLength - prefix + dataLength);
    to += keyLength - prefix + dataLength;
    // Where flags stand depends on the page size: in the tag, or in the first word of the line.
    if (!this.#format.flagsInTag) this.#page[start + 1]! |= flags << 5;
    this.#tag(to - start, this.#format.flagsInTag ? flags << 13 : 0);
    this.#ib += to - start;
  }

  #tag(length: number, flagBits: number): void {
    this.#tags++;
    const at = this.#format.pageSize - TAG_SIZE * this.#tags;
    this.#view.setUint16(at, length, true);
    this.#view.setUint16(at + 2, this.#ib | flagBits, true);
  }

  header(identity: PageIdentity, tagFlags: number): void {
    const view = this.#view;
    const free = this.#format.dataSize - this.#ib - TAG_SIZE * this.#tags;
    view.setBigInt64(8, identity.dbtime, true);
    view.setUint32(16, identity.pgnoPrev, true);
    view.setUint32(20, identity.pgnoNext, true);
    view.setUint32(24, identity.objidFDP, true);
    view.setUint16(28, free, true);
    view.setUint16(30, 0, true);
    view.setUint16(32, this.#ib, true);
    view.setUint16(34, this.#tags | tagFlags, true);
    view.setUint32(36, identity.fFlags, true);
    if (this.#format.extendedHeader) view.setUint32(64, identity.pgno, true);
  }
}

/** Flags that pages of new databases carry besides those of their tree. */
export function formatFlags(sortedTagged: boolean): number {
  return sortedTagged ? PageFlag.NewRecordFormat : 0;
}
