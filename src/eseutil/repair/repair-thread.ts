// Repair in a thread of its own, so that the calling one can hear signals and show progress. Where threads cannot be
// started (uncompiled sources) the calling one does the work.
import { Worker } from 'node:worker_threads';
import { JetError, type ErrorPlace } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { Interrupted } from '../interruption.ts';
import { repairDatabase, type RepairCallbacks, type RepairOptions } from './repair-database.ts';
import type { RepairResult } from './repair-result.ts';

/** What the thread is given. */
export interface RepairTask {
  readonly path: string;
  readonly options: RepairOptions;
  /** One cell: not 0 asks the thread to end. */
  readonly stop: SharedArrayBuffer;
}

/** What the thread tells. */
export type RepairMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly result: RepairResult }
  | { readonly kind: 'jet-error'; readonly symbol: JetErrorSymbol; readonly message: string; readonly at: ErrorPlace }
  | { readonly kind: 'interrupted' };

/** Workers run compiled code only: Node 20 cannot load TypeScript. */
const CAN_START_WORKERS = !import.meta.url.endsWith('.ts');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Outcome = { readonly result: RepairResult } | { readonly error: Error };

function take(message: RepairMessage, callbacks: RepairCallbacks): Outcome | undefined {
  switch (message.kind) {
    case 'progress':
      callbacks.onProgress?.(message.done, message.total);
      return undefined;
    case 'result':
      return { result: message.result };
    case 'interrupted':
      return { error: new Interrupted() };
    case 'jet-error':
      return { error: new JetError(message.symbol, message.message, message.at) };
  }
}

function runWorker(task: RepairTask, callbacks: RepairCallbacks): Promise<RepairResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./repair-worker.js', import.meta.url), { workerData: task });
    let outcome: Outcome = { error: new Error('the thread ended without a result') };
    worker.on('message', (message: RepairMessage) => {
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
 * Repairs; SIGINT, SIGTERM and SIGHUP stop the work, and everything it made is taken away.
 * @throws what `repairDatabase` throws.
 */
export async function repairInThread(
  path: string,
  options: RepairOptions,
  callbacks: RepairCallbacks,
): Promise<RepairResult> {
  if (!CAN_START_WORKERS) return repairDatabase(path, options, callbacks);
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const onSignal = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await runWorker({ path, options, stop }, callbacks);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
