// Verifies many pages at once, at the speed of memory: a WebAssembly module made at run time (checksum-kernel-code.ts),
// or the plain equivalent where WebAssembly or its vectors are not to be had.
import { u32, u64 } from '../../binary/little-endian.ts';
import { KernelVerdict, assembleChecksumKernel } from './checksum-kernel-code.ts';
import { verifyPage } from './checksum-page.ts';
import { pageFormat } from './page-format.ts';

/** Takes pages in a buffer of its own and judges them all in one call. */
export interface ChecksumKernel {
  /** How it works: vectors of WebAssembly, or plain code. */
  readonly kind: 'wasm' | 'plain';
  /** Where pages are to be put, one after the other. Reading a file straight into it is the fastest way. */
  readonly pages: Uint8Array;
  /** A KernelVerdict for each page of the last `verify`. */
  readonly verdicts: Uint8Array;
  /** Highest dbtime (unsigned) of the good pages of the last `verify`; 0 when there is none. */
  readonly dbtimeHighest: bigint;
  /** The first page that has it. */
  readonly pgnoDbtimeHighest: number;
  /**
   * Judges the first `pageCount` pages in `pages`, numbered from `pgnoFirst` on; returns how many are suspect.
   * @throws RangeError for a size that is no page size, and for more pages than fit.
   */
  verify(pageCount: number, pageSize: number, pgnoFirst: number): number;
}

const SMALLEST_PAGE = 2048;
const WASM_PAGE = 65536;
const HIGHEST_SIZE = 16;

/** Size of the pages' checksum blocks. */
function blockSizeOf(kernel: ChecksumKernel, pageCount: number, pageSize: number): number {
  const format = pageFormat(pageSize);
  if (format === undefined) throw new RangeError(`no such page size: ${pageSize}`);
  if (pageCount < 0 || pageCount * pageSize > kernel.pages.length) throw new RangeError('pages beyond the buffer');
  return format.checksumBlocks[0]!;
}

class PlainKernel implements ChecksumKernel {
  readonly kind = 'plain';
  readonly pages: Uint8Array;
  readonly verdicts: Uint8Array;
  dbtimeHighest = 0n;
  pgnoDbtimeHighest = 0;

  constructor(capacity: number) {
    this.pages = new Uint8Array(capacity);
    this.verdicts = new Uint8Array(Math.ceil(capacity / SMALLEST_PAGE));
  }

  verify(pageCount: number, pageSize: number, pgnoFirst: number): number {
    blockSizeOf(this, pageCount, pageSize);
    this.dbtimeHighest = 0n;
    this.pgnoDbtimeHighest = 0;
    let suspects = 0;
    for (let i = 0; i < pageCount; i++) {
      const verdict = verifyPage(this.pages, i * pageSize, pageSize, pgnoFirst + i);
      if (verdict === 'good') this.#noteDbtime(i * pageSize, pgnoFirst + i);
      else if (verdict !== 'uninitialized') suspects++;
      this.verdicts[i] =
        verdict === 'good' || verdict === 'uninitialized' ? KernelVerdict[verdict] : KernelVerdict.suspect;
    }
    return suspects;
  }

  #noteDbtime(offset: number, pgno: number): void {
    const dbtime = u64(this.pages, offset + 8);
    if (dbtime <= this.dbtimeHighest) return;
    this.dbtimeHighest = dbtime;
    this.pgnoDbtimeHighest = pgno;
  }
}

/** The module's function: see `verifyPages` in checksum-kernel-code.ts. */
type VerifyPages = (
  pageCount: number,
  pageSize: number,
  blockSize: number,
  pgnoFirst: number,
  verdicts: number,
  highest: number,
) => number;

class WasmKernel implements ChecksumKernel {
  readonly kind = 'wasm';
  readonly pages: Uint8Array;
  readonly verdicts: Uint8Array;
  dbtimeHighest = 0n;
  pgnoDbtimeHighest = 0;
  readonly #verifyPages: VerifyPages;
  readonly #highest: Uint8Array;

  /** @throws when this machine has no WebAssembly with vectors. */
  constructor(capacity: number) {
    // Memory: pages, a verdict each, then the highest dbtime.
    const verdictSize = Math.ceil(capacity / SMALLEST_PAGE / 16) * 16;
    const verdictStart = Math.ceil(capacity / 16) * 16;
    const size = verdictStart + verdictSize + HIGHEST_SIZE;
    const module = new WebAssembly.Module(assembleChecksumKernel(Math.ceil(size / WASM_PAGE)));
    const exports = new WebAssembly.Instance(module).exports;
    const { buffer } = exports['memory'] as WebAssembly.Memory;
    this.pages = new Uint8Array(buffer, 0, capacity);
    this.verdicts = new Uint8Array(buffer, verdictStart, verdictSize);
    this.#highest = new Uint8Array(buffer, verdictStart + verdictSize, HIGHEST_SIZE);
    this.#verifyPages = exports['verifyPages'] as VerifyPages;
  }

  verify(pageCount: number, pageSize: number, pgnoFirst: number): number {
    const blockSize = blockSizeOf(this, pageCount, pageSize);
    this.dbtimeHighest = 0n;
    this.pgnoDbtimeHighest = 0;
    if (pageCount === 0) return 0;
    const { byteOffset: verdicts } = this.verdicts;
    const { byteOffset: highest } = this.#highest;
    const suspects = this.#verifyPages(pageCount, pageSize, blockSize, pgnoFirst, verdicts, highest);
    this.dbtimeHighest = u64(this.#highest, 0);
    if (this.dbtimeHighest !== 0n) this.pgnoDbtimeHighest = pgnoFirst + u32(this.#highest, 8);
    return suspects;
  }
}

/**
 * A kernel for `capacity` bytes of pages at a time (best 256 KiB to 1 MiB: what stays in a processor's cache).
 * `kind` demands one implementation; else the fastest that works here is taken.
 */
export function createChecksumKernel(capacity: number, kind?: ChecksumKernel['kind']): ChecksumKernel {
  if (kind === 'plain') return new PlainKernel(capacity);
  try {
    return new WasmKernel(capacity);
  } catch (error) {
    // An old engine without vectors, or a page whose security policy forbids compiling.
    if (kind === 'wasm') throw error;
    return new PlainKernel(capacity);
  }
}
