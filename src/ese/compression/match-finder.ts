// Finds earlier copies of what comes next, for LZ77 encoders: hash chains over the last few KB (the method of RFC 1951
// section 4).

const HASH_BITS = 13;
/** A match is found only if its first three bytes agree. */
const HASHED_BYTES = 3;
/** How many earlier places are tried for one match: higher is smaller and slower. */
const MOST_TRIES = 48;

/** Index of matches in one buffer. Positions must be inserted in order, each once. */
export class MatchFinder {
  /** Length of the last match found, 0 = none. */
  length = 0;
  /** How far back the last match found begins. */
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #window: number;
  /** Newest position of each hash, plus 1; 0 = none. */
  readonly #newest: Int32Array = new Int32Array(1 << HASH_BITS);
  /** Position before, with the same hash, of each position modulo the window; plus 1. */
  readonly #before: Int32Array;

  /** `window`: the greatest offset wanted, a power of two. */
  constructor(bytes: Uint8Array, window: number) {
    this.#bytes = bytes;
    this.#window = window;
    this.#before = new Int32Array(window);
  }

  #hash(at: number): number {
    const bytes = this.#bytes;
    const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  /** Adds the positions `[start, end)`. */
  insert(start: number, end: number): void {
    const last = Math.min(end, this.#bytes.length - HASHED_BYTES + 1);
    for (let at = start; at < last; at++) {
      const hash = this.#hash(at);
      this.#before[at & (this.#window - 1)] = this.#newest[hash]!;
      this.#newest[hash] = at + 1;
    }
  }

  /** Looks for the longest match of what begins at `at`, into `length` and `offset`. */
  find(at: number): void {
    this.length = 0;
    const bytes = this.#bytes;
    const end = bytes.length;
    if (end - at < HASHED_BYTES) return;
    let candidate = this.#newest[this.#hash(at)]! - 1;
    for (let tries = MOST_TRIES; tries > 0 && candidate >= 0 && at - candidate <= this.#window; tries--) {
      if (bytes[candidate + this.length] === bytes[at + this.length]) {
        let length = 0;
        while (at + length < end && bytes[candidate + length] === bytes[at + length]) length++;
        if (length > this.length) {
          this.length = length;
          this.offset = at - candidate;
          if (at + length === end) break;
        }
      }
      candidate = this.#before[candidate & (this.#window - 1)]! - 1;
    }
    if (this.length < HASHED_BYTES) this.length = 0;
  }
}
