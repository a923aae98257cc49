// Column compression scheme 5: XPRESS9, LZ77 with Huffman codes (format 6.4; compression.cxx, _xpress9).
// Byte 0 = scheme << 3, u32 CRC-32C of the plain bytes, then blocks: a header, Huffman tables, tokens.
import { u32 } from '../../binary/little-endian.ts';
import { crc32c } from './crc32c.ts';
import { Xpress9BitReader } from './xpress9-bit-reader.ts';
import { readXpress9Block } from './xpress9-block.ts';
import { hasXpress9Block, readXpress9BlockHeader, XPRESS9_BLOCK_HEADER_SIZE } from './xpress9-block-header.ts';
import type { Xpress9BlockHeader } from './xpress9-block-header.ts';

const HEADER_SIZE = 5;
/** So that bit positions stay 32-bit integers. No page is nearly as large. */
const MOST_BYTES = 0x0fffffff;

const reader = new Xpress9BitReader();

interface Block {
  readonly at: number;
  readonly header: Xpress9BlockHeader;
}

/** Finds the blocks of `data`; the engine writes one, the format allows more. What follows the last one is ignored. */
function findBlocks(data: Uint8Array): readonly Block[] | string {
  if (data.length > MOST_BYTES) return 'there are too many bytes';
  const blocks: Block[] = [];
  let at = HEADER_SIZE;
  do {
    const header = readXpress9BlockHeader(data, at, blocks.length);
    if (typeof header === 'string') return header;
    const first = (blocks[0]?.header ?? header).session;
    if (header.session.signature !== first.signature || header.session.parameters !== first.parameters) {
      return 'a block belongs to another stream';
    }
    blocks.push({ at, header });
    at += (header.bits + 7) >>> 3;
  } while (hasXpress9Block(data, at));
  return blocks;
}

function plainSize(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.header.plainSize, 0);
}

/** Plain bytes stated by the block headers of `data` (scheme byte first), `undefined` when they are damaged. */
export function xpress9Size(data: Uint8Array): number | undefined {
  const blocks = findBlocks(data);
  return typeof blocks === 'string' ? undefined : plainSize(blocks);
}

/** Decodes `data` (scheme byte first) and checks its CRC. A string is the reason why it cannot be decoded. */
export function decodeXpress9(data: Uint8Array, limit: number): Uint8Array | string {
  const blocks = findBlocks(data);
  if (typeof blocks === 'string') return blocks;
  const size = plainSize(blocks);
  if (size > limit) return `${size} bytes are stated, at most ${limit} are possible`;
  const out = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    reader.reset(data, block.at + XPRESS9_BLOCK_HEADER_SIZE, block.at * 8 + block.header.bits);
    const problem = readXpress9Block(reader, block.header, out, at);
    if (problem !== undefined) return problem;
    at += block.header.plainSize;
  }
  return crc32c(out) === u32(data, 1) ? out : 'the checksum of the decoded bytes is wrong';
}
