// One thread's share of a checksum scan: takes the next chunk of the file, reads it straight into the kernel's memory,
// judges it, counts. Headers and patch page are judged as `eseutil /k` judges them (_esefile/checksum.cxx).
import { u64 } from '../binary/little-endian.ts';
import { isJetError } from '../errors/jet-error.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { KernelVerdict } from '../ese/page/checksum-kernel-code.ts';
import { createChecksumKernel, type ChecksumKernel } from '../ese/page/checksum-kernel.ts';
import {
  correctPage,
  describePageChecksum,
  headerChecksumMatches,
  looksLikePatchPage,
} from '../ese/page/checksum-page.ts';
import { emptyTally, noteDbtime, type ChecksumCounts, type ChecksumTally, type DamagedPage } from './checksum-tally.ts';

/** Bytes read and judged at once: they should still be in the processor's cache when they are judged. */
const CHUNK_SIZE = 1024 * 1024;

/** Pages of the file before page 1: the header and its shadow copy. */
export const HEADER_PAGES = 2;

/** What is to be scanned, the same for all threads. Plain data, fit to be sent between threads. */
export interface ScanTask {
  readonly path: string;
  readonly pageSize: number;
  /** Whole pages of the file, headers included. */
  readonly filePages: number;
  /** Range of pages, by place in the file (0 = header): first, and the one after the last. */
  readonly firstPage: number;
  readonly endPage: number;
  readonly expectNoChecksums: boolean;
  readonly maxListed: number;
  /** Int32 cells the threads share: see SharedCell. */
  readonly shared: SharedArrayBuffer;
}

/** Cells of `ScanTask.shared`. From `firstWorker` on: the state of each worker. */
export const SharedCell = { nextChunk: 0, abort: 1, firstWorker: 2 } as const;

/** What the starter passes as `workerData`. */
export interface ChecksumWorkerData {
  readonly task: ScanTask;
  /** Number of this worker, from 0. */
  readonly worker: number;
}

/** States of a worker in its cell: the starter gives up one that is still `starting` when nothing is left to do. */
export const WorkerState = { starting: 0, working: 1, notNeeded: 2 } as const;

/** Chunks that make up a task. */
export function chunkCount(task: Pick<ScanTask, 'pageSize' | 'firstPage' | 'endPage'>): number {
  return Math.ceil(((task.endPage - task.firstPage) * task.pageSize) / CHUNK_SIZE);
}

function pgnoOf(page: number): number {
  return page - HEADER_PAGES + 1;
}

/** Works off chunks until none is left. Any number of shares, one a thread, may work on one task. */
export class ChecksumScanShare {
  readonly tally: ChecksumTally = emptyTally();
  readonly #task: ScanTask;
  readonly #source: ByteSource;
  readonly #kernel: ChecksumKernel;
  readonly #shared: Int32Array;
  readonly #chunks: number;

  constructor(task: ScanTask, source: ByteSource, kernel: ChecksumKernel = createChecksumKernel(CHUNK_SIZE)) {
    this.#task = task;
    this.#source = source;
    this.#kernel = kernel;
    this.#shared = new Int32Array(task.shared);
    this.#chunks = chunkCount(task);
  }

  /** Does the next chunk. False when none is left, or the scan was aborted. */
  step(): boolean {
    if (Atomics.load(this.#shared, SharedCell.abort) !== 0) return false;
    const chunk = Atomics.add(this.#shared, SharedCell.nextChunk, 1);
    if (chunk >= this.#chunks) return false;
    const perChunk = CHUNK_SIZE / this.#task.pageSize;
    const first = this.#task.firstPage + chunk * perChunk;
    this.#scan(first, Math.min(perChunk, this.#task.endPage - first));
    return true;
  }

  #scan(first: number, count: number): void {
    const readable = this.#read(first, count);
    if (readable === count) {
      this.#judge(first, count);
    } else {
      // Somewhere in here the disk fails or the file ends: page by page, to lose as little as possible.
      for (let page = first; page < first + count; page++) this.#scanAlone(page);
    }
  }

  #scanAlone(page: number): void {
    if (Atomics.load(this.#shared, SharedCell.abort) !== 0) return;
    if (this.#read(page, 1) === 1) this.#judge(page, 1);
    else this.#report('unreadable', pgnoOf(page), 'unreadable');
  }

  /** Reads pages into the kernel. Returns the whole pages it got: 0 when the disk fails. */
  #read(first: number, count: number): number {
    const { pageSize } = this.#task;
    this.tally.reads++;
    try {
      const bytes = this.#source.read(first * pageSize, this.#kernel.pages.subarray(0, count * pageSize));
      return Math.floor(bytes / pageSize);
    } catch (error) {
      if (isJetError(error)) return 0;
      throw error;
    }
  }

  #judge(first: number, count: number): void {
    const kernel = this.#kernel;
    const { tally } = this;
    tally.bytes += count * this.#task.pageSize;
    const suspects = kernel.verify(count, this.#task.pageSize, pgnoOf(first));
    noteDbtime(tally, kernel.dbtimeHighest, kernel.pgnoDbtimeHighest);
    let good = count - suspects;
    for (let i = 0; i < count; i++) {
      const verdict = kernel.verdicts[i];
      if (verdict === KernelVerdict.good) continue;
      if (verdict === KernelVerdict.suspect) {
        this.#examine(first + i, i * this.#task.pageSize);
      } else {
        tally.counts.uninitialized++;
        good--;
      }
    }
    tally.counts.good += good;
  }

  /** A page that is neither good as it stands nor all zero. `page` is its place in the file. */
  #examine(page: number, offset: number): void {
    const { pageSize, filePages, expectNoChecksums } = this.#task;
    const bytes = this.#kernel.pages;
    const pgno = pgnoOf(page);
    const isHeader = page < HEADER_PAGES;
    const isPatchPage = page === filePages - 1 && looksLikePatchPage(bytes, offset);
    if (isHeader || isPatchPage) {
      if (isPatchPage && !isHeader) this.tally.hasPatchPage = true;
      if (headerChecksumMatches(bytes, offset, pageSize)) this.tally.counts.good++;
      else this.#report('bad', pgno, 'bad');
      return;
    }
    if (expectNoChecksums) {
      this.tally.counts.withoutChecksum++;
      // Space never used may hold anything; a page in use has a sum of zero.
      if (u64(bytes, offset) === 0n) noteDbtime(this.tally, u64(bytes, offset + 8), pgno);
      return;
    }
    this.#explain(pgno, offset);
  }

  #explain(pgno: number, offset: number): void {
    const { pageSize, filePages } = this.#task;
    const bytes = this.#kernel.pages;
    const checksum = describePageChecksum(bytes, offset, pageSize, pgno, pgnoOf(filePages - 1));
    switch (checksum.verdict) {
      case 'correctable':
        this.#report('correctable', pgno, 'correctable', { checksum });
        correctPage(bytes, offset, pageSize, pgno);
        noteDbtime(this.tally, u64(bytes, offset + 8), pgno);
        break;
      case 'wrong-page-number':
        this.#report('wrongPageNumber', pgno, 'wrong-page-number', { checksum });
        break;
      default:
        this.#report('bad', pgno, 'bad', { checksum });
    }
  }

  #report(
    count: keyof ChecksumCounts,
    pgno: number,
    verdict: DamagedPage['verdict'],
    more: Pick<DamagedPage, 'checksum'> = {},
  ): void {
    this.tally.counts[count]++;
    if (this.tally.damaged.length < this.#task.maxListed) this.tally.damaged.push({ pgno, verdict, ...more });
  }
}
