// Contradictions between pages and log that may resolve themselves: while the replay is still within the logs whose
// changes may be on the disk already, a page may have been cut off or emptied later on. They must all be gone when the
// last required log has been replayed (logredomap.cxx).
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { Lgpos } from '../header/lgpos.ts';

/** What was wrong with a page when it was first met. */
export interface RedoProblem {
  readonly pgno: number;
  readonly lgpos: Lgpos;
  readonly jet: JetErrorSymbol;
  readonly message: string;
}

/** Pages with an open contradiction. */
export class RedoMap {
  readonly #problems = new Map<number, RedoProblem>();

  get size(): number {
    return this.#problems.size;
  }

  has(pgno: number): boolean {
    return this.#problems.size > 0 && this.#problems.has(pgno);
  }

  /** Notes what is wrong with a page; the first note of a page stays. */
  add(problem: RedoProblem): void {
    if (!this.#problems.has(problem.pgno)) this.#problems.set(problem.pgno, problem);
  }

  /** The pages from `first` to `last` are gone: so is what was wrong with them. */
  clear(first: number, last: number): void {
    for (const pgno of this.#problems.keys()) if (pgno >= first && pgno <= last) this.#problems.delete(pgno);
  }

  /** The problem met first, if any is left. */
  first(): RedoProblem | undefined {
    // A Map keeps the order of its entries.
    return this.#problems.values().next().value;
  }
}
