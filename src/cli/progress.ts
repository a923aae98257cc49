// Progress of long work: one line on standard error that rewrites itself, when that is a terminal.

/** Work that takes less than this shows nothing. */
const QUIET_MS = 1500;
const REFRESH_MS = 200;

/** Shows how far a piece of work is, and when it will be done. */
export class Progress {
  readonly #title: string;
  readonly #shown: boolean;
  readonly #started = Date.now();
  #last = 0;
  #width = 0;

  constructor(title: string) {
    this.#title = title;
    this.#shown = process.stderr.isTTY;
  }

  update(done: number, total: number): void {
    if (!this.#shown || total === 0) return;
    const now = Date.now();
    const elapsed = now - this.#started;
    if (elapsed < QUIET_MS || now - this.#last < REFRESH_MS) return;
    this.#last = now;
    const left = Math.round(((elapsed / Math.max(1, done)) * (total - done)) / 1000);
    const text = `${this.#title} ${Math.floor((100 * done) / total)} %, ${left} s left`;
    process.stderr.write(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  /** Takes the line away. */
  finish(): void {
    if (this.#width > 0) process.stderr.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
  }
}
