// A key taken out of a page, so that it can be compared after the next node was loaded (format 2.3).
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import type { NodeView } from '../../ese/page/node.ts';

/** Keys never get longer; what is longer is cut for the comparison. */
const KEY_SIZE_MOST = 0x4000;
/** Most keys are much shorter, and there are databases of many thousand trees. */
const KEY_SIZE_USUAL = 256;

/** A key (and, in non-unique trees, data) in a buffer that is used again and again. */
export class KeyBuffer {
  bytes: Uint8Array = new Uint8Array(KEY_SIZE_USUAL);
  /** Key and data together. */
  length = 0;
  keyLength = 0;

  load(node: NodeView, withData: boolean): void {
    if (node.keyLength + (withData ? node.dataLength : 0) > this.bytes.length)
      this.bytes = new Uint8Array(KEY_SIZE_MOST);
    this.keyLength = node.copyKey(this.bytes);
    this.length = this.keyLength;
    if (!withData) return;
    const data = Math.min(node.dataLength, KEY_SIZE_MOST - this.keyLength);
    for (let i = 0; i < data; i++) this.bytes[this.keyLength + i] = node.bytes[node.dataStart + i]!;
    this.length += data;
  }

  /** Order of nodes: by key, then by data. */
  compare(other: KeyBuffer): number {
    const byKey = compareKeys(this.bytes, 0, this.keyLength, other.bytes, 0, other.keyLength);
    if (byKey !== 0) return byKey;
    const data = this.length - this.keyLength;
    return compareKeys(this.bytes, this.keyLength, data, other.bytes, other.keyLength, other.length - other.keyLength);
  }

  /** Against a separator, which is cut from key and data together. */
  compareSeparator(separator: Uint8Array): number {
    return compareKeys(this.bytes, 0, this.length, separator, 0, separator.length);
  }
}
