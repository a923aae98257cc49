// The tree of long values that a table gets with its first one (ErrFILEOpenLVRoot with fCreate in lv.cxx).
import { longValueRow } from '../build/table-spec.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { createTree } from './create-tree.ts';
import { schemaOf, within, type DefinitionContext } from './definition-context.ts';
import { backgroundSession } from './long-value-cleaner.ts';
import type { TxSession } from './tx-session.ts';

/**
 * Gives a table a tree for long values, if it has none; the table's definition with it. Where the table is committed the
 * tree is too, at once and whatever becomes of the session's transaction: it is for all sessions.
 * @throws JetError JET_errObjectNotFound, JET_errOutOfDatabaseSpace, JET_errDiskFull.
 */
export function createLongValueTree(context: DefinitionContext, session: TxSession, table: TableDef): TableDef {
  const schema = schemaOf(context);
  const { objid, pgnoFDP } = table.tree;
  const known = schema.tableForWriting(objid, session);
  if (known.longValueTree !== undefined) return known;
  const isOwn = schema.isMadeBy(objid, session);
  const by = isOwn ? session : backgroundSession(context.transactions);
  within(by, () => {
    const tree = createTree(context, by, { pgnoFDPParent: pgnoFDP, kind: 'long-value' });
    const row: CatalogRow = longValueRow(objid, tree.objid, tree.pgnoFDP);
    new CatalogWriter(context, by).insert(row);
    schema.addLongValueTree(objid, row);
    by.onRollback(() => {
      schema.removeLongValueTree(objid, row);
    });
  });
  return schema.tableForWriting(objid, session);
}
