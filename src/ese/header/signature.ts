// SIGNATURE and BKINFO: who made a file, and what was backed up when (format, "Composite persisted types").
import { u32 } from '../../binary/little-endian.ts';
import { parseLgpos, type Lgpos } from './lgpos.ts';
import { parseLogtime, type Logtime } from './logtime.ts';

/** The identity of a database or log stream. */
export interface Signature {
  readonly random: number;
  readonly create: Logtime;
  /** Usually empty. */
  readonly computer: string;
}

/** Bytes of a signature on disk. */
export const SIGNATURE_SIZE = 28;

/** Reads a signature. */
export function parseSignature(bytes: Uint8Array, offset: number): Signature {
  let computer = '';
  for (let i = offset + 12; i < offset + SIGNATURE_SIZE && bytes[i] !== 0; i++)
    computer += String.fromCharCode(bytes[i]!);
  return { random: u32(bytes, offset), create: parseLogtime(bytes, offset + 4), computer };
}

/** True when both name the same database or log stream. */
export function sameSignature(a: Signature, b: Signature): boolean {
  return a.random === b.random && JSON.stringify(a.create) === JSON.stringify(b.create) && a.computer === b.computer;
}

/** What a backup covered. */
export interface BackupInfo {
  readonly lgposMark: Lgpos;
  readonly logtimeMark: Logtime;
  readonly genLow: number;
  readonly genHigh: number;
}

/** Reads a BKINFO (24 bytes). */
export function parseBackupInfo(bytes: Uint8Array, offset: number): BackupInfo {
  return {
    lgposMark: parseLgpos(bytes, offset),
    logtimeMark: parseLogtime(bytes, offset + 8),
    genLow: u32(bytes, offset + 16),
    genHigh: u32(bytes, offset + 20),
  };
}
