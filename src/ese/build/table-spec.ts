// How programs describe a table to be built, and the catalog rows that follow (format 5.2, 5.3).
import { JetError } from '../../errors/jet-error.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CODE_PAGE_UNICODE, ColumnFlag } from '../catalog/column-def.ts';
import { Coltyp, coltypSize, isLongType, isTextType } from '../catalog/column-type.ts';
import { IndexExtraFlag, IndexFlag } from '../catalog/index-def.ts';
import { CatalogType } from '../catalog/system-schema.ts';

/** A column to be made. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: Exclude<keyof typeof Coltyp, 'Nil' | 'Slv'>;
  /** Text: 1252 (default) or 1200 for Unicode. */
  readonly codePage?: 1252 | 1200;
  /** Most bytes; of a fixed text or binary column the exact length. Default 255, long types none. */
  readonly maxLength?: number;
  /** Where it lives. Default: fixed for types of fixed size, tagged for long types and multi-values, else variable. */
  readonly place?: 'fixed' | 'variable' | 'tagged';
  readonly multiValued?: boolean;
  readonly notNull?: boolean;
  readonly autoIncrement?: boolean;
  /** Long values are compressed where that makes them shorter. */
  readonly compressed?: boolean;
  /** Stored form of the default value. */
  readonly defaultValue?: Uint8Array;
}

/** An index to be made. */
export interface IndexSpec {
  readonly name: string;
  /** Column names, `-` before those in descending order. */
  readonly key: readonly string[];
  readonly primary?: boolean;
  readonly unique?: boolean;
  /** Percent of a page that the engine fills when it rebuilds the index. Default 80. */
  readonly density?: number;
}

/** A table to be made. */
export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly indexes?: readonly IndexSpec[];
  readonly density?: number;
  /** JET_bitObject* flags; 0 for tables of programs. */
  readonly flags?: number;
}

const DENSITY_DEFAULT = 80;
const VARIABLE_MOST = 255;
const LOCALE = 'en-US';
const LCMAP_FLAGS = 0x00030401;
/** Bits every index has that leaves no record out. */
const ALLOW_NULLS: number = IndexFlag.AllowAllNulls | IndexFlag.AllowFirstNull | IndexFlag.AllowSomeNulls;
/** First revision whose key segments have four bytes. */
const REVISION_WIDE_SEGMENTS = 7;
/** First revision that names locales. */
const REVISION_LOCALE_NAMES = 0x12;

/** Hands out object ids and knows the revision. */
export interface CatalogContext {
  readonly revision: number;
  readonly nextObjid: () => number;
}

const EMPTY_ROW = {
  spaceUsage: 0,
  flags: 0,
  pagesOrLocale: 0,
  recordOffset: 0,
  lcMapFlags: 0,
  keyMost: undefined,
  lvChunkMax: undefined,
  templateOrCallback: '',
  defaultValue: undefined,
  keyFldIDs: undefined,
  varSegMac: 0,
  conditionalColumns: undefined,
  tupleLimits: undefined,
  sortVersion: undefined,
  localeName: '',
  pgnoFDPLastSetTime: undefined,
} as const;

function placeOf(spec: ColumnSpec): 'fixed' | 'variable' | 'tagged' {
  if (spec.place !== undefined) return spec.place;
  const coltyp = Coltyp[spec.type];
  if (spec.multiValued === true || isLongType(coltyp)) return 'tagged';
  return coltypSize(coltyp) > 0 ? 'fixed' : 'variable';
}

function columnFlags(spec: ColumnSpec): number {
  return (
    (spec.notNull === true ? ColumnFlag.NotNull : 0) |
    (spec.autoIncrement === true ? ColumnFlag.AutoIncrement : 0) |
    (spec.multiValued === true ? ColumnFlag.Multivalued : 0) |
    (spec.compressed === true ? ColumnFlag.Compressed : 0) |
    (spec.defaultValue === undefined ? 0 : ColumnFlag.Default)
  );
}

const FIDS = { fixed: [1, 127], variable: [128, 255], tagged: [256, 0xfee0] } as const;
const RECORD_HEADER_SIZE = 4;

function columnRows(objidTable: number, table: TableSpec): CatalogRow[] {
  const next = {
    fixed: FIDS.fixed[0] as number,
    variable: FIDS.variable[0] as number,
    tagged: FIDS.tagged[0] as number,
  };
  let recordOffset = RECORD_HEADER_SIZE;
  return table.columns.map((spec) => {
    const coltyp = Coltyp[spec.type];
    const place = placeOf(spec);
    const id = next[place]++;
    if (id > FIDS[place][1])
      throw new JetError('JET_errTooManyColumns', `table ${table.name} has too many ${place} columns`, {
        table: table.name,
      });
    const size = coltypSize(coltyp) || (spec.maxLength ?? (isLongType(coltyp) ? 0 : VARIABLE_MOST));
    const row: CatalogRow = {
      ...EMPTY_ROW,
      objidTable,
      type: CatalogType.Column,
      id,
      name: spec.name,
      coltypOrPgnoFDP: coltyp,
      spaceUsage: size,
      flags: columnFlags(spec),
      pagesOrLocale: isTextType(coltyp) ? (spec.codePage ?? 1252) : 0,
      recordOffset: place === 'fixed' ? recordOffset : 0,
      defaultValue: spec.defaultValue,
    };
    if (place === 'fixed') recordOffset += size;
    return row;
  });
}

function keyFields(index: IndexSpec, columns: readonly CatalogRow[], wide: boolean, table: TableSpec): Uint8Array {
  const bytes = new Uint8Array(index.key.length * (wide ? 4 : 2));
  const view = new DataView(bytes.buffer);
  index.key.forEach((text, i) => {
    const descending = text.startsWith('-');
    const name = text.replace(/^[-+]/, '');
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined)
      throw new JetError('JET_errColumnNotFound', `index ${index.name}: table ${table.name} has no column ${name}`, {
        table: table.name,
      });
    if (isTextType(column.coltypOrPgnoFDP) && column.pagesOrLocale === CODE_PAGE_UNICODE) {
      const message = `index ${index.name} of ${table.name}: keys of Unicode text (${name}) can only be made by Windows`;
      throw new JetError('JET_errUnicodeNormalizationNotSupported', message, { table: table.name });
    }
    if (wide) {
      bytes[i * 4] = descending ? 0x40 : 0;
      view.setUint16(i * 4 + 2, column.id, true);
    } else {
      view.setInt16(i * 2, descending ? -column.id : column.id, true);
    }
  });
  return bytes;
}

function indexRows(
  objidTable: number,
  table: TableSpec,
  columns: readonly CatalogRow[],
  context: CatalogContext,
): CatalogRow[] {
  const wide = context.revision >= REVISION_WIDE_SEGMENTS;
  return (table.indexes ?? []).map((index) => {
    const primary = index.primary === true;
    const flags =
      ALLOW_NULLS |
      (primary ? IndexFlag.Primary | IndexFlag.Unique : 0) |
      (index.unique === true ? IndexFlag.Unique : 0);
    return {
      ...EMPTY_ROW,
      objidTable,
      type: CatalogType.Index,
      id: primary ? objidTable : context.nextObjid(),
      name: index.name,
      coltypOrPgnoFDP: 0,
      spaceUsage: index.density ?? DENSITY_DEFAULT,
      flags: flags | ((wide ? IndexExtraFlag.ExtendedColumns : 0) << 16),
      keyFldIDs: keyFields(index, columns, wide, table),
      lcMapFlags: LCMAP_FLAGS,
      localeName: context.revision >= REVISION_LOCALE_NAMES ? LOCALE : '',
    };
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
    pagesOrLocale: 1,
  };
  return [own, ...columns, ...indexRows(objidTable, table, columns, context)];
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
