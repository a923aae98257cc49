// A table as the catalog declares it (format 5.3, 5.4).
import type { TreeRef } from '../btree/tree.ts';
import type { ColumnDef } from './column-def.ts';
import type { IndexDef } from './index-def.ts';

/** Flags of a table (JET_bitObject*). */
export const TableFlag = {
  System: 0x80000000,
  FixedDdl: 0x40000000,
  Template: 0x20000000,
  Derived: 0x10000000,
  SystemDynamic: 0x08000000,
  NoFixedVarColumnsInDerived: 0x04000000,
} as const;

/** A table, its columns and indexes. Columns of a derived table include those of its template. */
export interface TableDef {
  readonly name: string;
  /** The primary tree: the table's records. */
  readonly tree: TreeRef;
  readonly flags: number;
  readonly initialPages: number;
  readonly density: number;
  /** In the order fixed, variable, tagged, each by field id; the template's before the table's own. */
  readonly columns: readonly ColumnDef[];
  /** Secondary indexes and, when the table has one, the primary index, by name. */
  readonly indexes: readonly IndexDef[];
  readonly primaryIndex?: IndexDef;
  /** The tree of long values, when the table has one. */
  readonly longValueTree?: TreeRef;
  /** Uncompressed bytes of a full long-value chunk. */
  readonly lvChunkMax: number;
  readonly templateName?: string;
  /** Highest field ids ever given out, of columns since deleted too; a record may hold remains of those. */
  readonly fidLast: { readonly fixed: number; readonly variable: number; readonly tagged: number };
}

/** True for tables of the engine itself: MSysObjects and its kin. */
export function isSystemTable(table: TableDef): boolean {
  return (table.flags & (TableFlag.System | TableFlag.SystemDynamic)) !== 0;
}
