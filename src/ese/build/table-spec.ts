// How programs describe a table to be built, and the catalog rows that follow (format 5.2, 5.3).
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import { columnRow, NO_FIELDS, placeOf, type ColumnSpec } from './column-spec.ts';
import { EMPTY_ROW } from './empty-row.ts';
import { indexRow, type IndexContext, type IndexSpec } from './index-spec.ts';

export type { ColumnSpec } from './column-spec.ts';
export type { IndexSpec, TupleSpec } from './index-spec.ts';

/** A table to be made. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly indexes?: readonly IndexSpec[];
  readonly density?: number;
  /** Pages it begins with. Default 1. */
  readonly pages?: number;
  /** JET_bitObject* flags; 0 for tables of programs. */
  readonly flags?: number;
}

const DENSITY_DEFAULT = 80;
const RECORD_HEADER_SIZE = 4;

/** Hands out object ids and knows the revision. */
export type CatalogContext = IndexContext;

function columnRows(objidTable: number, table: TableSpec): CatalogRow[] {
  const last = { ...NO_FIELDS };
  let recordOffset = RECORD_HEADER_SIZE;
  return table.columns.map((spec) => {
    const row = columnRow(objidTable, spec, last, recordOffset, table.name);
    if (placeOf(spec) === 'fixed') recordOffset += row.spaceUsage;
    return row;
  });
}

/** Catalog rows of a table: itself, its columns, its indexes. Root pages are 0 until the trees are built. */
export function catalogRows(table: TableSpec, context: CatalogContext): CatalogRow[] {
  const objidTable = context.nextObjid();
  const columns = columnRows(objidTable, table);
  const own: CatalogRow = {
    ...EMPTY_ROW,
    objidTable,
    type: CatalogType.Table,
    id: objidTable,
    name: table.name,
    coltypOrPgnoFDP: 0,
    spaceUsage: table.density ?? DENSITY_DEFAULT,
    flags: table.flags ?? 0,
    pagesOrLocale: table.pages ?? 1,
  };
  const indexes = (table.indexes ?? []).map((index) => indexRow(objidTable, index, columns, table.name, context));
  return [own, ...columns, ...indexes];
}

/** The row of a table's long-value tree. */
export function longValueRow(objidTable: number, objid: number, pgnoFDP: number): CatalogRow {
  return {
    ...EMPTY_ROW,
    objidTable,
    type: CatalogType.LongValue,
    id: objid,
    name: 'LV',
    coltypOrPgnoFDP: pgnoFDP,
    spaceUsage: 100,
    pagesOrLocale: 1,
  };
}
