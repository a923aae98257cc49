// Key ranges that pages of higher rank have spoken for: what an older page says of keys in them does not count.
import { compareKeys } from '../../ese/norm/compare-keys.ts';

interface Range {
  first: Uint8Array;
  last: Uint8Array;
}

const compare = (a: Uint8Array, aLength: number, b: Uint8Array): number => compareKeys(a, 0, aLength, b, 0, b.length);

/** A set of closed key ranges. */
export class CoveredRanges {
  /** Disjoint, ascending. */
  readonly #ranges: Range[] = [];

  has(key: Uint8Array, length: number): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(key, length)];
    return range !== undefined && compare(key, length, range.first) >= 0;
  }

  /** True when some key of first..last is covered. */
  touches(first: Uint8Array, last: Uint8Array): boolean {
    const range = this.#ranges[this.#firstEndingAtOrAfter(first, first.length)];
    return range !== undefined && compare(last, last.length, range.first) >= 0;
  }

  add(first: Uint8Array, last: Uint8Array): void {
    const from = this.#firstEndingAtOrAfter(first, first.length);
    let to = from;
    const merged = { first, last };
    for (; to < this.#ranges.length; to++) {
      const range = this.#ranges[to]!;
      if (compare(last, last.length, range.first) < 0) break;
      if (compare(range.first, range.first.length, merged.first) < 0) merged.first = range.first;
      if (compare(range.last, range.last.length, merged.last) > 0) merged.last = range.last;
    }
    this.#ranges.splice(from, to - from, merged);
  }

  #firstEndingAtOrAfter(key: Uint8Array, length: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(key, length, this.#ranges[middle]!.last) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
