// How programs describe an index, and the catalog row that follows (format 5.2, 5.3, 7; ErrFILEIValidateCreateIndex in
// fcreate.cxx, IDB::SetFlagsFromGrbit).
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { CODE_PAGE_UNICODE, ColumnFlag } from '../catalog/column-def.ts';
import { Coltyp, isTextType } from '../catalog/column-type.ts';
import { IndexExtraFlag, IndexFlag } from '../catalog/index-def.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import { checkName, EMPTY_ROW } from './empty-row.ts';

/** An index to be made. */
export interface IndexSpec {
  readonly name: string;
  /** Column names, `-` before those in descending order. */
  readonly key: readonly string[];
  readonly primary?: boolean;
  readonly unique?: boolean;
  /** Percent of a page that the engine fills when it rebuilds the index. Default 80. */
  readonly density?: number;
  /**
   * What becomes of rows in which columns of the key are NULL: all are indexed (default), those are left out where all
   * are NULL, where the first is, or where any is; or they are refused.
   */
  readonly nulls?: 'index' | 'ignore-all' | 'ignore-first' | 'ignore-any' | 'refuse';
  /** NULL comes after all values. */
  readonly sortNullsHigh?: boolean;
  /** Rows are indexed only where these columns have a value, or, with `!` before the name, where they are NULL. */
  readonly conditions?: readonly string[];
  /** Substrings of the first column, text or binary, are indexed. */
  readonly tuples?: TupleSpec;
  /** All combinations of the values of multi-valued columns. */
  readonly crossProduct?: boolean;
  /** The first values of multi-valued columns together, the second ones, and so on. */
  readonly nestedTable?: boolean;
  /** Keys longer than `keyMost` are refused rather than cut. */
  readonly disallowTruncation?: boolean;
  /** Longest key. Default 255. */
  readonly keyMost?: number;
  /** Most bytes of the key that a column of no fixed size takes. Default: `keyMost`. */
  readonly varSegMac?: number;
  /** How Unicode text is mapped to keys (LCMAP_SORTKEY and NORM_...). Default: case, kana type and width do not count. */
  readonly lcMapFlags?: number;
  /** GUIDs in the order of .NET. */
  readonly dotNetGuid?: boolean;
}

/** Which substrings are indexed. Default: the engine's, 3 to 10 characters, the first 32767 of a value. */
export interface TupleSpec {
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  readonly toIndexMax?: number;
  readonly increment?: number;
  readonly start?: number;
}

/** What the row of an index is made with. */
export interface IndexContext {
  readonly revision: number;
  readonly nextObjid: () => number;
  /** Order of Unicode text; without it there are no keys of such text. */
  readonly textOrder?: { readonly sortVersion: Uint8Array; readonly sortId: Uint8Array };
}

const DENSITY_DEFAULT = 80;
const LOCALE = 'en-US';
const LCMAP_FLAGS = 0x00030401;
/** Bits every index has that leaves no record out. */
const ALLOW_NULLS: number = IndexFlag.AllowAllNulls | IndexFlag.AllowFirstNull | IndexFlag.AllowSomeNulls;
/** First revision whose key segments have four bytes. */
const REVISION_WIDE_SEGMENTS = 7;
/** First revision that names locales. */
const REVISION_LOCALE_NAMES = 0x12;
const KEY_MOST_DEFAULT = 255;
const SEGMENTS_MOST = 16;
const SegmentBit = { Descending: 0x40, MustBeNull: 0x20 } as const;
const TUPLE_LENGTH_MIN = 3;
const TUPLE_LENGTH_MAX = 10;
const TUPLE_TO_INDEX = 0x7fff;
const TUPLE_LENGTH_LEAST = 2;
const TUPLE_LENGTH_MOST = 255;

const NULL_FLAGS: Readonly<Record<NonNullable<IndexSpec['nulls']>, number>> = {
  index: ALLOW_NULLS,
  'ignore-all': IndexFlag.AllowSomeNulls | IndexFlag.AllowFirstNull,
  'ignore-first': IndexFlag.AllowSomeNulls,
  'ignore-any': 0,
  refuse: IndexFlag.NoNullSegments,
};

/** A column that an index names. */
function columnOf(name: string, index: string, columns: readonly CatalogRow[], table: string): CatalogRow {
  const wanted = name.toLowerCase();
  const column = columns.find((each) => each.name.toLowerCase() === wanted && each.coltypOrPgnoFDP !== 0);
  if (column !== undefined) return column;
  const message = `index ${index}: table ${table} has no column ${name}`;
  throw new JetError('JET_errColumnNotFound', message, { table });
}

interface Segment {
  readonly column: CatalogRow;
  readonly bit: number;
}

function encodeSegments(segments: readonly Segment[], wide: boolean): Uint8Array {
  const bytes = new Uint8Array(segments.length * (wide ? 4 : 2));
  const view = new DataView(bytes.buffer);
  segments.forEach(({ column, bit }, i) => {
    if (wide) {
      bytes[i * 4] = bit;
      view.setUint16(i * 4 + 2, column.id, true);
    } else {
      view.setInt16(i * 2, bit !== 0 ? -column.id : column.id, true);
    }
  });
  return bytes;
}

function tupleBytes(tuples: TupleSpec): Uint8Array {
  const { lengthMin = TUPLE_LENGTH_MIN, lengthMax = TUPLE_LENGTH_MAX, toIndexMax = TUPLE_TO_INDEX } = tuples;
  const { increment = 1, start = 0 } = tuples;
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  [lengthMin, lengthMax, toIndexMax, increment, start].forEach((value, i) => {
    view.setUint32(4 * i, value, true);
  });
  return bytes;
}

type Refusal = readonly [wrong: boolean, jet: JetErrorSymbol, reason: string];

function refuseFirst(refusals: readonly Refusal[], index: string, table: string): void {
  const found = refusals.find(([wrong]) => wrong);
  if (found !== undefined) throw new JetError(found[1], `index ${index} of ${table}: ${found[2]}`, { table });
}

function checkTuples(index: IndexSpec, first: CatalogRow, table: string): void {
  const { tuples, keyMost = KEY_MOST_DEFAULT, varSegMac = keyMost } = index;
  if (tuples === undefined) return;
  const { lengthMin = TUPLE_LENGTH_MIN, lengthMax = TUPLE_LENGTH_MAX, toIndexMax = TUPLE_TO_INDEX } = tuples;
  const { increment = 1, start = 0 } = tuples;
  const isText = isTextType(first.coltypOrPgnoFDP);
  const isBinary = first.coltypOrPgnoFDP === Coltyp.Binary || first.coltypOrPgnoFDP === Coltyp.LongBinary;
  const isLength = (length: number): boolean => length >= TUPLE_LENGTH_LEAST && length <= TUPLE_LENGTH_MOST;
  const sizes = [toIndexMax, increment, start];
  const refusals: readonly Refusal[] = [
    [index.primary === true, 'JET_errIndexTuplesSecondaryIndexOnly', 'it is the primary one'],
    [index.unique === true, 'JET_errIndexTuplesNonUniqueOnly', 'substrings are not unique'],
    [varSegMac < keyMost, 'JET_errIndexTuplesVarSegMacNotAllowed', 'substrings are not cut'],
    [!isText && !isBinary, 'JET_errIndexTuplesTextBinaryColumnsOnly', 'its first column has no substrings'],
    [
      !isLength(lengthMin) || !isLength(lengthMax) || lengthMin > lengthMax,
      'JET_errIndexTuplesInvalidLimits',
      'lengths',
    ],
    [sizes.some((size) => size < 0 || size > TUPLE_TO_INDEX), 'JET_errIndexTuplesInvalidLimits', 'substrings'],
    [increment === 0, 'JET_errIndexTuplesInvalidLimits', 'step'],
  ];
  refuseFirst(refusals, index.name, table);
}

const isUnicode = ({ column }: Segment): boolean =>
  isTextType(column.coltypOrPgnoFDP) && column.pagesOrLocale === CODE_PAGE_UNICODE;

function check(index: IndexSpec, key: readonly Segment[], table: string, canOrderText: boolean): void {
  const { primary = false, nulls = 'index', keyMost = KEY_MOST_DEFAULT, varSegMac = keyMost } = index;
  const has = (flag: number): boolean => key.some(({ column }) => (column.flags & flag) !== 0);
  const unicode = canOrderText ? undefined : key.find(isUnicode);
  const leavesOut = nulls !== 'index' && nulls !== 'refuse';
  const conditions = index.conditions?.length ?? 0;
  const refusals: readonly Refusal[] = [
    [key.length === 0 || key.length > SEGMENTS_MOST, 'JET_errIndexInvalidDef', 'number of columns'],
    [conditions > SEGMENTS_MOST, 'JET_errIndexInvalidDef', 'number of conditions'],
    [primary && leavesOut, 'JET_errInvalidGrbit', 'the primary one leaves nothing out'],
    [primary && conditions > 0, 'JET_errIndexInvalidDef', 'the primary one has no conditions'],
    [index.crossProduct === true && index.nestedTable === true, 'JET_errInvalidGrbit', 'values combined in two ways'],
    [keyMost < KEY_MOST_DEFAULT || varSegMac < 1 || varSegMac > keyMost, 'JET_errIndexInvalidDef', 'length of keys'],
    [has(ColumnFlag.EscrowUpdate), 'JET_errCannotIndex', 'a column changes by differences'],
    [has(ColumnFlag.Encrypted), 'JET_errCannotIndexOnEncryptedColumn', 'a column is encrypted'],
    [primary && has(ColumnFlag.Multivalued), 'JET_errIndexInvalidDef', 'the primary one has one key a row'],
    [
      unicode !== undefined,
      'JET_errUnicodeNormalizationNotSupported',
      `keys of Unicode text (${unicode?.column.name}) can only be made by Windows`,
    ],
  ];
  refuseFirst(refusals, index.name, table);
  checkTuples(index, key[0]!.column, table);
}

function flagsOf(index: IndexSpec, key: readonly Segment[], wide: boolean): number {
  const multivalued = key.some(({ column }) => (column.flags & ColumnFlag.Multivalued) !== 0);
  const { nulls = 'index' } = index;
  const flags =
    NULL_FLAGS[nulls] |
    (index.primary === true ? IndexFlag.Primary | IndexFlag.Unique : 0) |
    (index.unique === true ? IndexFlag.Unique : 0) |
    (multivalued ? IndexFlag.Multivalued : 0) |
    (key.some(isUnicode) ? IndexFlag.LocalizedText : 0) |
    (index.lcMapFlags === undefined ? 0 : IndexFlag.LocaleSet) |
    (index.sortNullsHigh === true && nulls !== 'refuse' ? IndexFlag.SortNullsHigh : 0) |
    (index.crossProduct === true ? IndexFlag.CrossProduct : 0) |
    (index.nestedTable === true ? IndexFlag.NestedTable : 0) |
    (index.disallowTruncation === true ? IndexFlag.DisallowTruncation : 0);
  const extra =
    (wide ? IndexExtraFlag.ExtendedColumns : 0) | (index.dotNetGuid === true ? IndexExtraFlag.DotNetGuid : 0);
  return flags | (extra << 16);
}

/**
 * The catalog row of an index on a table with these columns, without its root page.
 * @throws JetError JET_errInvalidName, JET_errColumnNotFound, JET_errIndexInvalidDef, JET_errInvalidGrbit,
 * JET_errCannotIndex, JET_errIndexTuples..., JET_errUnicodeNormalizationNotSupported.
 */
export function indexRow(
  objidTable: number,
  index: IndexSpec,
  columns: readonly CatalogRow[],
  table: string,
  context: IndexContext,
): CatalogRow {
  checkName(index.name);
  const { revision, nextObjid } = context;
  const wide = revision >= REVISION_WIDE_SEGMENTS;
  const key = index.key.map((text): Segment => {
    const column = columnOf(text.replace(/^[-+]/, ''), index.name, columns, table);
    return { column, bit: text.startsWith('-') ? SegmentBit.Descending : 0 };
  });
  const conditions = (index.conditions ?? []).map((text): Segment => {
    const column = columnOf(text.replace(/^!/, ''), index.name, columns, table);
    return { column, bit: text.startsWith('!') ? SegmentBit.MustBeNull : 0 };
  });
  check(index, key, table, context.textOrder !== undefined);
  const { keyMost = KEY_MOST_DEFAULT, varSegMac = keyMost, tuples } = index;
  return {
    ...EMPTY_ROW,
    objidTable,
    type: CatalogType.Index,
    id: index.primary === true ? objidTable : nextObjid(),
    name: index.name,
    coltypOrPgnoFDP: 0,
    spaceUsage: index.density ?? DENSITY_DEFAULT,
    flags: flagsOf(index, key, wide),
    keyFldIDs: encodeSegments(key, wide),
    conditionalColumns: conditions.length === 0 ? undefined : encodeSegments(conditions, wide),
    tupleLimits: tuples === undefined ? undefined : tupleBytes(tuples),
    keyMost: keyMost === KEY_MOST_DEFAULT ? undefined : keyMost,
    varSegMac: varSegMac === keyMost ? 0 : varSegMac,
    lcMapFlags: index.lcMapFlags ?? LCMAP_FLAGS,
    localeName: revision >= REVISION_LOCALE_NAMES ? LOCALE : '',
    ...(key.some(isUnicode) ? context.textOrder : {}),
  };
}
