// Finds the compressed values of a database by a bare scan of its pages, independent of the project's own readers.
import { toHex } from '../../../src/binary/hex.ts';

/** A separated long value: its chunks in order, each compressed or not. */
export interface ScannedLongValue {
  readonly size: number;
  readonly chunks: readonly { readonly data: Uint8Array; readonly plainSize: number }[];
}

/** What a scan found. */
export interface ScannedValues {
  /** Compressed values within records. */
  readonly intrinsic: Uint8Array[];
  readonly longValues: ScannedLongValue[];
}

interface LongValueParts {
  size?: number;
  readonly chunks: { readonly offset: number; readonly data: Uint8Array }[];
}

const LEAF = 0x2;
const NOT_DATA = 0x8 | 0x20; // empty, space tree
const INDEX = 0x40;
const LONG_VALUE = 0x80;
const NEW_RECORD_FORMAT = 0x800;

/** Scans every page of the database `file`. */
export function scanCompressedValues(file: Uint8Array): ScannedValues {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const cbPage = view.getUint32(236, true);
  const found: ScannedValues = { intrinsic: [], longValues: [] };
  const parts = new Map<string, LongValueParts>();
  for (let start = 2 * cbPage; start + cbPage <= file.length; start += cbPage) {
    const flags = view.getUint32(start + 36, true);
    const tagCount = view.getUint16(start + 34, true) & 0xfff;
    if (tagCount === 0 || (flags & LEAF) === 0 || (flags & NOT_DATA) !== 0) continue;
    const objid = view.getUint32(start + 24, true);
    for (const node of nodes(file.subarray(start, start + cbPage))) {
      if ((flags & LONG_VALUE) !== 0) addPart(parts, objid, node);
      else if ((flags & INDEX) === 0 && (flags & NEW_RECORD_FORMAT) !== 0 && !node.deleted) {
        addRecord(found.intrinsic, node.data, cbPage > 8192);
      }
    }
  }
  for (const { size, chunks } of parts.values()) {
    if (size === undefined || chunks.length === 0) continue;
    chunks.sort((a, b) => a.offset - b.offset);
    const ends = [...chunks.slice(1).map((chunk) => chunk.offset), size];
    const sized = chunks.map(({ offset, data }, i) => ({ data, plainSize: ends[i]! - offset }));
    found.longValues.push({ size, chunks: sized });
  }
  return found;
}

interface ScannedNode {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
  readonly deleted: boolean;
}

function* nodes(page: Uint8Array): Generator<ScannedNode> {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const large = page.length > 8192;
  const mask = large ? 0x7fff : 0x1fff;
  const header = large ? 80 : 40;
  const state = view.getUint16(34, true);
  const line = (tag: number): [number, number] => {
    const at = page.length - 4 * (tag + 1);
    return [header + (view.getUint16(at + 2, true) & mask), view.getUint16(at, true) & mask];
  };
  const [prefixAt, prefixLength] = line(0);
  for (let tag = Math.max(1, (state >> 12) & 7); tag < (state & 0xfff); tag++) {
    const [start, length] = line(tag);
    if (length < 2) continue;
    const flags = view.getUint16(large ? start : page.length - 4 * (tag + 1) + 2, true) >> 13;
    let at = start;
    let prefix = new Uint8Array(0);
    if ((flags & 4) !== 0) {
      prefix = page.slice(prefixAt, prefixAt + Math.min(view.getUint16(at, true) & 0x1fff, prefixLength));
      at += 2;
    }
    const keyEnd = at + 2 + (view.getUint16(at, true) & 0x1fff);
    const key = Uint8Array.of(...prefix, ...page.subarray(at + 2, keyEnd));
    yield { key, data: page.subarray(keyEnd, start + length), deleted: (flags & 2) !== 0 };
  }
}

function addPart(parts: Map<string, LongValueParts>, objid: number, { key, data }: ScannedNode): void {
  const isRoot = key.length === 4 || (key.length === 8 && (key[0]! & 0x80) !== 0);
  const id = `${objid} ${toHex(key, 0, isRoot ? key.length : key.length - 4)}`;
  const part = parts.get(id) ?? { chunks: [] };
  parts.set(id, part);
  if (isRoot) part.size = new DataView(data.buffer, data.byteOffset).getUint32(4, true);
  else part.chunks.push({ offset: new DataView(key.buffer).getUint32(key.length - 4), data });
}

function addRecord(found: Uint8Array[], record: Uint8Array, large: boolean): void {
  const u16 = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  const variableCount = Math.max(0, record[1]! - 127);
  let taggedAt = u16(record, 2) + 2 * variableCount;
  if (variableCount > 0) taggedAt += u16(record, taggedAt - 2) & 0x7fff;
  const tagged = record.subarray(taggedAt);
  if (tagged.length < 4) return;
  const mask = large ? 0x7fff : 0x1fff;
  const count = (u16(tagged, 2) & mask) >> 2;
  for (let i = 0; i < count; i++) {
    const ib = u16(tagged, 4 * i + 2);
    const end = i + 1 < count ? u16(tagged, 4 * i + 6) & mask : tagged.length;
    const value = tagged.subarray(ib & mask, end);
    if (value.length < 2 || (!large && (ib & 0x4000) === 0)) continue;
    // Header byte: 2 = compressed, 4 = separated, 8 = several instances (only the first is compressed).
    const kind = value[0]! & 0x1e;
    if (kind === 0x2) found.push(value.subarray(1));
    if (kind === 0xa) {
      const [first, next] = [u16(value, 1), (u16(value, 1) & 0x7fff) > 2 ? u16(value, 3) & 0x7fff : value.length - 1];
      if ((first & 0x8000) === 0) found.push(value.subarray(1 + first, 1 + next));
    }
  }
}
