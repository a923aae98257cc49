// Long values on their way into a new database (format 6.5): reference counts as the records have it, values nobody
// refers to left out, and, where a database is salvaged, values that are not whole left out too.
import { chunkBytes, parseLongValueKey, parseLongValueRoot } from '../lv/long-values.ts';
import { u32be } from '../../binary/big-endian.ts';
import type { TreeRef } from '../btree/tree.ts';
import type { NodeView } from '../page/node.ts';
import type { NodeFeed } from './node-feed.ts';
import type { ReferenceCounts } from './reference-counts.ts';

/** Takes one node of the new tree. */
export type AppendNode = (
  key: Uint8Array,
  keyLength: number,
  data: Uint8Array,
  dataStart: number,
  dataLength: number,
) => void;

/** What became of the long values of a table. */
export interface LongValueTally {
  values: number;
  /** Values that no record refers to: left out. */
  unreferenced: number;
  /** Values whose count was not what the records say: set right. */
  corrected: number;
}

/** A long-value id as a number: exact for every id the format can have. */
export function lidNumber(key: Uint8Array, lidLength: number): number {
  const high = u32be(key, 0);
  return lidLength === 4 ? high : (high & 0x7fffffff) * 0x100000000 + u32be(key, 4) + 0x80000000;
}

const LVROOT_MOST = 9;

/** True for keys of roots: an id alone. Only 64-bit ids have the top bit. */
function isRootKey(key: Uint8Array, keyLength: number): boolean {
  return keyLength === 4 || (keyLength === 8 && (key[0]! & 0x80) !== 0);
}

/** Copies long values, one table after the other. */
export class LongValueCopier {
  readonly #feed: NodeFeed;
  readonly #root = new Uint8Array(LVROOT_MOST);
  readonly #rootView = new DataView(this.#root.buffer);

  constructor(feed: NodeFeed) {
    this.#feed = feed;
  }

  /** Copies the values of `tree`. `counts` is sorted; `whole`, when given, has the values that may be kept. */
  copy(tree: TreeRef, counts: ReferenceCounts, append: AppendNode, whole?: WholeValues): LongValueTally {
    const tally: LongValueTally = { values: 0, unreferenced: 0, corrected: 0 };
    let keep = false;
    let lid = -1;
    this.#feed.run(tree, false, (key, keyLength, node) => {
      const lidLength = isRootKey(key, keyLength) ? keyLength : keyLength - 4;
      if (lidLength === keyLength) {
        keep = this.#copyRoot(key, keyLength, node, counts, append, whole, tally);
        lid = lidNumber(key, lidLength);
        return;
      }
      // What is no chunk of the value before is copied for the check to see, or left out where things are salvaged.
      const belongs = (lidLength === 4 || lidLength === 8) && lidNumber(key, lidLength) === lid;
      if (belongs ? keep : whole === undefined) append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
    });
    counts.finish();
    return tally;
  }

  #copyRoot(
    key: Uint8Array,
    keyLength: number,
    node: NodeView,
    counts: ReferenceCounts,
    append: AppendNode,
    whole: WholeValues | undefined,
    tally: LongValueTally,
  ): boolean {
    const count = counts.countOf(key, keyLength);
    if (whole !== undefined && !whole.has(lidNumber(key, keyLength))) return false;
    if (count === 0) {
      tally.unreferenced++;
      return false;
    }
    tally.values++;
    const { bytes, dataStart, dataLength } = node;
    if (dataLength < 8 || dataLength > LVROOT_MOST) {
      append(key, keyLength, bytes, dataStart, dataLength);
      return true;
    }
    for (let i = 0; i < dataLength; i++) this.#root[i] = bytes[dataStart + i]!;
    if (this.#rootView.getUint32(0, true) !== count) {
      tally.corrected++;
      this.#rootView.setUint32(0, count, true);
    }
    append(key, keyLength, this.#root, 0, dataLength);
    return true;
  }
}

/** Called for a value that is not whole. */
export type BrokenValueHandler = (lid: number, why: string) => void;

/** The ids of a table's long values whose chunks are all there and can be read. Eight bytes a value. */
export class WholeValues {
  #ids = new Float64Array(1 << 10);
  #count = 0;

  /** Reads all values of `tree`. Values that are not whole are told to `onBroken`. */
  static of(feed: NodeFeed, tree: TreeRef, chunkMax: number, onBroken: BrokenValueHandler): WholeValues {
    const found = new WholeValues();
    let open: { lid: number; size: number; offset: number; encrypted: boolean; fault: string } | undefined;
    const finish = (): void => {
      if (open === undefined) return;
      const { lid, size, offset, fault } = open;
      if (fault === '' && offset >= size) found.#add(lid);
      else onBroken(lid, fault === '' ? `has ${offset} of ${size} bytes` : fault);
      open = undefined;
    };
    feed.run(tree, false, (key, keyLength, node) => {
      const parsed = parseLongValueKey(key.subarray(0, keyLength));
      if (parsed === undefined) return;
      const lid = lidNumber(key, parsed.lidLength);
      if (parsed.offset === undefined) {
        finish();
        const root = parseLongValueRoot(node.data());
        if (root === undefined) onBroken(lid, 'has a root that is none');
        else open = { lid, size: root.size, offset: 0, encrypted: root.encrypted, fault: '' };
      } else if (open?.lid === lid && open.fault === '') {
        open.fault = chunkFault(node, open, parsed.offset, chunkMax);
        open.offset = parsed.offset + Math.min(chunkMax, open.size - parsed.offset);
      }
    });
    finish();
    return found;
  }

  #add(lid: number): void {
    if (this.#count === this.#ids.length) {
      const ids = new Float64Array(this.#count * 2);
      ids.set(this.#ids);
      this.#ids = ids;
    }
    this.#ids[this.#count++] = lid;
  }

  /** True when the value can be kept. Ids were added in ascending order. */
  has(lid: number): boolean {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! < lid) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#ids[low] === lid;
  }
}

function chunkFault(
  node: NodeView,
  value: { size: number; offset: number; encrypted: boolean },
  offset: number,
  chunkMax: number,
): string {
  if (offset !== value.offset) return `lacks the chunk at ${value.offset}`;
  const expected = Math.min(chunkMax, value.size - offset);
  if (expected <= 0) return 'has a chunk beyond its end';
  if (value.encrypted || node.dataLength === expected) return '';
  const bytes = chunkBytes(node.data(), expected);
  return typeof bytes === 'string' ? `has a chunk at ${offset} that ${bytes}` : '';
}

/** The number of a long-value id as records hold it: 4 or 8 bytes, little-endian. */
export function lidOfReference(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const low = view.getUint32(0, true);
  return end - start === 4 ? low : (view.getUint32(4, true) & 0x7fffffff) * 0x100000000 + low + 0x80000000;
}
