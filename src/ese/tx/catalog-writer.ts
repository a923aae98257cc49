// Rows of the catalog, inserted, changed and deleted in MSysObjects, its shadow and MSysObjids in the engine's order
// (format 5.1, 5.2, 5.5; ErrCATInsert, ErrCATDeleteTable, ErrCATInsertMSObjidsRecord in cat.cxx).
import { catalogValues } from '../build/catalog-record.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import type { IndexDefinition } from '../norm/index-definition.ts';
import { seekKey } from '../norm/seek-key.ts';
import { schemaOf, type DefinitionContext } from './definition-context.ts';
import type { RowValues } from './row-record.ts';
import { TableWriter } from './table-writer.ts';
import type { TxSession } from './tx-session.ts';

const CATALOG = 'MSysObjects';
const SHADOW = 'MSysObjectsShadow';
const OBJIDS = 'MSysObjids';

/** True for rows of objects that MSysObjids names: those with trees of their own. */
export function hasTree({ type, id, objidTable }: CatalogRow): boolean {
  if (type === CatalogType.Table || type === CatalogType.LongValue) return true;
  return type === CatalogType.Index && id !== objidTable;
}

/** Changes the catalog on behalf of a session, which must be in a transaction. */
export class CatalogWriter {
  readonly #catalog: TableWriter;
  readonly #shadow: TableWriter;
  readonly #objids: TableWriter | undefined;
  readonly #catalogKey: IndexDefinition | undefined;
  readonly #objidsKey: IndexDefinition | undefined;

  constructor(context: DefinitionContext, session: TxSession) {
    const { transactions, database } = context;
    const schema = schemaOf(context);
    const catalog = schema.table(CATALOG);
    const objids = schema.find(OBJIDS, session)?.table;
    this.#catalog = new TableWriter(transactions, session, database, catalog);
    this.#shadow = new TableWriter(transactions, session, database, schema.table(SHADOW));
    this.#objids = objids === undefined ? undefined : new TableWriter(transactions, session, database, objids);
    this.#catalogKey = catalog.primaryIndex?.definition;
    this.#objidsKey = objids?.primaryIndex?.definition;
  }

  /** @throws JetError JET_errKeyDuplicate: there is an object of that name or id; and as TableWriter.insert. */
  insert(row: CatalogRow): void {
    const values = catalogValues(row);
    this.#catalog.insert(values);
    this.#shadow.insert(values);
    if (hasTree(row)) this.#objids?.insert(objidValues(row));
  }

  /** Puts `now` in the place of a row with the same ids. */
  replace(before: CatalogRow, now: CatalogRow): void {
    const old: RowValues = catalogValues(before);
    const values = catalogValues(now);
    const changed: RowValues = Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (old[name] === value ? [] : [[name, value ?? null]])),
    );
    const key = this.#keyOf(now);
    this.#catalog.update(key, changed);
    this.#shadow.update(key, changed);
  }

  /** Deletes the row of an index. */
  delete(row: CatalogRow): void {
    const key = this.#keyOf(row);
    this.#catalog.delete(key);
    this.#shadow.delete(key);
    if (hasTree(row)) this.#deleteObjid(row);
  }

  /** Deletes all rows of a table, which must be in the order of their keys. */
  deleteTable(rows: readonly CatalogRow[]): void {
    for (const row of rows) {
      if (hasTree(row)) this.#deleteObjid(row);
      this.#catalog.delete(this.#keyOf(row));
    }
    for (const row of rows) this.#shadow.delete(this.#keyOf(row));
  }

  #deleteObjid({ id }: CatalogRow): void {
    if (this.#objids === undefined || this.#objidsKey === undefined) return;
    this.#objids.delete(seekKey(this.#objidsKey, [id]).key);
  }

  #keyOf({ objidTable, type, id }: CatalogRow): Uint8Array {
    if (this.#catalogKey !== undefined) return seekKey(this.#catalogKey, [objidTable, type, id]).key;
    throw new RangeError(`${CATALOG} has no primary index`);
  }
}

/** The row of MSysObjids about the object of a catalog row. */
export function objidValues({ id, objidTable, type }: CatalogRow): RowValues {
  return { objid: id, objidTable, type };
}

/** Rows of a table in the order of the catalog. */
export function inCatalogOrder(rows: readonly CatalogRow[]): CatalogRow[] {
  return [...rows].sort((a, b) => a.type - b.type || a.id - b.id);
}
