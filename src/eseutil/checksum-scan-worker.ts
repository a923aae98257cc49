// The thread that helps with a checksum scan: does its share, sends the tally back, ends. Started by checksum-scan.ts,
// never imported.
import { parentPort, workerData } from 'node:worker_threads';
import { FileSource } from '../ese/io/file-source.ts';
import { ChecksumScanShare, SharedCell, WorkerState, type ChecksumWorkerData } from './checksum-scan-share.ts';
import type { ChecksumTally } from './checksum-tally.ts';

function work({ task, worker }: ChecksumWorkerData): ChecksumTally | undefined {
  const cells = new Int32Array(task.shared);
  const source = new FileSource(task.path);
  try {
    const share = new ChecksumScanShare(task, source);
    // Until here nothing was promised: a worker that fails to start is not missed.
    const cell = SharedCell.firstWorker + worker;
    const state = Atomics.compareExchange(cells, cell, WorkerState.starting, WorkerState.working);
    if (state !== WorkerState.starting) return undefined;
    while (share.step());
    return share.tally;
  } finally {
    source.close();
  }
}

const tally = work(workerData as ChecksumWorkerData);
if (tally !== undefined) parentPort?.postMessage(tally);
