// The error-correcting block checksum of pages and log segments since Exchange 2003 SP1 (format 3.2, 3.3; checksum.cxx,
// checksum_amd64.cxx). Bits of a block are numbered from 0; M is the highest number (all ones). The sum is a XOR of all
// dwords, plus two halves: XOR of the numbers n of all set bits, and XOR of their complements n ^ M. A single flipped
// bit n changes the halves by n and n ^ M, and so gives itself away.
import { checksumDwords } from './checksum-dwords.ts';

/** Bytes at the start of a header block that hold the block's own sum, and count as zero. */
const STORED_SUM_SIZE = 8;

/** Number of the bit that says "this page has an ECC checksum": `NewChecksumFormat` of fFlags, at byte 36. */
const FORMAT_FLAG_BIT = 36 * 8 + 13;

/** 1 when an odd number of bits of `word` is set, else 0. */
function parity(word: number): number {
  let folded = word ^ (word >>> 16);
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  return (0x6996 >>> (folded & 15)) & 1;
}

/** Bits 0..4 of the XOR of the numbers of all bits set in `column` (the XOR of all dwords). */
function bitNumberInDword(column: number): number {
  return (
    parity(column & 0xaaaaaaaa) |
    (parity(column & 0xcccccccc) << 1) |
    (parity(column & 0xf0f0f0f0) << 2) |
    (parity(column & 0xff00ff00) << 3) |
    (parity(column & 0xffff0000) << 4)
  );
}

/**
 * Sum of one block: a power of two from 1024 to 8192 bytes. `isHeaderBlock`: the first 8 bytes hold the stored sum and
 * count as zero. Writes the plain XOR of all dwords (without page number) to `sum[0]`, the ECC part to `sum[1]`.
 */
export function eccChecksum(
  bytes: Uint8Array,
  offset: number,
  length: number,
  isHeaderBlock: boolean,
  sum: Uint32Array,
): void {
  const dwords = checksumDwords(bytes, offset, length);
  // Eight dwords are folded into one before its parity is taken: the three lowest bits of the dword numbers come from
  // XORs of half of the eight, the higher ones from the parity of the group.
  let column = 0;
  let odd = 0;
  let oddPairs = 0;
  let oddQuads = 0;
  let groups = 0;
  for (let i = 0; i + 7 < dwords.length; i += 8) {
    const d1 = dwords[i + 1]!;
    const d3 = dwords[i + 3]!;
    const d5 = dwords[i + 5]!;
    const d7 = dwords[i + 7]!;
    const pair1 = dwords[i + 2]! ^ d3;
    const pair3 = dwords[i + 6]! ^ d7;
    const quad1 = dwords[i + 4]! ^ d5 ^ pair3;
    const all = dwords[i]! ^ d1 ^ pair1 ^ quad1;
    odd ^= d1 ^ d3 ^ d5 ^ d7;
    oddPairs ^= pair1 ^ pair3;
    oddQuads ^= quad1;
    column ^= all;
    groups ^= i & -parity(all);
  }
  if (isHeaderBlock) {
    // Takes dwords 0 and 1 out again. Their group is number 0, so no group parity contains them.
    column ^= dwords[0]! ^ dwords[1]!;
    odd ^= dwords[1]!;
  }
  const low =
    (groups << 5) | (parity(oddQuads) << 7) | (parity(oddPairs) << 6) | (parity(odd) << 5) | bitNumberInDword(column);
  const mask = length * 8 - 1;
  const high = parity(column) === 0 ? low : low ^ mask;
  sum[0] = column;
  sum[1] = (high << 16) | low;
}

/**
 * The number of the one bit of a block whose flipping turns the stored sum into the computed one, or -1 when no single
 * flipped bit explains both parts. `xorDifference` and `eccDifference` are stored XOR computed. Bits of the stored sum
 * itself and the format flag (flipping it would change the algorithm) are never the answer in a header block.
 */
export function correctableBit(
  xorDifference: number,
  eccDifference: number,
  length: number,
  isHeaderBlock: boolean,
): number {
  const mask = length * 8 - 1;
  const bit = eccDifference & 0xffff;
  if (bit > mask || eccDifference >>> 16 !== (bit ^ mask)) return -1;
  // Both parts must name the same column: an error of several bits rarely does.
  if ((xorDifference ^ (1 << (bit & 31))) !== 0) return -1;
  if (isHeaderBlock && (bit < STORED_SUM_SIZE * 8 || bit === FORMAT_FLAG_BIT)) return -1;
  return bit;
}
