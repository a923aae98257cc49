// Big-endian integers out of bytes: the byte order of keys.

/** Unsigned 32-bit integer at `offset`. */
export function u32be(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

/** Unsigned 64-bit integer at `offset`. */
export function u64be(bytes: Uint8Array, offset: number): bigint {
  return (BigInt(u32be(bytes, offset)) << 32n) | BigInt(u32be(bytes, offset + 4));
}
