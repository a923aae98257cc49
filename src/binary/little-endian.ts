// Little-endian integers out of bytes. Plain indexing beats DataView on hot paths and needs no view per page.

/** Unsigned 16-bit integer at `offset`. */
export function u16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

/** Unsigned 32-bit integer at `offset`. */
export function u32(bytes: Uint8Array, offset: number): number {
  return i32(bytes, offset) >>> 0;
}

/** Signed 32-bit integer at `offset`. */
export function i32(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
}

/** Signed 16-bit integer at `offset`. */
export function i16(bytes: Uint8Array, offset: number): number {
  return (u16(bytes, offset) << 16) >> 16;
}

/** Unsigned 64-bit integer at `offset`. */
export function u64(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(u32(bytes, offset + 4)) << 32n) | BigInt(u32(bytes, offset));
}

/** Signed 64-bit integer at `offset`. */
export function i64(bytes: Uint8Array, offset: number): bigint {
  return BigInt.asIntN(64, u64(bytes, offset));
}
