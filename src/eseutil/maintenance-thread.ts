// Long work on files in a thread of its own, so that the calling one can hear signals and show progress. Where threads
// cannot be started (uncompiled sources) the calling one does the work.
import { Worker } from 'node:worker_threads';
import { JetError } from '../errors/jet-error.ts';
import { Interrupted } from './interruption.ts';
import {
  doMaintenance,
  type MaintenanceCallbacks,
  type MaintenanceMessage,
  type MaintenanceTask,
  type MaintenanceWork,
} from './maintenance-task.ts';

/** Workers run compiled code only: Node 20 cannot load TypeScript. */
const CAN_START_WORKERS = !import.meta.url.endsWith('.ts');

/** Signals that end the work. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const YOUNG_GENERATION_MB = 32;

type Outcome = { readonly result: unknown } | { readonly error: Error };

function take(message: MaintenanceMessage, callbacks: MaintenanceCallbacks): Outcome | undefined {
  switch (message.kind) {
    case 'progress':
      callbacks.onProgress?.(message.done, message.total);
      return undefined;
    case 'phase':
      callbacks.onPhase?.(message.phase);
      return undefined;
    case 'finding':
      callbacks.onFinding?.(message.finding);
      return undefined;
    case 'result':
      return { result: message.result };
    case 'interrupted':
      return { error: new Interrupted() };
    case 'jet-error':
      return { error: new JetError(message.symbol, message.message, message.at) };
  }
}

function runWorker(task: MaintenanceTask, callbacks: MaintenanceCallbacks): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./maintenance-worker.js', import.meta.url), {
      workerData: task,
      // Most of what is allocated lives for one page: with more room for the young there is less to sweep.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    let outcome: Outcome = { error: new Error('the thread ended without a result') };
    worker.on('message', (message: MaintenanceMessage) => {
      outcome = take(message, callbacks) ?? outcome;
    });
    worker.on('error', (error: Error) => {
      outcome = { error };
    });
    // The thread cleans up after itself: only when it is gone is the work over.
    worker.on('exit', () => {
      if ('result' in outcome) resolve(outcome.result);
      else reject(outcome.error);
    });
  });
}

/**
 * Does one piece of work; SIGINT, SIGTERM and SIGHUP stop it, and everything it made is then taken away.
 * @throws JetError; Interrupted.
 */
export async function maintainInThread<K extends keyof MaintenanceWork>(
  kind: K,
  order: MaintenanceWork[K]['order'],
  callbacks: MaintenanceCallbacks,
): Promise<MaintenanceWork[K]['result']> {
  if (!CAN_START_WORKERS) return doMaintenance(kind, order, callbacks);
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const onSignal = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return (await runWorker({ kind, order, stop }, callbacks)) as MaintenanceWork[K]['result'];
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
