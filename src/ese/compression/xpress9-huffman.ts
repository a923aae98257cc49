// Canonical Huffman codes as XPRESS9 uses them (Xpress9DecHuffman.c): codes are given in the order of length, then of
// symbol, counting up from 0; a code's highest bit comes first in the stream. No code is longer than 27 bits.
import type { Xpress9BitReader } from './xpress9-bit-reader.ts';

/** The longest code. */
export const XPRESS9_LONGEST_CODE = 27;
/** The longest code a lone symbol may have. Encoders write 1. */
const LONGEST_LONE_CODE = 15;
/** Codes up to this long are decoded by one look into a table. */
const TABLE_BITS = 11;
/** A table entry is `symbol << 4 | length`, 0 = a longer code. */
const LENGTH_BITS = 4;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** Decodes the symbols of one alphabet; `build` makes it ready, any number of times. */
export class Xpress9HuffmanDecoder {
  readonly #table: Uint16Array = new Uint16Array(1 << TABLE_BITS);
  /** Symbols in the order of their codes. */
  readonly #symbols: Uint16Array;
  /** Number of codes of each length. */
  readonly #counts: Uint16Array = new Uint16Array(XPRESS9_LONGEST_CODE + 1);
  readonly #nextIndex: Uint16Array = new Uint16Array(XPRESS9_LONGEST_CODE + 2);

  constructor(alphabetSize: number) {
    this.#symbols = new Uint16Array(alphabetSize);
  }

  /** Makes the decoder of the codes that have these lengths (0 = no code). A string says why there is no such code. */
  build(lengths: Uint8Array): string | undefined {
    const counts = this.#counts.fill(0);
    for (const length of lengths) counts[length]!++;
    const used = lengths.length - counts[0]!;
    counts[0] = 0;
    if (used === 0) return 'a Huffman code has no symbols';
    if (used === 1) return this.#buildLone(lengths);
    // A tree without loose ends: 27 doublings of "codes still to be given" end at exactly 0.
    let free = 1;
    for (let length = 1; length <= XPRESS9_LONGEST_CODE; length++) {
      free = free * 2 - counts[length]!;
      if (free < 0) return 'a Huffman code has more symbols than its lengths allow';
    }
    if (free > 0) return 'a Huffman code has fewer symbols than its lengths ask for';
    this.#sortSymbols(lengths);
    this.#fillTable(used);
    return undefined;
  }

  /** The next symbol. */
  decode(reader: Xpress9BitReader): number {
    const entry = this.#table[reader.peek() & ((1 << TABLE_BITS) - 1)]!;
    if (entry === 0) return this.#decodeLong(reader);
    reader.position += entry & LENGTH_MASK;
    return entry >> LENGTH_BITS;
  }

  /** Whatever the bits are, they mean the only symbol there is. */
  #buildLone(lengths: Uint8Array): string | undefined {
    const symbol = lengths.findIndex((length) => length > 0);
    const length = lengths[symbol]!;
    if (length > LONGEST_LONE_CODE) return 'the only code of a Huffman code is too long';
    this.#table.fill((symbol << LENGTH_BITS) | length);
    return undefined;
  }

  #sortSymbols(lengths: Uint8Array): void {
    const next = this.#nextIndex;
    next[1] = 0;
    for (let length = 1; length <= XPRESS9_LONGEST_CODE; length++) {
      next[length + 1] = next[length]! + this.#counts[length]!;
    }
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol]!;
      if (length > 0) this.#symbols[next[length]!++] = symbol;
    }
  }

  #fillTable(used: number): void {
    const table = this.#table.fill(0);
    let length = 1;
    let code = 0;
    let left = this.#counts[1]!;
    for (let index = 0; index < used; index++) {
      while (left === 0) {
        if (++length > TABLE_BITS) return;
        code <<= 1;
        left = this.#counts[length]!;
      }
      const entry = (this.#symbols[index]! << LENGTH_BITS) | length;
      for (let at = reverseBits(code, length); at < table.length; at += 1 << length) table[at] = entry;
      code++;
      left--;
    }
  }

  /** Bit by bit: at each length, is the code so far among the codes of that length? */
  #decodeLong(reader: Xpress9BitReader): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= XPRESS9_LONGEST_CODE; length++) {
      code |= reader.read(1);
      const count = this.#counts[length]!;
      if (code - first < count) return this.#symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('a complete Huffman code has a symbol for any bits');
  }
}

function reverseBits(value: number, count: number): number {
  let reversed = 0;
  for (let i = 0; i < count; i++) reversed |= ((value >> i) & 1) << (count - 1 - i);
  return reversed;
}
