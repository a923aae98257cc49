// Column values: raw bytes as stored to booleans, numbers, texts (format 6.6; JET_coltyp in jethdr.w). Dates are OLE
// Automation dates (VT_DATE), GUIDs are laid out as in RFC 9562 section 4 with the first three fields little-endian.
import { guidText } from '../../binary/guid.ts';
import { i16, i32, i64, u16, u32, u64 } from '../../binary/little-endian.ts';
import { ansi, utf16 } from '../../binary/text.ts';
import { CODE_PAGE_UNICODE } from '../catalog/column-def.ts';
import { Coltyp, coltypSize } from '../catalog/column-type.ts';

/** A decoded value. 64-bit integers are bigints; dates and GUIDs are text; binary stays bytes (a view, not a copy). */
export type ColumnValue = boolean | number | bigint | string | Uint8Array;

/** What decides how a column's bytes are read. */
export interface ValueType {
  readonly coltyp: Coltyp;
  /** 1200: UTF-16LE; anything else: code page 1252. */
  readonly codePage: number;
}

const DAY_MS = 86_400_000;
/** 1970-01-01 as an OLE date. */
const UNIX_EPOCH_OLE = 25569;
/** OLE dates run from the year 100 to the end of 9999. */
const OLE_LEAST = -657434;
const OLE_MOST = 2958466;
/** Read as a double, every FILETIME of the next four thousand years is smaller than this, and no OLE date is. */
const FILETIME_AS_DOUBLE = 1e-200;
/** 100 ns ticks from 1601 to 1970, and in a millisecond. */
const FILETIME_UNIX_EPOCH = 116_444_736_000_000_000n;
const TICKS_PER_MS = 10_000n;

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

function toScratch(bytes: Uint8Array, at: number, size: number): void {
  for (let i = 0; i < size; i++) scratch[i] = bytes[at + i]!;
}

/** IEEE single at `at`. */
export function f32(bytes: Uint8Array, at: number): number {
  toScratch(bytes, at, 4);
  return scratchView.getFloat32(0, true);
}

/** IEEE double at `at`. */
export function f64(bytes: Uint8Array, at: number): number {
  toScratch(bytes, at, 8);
  return scratchView.getFloat64(0, true);
}

/** True when the double of a DateTime column is really a FILETIME that a program put there as it was. */
export function isFileTime(value: number): boolean {
  return value > 0 && value < FILETIME_AS_DOUBLE;
}

/**
 * An OLE date as milliseconds since 1970 of the same (unnamed) time zone; NaN when it lies outside the years 100 to
 * 9999. Before 1899-12-30 the fraction still counts forward from midnight, as OLE Automation has it.
 */
export function oleDateMillis(value: number): number {
  if (!(value > OLE_LEAST - 1 && value < OLE_MOST)) return NaN;
  const days = Math.trunc(value);
  const millis = (days - UNIX_EPOCH_OLE) * DAY_MS + Math.round(Math.abs(value - days) * DAY_MS);
  return millis < (OLE_MOST - UNIX_EPOCH_OLE) * DAY_MS ? millis : NaN;
}

/** The FILETIME at `at`: milliseconds since 1970 (UTC), rounded down. */
export function fileTimeMillis(bytes: Uint8Array, at: number): number {
  const ticks = u64(bytes, at) - FILETIME_UNIX_EPOCH;
  const millis = ticks / TICKS_PER_MS;
  return Number(ticks < 0n && ticks % TICKS_PER_MS !== 0n ? millis - 1n : millis);
}

/** A DateTime as milliseconds since 1970, whichever of the two kinds it is; NaN when it is no date. */
export function dateTimeMillis(bytes: Uint8Array, at: number): number {
  const value = f64(bytes, at);
  return isFileTime(value) ? fileTimeMillis(bytes, at) : oleDateMillis(value);
}

/**
 * A DateTime as ISO 8601 text: an OLE date to the millisecond and without a zone (ESE stores none), a FILETIME to its
 * full 100 ns with `Z`. A double that is no date is given as the number it is.
 */
export function dateTimeText(bytes: Uint8Array, at: number): string | number {
  const value = f64(bytes, at);
  if (isFileTime(value)) {
    const ticks = (u32(bytes, at) + (u32(bytes, at + 4) % 10_000) * (2 ** 32 % 10_000)) % 10_000;
    return `${new Date(fileTimeMillis(bytes, at)).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}Z`;
  }
  const millis = oleDateMillis(value);
  return Number.isNaN(millis) ? value : new Date(millis).toISOString().slice(0, -1);
}

/** True when bytes of that length can be a value of the type: types of fixed size have exactly that size. */
export function isValueSize(coltyp: Coltyp, length: number): boolean {
  const size = coltypSize(coltyp);
  return size === 0 || size === length;
}

/**
 * The value of bytes[start..end); undefined when their number does not fit the type. Text is decoded without loss:
 * NULs, padding and lone surrogates stay (of an odd number of UTF-16 bytes the last one cannot be shown).
 */
export function decodeValue(type: ValueType, bytes: Uint8Array, start: number, end: number): ColumnValue | undefined {
  if (!isValueSize(type.coltyp, end - start)) return undefined;
  switch (type.coltyp) {
    case Coltyp.Bit:
      return bytes[start] !== 0;
    case Coltyp.UnsignedByte:
      return bytes[start]!;
    case Coltyp.Short:
      return i16(bytes, start);
    case Coltyp.UnsignedShort:
      return u16(bytes, start);
    case Coltyp.Long:
      return i32(bytes, start);
    case Coltyp.UnsignedLong:
      return u32(bytes, start);
    case Coltyp.Currency:
    case Coltyp.LongLong:
      return i64(bytes, start);
    case Coltyp.UnsignedLongLong:
      return u64(bytes, start);
    case Coltyp.Single:
      return f32(bytes, start);
    case Coltyp.Double:
      return f64(bytes, start);
    case Coltyp.DateTime:
      return dateTimeText(bytes, start);
    case Coltyp.Guid:
      return guidText(bytes, start);
    case Coltyp.Text:
    case Coltyp.LongText:
      return type.codePage === CODE_PAGE_UNICODE ? utf16(bytes, start, end) : ansi(bytes, start, end);
    default:
      return bytes.subarray(start, end);
  }
}
