// Writes the difference between two states of a node's data, entry by entry: the counterpart of operations/apply-diff.ts
// (format 9.6; DIFFHDR and FLGAppendDiff in logdiff.cxx).
import { copyBytes, putU16 } from '../../binary/little-endian-writer.ts';

/** Bits of an entry: of its first word, or of its flag byte (shifted up by 8) where pages are large. */
const SAME_LENGTH = 0x2000;
const INSERT = 0x4000;
const TWO_BYTE_LENGTHS = 0x8000;
const BYTE_MOST = 255;
/** Room for the difference of records of the largest page, and for one entry too many. */
const BUFFER_SIZE = 0x10000;

/** A difference in the making; one object serves any number of them. */
export class DifferenceWriter {
  readonly bytes: Uint8Array = new Uint8Array(BUFFER_SIZE);
  length = 0;
  readonly #wide: boolean;
  #most = 0;

  /** `wide`: entries have a flag byte of their own, as on large pages. */
  constructor(wide: boolean) {
    this.#wide = wide;
  }

  /** Begins a difference of at most `most` bytes: a longer one is of no use. */
  begin(most: number): void {
    this.length = 0;
    this.#most = Math.min(most, BUFFER_SIZE);
  }

  /**
   * Says that `cbOld` bytes of the old data at `offset` are now from[start..+cbNew). False, and nothing is written, when
   * that makes the difference longer than allowed, or than `most`.
   */
  add(
    offset: number,
    cbOld: number,
    from: Uint8Array,
    start: number,
    cbNew: number,
    most: number = this.#most,
  ): boolean {
    const insert = cbOld === 0;
    const same = !insert && cbOld === cbNew;
    const two = cbOld > BYTE_MOST || cbNew > BYTE_MOST;
    const lengths = (two ? 2 : 1) * (insert || same ? 1 : 2);
    const head = this.#wide ? 3 : 2;
    if (this.length + head + lengths + cbNew > Math.min(most, this.#most)) return false;
    const flags = (same ? SAME_LENGTH : 0) | (insert ? INSERT : 0) | (two ? TWO_BYTE_LENGTHS : 0);
    const { bytes } = this;
    let at = this.length;
    putU16(bytes, at, this.#wide ? offset : offset | flags);
    if (this.#wide) bytes[at + 2] = flags >> 8;
    at += head;
    at = this.#putLength(at, cbNew, two);
    if (!insert && !same) at = this.#putLength(at, cbOld, two);
    copyBytes(bytes, at, from, start, cbNew);
    this.length = at + cbNew;
    return true;
  }

  /** Takes back what was written since the difference had `length` bytes. */
  cut(length: number): void {
    this.length = length;
  }

  /** The difference: a view, overwritten by the next one. */
  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  #putLength(at: number, length: number, two: boolean): number {
    if (two) putU16(this.bytes, at, length);
    else this.bytes[at] = length;
    return two ? at + 2 : at + 1;
  }
}
