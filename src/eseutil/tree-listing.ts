// Every tree of a database, in the order of reports: the database root, then each table with its long values and its
// secondary indexes (dbutil.cxx, ErrDBUTLEnumTableSpace).
import { CatalogType, SYSTEM_ROOT } from '../ese/catalog/system-schema.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { TreeRef } from '../ese/btree/tree.ts';
import type { Database } from '../ese/database.ts';
import { inCatalogOrder, secondaryIndexes } from './tree-order.ts';

/** What a tree is for, in the short form of reports. */
export type TreeRole = 'Db' | 'Pri' | 'LV' | 'Idx';

/** A tree and its place in the database. */
export interface ListedTree {
  readonly role: TreeRole;
  /** Name of the table (`Pri`) or index (`Idx`); `[Long Values]`; empty for the root of the database. */
  readonly name: string;
  readonly tree: TreeRef;
  /** The table the tree belongs to; undefined for the root of the database. */
  readonly table?: TableDef;
}

/** What long-value trees are called. */
export const LONG_VALUES_NAME = '[Long Values]';

/** The tree that owns all space of the database. */
export const ROOT_TREE: ListedTree = {
  role: 'Db',
  name: '',
  tree: { pgnoFDP: SYSTEM_ROOT.pgnoFDP, objid: SYSTEM_ROOT.objid, kind: 'table' },
};

/** The trees of one table: records, long values, secondary indexes. */
export function* treesOfTable(table: TableDef): Generator<ListedTree> {
  yield { role: 'Pri', name: table.name, tree: table.tree, table };
  const { longValueTree } = table;
  if (longValueTree !== undefined) yield { role: 'LV', name: LONG_VALUES_NAME, tree: longValueTree, table };
  for (const index of secondaryIndexes(table)) yield { role: 'Idx', name: index.name, tree: index.tree, table };
}

/** The tables that the catalog declares, in its order. */
export function declaredTables(db: Database): TableDef[] {
  // Where no row at all can be read, the catalog's own tables are known all the same.
  const declared = new Set(
    db.catalog.rows.filter((row) => row.type === CatalogType.Table).map((row) => row.objidTable),
  );
  return inCatalogOrder(db.tables.filter((table) => declared.size === 0 || declared.has(table.tree.objid)));
}

/** The trees of all tables that the catalog declares. */
export function* tableTrees(db: Database): Generator<ListedTree> {
  for (const table of declaredTables(db)) yield* treesOfTable(table);
}
