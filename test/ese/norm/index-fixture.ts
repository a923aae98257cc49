// Index definitions and records for tests: everything permissive unless a test says otherwise.
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { LookedUpValues } from '../../../src/ese/norm/column-values.ts';
import type { IndexDefinition, KeySegment } from '../../../src/ese/norm/index-definition.ts';
import { IndexKeys } from '../../../src/ese/norm/index-keys.ts';
import type { KeysKnown } from '../../../src/ese/norm/index-keys.ts';

/** A segment of an ascending fixed Long column number 1, changed as told. */
export function segment(changes: Partial<KeySegment> = {}): KeySegment {
  return {
    columnId: 1,
    coltyp: 4,
    codePage: 1252,
    descending: false,
    fixed: false,
    tagged: false,
    cbMax: 0,
    multiValued: false,
    ...changes,
  };
}

/** An index that takes every record, changed as told. */
export function indexOf(segments: readonly KeySegment[], changes: Partial<IndexDefinition> = {}): IndexDefinition {
  return {
    segments,
    unique: false,
    primary: false,
    allowAllNulls: true,
    allowFirstNull: true,
    allowSomeNulls: true,
    noNullSegments: false,
    multivalued: segments.some((s) => s.multiValued),
    crossProduct: false,
    nestedTable: false,
    sortNullsHigh: false,
    disallowTruncation: false,
    dotNetGuid: false,
    localizedText: false,
    keyMost: 255,
    varSegMac: 255,
    conditional: [],
    lcMapFlags: 0x30401,
    ...changes,
  };
}

/** Values of a record by column, hexadecimal; a list = several values, left out = NULL. */
export type HexRecord = Readonly<Record<number, string | readonly string[]>>;

/** The record as key building sees it. */
export function recordOf(record: HexRecord): LookedUpValues {
  return new LookedUpValues((columnId, itag) => {
    const value = record[columnId];
    const hex = (typeof value === 'string' ? [value] : (value ?? []))[itag - 1];
    return hex === undefined ? undefined : fromHex(hex);
  });
}

/** What an index has of a record: keys in hexadecimal, `+` after those that are only known to begin like that. */
export function keysOf(index: IndexDefinition, record: HexRecord): { known: KeysKnown; keys: string[] } {
  const keys: string[] = [];
  const known = new IndexKeys(index).of(recordOf(record), (key, length, exact) => {
    keys.push(toHex(key, 0, length) + (exact ? '' : '+'));
  });
  return { known, keys };
}

/** Hexadecimal of a text, one byte a character. */
export function ascii(text: string): string {
  return toHex(Uint8Array.from(text, (c) => c.charCodeAt(0)));
}

/** Hexadecimal of a text in UTF-16LE. */
export function utf16(text: string): string {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[i * 2] = text.charCodeAt(i) & 0xff;
    bytes[i * 2 + 1] = text.charCodeAt(i) >> 8;
  }
  return toHex(bytes);
}
