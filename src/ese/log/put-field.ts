// Writes what log headers and records are made of (format, "Composite persisted types"; daedef.hxx).
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import { SIGNATURE_SIZE, type BackupInfo, type Signature } from '../header/signature.ts';

/** Writes a log position. */
export function putLgpos(bytes: Uint8Array, at: number, { ib, isec, lGeneration }: Lgpos): void {
  putU16(bytes, at, ib);
  putU16(bytes, at + 2, isec);
  putU32(bytes, at + 4, lGeneration);
}

/** Writes a time. */
export function putLogtime(bytes: Uint8Array, at: number, time: Logtime): void {
  const { second, minute, hour, day, month, year, millisecond, utc } = time;
  if (time.isZero) bytes.fill(0, at, at + 8);
  else {
    const low = ((millisecond & 0x7f) << 1) | (utc ? 1 : 0);
    bytes.set([second, minute, hour, day, month, year - 1900, low, (millisecond >> 7) << 1], at);
  }
}

/** The time of `date`, as an engine that keeps UTC writes it. */
export function logtimeOf(date: Date): Logtime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    utc: true,
    isZero: false,
  };
}

const COMPUTER_OFFSET = 12;

/** Writes a signature. */
export function putSignature(bytes: Uint8Array, at: number, { random, create, computer }: Signature): void {
  bytes.fill(0, at, at + SIGNATURE_SIZE);
  putU32(bytes, at, random);
  putLogtime(bytes, at + 4, create);
  for (let i = 0; i < Math.min(computer.length, SIGNATURE_SIZE - COMPUTER_OFFSET); i++) {
    bytes[at + COMPUTER_OFFSET + i] = computer.charCodeAt(i);
  }
}

/** Writes a BKINFO. */
export function putBackupInfo(bytes: Uint8Array, at: number, info: BackupInfo): void {
  putLgpos(bytes, at, info.lgposMark);
  putLogtime(bytes, at + 8, info.logtimeMark);
  putU32(bytes, at + 16, info.genLow);
  putU32(bytes, at + 20, info.genHigh);
}
