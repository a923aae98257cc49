// A window over a LogInput for readers that go forward: they see a few hundred KB of it at a time. For logs that are
// rings the bytes behind the end continue at the ring's beginning.
import type { LogInput } from './log-input.ts';

const WINDOW = 1 << 19;

/** Bytes of an input by position; positions beyond the end of a ring stand for its beginning. */
export class InputWindow {
  readonly #input: LogInput;
  readonly #ringStart: number;
  readonly #size: number;
  #buffer = new Uint8Array(WINDOW);
  #from = 0;
  #length = 0;

  /** `ringStart`: where the ring begins; it ends with the input. */
  constructor(input: LogInput, ringStart: number) {
    this.#input = input;
    this.#ringStart = ringStart;
    this.#size = input.size;
  }

  /** The bytes that hold the position last asked for; valid until the next call of `seek`. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  /** Positions up to this one are in the window. */
  get end(): number {
    return this.#from + this.#length;
  }

  /**
   * The index in `bytes` of `position`, with `count` bytes from there on; -1 when the input does not have them.
   * `count` must be a limit of ours.
   */
  seek(position: number, count: number): number {
    const at = position - this.#from;
    if (at >= 0 && at + count <= this.#length) return at;
    this.#fill(position, count);
    return count <= this.#length ? 0 : -1;
  }

  #fill(position: number, count: number): void {
    if (count > this.#buffer.length) this.#buffer = new Uint8Array(count + WINDOW);
    const ring = this.#size - this.#ringStart;
    this.#from = position;
    this.#length = 0;
    while (this.#length < this.#buffer.length) {
      const next = position + this.#length;
      const physical = next < this.#size || ring <= 0 ? next : this.#ringStart + ((next - this.#ringStart) % ring);
      const want = Math.min(this.#buffer.length - this.#length, this.#size - physical);
      if (want <= 0) break;
      const got = this.#input.read(physical, this.#buffer.subarray(this.#length, this.#length + want));
      if (got === 0) break;
      this.#length += got;
    }
  }
}
