// Which values of multi-valued columns go into the keys of a record: one key for each value of the first multi-valued
// column, or for each combination (cross product), or for values of the same number side by side (nested table).
// Source: format section 7.4; rec.hxx (KeySequence).
import type { IndexDefinition } from './index-definition.ts';

/** Counts through the value numbers (itags, from 1) of the segments of an index. */
export class KeySequence {
  /** The number of the value each segment takes now. */
  readonly itags: Uint32Array;
  done: boolean = false;
  /** True for segments that go through their values. */
  readonly #counted: readonly boolean[];
  readonly #last: number;
  readonly #together: boolean;

  constructor(index: IndexDefinition) {
    const first = index.segments.findIndex((s) => s.multiValued);
    const all = index.crossProduct || index.nestedTable;
    this.#counted = index.segments.map((s, i) => s.multiValued && (all || i === first));
    this.#last = this.#counted.lastIndexOf(true);
    this.#together = index.nestedTable;
    this.itags = new Uint32Array(index.segments.length).fill(1);
  }

  /** Back to the first value of every segment. */
  restart(): void {
    this.itags.fill(1);
    this.done = this.itags.length === 0;
  }

  /** On to the next value after a key was made. */
  advance(): void {
    if (this.#last < 0) this.done = true;
    else if (!this.#together) this.itags[this.#last]! += 1;
    else for (let i = 0; i <= this.#last; i++) if (this.#counted[i]!) this.itags[i]! += 1;
  }

  /** Segment number `ranOut` has no value of its present number: the counted segment before it moves on, if any. */
  rollOver(ranOut: number): void {
    let i = ranOut - 1;
    while (i >= 0 && !this.#counted[i]!) i--;
    if (i < 0) {
      this.done = true;
      return;
    }
    this.itags[i]! += 1;
    this.itags.fill(1, ranOut);
  }
}
