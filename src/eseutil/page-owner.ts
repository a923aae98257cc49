// Whose page is it? Object ids in page headers against the catalog.
import type { IndexDef } from '../ese/catalog/index-def.ts';
import { SYSTEM_ROOT } from '../ese/catalog/system-schema.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';

/** What an object id stands for. */
export interface PageOwner {
  readonly kind: 'database' | 'table' | 'long-values' | 'index' | 'unknown';
  readonly table?: TableDef;
  /** The secondary index, or for a table's own tree its primary index (where it has one). */
  readonly index?: IndexDef;
}

/** The object that the catalog knows by `objid`. */
export function ownerOf(db: Database, objid: number): PageOwner {
  if (objid === SYSTEM_ROOT.objid) return { kind: 'database' };
  // Temporary databases have no catalog; their object ids are those of the moment.
  if (db.hasNoChecksums) return { kind: 'unknown' };
  for (const table of db.tables) {
    if (table.tree.objid === objid) {
      return { kind: 'table', table, ...(table.primaryIndex === undefined ? {} : { index: table.primaryIndex }) };
    }
    if (table.longValueTree?.objid === objid) return { kind: 'long-values', table };
    const index = table.indexes.find((one) => !one.definition.primary && one.tree.objid === objid);
    if (index !== undefined) return { kind: 'index', table, index };
  }
  return { kind: 'unknown' };
}

/** The owner in words: `index Name of table MSysObjects`. */
export function ownerText(owner: PageOwner): string {
  switch (owner.kind) {
    case 'database':
      return 'root of the database';
    case 'table':
      return `table ${owner.table!.name}`;
    case 'long-values':
      return `long values of table ${owner.table!.name}`;
    case 'index':
      return `index ${owner.index!.name} of table ${owner.table!.name}`;
    case 'unknown':
      return 'no object of the catalog';
  }
}
