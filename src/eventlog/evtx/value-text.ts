// Typed values of binary XML as the text Windows would put there. After [MS-EVEN6] 2.2.12 and the libevtx format notes.
import { guidText } from '../../binary/guid.ts';
import { toHex } from '../../binary/hex.ts';
import { i16, i32, i64, u16, u32, u64 } from '../../binary/little-endian.ts';
import { ansi } from '../../binary/text.ts';
import { isoSeconds } from '../iso-time.ts';
import { utf16Text } from '../utf16-text.ts';

/** Value types of binary XML; an array has bit 0x80 set. */
export const ValueType = {
  Null: 0,
  String: 1,
  AnsiString: 2,
  Binary: 14,
  Guid: 15,
  SizeT: 16,
  SystemTime: 18,
  Sid: 19,
  BinXml: 0x21,
  Array: 0x80,
} as const;

/** Bytes a value of each type takes within an array; 0: it ends with a NUL. */
const ITEM_SIZES: Readonly<Record<number, number>> = {
  1: 0, 2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 4, 8: 4, 9: 8, 10: 8, 11: 4, 12: 8, 13: 4, 15: 16, 17: 8, 18: 16, 20: 4, 21: 8,
}; // prettier-ignore

const FLOAT = new DataView(new ArrayBuffer(8));

function float(bytes: Uint8Array, at: number, size: 4 | 8): string {
  FLOAT.setUint32(0, u32(bytes, at), true);
  if (size === 8) FLOAT.setUint32(4, u32(bytes, at + 4), true);
  return (size === 4 ? FLOAT.getFloat32(0, true) : FLOAT.getFloat64(0, true)).toFixed(6);
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Seconds from 1601 to 1970. */
const EPOCH = 11_644_473_600;
/** High halves up to here can be computed with in doubles; it is the year 5281. */
const MOST_HIGH = 0x10000000;

/** 100 ns since 1601 as ISO 8601 with all the digits it has. */
export function filetimeText(low: number, high: number): string {
  if (high > MOST_HIGH) return `filetime:${(BigInt(high) << 32n) | BigInt(low)}`;
  // 2^32 is 429 * 10^7 + 4967296: the product stays exact.
  const rest = high * 4_967_296 + low;
  const seconds = Math.floor(rest / 1e7);
  return `${isoSeconds(high * 429 + seconds - EPOCH)}.${pad(rest - seconds * 1e7, 7)}00Z`;
}

function systemTimeText(bytes: Uint8Array, at: number): string {
  const part = (i: number): number => u16(bytes, at + 2 * i);
  const date = `${pad(part(0), 4)}-${pad(part(1), 2)}-${pad(part(3), 2)}`;
  return `${date}T${pad(part(4), 2)}:${pad(part(5), 2)}:${pad(part(6), 2)}.${pad(part(7), 3)}Z`;
}

/** A security identifier, `S-1-5-18`; undefined when the bytes [at, end) are none. */
export function sidText(bytes: Uint8Array, at: number, end: number): string | undefined {
  const count = bytes[at + 1] ?? 0;
  if (end - at < 8 || count > 15 || end - at < 8 + 4 * count) return undefined;
  const authority = u16(bytes, at + 6);
  const high = ((authority & 0xff) << 8) | (authority >> 8);
  let upper = 0;
  for (let i = 2; i < 6; i++) upper = upper * 256 + bytes[at + i]!;
  let text = `S-${bytes[at]!}-${upper * 65536 + high}`;
  for (let i = 0; i < count; i++) text += `-${u32(bytes, at + 8 + 4 * i)}`;
  return text;
}

/** Text of bytes[at, end) in UTF-16 without the NULs at its end. */
export function trimmedUtf16(bytes: Uint8Array, at: number, end: number): string {
  let last = at + ((end - at) & ~1);
  while (last - 2 >= at && bytes[last - 1] === 0 && bytes[last - 2] === 0) last -= 2;
  return utf16Text(bytes, at, last);
}

function trimmedAnsi(bytes: Uint8Array, at: number, end: number): string {
  let last = end;
  while (last > at && bytes[last - 1] === 0) last--;
  return ansi(bytes, at, last);
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** The text of a single value of `type` in bytes[at, end). A value with too few bytes is empty. */
export function valueText(type: number, bytes: Uint8Array, at: number, end: number): string {
  const size = end - at;
  if (size <= 0 || size < (ITEM_SIZES[type] ?? 0)) return '';
  switch (type) {
    case 1:
      return trimmedUtf16(bytes, at, end);
    case 2:
      return trimmedAnsi(bytes, at, end);
    case 3:
      return String((bytes[at]! << 24) >> 24);
    case 4:
      return String(bytes[at]);
    case 5:
      return String(i16(bytes, at));
    case 6:
      return String(u16(bytes, at));
    case 7:
      return String(i32(bytes, at));
    case 8:
      return String(u32(bytes, at));
    case 9:
      return String(i64(bytes, at));
    case 10:
      return String(u64(bytes, at));
    case 11:
      return float(bytes, at, 4);
    case 12:
      return float(bytes, at, 8);
    case 13:
      return u32(bytes, at) === 0 ? 'false' : 'true';
    case 15:
      return `{${guidText(bytes, at).toUpperCase()}}`;
    case 16:
      return size >= 8 ? `0x${hex(u32(bytes, at + 4))}${hex(u32(bytes, at))}` : `0x${hex(u32(bytes, at))}`;
    case 17:
      return filetimeText(u32(bytes, at), u32(bytes, at + 4));
    case 18:
      return systemTimeText(bytes, at);
    case 19:
      return sidText(bytes, at, end) ?? toHex(bytes, at, end).toUpperCase();
    case 20:
      return `0x${hex(u32(bytes, at))}`;
    case 21:
      return `0x${hex(u32(bytes, at + 4))}${hex(u32(bytes, at))}`;
    case 0:
      return '';
    default:
      return toHex(bytes, at, end).toUpperCase();
  }
}

/** The items of an array value; `type` without bit 0x80. At most as many as there are bytes. */
export function arrayTexts(type: number, bytes: Uint8Array, at: number, end: number): string[] {
  const size = ITEM_SIZES[type];
  if (size === undefined) return [toHex(bytes, at, end).toUpperCase()];
  const items: string[] = [];
  if (size > 0) {
    for (let i = at; i + size <= end; i += size) items.push(valueText(type, bytes, i, i + size));
    return items;
  }
  const width = type === ValueType.String ? 2 : 1;
  let start = at;
  for (let i = at; i + width <= end; i += width) {
    if (bytes[i] !== 0 || (width === 2 && bytes[i + 1] !== 0)) continue;
    items.push(valueText(type, bytes, start, i));
    start = i + width;
  }
  if (start + width <= end) items.push(valueText(type, bytes, start, end));
  return items;
}
