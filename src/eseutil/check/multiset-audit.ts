// Two multisets compared in one pass each and in little memory: sums of hashes in buckets. Only buckets that differ
// have to be looked into. Used for index entries against records and for references against long values.

const BITS_LEAST = 8;
const BITS_MOST = 14;
/** Bits of buckets that all audits of one time may take together: 64 MB. */
const BITS_TOGETHER = 22;

/** Names one of the two sides. */
export type Side = 'expected' | 'actual';

/** Hashes of one member, set by `hash`. */
let hashHigh = 0;
let hashLow = 0;

/** Hashes a[aStart..aEnd) followed by b[bStart..bEnd); two independent 32-bit values. */
function hash(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): void {
  let high = 0x9747b28c;
  let low = 0x85ebca6b ^ (aEnd - aStart);
  for (let i = aStart; i < aEnd; i++) {
    high = Math.imul(high ^ a[i]!, 0x01000193);
    low = Math.imul((low << 7) ^ (low >>> 25) ^ a[i]!, 0x5bd1e995);
  }
  for (let i = bStart; i < bEnd; i++) {
    high = Math.imul(high ^ b[i]!, 0x01000193);
    low = Math.imul((low << 7) ^ (low >>> 25) ^ b[i]!, 0x5bd1e995);
  }
  high ^= high >>> 15;
  hashHigh = Math.imul(high, 0x2c1b3c6d) ^ low;
  hashLow = Math.imul(low ^ (low >>> 13), 0x297a2d39) ^ (high >>> 3);
}

/**
 * Collects both sides of a comparison. Equal multisets always give equal sums; that different ones do would take two
 * members with the same 64-bit hash.
 */
export class MultisetAudit {
  /** Per bucket: expected minus actual, of counts and of two hash sums. Made when there is a first member. */
  #counts = new Float64Array(0);
  #high = new Int32Array(0);
  #low = new Int32Array(0);
  readonly #mask: number;

  /** `pages`: the size of the database, from which the number of buckets follows; `together`: audits at one time. */
  constructor(pages: number, together = 1) {
    const most = Math.min(BITS_MOST, Math.max(1, BITS_TOGETHER - Math.ceil(Math.log2(together))));
    const buckets = 1 << Math.min(most, Math.max(BITS_LEAST, Math.ceil(Math.log2(pages + 1))));
    this.#mask = buckets - 1;
  }

  /** Adds a member, `weight` times: the bytes a[aStart..aEnd) followed by b[bStart..bEnd). */
  add(
    side: Side,
    a: Uint8Array,
    aStart: number,
    aEnd: number,
    b: Uint8Array,
    bStart: number,
    bEnd: number,
    weight = 1,
  ): void {
    if (this.#counts.length === 0) this.#allocate();
    hash(a, aStart, aEnd, b, bStart, bEnd);
    const bucket = hashHigh & this.#mask;
    const signed = side === 'expected' ? weight : -weight;
    this.#counts[bucket]! += signed;
    this.#high[bucket] = (this.#high[bucket]! + Math.imul(hashHigh, signed)) | 0;
    this.#low[bucket] = (this.#low[bucket]! + Math.imul(hashLow, signed)) | 0;
  }

  #allocate(): void {
    const buckets = this.#mask + 1;
    this.#counts = new Float64Array(buckets);
    this.#high = new Int32Array(buckets);
    this.#low = new Int32Array(buckets);
  }

  /** True when both sides held the same members. */
  get agrees(): boolean {
    for (let i = 0; i < this.#counts.length; i++) if (this.#differs(i)) return false;
    return true;
  }

  /** True when a member may be among those that differ: the second pass looks at these only. */
  suspects(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): boolean {
    hash(a, aStart, aEnd, b, bStart, bEnd);
    return this.#differs(hashHigh & this.#mask);
  }

  #differs(bucket: number): boolean {
    if (this.#counts.length === 0) return false;
    return this.#counts[bucket] !== 0 || this.#high[bucket] !== 0 || this.#low[bucket] !== 0;
  }
}
