// Writes the catalog of a repaired database: rows with their new root pages, shadow, indexes, and the table of object
// ids (format 5, 10.3).
import { CatalogRecordBuilder, catalogTable } from '../../ese/build/catalog-record.ts';
import type { BuildingTree } from '../../ese/build/database-builder.ts';
import { markForEngine } from '../../ese/build/index-mark.ts';
import { LocaleCounts } from '../../ese/build/locales-table.ts';
import { RecordBuilder } from '../../ese/build/record-builder.ts';
import type { Sorter } from '../../ese/build/sorter.ts';
import { OBJID_CATALOG_NAME, OBJID_CATALOG_ROOT_OBJECTS } from '../../ese/build/system-tables.ts';
import type { CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../../ese/catalog/read-catalog.ts';
import { CatalogType, OBJID_CATALOG, systemColumn } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { IndexKeys } from '../../ese/norm/index-keys.ts';
import { encodeKeyValue } from '../../ese/norm/key-value.ts';
import { RecordReader } from '../../ese/record/record-reader.ts';
import type { RescuedRow } from './catalog-rescue.ts';
import type { RebuildContext } from './rescue-context.ts';

const hasTree = (row: CatalogRow): boolean =>
  row.type === CatalogType.Table || row.type === CatalogType.Index || row.type === CatalogType.LongValue;

/** A record with the root page its object has in the new database, and marked where only the engine can complete it. */
function newRecord(ctx: RebuildContext, { row, record }: RescuedRow): Uint8Array {
  const pgno = hasTree(row) ? ctx.roots.get(row.id) : undefined;
  if (pgno === undefined) return record;
  const patched = record.slice();
  new DataView(patched.buffer).setInt32(systemColumn('ColtypOrPgnoFDP').recordOffset, pgno, true);
  if (row.type === CatalogType.Index && ctx.marked.has(row.id)) markForEngine(patched, ctx.sortedTagged);
  return patched;
}

function appendSorted(tree: BuildingTree, sorter: Sorter): void {
  for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sorter.sorted())
    tree.append(bytes.subarray(keyStart, keyStart + keyLength), keyLength, bytes, dataStart, dataLength);
  sorter.close();
  tree.finish();
}

/** Object ids of the indexes of the catalog. */
function indexObjid(rows: readonly RescuedRow[], name: string, otherwise: number): number {
  const found = rows.find(
    ({ row }) => row.objidTable === OBJID_CATALOG && row.type === CatalogType.Index && row.name === name,
  );
  return found?.row.id ?? otherwise;
}

/** Writes catalog, shadow and indexes. `tables` are those the rows declare. */
export function writeCatalog(ctx: RebuildContext, rows: readonly RescuedRow[], tables: readonly TableDef[]): void {
  const { builder, roots, sorter, sortedTagged, scan } = ctx;
  const { format } = scan.pages;
  const declared = tables.find((table) => table.tree.objid === OBJID_CATALOG)!;
  const keys = (name: string): IndexKeys =>
    new IndexKeys(declared.indexes.find((candidate) => candidate.name === name)!.definition);
  const objidName = indexObjid(rows, 'Name', OBJID_CATALOG_NAME);
  const objidRoots = indexObjid(rows, 'RootObjects', OBJID_CATALOG_ROOT_OBJECTS);
  const trees = builder.catalogTrees(objidName, objidRoots);
  roots.set(CATALOG_TREE.objid, trees.catalog.pgnoFDP);
  roots.set(CATALOG_SHADOW_TREE.objid, trees.shadow.pgnoFDP);
  roots.set(objidName, trees.name.pgnoFDP);
  roots.set(objidRoots, trees.rootObjects.pgnoFDP);
  const [id, name, rootObjects] = [keys('Id'), keys('Name'), keys('RootObjects')];
  const [nameSort, rootSort] = [sorter(2), sorter(2)];
  const reader = new RecordReader(catalogTable(format), format, undefined);
  const built = rows.map((rescued) => {
    const record = newRecord(ctx, rescued);
    reader.load(record, 0, record.length, sortedTagged);
    let bookmark: Uint8Array = new Uint8Array(0);
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
  appendSorted(trees.rootObjects, rootSort);
  trees.catalog.finish();
  for (const { bookmark, record } of built) trees.shadow.append(bookmark, bookmark.length, record, 0, record.length);
  trees.shadow.finish();
}

/** Writes MSysObjids anew: which table each object belongs to. */
export function writeObjids(ctx: RebuildContext, table: TableDef, rows: readonly RescuedRow[]): void {
  const { builder, roots, sortedTagged, scan, sorter } = ctx;
  const { format } = scan.pages;
  const tree = builder.table({ objid: table.tree.objid, kind: 'table' });
  roots.set(tree.objid, tree.pgnoFDP);
  const columns = ['objid', 'objidTable', 'type'].map((name) => table.columns.find((column) => column.name === name));
  const sort = sorter(1);
  if (table.primaryIndex !== undefined && !columns.includes(undefined)) {
    const builderOfRecords = new RecordBuilder(table, format, sortedTagged, { writeDefaults: false });
    const reader = new RecordReader(table, format, undefined);
    const primary = new IndexKeys(table.primaryIndex.definition);
    for (const { row } of rows) {
      if (!hasTree(row) || (row.type === CatalogType.Index && row.id === row.objidTable)) continue;
      builderOfRecords.reset();
      for (const [i, value] of [row.id, row.objidTable, row.type].entries())
        builderOfRecords.setBytes(columns[i]!, encodeKeyValue(columns[i]!.coltyp, 0, value)!);
      const record = builderOfRecords.finish();
      reader.load(record, 0, record.length, sortedTagged);
      primary.of(reader, (key, length) => {
        sort.add(key, 0, length, record, 0, record.length);
      });
    }
  }
  appendSorted(tree, sort);
}

/** Writes MSysLocales anew: which sort orders indexes use, marked ones included. False for a table of another shape. */
export function writeLocales(ctx: RebuildContext, table: TableDef, rows: readonly RescuedRow[]): boolean {
  const counts = new LocaleCounts(ctx.scan.pages.format, ctx.sortedTagged);
  for (const rescued of rows) counts.add(newRecord(ctx, rescued));
  const nodes: (readonly [key: Uint8Array, record: Uint8Array])[] = [];
  const isKnown = counts.write(table, (key, keyLength, record) => nodes.push([key.slice(0, keyLength), record]));
  if (!isKnown) return false;
  const tree = ctx.builder.table({ objid: table.tree.objid, kind: 'table' });
  ctx.roots.set(tree.objid, tree.pgnoFDP);
  for (const [key, record] of nodes) tree.append(key, key.length, record, 0, record.length);
  tree.finish();
  return true;
}

/** A table row whose record is built anew, for tables that repair itself adds. */
export function builtRows(ctx: RebuildContext, rows: readonly CatalogRow[]): RescuedRow[] {
  const records = new CatalogRecordBuilder(ctx.scan.pages.format, ctx.sortedTagged);
  return rows.map((row) => ({ row, record: records.build(row).slice() }));
}
