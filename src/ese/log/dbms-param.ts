// DBMS_PARAM: settings of the engine that wrote a log or checkpoint, for information only (daedef.hxx).
import { u32 } from '../../binary/little-endian.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import { ansi } from '../../binary/text.ts';

/** Settings recorded in log headers, checkpoints and Init records. */
export interface DbmsParam {
  /** Folder of the checkpoint; characters outside the code page were lost. */
  readonly systemPath: string;
  readonly logFilePath: string;
  readonly circularLogging: boolean;
  readonly sessionsMax: number;
  readonly openTablesMax: number;
  readonly verPagesMax: number;
  readonly cursorsMax: number;
  readonly logBuffers: number;
  readonly csecLGFile: number;
  readonly cacheSizeMax: number;
}

/** Bytes of a DBMS_PARAM on disk. */
export const DBMS_PARAM_SIZE = 567;

const PATH_SIZE = 261;
const FLAGS_OFFSET = 2 * PATH_SIZE;
const CIRCULAR_LOGGING = 1;

function path(bytes: Uint8Array, offset: number): string {
  return ansi(bytes, offset, Math.min(bytes.length, offset + PATH_SIZE)).split('\0')[0]!;
}

/** Reads the settings at `offset`. */
export function parseDbmsParam(bytes: Uint8Array, offset: number): DbmsParam {
  const numbers = offset + FLAGS_OFFSET + 1;
  return {
    systemPath: path(bytes, offset),
    logFilePath: path(bytes, offset + PATH_SIZE),
    circularLogging: (bytes[offset + FLAGS_OFFSET]! & CIRCULAR_LOGGING) !== 0,
    sessionsMax: u32(bytes, numbers),
    openTablesMax: u32(bytes, numbers + 4),
    verPagesMax: u32(bytes, numbers + 8),
    cursorsMax: u32(bytes, numbers + 12),
    logBuffers: u32(bytes, numbers + 16),
    csecLGFile: u32(bytes, numbers + 20),
    cacheSizeMax: u32(bytes, numbers + 24),
  };
}

/** The settings as bytes. Characters outside of ASCII are lost, and so is what is too long. */
export function buildDbmsParam(param: DbmsParam): Uint8Array {
  const bytes = new Uint8Array(DBMS_PARAM_SIZE);
  const putPath = (offset: number, text: string): void => {
    for (let i = 0; i < Math.min(text.length, PATH_SIZE - 1); i++) {
      const code = text.charCodeAt(i);
      bytes[offset + i] = code < 0x80 ? code : 0x3f;
    }
  };
  putPath(0, param.systemPath);
  putPath(PATH_SIZE, param.logFilePath);
  bytes[FLAGS_OFFSET] = param.circularLogging ? CIRCULAR_LOGGING : 0;
  const { sessionsMax, openTablesMax, verPagesMax, cursorsMax, logBuffers, csecLGFile, cacheSizeMax } = param;
  const numbers = [sessionsMax, openTablesMax, verPagesMax, cursorsMax, logBuffers, csecLGFile, cacheSizeMax];
  numbers.forEach((number, i) => {
    putU32(bytes, FLAGS_OFFSET + 1 + 4 * i, number);
  });
  return bytes;
}

/** Where the settings stand in a log header. */
export const LOG_DBMS_PARAM_OFFSET = 72;

/** Where the settings stand in a checkpoint. */
export const CHECKPOINT_DBMS_PARAM_OFFSET = 48;
