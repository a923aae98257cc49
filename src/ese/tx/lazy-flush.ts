// Lazy commits: nobody waits for them, but they are lasting soon (JET_bitCommitLazyFlush).
import type { Lgpos } from '../header/lgpos.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import type { LogStream } from './log-stream.ts';

/** They are lasting after so many milliseconds. */
const LAZY_MS = 30;

/** Flushes a log some time after it was asked to. */
export class LazyFlush {
  readonly #log: LogStream;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: LogStream) {
    this.#log = log;
  }

  /** What is appended by now will be lasting soon. A program that has nothing else to do is not kept alive for it. */
  soon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // Whoever needs the log learns what went wrong.
      if (this.#log.failure === undefined) this.now().catch(() => undefined);
    }, LAZY_MS);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Resolves when what is appended by now is lasting. */
  now(): Promise<void> {
    return this.#log.lasting(this.#last());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A position that everything appended so far lies before or at. */
  #last(): Lgpos {
    const { lGeneration, isec, ib } = this.#log.position;
    return ib > 0 ? { lGeneration, isec, ib: ib - 1 } : { lGeneration, isec: isec - 1, ib: SEGMENT_SIZE };
  }
}
