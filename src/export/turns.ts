// Long synchronous work, a little at a time: in between, events (signals, progress) are let through.

/** How long work goes on before events get their turn. */
const TURN_MS = 50;

/** Measures out the turns of one job, whatever parts it has. */
export class Turns {
  /** When the present turn ends, as `Date.now` tells it. */
  end: number = Date.now() + TURN_MS;
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Lets events through if the turn is over. @throws the signal's reason once it is aborted. */
  async pause(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (Date.now() < this.end) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.end = Date.now() + TURN_MS;
  }
}
