// Verifies the checksum of every page of a database file, on all processors: what `eseutil /k` does
// (_esefile/checksum.cxx). Reads only; needs neither a readable catalog nor a good header.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { JetError } from '../errors/jet-error.ts';
import { FileSource } from '../ese/io/file-source.ts';
import { pageFormat } from '../ese/page/page-format.ts';
import { ChecksumScanShare, HEADER_PAGES, SharedCell, WorkerState, chunkCount } from './checksum-scan-share.ts';
import type { ChecksumWorkerData, ScanTask } from './checksum-scan-share.ts';
import { mergeTallies, type ChecksumCounts, type ChecksumTally, type DamagedPage } from './checksum-tally.ts';

/** How to scan. */
export interface ChecksumScanOptions {
  readonly pageSize: number;
  /** First and last page to verify; -1 and 0 are the headers. Default: the whole file. */
  readonly firstPgno?: number;
  readonly lastPgno?: number;
  /** True for temp databases, whose pages are not sealed: a checksum that does not match is no damage. */
  readonly expectNoChecksums?: boolean;
  /** Threads at most, the calling one included. Default: one a processor. Small files take only the calling thread. */
  readonly threads?: number;
  /** Damaged pages to list at most (all are counted). Default 1000. */
  readonly maxListed?: number;
  /** Called some times a second while the scan takes long, and at the end. */
  readonly onProgress?: (pagesDone: number, pagesTotal: number) => void;
  /** Stops the scan: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a scan found. */
export interface ChecksumScanResult {
  /** Pages looked at, headers and uninitialized ones included: as `eseutil /k` counts. */
  readonly pagesSeen: number;
  readonly counts: Readonly<ChecksumCounts>;
  /** Pages not in order, in order of pgno; at most `maxListed`. */
  readonly damaged: readonly DamagedPage[];
  /** Highest dbtime (unsigned) of all readable pages, headers aside; 0 when there is none. */
  readonly dbtimeHighest: bigint;
  readonly pgnoDbtimeHighest: number;
  /** The file ends with the patch page of a streaming backup, which is no page of the database. */
  readonly hasPatchPage: boolean;
  /** Bytes after the last whole page: above 0 the file was cut. */
  readonly partialPageBytes: number;
  readonly reads: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Threads that took part. */
  readonly threads: number;
}

/** Starting a thread costs more than it saves below this size. */
const SIZE_WORTH_THREADS = 128 * 1024 * 1024;
/** More threads than this only wait for the memory bus, and each takes 13 MB. */
const MAX_THREADS = 4;
/** How long the calling thread works before it lets events (signals, progress) through. */
const TURN_MS = 50;
const DEFAULT_MAX_LISTED = 1000;

/** Workers run compiled code only: Node 20 cannot load TypeScript. */
const CAN_START_WORKERS = !import.meta.url.endsWith('.ts');

/**
 * Verifies the checksums of a database file.
 * @throws JetError when the file cannot be opened; RangeError for a page size ESE does not have.
 */
export async function scanChecksums(path: string, options: ChecksumScanOptions): Promise<ChecksumScanResult> {
  const started = performance.now();
  const { pageSize, maxListed = DEFAULT_MAX_LISTED } = options;
  if (pageFormat(pageSize) === undefined) throw new RangeError(`no such page size: ${pageSize}`);
  options.signal?.throwIfAborted();
  const source = new FileSource(path);
  try {
    const filePages = Math.floor(source.size / pageSize);
    const firstPage = Math.min(filePages, Math.max(0, (options.firstPgno ?? -1) + HEADER_PAGES - 1));
    const endPage = Math.max(firstPage, Math.min(filePages, (options.lastPgno ?? Infinity) + HEADER_PAGES));
    const workers = workerCount(options, (endPage - firstPage) * pageSize);
    const task: ScanTask = {
      ...{ path, pageSize, filePages, firstPage, endPage, maxListed },
      expectNoChecksums: options.expectNoChecksums ?? false,
      shared: new SharedArrayBuffer((SharedCell.firstWorker + workers) * Int32Array.BYTES_PER_ELEMENT),
    };
    const tallies = await runTask(task, source, workers, options);
    options.onProgress?.(endPage - firstPage, endPage - firstPage);
    return {
      ...mergeTallies(tallies, maxListed),
      pagesSeen: endPage - firstPage,
      partialPageBytes: source.size % pageSize,
      elapsedMs: performance.now() - started,
      threads: tallies.length,
    };
  } finally {
    source.close();
  }
}

function workerCount(options: ChecksumScanOptions, size: number): number {
  if (!CAN_START_WORKERS || size < SIZE_WORTH_THREADS) return 0;
  return Math.max(1, Math.min(options.threads ?? availableParallelism(), MAX_THREADS)) - 1;
}

/** All tallies: that of this thread first, then those of the workers that took part. */
async function runTask(
  task: ScanTask,
  source: FileSource,
  workers: number,
  options: ChecksumScanOptions,
): Promise<ChecksumTally[]> {
  const cells = new Int32Array(task.shared);
  const helpers = Array.from({ length: workers }, (_, i) => startHelper(task, i));
  try {
    const share = new ChecksumScanShare(task, source);
    await workOff(share, task, options);
    const others = await Promise.all(helpers.map((helper) => helper.finish()));
    options.signal?.throwIfAborted();
    return [share.tally, ...others.filter((tally) => tally !== undefined)];
  } finally {
    Atomics.store(cells, SharedCell.abort, 1);
    for (const helper of helpers) helper.stop();
  }
}

/** The calling thread's share, in turns. Stops all threads when the signal says so. */
async function workOff(share: ChecksumScanShare, task: ScanTask, options: ChecksumScanOptions): Promise<void> {
  const { signal, onProgress } = options;
  const cells = new Int32Array(task.shared);
  const total = task.endPage - task.firstPage;
  const chunks = chunkCount(task);
  let turnEnd = performance.now() + TURN_MS;
  while (share.step()) {
    if (performance.now() < turnEnd) continue;
    onProgress?.(Math.floor((total * Math.min(Atomics.load(cells, SharedCell.nextChunk), chunks)) / chunks), total);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) Atomics.store(cells, SharedCell.abort, 1);
    turnEnd = performance.now() + TURN_MS;
  }
}

/** A worker as its starter sees it. */
interface Helper {
  /** Its tally; undefined when it came too late to take part. Rejects when it failed in the middle of its work. */
  finish(): Promise<ChecksumTally | undefined>;
  /** Ends it, without waiting: it has its own handle of the file, and nothing more to give. */
  stop(): void;
}

function startHelper(task: ScanTask, index: number): Helper {
  const data: ChecksumWorkerData = { task, worker: index };
  const worker = new Worker(new URL('./checksum-scan-worker.js', import.meta.url), { workerData: data });
  const cells = new Int32Array(task.shared);
  const cell = SharedCell.firstWorker + index;
  const done = new Promise<ChecksumTally | undefined>((resolve, reject) => {
    worker.once('message', resolve);
    const failed = (cause?: unknown): void => {
      // A worker that never began has taken no chunk, so nothing is missing.
      if (Atomics.load(cells, cell) !== WorkerState.working) resolve(undefined);
      else reject(new JetError('JET_errInternalError', 'a thread of the checksum scan failed', {}, { cause }));
    };
    worker.once('error', failed);
    worker.once('exit', () => {
      failed();
    });
  });
  done.catch(() => undefined);
  return {
    finish: () => {
      const state = Atomics.compareExchange(cells, cell, WorkerState.starting, WorkerState.notNeeded);
      return state === WorkerState.working ? done : Promise.resolve(undefined);
    },
    stop: () => {
      worker.unref();
      void worker.terminate();
    },
  };
}
