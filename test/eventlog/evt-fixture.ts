// .evt files made by hand: records, the ring around them, the two ends.
import { utf16Bytes } from '../../src/binary/text.ts';

/** What a record is made of. */
export interface EvtSpec {
  readonly number: number;
  readonly source?: string;
  readonly computer?: string;
  readonly id?: number;
  readonly type?: number;
  readonly category?: number;
  readonly time?: number;
  readonly strings?: readonly string[];
  readonly data?: Uint8Array;
  readonly sid?: Uint8Array;
}

/** The bytes of one record. */
export function evtRecord(spec: EvtSpec): Uint8Array {
  const names = utf16Bytes(`${spec.source ?? 'ESE'}\0${spec.computer ?? 'SERVER'}\0`);
  const sid = spec.sid ?? new Uint8Array(0);
  const strings = utf16Bytes((spec.strings ?? []).map((one) => `${one}\0`).join(''));
  const data = spec.data ?? new Uint8Array(0);
  const sidAt = (56 + names.length + 3) & ~3;
  const stringsAt = sidAt + sid.length;
  const dataAt = stringsAt + strings.length;
  const size = ((dataAt + data.length + 3) & ~3) + 4;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const time = spec.time ?? 1_052_900_000;
  const longs: [number, number][] = [
    [0, size], [4, 0x654c664c], [8, spec.number], [12, time], [16, time], [20, spec.id ?? 474],
    [36, stringsAt], [40, sid.length], [44, sidAt], [48, data.length], [52, dataAt], [size - 4, size],
  ]; // prettier-ignore
  for (const [at, value] of longs) view.setUint32(at, value, true);
  view.setUint16(24, spec.type ?? 1, true);
  view.setUint16(26, spec.strings?.length ?? 0, true);
  view.setUint16(28, spec.category ?? 0, true);
  bytes.set(names, 56);
  bytes.set(sid, sidAt);
  bytes.set(strings, stringsAt);
  bytes.set(data, dataAt);
  return bytes;
}

const longs = (values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

/** The header of the file. */
export function evtHeaderBytes(
  oldest: number,
  eof: number,
  next: number,
  first: number,
  size: number,
  flags = 0,
): Uint8Array {
  return longs([48, 0x654c664c, 1, 1, oldest, eof, next, first, size, flags, 0, 48]);
}

/** The end-of-file record. */
export function evtEnd(oldest: number, eof: number, next: number, first: number): Uint8Array {
  return longs([40, 0x11111111, 0x22222222, 0x33333333, 0x44444444, oldest, eof, next, first, 40]);
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A log that has not wrapped. */
export function plainLog(records: readonly Uint8Array[], flags = 0): Uint8Array {
  const body = joined(...records);
  const eof = 48 + body.length;
  const next = records.length + 1;
  return joined(evtHeaderBytes(48, eof, next, 1, eof + 40, flags), body, evtEnd(48, eof, next, 1));
}

/**
 * A log that has wrapped: `newer` lies at the ring's beginning, then the end-of-file record, then rubble, then `older`;
 * the last of `older` goes on at the beginning when `split` bytes of it are to lie there.
 */
export function wrappedLog(
  older: readonly Uint8Array[],
  newer: readonly Uint8Array[],
  rubble: Uint8Array,
  split: number,
  flags = 3,
): Uint8Array {
  const tail = joined(...older);
  const head = joined(tail.subarray(tail.length - split), ...newer);
  const eof = 48 + head.length;
  const oldest = eof + 40 + rubble.length;
  const size = oldest + tail.length - split;
  return joined(
    evtHeaderBytes(oldest, eof, 0, new DataView(older[0]!.buffer).getUint32(8, true), size, flags),
    head,
    evtEnd(oldest, eof, 0, 0),
    rubble,
    tail.subarray(0, tail.length - split),
  );
}
