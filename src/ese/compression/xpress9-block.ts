// The content of an XPRESS9 block: Huffman-coded literals and matches, with a memory of recent match offsets
// (Xpress9Lz77Dec.i; the encoder's side is Xpress9EncLz77.c and Xpress9Lz77EncPass2.i).
import { copyMatch } from './match-copy.ts';
import type { Xpress9BitReader } from './xpress9-bit-reader.ts';
import type { Xpress9BlockHeader } from './xpress9-block-header.ts';
import { readCodeLengths } from './xpress9-code-lengths.ts';
import { Xpress9HuffmanDecoder } from './xpress9-huffman.ts';

const LITERALS = 256;
/** Symbols above the literals are `kind << 4 | short length`; a short length of 15 asks for a long one. */
const LENGTH_BITS = 4;
const LONG_LENGTH = (1 << LENGTH_BITS) - 1;
/** 4 recent offsets and 24 sizes of a new one. */
const MATCH_KINDS = 28;
const TOKEN_SYMBOLS = LITERALS + (MATCH_KINDS << LENGTH_BITS);
const LENGTH_SYMBOLS = 256;
/** Long lengths from here on are given by extra bits. */
const WIDE_LENGTH = 232;

const tokenLengths = new Uint8Array(TOKEN_SYMBOLS);
const tokenCode = new Xpress9HuffmanDecoder(TOKEN_SYMBOLS);
const lengthLengths = new Uint8Array(LENGTH_SYMBOLS);
const lengthCode = new Xpress9HuffmanDecoder(LENGTH_SYMBOLS);
const recentOffsets = new Int32Array(4);

/**
 * Decodes the block whose header was read into `out` from byte `at`; matches may reach back into earlier blocks. A string
 * says what is wrong.
 */
export function readXpress9Block(
  reader: Xpress9BitReader,
  header: Xpress9BlockHeader,
  out: Uint8Array,
  at: number,
): string | undefined {
  const start = reader.position;
  const afterMatch = readRecentOffsets(reader, header);
  if (typeof afterMatch === 'string') return afterMatch;
  const problem =
    readCodeLengths(reader, tokenLengths) ??
    tokenCode.build(tokenLengths) ??
    readCodeLengths(reader, lengthLengths) ??
    lengthCode.build(lengthLengths);
  if (problem !== undefined) return problem;
  if (reader.position - start !== header.tableBits) return 'the Huffman tables are not as long as stated';
  return readTokens(reader, header, out, at, afterMatch);
}

/** Reads the state that an earlier block has left: was its last token a match, and the recent offsets. */
function readRecentOffsets(reader: Xpress9BitReader, header: Xpress9BlockHeader): boolean | string {
  if (header.recentCount === 0) return false;
  const afterMatch = reader.read(1) === 1;
  for (let i = 0; i < header.recentCount; i++) {
    const bits = reader.read(5);
    if (bits >= header.windowBits) return 'a recent offset is larger than the window';
    recentOffsets[i] = readSized(reader, bits);
  }
  return afterMatch;
}

/** A number whose highest bit is known to be bit `bits`: only the ones below are in the stream. */
function readSized(reader: Xpress9BitReader, bits: number): number {
  return (1 << bits) + reader.read(bits);
}

/** Decodes tokens until exactly `header.plainSize` bytes are there. */
function readTokens(
  reader: Xpress9BitReader,
  header: Xpress9BlockHeader,
  out: Uint8Array,
  at: number,
  afterMatch: boolean,
): string | undefined {
  const { recentCount } = header;
  const end = at + header.plainSize;
  while (at < end && reader.position <= reader.end) {
    const token = tokenCode.decode(reader);
    if (token < LITERALS) {
      out[at++] = token;
      afterMatch = false;
      continue;
    }
    let length = token & LONG_LENGTH;
    const kind = (token - LITERALS) >> LENGTH_BITS;
    if (length === LONG_LENGTH) length += readLongLength(reader);
    let offset: number;
    if (kind < recentCount) {
      // Just after a match its own offset is out of the question: the match would have been longer.
      const place = afterMatch ? kind + 1 : kind;
      if (place >= recentCount) return `a match at byte ${at} refers to a recent offset that is not kept`;
      offset = recentOffsets[place]!;
      moveToFront(place, offset);
      length += header.shortestRecentMatch;
    } else {
      offset = readSized(reader, kind - recentCount);
      if (recentCount > 0) moveToFront(recentCount - 1, offset);
      length += header.shortestMatch;
    }
    if (offset > at) return `a match reaches ${offset} bytes back at byte ${at}`;
    if (length > end - at) return 'a match reaches past the end of its block';
    copyMatch(out, at, offset, length);
    at += length;
    afterMatch = true;
  }
  if (at < end) return `the stream ends at byte ${at}`;
  return reader.position === reader.end ? undefined : 'a block is not as long as stated';
}

function readLongLength(reader: Xpress9BitReader): number {
  const symbol = lengthCode.decode(reader);
  return symbol < WIDE_LENGTH ? symbol : WIDE_LENGTH - 1 + readSized(reader, symbol - WIDE_LENGTH);
}

/** Puts `offset` first; the offsets before `place` make room. */
function moveToFront(place: number, offset: number): void {
  for (let i = place; i > 0; i--) recentOffsets[i] = recentOffsets[i - 1]!;
  recentOffsets[0] = offset;
}
