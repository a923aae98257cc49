// Column types (JET_coltyp) as far as key building cares: which number is which type, and how wide its values are.
// Source: format section 6.6; jethdr.h.

/** The engine's column type numbers. 13 was the streaming-file type of Exchange 2000 and never part of a key. */
export const Coltyp = {
  Bit: 1,
  UnsignedByte: 2,
  Short: 3,
  Long: 4,
  Currency: 5,
  IEEESingle: 6,
  IEEEDouble: 7,
  DateTime: 8,
  Binary: 9,
  Text: 10,
  LongBinary: 11,
  LongText: 12,
  UnsignedLong: 14,
  LongLong: 15,
  GUID: 16,
  UnsignedShort: 17,
  UnsignedLongLong: 18,
} as const;

/** Code page of Unicode text columns; every other code page is normalised as ASCII. */
export const CODE_PAGE_UNICODE = 1200;

/** Width by type number; 0 for text, binary and numbers that are no type. */
const WIDTHS: Uint8Array = Uint8Array.of(0, 1, 1, 2, 4, 8, 4, 8, 8, 0, 0, 0, 0, 0, 4, 8, 16, 2, 8);

/** Bytes of a value of a fixed-size type; 0 for text, binary and unknown types. */
export function coltypWidth(coltyp: number): number {
  return WIDTHS[coltyp] ?? 0;
}

/** True for Text and LongText. */
export function isTextColtyp(coltyp: number): boolean {
  return coltyp === Coltyp.Text || coltyp === Coltyp.LongText;
}

/** True for Binary and LongBinary. */
export function isBinaryColtyp(coltyp: number): boolean {
  return coltyp === Coltyp.Binary || coltyp === Coltyp.LongBinary;
}
