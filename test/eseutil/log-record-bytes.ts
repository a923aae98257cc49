// Log records made by hand for tests: fields by name, then bytes.
import { recordType, type LogRecordName } from '../../src/ese/log/record-table.ts';

/** What a field is set to: a number, or its bytes. */
export type FieldInput = number | bigint | Uint8Array;

/** A record with the given fields (others 0) and `tail` after its fixed part. */
export function recordBytes(
  name: LogRecordName,
  fields: Readonly<Record<string, FieldInput>> = {},
  tail: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const type = recordType(name);
  const bytes = new Uint8Array(type.size + tail.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type.lrtyp;
  for (const [key, value] of Object.entries(fields)) {
    const field = type.fields.find((each) => each.name === key);
    if (field === undefined) throw new RangeError(`${name} has no field ${key}`);
    const { offset } = field;
    if (value instanceof Uint8Array) bytes.set(value, offset);
    else if (field.type === 'i64') view.setBigInt64(offset, BigInt(value), true);
    else if (field.type === 'lo4') bytes[offset]! |= Number(value);
    else if (field.type === 'hi4') bytes[offset]! |= Number(value) << 4;
    else if (field.size === 1) view.setUint8(offset, Number(value));
    else if (field.size === 2) view.setUint16(offset, Number(value) & 0xffff, true);
    else view.setUint32(offset, Number(value) >>> 0, true);
  }
  bytes.set(tail, type.size);
  return bytes;
}

/** A log position on disk. */
export function lgposBytes(lGeneration: number, isec: number, ib: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ib, true);
  view.setUint16(2, isec, true);
  view.setInt32(4, lGeneration, true);
  return bytes;
}

/** A time on disk, UTC. */
export function logtimeBytes(year: number, month: number, day: number, hour: number, minute: number): Uint8Array {
  return Uint8Array.of(7, minute, hour, day, month, year - 1900, 1 | (5 << 1), 0);
}

/** 8-bit text with a NUL after it. */
export function ansiBytes(text: string): Uint8Array {
  return Uint8Array.from(`${text}\0`, (char) => char.charCodeAt(0));
}

/** Numbers of 32 bits, one after the other. */
export function dwords(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** All bytes, one run after the other. */
export function joined(...runs: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(runs.flatMap((run) => [...run]));
}
