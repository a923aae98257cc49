// A chunk of an .evtx file: 64 KB with a header and whole records, decodable by itself. After the libevtx format notes.
import { u16, u32 } from '../../binary/little-endian.ts';
import { ansi } from '../../binary/text.ts';
import { crc32 } from './crc32.ts';

/** Bytes of a chunk. */
export const CHUNK_SIZE = 0x10000;
/** Where a chunk's records begin. */
export const RECORDS_START = 0x200;
/** Bytes of a record's header: signature, size, number, time. */
export const RECORD_HEADER = 24;

const SIGNATURE = 'ElfChnk\0';
const RECORD_SIGNATURE = 0x00002a2a;

/** The header of a chunk. */
export interface ChunkHeader {
  /** Numbers of the first and last record. */
  readonly first: number;
  readonly last: number;
  /** Offset behind the last record. */
  readonly free: number;
}

/** 64 bits as a number; beyond 2^53 it loses digits, which no record number reaches. */
export function number64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 0x100000000;
}

/** The header of the chunk in `bytes`; undefined when its signature is wrong. */
export function chunkHeader(bytes: Uint8Array): ChunkHeader | undefined {
  if (bytes.length < RECORDS_START || ansi(bytes, 0, 8) !== SIGNATURE) return undefined;
  return { first: number64(bytes, 24), last: number64(bytes, 32), free: u32(bytes, 48) };
}

/** Flag of chunks whose writer keeps no checksums. */
const NO_CHECKSUM = 4;

/** What of the chunk fails its checksum. */
export function badChecksums(bytes: Uint8Array, { free }: ChunkHeader): ('header' | 'records')[] {
  if (u32(bytes, 120) & NO_CHECKSUM) return [];
  const bad: ('header' | 'records')[] = [];
  if (crc32(bytes, 128, RECORDS_START, crc32(bytes, 0, 120)) !== u32(bytes, 124)) bad.push('header');
  const end = Math.min(Math.max(free, RECORDS_START), bytes.length);
  if (crc32(bytes, RECORDS_START, end) !== u32(bytes, 52)) bad.push('records');
  return bad;
}

/** The size of the record at `at`, undefined when there is none: signature, and the size once more at its end. */
export function recordSize(bytes: Uint8Array, at: number): number | undefined {
  if (at + RECORD_HEADER + 4 > bytes.length || u32(bytes, at) !== RECORD_SIGNATURE) return undefined;
  const size = u32(bytes, at + 4);
  if (size < RECORD_HEADER + 4 || at + size > bytes.length) return undefined;
  return u32(bytes, at + size - 4) === size ? size : undefined;
}

/** The next place from `at` on with the signature of a record and room for its header; `end` when there is none. */
export function nextSignature(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i + RECORD_HEADER <= end; i++)
    if (bytes[i] === 0x2a && bytes[i + 1] === 0x2a && u16(bytes, i + 2) === 0) return i;
  return end;
}

/** True when the bytes are zero from beginning to end. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
