// Sorts a block of (key, data) pairs in memory: all bytes in one array, one number an entry, no object. The order is
// found four bytes at a time: a radix sort on a word of every entry, then on the next word of those that agreed, and so
// on.
import { RadixSort } from './radix-sort.ts';
import { compareEntries, ENTRY_PART_MOST, EntryBuffer, entrySize, type CommonBytes } from './sort-entry.ts';

const FIRST_BYTES = 1 << 16;
const FIRST_ENTRIES = 1 << 10;
/** Bytes an entry costs besides its own: place and word, both twice. */
const INDEX_BYTES = 16;
/** So few entries are put in order by comparing them whole. */
const FEW = 8;
const WORD = 4;

/** What a group of entries is sorted by next; they are alike in all that comes before. */
const By = { KeyWord: 0, KeyLength: 1, DataWord: 2, DataLength: 3 } as const;
type By = (typeof By)[keyof typeof By];

/** Entries to sort: `add` until it returns false, `sort`, `copyTo`, `clear`. */
export class SortArena {
  entries: EntryBuffer = new EntryBuffer(0);
  count = 0;
  readonly #limit: number;
  #used = 0;
  #places: Uint32Array = new Uint32Array(0);
  readonly #radix = new RadixSort();
  #common: CommonBytes = { key: 0, data: 0 };
  /** Groups still to be sorted: first, end, what by, depth. */
  readonly #groups: number[] = [];

  /** `limit`: bytes of memory to use at most; a single entry may take more. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Copies an entry; false when there is no room for it (but there always is for the first one). */
  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    data: Uint8Array,
    dataStart: number,
    dataEnd: number,
  ): boolean {
    const at = this.#used;
    const end = at + entrySize(keyEnd - keyStart, dataEnd - dataStart);
    if (this.count > 0 && end + INDEX_BYTES * (this.count + 1) > this.#limit) return false;
    if (end > this.entries.size || this.count === this.#places.length) this.#grow(end);
    this.entries.write(at, key, keyStart, keyEnd, data, dataStart, dataEnd);
    this.#places[this.count++] = at;
    this.#used = end;
    return true;
  }

  #grow(end: number): void {
    if (end > this.entries.size) {
      const grown = new EntryBuffer(Math.max(end, Math.min(this.#limit, Math.max(FIRST_BYTES, 2 * this.entries.size))));
      grown.copy(this.entries, 0, this.#used, 0);
      this.entries = grown;
    }
    if (this.count === this.#places.length) {
      const grown = new Uint32Array(Math.max(FIRST_ENTRIES, 2 * this.count));
      grown.set(this.#places);
      this.#places = grown;
    }
  }

  /** Bytes of all entries together. */
  get used(): number {
    return this.#used;
  }

  /** Copies all entries, in order after `sort`, to the beginning of `target`. */
  copyTo(target: EntryBuffer): void {
    const { entries } = this;
    let to = 0;
    for (let i = 0; i < this.count; i++) {
      const at = this.#places[i]!;
      const size = entries.entrySize(at);
      target.copy(entries, at, size, to);
      to += size;
    }
  }

  /** Forgets all entries but keeps the memory. */
  clear(): void {
    this.count = 0;
    this.#used = 0;
  }

  /** Puts the entries in order. `common`: of all of them. */
  sort(common: CommonBytes): void {
    this.#common = common;
    this.#radix.reserve(this.count);
    this.#group(0, this.count, By.KeyWord, common.key);
    const groups = this.#groups;
    while (groups.length > 0) {
      const depth = groups.pop()!;
      const by = groups.pop()! as By;
      const end = groups.pop()!;
      const first = groups.pop()!;
      this.#sortGroup(first, end, by, depth);
    }
  }

  /** Entries first..end, alike in all before `depth` of the part that `by` names, are to be sorted. */
  #group(first: number, end: number, by: By, depth: number): void {
    if (end - first > FEW) this.#groups.push(first, end, by, depth);
    else this.#sortFew(first, end);
  }

  /** Sorts a group by one word of each entry, and finds the groups within it that are still undecided. */
  #sortGroup(first: number, end: number, by: By, depth: number): void {
    const words = this.#radix.words;
    this.#loadWords(first, end, by, depth);
    this.#radix.sort(this.#places, first, end);
    let start = first;
    let word = words[first]!;
    for (let i = first + 1; i < end; i++) {
      const next = words[i]!;
      if (next === word) continue;
      if (i - start > 1) this.#undecided(start, i, by, depth, word);
      start = i;
      word = next;
    }
    if (end - start > 1) this.#undecided(start, end, by, depth, word);
  }

  /** The words that entries first..end are sorted by. */
  #loadWords(first: number, end: number, by: By, depth: number): void {
    const { entries } = this;
    const places = this.#places;
    const { words } = this.#radix;
    for (let i = first; i < end; i++) {
      const at = places[i]!;
      const keyEnd = entries.keyStart(at) + entries.keyLength(at);
      if (by === By.KeyWord) words[i] = entries.orderedWord(entries.keyStart(at) + depth, keyEnd);
      else if (by === By.KeyLength) words[i] = Math.min(entries.keyLength(at), depth);
      else if (by === By.DataWord) words[i] = entries.orderedWord(keyEnd + depth, keyEnd + entries.dataLength(at));
      else words[i] = Math.min(entries.dataLength(at), depth);
    }
  }

  /** Entries first..end had the same word: what to look at next. */
  #undecided(first: number, end: number, by: By, depth: number, word: number): void {
    const ofKey = by === By.KeyWord || by === By.KeyLength;
    if (by === By.KeyLength || by === By.DataLength) {
      // Shorter than `depth`: the part is the same to its end. The others agree up to there.
      if (word >= depth) this.#group(first, end, ofKey ? By.KeyWord : By.DataWord, depth);
      else if (ofKey) this.#group(first, end, By.DataWord, this.#common.data);
      return;
    }
    const next = depth + WORD;
    const { entries } = this;
    let least = ENTRY_PART_MOST;
    let most = 0;
    for (let i = first; i < end; i++) {
      const at = this.#places[i]!;
      const length = ofKey ? entries.keyLength(at) : entries.dataLength(at);
      if (length < least) least = length;
      if (length > most) most = length;
    }
    if (least === most && most <= next) {
      if (ofKey) this.#group(first, end, By.DataWord, this.#common.data);
      return;
    }
    // A missing byte counted as zero: where some ended within the word, their lengths decide.
    if (least >= next) this.#group(first, end, by, next);
    else this.#group(first, end, ofKey ? By.KeyLength : By.DataLength, next);
  }

  /** Insertion sort of a few entries. */
  #sortFew(first: number, end: number): void {
    const { entries } = this;
    const common = this.#common;
    const places = this.#places;
    for (let i = first + 1; i < end; i++) {
      const place = places[i]!;
      let at = i;
      while (at > first && compareEntries(entries, places[at - 1]!, entries, place, common) > 0) {
        places[at] = places[at - 1]!;
        at--;
      }
      places[at] = place;
    }
  }
}
