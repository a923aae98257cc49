// Text in UTF-16LE, fast. Nearly all of it is ASCII: that is told while it is halved, and makes strings of one byte a
// character, which everything that comes after handles twice as fast.
import { utf16 } from '../binary/text.ts';

const WIDE = new TextDecoder('utf-16le', { ignoreBOM: true });
const NARROW = new TextDecoder('utf-8');
const SHORT = 24;
const HALVES: Uint8Array = new Uint8Array(8192);

/** The text of bytes[start, end), lone surrogates kept; an odd last byte is left out. */
export function utf16Text(bytes: Uint8Array, start: number, end: number): string {
  const units = (end - start) >> 1;
  if (units <= SHORT) return utf16(bytes, start, start + 2 * units);
  if (units <= HALVES.length) {
    // Any bit here is one that ASCII does not have.
    let bits = 0;
    for (let i = 0, at = start; i < units; i++, at += 2) {
      const low = bytes[at]!;
      HALVES[i] = low;
      bits |= (low & 0x80) | bytes[at + 1]!;
    }
    if (bits === 0) return NARROW.decode(HALVES.subarray(0, units));
  }
  const text = WIDE.decode(bytes.subarray(start, start + 2 * units));
  // What the decoder cannot express it replaces.
  return text.includes('\ufffd') ? utf16(bytes, start, start + 2 * units) : text;
}
