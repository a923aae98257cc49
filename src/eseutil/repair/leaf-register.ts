// What the scan notes of every leaf page: whose it is, how old, its neighbours, its first and last key. Typed arrays, so
// that a database of many gigabytes takes some dozens of megabytes.
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { TreeKind } from '../../ese/btree/tree.ts';
import type { RescuePages } from './rescue-pages.ts';

/** Kinds of leaf pages as numbers. */
export const LeafKind = { Table: 0, Index: 1, LongValue: 2 } as const;

const KIND_NAMES: readonly TreeKind[] = ['table', 'index', 'long-value'];

/** Bytes of a key that are kept; of longer ones the page is looked at again. */
const KEY_KEPT = 48;
const FIRST_COUNT = 1024;
const NONE = new Uint32Array(0);

function grown<T extends Uint8Array | Uint32Array | Float64Array | Uint16Array>(
  array: T,
  make: (size: number) => T,
): T {
  const larger = make(array.length * 2);
  larger.set(array);
  return larger;
}

/** What the scan says of one leaf page. */
export interface ScannedLeaf {
  readonly pgno: number;
  readonly objid: number;
  readonly kind: number;
  readonly dbtime: number;
  readonly pgnoPrev: number;
  readonly pgnoNext: number;
  readonly isRoot: boolean;
  /** Keys ascend within the page. */
  readonly inOrder: boolean;
  readonly lines: number;
}

/** All leaf pages of a file, numbered as they were added. */
export class LeafRegister {
  count = 0;
  pgno: Uint32Array = new Uint32Array(FIRST_COUNT);
  objid: Uint32Array = new Uint32Array(FIRST_COUNT);
  kind: Uint8Array = new Uint8Array(FIRST_COUNT);
  dbtime: Float64Array = new Float64Array(FIRST_COUNT);
  pgnoPrev: Uint32Array = new Uint32Array(FIRST_COUNT);
  pgnoNext: Uint32Array = new Uint32Array(FIRST_COUNT);
  isRoot: Uint8Array = new Uint8Array(FIRST_COUNT);
  inOrder: Uint8Array = new Uint8Array(FIRST_COUNT);
  lines: Uint16Array = new Uint16Array(FIRST_COUNT);
  /** How well it is proved that a page is still a leaf of its tree: the planner's business. */
  ranks: Uint8Array = new Uint8Array(FIRST_COUNT);
  /** Entry of a page, plus one; 0: none. */
  readonly #entries: Uint32Array;
  readonly #pages: RescuePages;
  readonly #node = new NodeView();
  #keys = new Uint8Array(1 << 16);
  #keysUsed = 0;
  #firstStart: Uint32Array = new Uint32Array(FIRST_COUNT);
  #firstLength: Uint16Array = new Uint16Array(FIRST_COUNT);
  #lastStart: Uint32Array = new Uint32Array(FIRST_COUNT);
  #lastLength: Uint16Array = new Uint16Array(FIRST_COUNT);
  /** Entries by object and kind. */
  #groups: Map<number, Uint32Array> | undefined;

  constructor(pages: RescuePages) {
    this.#pages = pages;
    this.#entries = new Uint32Array(pages.pgnoLast + 2);
  }

  /** Adds a page with its first and last key (of which the beginnings are copied). */
  add(leaf: ScannedLeaf, first: Uint8Array, firstLength: number, last: Uint8Array, lastLength: number): void {
    if (this.count === this.pgno.length) this.#grow();
    const at = this.count++;
    this.pgno[at] = leaf.pgno;
    this.objid[at] = leaf.objid;
    this.kind[at] = leaf.kind;
    this.dbtime[at] = leaf.dbtime;
    this.pgnoPrev[at] = leaf.pgnoPrev;
    this.pgnoNext[at] = leaf.pgnoNext;
    this.isRoot[at] = Number(leaf.isRoot);
    this.inOrder[at] = Number(leaf.inOrder);
    this.lines[at] = leaf.lines;
    this.#firstStart[at] = this.#keep(first, firstLength);
    this.#firstLength[at] = firstLength;
    this.#lastStart[at] = this.#keep(last, lastLength);
    this.#lastLength[at] = lastLength;
    if (leaf.pgno < this.#entries.length) this.#entries[leaf.pgno] = at + 1;
    this.#groups = undefined;
  }

  /** The entry of a page; -1 when it is no leaf page that can be used. */
  entryOf(pgno: number): number {
    return (this.#entries[pgno] ?? 0) - 1;
  }

  /** Entries of the leaf pages that carry `objid` and are of that kind, in file order. */
  of(objid: number, kind: number): Uint32Array {
    return this.#grouped().get(objid * 4 + kind) ?? NONE;
  }

  /** Every (object, kind) that has leaf pages. */
  objects(): { objid: number; kind: number; name: TreeKind }[] {
    return [...this.#grouped().keys()].map((key) => ({
      objid: Math.floor(key / 4),
      kind: key % 4,
      name: KIND_NAMES[key % 4]!,
    }));
  }

  #grouped(): Map<number, Uint32Array> {
    if (this.#groups !== undefined) return this.#groups;
    const counts = new Map<number, number>();
    const groupOf = (entry: number): number => this.objid[entry]! * 4 + this.kind[entry]!;
    for (let entry = 0; entry < this.count; entry++) counts.set(groupOf(entry), (counts.get(groupOf(entry)) ?? 0) + 1);
    const groups = new Map([...counts].map(([group, count]) => [group, new Uint32Array(count)]));
    for (let entry = this.count - 1; entry >= 0; entry--) {
      const group = groupOf(entry);
      const at = counts.get(group)! - 1;
      groups.get(group)![at] = entry;
      counts.set(group, at);
    }
    return (this.#groups = groups);
  }

  /** Order of the first keys of two pages. */
  compareFirst(a: number, b: number): number {
    return this.#compare(a, true, b, true);
  }

  /** Order of the first key of `a` and the last key of `b`. */
  compareFirstToLast(a: number, b: number): number {
    return this.#compare(a, true, b, false);
  }

  /** Order of the last keys of two pages. */
  compareLast(a: number, b: number): number {
    return this.#compare(a, false, b, false);
  }

  /** First (or last) key of a page, whole. */
  key(entry: number, first: boolean): Uint8Array {
    const length = (first ? this.#firstLength : this.#lastLength)[entry]!;
    const start = (first ? this.#firstStart : this.#lastStart)[entry]!;
    if (length <= KEY_KEPT) return this.#keys.slice(start, start + length);
    return this.#wholeKey(entry, first) ?? this.#keys.slice(start, start + KEY_KEPT);
  }

  #wholeKey(entry: number, first: boolean): Uint8Array | undefined {
    const page = this.#pages.read(this.pgno[entry]!);
    const node = this.#node;
    let best: Uint8Array | undefined;
    // Only where the keys of a page ascend are the first and last line enough.
    const only = first ? 0 : (page?.lineCount ?? 0) - 1;
    for (let line = 0; page !== undefined && line < page.lineCount; line++) {
      if ((this.inOrder[entry] === 1 && line !== only) || !node.load(page, line)) continue;
      const order = best === undefined ? -1 : first ? node.compareKey(best) : -node.compareKey(best);
      if (order < 0) best = node.key();
    }
    return best;
  }

  #compare(a: number, aFirst: boolean, b: number, bFirst: boolean): number {
    const aLength = (aFirst ? this.#firstLength : this.#lastLength)[a]!;
    const bLength = (bFirst ? this.#firstLength : this.#lastLength)[b]!;
    const aStart = (aFirst ? this.#firstStart : this.#lastStart)[a]!;
    const bStart = (bFirst ? this.#firstStart : this.#lastStart)[b]!;
    const [aKept, bKept] = [Math.min(aLength, KEY_KEPT), Math.min(bLength, KEY_KEPT)];
    for (let i = 0; i < aKept && i < bKept; i++) {
      const difference = this.#keys[aStart + i]! - this.#keys[bStart + i]!;
      if (difference !== 0) return difference;
    }
    if (aLength <= KEY_KEPT || bLength <= KEY_KEPT) return aLength - bLength;
    const [aKey, bKey] = [this.key(a, aFirst), this.key(b, bFirst)];
    return compareKeys(aKey, 0, aKey.length, bKey, 0, bKey.length);
  }

  #keep(key: Uint8Array, length: number): number {
    const kept = Math.min(length, KEY_KEPT);
    while (this.#keysUsed + kept > this.#keys.length) this.#keys = grown(this.#keys, (size) => new Uint8Array(size));
    const start = this.#keysUsed;
    for (let i = 0; i < kept; i++) this.#keys[start + i] = key[i]!;
    this.#keysUsed += kept;
    return start;
  }

  #grow(): void {
    const u32 = (array: Uint32Array): Uint32Array => grown(array, (size) => new Uint32Array(size));
    const u16 = (array: Uint16Array): Uint16Array => grown(array, (size) => new Uint16Array(size));
    const u8 = (array: Uint8Array): Uint8Array => grown(array, (size) => new Uint8Array(size));
    this.pgno = u32(this.pgno);
    this.objid = u32(this.objid);
    this.kind = u8(this.kind);
    this.dbtime = grown(this.dbtime, (size) => new Float64Array(size));
    this.pgnoPrev = u32(this.pgnoPrev);
    this.pgnoNext = u32(this.pgnoNext);
    this.isRoot = u8(this.isRoot);
    this.inOrder = u8(this.inOrder);
    this.ranks = u8(this.ranks);
    this.lines = u16(this.lines);
    this.#firstStart = u32(this.#firstStart);
    this.#firstLength = u16(this.#firstLength);
    this.#lastStart = u32(this.#lastStart);
    this.#lastLength = u16(this.#lastLength);
  }
}
