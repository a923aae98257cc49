// The checksum of a whole page: verify, explain, correct, write (format 3.3-3.5; checksumu.cxx, cpage.cxx).
// Log segments are summed alike, as pages of 4096 bytes: their segment number stands for the page number.
import { u32, u64 } from '../../binary/little-endian.ts';
import { correctableBit, eccChecksum } from './checksum-ecc.ts';
import { xorChecksum } from './checksum-xor.ts';
import { PageFlag } from './page-flags.ts';
import { pageFormat, type PageFormat } from './page-format.ts';

/**
 * What a page's checksum says.
 * - `good`: it matches.
 * - `uninitialized`: every byte is zero; the page was never written (JET_errPageNotInitialized where it is needed).
 * - `correctable`: one flipped bit (on large pages: at most one a block) explains the mismatch.
 * - `wrong-page-number`: as if the contents were sound but sealed for another page: a misdirected write. On small pages
 *   with an ECC sum this is a guess, as in the engine's page dump: damage to the stored XOR sum, or equal damage to
 *   several bytes, can look the same. The better the highest page number is known, the fewer such mistakes.
 * - `bad`: anything else.
 */
export type PageVerdict = 'good' | 'uninitialized' | 'correctable' | 'wrong-page-number' | 'bad';

/** Everything there is to say about a page's checksum. */
export interface PageChecksumDescription {
  readonly verdict: PageVerdict;
  /** `ecc` when the page's format flag is set, else `xor` (legacy). */
  readonly format: 'ecc' | 'xor';
  /** Sums found on the page, one a block: high half ECC (legacy: page number), low half XOR. */
  readonly stored: readonly bigint[];
  /** Sums the page ought to carry, in the same form. */
  readonly computed: readonly bigint[];
  /** Bits to flip when the verdict is `correctable`, counted from the start of the page. */
  readonly bits: readonly number[];
  /** The page number the contents were sealed for, when the verdict is `wrong-page-number`. */
  readonly pgnoActual?: number;
}

/** Highest page number the engine uses (pgnoSysMax). */
const PGNO_MAX = 0x7fefffff;

const DBTIME_OFFSET = 8;
const FLAGS_OFFSET = 36;
/** Where a large page keeps the sums of its blocks 1..3, inside block 0. */
const BLOCK_SUMS_OFFSET = 40;
const BLOCK_SUMS_SIZE = 24;
const SUM_SIZE = 8;

/** Scratch for one sum: [XOR, ECC]. */
const sum = new Uint32Array(2);

function formatOf(bytes: Uint8Array, offset: number, pageSize: number): PageFormat {
  const format = pageFormat(pageSize);
  if (format === undefined) throw new RangeError(`no such page size: ${pageSize}`);
  if (offset < 0 || offset + pageSize > bytes.length) throw new RangeError(`no whole page at ${offset}`);
  return format;
}

/** True when the page says that its checksum is an error-correcting one. */
export function hasEccFormat(bytes: Uint8Array, offset: number): boolean {
  return (u32(bytes, offset + FLAGS_OFFSET) & PageFlag.NewChecksumFormat) !== 0;
}

/** Where the sum of block `index` is stored, from the start of the page. */
function storedSumOffset(index: number): number {
  return index === 0 ? 0 : BLOCK_SUMS_OFFSET + (index - 1) * SUM_SIZE;
}

function isAllZero(bytes: Uint8Array, offset: number, length: number): boolean {
  for (let i = offset; i < offset + length; i++) if (bytes[i] !== 0) return false;
  return true;
}

function isSealedEcc(bytes: Uint8Array, offset: number, blocks: readonly number[], pgno: number): boolean {
  let start = offset;
  for (let i = 0; i < blocks.length; i++) {
    const size = blocks[i]!;
    eccChecksum(bytes, start, size, i === 0, sum);
    const stored = offset + storedSumOffset(i);
    if ((sum[0]! ^ pgno) >>> 0 !== u32(bytes, stored) || sum[1] !== u32(bytes, stored + 4)) return false;
    start += size;
  }
  return true;
}

function isSealedLegacy(bytes: Uint8Array, offset: number, format: PageFormat, pgno: number): boolean {
  return (
    u32(bytes, offset + 4) === pgno &&
    u32(bytes, offset) === xorChecksum(bytes, offset, format.pageSize) &&
    (!format.extendedHeader || isAllZero(bytes, offset + BLOCK_SUMS_OFFSET, BLOCK_SUMS_SIZE))
  );
}

/**
 * Checks the page of `pageSize` bytes at `offset` as page `pgno`. Fast when the page is good. `pgnoLast`: last page of
 * the file, if known; no page is sealed for a higher number.
 * @throws RangeError for a size that is no page size, or when the page is not wholly inside `bytes`.
 */
export function verifyPage(
  bytes: Uint8Array,
  offset: number,
  pageSize: number,
  pgno: number,
  pgnoLast: number = PGNO_MAX,
): PageVerdict {
  const format = formatOf(bytes, offset, pageSize);
  const sealed = hasEccFormat(bytes, offset)
    ? isSealedEcc(bytes, offset, format.checksumBlocks, pgno)
    : isSealedLegacy(bytes, offset, format, pgno);
  return sealed ? 'good' : describePageChecksum(bytes, offset, pageSize, pgno, pgnoLast).verdict;
}

/**
 * Checks a page like `verifyPage` and tells all about it: sums, bits to flip, the page it really is.
 * @throws RangeError as `verifyPage`.
 */
export function describePageChecksum(
  bytes: Uint8Array,
  offset: number,
  pageSize: number,
  pgno: number,
  pgnoLast: number = PGNO_MAX,
): PageChecksumDescription {
  const format = formatOf(bytes, offset, pageSize);
  const description = hasEccFormat(bytes, offset)
    ? describeEcc(bytes, offset, format.checksumBlocks, pgno)
    : describeLegacy(bytes, offset, format, pgno);
  const { pgnoActual, ...about } = description;
  if (pgnoActual === undefined || (pgnoActual > 0 && pgnoActual <= pgnoLast)) return description;
  return { ...about, verdict: 'bad' };
}

function describeLegacy(bytes: Uint8Array, offset: number, format: PageFormat, pgno: number): PageChecksumDescription {
  const xor = xorChecksum(bytes, offset, format.pageSize);
  const computed = [(BigInt(pgno) << 32n) | BigInt(xor)];
  const stored = [u64(bytes, offset)];
  for (let i = 1; i < format.checksumBlocks.length; i++) {
    computed.push(0n);
    stored.push(u64(bytes, offset + storedSumOffset(i)));
  }
  const about = { format: 'xor', stored, computed, bits: [] } as const;
  if (isSealedLegacy(bytes, offset, format, pgno)) return { ...about, verdict: 'good' };
  if (isAllZero(bytes, offset, format.pageSize)) return { ...about, verdict: 'uninitialized' };
  const pgnoActual = u32(bytes, offset + 4);
  return isSealedLegacy(bytes, offset, format, pgnoActual)
    ? { ...about, verdict: 'wrong-page-number', pgnoActual }
    : { ...about, verdict: 'bad' };
}

function describeEcc(
  bytes: Uint8Array,
  offset: number,
  blocks: readonly number[],
  pgno: number,
): PageChecksumDescription {
  const stored: bigint[] = [];
  const computed: bigint[] = [];
  let start = offset;
  blocks.forEach((size, i) => {
    eccChecksum(bytes, start, size, i === 0, sum);
    computed.push((BigInt(sum[1]!) << 32n) | BigInt((sum[0]! ^ pgno) >>> 0));
    stored.push(u64(bytes, offset + storedSumOffset(i)));
    start += size;
  });
  const about = { format: 'ecc', stored, computed } as const;
  const bits = bitsToFlip(stored, computed, blocks);
  if (bits !== undefined) return { ...about, verdict: bits.length === 0 ? 'good' : 'correctable', bits };
  const pgnoActual = pgnoSealedFor(stored, computed, pgno);
  return pgnoActual === undefined
    ? { ...about, verdict: 'bad', bits: [] }
    : { ...about, verdict: 'wrong-page-number', bits: [], pgnoActual };
}

/** One bit for each block that does not match; undefined when a block cannot be mended by one bit. */
function bitsToFlip(
  stored: readonly bigint[],
  computed: readonly bigint[],
  blocks: readonly number[],
): number[] | undefined {
  const expected = [...stored];
  const bits: number[] = [];
  let start = 0;
  for (let i = 0; i < blocks.length; i++) {
    const size = blocks[i]!;
    const difference = expected[i]! ^ computed[i]!;
    if (difference !== 0n) {
      const bit = correctableBit(Number(difference & 0xffffffffn), Number(difference >> 32n), size, i === 0);
      if (bit < 0) return undefined;
      bits.push(start * 8 + bit);
      // The flipped bit may be one of the sums of the following blocks, which are judged by the mended sum.
      const inSums = bit - BLOCK_SUMS_OFFSET * 8;
      if (i === 0 && blocks.length > 1 && inSums >= 0 && inSums < BLOCK_SUMS_SIZE * 8) {
        expected[1 + (inSums >> 6)]! ^= 1n << BigInt(inSums & 63);
      }
    }
    start += size;
  }
  return bits;
}

/** The page whose number, put in place of `pgno`, makes all sums match. */
function pgnoSealedFor(stored: readonly bigint[], computed: readonly bigint[], pgno: number): number | undefined {
  const difference = stored[0]! ^ computed[0]!;
  if (difference >> 32n !== 0n) return undefined;
  if (!stored.every((value, i) => (value ^ computed[i]!) === difference)) return undefined;
  return (Number(difference) ^ pgno) >>> 0;
}

/**
 * Mends a `correctable` page in place. Returns the numbers of the bits it flipped (none on a good page), or undefined,
 * with the page untouched, when it cannot be mended.
 * @throws RangeError as `verifyPage`.
 */
export function correctPage(
  bytes: Uint8Array,
  offset: number,
  pageSize: number,
  pgno: number,
): readonly number[] | undefined {
  const { verdict, bits } = describePageChecksum(bytes, offset, pageSize, pgno);
  if (verdict !== 'good' && verdict !== 'correctable') return undefined;
  for (const bit of bits) bytes[offset + (bit >> 3)]! ^= 1 << (bit & 7);
  return bits;
}

/**
 * True for the page that a streaming backup appends to a database (backup patch page, format 1.6), judged as eseutil
 * does. It belongs to no page number, and `headerChecksumMatches` is what must hold for it. Ask only for the last page
 * of a file.
 */
export function looksLikePatchPage(bytes: Uint8Array, offset: number): boolean {
  return isAllZero(bytes, offset + 4, DBTIME_OFFSET + 8 - 4) && u32(bytes, offset + 24) === 0;
}

/** True when `length` bytes from `offset` on carry their own legacy XOR sum: headers of all files, patch pages. */
export function headerChecksumMatches(bytes: Uint8Array, offset: number, length: number): boolean {
  return u32(bytes, offset) === xorChecksum(bytes, offset, length);
}

function putU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/**
 * Sets the format flag and writes the error-correcting checksum of page `pgno`, as the engine does at every write.
 * @throws RangeError as `verifyPage`.
 */
export function sealPage(bytes: Uint8Array, offset: number, pageSize: number, pgno: number): void {
  const { checksumBlocks } = formatOf(bytes, offset, pageSize);
  putU32(bytes, offset + FLAGS_OFFSET, u32(bytes, offset + FLAGS_OFFSET) | PageFlag.NewChecksumFormat);
  // Block 0 last: it holds, and so protects, the sums of the others.
  let start = offset + pageSize;
  for (let i = checksumBlocks.length - 1; i >= 0; i--) {
    const size = checksumBlocks[i]!;
    start -= size;
    eccChecksum(bytes, start, size, i === 0, sum);
    const target = offset + storedSumOffset(i);
    putU32(bytes, target, sum[0]! ^ pgno);
    putU32(bytes, target + 4, sum[1]!);
  }
}

/**
 * Clears the format flag and writes the legacy XOR checksum and the number of page `pgno` (pages up to 8 KB, databases
 * before Exchange 2003 SP1 and Windows Vista).
 * @throws RangeError as `verifyPage`, and for large pages, which never had this format.
 */
export function sealLegacyPage(bytes: Uint8Array, offset: number, pageSize: number, pgno: number): void {
  if (formatOf(bytes, offset, pageSize).extendedHeader) throw new RangeError('large pages have no legacy checksum');
  putU32(bytes, offset + FLAGS_OFFSET, u32(bytes, offset + FLAGS_OFFSET) & ~PageFlag.NewChecksumFormat);
  putU32(bytes, offset + 4, pgno);
  putU32(bytes, offset, xorChecksum(bytes, offset, pageSize));
}
