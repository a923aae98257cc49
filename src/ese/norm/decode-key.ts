// A normalised key back into values, as far as it can be done: text comes back in upper case, Windows sort keys not at
// all, and what was cut stays cut. For readers of findings and dumps. Keys from files may be anything: never throws.
// Source: format section 7; fldnorm.cxx.
import { ansi } from '../../binary/text.ts';
import { CODE_PAGE_UNICODE } from '../catalog/column-def.ts';
import { Coltyp, coltypSize, isTextType } from '../catalog/column-type.ts';
import { decodeValue, f64 } from '../record/value.ts';
import type { IndexDefinition, KeySegment } from './index-definition.ts';
import { BINARY_GROUP, isBinaryType } from './normalise-binary.ts';
import { GUID_ORDER, GUID_ORDER_DOTNET } from './normalise-fixed.ts';
import { LCMAP_UPPERCASE } from './normalise-text-upper.ts';
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
    const sized = coltypSize(segment.coltyp) > 0;
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
  const sized = coltypSize(segment.coltyp) > 0;
  switch (bytes[0]) {
    case index.sortNullsHigh ? SegmentPrefix.NullHigh : SegmentPrefix.Null:
      return value(null, 1);
    case SegmentPrefix.ZeroLength:
      if (sized) return undefined;
      return value(isTextType(segment.coltyp) ? '' : new Uint8Array(0), 1);
    case SegmentPrefix.Data:
      if (sized) return decodeFixed(segment.coltyp, index.dotNetGuid, bytes);
      if (isBinaryType(segment.coltyp)) return segment.fixed ? fixedBinary(segment.cbMax, bytes) : groups(bytes);
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
  const width = coltypSize(coltyp);
  if (bytes.length <= width) return value(bytes.slice(1), bytes.length, false);
  const stored = denormaliseFixed(coltyp, dotNetGuid, bytes.slice(1, 1 + width));
  // A date as the number that is stored: programs keep other numbers there, too.
  if (coltyp === Coltyp.DateTime) return value(f64(stored, 0), 1 + width);
  return value(decodeValue({ coltyp: coltyp as Coltyp, codePage: 0 }, stored, 0, width)!, 1 + width);
}

/** The stored (little-endian) bytes of a body: `normaliseFixed` undone. */
function denormaliseFixed(coltyp: number, dotNetGuid: boolean, body: Uint8Array): Uint8Array {
  switch (coltyp) {
    case Coltyp.Guid: {
      const stored = new Uint8Array(16);
      (dotNetGuid ? GUID_ORDER_DOTNET : GUID_ORDER).forEach((place, i) => (stored[place] = body[i]!));
      return stored;
    }
    case Coltyp.Short:
    case Coltyp.Long:
    case Coltyp.LongLong:
    case Coltyp.Currency:
      body[0]! ^= 0x80;
      break;
    case Coltyp.Single:
    case Coltyp.Double:
    case Coltyp.DateTime:
      // Floats that are not negative have the sign bit set in a key, negative ones have every bit inverted.
      if (body[0]! >= 0x80) body[0]! ^= 0x80;
      else for (let i = 0; i < body.length; i++) body[i]! ^= 0xff;
  }
  return body.reverse();
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
  if (end < 0) return value(ansi(bytes, 1, bytes.length), bytes.length, false);
  return value(ansi(bytes, 1, end), end + 1);
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
