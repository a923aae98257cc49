// What sorting nodes takes, whoever does it: in memory or with files.

/** A (key, data) pair, as a view that the next one overwrites. */
export interface SortedEntry {
  readonly bytes: Uint8Array;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly dataStart: number;
  readonly dataLength: number;
}

/** Sorts (key, data) pairs by key, then data. */
export interface Sorter {
  /** Adds the pair key[keyStart..keyEnd), data[dataStart..dataEnd). Both are copied. */
  add(key: Uint8Array, keyStart: number, keyEnd: number, data: Uint8Array, dataStart: number, dataEnd: number): void;
  /** All pairs in order. To be called once. */
  sorted(): Iterable<SortedEntry>;
  close(): void;
}
