// MSysObjids: which table each object id belongs to, once more beside the catalog (format 5.5).
import { CatalogType } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { Database } from '../database.ts';
import { scanTable } from '../table-scan.ts';
import { RecordBuilder } from './record-builder.ts';
import type { AppendNode } from './copy-long-values.ts';

/** An object: the table it belongs to and what it is, a CatalogType. */
interface ObjectEntry {
  readonly objidTable: number;
  readonly type: number;
}

/** Objects by id, as the catalog has them. */
function catalogObjects(db: Database, without: ReadonlySet<number>): Map<number, ObjectEntry> {
  const objects = new Map<number, ObjectEntry>();
  for (const { objidTable, type, id } of db.catalog.rows) {
    const isTree = type === CatalogType.Table || type === CatalogType.Index || type === CatalogType.LongValue;
    // A primary index has no tree of its own: its row carries the id of its table.
    if (isTree && !objects.has(id) && !without.has(id)) objects.set(id, { objidTable, type });
  }
  return objects;
}

const COLUMNS = ['objid', 'objidTable', 'type'] as const;

/** Why MSysObjids does not say what the catalog without objects `without` says; undefined when it does. */
export function objidsMismatch(db: Database, table: TableDef, without: ReadonlySet<number>): string | undefined {
  const columns = COLUMNS.map((name) => table.columns.find((column) => column.name === name));
  // A table of another shape is none of ours to judge.
  if (columns.some((column) => column === undefined)) return undefined;
  const objects = catalogObjects(db, without);
  let problem: string | undefined;
  for (const { record } of scanTable(db, table, { onFault: () => (problem ??= 'cannot be read whole') })) {
    const [objid, objidTable, type] = columns.map((column) => {
      if (!record.selectColumn(column!, 1)) return -1;
      const view = new DataView(record.bytes.buffer, record.bytes.byteOffset + record.start, record.end - record.start);
      return view.byteLength === 2 ? view.getInt16(0, true) : view.byteLength === 4 ? view.getInt32(0, true) : -1;
    });
    const object = objects.get(objid!);
    if (object?.objidTable !== objidTable || object?.type !== type)
      problem ??= `names object ${objid} otherwise than the catalog`;
    objects.delete(objid!);
  }
  const [missing] = objects.keys();
  return problem ?? (missing === undefined ? undefined : `does not name object ${missing}`);
}

/** Writes the rows that MSysObjids should have without objects `without`. */
export function writeObjids(
  db: Database,
  table: TableDef,
  sortedTagged: boolean,
  without: ReadonlySet<number>,
  append: AppendNode,
): void {
  const columns = COLUMNS.map((name) => table.columns.find((column) => column.name === name)!);
  const builder = new RecordBuilder(table, db.pages.format, sortedTagged);
  const key = new Uint8Array(5);
  const keyView = new DataView(key.buffer);
  const value = new Uint8Array(4);
  const view = new DataView(value.buffer);
  for (const [objid, { objidTable, type }] of [...catalogObjects(db, without)].sort((a, b) => a[0] - b[0])) {
    builder.reset();
    [objid, objidTable].forEach((number, i) => {
      view.setInt32(0, number, true);
      builder.setBytes(columns[i]!, value, 0, 4);
    });
    view.setInt16(0, type, true);
    builder.setBytes(columns[2]!, value, 0, 2);
    // The key of a Long: a mark that it is not NULL, then the number with its sign turned, big-endian.
    key[0] = 0x7f;
    keyView.setUint32(1, (objid ^ 0x80000000) >>> 0, false);
    const record = builder.finish();
    append(key, key.length, record, 0, record.length);
  }
}
