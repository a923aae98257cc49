// How many records refer to each long value: collected from the records, then read out in the order of the long-value
// tree (format 6.5). Memory is bounded: beyond a limit the ids go through a sorter.
import type { SortedEntry, Sorter } from './sorter.ts';

/** References kept in memory: eight bytes each. */
const IN_MEMORY_MOST = 4 << 20;
const FIRST_SIZE = 1 << 10;
const WORD = 8;

const NOTHING = new Uint8Array(0);

/** Big-endian id in a sorter, padded to eight bytes: 32-bit ids come before 64-bit ones, as in the tree. */
function* fromSorter(entries: Iterable<SortedEntry>, id: Uint8Array): Generator<void> {
  for (const { bytes, keyStart } of entries) {
    for (let i = 0; i < WORD; i++) id[i] = bytes[keyStart + WORD - 1 - i]!;
    yield;
  }
}

/** References to the long values of one table. First `add` all, then `countOf` for each value in tree order. */
export class ReferenceCounts {
  readonly #newSorter: (() => Sorter) | undefined;
  readonly #limit: number;
  #ids = new BigUint64Array(FIRST_SIZE);
  #bytes = new Uint8Array(this.#ids.buffer);
  #count = 0;
  #sorter: Sorter | undefined;
  /** The next reference not yet counted, little-endian; undefined at the end. */
  #next: Uint8Array | undefined;
  #source: Iterator<void> | undefined;
  readonly #current = new Uint8Array(WORD);
  #at = 0;
  /** Ids that were referred to but never asked for: no value has them. Counted in references. */
  missing = 0;

  /** `newSorter` makes the sorter for very many references; without it all are kept in memory. */
  constructor(newSorter?: () => Sorter, limit: number = IN_MEMORY_MOST) {
    this.#newSorter = newSorter;
    this.#limit = limit;
  }

  /** Books one reference: the id as it stands in the record, 4 or 8 bytes little-endian. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#count === this.#ids.length) this.#makeRoom();
    const at = this.#count++ * WORD;
    const length = end - start;
    for (let i = 0; i < WORD; i++) this.#bytes[at + i] = i < length ? bytes[start + i]! : 0;
  }

  #makeRoom(): void {
    if (this.#count >= this.#limit && this.#newSorter !== undefined) {
      this.#pour();
      return;
    }
    const ids = new BigUint64Array(this.#ids.length * 2);
    ids.set(this.#ids);
    this.#ids = ids;
    this.#bytes = new Uint8Array(ids.buffer);
  }

  /** Hands what is in memory to the sorter. */
  #pour(): void {
    this.#sorter ??= this.#newSorter!();
    const key = new Uint8Array(WORD);
    for (let n = 0; n < this.#count; n++) {
      for (let i = 0; i < WORD; i++) key[i] = this.#bytes[n * WORD + WORD - 1 - i]!;
      this.#sorter.add(key, 0, WORD, NOTHING, 0, 0);
    }
    this.#count = 0;
  }

  /** No more references will come: makes ready for `countOf`. */
  sort(): void {
    if (this.#sorter === undefined) this.#ids.subarray(0, this.#count).sort();
    else {
      this.#pour();
      this.#source = fromSorter(this.#sorter.sorted(), this.#current)[Symbol.iterator]();
    }
    this.#advance();
  }

  #advance(): void {
    if (this.#source !== undefined) {
      this.#next = this.#source.next().done === true ? undefined : this.#current;
      return;
    }
    this.#next = this.#at < this.#count ? this.#bytes.subarray(this.#at * WORD, (this.#at + 1) * WORD) : undefined;
    this.#at++;
  }

  /** Compares the next reference with an id as it stands in a tree key (big-endian). */
  #compare(next: Uint8Array, key: Uint8Array, lidLength: number): number {
    for (let i = WORD - 1; i >= 0; i--) {
      const difference = next[i]! - (i < lidLength ? key[lidLength - 1 - i]! : 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** References to the value whose root has this tree key. Ask in the order of the tree, for each value once. */
  countOf(key: Uint8Array, lidLength: number): number {
    let count = 0;
    while (this.#next !== undefined) {
      const order = this.#compare(this.#next, key, lidLength);
      if (order > 0) break;
      if (order < 0) this.missing++;
      else count++;
      this.#advance();
    }
    return count;
  }

  /** All values were asked for: what is left refers to none. */
  finish(): void {
    while (this.#next !== undefined) {
      this.missing++;
      this.#advance();
    }
    this.#sorter?.close();
  }
}
