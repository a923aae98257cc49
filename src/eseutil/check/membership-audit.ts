// For indexes whose keys we cannot make (sort keys of several values a record): does every record that should have an
// entry have one, and does every entry have its record? Two bit maps over hashes of bookmarks.

const BITS_LEAST = 14;
const BITS_MOST = 25;
/** Bits of maps that all audits of one time may take together: 64 MB. */
const BITS_TOGETHER = 28;

function hash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> (32 - BITS_MOST);
}

/** Members of two sets, by hash. A difference can hide behind an equal hash; none is invented. */
export class MembershipAudit {
  readonly #expected: Uint8Array;
  readonly #actual: Uint8Array;
  readonly #shift: number;

  /** `pages`: the size of the database, from which the maps' size follows; `together`: audits at one time. */
  constructor(pages: number, together = 1) {
    const most = Math.min(BITS_MOST, Math.max(3, BITS_TOGETHER - Math.ceil(Math.log2(together))));
    const bits = Math.min(most, Math.max(BITS_LEAST, Math.ceil(Math.log2(pages + 1)) + 6));
    this.#shift = BITS_MOST - bits;
    this.#expected = new Uint8Array(1 << (bits - 3));
    this.#actual = new Uint8Array(1 << (bits - 3));
  }

  addExpected(bytes: Uint8Array, start: number, end: number): void {
    const h = hash(bytes, start, end) >> this.#shift;
    this.#expected[h >> 3]! |= 1 << (h & 7);
  }

  addActual(bytes: Uint8Array, start: number, end: number): void {
    const h = hash(bytes, start, end) >> this.#shift;
    this.#actual[h >> 3]! |= 1 << (h & 7);
  }

  get agrees(): boolean {
    for (let i = 0; i < this.#expected.length; i++) if (this.#expected[i] !== this.#actual[i]) return false;
    return true;
  }

  /** True when a member is on one side only. */
  suspects(bytes: Uint8Array, start: number, end: number): boolean {
    const h = hash(bytes, start, end) >> this.#shift;
    const bit = 1 << (h & 7);
    return (this.#expected[h >> 3]! & bit) !== (this.#actual[h >> 3]! & bit);
  }
}
