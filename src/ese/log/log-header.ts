// Header of a transaction log (LGFILEHDR, format 9.2).
import { i32, i64, u16, u32 } from '../../binary/little-endian.ts';
import { ansi, utf16 } from '../../binary/text.ts';
import { parseLayout, type Parsed } from '../header/layout.ts';
import { parseLgpos, type Lgpos } from '../header/lgpos.ts';
import { parseSignature, SIGNATURE_SIZE, type Signature } from '../header/signature.ts';

/** Fields of LGFILEHDR. */
export const LOG_HEADER = {
  ulChecksum: ['u32', 0],
  lGeneration: ['i32', 4],
  cbSec: ['u16', 8],
  csecHeader: ['u16', 10],
  csecLGFile: ['u16', 12],
  cbPageSize: ['u16', 14],
  tmCreate: ['logtime', 16],
  tmPrevGen: ['logtime', 24],
  ulMajor: ['u32', 32],
  ulMinor: ['u32', 36],
  ulUpdateMajor: ['u32', 40],
  signLog: ['signature', 44],
  fLGFlags: ['u8', 639],
  lgposCheckpoint: ['lgpos', 640],
  ulUpdateMinor: ['u32', 648],
  bDiskSecSizeMismatch: ['u8', 652],
  checksumPrevLogAllSegments: ['u64', 653],
  efvEngineCurrentDiagnostic: ['u32', 661],
  filetype: ['u32', 667],
} as const;

/** A parsed log header. */
export type LogHeader = Parsed<typeof LOG_HEADER>;

/** Bytes of a log header; its checksum covers them all. */
export const LOG_HEADER_SIZE = 4096;

/** Reads a log header from its 4096 bytes. */
export function parseLogHeader(bytes: Uint8Array): LogHeader {
  return parseLayout(LOG_HEADER, bytes);
}

/** A database that was attached when a log or checkpoint was written (ATTACHINFO). */
export interface AttachInfo {
  readonly dbid: number;
  /** dbtime of the database at that time. */
  readonly dbtime: bigint;
  readonly objidLast: number;
  readonly cpgDatabaseSizeMax: number;
  readonly lgposAttach: Lgpos;
  readonly lgposConsistent: Lgpos;
  readonly signDb: Signature;
  /** Path of the database on the machine that wrote the log. */
  readonly path: string;
}

const ATTACH_FIXED_SIZE = 36 + SIGNATURE_SIZE;
const UNICODE_NAMES = 0x20;
/** Database slots of a log stream. */
const DBID_MOST = 6;

/** Reads the attached databases in the 2048 bytes at `offset`. Stops at the first that makes no sense. */
export function parseAttachInfos(bytes: Uint8Array, offset: number): AttachInfo[] {
  const infos: AttachInfo[] = [];
  const end = Math.min(bytes.length, offset + 2048);
  let at = offset;
  while (at + ATTACH_FIXED_SIZE <= end && bytes[at]! > 0 && bytes[at]! <= DBID_MOST) {
    const names = at + ATTACH_FIXED_SIZE;
    const namesEnd = names + u16(bytes, at + 2);
    if (namesEnd > end) break;
    const text = (bytes[at + 1]! & UNICODE_NAMES) !== 0 ? utf16(bytes, names, namesEnd) : ansi(bytes, names, namesEnd);
    infos.push({
      dbid: bytes[at]!,
      dbtime: i64(bytes, at + 4),
      objidLast: u32(bytes, at + 12),
      cpgDatabaseSizeMax: i32(bytes, at + 16),
      lgposAttach: parseLgpos(bytes, at + 20),
      lgposConsistent: parseLgpos(bytes, at + 28),
      signDb: parseSignature(bytes, at + 36),
      path: text.split('\0')[0]!,
    });
    at = namesEnd;
  }
  return infos;
}

/** Where the attached databases stand in a log header. */
export const LOG_ATTACH_OFFSET = 671;
