// Sorts numbers by a 32-bit word that goes with each: byte by byte from the lowest, without comparing (stable).

const BYTES = 4;
const BUCKETS = 256;
/** Up to here insertion costs less than counting. */
const INSERTION_MOST = 40;

/** A sort with working memory of its own, for any number of ranges one after the other. */
export class RadixSort {
  /** The words to sort by, to be filled in before `sort`; they are moved along with what they belong to. */
  words: Uint32Array = new Uint32Array(0);
  #otherWords: Uint32Array = new Uint32Array(0);
  #otherValues: Uint32Array = new Uint32Array(0);
  readonly #counts = new Uint32Array(BYTES * BUCKETS);

  /** Makes room for `count` words. What `words` held is lost. */
  reserve(count: number): void {
    if (this.words.length >= count) return;
    this.words = new Uint32Array(count);
    this.#otherWords = new Uint32Array(count);
    this.#otherValues = new Uint32Array(count);
  }

  /** Puts values[first..end) and words[first..end) in the order of the words. */
  sort(values: Uint32Array, first: number, end: number): void {
    const { words } = this;
    let i = first + 1;
    while (i < end && words[i - 1]! <= words[i]!) i++;
    if (i >= end) return;
    if (end - first <= INSERTION_MOST) this.#insert(values, first, i, end);
    else this.#distribute(values, first, end);
  }

  /** Insertion sort; values[first..from) are in order. */
  #insert(values: Uint32Array, first: number, from: number, end: number): void {
    const { words } = this;
    for (let i = from; i < end; i++) {
      const word = words[i]!;
      const value = values[i]!;
      let at = i;
      while (at > first && words[at - 1]! > word) {
        words[at] = words[at - 1]!;
        values[at] = values[at - 1]!;
        at--;
      }
      words[at] = word;
      values[at] = value;
    }
  }

  #distribute(values: Uint32Array, first: number, end: number): void {
    this.#count(first, end);
    let fromWords = this.words;
    let fromValues = values;
    let toWords = this.#otherWords;
    let toValues = this.#otherValues;
    for (let byte = 0; byte < BYTES; byte++) {
      // A byte that is the same in all words decides nothing.
      if (this.#counts[byte * BUCKETS + ((fromWords[first]! >>> (8 * byte)) & 0xff)] === end - first) continue;
      this.#pass(byte, first, end, fromWords, fromValues, toWords, toValues);
      [fromWords, toWords] = [toWords, fromWords];
      [fromValues, toValues] = [toValues, fromValues];
    }
    if (fromWords === this.words) return;
    toWords.set(fromWords.subarray(first, end), first);
    toValues.set(fromValues.subarray(first, end), first);
  }

  /** How often each byte occurs at each place of the words. */
  #count(first: number, end: number): void {
    const { words } = this;
    const counts = this.#counts;
    counts.fill(0);
    for (let i = first; i < end; i++) {
      const word = words[i]!;
      counts[word & 0xff]!++;
      counts[BUCKETS + ((word >>> 8) & 0xff)]!++;
      counts[2 * BUCKETS + ((word >>> 16) & 0xff)]!++;
      counts[3 * BUCKETS + (word >>> 24)]!++;
    }
  }

  #pass(
    byte: number,
    first: number,
    end: number,
    fromWords: Uint32Array,
    fromValues: Uint32Array,
    toWords: Uint32Array,
    toValues: Uint32Array,
  ): void {
    const counts = this.#counts;
    const base = byte * BUCKETS;
    let at = first;
    for (let bucket = base; bucket < base + BUCKETS; bucket++) {
      const count = counts[bucket]!;
      counts[bucket] = at;
      at += count;
    }
    const shift = 8 * byte;
    for (let i = first; i < end; i++) {
      const word = fromWords[i]!;
      const to = counts[base + ((word >>> shift) & 0xff)]!++;
      toWords[to] = word;
      toValues[to] = fromValues[i]!;
    }
  }
}
