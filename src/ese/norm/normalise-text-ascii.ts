// Normalised form of ASCII text: upper case of a to z only, up to the first NUL, ended by 0. A text that does not fit
// loses its terminator, and its last byte carries an old mistake that every existing index relies on.
// Source: format section 7.1, trap 16; normu.cxx (ErrUtilNormText).

/** Difference of a lower-case letter and its capital. */
const CASE = 0x20;

/**
 * Writes the body (without prefix byte) of the text `bytes[start..end)` to `out[at]`, at most `room` bytes; answers
 * how many.
 */
export function normaliseTextAscii(
  out: Uint8Array,
  at: number,
  room: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  if (room <= 0) return 0;
  const most = Math.min(end - start, room - 1);
  let n = 0;
  for (; n < most; n++) {
    const c = bytes[start + n]!;
    if (c === 0) break;
    out[at + n] = c >= 0x61 && c <= 0x7a ? c - CASE : c;
  }
  // The last byte of a cut text is lowered by 0x20 whether it is a lower-case letter or not.
  out[at + n] = isTextAsciiCut(n + 1, room, bytes, start, end) ? bytes[start + n]! - CASE : 0;
  return n + 1;
}

/** True when a text that took `length` of the `room` bytes it had was cut: there is more of it before any NUL. */
export function isTextAsciiCut(length: number, room: number, bytes: Uint8Array, start: number, end: number): boolean {
  return room > 0 && length === room && end - start >= room && bytes[start + room - 1] !== 0;
}
