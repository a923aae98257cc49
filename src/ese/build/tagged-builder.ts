// Tagged columns of a record, encoded: the counterpart of record/tagged-scan.ts (format 6.2, 6.3; TAGFIELDS in
// tagfld.hxx). Which form several values take is the engine's choice: TAGFIELDS::ErrSetColumn.
import { JetError } from '../../errors/jet-error.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { PageFormat } from '../page/page-format.ts';
import { putU16 } from '../../binary/little-endian-writer.ts';
import { ByteArena, copyBytes } from './byte-arena.ts';
import type { StoredValue } from './stored-value.ts';
import { HeaderBit, OldBit, SEPARATED_INSTANCE, TagfldBit } from '../record/tagged-bits.ts';

/** The byte that a separated value began with before revision 9. */
const OLD_SEPARATED = 1;

const ENTRY_SIZE = 4;
/** Longest value of a column that is not long: TwoValues keeps the length in a byte. */
const VALUE_MOST = 255;
/** Template columns come before all others. */
const NOT_DERIVED = 0x10000;

/**
 * Collects the tagged columns of one record, in any order, and writes them out in the record's. Each column is encoded
 * when it is set; setting it again replaces it.
 */
export class TaggedBuilder {
  readonly #headerAlways: boolean;
  readonly #sorted: boolean;
  /** The columns' bytes in the order they were set. */
  readonly #arena = new ByteArena();
  #count = 0;
  /** Columns in record order: field id with NOT_DERIVED, bits of the offset word, place of the bytes in the arena. */
  #keys = new Int32Array(64);
  #bits = new Int32Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #dataSize = 0;

  /** `sorted`: the format since revision 9, else the one before. */
  constructor(format: PageFormat, sorted: boolean) {
    this.#headerAlways = format.taggedHeaderAlways;
    this.#sorted = sorted;
  }

  reset(): void {
    this.#arena.clear();
    this.#count = 0;
    this.#dataSize = 0;
  }

  /** Bytes that `write` is going to write. */
  get size(): number {
    return this.#dataSize + (this.#sorted ? ENTRY_SIZE * this.#count : 0);
  }

  /**
   * Sets a column. NULL (or no value) leaves a mark only where it has to hide a default.
   * @throws JetError JET_errColumnTooBig for a value too long for its column's type or the record format,
   * JET_errDatabaseCorrupted for marks that the column's type cannot have or an id of a wrong size.
   */
  set(column: ColumnDef, values: readonly StoredValue[] | null): void {
    const key = column.derived ? column.fid : column.fid | NOT_DERIVED;
    const start = this.#arena.used;
    if (values === null || values.length === 0) {
      if ((column.flags & ColumnFlag.Default) === 0) this.#remove(key);
      else this.#insert(key, start, this.#encodeNull(column));
      return;
    }
    checkValues(column, values);
    const bits = this.#sorted ? this.#encode(column, values) : this.#encodeOld(column, values);
    this.#insert(key, start, bits);
  }

  /** Sets a column to the one plain value bytes[start..end). */
  setBytes(column: ColumnDef, bytes: Uint8Array, start: number, end: number): void {
    const long = isLongType(column.coltyp);
    if (!this.#sorted || (!long && end - start > VALUE_MOST)) {
      this.set(column, [{ bytes: bytes.subarray(start, end) }]);
      return;
    }
    const key = column.derived ? column.fid : column.fid | NOT_DERIVED;
    const arenaStart = this.#arena.used;
    const bits = this.#header(column, long ? HeaderBit.LongValue : 0);
    this.#arena.add(bytes, start, end);
    this.#insert(key, arenaStart, bits);
  }

  /** Writes the columns to target[at..at + size). */
  write(target: Uint8Array, at: number): void {
    let offset = this.#sorted ? ENTRY_SIZE * this.#count : 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#sorted) {
        putU16(target, at + ENTRY_SIZE * i, this.#keys[i]! & 0xffff);
        putU16(target, at + ENTRY_SIZE * i + 2, this.#bits[i]! | offset);
      }
      copyBytes(this.#arena.bytes, this.#starts[i]!, this.#ends[i]!, target, at + offset);
      offset += this.#ends[i]! - this.#starts[i]!;
    }
  }

  /** Adds the header byte where one is needed; the bits of the offset word. */
  #header(column: ColumnDef, header: number): number {
    const derived = column.derived ? TagfldBit.Derived : 0;
    if (!this.#headerAlways && header === 0) return derived;
    this.#arena.bytes[this.#arena.take(1)] = header;
    return this.#headerAlways ? derived : derived | TagfldBit.ExtendedInfo;
  }

  #encodeNull(column: ColumnDef): number {
    const long = isLongType(column.coltyp);
    if (!this.#sorted) {
      this.#oldEntry(column, OldBit.Null | (long ? OldBit.LongValue : 0), 0);
      return 0;
    }
    if (this.#headerAlways) return this.#header(column, HeaderBit.Null | (long ? HeaderBit.LongValue : 0));
    return TagfldBit.Null | (column.derived ? TagfldBit.Derived : 0);
  }

  #encode(column: ColumnDef, values: readonly StoredValue[]): number {
    const long = isLongType(column.coltyp);
    const first = values[0]!;
    let header = long ? HeaderBit.LongValue : 0;
    if (first.compressed === true) header |= HeaderBit.Compressed;
    if (first.encrypted === true) header |= HeaderBit.Encrypted;
    const { bytes } = first;
    if (values.length === 1) {
      const bits = this.#header(column, first.separated === true ? header | HeaderBit.Separated : header);
      this.#arena.add(bytes, 0, bytes.length);
      return bits;
    }
    // Two short values need one byte more than before revision 9 in the general form, so small pages have another.
    if (values.length === 2 && !long && !this.#headerAlways) {
      const bits = this.#header(column, header | HeaderBit.MultiValues | HeaderBit.TwoValues);
      this.#arena.bytes[this.#arena.take(1)] = bytes.length;
      for (const value of values) this.#arena.add(value.bytes, 0, value.bytes.length);
      return bits;
    }
    const bits = this.#header(column, header | HeaderBit.MultiValues);
    this.#addInstances(values);
    return bits;
  }

  /** The general form of several values: their offsets, then their bytes. */
  #addInstances(values: readonly StoredValue[]): void {
    const words = this.#arena.take(2 * values.length);
    let offset = 2 * values.length;
    for (const [i, { bytes, separated }] of values.entries()) {
      // Bytes too many for an offset are too many for any record: `write` is never reached with them.
      putU16(this.#arena.bytes, words + 2 * i, separated === true ? offset | SEPARATED_INSTANCE : offset);
      this.#arena.add(bytes, 0, bytes.length);
      offset += bytes.length;
    }
  }

  #encodeOld(column: ColumnDef, values: readonly StoredValue[]): number {
    const long = isLongType(column.coltyp);
    for (const value of values) {
      const { length } = value.bytes;
      if (length + 1 > OldBit.Length) throw tooBig(column, length);
      if (value.compressed === true || value.encrypted === true)
        throw corrupted(column, 'the record format before revision 9 has no compressed or encrypted values');
      this.#oldEntry(column, long ? OldBit.LongValue : 0, long ? length + 1 : length);
      if (long) this.#arena.bytes[this.#arena.take(1)] = value.separated === true ? OLD_SEPARATED : 0;
      this.#arena.add(value.bytes, 0, length);
    }
    return 0;
  }

  #oldEntry(column: ColumnDef, bits: number, length: number): void {
    const at = this.#arena.take(ENTRY_SIZE);
    putU16(this.#arena.bytes, at, column.fid);
    putU16(this.#arena.bytes, at + 2, length | bits | (column.derived ? OldBit.Derived : 0));
  }

  /** Index of the first column not before `key`. */
  #find(key: number): number {
    let at = this.#count;
    // Columns mostly come in order.
    while (at > 0 && this.#keys[at - 1]! >= key) at--;
    return at;
  }

  /** Files the bytes added to the arena since `start` as column `key`. */
  #insert(key: number, start: number, bits: number): void {
    const at = this.#find(key);
    if (at < this.#count && this.#keys[at] === key) this.#dataSize -= this.#ends[at]! - this.#starts[at]!;
    else this.#open(at);
    this.#keys[at] = key;
    this.#bits[at] = bits;
    this.#starts[at] = start;
    this.#ends[at] = this.#arena.used;
    this.#dataSize += this.#arena.used - start;
  }

  #remove(key: number): void {
    const at = this.#find(key);
    if (at >= this.#count || this.#keys[at] !== key) return;
    this.#dataSize -= this.#ends[at]! - this.#starts[at]!;
    for (const part of [this.#keys, this.#bits, this.#starts, this.#ends]) part.copyWithin(at, at + 1, this.#count);
    this.#count--;
  }

  /** Makes room for a column at index `at`. */
  #open(at: number): void {
    if (this.#count === this.#keys.length) {
      const grow = (part: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
        const grown = new Int32Array(2 * part.length);
        grown.set(part);
        return grown;
      };
      this.#keys = grow(this.#keys);
      this.#bits = grow(this.#bits);
      this.#starts = grow(this.#starts);
      this.#ends = grow(this.#ends);
    }
    if (at < this.#count)
      for (const part of [this.#keys, this.#bits, this.#starts, this.#ends]) part.copyWithin(at + 1, at, this.#count);
    this.#count++;
  }
}

function tooBig(column: ColumnDef, length: number): JetError {
  return new JetError('JET_errColumnTooBig', `column ${column.name}: a value of ${length} bytes is too long`);
}

function corrupted(column: ColumnDef, reason: string): JetError {
  return new JetError('JET_errDatabaseCorrupted', `column ${column.name}: ${reason}`);
}

function checkValues(column: ColumnDef, values: readonly StoredValue[]): void {
  const long = isLongType(column.coltyp);
  for (const [i, value] of values.entries()) {
    const { length } = value.bytes;
    if (!long && length > VALUE_MOST) throw tooBig(column, length);
    const marked = value.separated === true || value.compressed === true || value.encrypted === true;
    if (marked && !long) throw corrupted(column, 'only long columns can be separated, compressed or encrypted');
    if (value.separated === true && length !== 4 && length !== 8)
      throw corrupted(column, `a long-value id cannot have ${length} bytes`);
    if (value.compressed === true && (i > 0 || value.separated === true))
      throw corrupted(column, 'only the first value can be compressed, and only inside the record');
  }
}
