// How key building sees a record: one column value at a time, as a range of somebody's buffer, so that no value has to
// be copied or wrapped. Long values, compression and defaults are the reader's business.

/**
 * The values of one record. After `select` has returned true, the value is `bytes[start..end)` until the next call.
 * Values are in on-disk form (little-endian), decompressed, with column defaults applied.
 */
export interface ColumnValues {
  /** Selects value number `itag` (from 1) of a column; false when it is NULL or there is none. */
  select(columnId: number, itag: number): boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const NOTHING = new Uint8Array(0);

/** Looks up one value of one column; undefined = NULL or absent. */
export type ValueLookup = (columnId: number, itag: number) => Uint8Array | undefined;

/** `ColumnValues` over a look-up function, for callers that hold each value as an array of its own. */
export class LookedUpValues implements ColumnValues {
  bytes: Uint8Array = NOTHING;
  readonly start: number = 0;
  end: number = 0;
  readonly #lookup: ValueLookup;

  constructor(lookup: ValueLookup) {
    this.#lookup = lookup;
  }

  select(columnId: number, itag: number): boolean {
    const value = this.#lookup(columnId, itag);
    this.bytes = value ?? NOTHING;
    this.end = this.bytes.length;
    return value !== undefined;
  }
}
