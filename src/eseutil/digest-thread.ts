// Fingerprints of all trees of a new file, made in a thread of its own while the calling one, which is busy and hears
// nothing, checks the same file. The thread also waits until the disk has the file.
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { JetError } from '../errors/jet-error.ts';
import { NodeDigest } from '../ese/build/node-digest.ts';

/** What the thread is given. */
export interface DigestTask {
  readonly path: string;
  /** Cells: how far the thread is (`DigestState`), and not 0 when it is to end. */
  readonly cells: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** How far the thread is. */
export const DigestState = { Starting: 0, Running: 1, Ended: 2 } as const;

/** What the thread tells when it has ended: object id, nodes, bytes, both halves of each fingerprint; or why there are none. */
export type DigestMessage =
  | { readonly trees: readonly (readonly [objid: number, nodes: number, bytes: number, high: number, low: number])[] }
  | { readonly problem: string };

/** Workers run compiled code only: Node 20 cannot load TypeScript. */
const CAN_START_WORKERS = !import.meta.url.endsWith('.ts');

/** A thread that has not begun after this will not: then the caller does the work. */
const START_MS = 10_000;
const YOUNG_GENERATION_MB = 4;

/** A thread at work on one file. End it with `result` or `stop`. */
export class DigestThread {
  readonly #path: string;
  readonly #state: Int32Array<SharedArrayBuffer>;
  readonly #port: MessagePort;
  readonly #worker: Worker;

  private constructor(path: string) {
    this.#path = path;
    const cells = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.#state = new Int32Array(cells);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: DigestTask = { path, cells, port: port2 };
    this.#worker = new Worker(new URL('./digest-worker.js', import.meta.url), {
      workerData,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    // A thread that fails has no result: that is all there is to know.
    this.#worker.on('error', () => undefined);
    this.#worker.unref();
  }

  /** Begins with the file at `path`; undefined where threads cannot be started. */
  static start(path: string): DigestThread | undefined {
    return CAN_START_WORKERS ? new DigestThread(path) : undefined;
  }

  /** Waits for the fingerprints; undefined when the thread could not do it. @throws JetError when the file cannot be read. */
  result(): Map<number, NodeDigest> | undefined {
    this.#wait();
    const message = receiveMessageOnPort(this.#port)?.message as DigestMessage | undefined;
    this.#close();
    if (message === undefined) return undefined;
    if ('problem' in message) {
      const text = `${this.#path}: cannot be read back: ${message.problem}`;
      throw new JetError('JET_errReadVerifyFailure', text, { file: this.#path });
    }
    return new Map(message.trees.map(([objid, ...sums]) => [objid, NodeDigest.of(...sums)]));
  }

  /** Ends the thread: it has let go of the file then. */
  stop(): void {
    Atomics.store(this.#state, 1, 1);
    this.#wait();
    this.#close();
  }

  /** Until the thread has ended, or is known to have never begun. */
  #wait(): void {
    const { Starting, Running } = DigestState;
    if (Atomics.wait(this.#state, 0, Starting, START_MS) !== 'timed-out') Atomics.wait(this.#state, 0, Running);
  }

  #close(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}
