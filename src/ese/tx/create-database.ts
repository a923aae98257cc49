// A new database through the log: root, catalog and its shadow, then the tables of the engine that every database has
// (format 5.1, 5.5, 9.6; ErrDBInitDatabase in db.cxx, ErrCATCreate, ErrCATCreateMSObjids, ErrCATCreateMSLocales).
import {
  CATALOG_INITIAL_PAGES,
  catalogSelfRows,
  localeRows,
  LOCALES_SCHEMA,
  LOCALES_TABLE,
  OBJIDS_TABLE,
  SHADOW_INITIAL_PAGES,
} from '../build/system-tables.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType, SYSTEM_ROOT } from '../catalog/system-schema.ts';
import { PageFlag } from '../page/page-flags.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import type { AttachedDatabase } from './attached-database.ts';
import { CatalogWriter, hasTree, objidValues } from './catalog-writer.ts';
import { createFdp, initializeFdp } from './create-fdp.ts';
import { createTable } from './define-table.ts';
import { catalogContext, schemaOf, within, type DefinitionContext } from './definition-context.ts';
import type { Instance } from './instance.ts';
import { Schema } from './schema.ts';
import { DB_EXTENSION_DEFAULT } from './space-policy.ts';
import { TableWriter } from './table-writer.ts';
import type { TxSession } from './tx-session.ts';

/** First database time of a new database. */
const DBTIME_START = 0x40;
/** Pages of a new database, without those that the first extension gives programs. */
const PAGES_LEAST = 30;
/** With both header pages a new database has no more than 256 pages. */
const PAGES_MOST = 254;

/** How a database begins. */
export interface NewDatabaseOptions {
  /** Pages the file grows by (JET_paramDbExtensionSize): so many are there for programs from the start. Default 256. */
  readonly dbExtensionSize?: number;
}

/** Field ids of the catalog's columns in the order the engine declares them. */
const DECLARED: readonly number[] = [
  ...[1, 2, 3, 128, 4, 5, 6, 7, 129, 8, 130, 9, 131, 132, 133, 134, 10, 11, 135, 136, 137],
  ...[256, 257, 258, 259, 260, 261, 12, 13],
];

/** Rows in the order in which the engine inserts them: tables with their columns, then indexes. */
function inOrderOfCreation(rows: readonly CatalogRow[]): CatalogRow[] {
  const rank = ({ type, id, objidTable }: CatalogRow): number =>
    type === CatalogType.Index ? 1000 : objidTable * 100 + (type === CatalogType.Table ? 0 : 1 + DECLARED.indexOf(id));
  const indexRank = ({ type, id }: CatalogRow): number => (type === CatalogType.Index ? id : 0);
  return [...rows].sort((a, b) => rank(a) - rank(b) || indexRank(a) - indexRank(b));
}

/** Pages that a new database has. */
export function initialPages({ dbExtensionSize = DB_EXTENSION_DEFAULT }: NewDatabaseOptions): number {
  return Math.min(PAGES_LEAST + dbExtensionSize, PAGES_MOST);
}

/**
 * Makes the root, the catalog and its shadow of a database whose file is empty: what lies between the records CreateDB
 * and CreateDBFinish.
 * @throws JetError JET_errDiskFull, JET_errLogWriteFail.
 */
export function createCatalog(context: DefinitionContext, session: TxSession, options: NewDatabaseOptions = {}): void {
  const { db } = context.database;
  const { revision } = catalogContext(context);
  const pages = initialPages(options);
  db.dbtime = Math.max(db.dbtime, DBTIME_START);
  db.log.flushTo(db.log.append(encodeRecord('ExtendDB', { dbid: db.dbid, pgnoLast: pages })));
  db.store.resize(pages);
  const { pgnoFDP, objid } = SYSTEM_ROOT;
  within(session, () => {
    const root = { pgnoFDPParent: 0, pages, unique: true, fPageFlags: 0, objidFDP: objid, multipleExtent: true };
    initializeFdp(db, session, { pgnoLast: pgnoFDP + pages - 1, cpg: pages }, root);
    db.objidLast = objid;
  });
  const rows = catalogSelfRows(revision, true);
  Schema.begin(context.database, rows);
  within(session, () => {
    createCatalogTrees(context, session);
    const catalog = new CatalogWriter(context, session);
    for (const row of inOrderOfCreation(rows)) catalog.insert(row);
  });
}

/** The trees of the catalog, its shadow, and the catalog's indexes, where every database has them. */
function createCatalogTrees({ database }: DefinitionContext, session: TxSession): void {
  const { db, allocator } = database;
  const create = (pgnoFDPParent: number, pages: number, fPageFlags: number): number =>
    createFdp(db, session, allocator, { pgnoFDPParent, pages, unique: true, fPageFlags, multipleExtent: true }).pgnoFDP;
  const pgnoCatalog = create(SYSTEM_ROOT.pgnoFDP, CATALOG_INITIAL_PAGES, 0);
  create(SYSTEM_ROOT.pgnoFDP, SHADOW_INITIAL_PAGES, 0);
  create(pgnoCatalog, 0, PageFlag.Index);
  create(pgnoCatalog, 0, PageFlag.Index);
}

/** Makes MSysObjids, filled, and MSysLocales of a database that has its catalog. @throws JetError as `createTable`. */
export function createSystemTables(context: DefinitionContext, session: TxSession): void {
  within(session, () => createTable(context, session, OBJIDS_TABLE));
  const schema = schemaOf(context);
  const { transactions, database } = context;
  const objids = new TableWriter(transactions, session, database, schema.table(OBJIDS_TABLE.name));
  for (const { name } of [...schema.tables()].sort((a, b) => a.tree.objid - b.tree.objid)) {
    within(session, () => {
      for (const row of schema.state(name).rows) if (hasTree(row)) objids.insert(objidValues(row));
    });
  }
  const rows = localeRows();
  const external = LOCALES_SCHEMA.length / 2;
  within(session, () => {
    const table = createTable(context, session, LOCALES_TABLE);
    const locales = new TableWriter(transactions, session, database, table);
    for (const row of [...rows.slice(external, 2 * external), ...rows.slice(0, external)]) locales.insert(row);
  });
  const locales = new TableWriter(transactions, session, database, schema.table(LOCALES_TABLE.name));
  within(session, () => {
    for (const row of rows.slice(LOCALES_SCHEMA.length)) locales.insert(row);
  });
}

/**
 * Creates a database: file, catalog, tables of the engine. It is lasting when this returns.
 * @throws JetError JET_errDatabaseDuplicate, JET_errTooManyAttachedDatabases, JET_errDiskFull.
 */
export function createDatabase(instance: Instance, path: string, options: NewDatabaseOptions = {}): AttachedDatabase {
  const { transactions, log } = instance;
  const session = transactions.session('create');
  try {
    const database = instance.create(path, (created) => {
      createCatalog({ transactions, database: created }, session, options);
    });
    createSystemTables({ transactions, database }, session);
    log.flushTo(log.position);
    return database;
  } finally {
    transactions.end(session);
  }
}
