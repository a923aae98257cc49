// Column compression scheme 3: XPRESS, plain LZ77 (format 6.4; compression.cxx, _xpress; [MS-XCA] 2.4 "Plain LZ77").
// Byte 0 = scheme << 3, u16 plain size, then words of 32 flags (highest bit first) each followed by what they announce:
// 0 = one literal byte, 1 = a match.
import { u16, u32 } from '../../binary/little-endian.ts';
import { copyMatch } from './match-copy.ts';

/** Bytes before the stream: the scheme and the plain size. */
export const XPRESS_HEADER_SIZE = 3;
/** The engine decodes no smaller plain sizes than this, and no smaller streams than one byte less. */
export const XPRESS_SMALLEST_PLAIN = 9;
/** The shortest match. */
export const XPRESS_SHORTEST_MATCH = 3;
/** Length fields: 3 bits in the match word, 4 shared bits, a byte, then 16 bits; all ones = look in the next one. */
export const XPRESS_LENGTH_FIELDS = { word: 7, nibble: 15, byte: 255 } as const;

/** Plain bytes stated by `data` (scheme byte first), `undefined` when it is too short to say. */
export function xpressSize(data: Uint8Array): number | undefined {
  return data.length < XPRESS_HEADER_SIZE ? undefined : u16(data, 1);
}

/**
 * Decodes `data` (scheme byte first). A string is the reason why it cannot be decoded. As in the engine, the stream
 * must end with the flag of a match just after the last byte, and 32-bit lengths are not known.
 */
export function decodeXpress(data: Uint8Array, limit: number): Uint8Array | string {
  const size = xpressSize(data);
  if (size === undefined) return 'the header is cut short';
  if (size > limit) return `${size} bytes are stated, at most ${limit} are possible`;
  const streamSize = data.length - XPRESS_HEADER_SIZE;
  if (size < XPRESS_SMALLEST_PLAIN || streamSize < XPRESS_SMALLEST_PLAIN - 1 || streamSize >= size) {
    return `${streamSize} bytes cannot stand for ${size}`;
  }
  return decodeStream(data, new Uint8Array(size));
}

function decodeStream(data: Uint8Array, out: Uint8Array): Uint8Array | string {
  const end = data.length;
  const size = out.length;
  let from = XPRESS_HEADER_SIZE;
  let at = 0;
  let flags = 0;
  let flagsLeft = 0;
  // Where the byte lies whose upper half is the next 4-bit length; 0 = a new byte is needed.
  let sharedNibble = 0;
  for (;;) {
    if (flagsLeft === 0) {
      if (from + 4 > end) return `the stream ends at byte ${at} of ${size}`;
      flags = u32(data, from) | 0;
      from += 4;
      flagsLeft = 32;
    }
    const isMatch = flags < 0;
    flags <<= 1;
    flagsLeft--;
    if (!isMatch) {
      if (at === size) return 'there is a literal after the stated size';
      if (from === end) return `the stream ends at byte ${at} of ${size}`;
      out[at++] = data[from++]!;
      continue;
    }
    if (at === size) return out;
    if (from + 2 > end) return `the stream ends at byte ${at} of ${size}`;
    const word = u16(data, from);
    from += 2;
    const offset = (word >> 3) + 1;
    let length = word & XPRESS_LENGTH_FIELDS.word;
    if (length === XPRESS_LENGTH_FIELDS.word) {
      let nibble: number;
      if (sharedNibble !== 0) {
        nibble = data[sharedNibble]! >> 4;
        sharedNibble = 0;
      } else {
        if (from === end) return `the stream ends at byte ${at} of ${size}`;
        sharedNibble = from;
        nibble = data[from++]! & 15;
      }
      length += nibble;
      if (nibble === XPRESS_LENGTH_FIELDS.nibble) {
        if (from === end) return `the stream ends at byte ${at} of ${size}`;
        const byte = data[from++]!;
        length += byte;
        if (byte === XPRESS_LENGTH_FIELDS.byte) {
          if (from + 2 > end) return `the stream ends at byte ${at} of ${size}`;
          const wide = u16(data, from);
          from += 2;
          if (wide < length) return `a 16-bit match length of ${wide} would have fitted a shorter field`;
          length = wide;
        }
      }
    }
    length += XPRESS_SHORTEST_MATCH;
    if (offset > at) return `a match reaches ${offset} bytes back at byte ${at}`;
    if (length > size - at) return 'a match reaches past the stated size';
    copyMatch(out, at, offset, length);
    at += length;
  }
}
