// Little-endian integers into bytes; the counterpart of little-endian.ts.

/** Writes an unsigned 16-bit integer at `offset`. */
export function putU16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
}

/** Writes a 32-bit integer (of either sign) at `offset`. */
export function putU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/** Writes a 64-bit integer (of either sign) at `offset`. */
export function putU64(bytes: Uint8Array, offset: number, value: bigint): void {
  putU32(bytes, offset, Number(BigInt.asIntN(32, value)));
  putU32(bytes, offset + 4, Number(BigInt.asIntN(32, value >> 32n)));
}

/** Below this a loop is faster than making a view of the bytes. */
const LOOP_MOST = 48;

/** Copies from[start..start+length) to `to` at `at`. The ranges must not overlap in one buffer. */
export function copyBytes(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  if (length <= LOOP_MOST) for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
  else to.set(from.subarray(start, start + length), at);
}
