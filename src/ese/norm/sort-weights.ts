// Weights of UTF-16 units in Windows' default sort, unpacked when first asked for.
// Source: [MS-UCODEREF] 3.1.5.2.3 and the Windows Sorting Weight Table it refers to.
import { SORT_EXPANSION_COUNT, SORT_WEIGHTS_PACKED } from './sort-weights.data.ts';

const UNITS = 0x10000;
/** Planes of the table, in the order in which they are packed: bytes of a weight from the lowest. */
const PLANES = 4;

/** Script members that are more than the first byte of a primary weight. */
export const Script = {
  /** Has no weight. */
  Unsortable: 0,
  /** Its diacritic weight is added to that of the character before. */
  NonspaceMark: 1,
  /** Stands for two characters; diacritic and case weight are their number among the expansions. */
  Expansion: 2,
  /** Kana, and marks that repeat or prolong them. */
  EastAsiaSpecial: 3,
  /** Parts of Hangul syllables. */
  Jamo: 4,
  /** Two primary weights; surrogates too. */
  ExtensionA: 5,
  /** Hyphens, apostrophes: counted last of all, unless the sort is one of strings. */
  Punctuation: 6,
  /** Symbols: 7 to 12. */
  Symbol: 7,
  SymbolLast: 12,
  Digit: 13,
  Kana: 34,
  Hebrew: 40,
  Arabic: 41,
  /** Private use: primary weights of three bytes. */
  PrivateFirst: 169,
  PrivateLast: 175,
} as const;

/** The table. Do not write to it: it is shared. */
export interface SortWeights {
  /** For each UTF-16 unit, from the lowest byte: script member, primary, diacritic, case weight. */
  readonly units: Uint32Array;
  /** Two units for each expansion. */
  readonly expansions: Uint16Array;
}

/** Undoes the packing of scripts/generate-sort-weights.mjs: literals and repetitions in turn. */
function unpack(packed: string, size: number): Uint8Array {
  const text = atob(packed);
  const bytes = new Uint8Array(size);
  let at = 0;
  let from = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = text.charCodeAt(from++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    for (let count = varint(); count > 0; count--) bytes[at++] = text.charCodeAt(from++);
    const length = varint();
    if (length === 0) return bytes;
    const distance = varint();
    for (const end = at + length; at < end; at++) bytes[at] = bytes[at - distance]!;
  }
}

/** What was packed are differences of neighbours within `bytes[start..end)`. */
function addUp(bytes: Uint8Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) bytes[i] = (bytes[i]! + bytes[i - 1]!) & 0xff;
}

function makeWeights(): SortWeights {
  const bytes = unpack(SORT_WEIGHTS_PACKED, UNITS * PLANES + SORT_EXPANSION_COUNT * 4);
  const units = new Uint32Array(UNITS);
  for (let plane = 0; plane < PLANES; plane++) {
    addUp(bytes, plane * UNITS, (plane + 1) * UNITS);
    for (let unit = 0; unit < UNITS; unit++) units[unit]! |= bytes[plane * UNITS + unit]! << (plane * 8);
  }
  const rest = UNITS * PLANES;
  addUp(bytes, rest, bytes.length);
  const expansions = new Uint16Array(SORT_EXPANSION_COUNT * 2);
  for (let i = 0; i < expansions.length; i++) expansions[i] = bytes[rest + i * 2]! | (bytes[rest + i * 2 + 1]! << 8);
  return { units, expansions };
}

let weights: SortWeights | undefined;

/** The table of the default sort: 260 KB once it is unpacked, which takes some 10 to 30 milliseconds. */
export function sortWeights(): SortWeights {
  return (weights ??= makeWeights());
}
