// Normalised form of Unicode text in an index with map flags LCMAP_UPPERCASE: each UTF-16 unit in upper case,
// big-endian, ended by two zero bytes. Other map flags make sort keys (normalise-text-sort-key.ts).
// Source: format section 7.1; norm.cxx (ErrNORMMapString).

/** LCMapString flag that asks for upper-cased text instead of a sort key. Counts only when it is the sole flag. */
export const LCMAP_UPPERCASE = 0x200;

/** Blocks whose capitals Windows and Unicode have always agreed on: first unit, last unit. */
const AGREED: readonly (readonly [number, number])[] = [
  [0x0061, 0x007a], // ASCII
  [0x00df, 0x00ff], // Latin-1 (sharp s has no capital of one unit)
  [0x0100, 0x0130], // Latin Extended-A, without dotless i, apostrophe n and long s
  [0x0132, 0x0148],
  [0x014a, 0x017e],
  [0x03ac, 0x03ce], // Greek
  [0x0430, 0x045f], // Cyrillic
  [0x0561, 0x0586], // Armenian
];

/** Capital of one UTF-16 unit (itself if there is none of one unit), negated when Windows may see it differently. */
function makeTable(): Int32Array {
  const table = new Int32Array(0x10000);
  for (let unit = 0; unit < table.length; unit++) {
    const text = String.fromCharCode(unit);
    const capital = text.toUpperCase();
    if (capital === text) table[unit] = unit;
    else if (AGREED.some(([first, last]) => unit >= first && unit <= last)) {
      table[unit] = capital.length === 1 ? capital.charCodeAt(0) : unit;
    } else table[unit] = capital.length === 1 ? -capital.charCodeAt(0) : -unit;
  }
  return table;
}

let capitals: Int32Array | undefined;

/**
 * Writes the body (without prefix byte) of the UTF-16LE text `bytes[start..end)` to `out[at]`; answers its length, or
 * -1 when the key cannot be known: the text has characters whose capital depends on Windows' tables, or it does not fit
 * in `room` bytes (the engine then leaves the bytes to chance). A trailing odd byte is dropped.
 */
export function normaliseTextUpper(
  out: Uint8Array,
  at: number,
  room: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = (end - start) & ~1;
  if (length === 0 || length + 2 > room) return -1;
  const table = (capitals ??= makeTable());
  for (let i = 0; i < length; i += 2) {
    const capital = table[bytes[start + i]! | (bytes[start + i + 1]! << 8)]!;
    if (capital < 0) return -1;
    out[at + i] = capital >> 8;
    out[at + i + 1] = capital & 0xff;
  }
  out[at + length] = 0;
  out[at + length + 1] = 0;
  return length + 2;
}
