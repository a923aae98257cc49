// The thread that does long work on files. Started by maintenance-thread.ts, never imported.
import { parentPort, workerData } from 'node:worker_threads';
import { JetError } from '../errors/jet-error.ts';
import { Interrupted } from './interruption.ts';
import { doMaintenance, type MaintenanceMessage, type MaintenanceTask } from './maintenance-task.ts';

/** Progress is told so often at most. */
const TELL_MS = 100;

function tell(message: MaintenanceMessage): void {
  parentPort?.postMessage(message);
}

function work({ kind, order, stop }: MaintenanceTask): void {
  const cell = new Int32Array(stop);
  let told = 0;
  const result = doMaintenance(kind, order, {
    onPhase: (phase) => {
      tell({ kind: 'phase', phase });
    },
    onFinding: (finding) => {
      tell({ kind: 'finding', finding });
    },
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
  work(workerData as MaintenanceTask);
} catch (error) {
  if (error instanceof Interrupted) tell({ kind: 'interrupted' });
  else if (error instanceof JetError)
    tell({ kind: 'jet-error', symbol: error.symbol, message: error.message, at: error.at });
  else throw error;
}
