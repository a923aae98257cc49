// How programs describe a column, and the catalog row that follows (format 5.2, 5.3; ErrFILEIValidateAddColumn,
// ErrFILEGetNextColumnid in fcreate.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { CatalogRow } from '../catalog/catalog-row.ts';
import { ColumnFlag } from '../catalog/column-def.ts';
import { Coltyp, coltypSize, isLongType, isTextType } from '../catalog/column-type.ts';
import { CatalogType } from '../catalog/system-schema.ts';
import { checkName, EMPTY_ROW } from './empty-row.ts';

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
  /** Numbers rows: Long, LongLong, UnsignedLongLong or Currency. */
  readonly autoIncrement?: boolean;
  /** Counts the changes of a row: Long. */
  readonly version?: boolean;
  /** Changed by differences that do not conflict: Long or LongLong with a default. */
  readonly escrow?: boolean;
  /** With `escrow`: rows in which it becomes 0 are reported to a callback, or deleted. */
  readonly finalize?: boolean;
  readonly deleteOnZero?: boolean;
  /** Long values are compressed where that makes them shorter. */
  readonly compressed?: boolean;
  /** Stored form of the default value. */
  readonly defaultValue?: Uint8Array;
}

/** Highest field ids given out so far. */
export type FieldIds = Record<'fixed' | 'variable' | 'tagged', number>;

/** Before the first column of each place. */
export const NO_FIELDS: Readonly<FieldIds> = { fixed: 0, variable: 127, tagged: 255 };

const FID_MOST: Readonly<FieldIds> = { fixed: 127, variable: 255, tagged: 0xfee0 };
const VARIABLE_MOST = 255;
const LONG_VALUE_MOST = 0x7fffffff;
const NUMBERING: readonly Coltyp[] = [Coltyp.Long, Coltyp.LongLong, Coltyp.UnsignedLongLong, Coltyp.Currency];

/** Where a column lives. */
export function placeOf(spec: ColumnSpec): 'fixed' | 'variable' | 'tagged' {
  if (spec.place !== undefined) return spec.place;
  const coltyp = Coltyp[spec.type];
  if (spec.multiValued === true || isLongType(coltyp)) return 'tagged';
  return coltypSize(coltyp) > 0 ? 'fixed' : 'variable';
}

function columnFlags(spec: ColumnSpec): number {
  const { notNull, autoIncrement, version, multiValued, compressed, escrow, finalize, deleteOnZero } = spec;
  return (
    (notNull === true ? ColumnFlag.NotNull : 0) |
    (version === true ? ColumnFlag.Version : 0) |
    (autoIncrement === true ? ColumnFlag.AutoIncrement : 0) |
    (multiValued === true ? ColumnFlag.Multivalued : 0) |
    (compressed === true ? ColumnFlag.Compressed : 0) |
    (escrow === true ? ColumnFlag.EscrowUpdate : 0) |
    (finalize === true ? ColumnFlag.Finalize : 0) |
    (deleteOnZero === true ? ColumnFlag.DeleteOnZero : 0) |
    (spec.defaultValue === undefined ? 0 : ColumnFlag.Default)
  );
}

/** Bytes a value may have. */
function sizeOf(spec: ColumnSpec): number {
  const coltyp = Coltyp[spec.type];
  const fixed = coltypSize(coltyp);
  if (fixed > 0) return fixed;
  if (isLongType(coltyp)) return spec.maxLength ?? 0;
  // The engine makes longer ones this long, with a warning.
  return Math.min(spec.maxLength === undefined || spec.maxLength === 0 ? VARIABLE_MOST : spec.maxLength, VARIABLE_MOST);
}

type Refusal = readonly [wrong: boolean, jet: JetErrorSymbol, reason: string];

/**
 * Refuses columns that there cannot be.
 * @throws JetError JET_errInvalidName, JET_errInvalidParameter, JET_errInvalidGrbit, JET_errCannotBeTagged,
 * JET_errMultiValuedColumnMustBeTagged, JET_errColumnCannotBeCompressed, JET_errDefaultValueTooBig.
 */
export function checkColumn(spec: ColumnSpec, table: string): void {
  checkName(spec.name);
  // Programs that are not type-checked may give any name.
  const coltyp = Coltyp[spec.type] as Coltyp | undefined;
  if (coltyp === undefined) {
    throw new JetError('JET_errInvalidColumnType', `column ${spec.name} of ${table}: no type ${spec.type}`, { table });
  }
  const place = placeOf(spec);
  const isLong = isLongType(coltyp);
  const { escrow = false, version = false, autoIncrement = false, defaultValue, maxLength = 0 } = spec;
  const special = escrow || version || autoIncrement;
  const mostDefault = sizeOf(spec);
  const refusals: readonly Refusal[] = [
    [!Number.isInteger(maxLength) || maxLength < 0 || maxLength > LONG_VALUE_MOST, 'JET_errInvalidParameter', 'length'],
    [isLong && place !== 'tagged', 'JET_errInvalidGrbit', 'long types are tagged'],
    [place === 'variable' && coltypSize(coltyp) > 0, 'JET_errInvalidGrbit', 'types of fixed size are not variable'],
    [spec.multiValued === true && place !== 'tagged', 'JET_errMultiValuedColumnMustBeTagged', 'it is not tagged'],
    [spec.compressed === true && !isLong, 'JET_errColumnCannotBeCompressed', 'its type is not a long one'],
    [special && place === 'tagged', 'JET_errCannotBeTagged', 'it counts'],
    [Number(escrow) + Number(version) + Number(autoIncrement) > 1, 'JET_errInvalidGrbit', 'it counts in two ways'],
    [escrow && coltyp !== Coltyp.Long && coltyp !== Coltyp.LongLong, 'JET_errInvalidGrbit', 'type of differences'],
    [escrow && defaultValue === undefined, 'JET_errInvalidGrbit', 'differences need a default'],
    [version && coltyp !== Coltyp.Long, 'JET_errInvalidGrbit', 'a version is a Long'],
    [autoIncrement && !NUMBERING.includes(coltyp), 'JET_errInvalidGrbit', 'type of numbers'],
    [!escrow && (spec.finalize === true || spec.deleteOnZero === true), 'JET_errInvalidGrbit', 'no differences'],
    [spec.finalize === true && spec.deleteOnZero === true, 'JET_errInvalidGrbit', 'finalize and delete on zero'],
    [mostDefault > 0 && (defaultValue?.length ?? 0) > mostDefault, 'JET_errDefaultValueTooBig', 'default'],
  ];
  const found = refusals.find(([wrong]) => wrong);
  if (found !== undefined) throw new JetError(found[1], `column ${spec.name} of ${table}: ${found[2]}`, { table });
}

/**
 * The catalog row of a column after those that `last` counts, which is moved on. `end`: of the fixed columns before it.
 * @throws JetError JET_errTooManyColumns.
 */
export function columnRow(
  objidTable: number,
  spec: ColumnSpec,
  last: FieldIds,
  end: number,
  table: string,
): CatalogRow {
  const coltyp = Coltyp[spec.type];
  const place = placeOf(spec);
  const id = ++last[place];
  if (id > FID_MOST[place]) {
    throw new JetError('JET_errTooManyColumns', `table ${table} has too many ${place} columns`, { table });
  }
  return {
    ...EMPTY_ROW,
    objidTable,
    type: CatalogType.Column,
    id,
    name: spec.name,
    coltypOrPgnoFDP: coltyp,
    spaceUsage: sizeOf(spec),
    flags: columnFlags(spec),
    pagesOrLocale: isTextType(coltyp) ? (spec.codePage ?? 1252) : 0,
    recordOffset: place === 'fixed' ? end : 0,
    defaultValue: spec.defaultValue,
  };
}
