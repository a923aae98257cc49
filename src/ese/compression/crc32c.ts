// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78): the sum over an XPRESS9 or XPRESS10 value's plain bytes and
// over an XPRESS9 block header (Crc32Checksum in os/encrypt.cxx, Xpress9Misc.c; RFC 3720 appendix B.4).

const REFLECTED_POLYNOMIAL = 0x82f63b78;

const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED_POLYNOMIAL;
  return crc;
});

/** CRC-32C of `bytes[start, end)`, unsigned. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let crc = -1;
  for (let i = start; i < end; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
