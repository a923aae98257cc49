// A block of a page as 32-bit words, for the checksums (format 3; checksum.cxx works on dwords too).
import { i32 } from '../../binary/little-endian.ts';

const MACHINE_IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * `length` bytes (a multiple of 4) from `offset` on as little-endian dwords: a view where alignment and machine allow
 * it, else a copy, so that the loops over it need one form only. Not to be written to.
 */
export function checksumDwords(bytes: Uint8Array, offset: number, length: number): Int32Array {
  if (offset < 0 || offset + length > bytes.length) throw new RangeError(`no ${length} bytes at ${offset}`);
  const start = bytes.byteOffset + offset;
  if (MACHINE_IS_LITTLE_ENDIAN && (start & 3) === 0) return new Int32Array(bytes.buffer, start, length >> 2);
  const dwords = new Int32Array(length >> 2);
  for (let i = 0; i < dwords.length; i++) dwords[i] = i32(bytes, offset + i * 4);
  return dwords;
}
