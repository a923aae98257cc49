// The 32-byte header of an XPRESS9 block: eight u32 (Xpress9Internal.h LZ77_BLOCK_HEADER, Xpress9DecLz77.c).
import { u32 } from '../../binary/little-endian.ts';
import { crc32c } from './crc32c.ts';

/** Bytes of a block header. */
export const XPRESS9_BLOCK_HEADER_SIZE = 32;
const MAGIC = 0x4e86d72a;

/** What a block header says. */
export interface Xpress9BlockHeader {
  /** Bytes the block decodes to. */
  readonly plainSize: number;
  /** Bits of the block, header included. The next block begins at a whole byte. */
  readonly bits: number;
  /** Bits between the header and the first token: recent offsets and Huffman tables. */
  readonly tableBits: number;
  /** Offsets have at most this many bits: 16 to 23. For streams below 64 KB it is not the true size of the window. */
  readonly windowBits: number;
  /** How many recent offsets are kept: 0, 2 or 4. */
  readonly recentCount: number;
  /** The length that a match at a new offset has at least: 3 or 4. */
  readonly shortestMatch: number;
  /** The length that a match at a recent offset has at least: 2 or 3. */
  readonly shortestRecentMatch: number;
  /** What must not change between the blocks of one stream. */
  readonly session: { readonly signature: number; readonly parameters: number };
}

const TABLE_BITS_MASK = 0x1fff;
const PARAMETERS_MASK = 0xfe000;
const RESERVED_MASK = 0xfff00000;

/** True when a block header seems to begin at `at`. */
export function hasXpress9Block(bytes: Uint8Array, at: number): boolean {
  return at + XPRESS9_BLOCK_HEADER_SIZE <= bytes.length && u32(bytes, at) === MAGIC;
}

/** Reads the header of block number `index` (from 0) at `at`. A string says what is wrong with it. */
export function readXpress9BlockHeader(bytes: Uint8Array, at: number, index: number): Xpress9BlockHeader | string {
  if (at + XPRESS9_BLOCK_HEADER_SIZE > bytes.length) return 'a block header is cut short';
  if (u32(bytes, at) !== MAGIC) return 'a block header has no magic number';
  if (u32(bytes, at + 28) !== crc32c(bytes, at, at + 28)) return 'the checksum of a block header is wrong';
  const flags = u32(bytes, at + 12);
  const header: Xpress9BlockHeader = {
    plainSize: u32(bytes, at + 4),
    bits: u32(bytes, at + 8),
    tableBits: flags & TABLE_BITS_MASK,
    windowBits: 16 + ((flags >>> 13) & 7),
    recentCount: ((flags >>> 16) & 3) * 2,
    shortestMatch: 3 + ((flags >>> 18) & 1),
    shortestRecentMatch: 2 + ((flags >>> 19) & 1),
    session: { signature: u32(bytes, at + 20), parameters: flags & PARAMETERS_MASK },
  };
  if ((flags & RESERVED_MASK) !== 0 || header.recentCount > 4 || u32(bytes, at + 16) !== 0) {
    return 'a block header has unknown flags';
  }
  if (u32(bytes, at + 24) !== index) return `block ${u32(bytes, at + 24)} stands where block ${index} should`;
  if (header.bits <= XPRESS9_BLOCK_HEADER_SIZE * 8 + header.tableBits) return 'a block has no content';
  if (header.bits > (bytes.length - at) * 8) return 'a block is cut short';
  return header;
}
