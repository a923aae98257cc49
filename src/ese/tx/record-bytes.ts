// Bytes for log records, cut from larger pieces: a buffer of its own costs more than what is written into it.

const PIECE_SIZE = 1 << 16;
/** Longer records get buffers of their own. */
const CUT_MOST = 1 << 12;

let piece = new Uint8Array(0);
let used = 0;

/** `size` zero bytes, which nobody else has. Many stand in one buffer, which lives as long as any of them. */
export function recordBytes(size: number): Uint8Array {
  if (size > CUT_MOST) return new Uint8Array(size);
  if (used + size > piece.length) {
    piece = new Uint8Array(PIECE_SIZE);
    used = 0;
  }
  const bytes = piece.subarray(used, used + size);
  used += size;
  return bytes;
}
