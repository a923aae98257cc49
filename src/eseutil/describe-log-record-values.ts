// How values of log records are written in a dump: times of pages, positions, paths, bytes (logapi.cxx, LrToSz).
import { u16, u32 } from '../binary/little-endian.ts';
import { WINDOWS_1252 } from '../binary/text.ts';
import { parseLgpos } from '../ese/header/lgpos.ts';
import { parseLogtime } from '../ese/header/logtime.ts';
import { parseSignature } from '../ese/header/signature.ts';
import type { LogRecordName } from '../ese/log/record-table.ts';
import { formatSignature } from './header-field-lines.ts';
import { plainText } from './plain-text.ts';

/** What a record's text depends on besides the record. */
export interface DescribeContext {
  /** Bytes of keys and data are shown; else `<Data>` stands for them. */
  readonly data: boolean;
  /** The log's version has flags in CommitCtx records. */
  readonly commitContextFlags: boolean;
}

/** The text of a record after its name: `bytes[at..end)` is the whole record, at least as long as its fixed part. */
export type LogRecordDescriber = (bytes: Uint8Array, at: number, end: number, context: DescribeContext) => string;

/** Describers by the name of the record type. */
export type LogRecordDescribers = Readonly<Partial<Record<LogRecordName, LogRecordDescriber>>>;

/** Bytes of keys and data that a dump shows. */
const DATA_MOST = 16;
const OBSCURED = '<Data>';

const BYTES: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `${byte.toString(16).toUpperCase().padStart(2, '0')} `,
);

/** Lower-case hexadecimal of the unsigned 32-bit number at `at`. */
export function hex32(bytes: Uint8Array, at: number): string {
  return u32(bytes, at).toString(16);
}

/** Lower-case hexadecimal of the unsigned 64-bit number at `at`. */
export function hex64(bytes: Uint8Array, at: number): string {
  const high = u32(bytes, at + 4);
  const low = u32(bytes, at).toString(16);
  return high === 0 ? low : high.toString(16) + low.padStart(8, '0');
}

/** The first bytes of `length` from `at` on, but none at or after `end`. */
export function dataText(bytes: Uint8Array, at: number, length: number, end: number, context: DescribeContext): string {
  if (!context.data) return OBSCURED;
  const stop = Math.min(at + Math.min(length, DATA_MOST), end);
  let text = '';
  for (let i = at; i < stop; i++) text += BYTES[bytes[i]!]!;
  return text;
}

/** `(32,1,FFF)`: a log position as records show it. */
export function lgposText(bytes: Uint8Array, at: number): string {
  const { lGeneration, isec, ib } = parseLgpos(bytes, at);
  const hex = (value: number): string => (value >>> 0).toString(16).toUpperCase();
  return `(${hex(lGeneration)},${hex(isec)},${hex(ib)})`;
}

/** `2/10/2021 19:50:40.248`: a time as records show it. */
export function recordTime(bytes: Uint8Array, at: number): string {
  const time = parseLogtime(bytes, at);
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
  const clock = `${time.hour}:${pad(time.minute, 2)}:${pad(time.second, 2)}.${pad(time.millisecond, 3)}`;
  return `${time.month}/${time.day}/${time.year} ${clock}`;
}

/** A signature; unlike in headers an empty name of the computer is said to be none. */
export function signatureText(bytes: Uint8Array, at: number): string {
  const signature = parseSignature(bytes, at);
  return formatSignature(signature.computer === '' ? { ...signature, computer: '<None>' } : signature);
}

/** Text in 8-bit characters up to a NUL or `end`. */
export function ansiText(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let i = at; i < end && bytes[i] !== 0; i++) text += String.fromCharCode(WINDOWS_1252[bytes[i]!]!);
  return plainText(text);
}

/** Text in UTF-16 up to a NUL or `end`. */
export function wideText(bytes: Uint8Array, at: number, end: number): string {
  let text = '';
  for (let i = at; i + 1 < end; i += 2) {
    const unit = u16(bytes, i);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return plainText(text);
}
