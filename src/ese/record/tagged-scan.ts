// Tagged columns: those present in a record, each with one or more instances (format 6.2, 6.3; TAGFIELDS, tagfld.hxx).
import { u16 } from '../../binary/little-endian.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { RecordView } from './record-view.ts';
import { HeaderBit, OldBit, SEPARATED_INSTANCE, TagfldBit } from './tagged-bits.ts';

const ENTRY_SIZE = 4;

/**
 * Walks the instances of a record's tagged columns in order. After `next` returns true the fields tell of one
 * instance; its bytes are bytes[start..end) of the record. `broken` is set when the tagged area contradicts itself:
 * what comes after that point cannot be read.
 */
export class TaggedScan {
  fid = 0;
  /** The column is the template table's (fDerived). */
  derived = false;
  /** Number of the instance, from 1. */
  itag = 0;
  isNull = false;
  /** The bytes are a long-value id, not the value. */
  separated = false;
  compressed = false;
  encrypted = false;
  start = 0;
  end = 0;
  broken = false;

  readonly #format: PageFormat;
  #bytes: Uint8Array = new Uint8Array(0);
  #taggedStart = 0;
  #taggedEnd = 0;
  #sorted = true;
  /** Entries of the sorted array, and the one `next` moves to after the current column's instances. */
  #count = 0;
  #entry = 0;
  /** Current column of the sorted array: its instances. */
  #instances = 0;
  #multi = false;
  #twoValues = false;
  #header = 0;
  #columnStart = 0;
  #columnEnd = 0;

  constructor(format: PageFormat) {
    this.#format = format;
  }

  /** To the beginning of the tagged columns of `record`. */
  load(record: RecordView): void {
    this.#bytes = record.bytes;
    this.#taggedStart = record.taggedStart;
    this.#taggedEnd = record.recordEnd;
    this.#sorted = record.sortedTagged;
    this.broken = false;
    this.itag = 0;
    this.fid = 0;
    this.#entry = 0;
    this.#instances = 0;
    this.#count = 0;
    if (!this.#sorted || this.#taggedEnd - this.#taggedStart < ENTRY_SIZE) return;
    const first = this.#offsetOf(0);
    if (first === 0 || first % ENTRY_SIZE !== 0 || this.#taggedStart + first > this.#taggedEnd) this.broken = true;
    else this.#count = first / ENTRY_SIZE;
  }

  /** To the next instance; false at the end (or where `broken` was found). */
  next(): boolean {
    if (!this.#sorted) return this.#nextOld();
    if (this.itag < this.#instances) return this.#instance(this.itag + 1);
    if (this.#entry >= this.#count) return false;
    return this.#column(this.#entry++);
  }

  /** True when another instance of the current column follows. */
  get hasMore(): boolean {
    if (this.#sorted) return this.itag < this.#instances;
    const at = this.end;
    return (
      at + ENTRY_SIZE <= this.#taggedEnd &&
      u16(this.#bytes, at) === this.fid &&
      ((u16(this.#bytes, at + 2) & OldBit.Derived) !== 0) === this.derived
    );
  }

  /** To the first instance of a column; false when the record has none of it. */
  find(fid: number, derived: boolean): boolean {
    if (!this.#sorted) return this.#findOld(fid, derived);
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compareEntry(middle, fid, derived) < 0) low = middle + 1;
      else high = middle;
    }
    if (low >= this.#count || this.#compareEntry(low, fid, derived) !== 0) return false;
    this.#entry = low + 1;
    return this.#column(low);
  }

  /** To instance `itag` of the column last found; false when there are fewer. */
  toInstance(itag: number): boolean {
    if (this.#sorted) return itag <= this.#instances && this.#instance(itag);
    const { fid, derived } = this;
    while (this.itag < itag) if (!this.#nextOld() || this.fid !== fid || this.derived !== derived) return false;
    return this.itag === itag;
  }

  /** Derived (template) columns come first, then by id. */
  #compareEntry(entry: number, fid: number, derived: boolean): number {
    const at = this.#taggedStart + ENTRY_SIZE * entry;
    const entryDerived = (u16(this.#bytes, at + 2) & TagfldBit.Derived) !== 0;
    if (entryDerived !== derived) return entryDerived ? -1 : 1;
    return u16(this.#bytes, at) - fid;
  }

  #offsetOf(entry: number): number {
    return u16(this.#bytes, this.#taggedStart + ENTRY_SIZE * entry + 2) & this.#format.taggedOffsetMask;
  }

  #fail(): boolean {
    this.broken = true;
    this.#entry = this.#count;
    this.#instances = 0;
    return false;
  }

  /** Opens column `entry` of the sorted array and stands at its first instance. */
  #column(entry: number): boolean {
    const at = this.#taggedStart + ENTRY_SIZE * entry;
    const bits = u16(this.#bytes, at + 2);
    this.fid = u16(this.#bytes, at);
    this.derived = (bits & TagfldBit.Derived) !== 0;
    const start = this.#taggedStart + this.#offsetOf(entry);
    const end = entry + 1 < this.#count ? this.#taggedStart + this.#offsetOf(entry + 1) : this.#taggedEnd;
    if (start > end || end > this.#taggedEnd || start < this.#taggedStart + ENTRY_SIZE * this.#count)
      return this.#fail();
    const always = this.#format.taggedHeaderAlways;
    const nullTag = !always && (bits & TagfldBit.Null) !== 0;
    const hasHeader = !nullTag && (always || (bits & TagfldBit.ExtendedInfo) !== 0);
    if (hasHeader && start === end) return this.#fail();
    this.#header = hasHeader ? this.#bytes[start]! : 0;
    this.isNull = nullTag || (this.#header & HeaderBit.Null) !== 0;
    this.#columnStart = start + (hasHeader ? 1 : 0);
    this.#columnEnd = end;
    this.#multi = !this.isNull && (this.#header & HeaderBit.MultiValues) !== 0;
    this.#twoValues = this.#multi && (this.#header & HeaderBit.TwoValues) !== 0;
    this.encrypted = (this.#header & HeaderBit.Encrypted) !== 0;
    return this.#countInstances() && this.#instance(1);
  }

  #countInstances(): boolean {
    this.#instances = 1;
    if (this.#twoValues) {
      this.#instances = 2;
      if (this.#columnStart >= this.#columnEnd) return this.#fail();
    } else if (this.#multi) {
      const size = this.#columnEnd - this.#columnStart;
      const first = size >= 2 ? u16(this.#bytes, this.#columnStart) & ~SEPARATED_INSTANCE : 0;
      if (first < 2 || first % 2 !== 0 || first > size) return this.#fail();
      this.#instances = first / 2;
    }
    return true;
  }

  /** Stands at instance `itag` of the current column. */
  #instance(itag: number): boolean {
    this.itag = itag;
    // Only the first instance can be compressed: the engine stores the others as they are.
    this.compressed = itag === 1 && (this.#header & HeaderBit.Compressed) !== 0;
    if (this.#twoValues) {
      const split = this.#columnStart + 1 + this.#bytes[this.#columnStart]!;
      this.separated = false;
      this.start = itag === 1 ? this.#columnStart + 1 : split;
      this.end = itag === 1 ? split : this.#columnEnd;
      return split <= this.#columnEnd || this.#fail();
    }
    if (!this.#multi) {
      this.separated = (this.#header & HeaderBit.Separated) !== 0;
      this.start = this.#columnStart;
      this.end = this.#columnEnd;
      return true;
    }
    const word = u16(this.#bytes, this.#columnStart + 2 * (itag - 1));
    const next =
      itag < this.#instances ? u16(this.#bytes, this.#columnStart + 2 * itag) & ~SEPARATED_INSTANCE : undefined;
    this.separated = (word & SEPARATED_INSTANCE) !== 0;
    this.start = this.#columnStart + (word & ~SEPARATED_INSTANCE);
    this.end = next === undefined ? this.#columnEnd : this.#columnStart + next;
    return (this.start <= this.end && this.end <= this.#columnEnd) || this.#fail();
  }

  /** The format before revision 9: {fid, bits} data, one entry an instance, in order. */
  #nextOld(): boolean {
    const at = this.itag === 0 ? this.#taggedStart : this.end;
    if (at + ENTRY_SIZE > this.#taggedEnd) {
      this.broken ||= at !== this.#taggedEnd;
      return false;
    }
    const fid = u16(this.#bytes, at);
    const bits = u16(this.#bytes, at + 2);
    const derived = (bits & OldBit.Derived) !== 0;
    this.itag = this.itag > 0 && fid === this.fid && derived === this.derived ? this.itag + 1 : 1;
    this.fid = fid;
    this.derived = derived;
    this.isNull = (bits & OldBit.Null) !== 0;
    this.compressed = false;
    this.encrypted = false;
    this.start = at + ENTRY_SIZE;
    this.end = this.start + (bits & OldBit.Length);
    if (this.end > this.#taggedEnd) return this.#fail();
    // A long value begins with a byte that tells whether the value or its id follows.
    const long = (bits & OldBit.LongValue) !== 0 && this.start < this.end;
    this.separated = long && (this.#bytes[this.start]! & 1) !== 0;
    if (long) this.start++;
    return true;
  }

  #findOld(fid: number, derived: boolean): boolean {
    this.itag = 0;
    while (this.#nextOld()) if (this.fid === fid && this.derived === derived) return true;
    return false;
  }
}
