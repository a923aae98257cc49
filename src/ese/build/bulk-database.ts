// Builds a database from rows: the bulk writer's face to programs (format 8). Everything is written once, in order:
// no log, no page is ever changed.
import { JetError } from '../../errors/jet-error.ts';
import { buildTables } from '../catalog/build-tables.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { IndexKeys } from '../norm/index-keys.ts';
import { pageFormat, type PageFormat } from '../page/page-format.ts';
import { RecordReader } from '../record/record-reader.ts';
import { CatalogRecordBuilder, catalogTable } from './catalog-record.ts';
import { DatabaseBuilder } from './database-builder.ts';
import { buildHeader } from './header-builder.ts';
import type { PageSink } from './page-sink.ts';
import type { NewRow } from './row-encoder.ts';
import type { Sorter } from './sorter.ts';
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
import { appendSorted, TableBuilder } from './table-builder.ts';
import { catalogRows, longValueRow, type TableSpec } from './table-spec.ts';

export type { NewRow } from './row-encoder.ts';

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
    this.#builder = new DatabaseBuilder(sink, {
      format,
      checksum,
      revision: this.#revision.major,
      sortedTagged: this.#sortedTagged,
    });
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
    const compress = this.#revision.major >= REVISION_COMPRESSION;
    const building = this.#tableBuilder(table, compress);
    const count = building.run(rows, () => this.#objid++);
    this.#rows.push(...declared.map((row) => withRoot(row, building.roots)));
    if (building.longValueTree !== undefined) {
      const { objid, pgnoFDP } = building.longValueTree;
      this.#rows.push(longValueRow(table.tree.objid, objid, pgnoFDP));
    }
    return count;
  }

  #tableBuilder(table: TableDef, compress: boolean): TableBuilder {
    const { sorter } = this.#options;
    return new TableBuilder(this.#builder, table, { sorter, compress, sortedTagged: this.#sortedTagged });
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
    const building = this.#tableBuilder(table, false);
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
