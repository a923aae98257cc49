// Builds one table from rows: its tree in key order, its long values, its indexes (format 5, 6).
import { JetError } from '../../errors/jet-error.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { IndexKeys } from '../norm/index-keys.ts';
import { RecordReader } from '../record/record-reader.ts';
import type { BuildingTree, DatabaseBuilder } from './database-builder.ts';
import { LongValueBuilder } from './long-value-builder.ts';
import { RowEncoder, type NewRow, type RowEncoding } from './row-encoder.ts';
import type { Sorter } from './sorter.ts';

/** Rows of tables without primary index are numbered. */
const NUMBER_KEY_SIZE = 4;
/** Bytes of a long value that a key can need: more than any key is long. */
const KEY_VALUE_MOST = 4096;

/** How a table is built. */
export interface TableBuilding extends RowEncoding {
  readonly sorter: () => Sorter;
}

/** A secondary index under construction. */
interface Entries {
  readonly index: IndexDef;
  readonly keys: IndexKeys;
  readonly sorter: Sorter;
}

/** Appends everything a sorter has to a tree, and closes the sorter. */
export function appendSorted(tree: BuildingTree, sorter: Sorter): void {
  for (const entry of sorter.sorted()) {
    const key = entry.bytes.subarray(entry.keyStart, entry.keyStart + entry.keyLength);
    tree.append(key, entry.keyLength, entry.bytes, entry.dataStart, entry.dataLength);
  }
  sorter.close();
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** One table under construction. */
export class TableBuilder {
  /** Root pages by object id. */
  readonly roots: Map<number, number> = new Map();
  longValueTree: { readonly objid: number; readonly pgnoFDP: number } | undefined;
  readonly #builder: DatabaseBuilder;
  readonly #table: TableDef;
  readonly #building: TableBuilding;
  readonly #primaryKeys: IndexKeys | undefined;

  constructor(builder: DatabaseBuilder, table: TableDef, building: TableBuilding) {
    this.#builder = builder;
    this.#table = table;
    this.#building = building;
    const primary = table.primaryIndex;
    this.#primaryKeys = primary === undefined ? undefined : new IndexKeys(primary.definition);
  }

  /** Builds the table of `rows`; returns their number. @throws JetError as `BulkDatabase.addTable` says. */
  run(rows: Iterable<NewRow>, nextObjid: () => number): number {
    const { sorter, sortedTagged } = this.#building;
    const tree = this.#builder.table({ objid: this.#table.tree.objid, kind: 'table' });
    const longValues = new LongValueBuilder(this.#builder, tree, this.#table.lvChunkMax, nextObjid);
    const encoder = new RowEncoder(this.#table, this.#builder.format, this.#building, longValues);
    const reader = new RecordReader(this.#table, this.#builder.format, longValues);
    reader.longValueMost = KEY_VALUE_MOST;
    const sorted = sorter();
    const secondary = this.#secondary();
    let count = 0;
    for (const row of rows) {
      const record = encoder.encode(row);
      reader.load(record, 0, record.length, sortedTagged);
      const { bytes, length } = this.#primaryKey(reader, ++count);
      const key = bytes.slice(0, length);
      sorted.add(key, 0, length, record, 0, record.length);
      for (const { keys, sorter: entries } of secondary)
        keys.of(reader, (entry, entryLength) => {
          entries.add(entry, 0, entryLength, key, 0, length);
        });
      longValues.forget();
    }
    this.roots.set(tree.objid, tree.pgnoFDP);
    longValues.finish();
    this.longValueTree = longValues.tree;
    this.#appendUnique(tree, sorted, this.#table.primaryIndex);
    for (const { index, sorter: entries } of secondary) this.#writeIndex(tree, index, entries);
    tree.finish();
    return count;
  }

  #secondary(): Entries[] {
    return this.#table.indexes
      .filter((index) => !index.definition.primary)
      .map((index) => ({ index, keys: new IndexKeys(index.definition), sorter: this.#building.sorter() }));
  }

  /** @throws JetError JET_errKeyDuplicate when two entries have the same key. */
  #appendUnique(tree: BuildingTree, sorter: Sorter, index: IndexDef | undefined): void {
    let before: Uint8Array | undefined;
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sorter.sorted()) {
      const key = bytes.slice(keyStart, keyStart + keyLength);
      if (before !== undefined && sameBytes(before, key)) this.#duplicate(index);
      before = key;
      tree.append(key, keyLength, bytes, dataStart, dataLength);
    }
    sorter.close();
  }

  #writeIndex(parent: BuildingTree, index: IndexDef, sorter: Sorter): void {
    const { unique } = index.definition;
    const tree = this.#builder.child(parent, { objid: index.tree.objid, kind: 'index', nonUnique: !unique });
    this.roots.set(index.tree.objid, tree.pgnoFDP);
    if (unique) this.#appendUnique(tree, sorter, index);
    else appendSorted(tree, sorter);
    tree.finish();
  }

  #duplicate(index: IndexDef | undefined): never {
    throw new JetError(
      'JET_errKeyDuplicate',
      `table ${this.#table.name}: two rows have the same key in index ${index?.name ?? '(primary)'}`,
      { table: this.#table.name },
    );
  }

  #primaryKey(reader: RecordReader, number: number): { bytes: Uint8Array; length: number } {
    if (this.#primaryKeys === undefined) {
      const bytes = new Uint8Array(NUMBER_KEY_SIZE);
      new DataView(bytes.buffer).setUint32(0, number, false);
      return { bytes, length: NUMBER_KEY_SIZE };
    }
    let result: { bytes: Uint8Array; length: number } | undefined;
    this.#primaryKeys.of(reader, (bytes, length) => (result = { bytes, length }));
    if (result !== undefined) return result;
    throw new JetError('JET_errNullKeyDisallowed', `table ${this.#table.name}: a row has no primary key`, {
      table: this.#table.name,
    });
  }
}
