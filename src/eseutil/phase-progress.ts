// How far work in several phases is: each phase has its share of the whole.

/** Parts of a defragmentation, in order. */
export type DefragPhase = 'backup' | 'check' | 'copy' | 'verify' | 'replace';

/** Shares of the phases in the progress, in hundredths. */
const SHARES: Readonly<Record<DefragPhase, number>> = { backup: 15, check: 30, copy: 35, verify: 60, replace: 5 };

/** Turns the progress of each phase into that of the whole. */
export class PhaseProgress {
  readonly #before = new Map<DefragPhase, number>();
  readonly #total: number;
  #phase: DefragPhase;

  /** `phases`: those there will be, in order. */
  constructor(phases: readonly DefragPhase[]) {
    let total = 0;
    for (const phase of phases) {
      this.#before.set(phase, total);
      total += SHARES[phase];
    }
    this.#total = total;
    this.#phase = phases[0] ?? 'copy';
  }

  enter(phase: DefragPhase): void {
    this.#phase = phase;
  }

  /** Tells `onProgress` how far the whole is when the present phase is at `done` of `total`. */
  tell(done: number, total: number, onProgress: ((done: number, total: number) => void) | undefined): void {
    if (onProgress === undefined || total === 0) return;
    onProgress((this.#before.get(this.#phase) ?? 0) + SHARES[this.#phase] * Math.min(1, done / total), this.#total);
  }
}
