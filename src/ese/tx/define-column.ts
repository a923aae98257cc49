// Columns added, deleted and renamed while the table is in use (ErrIsamAddColumn, ErrIsamDeleteColumn in fcreate.cxx,
// ErrCATDeleteTableColumn, ErrCATRenameColumn in cat.cxx). Rows are left as they are: those that lack a column have its
// default, and values of deleted columns stay in records until these are written anew.
import { JetError } from '../../errors/jet-error.ts';
import { checkName } from '../build/empty-row.ts';
import { checkColumn, columnRow, placeOf, type ColumnSpec } from '../build/column-spec.ts';
import { recordMost } from '../build/record-builder.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { columnPlace, ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { declareObject, replaceRow } from './define-table.ts';
import { refuseFixed, schemaOf, within, type DefinitionContext } from './definition-context.ts';
import { TableWriter, writeTreeOf } from './table-writer.ts';
import type { TxSession } from './tx-session.ts';
import { VersionedTree } from './versioned-tree.ts';

const RECORD_HEADER_SIZE = 4;
/** A deleted column keeps its row under such a name, so that its id is not given out again. */
const STUB_PREFIX = 'JetStub_';
const NUMBER_KEY_SIZE = 4;

/** Where the fixed columns of a table end, those since deleted counted. */
function fixedEnd(rows: readonly CatalogRow[], columns: readonly ColumnDef[]): number {
  let end = RECORD_HEADER_SIZE;
  for (const { type, id, recordOffset, spaceUsage } of rows) {
    if (type === CatalogType.Column && columnPlace(id) === 'fixed') end = Math.max(end, recordOffset + spaceUsage);
  }
  for (const { place, recordOffset, cbMaxLen } of columns) {
    if (place === 'fixed') end = Math.max(end, recordOffset + cbMaxLen);
  }
  return end;
}

function refuseSecond(table: TableDef, spec: ColumnSpec): void {
  const flag =
    (spec.autoIncrement === true ? ColumnFlag.AutoIncrement : 0) | (spec.version === true ? ColumnFlag.Version : 0);
  if (table.columns.every(({ flags }) => (flags & flag) === 0)) return;
  throw new JetError('JET_errColumnRedundant', `table ${table.name} has such a column already`, { table: table.name });
}

/** Refuses columns that only empty tables can get. */
function refuseRows(context: DefinitionContext, session: TxSession, table: TableDef): void {
  const { transactions, database } = context;
  const tree = writeTreeOf(table.tree, true, table.density, database.db.store.format.pageSize);
  for (const node of new VersionedTree(transactions, session, database, tree).all()) {
    if (node.key.length > 0) throw new JetError('JET_errTableNotEmpty', `table ${table.name}`, { table: table.name });
  }
}

/**
 * Adds a column to a table; others see it when the transaction commits.
 * @throws JetError JET_errObjectNotFound, JET_errFixedDDL, JET_errColumnDuplicate, JET_errColumnRedundant,
 * JET_errTableNotEmpty (a column that changes by differences), JET_errRecordTooBig, JET_errTooManyColumns,
 * JET_errWriteConflict, and as `checkColumn`.
 */
export function addColumn(
  context: DefinitionContext,
  session: TxSession,
  tableName: string,
  spec: ColumnSpec,
): TableDef {
  const schema = schemaOf(context);
  const { rows, table } = schema.stateForChange(tableName, session);
  refuseFixed(table);
  checkColumn(spec, table.name);
  if (table.columns.some(({ name }) => name.toLowerCase() === spec.name.toLowerCase())) {
    throw new JetError('JET_errColumnDuplicate', `table ${table.name} has a column ${spec.name}`, {
      table: table.name,
    });
  }
  refuseSecond(table, spec);
  const end = fixedEnd(rows, table.columns);
  const { objid } = table.tree;
  const row = columnRow(objid, spec, { ...table.fidLast }, end, table.name);
  const most = recordMost(context.database.db.store.format, table.primaryIndex?.definition.keyMost ?? NUMBER_KEY_SIZE);
  if (placeOf(spec) === 'fixed' && end + row.spaceUsage > most) {
    throw new JetError('JET_errRecordTooBig', `no record of table ${table.name} could be so long`, {
      table: table.name,
    });
  }
  if (spec.escrow === true) refuseRows(context, session, table);
  return within(session, () => {
    declareObject(new CatalogWriter(context, session), row);
    const now = schema.change(context.transactions, session, objid, [...rows, row])!;
    if (spec.autoIncrement === true) numberRows(context, session, now, spec.name);
    return now;
  });
}

/** Gives all rows their numbers. */
function numberRows(context: DefinitionContext, session: TxSession, table: TableDef, column: string): void {
  const writer = new TableWriter(context.transactions, session, context.database, table);
  const isWide = table.columns.find(({ name }) => name === column)!.cbMaxLen === 8;
  const bookmarks = [...writer.rows()].map(({ bookmark }) => bookmark);
  bookmarks.forEach((bookmark, i) => {
    writer.update(bookmark, { [column]: isWide ? BigInt(i + 1) : i + 1 });
  });
}

const findColumn = (table: TableDef, name: string): ColumnDef => {
  const column = table.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column;
  throw new JetError('JET_errColumnNotFound', `table ${table.name} has no column ${name}`, { table: table.name });
};

const isRowOf =
  (column: ColumnDef) =>
  ({ type, id }: CatalogRow): boolean =>
    type === CatalogType.Column && id === column.fid;

/**
 * Deletes a column. Its id is not used again.
 * @throws JetError JET_errObjectNotFound, JET_errColumnNotFound, JET_errFixedDDL, JET_errFixedInheritedDDL (a column of
 * the template), JET_errColumnInUse (of an index), JET_errWriteConflict.
 */
export function deleteColumn(
  context: DefinitionContext,
  session: TxSession,
  tableName: string,
  name: string,
): TableDef {
  const { rows, table } = schemaOf(context).stateForChange(tableName, session);
  refuseFixed(table);
  const column = findColumn(table, name);
  const at = { table: table.name };
  if (!rows.some(isRowOf(column))) throw new JetError('JET_errFixedInheritedDDL', `${name} is of the template`, at);
  const { columnId } = column;
  const isUsed = table.indexes.some(({ definition: { segments, conditional } }) =>
    [...segments, ...conditional].some((each) => each.columnId === columnId),
  );
  if (isUsed) throw new JetError('JET_errColumnInUse', `an index of table ${table.name} uses column ${name}`, at);
  const hasCallback = (column.flags & ColumnFlag.UserDefinedDefault) !== 0;
  const callbackFlags = ColumnFlag.UserDefinedDefault | ColumnFlag.Default;
  return replaceRow(context, session, rows, isRowOf(column), {
    coltypOrPgnoFDP: 0,
    name: `${STUB_PREFIX}${table.tree.objid}_${column.fid}`,
    flags: hasCallback ? column.flags & ~callbackFlags : column.flags,
  });
}

/**
 * Gives a column another name.
 * @throws JetError JET_errObjectNotFound, JET_errColumnNotFound, JET_errColumnDuplicate, JET_errInvalidName,
 * JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errWriteConflict.
 */
export function renameColumn(
  context: DefinitionContext,
  session: TxSession,
  tableName: string,
  name: string,
  nameNew: string,
): TableDef {
  checkName(nameNew);
  const { rows, table } = schemaOf(context).stateForChange(tableName, session);
  refuseFixed(table);
  const column = findColumn(table, name);
  const at = { table: table.name };
  if (!rows.some(isRowOf(column))) throw new JetError('JET_errFixedInheritedDDL', `${name} is of the template`, at);
  const taken = table.columns.find((each) => each.name.toLowerCase() === nameNew.toLowerCase());
  if (taken !== undefined && taken !== column) {
    throw new JetError('JET_errColumnDuplicate', `table ${table.name} has a column ${nameNew}`, at);
  }
  return replaceRow(context, session, rows, isRowOf(column), { name: nameNew });
}
