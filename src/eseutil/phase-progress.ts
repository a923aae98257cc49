// How far work in several phases is: each phase has its share of the whole.

/** Phases in order, and the share of each, in hundredths or any other measure. */
export type PhaseShares<P extends string> = readonly (readonly [phase: P, share: number])[];

/** Turns the progress of each phase into that of the whole. */
export class PhaseProgress<P extends string> {
  readonly #spans = new Map<P, readonly [before: number, share: number]>();
  readonly #total: number;
  #phase: P | undefined;

  constructor(shares: PhaseShares<P>) {
    let total = 0;
    for (const [phase, share] of shares) {
      this.#spans.set(phase, [total, share]);
      total += share;
    }
    this.#total = total;
  }

  enter(phase: P): void {
    this.#phase = phase;
  }

  /** Tells `onProgress` how far the whole is when the present phase is at `done` of `total`. */
  tell(done: number, total: number, onProgress: ((done: number, total: number) => void) | undefined): void {
    if (onProgress === undefined || total === 0 || this.#phase === undefined) return;
    const [before, share] = this.#spans.get(this.#phase) ?? [0, 0];
    onProgress(before + share * Math.min(1, done / total), this.#total);
  }
}
