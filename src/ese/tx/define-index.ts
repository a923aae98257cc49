// Indexes made of tables with rows, and deleted, while the table is in use (ErrFILEICreateIndex, ErrIsamDeleteIndex in
// fcreate.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { indexRow, type IndexSpec } from '../build/index-spec.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { memorySpillStore } from '../io/memory-spill.ts';
import type { SpillStore } from '../io/spill-store.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { createTree } from './create-tree.ts';
import { declareObject, dropWhenAllSee } from './define-table.ts';
import { catalogContext, refuseFixed, schemaOf, within, type DefinitionContext } from './definition-context.ts';
import { buildIndex } from './index-build.ts';
import { countLocale } from './locale-counter.ts';
import { traceRecord } from './trace-record.ts';
import { writeTreeOf } from './table-writer.ts';
import type { TxSession } from './tx-session.ts';
import { VersionedTree } from './versioned-tree.ts';

/** How an index is made. */
export interface CreateIndexOptions {
  /** Where entries are sorted that memory does not hold. Default: memory. */
  readonly spill?: SpillStore;
}

/** Checks that a table can have one more index. */
function check(context: DefinitionContext, session: TxSession, table: TableDef, spec: IndexSpec): void {
  const at = { table: table.name };
  if (table.indexes.some(({ name }) => name.toLowerCase() === spec.name.toLowerCase())) {
    throw new JetError('JET_errIndexDuplicate', `table ${table.name} has an index ${spec.name}`, at);
  }
  if (spec.primary !== true) return;
  if (table.primaryIndex !== undefined) {
    throw new JetError('JET_errIndexHasPrimary', `table ${table.name} has a primary index`, at);
  }
  const { transactions, database } = context;
  const tree = writeTreeOf(table.tree, true, table.density, database.db.store.format.pageSize);
  const rows = new VersionedTree(transactions, session, database, tree).all();
  if (rows.next().done !== true) {
    throw new JetError('JET_errTableNotEmpty', `the rows of table ${table.name} have an order already`, at);
  }
}

/**
 * Makes an index with entries for all rows; others see it when the transaction commits, and until then cannot write to
 * the table (JET_errWriteConflict).
 * @throws JetError JET_errObjectNotFound, JET_errFixedDDL, JET_errIndexDuplicate, JET_errIndexHasPrimary,
 * JET_errTableNotEmpty (a primary index on rows), JET_errKeyDuplicate, JET_errNullKeyDisallowed, JET_errWriteConflict
 * (rows or the definition are being changed), and as `indexRow`; nothing is left of it then.
 */
export function createIndex(
  context: DefinitionContext,
  session: TxSession,
  tableName: string,
  spec: IndexSpec,
  { spill = memorySpillStore }: CreateIndexOptions = {},
): TableDef {
  const schema = schemaOf(context);
  const { rows, table } = schema.stateForChange(tableName, session);
  refuseFixed(table);
  check(context, session, table, spec);
  const { pgnoFDP: pgnoFDPParent, objid } = table.tree;
  const { db } = context.database;
  const columns = rows.filter(({ type }) => type === CatalogType.Column);
  const declared = indexRow(objid, spec, columns, table.name, catalogContext(context));
  const change = (row: CatalogRow): TableDef => {
    if (row.sortVersion !== undefined) countLocale(context, row);
    declareObject(new CatalogWriter(context, session), row);
    return schema.change(context.transactions, session, objid, [...rows, row], { blocksWriters: true })!;
  };
  return within(session, () => {
    if (spec.primary === true) return change({ ...declared, coltypOrPgnoFDP: pgnoFDPParent });
    const unique = spec.unique === true;
    const tree = createTree(context, session, { pgnoFDPParent, kind: 'index', unique, objid: declared.id });
    const now = change({ ...declared, coltypOrPgnoFDP: tree.pgnoFDP });
    const index = now.indexes.find((each) => each.tree.objid === tree.objid)!;
    const where = `[objid:0x${tree.objid.toString(16)},pgnoFDP:0x${tree.pgnoFDP.toString(16)}`;
    const trace = (text: string): void => {
      session.beforeRecord();
      db.log.append(traceRecord(session.procid, text));
    };
    trace(`Begin  CreateIndex: ${index.name} ${where}]`);
    buildIndex(context, session, now, index, spill);
    trace(`End CreateIndex scan phase ${where},error:0x0]`);
    trace(`End CreateIndex update phase ${where},error:0x0]`);
    return now;
  });
}

/**
 * Deletes an index. Its space is free when the transaction has committed and all that began before it are over.
 * @throws JetError JET_errObjectNotFound, JET_errIndexNotFound, JET_errIndexMustStay (the primary one),
 * JET_errFixedDDL, JET_errFixedInheritedDDL, JET_errWriteConflict.
 */
export function deleteIndex(context: DefinitionContext, session: TxSession, tableName: string, name: string): TableDef {
  const schema = schemaOf(context);
  const { rows, table } = schema.stateForChange(tableName, session);
  refuseFixed(table);
  const at = { table: table.name };
  const index = table.indexes.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (index === undefined) throw new JetError('JET_errIndexNotFound', `table ${table.name} has no index ${name}`, at);
  if (index.definition.primary) {
    throw new JetError('JET_errIndexMustStay', `${name} is the primary index of table ${table.name}`, at);
  }
  const row = rows.find(({ type, id }) => type === CatalogType.Index && id === index.tree.objid);
  if (row === undefined) throw new JetError('JET_errFixedInheritedDDL', `index ${name} is of the template`, at);
  return within(session, () => {
    new CatalogWriter(context, session).delete(row);
    const left = rows.filter((each) => each !== row);
    const now = schema.change(context.transactions, session, table.tree.objid, left)!;
    dropWhenAllSee(context, session, index.tree);
    return now;
  });
}
