// Tables made, deleted and renamed while the database is in use, in transactions as rows are (ErrFILECreateTable,
// ErrFILEDeleteTable in fcreate.cxx, ErrCATRenameTable in cat.cxx).
import { isJetError, JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { checkColumn } from '../build/column-spec.ts';
import { checkName } from '../build/empty-row.ts';
import { catalogRows, type TableSpec } from '../build/table-spec.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { IndexFlag } from '../catalog/index-def.ts';
import { CatalogType, SYSTEM_ROOT } from '../catalog/system-schema.ts';
import { isSystemTable, TableFlag, type TableDef } from '../catalog/table-def.ts';
import { CatalogWriter, inCatalogOrder } from './catalog-writer.ts';
import { createTree, dropLater } from './create-tree.ts';
import { catalogContext, refuseFixed, schemaOf, within, type DefinitionContext } from './definition-context.ts';
import { countLocale } from './locale-counter.ts';
import type { TxSession } from './tx-session.ts';

const DENSITY_DEFAULT = 80;
const DUPLICATE: Readonly<Record<number, JetErrorSymbol>> = {
  [CatalogType.Table]: 'JET_errTableDuplicate',
  [CatalogType.Column]: 'JET_errColumnDuplicate',
  [CatalogType.Index]: 'JET_errIndexDuplicate',
};

/** Inserts a row of the catalog. @throws JetError JET_errTableDuplicate, JET_errColumnDuplicate, JET_errIndexDuplicate. */
export function declareObject(catalog: CatalogWriter, row: CatalogRow): void {
  try {
    catalog.insert(row);
  } catch (error) {
    const jet = DUPLICATE[row.type];
    if (jet === undefined || !isJetError(error, 'JET_errKeyDuplicate')) throw error;
    throw new JetError(jet, `there is an object ${row.name} already`, error.at, { cause: error });
  }
}

/** Refuses what a table cannot have twice. @throws JetError JET_errColumnDuplicate and the like. */
function checkOnce(names: readonly string[], jet: JetErrorSymbol, table: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw new JetError(jet, `table ${table} has ${name} twice`, { table });
    seen.add(name.toLowerCase());
  }
}

/**
 * Refuses tables that there cannot be.
 * @throws JetError JET_errInvalidName, JET_errColumnDuplicate, JET_errColumnRedundant, JET_errIndexDuplicate,
 * JET_errIndexHasPrimary, and as `checkColumn`.
 */
function checkTable({ name, columns, indexes = [] }: TableSpec): void {
  checkName(name);
  for (const column of columns) checkColumn(column, name);
  checkOnce(
    columns.map((column) => column.name),
    'JET_errColumnDuplicate',
    name,
  );
  checkOnce(
    indexes.map((index) => index.name),
    'JET_errIndexDuplicate',
    name,
  );
  checkOnce(
    columns.flatMap(({ autoIncrement }) => (autoIncrement === true ? ['numbers'] : [])),
    'JET_errColumnRedundant',
    name,
  );
  checkOnce(
    columns.flatMap(({ version }) => (version === true ? ['version'] : [])),
    'JET_errColumnRedundant',
    name,
  );
  checkOnce(
    indexes.flatMap(({ primary }) => (primary === true ? ['primary'] : [])),
    'JET_errIndexHasPrimary',
    name,
  );
}

/**
 * Makes a table with its columns and indexes; others see it when the transaction commits (at once outside of one).
 * @throws JetError JET_errTableDuplicate, JET_errInvalidName, JET_errColumnDuplicate, JET_errColumnRedundant,
 * JET_errIndexDuplicate, JET_errIndexHasPrimary, JET_errOutOfDatabaseSpace, and what wrong columns and indexes give
 * (`checkColumn`, `indexRow`).
 */
export function createTable(context: DefinitionContext, session: TxSession, spec: TableSpec): TableDef {
  checkTable(spec);
  if (schemaOf(context).find(spec.name, session) !== undefined) {
    throw new JetError('JET_errTableDuplicate', `there is a table ${spec.name} already`, { table: spec.name });
  }
  const rows = catalogRows(withSpaceHints(spec), catalogContext(context));
  return createTableOf(context, session, rows);
}

/**
 * Density and pages as the engine takes them: those of the primary index are those of the table, other indexes are as
 * dense, and there is a page for each tree at least; one page is not worth a number.
 */
function withSpaceHints(spec: TableSpec): TableSpec {
  const { indexes = [], pages = 0 } = spec;
  const primary = indexes.find((index) => index.primary === true);
  const density = primary?.density ?? spec.density ?? DENSITY_DEFAULT;
  const least = Math.max(pages, indexes.length + (primary === undefined ? 1 : 0));
  return {
    ...spec,
    density,
    pages: least === 1 ? 0 : least,
    indexes: indexes.map((index) => ({ density, ...index })),
  };
}

/** Makes the table that these catalog rows declare, with ids as they have them; root pages are yet to be found. */
export function createTableOf(context: DefinitionContext, session: TxSession, rows: readonly CatalogRow[]): TableDef {
  const own = rows.find(({ type }) => type === CatalogType.Table)!;
  const objid = own.id;
  return within(session, () => {
    const catalog = new CatalogWriter(context, session);
    const { pgnoFDP } = createTree(context, session, {
      pgnoFDPParent: SYSTEM_ROOT.pgnoFDP,
      kind: 'table',
      pages: own.pagesOrLocale,
      objid,
    });
    const made = rows.map((row): CatalogRow => {
      const placed = { ...row, ...rootOf(context, session, row, pgnoFDP) };
      if (placed.sortVersion !== undefined) countLocale(context, placed);
      declareObject(catalog, placed);
      return placed;
    });
    return schemaOf(context).change(context.transactions, session, objid, made)!;
  });
}

/** The root page of the object of a row, made where it is an index's; nothing for columns. */
function rootOf(
  context: DefinitionContext,
  session: TxSession,
  { type, flags, id }: CatalogRow,
  pgnoFDPParent: number,
): Partial<CatalogRow> {
  if (type === CatalogType.Table) return { coltypOrPgnoFDP: pgnoFDPParent };
  if (type !== CatalogType.Index) return {};
  if ((flags & IndexFlag.Primary) !== 0) return { coltypOrPgnoFDP: pgnoFDPParent };
  const unique = (flags & IndexFlag.Unique) !== 0;
  const request = { pgnoFDPParent, kind: 'index', unique, objid: id, goesWithParent: true } as const;
  return { coltypOrPgnoFDP: createTree(context, session, request).pgnoFDP };
}

/**
 * Deletes a table. Its space is free when the transaction has committed and all that began before it are over; they
 * still see the table.
 * @throws JetError JET_errObjectNotFound, JET_errCannotDeleteSystemTable, JET_errCannotDeleteTemplateTable,
 * JET_errWriteConflict.
 */
export function deleteTable(context: DefinitionContext, session: TxSession, name: string): void {
  const schema = schemaOf(context);
  const { rows, table } = schema.stateForChange(name, session);
  const at = { table: table.name };
  if (isSystemTable(table)) throw new JetError('JET_errCannotDeleteSystemTable', `${name} is the engine's own`, at);
  if ((table.flags & TableFlag.Template) !== 0) {
    throw new JetError('JET_errCannotDeleteTemplateTable', `tables may be derived from ${name}`, at);
  }
  within(session, () => {
    new CatalogWriter(context, session).deleteTable(inCatalogOrder(rows));
    schema.change(context.transactions, session, table.tree.objid, []);
    dropWhenAllSee(context, session, table.tree);
  });
}

/** Gives the space of a tree back once the open transaction has committed and no other can see the tree. */
export function dropWhenAllSee(context: DefinitionContext, session: TxSession, tree: TableDef['tree']): void {
  const { transactions } = context;
  session.onCommit((trxCommit0) => {
    // Those that still saw the tree may have left work behind: it is done before.
    transactions.afterAllSee(trxCommit0, () => {
      dropLater(context, tree, trxCommit0);
    });
  });
}

/**
 * Gives a table another name.
 * @throws JetError JET_errObjectNotFound, JET_errInvalidName, JET_errTableDuplicate, JET_errFixedDDL,
 * JET_errWriteConflict.
 */
export function renameTable(context: DefinitionContext, session: TxSession, name: string, nameNew: string): TableDef {
  checkName(nameNew);
  const schema = schemaOf(context);
  const { rows, table } = schema.stateForChange(name, session);
  refuseFixed(table);
  const taken = schema.find(nameNew, session);
  if (taken !== undefined && taken.table.tree.objid !== table.tree.objid) {
    throw new JetError('JET_errTableDuplicate', `there is a table ${nameNew} already`, { table: nameNew });
  }
  return replaceRow(context, session, rows, (row) => row.type === CatalogType.Table, { name: nameNew });
}

/** Changes one row of a table's catalog rows. */
export function replaceRow(
  context: DefinitionContext,
  session: TxSession,
  rows: readonly CatalogRow[],
  isMeant: (row: CatalogRow) => boolean,
  changes: Partial<CatalogRow>,
): TableDef {
  const row = rows.find(isMeant)!;
  const now = { ...row, ...changes };
  return within(session, () => {
    try {
      new CatalogWriter(context, session).replace(row, now);
    } catch (error) {
      const jet = DUPLICATE[row.type];
      if (jet === undefined || !isJetError(error, 'JET_errKeyDuplicate')) throw error;
      throw new JetError(jet, `there is an object ${now.name} already`, error.at, { cause: error });
    }
    const changed = rows.map((each) => (each === row ? now : each));
    return schemaOf(context).change(context.transactions, session, row.objidTable, changed)!;
  });
}
