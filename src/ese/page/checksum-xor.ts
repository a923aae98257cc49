// The legacy 32-bit XOR checksum: file headers, checkpoints and pages of old databases (format 3.1; checksum.cxx).
import { putU32 } from '../../binary/little-endian-writer.ts';
import { checksumDwords } from './checksum-dwords.ts';

/** What the sum starts from; also the magic number of a database header. */
const SEED = 0x89abcdef;

/**
 * XOR checksum of `length` bytes (a multiple of 4) from `offset` on. The first dword, where the sum itself is stored,
 * is left out.
 */
export function xorChecksum(bytes: Uint8Array, offset: number, length: number): number {
  const dwords = checksumDwords(bytes, offset, length);
  let sum: number = SEED;
  for (let i = 1; i < dwords.length; i++) sum ^= dwords[i]!;
  return sum >>> 0;
}

/** Writes the sum of a whole header (the only header pages: of databases, logs, checkpoints, flush maps) into its place. */
export function sealHeader(bytes: Uint8Array): void {
  putU32(bytes, 0, xorChecksum(bytes, 0, bytes.length));
}
