// The thread that reads a new file back. Started by digest-thread.ts, never imported.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Database } from '../ese/database.ts';
import { FileSource } from '../ese/io/file-source.ts';
import { digestTrees } from './digest-trees.ts';
import { DigestState, type DigestMessage, type DigestTask } from './digest-thread.ts';
import { Interrupted, stopIfAsked } from './interruption.ts';

function digest(path: string, isStopped: () => boolean): DigestMessage {
  const source = new FileSource(path);
  try {
    const trees = digestTrees(new Database(source), () => {
      stopIfAsked(isStopped);
    });
    return {
      trees: [...trees].map(([objid, { nodes, bytes, high, low }]) => [objid, nodes, bytes, high, low] as const),
    };
  } finally {
    source.close();
  }
}

/** The system begins to write at once what the caller will wait for at the end. */
function settle(path: string): void {
  try {
    const handle = openSync(path, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The caller syncs the file in any case, and hears of it.
  }
}

function run({ path, cells, port }: DigestTask): void {
  const state = new Int32Array(cells);
  const set = (value: number): void => {
    Atomics.store(state, 0, value);
    Atomics.notify(state, 0);
  };
  const isStopped = (): boolean => Atomics.load(state, 1) !== 0;
  set(DigestState.Running);
  try {
    const message = digest(path, isStopped);
    settle(path);
    port.postMessage(message);
  } catch (error) {
    const problem = error instanceof Interrupted ? 'interrupted' : String(error);
    port.postMessage({ problem } satisfies DigestMessage);
  } finally {
    set(DigestState.Ended);
  }
}

run(workerData as DigestTask);
