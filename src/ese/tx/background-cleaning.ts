// Cleaning up behind transactions while the program does something else (version cleanup of ver.cxx).
import type { Transactions } from './transactions.ts';

/** So many milliseconds after a commit there is a cleaning. */
const SOON_MS = 50;
/** So many commits one after the other bring one about at once: timers may have to wait for a busy program. */
const COMMITS_MOST = 256;

/** Has versions nobody needs, deleted nodes, and space of deleted tables cleared away now and then. */
export class BackgroundCleaning {
  readonly #transactions: Transactions;
  readonly #mayClean: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #commits = 0;

  /** `mayClean`: false when the log cannot be written. */
  constructor(transactions: Transactions, mayClean: () => boolean) {
    this.#transactions = transactions;
    this.#mayClean = mayClean;
  }

  /** A transaction has committed. A program that has nothing else to do is not kept alive for the cleaning. */
  committed(): void {
    if (++this.#commits >= COMMITS_MOST) this.#clean();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#clean();
    }, SOON_MS);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #clean(): void {
    this.#commits = 0;
    if (!this.#mayClean()) return;
    try {
      this.#transactions.clean();
    } catch {
      // What is left is tried again. Whoever commits next learns of a disk that has failed.
    }
  }
}
