// Event 474 prints the checksum a page should have and the one it has. Up to Exchange 2003 that is the exclusive or of the
// page's words: when the two differ in one bit, one bit of the page has flipped (KB 327334).

const CHECKSUMS =
  /(?:expected|stored)(?: checksum)? (?:was|is) \[?(0x[0-9a-f]{8}|\d{1,10})\]?[^]{0,80}?(?:actual|computed)(?: checksum)? (?:was|is) \[?(0x[0-9a-f]{8}|\d{1,10})\]?/i;

/** The words that `page.single-bit` looks for, put behind the text of such an event. */
export const SINGLE_BIT = '[the two checksums differ in a single bit]';

/** True when the checksums in the text of an event differ in one bit only. */
export function differsInOneBit(text: string): boolean {
  const match = CHECKSUMS.exec(text);
  if (match === null) return false;
  const [a, b] = [Number(match[1]), Number(match[2])];
  if (a > 0xffffffff || b > 0xffffffff) return false;
  const difference = (a ^ b) >>> 0;
  return difference !== 0 && (difference & (difference - 1)) === 0;
}
