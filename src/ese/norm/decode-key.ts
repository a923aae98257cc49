// A normalised key back into values, as far as it can be done: text comes back in upper case, Windows sort keys not at
// all, and what was cut stays cut. For people who read findings and dumps. Keys from files may be anything: never throws.
// Source: format section 7; fldnorm.cxx.
import { CODE_PAGE_UNICODE, Coltyp, coltypWidth, isBinaryColtyp, isTextColtyp } from './column-type.ts';
import type { IndexDefinition, KeySegment } from './index-definition.ts';
import { BINARY_GROUP } from './normalise-binary.ts';
import { GUID_ORDER, GUID_ORDER_DOTNET } from './normalise-fixed.ts';
import { LCMAP_UPPERCASE } from './normalise-text-upper.ts';
import { decodeWindows1252, formatGuid } from './key-value.ts';
import type { KeyValue } from './key-value.ts';
import { SegmentPrefix } from './segment-prefix.ts';

/** One segment of a key. */
export type KeyPart =
  /** A value, NULL included; not `complete`: the key holds only its beginning. */
  | { readonly kind: 'value'; readonly value: KeyValue; readonly complete: boolean }
  /** The Windows sort key of a Unicode text, prefix byte not included. */
  | { readonly kind: 'sort-key'; readonly bytes: Uint8Array; readonly complete: boolean }
  /** Bytes that are no segment of the index's form; always the last part. */
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array };

/** A segment read from the bytes that follow its prefix: the part, and how many of the bytes it is. */
interface Body {
  readonly part: KeyPart;
  readonly length: number;
}

/** The segments of a key, in order. A key that ends early has fewer parts than the index has segments. */
export function decodeKey(index: IndexDefinition, key: Uint8Array): KeyPart[] {
  const parts: KeyPart[] = [];
  const limited = index.varSegMac > 0 && index.varSegMac < index.keyMost;
  let at = 0;
  for (const segment of index.segments) {
    if (at >= key.length) return parts;
    // Ascending form of all that is left, at most as long as a segment may be.
    const sized = coltypWidth(segment.coltyp) > 0;
    const rest = key.slice(at, limited && !sized ? at + index.varSegMac : key.length);
    if (segment.descending) for (let i = 0; i < rest.length; i++) rest[i]! ^= 0xff;
    const body = decodeSegment(index, segment, rest);
    if (body === undefined) break;
    parts.push(body.part);
    at += body.length;
  }
  if (at < key.length) parts.push({ kind: 'unreadable', bytes: key.slice(at) });
  return parts;
}

function decodeSegment(index: IndexDefinition, segment: KeySegment, bytes: Uint8Array): Body | undefined {
  const sized = coltypWidth(segment.coltyp) > 0;
  switch (bytes[0]) {
    case index.sortNullsHigh ? SegmentPrefix.NullHigh : SegmentPrefix.Null:
      return value(null, 1);
    case SegmentPrefix.ZeroLength:
      if (sized) return undefined;
      return value(isTextColtyp(segment.coltyp) ? '' : new Uint8Array(0), 1);
    case SegmentPrefix.Data:
      if (sized) return decodeFixed(segment.coltyp, index.dotNetGuid, bytes);
      if (isBinaryColtyp(segment.coltyp)) return segment.fixed ? fixedBinary(segment.cbMax, bytes) : groups(bytes);
      if (segment.codePage !== CODE_PAGE_UNICODE) return asciiText(bytes);
      return index.lcMapFlags === LCMAP_UPPERCASE ? upperText(bytes) : sortKey(bytes);
    default:
      return undefined;
  }
}

function value(of: KeyValue, length: number, complete = true): Body {
  return { part: { kind: 'value', value: of, complete }, length };
}

function decodeFixed(coltyp: number, dotNetGuid: boolean, bytes: Uint8Array): Body {
  const width = coltypWidth(coltyp);
  if (bytes.length <= width) return value(bytes.slice(1), bytes.length, false);
  const body = bytes.slice(1, 1 + width);
  return value(denormaliseFixed(coltyp, dotNetGuid, body), 1 + width);
}

function denormaliseFixed(coltyp: number, dotNetGuid: boolean, body: Uint8Array): KeyValue {
  const view = new DataView(body.buffer);
  switch (coltyp) {
    case Coltyp.Bit:
      return body[0] !== 0;
    case Coltyp.UnsignedByte:
      return body[0]!;
    case Coltyp.Short:
      return view.getUint16(0) - 0x8000;
    case Coltyp.UnsignedShort:
      return view.getUint16(0);
    case Coltyp.Long:
      return view.getUint32(0) - 0x80000000;
    case Coltyp.UnsignedLong:
      return view.getUint32(0);
    case Coltyp.Currency:
    case Coltyp.LongLong:
      return view.getBigUint64(0) - 0x8000000000000000n;
    case Coltyp.UnsignedLongLong:
      return view.getBigUint64(0);
    case Coltyp.IEEESingle:
      unflipFloat(body);
      return view.getFloat32(0);
    case Coltyp.IEEEDouble:
    case Coltyp.DateTime:
      unflipFloat(body);
      return view.getFloat64(0);
    default: {
      const stored = new Uint8Array(16);
      (dotNetGuid ? GUID_ORDER_DOTNET : GUID_ORDER).forEach((place, i) => (stored[place] = body[i]!));
      return formatGuid(stored);
    }
  }
}

/** Non-negative floats have the sign bit set in a key, negative ones have every bit inverted. */
function unflipFloat(body: Uint8Array): void {
  if (body[0]! >= 0x80) body[0]! ^= 0x80;
  else for (let i = 0; i < body.length; i++) body[i]! ^= 0xff;
}

function fixedBinary(cbMax: number, bytes: Uint8Array): Body {
  const end = Math.min(bytes.length, 1 + cbMax);
  return value(bytes.slice(1, end), end, end === 1 + cbMax);
}

function groups(bytes: Uint8Array): Body {
  const found: number[] = [];
  let at = 1;
  while (at + BINARY_GROUP < bytes.length) {
    const count = bytes[at + BINARY_GROUP]!;
    const held = Math.min(count, BINARY_GROUP);
    for (let i = 0; i < held; i++) found.push(bytes[at + i]!);
    at += BINARY_GROUP + 1;
    if (count <= BINARY_GROUP) return value(Uint8Array.from(found), at);
  }
  for (; at < bytes.length; at++) found.push(bytes[at]!);
  return value(Uint8Array.from(found), bytes.length, false);
}

function asciiText(bytes: Uint8Array): Body {
  const end = bytes.indexOf(0, 1);
  if (end < 0) return value(decodeWindows1252(bytes.slice(1)), bytes.length, false);
  return value(decodeWindows1252(bytes.slice(1, end)), end + 1);
}

function upperText(bytes: Uint8Array): Body {
  let text = '';
  for (let at = 1; at + 1 < bytes.length; at += 2) {
    const unit = (bytes[at]! << 8) | bytes[at + 1]!;
    if (unit === 0) return value(text, at + 2);
    text += String.fromCharCode(unit);
  }
  return value(text, bytes.length, false);
}

/** A sort key ends with the only zero byte in it. */
function sortKey(bytes: Uint8Array): Body {
  const end = bytes.indexOf(0, 1);
  const length = end < 0 ? bytes.length : end + 1;
  return { part: { kind: 'sort-key', bytes: bytes.slice(1, length), complete: end >= 0 }, length };
}
