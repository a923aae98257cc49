// The thread that repairs. Started by repair-thread.ts, never imported.
import { parentPort, workerData } from 'node:worker_threads';
import { JetError } from '../../errors/jet-error.ts';
import { Interrupted } from '../interruption.ts';
import { repairDatabase } from './repair-database.ts';
import type { RepairMessage, RepairTask } from './repair-thread.ts';

/** Progress is told so often at most. */
const TELL_MS = 100;

function tell(message: RepairMessage): void {
  parentPort?.postMessage(message);
}

function work({ path, options, stop }: RepairTask): void {
  const cell = new Int32Array(stop);
  let told = 0;
  const result = repairDatabase(path, options, {
    onProgress: (done, total) => {
      const now = performance.now();
      if (now - told < TELL_MS) return;
      told = now;
      tell({ kind: 'progress', done, total });
    },
    isStopped: () => Atomics.load(cell, 0) !== 0,
  });
  tell({ kind: 'result', result });
}

try {
  work(workerData as RepairTask);
} catch (error) {
  if (error instanceof Interrupted) tell({ kind: 'interrupted' });
  else if (error instanceof JetError)
    tell({ kind: 'jet-error', symbol: error.symbol, message: error.message, at: error.at });
  else throw error;
}
