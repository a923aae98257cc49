// Column compression scheme 7: one LZ4 block (format 6.4; compression.cxx; the LZ4 block format description).
// Byte 0 = scheme << 3, u16 plain size, then the sequences of the block.
import { u16 } from '../../binary/little-endian.ts';
import { copyMatch } from './match-copy.ts';

const HEADER_SIZE = 3;
const SHORTEST_MATCH = 4;

/** Plain bytes stated by `data` (scheme byte first), `undefined` when it is too short to say. */
export function lz4Size(data: Uint8Array): number | undefined {
  return data.length < HEADER_SIZE ? undefined : u16(data, 1);
}

/** Decodes `data` (scheme byte first). A string is the reason why it cannot be decoded. */
export function decodeLz4(data: Uint8Array, limit: number): Uint8Array | string {
  const size = lz4Size(data);
  if (size === undefined) return 'the header is cut short';
  if (size > limit) return `${size} bytes are stated, at most ${limit} are possible`;
  const out = new Uint8Array(size);
  let at = 0;
  let from = HEADER_SIZE;
  while (from < data.length) {
    const token = data[from++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && from < data.length) literals += more = data[from++]!;
      if (more === 255) return 'a count of literals is cut short';
    }
    if (literals > data.length - from) return 'the literals are cut short';
    if (literals > size - at) return 'there are more literals than bytes stated';
    for (const end = at + literals; at < end;) out[at++] = data[from++]!;
    // Only the last sequence has no match.
    if (from === data.length) break;
    if (from + 2 > data.length) return 'a match offset is cut short';
    const offset = u16(data, from);
    from += 2;
    let length = (token & 15) + SHORTEST_MATCH;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255 && from < data.length) length += more = data[from++]!;
      if (more === 255) return 'a match length is cut short';
    }
    if (offset === 0 || offset > at) return `a match reaches ${offset} bytes back at byte ${at}`;
    if (length > size - at) return 'a match reaches past the stated size';
    copyMatch(out, at, offset, length);
    at += length;
  }
  return at === size ? out : `${at} bytes came out, ${size} are stated`;
}
