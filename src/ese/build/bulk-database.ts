// Builds a database from rows: the bulk writer's face to programs (format 8). Everything is written once, in order:
// no log, no page is ever changed.
import { JetError } from '../../errors/jet-error.ts';
import { buildTables } from '../catalog/build-tables.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { compressSevenBit } from '../compression/seven-bit.ts';
import { compressXpress } from '../compression/compress-xpress.ts';
import { IndexKeys } from '../norm/index-keys.ts';
import { encodeKeyValue, type KeyValue } from '../norm/key-value.ts';
import { pageFormat, type PageFormat } from '../page/page-format.ts';
import { RecordReader } from '../record/record-reader.ts';
import { CatalogRecordBuilder, catalogTable } from './catalog-record.ts';
import { DatabaseBuilder, type BuildingTree } from './database-builder.ts';
import { buildHeader } from './header-builder.ts';
import { LongValueBuilder } from './long-value-builder.ts';
import type { PageSink } from './page-sink.ts';
import { RecordBuilder } from './record-builder.ts';
import type { Sorter } from './sorter.ts';
import type { StoredValue } from './stored-value.ts';
import {
  catalogSelfRows,
  LOCALES_TABLE,
  localeRows,
  OBJID_CATALOG_NAME,
  OBJID_CATALOG_ROOT_OBJECTS,
  OBJID_FIRST_FREE,
  OBJIDS_TABLE,
  REVISION_SYSTEM_TABLES,
} from './system-tables.ts';
import { catalogRows, longValueRow, type TableSpec } from './table-spec.ts';

/** A row to be stored: values by column name; arrays for multi-valued columns; absent or undefined for NULL. */
export type NewRow = Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;

/** How to build a database. */
export interface BulkDatabaseOptions {
  /** Bytes a page: 4096, 8192 (default), 16384 or 32768. */
  readonly pageSize?: number;
  /** Revision 0x620,major,minor. Default 20,0: every engine since Windows 8 opens it. */
  readonly revision?: { readonly major: number; readonly minor: number };
  /** Sorts rows and index entries. */
  readonly sorter: () => Sorter;
  readonly now: Date;
  readonly random: () => number;
}

/** Revisions that changed how pages are written. */
const REVISION_ECC = 0x0b;
const REVISION_SORTED_TAGGED = 9;
const REVISION_COMPRESSION = 0x10;
/** Values up to this size stay in the record. */
const INTRINSIC_MOST = 1023;
/** Bytes a tagged value takes besides itself, at most; a long-value id in its place. */
const VALUE_OVERHEAD = 8;
const LID_SIZE = 4;
/** Rows of tables without primary index are numbered. */
const NUMBER_KEY_SIZE = 4;

/** A database under construction. `addTable` for each table, then `finish`. */
export class BulkDatabase {
  readonly format: PageFormat;
  readonly #sink: PageSink;
  readonly #options: BulkDatabaseOptions;
  readonly #revision: { readonly major: number; readonly minor: number };
  readonly #builder: DatabaseBuilder;
  readonly #sortedTagged: boolean;
  readonly #rows: CatalogRow[] = [];
  #objid = OBJID_FIRST_FREE;

  /** @throws JetError JET_errInvalidParameter for a page size ESE does not have. */
  constructor(sink: PageSink, options: BulkDatabaseOptions) {
    const format = pageFormat(options.pageSize ?? 8192);
    if (format === undefined || format.pageSize < 4096) {
      throw new JetError('JET_errInvalidParameter', `there are no pages of ${options.pageSize ?? 0} bytes`);
    }
    this.format = format;
    this.#sink = sink;
    this.#options = options;
    this.#revision = options.revision ?? { major: 20, minor: 0 };
    this.#sortedTagged = this.#revision.major >= REVISION_SORTED_TAGGED;
    const checksum = this.#revision.major >= REVISION_ECC || format.extendedHeader ? 'ecc' : 'xor';
    this.#builder = new DatabaseBuilder(sink, { format, checksum, sortedTagged: this.#sortedTagged });
    this.#rows.push(...catalogSelfRows(this.#revision.major));
    if (this.#revision.major >= REVISION_SYSTEM_TABLES) this.#reserveObjids();
  }

  /** MSysObjids has the first object id after the catalog's, though it is written last. */
  #reserveObjids(): void {
    this.#rows.push(...this.#declare(OBJIDS_TABLE));
    this.addTable(LOCALES_TABLE, localeRows());
  }

  #declare(spec: TableSpec): CatalogRow[] {
    return catalogRows(spec, { revision: this.#revision.major, nextObjid: () => this.#objid++ });
  }

  /**
   * Builds a table with all its rows (in any order) and indexes.
   * @returns the number of rows.
   * @throws JetError JET_errKeyDuplicate when two rows have the same key in a unique index, JET_errColumnNotFound for a
   * value of no column, JET_errNullInvalid for a NULL where none may be, and what encoding a value throws.
   */
  addTable(spec: TableSpec, rows: Iterable<NewRow>): number {
    const declared = this.#declare(spec);
    const table = buildTables(declared, this.format).find((candidate) => candidate.tree.objid === declared[0]!.id)!;
    const building = new TableBuilding(
      this.#builder,
      table,
      this.#options,
      this.#sortedTagged,
      this.#revision.major >= REVISION_COMPRESSION,
    );
    const count = building.run(rows, () => this.#objid++);
    this.#rows.push(...declared.map((row) => withRoot(row, building.roots)));
    if (building.longValueTree !== undefined) {
      const { objid, pgnoFDP } = building.longValueTree;
      this.#rows.push(longValueRow(table.tree.objid, objid, pgnoFDP));
    }
    return count;
  }

  /** Writes the system tables, the catalog and the headers. */
  finish(): void {
    if (this.#revision.major >= REVISION_SYSTEM_TABLES) this.#finishObjids();
    this.#writeCatalog();
    this.#builder.finish();
    const header = buildHeader({
      format: this.format,
      revision: this.#revision,
      dbtime: this.#builder.dbtime,
      objidLast: this.#objid - 1,
      now: this.#options.now,
      random: this.#options.random,
    });
    this.#sink.writeHeader(1, header);
    this.#sink.writeHeader(0, header);
  }

  #finishObjids(): void {
    const own = this.#rows.filter((row) => row.objidTable === OBJID_FIRST_FREE);
    const table = buildTables(own, this.format).find((candidate) => candidate.tree.objid === OBJID_FIRST_FREE)!;
    const objects = this.#rows.filter((row) => isObject(row));
    const building = new TableBuilding(this.#builder, table, this.#options, this.#sortedTagged, false);
    building.run(
      objects.map((row) => ({ objid: row.id, objidTable: row.objidTable, type: row.type })),
      () => this.#objid++,
    );
    for (const [i, row] of this.#rows.entries())
      if (row.objidTable === OBJID_FIRST_FREE) this.#rows[i] = withRoot(row, building.roots);
  }

  #writeCatalog(): void {
    const table = catalogTable(this.format);
    const declared = buildTables(this.#rows, this.format).find(
      (candidate) => candidate.tree.objid === table.tree.objid,
    )!;
    const index = (name: string): IndexKeys =>
      new IndexKeys(declared.indexes.find((candidate) => candidate.name === name)!.definition);
    const trees = this.#builder.catalogTrees(OBJID_CATALOG_NAME, OBJID_CATALOG_ROOT_OBJECTS);
    const [id, name, rootObjects] = [index('Id'), index('Name'), index('RootObjects')];
    const [nameSort, rootSort] = [this.#options.sorter(), this.#options.sorter()];
    const records = new CatalogRecordBuilder(this.format, this.#sortedTagged);
    const reader = new RecordReader(table, this.format, undefined);
    const rows = [...this.#rows].sort((a, b) => a.objidTable - b.objidTable || a.type - b.type || a.id - b.id);
    const built = rows.map((row) => {
      const record = records.build(row).slice();
      reader.load(record, 0, record.length, this.#sortedTagged);
      let bookmark = new Uint8Array(0);
      id.of(reader, (key, length) => (bookmark = key.slice(0, length)));
      name.of(reader, (key, length) => {
        nameSort.add(key, 0, length, bookmark, 0, bookmark.length);
      });
      rootObjects.of(reader, (key, length) => {
        rootSort.add(key, 0, length, bookmark, 0, bookmark.length);
      });
      return { bookmark, record };
    });
    for (const { bookmark, record } of built) trees.catalog.append(bookmark, bookmark.length, record, 0, record.length);
    appendSorted(trees.name, nameSort);
    trees.name.finish();
    appendSorted(trees.rootObjects, rootSort);
    trees.rootObjects.finish();
    trees.catalog.finish();
    for (const { bookmark, record } of built) trees.shadow.append(bookmark, bookmark.length, record, 0, record.length);
    trees.shadow.finish();
  }
}

const isObject = (row: CatalogRow): boolean =>
  row.type === CatalogType.Table ||
  row.type === CatalogType.LongValue ||
  (row.type === CatalogType.Index && row.id !== row.objidTable);

function withRoot(row: CatalogRow, roots: ReadonlyMap<number, number>): CatalogRow {
  const pgno = row.type === CatalogType.Column ? undefined : roots.get(row.id);
  return pgno === undefined ? row : { ...row, coltypOrPgnoFDP: pgno };
}

function appendSorted(tree: BuildingTree, sorter: Sorter): void {
  for (const entry of sorter.sorted()) {
    const key = entry.bytes.subarray(entry.keyStart, entry.keyStart + entry.keyLength);
    tree.append(key, entry.keyLength, entry.bytes, entry.dataStart, entry.dataLength);
  }
  sorter.close();
}

/** One table under construction. */
class TableBuilding {
  /** Root pages by object id. */
  readonly roots = new Map<number, number>();
  longValueTree: { readonly objid: number; readonly pgnoFDP: number } | undefined;
  readonly #builder: DatabaseBuilder;
  readonly #table: TableDef;
  readonly #options: BulkDatabaseOptions;
  readonly #sortedTagged: boolean;
  readonly #compress: boolean;
  readonly #records: RecordBuilder;
  readonly #reader: RecordReader;
  readonly #columns: ReadonlyMap<string, ColumnDef>;
  #autoIncrement = 0;

  constructor(
    builder: DatabaseBuilder,
    table: TableDef,
    options: BulkDatabaseOptions,
    sortedTagged: boolean,
    compress: boolean,
  ) {
    this.#builder = builder;
    this.#table = table;
    this.#options = options;
    this.#sortedTagged = sortedTagged;
    this.#compress = compress;
    this.#records = new RecordBuilder(table, builder.format, sortedTagged);
    this.#reader = new RecordReader(table, builder.format, undefined);
    this.#columns = new Map(table.columns.map((column) => [column.name, column]));
  }

  run(rows: Iterable<NewRow>, nextObjid: () => number): number {
    const tree = this.#builder.table({ objid: this.#table.tree.objid, kind: 'table' });
    const longValues = new LongValueBuilder(this.#builder, tree, this.#table.lvChunkMax, nextObjid);
    const sorted = this.#options.sorter();
    let count = 0;
    for (const row of rows) {
      const record = this.#encode(row, longValues);
      const key = this.#primaryKey(record, ++count);
      sorted.add(key.bytes, 0, key.length, record, 0, record.length);
    }
    this.roots.set(tree.objid, tree.pgnoFDP);
    longValues.finish();
    this.longValueTree = longValues.tree;
    this.#writeTrees(tree, sorted);
    return count;
  }

  /** Primary tree from the sorted records; entries of the other indexes on the way. */
  #writeTrees(tree: BuildingTree, sorted: Sorter): void {
    const secondary = this.#table.indexes.filter((index) => !index.definition.primary);
    const sorts = secondary.map((index) => ({
      index,
      keys: new IndexKeys(index.definition),
      sorter: this.#options.sorter(),
    }));
    let before: Uint8Array | undefined;
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sorted.sorted()) {
      const key = bytes.slice(keyStart, keyStart + keyLength);
      if (before !== undefined && sameBytes(before, key)) this.#duplicate(this.#table.primaryIndex);
      before = key;
      tree.append(key, keyLength, bytes, dataStart, dataLength);
      this.#reader.load(bytes, dataStart, dataStart + dataLength, this.#sortedTagged);
      for (const { keys, sorter } of sorts)
        keys.of(this.#reader, (entry, length) => {
          sorter.add(entry, 0, length, key, 0, keyLength);
        });
    }
    sorted.close();
    for (const { index, sorter } of sorts) this.#writeIndex(tree, index, sorter);
    tree.finish();
  }

  #writeIndex(parent: BuildingTree, index: IndexDef, sorter: Sorter): void {
    const { unique } = index.definition;
    const tree = this.#builder.child(parent, { objid: index.tree.objid, kind: 'index', nonUnique: !unique });
    this.roots.set(index.tree.objid, tree.pgnoFDP);
    let before: Uint8Array | undefined;
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sorter.sorted()) {
      const key = bytes.slice(keyStart, keyStart + keyLength);
      if (unique && before !== undefined && sameBytes(before, key)) this.#duplicate(index);
      before = key;
      tree.append(key, keyLength, bytes, dataStart, dataLength);
    }
    sorter.close();
    tree.finish();
  }

  #duplicate(index: IndexDef | undefined): never {
    throw new JetError(
      'JET_errKeyDuplicate',
      `table ${this.#table.name}: two rows have the same key in index ${index?.name ?? '(primary)'}`,
      { table: this.#table.name },
    );
  }

  #primaryKey(record: Uint8Array, number: number): { bytes: Uint8Array; length: number } {
    const { primaryIndex } = this.#table;
    if (primaryIndex === undefined) {
      const bytes = new Uint8Array(NUMBER_KEY_SIZE);
      new DataView(bytes.buffer).setUint32(0, number, false);
      return { bytes, length: NUMBER_KEY_SIZE };
    }
    this.#reader.load(record, 0, record.length, this.#sortedTagged);
    this.#primaryKeys ??= new IndexKeys(primaryIndex.definition);
    let result: { bytes: Uint8Array; length: number } | undefined;
    this.#primaryKeys.of(this.#reader, (bytes, length) => (result = { bytes, length }));
    if (result === undefined)
      throw new JetError('JET_errNullKeyDisallowed', `table ${this.#table.name}: a row has no primary key`, {
        table: this.#table.name,
      });
    return result;
  }

  #primaryKeys: IndexKeys | undefined;

  #encode(row: NewRow, longValues: LongValueBuilder): Uint8Array {
    this.#records.reset();
    const cells: { column: ColumnDef; bytes: Uint8Array[] }[] = [];
    let size = 0;
    for (const [name, given] of Object.entries(row)) {
      const column = this.#columns.get(name);
      if (column === undefined)
        throw new JetError('JET_errColumnNotFound', `table ${this.#table.name} has no column ${name}`, {
          table: this.#table.name,
        });
      if (given === undefined) continue;
      const values = (Array.isArray(given) ? given : [given]) as readonly KeyValue[];
      const bytes = values.flatMap((value) => encodeKeyValue(column.coltyp, column.codePage, value) ?? []);
      cells.push({ column, bytes });
      for (const value of bytes) size += Math.min(value.length, INTRINSIC_MOST) + VALUE_OVERHEAD;
    }
    // A record that would be too long keeps no long value inside.
    const intrinsicMost = size > this.#records.most ? LID_SIZE : INTRINSIC_MOST;
    for (const { column, bytes } of cells) {
      const stored = bytes.map((value, i) => this.#store(column, value, i === 0, intrinsicMost, longValues));
      this.#records.set(column, stored.length === 0 ? null : stored);
    }
    this.#fillIn(row);
    return this.#records.finish();
  }

  /** Auto-increment values that the row leaves out, and NOT NULL. */
  #fillIn(row: NewRow): void {
    for (const column of this.#table.columns) {
      const given = row[column.name];
      if (given !== undefined && given !== null) continue;
      if ((column.flags & ColumnFlag.AutoIncrement) !== 0) {
        this.#records.setBytes(column, encodeKeyValue(column.coltyp, 0, ++this.#autoIncrement)!);
      } else if ((column.flags & ColumnFlag.NotNull) !== 0 && column.defaultValue === undefined) {
        throw new JetError(
          'JET_errNullInvalid',
          `table ${this.#table.name}: a row has no ${column.name}, which may not be NULL`,
          { table: this.#table.name },
        );
      }
    }
  }

  #store(
    column: ColumnDef,
    bytes: Uint8Array,
    first: boolean,
    intrinsicMost: number,
    longValues: LongValueBuilder,
  ): StoredValue {
    if (!isLongType(column.coltyp)) return { bytes };
    const pack = this.#compress && (column.flags & ColumnFlag.Compressed) !== 0 ? packed : undefined;
    if (bytes.length > intrinsicMost) return { bytes: longValues.add(bytes, pack), separated: true };
    const short = first ? pack?.(bytes) : undefined;
    return short === undefined ? { bytes } : { bytes: short, compressed: true };
  }
}

/** A value in its shorter compressed form; undefined when none is shorter. */
function packed(bytes: Uint8Array): Uint8Array | undefined {
  const seven = compressSevenBit(bytes);
  const xpress = bytes.length > 64 ? compressXpress(bytes) : undefined;
  if (seven === undefined || xpress === undefined) return seven ?? xpress;
  return xpress.length < seven.length ? xpress : seven;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
