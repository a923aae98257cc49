// Normalised form of fixed-size types: integers, floats, dates, bit and GUID become big-endian bytes whose memcmp order
// is the order of the values. Source: format section 7.1; fldnorm.cxx (FLDNormalizeFixedSegment).
import { Coltyp } from '../catalog/column-type.ts';
import { SegmentPrefix } from './segment-prefix.ts';

/** Position in the stored GUID of each byte of the key: the order of the printed form read from its last group. */
export const GUID_ORDER: Uint8Array = Uint8Array.of(10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3);
/** The same for indexes made with the .NET order: the printed form from its first group. */
export const GUID_ORDER_DOTNET: Uint8Array = Uint8Array.of(3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15);

/**
 * Writes prefix byte and body of the value at `bytes[start]` to `out[at]`; answers how many bytes that is (2 to 17).
 * The caller has made sure that the value is as wide as its type (`coltypSize`) and that `out` has room.
 */
export function normaliseFixed(
  out: Uint8Array,
  at: number,
  coltyp: number,
  dotNetGuid: boolean,
  bytes: Uint8Array,
  start: number,
): number {
  out[at] = SegmentPrefix.Data;
  const body = at + 1;
  switch (coltyp) {
    case Coltyp.Bit:
      out[body] = bytes[start] === 0 ? 0x00 : 0xff;
      return 2;
    case Coltyp.UnsignedByte:
      out[body] = bytes[start]!;
      return 2;
    case Coltyp.Short:
      return reversed(out, body, bytes, start, 2, 0x80);
    case Coltyp.UnsignedShort:
      return reversed(out, body, bytes, start, 2, 0);
    case Coltyp.Long:
      return reversed(out, body, bytes, start, 4, 0x80);
    case Coltyp.UnsignedLong:
      return reversed(out, body, bytes, start, 4, 0);
    case Coltyp.Currency:
    case Coltyp.LongLong:
      return reversed(out, body, bytes, start, 8, 0x80);
    case Coltyp.UnsignedLongLong:
      return reversed(out, body, bytes, start, 8, 0);
    case Coltyp.Single:
      return float(out, body, bytes, start, 4);
    case Coltyp.Double:
    case Coltyp.DateTime:
      return float(out, body, bytes, start, 8);
    default:
      return guid(out, body, bytes, start, dotNetGuid ? GUID_ORDER_DOTNET : GUID_ORDER);
  }
}

/** Big-endian copy of `width` bytes; `flip` is XORed into the first, so that negative numbers come first. */
function reversed(
  out: Uint8Array,
  body: number,
  bytes: Uint8Array,
  start: number,
  width: number,
  flip: number,
): number {
  out[body] = bytes[start + width - 1]! ^ flip;
  for (let i = 1; i < width; i++) out[body + i] = bytes[start + width - 1 - i]!;
  return width + 1;
}

/** Negative floats have all bits inverted (greater magnitude = smaller), others only the sign bit. */
function float(out: Uint8Array, body: number, bytes: Uint8Array, start: number, width: number): number {
  const negative = bytes[start + width - 1]! >= 0x80;
  reversed(out, body, bytes, start, width, negative ? 0 : 0x80);
  if (negative) for (let i = 0; i < width; i++) out[body + i] = ~out[body + i]!;
  return width + 1;
}

function guid(out: Uint8Array, body: number, bytes: Uint8Array, start: number, order: Uint8Array): number {
  for (let i = 0; i < 16; i++) out[body + i] = bytes[start + order[i]!]!;
  return 17;
}
