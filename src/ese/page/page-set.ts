// A set of page numbers: one bit a page.

/** A set of pages of one database (1..pgnoLast). Numbers outside are never members. */
export class PageSet {
  readonly pgnoLast: number;
  readonly #bits: Uint8Array;
  #size = 0;

  constructor(pgnoLast: number) {
    this.pgnoLast = pgnoLast;
    this.#bits = new Uint8Array((pgnoLast >> 3) + 1);
  }

  get size(): number {
    return this.#size;
  }

  has(pgno: number): boolean {
    return pgno >= 1 && pgno <= this.pgnoLast && (this.#bits[pgno >> 3]! & (1 << (pgno & 7))) !== 0;
  }

  /** Adds a page. False when it was a member already, or lies outside. */
  add(pgno: number): boolean {
    if (!(pgno >= 1 && pgno <= this.pgnoLast) || this.has(pgno)) return false;
    this.#bits[pgno >> 3]! |= 1 << (pgno & 7);
    this.#size++;
    return true;
  }

  /** Removes a page. False when it was no member. */
  delete(pgno: number): boolean {
    if (!this.has(pgno)) return false;
    this.#bits[pgno >> 3]! &= ~(1 << (pgno & 7));
    this.#size--;
    return true;
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let byte = 0; byte < this.#bits.length; byte++) {
      if (this.#bits[byte] === 0) continue;
      for (let bit = 0; bit < 8; bit++) if ((this.#bits[byte]! & (1 << bit)) !== 0) yield byte * 8 + bit;
    }
  }
}
