// Column types (format 6.6; JET_coltyp in jethdr.w).

/** Type numbers as they stand in the catalog. */
export const Coltyp = {
  Nil: 0,
  Bit: 1,
  UnsignedByte: 2,
  Short: 3,
  Long: 4,
  Currency: 5,
  Single: 6,
  Double: 7,
  DateTime: 8,
  Binary: 9,
  Text: 10,
  LongBinary: 11,
  LongText: 12,
  Slv: 13,
  UnsignedLong: 14,
  LongLong: 15,
  Guid: 16,
  UnsignedShort: 17,
  UnsignedLongLong: 18,
} as const;

/** A column type number. */
export type Coltyp = (typeof Coltyp)[keyof typeof Coltyp];

const NAMES: readonly string[] = [
  'Nil',
  'Bit',
  'UnsignedByte',
  'Short',
  'Long',
  'Currency',
  'Single',
  'Double',
  'DateTime',
  'Binary',
  'Text',
  'LongBinary',
  'LongText',
  'SLV',
  'UnsignedLong',
  'LongLong',
  'GUID',
  'UnsignedShort',
  'UnsignedLongLong',
];

/** Bytes of fixed-size types; 0 where the size varies. */
const SIZES: readonly number[] = [0, 1, 1, 2, 4, 8, 4, 8, 8, 0, 0, 0, 0, 0, 4, 8, 16, 2, 8];

/** The type's name; a number that is no type names itself. */
export function coltypName(coltyp: number): string {
  return NAMES[coltyp] ?? `type ${coltyp}`;
}

/** True for the numbers that are column types. */
export function isColtyp(coltyp: number): coltyp is Coltyp {
  return coltyp > 0 && coltyp < NAMES.length;
}

/** Bytes of a value of this type; 0 where the size varies. */
export function coltypSize(coltyp: number): number {
  return SIZES[coltyp] ?? 0;
}

/** True for long binary and long text, the types that may live outside the record. */
export function isLongType(coltyp: number): boolean {
  return coltyp === Coltyp.LongBinary || coltyp === Coltyp.LongText || coltyp === Coltyp.Slv;
}

/** True for text and long text. */
export function isTextType(coltyp: number): boolean {
  return coltyp === Coltyp.Text || coltyp === Coltyp.LongText;
}
