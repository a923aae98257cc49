// A secondary index that does not agree with its table, on its way into a new database: made anew from the records, or,
// where it holds sort keys of Unicode text that cannot be made here, rid of the entries that have no record.
import { hasUnicodeSegment, type IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { Database } from '../database.ts';
import type { ColumnValues } from '../norm/column-values.ts';
import { IndexKeys, KeysKnown } from '../norm/index-keys.ts';
import { mayMakeTextKeys } from '../norm/sort-order.ts';
import type { RecordReader } from '../record/record-reader.ts';
import { scanTable } from '../table-scan.ts';
import type { AppendNode } from './copy-long-values.ts';
import { ExternalSort } from './external-sort.ts';
import { memorySpillStore } from '../io/memory-spill.ts';
import type { NodeFeed } from './node-feed.ts';
import type { Sorter } from './sorter.ts';

/** What became of an index. */
export interface IndexCopyTally {
  /** True when all entries were made from the records. */
  readonly rebuilt: boolean;
  /** Entries left out because their record does not exist. */
  readonly dropped: number;
  /** Records that should have an entry and have none. */
  readonly missing: number;
  /** True when no entry is left of an index that should have some: it was not written. */
  readonly lost: boolean;
}

const KEY_SIZE_MOST = 0x4000;

/** Writes index `index` of `table` from its records, or what is sound of the old one. `open` makes the new tree. */
export function copyIndex(
  db: Database,
  table: TableDef,
  index: IndexDef,
  feed: NodeFeed,
  open: () => AppendNode,
  options: { readonly newSorter?: () => Sorter },
): IndexCopyTally {
  const { definition } = index;
  const mayBeMade = !index.unresolved && (!hasUnicodeSegment(index) || mayMakeTextKeys(definition));
  if (!mayBeMade) return filterIndex(db, table, index, feed, open);
  const sorter = options.newSorter?.() ?? new ExternalSort({ spill: memorySpillStore });
  try {
    if (!collectEntries(db, table, index, sorter)) return filterIndex(db, table, index, feed, open);
    const append = open();
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sorter.sorted()) {
      append(keyStart === 0 ? bytes : bytes.subarray(keyStart), keyLength, bytes, dataStart, dataLength);
    }
    return { rebuilt: true, dropped: 0, missing: 0, lost: false };
  } finally {
    sorter.close();
  }
}

/** The values of a record as they are in the new database: what cannot be read is NULL there. */
class KeptValues implements ColumnValues {
  record: RecordReader | undefined;

  get bytes(): Uint8Array {
    return this.record!.bytes;
  }

  get start(): number {
    return this.record!.start;
  }

  get end(): number {
    return this.record!.end;
  }

  select(columnId: number, itag: number): boolean {
    const record = this.record!;
    record.unreadable = false;
    return record.select(columnId, itag) && !record.unreadable;
  }
}

/** Puts the entries of all records into `sorter`; false when a key cannot be made (of Unicode text, for one). */
function collectEntries(db: Database, table: TableDef, index: IndexDef, sorter: Sorter): boolean {
  const unicode = hasUnicodeSegment(index);
  const keys = new IndexKeys(index.definition);
  const bookmark = new Uint8Array(KEY_SIZE_MOST);
  const values = new KeptValues();
  for (const { record, node } of scanTable(db, table)) {
    const length = node.copyKey(bookmark);
    values.record = record;
    const known = keys.of(values, (key, keyLength, exact) => {
      if (exact || !unicode) sorter.add(key, 0, keyLength, bookmark, 0, length);
    });
    if (unicode && known === KeysKnown.Prefixes) return false;
  }
  return true;
}

/** Bookmarks of a table, by hash: eight bytes each. */
class BookmarkSet {
  #hashes = new BigUint64Array(1 << 10);
  #count = 0;
  readonly #scratch = new BigUint64Array(1);
  readonly #words = new Uint32Array(this.#scratch.buffer);

  #hash(bytes: Uint8Array, start: number, length: number): bigint {
    let high = 0x9747b28c;
    let low = 0x85ebca6b ^ length;
    for (let i = start; i < start + length; i++) {
      high = Math.imul(high ^ bytes[i]!, 0x01000193);
      low = Math.imul((low << 7) ^ (low >>> 25) ^ bytes[i]!, 0x5bd1e995);
    }
    this.#words[0] = low ^ (low >>> 15);
    this.#words[1] = high ^ (high >>> 13);
    return this.#scratch[0]!;
  }

  add(bytes: Uint8Array, start: number, length: number): void {
    if (this.#count === this.#hashes.length) {
      const hashes = new BigUint64Array(this.#count * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#hashes[this.#count++] = this.#hash(bytes, start, length);
  }

  sort(): void {
    this.#hashes = this.#hashes.subarray(0, this.#count).sort();
  }

  get size(): number {
    return this.#count;
  }

  /** Place of a bookmark in the set; -1 when it is not in it. */
  find(bytes: Uint8Array, start: number, length: number): number {
    const hash = this.#hash(bytes, start, length);
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#hashes[low] === hash ? low : -1;
  }
}

function filterIndex(
  db: Database,
  table: TableDef,
  index: IndexDef,
  feed: NodeFeed,
  open: () => AppendNode,
): IndexCopyTally {
  const records = new BookmarkSet();
  const expected = new BookmarkSet();
  const bookmark = new Uint8Array(KEY_SIZE_MOST);
  const keys = index.unresolved ? undefined : new IndexKeys(index.definition);
  const values = new KeptValues();
  for (const { record, node } of scanTable(db, table)) {
    const length = node.copyKey(bookmark);
    records.add(bookmark, 0, length);
    let entries = keys === undefined ? 1 : 0;
    values.record = record;
    keys?.of(values, () => entries++);
    if (entries > 0) expected.add(bookmark, 0, length);
  }
  records.sort();
  expected.sort();
  const nonUnique = !index.definition.unique;
  let dropped = 0;
  let kept = 0;
  feed.run(index.tree, nonUnique, (_key, _keyLength, { bytes, dataStart, dataLength }) => {
    if (records.find(bytes, dataStart, dataLength) < 0) dropped++;
    else kept++;
  });
  // The engine takes an empty index for one that is up to date, whatever its mark says: rather none than that.
  if (kept === 0 && expected.size > 0) return { rebuilt: false, dropped, missing: expected.size, lost: true };
  const append = open();
  const named = new Uint8Array(expected.size);
  feed.run(index.tree, nonUnique, (key, keyLength, { bytes, dataStart, dataLength }) => {
    if (records.find(bytes, dataStart, dataLength) < 0) return;
    const at = expected.find(bytes, dataStart, dataLength);
    if (at >= 0) named[at] = 1;
    append(key, keyLength, bytes, dataStart, dataLength);
  });
  let missing = 0;
  for (const flag of named) if (flag === 0) missing++;
  return { rebuilt: false, dropped, missing, lost: false };
}
