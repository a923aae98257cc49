// The catalog's own schema, which must be known before the catalog can be read (format 5.1, 5.2; _cat.cxx).
import { columnPlace, ColumnFlag, type ColumnDef } from './column-def.ts';
import { Coltyp, coltypSize } from './column-type.ts';

/** Object ids and root pages that are the same in every database. */
export const SYSTEM_ROOT: { readonly objid: 1; readonly pgnoFDP: 1 } = { objid: 1, pgnoFDP: 1 };
export const OBJID_CATALOG = 2;
export const PGNO_CATALOG = 4;
export const OBJID_CATALOG_SHADOW = 3;
export const PGNO_CATALOG_SHADOW = 24;

/** True for the object ids of the catalog and its shadow. */
export function isCatalog(objid: number): boolean {
  return objid === OBJID_CATALOG || objid === OBJID_CATALOG_SHADOW;
}

/** Types of catalog rows. */
export const CatalogType = { Table: 1, Column: 2, Index: 3, LongValue: 4, Callback: 5 } as const;

/** Columns of MSysObjects by name: field id and type. Fixed columns follow each other in the record in this order. */
const COLUMNS = [
  ['ObjidTable', 1, Coltyp.Long],
  ['Type', 2, Coltyp.Short],
  ['Id', 3, Coltyp.Long],
  ['ColtypOrPgnoFDP', 4, Coltyp.Long],
  ['SpaceUsage', 5, Coltyp.Long],
  ['Flags', 6, Coltyp.Long],
  ['PagesOrLocale', 7, Coltyp.Long],
  ['RootFlag', 8, Coltyp.Bit],
  ['RecordOffset', 9, Coltyp.Short],
  ['LCMapFlags', 10, Coltyp.Long],
  ['KeyMost', 11, Coltyp.UnsignedShort],
  ['LVChunkMax', 12, Coltyp.Long],
  ['PgnoFDPLastSetTime', 13, Coltyp.DateTime],
  ['Name', 128, Coltyp.Text],
  ['Stats', 129, Coltyp.Binary],
  ['TemplateTable', 130, Coltyp.Text],
  ['DefaultValue', 131, Coltyp.Binary],
  ['KeyFldIDs', 132, Coltyp.Binary],
  ['VarSegMac', 133, Coltyp.Binary],
  ['ConditionalColumns', 134, Coltyp.Binary],
  ['TupleLimits', 135, Coltyp.Binary],
  ['Version', 136, Coltyp.Binary],
  ['SortID', 137, Coltyp.Binary],
  ['CallbackData', 256, Coltyp.LongBinary],
  ['CallbackDependencies', 257, Coltyp.LongBinary],
  ['SeparateLV', 258, Coltyp.LongBinary],
  ['SpaceHints', 259, Coltyp.LongBinary],
  ['SpaceDeferredLVHints', 260, Coltyp.LongBinary],
  ['LocaleName', 261, Coltyp.LongBinary],
] as const;

const NOT_NULL = new Set<number>([1, 2, 3, 4, 5, 6, 7, 128]);
const RECORD_HEADER_SIZE = 4;

function systemColumns(): ColumnDef[] {
  let recordOffset = RECORD_HEADER_SIZE;
  return COLUMNS.map(([name, fid, coltyp]) => {
    const place = columnPlace(fid);
    const size = coltypSize(coltyp);
    const column: ColumnDef = {
      name,
      fid,
      columnId: fid,
      coltyp,
      place,
      cbMaxLen: size === 0 ? 255 : size,
      flags: NOT_NULL.has(fid) ? ColumnFlag.NotNull : 0,
      codePage: coltyp === Coltyp.Text ? 1252 : 0,
      recordOffset: place === 'fixed' ? recordOffset : 0,
      derived: false,
    };
    if (place === 'fixed') recordOffset += size;
    return column;
  });
}

/** The columns of MSysObjects and MSysObjectsShadow, with true record offsets (the catalog's own rows lie about them). */
export const SYSTEM_COLUMNS: readonly ColumnDef[] = systemColumns();

/** One catalog column. */
export function systemColumn(name: string): ColumnDef {
  return SYSTEM_COLUMNS.find((column) => column.name === name)!;
}
