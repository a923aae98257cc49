// The lengths of an XPRESS9 block's Huffman codes, themselves coded (Xpress9DecHuffman.c, Xpress9EncHuffman.c): 3 bits
// of method, then for method 1 a small code's lengths and with it the lengths of the large code's symbols, in rows of 16.
import type { Xpress9BitReader } from './xpress9-bit-reader.ts';
import { XPRESS9_LONGEST_CODE, Xpress9HuffmanDecoder } from './xpress9-huffman.ts';

const METHOD_BITS = 3;
const Method = { Flat: 0, Coded: 1 } as const;

/** Symbols of the small code; lower ones are lengths. */
const Instruction = {
  /** No codes up to the end of the row. */
  RestOfRow: XPRESS9_LONGEST_CODE + 1,
  /** A run of symbols without code. */
  Run: XPRESS9_LONGEST_CODE + 2,
  /** The length before. */
  Same: XPRESS9_LONGEST_CODE + 3,
  /** The length one row above. */
  Above: XPRESS9_LONGEST_CODE + 4,
  /** One more than the length one row above. */
  AbovePlusOne: XPRESS9_LONGEST_CODE + 5,
} as const;
const SMALL_ALPHABET = XPRESS9_LONGEST_CODE + 6;
const ROW = 16;
const SHORTEST_RUN = 5;

const smallLengths = new Uint8Array(SMALL_ALPHABET);
const smallCode = new Xpress9HuffmanDecoder(SMALL_ALPHABET);

/** Reads one code length for each symbol into `lengths`. A string says what is wrong. */
export function readCodeLengths(reader: Xpress9BitReader, lengths: Uint8Array): string | undefined {
  const method = reader.read(METHOD_BITS);
  if (method === Method.Flat) {
    setFlatLengths(lengths);
    return undefined;
  }
  if (method !== Method.Coded) return `Huffman table method ${method} is not known`;
  return readSmallLengths(reader) ?? smallCode.build(smallLengths) ?? readCodedLengths(reader, lengths);
}

/** All symbols nearly alike: as many as possible get the shorter of two lengths. */
function setFlatLengths(lengths: Uint8Array): void {
  const shorter = 31 - Math.clz32(lengths.length);
  lengths.fill(shorter, 0, 2 ** (shorter + 1) - lengths.length);
  lengths.fill(shorter + 1, 2 ** (shorter + 1) - lengths.length);
}

/** The small code's lengths: a 0 bit repeats the length before, a 1 bit is followed by 3 bits of another length. */
function readSmallLengths(reader: Xpress9BitReader): string | undefined {
  let length = 4;
  for (let symbol = 0; symbol < SMALL_ALPHABET; symbol++) {
    if (reader.read(1) === 1) {
      const other = reader.read(3);
      // The length before is never written, so the ones above it move down to make room for 8.
      length = other >= length ? other + 1 : other;
    }
    smallLengths[symbol] = length;
  }
  return undefined;
}

function readCodedLengths(reader: Xpress9BitReader, lengths: Uint8Array): string | undefined {
  let before = 8;
  for (let at = 0; at < lengths.length;) {
    const instruction = smallCode.decode(reader);
    if (reader.position > reader.end) return 'the Huffman tables are cut short';
    if (instruction === Instruction.RestOfRow || instruction === Instruction.Run) {
      const rest = ROW - (at & (ROW - 1));
      const count = instruction === Instruction.Run ? readRun(reader, rest) : rest;
      if (count === undefined) return 'a run in a Huffman table leaves its row';
      lengths.fill(0, at, at + count);
      at += count;
      continue;
    }
    let length: number = instruction;
    if (instruction === Instruction.Same) length = before;
    else if (instruction >= Instruction.Above) {
      const above = at < ROW ? 0 : lengths[at - ROW]!;
      length = instruction === Instruction.Above ? above : above + 1;
      if (at < ROW || length === 0) return 'a Huffman table refers to a length that is not there';
      if (length > XPRESS9_LONGEST_CODE) return `a Huffman code of ${length} bits`;
    }
    lengths[at++] = length;
    if (length > 0) before = length;
  }
  return undefined;
}

/** A run of at least 5 that ends before its row does: 2 bits, and if they are 3, groups of 3 bits while those are 7. */
function readRun(reader: Xpress9BitReader, rest: number): number | undefined {
  let more = reader.read(2);
  let count = SHORTEST_RUN + more;
  if (more === 3) {
    do {
      more = reader.read(3);
      count += more;
    } while (more === 7 && count < rest);
  }
  return count < rest ? count : undefined;
}
