// The difference between two states of a record, column by column, as ReplaceD log records state it (format 9.6;
// LGSetColumnDiffs and FLGSetArrayDiff in logdiff.cxx). Only the columns that were set are looked at, as the engine does.
import { u16, u32 } from '../../binary/little-endian.ts';
import { FID_TAGGED_LEAST, FID_VAR_LEAST } from '../catalog/column-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { applyDiff } from '../operations/apply-diff.ts';
import type { PageFormat } from '../page/page-format.ts';
import { TagfldBit } from '../record/tagged-bits.ts';
import { DifferenceWriter } from './difference-writer.ts';

const HEADER_SIZE = 4;
const NO_VARIABLE = FID_VAR_LEAST - 1;
const VARIABLE_NULL = 0x8000;
const ENTRY_SIZE = 4;
const WORD = 4;
const NO_BYTES = new Uint8Array(0);

/** Where the parts of a record are. */
class RecordParts {
  bytes: Uint8Array = NO_BYTES;
  fidFixedLast = 0;
  fidVarLast: number = NO_VARIABLE;
  /** Offsets: null bitmap, ends of variable columns, their data, tagged columns. */
  bitmap = 0;
  offsets = 0;
  variable = 0;
  tagged = 0;
  taggedCount = 0;
  readonly #mask: number;

  constructor(format: PageFormat) {
    this.#mask = format.taggedOffsetMask;
  }

  load(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.fidFixedLast = bytes[0]!;
    this.fidVarLast = bytes[1]!;
    this.offsets = u16(bytes, 2);
    this.bitmap = this.offsets - this.bitmapSize;
    this.variable = this.offsets + 2 * (this.fidVarLast - NO_VARIABLE);
    this.tagged = this.variable + this.variableEnd(this.fidVarLast);
    const some = bytes.length - this.tagged >= ENTRY_SIZE;
    this.taggedCount = some ? (u16(bytes, this.tagged + 2) & this.#mask) / ENTRY_SIZE : 0;
  }

  get bitmapSize(): number {
    return (this.fidFixedLast + 7) >> 3;
  }

  isNull(fid: number): boolean {
    return (this.bytes[this.bitmap + ((fid - 1) >> 3)]! & (1 << ((fid - 1) & 7))) !== 0;
  }

  /** Where a variable column ends, from `variable` on; 0 before the first. */
  variableEnd(fid: number): number {
    return fid < FID_VAR_LEAST ? 0 : u16(this.bytes, this.offsets + 2 * (fid - FID_VAR_LEAST)) & (VARIABLE_NULL - 1);
  }

  taggedFid(entry: number): number {
    return u16(this.bytes, this.tagged + ENTRY_SIZE * entry);
  }

  /** Order of a tagged column in the record: template columns first, then by id. */
  taggedOrder(entry: number): number {
    const derived = (u16(this.bytes, this.tagged + ENTRY_SIZE * entry + 2) & TagfldBit.Derived) !== 0;
    return this.taggedFid(entry) + (derived ? 0 : 0x10000);
  }

  /** Offset of a tagged column's bytes in the record; the end of the record after the last. */
  taggedStart(entry: number): number {
    if (entry >= this.taggedCount) return this.bytes.length;
    return this.tagged + (u16(this.bytes, this.tagged + ENTRY_SIZE * entry + 2) & this.#mask);
  }

  taggedSize(entry: number): number {
    return this.taggedStart(entry + 1) - this.taggedStart(entry);
  }
}

/** Makes the differences of one table's records. */
export class ColumnDiff {
  readonly #old: RecordParts;
  readonly #new: RecordParts;
  readonly #writer: DifferenceWriter;
  readonly #wide: boolean;
  /** Offset and size of fixed columns, by field id; size 0: there is none. */
  readonly #fixedStart: Int32Array = new Int32Array(FID_VAR_LEAST);
  readonly #fixedSize: Int32Array = new Int32Array(FID_VAR_LEAST);
  readonly #after: Uint8Array;

  constructor(table: TableDef, format: PageFormat) {
    this.#wide = format.extendedHeader;
    this.#old = new RecordParts(format);
    this.#new = new RecordParts(format);
    this.#writer = new DifferenceWriter(this.#wide);
    this.#after = new Uint8Array(format.pageSize);
    for (const { place, fid, recordOffset, cbMaxLen } of table.columns) {
      if (place !== 'fixed') continue;
      this.#fixedStart[fid] = recordOffset;
      this.#fixedSize[fid] = cbMaxLen;
    }
  }

  /**
   * The difference: a view that the next one overwrites; empty when nothing was changed. Undefined when there is none
   * that is shorter than the new record, or when columns changed that are not in `fids`: then the record is logged whole.
   * `whole`: long values were moved out of the record unasked, so that the tagged columns are taken as one.
   */
  of(before: Uint8Array, after: Uint8Array, fids: ReadonlySet<number>, whole = false): Uint8Array | undefined {
    const diff = this.ofColumns(before, after, fids, whole);
    if (diff === undefined || diff.length + HEADER_SIZE > this.#writer.bytes.length) return undefined;
    const target = this.#after;
    const length = applyDiff(diff, 0, diff.length, this.#wide, before, 0, before.length, target);
    if (length !== after.length) return undefined;
    for (let i = 0; i < length; i++) if (target[i] !== after[i]) return undefined;
    return diff;
  }

  /** As `of`, whether or not it makes `after` of `before`. */
  ofColumns(before: Uint8Array, after: Uint8Array, fids: ReadonlySet<number>, whole = false): Uint8Array | undefined {
    this.#old.load(before);
    this.#new.load(after);
    const writer = this.#writer;
    writer.begin(after.length);
    if (u32(before, 0) !== u32(after, 0) && !writer.add(0, HEADER_SIZE, after, 0, HEADER_SIZE)) return undefined;
    const fits = this.#fixed(fids) && this.#variable(fids) && (whole ? this.#allTagged() : this.#tagged(fids));
    return fits ? writer.done() : undefined;
  }

  #fixed(fids: ReadonlySet<number>): boolean {
    const [old, now, writer] = [this.#old, this.#new, this.#writer];
    let bitmap = old.fidFixedLast < now.fidFixedLast;
    for (let fid = 1; fid <= old.fidFixedLast; fid++) {
      if (!fids.has(fid)) continue;
      if (old.isNull(fid) !== now.isNull(fid)) bitmap = true;
      const [start, size] = [this.#fixedStart[fid]!, this.#fixedSize[fid]!];
      if (!now.isNull(fid) && size > 0 && !writer.add(start, size, now.bytes, start, size)) return false;
    }
    if (old.fidFixedLast < now.fidFixedLast) {
      if (!writer.add(old.bitmap, 0, now.bytes, old.bitmap, now.bitmap - old.bitmap)) return false;
    }
    return !bitmap || writer.add(old.bitmap, old.bitmapSize, now.bytes, now.bitmap, now.bitmapSize);
  }

  #variable(fids: ReadonlySet<number>): boolean {
    const [old, now, writer] = [this.#old, this.#new, this.#writer];
    let fid = FID_VAR_LEAST;
    const offset = (parts: RecordParts): number => u16(parts.bytes, parts.offsets + 2 * (fid - FID_VAR_LEAST));
    while (fid <= old.fidVarLast && fid <= now.fidVarLast && offset(old) === offset(now)) fid++;
    if (fid <= now.fidVarLast) {
      const skipped = 2 * (fid - FID_VAR_LEAST);
      const [cbOld, cbNew] = [2 * (old.fidVarLast + 1 - fid), 2 * (now.fidVarLast + 1 - fid)];
      if (!writer.add(old.offsets + skipped, cbOld, now.bytes, now.offsets + skipped, cbNew)) return false;
    }
    for (fid = FID_VAR_LEAST; fid <= old.fidVarLast; fid++) {
      if (!fids.has(fid)) continue;
      const [from, fromNow] = [old.variableEnd(fid - 1), now.variableEnd(fid - 1)];
      const [cbOld, cbNew] = [old.variableEnd(fid) - from, now.variableEnd(fid) - fromNow];
      if (!writer.add(old.variable + from, cbOld, now.bytes, now.variable + fromNow, cbNew)) return false;
    }
    if (fid > now.fidVarLast) return true;
    const start = now.variable + now.variableEnd(fid - 1);
    return writer.add(old.tagged, 0, now.bytes, start, now.tagged - start);
  }

  #allTagged(): boolean {
    const [old, now] = [this.#old, this.#new];
    const cbOld = old.bytes.length - old.tagged;
    return this.#writer.add(old.tagged, cbOld, now.bytes, now.tagged, now.bytes.length - now.tagged);
  }

  #tagged(fids: ReadonlySet<number>): boolean {
    let any = false;
    for (const fid of fids) any ||= fid >= FID_TAGGED_LEAST;
    if (!any) return true;
    if (!this.#entries()) return false;
    const [old, now, writer] = [this.#old, this.#new, this.#writer];
    let [i, j] = [0, 0];
    while (i < old.taggedCount && j < now.taggedCount) {
      const order = old.taggedOrder(i) - now.taggedOrder(j);
      if (order === 0) {
        if (fids.has(old.taggedFid(i)) && !this.#same(i, j) && !this.#addTagged(i, old.taggedSize(i), j)) return false;
        i++;
        j++;
      } else if (order > 0) {
        if (!this.#addTagged(i, 0, j++)) return false;
      } else {
        if (!writer.add(old.taggedStart(i), old.taggedSize(i), NO_BYTES, 0, 0)) return false;
        i++;
      }
    }
    if (j < now.taggedCount) {
      const start = now.taggedStart(j);
      return writer.add(old.bytes.length, 0, now.bytes, start, now.bytes.length - start);
    }
    const start = old.taggedStart(i);
    return i >= old.taggedCount || writer.add(start, old.bytes.length - start, NO_BYTES, 0, 0);
  }

  #addTagged(i: number, cbOld: number, j: number): boolean {
    const now = this.#new;
    return this.#writer.add(this.#old.taggedStart(i), cbOld, now.bytes, now.taggedStart(j), now.taggedSize(j));
  }

  #same(i: number, j: number): boolean {
    const [old, now] = [this.#old, this.#new];
    const size = old.taggedSize(i);
    if (size !== now.taggedSize(j)) return false;
    const [a, b] = [old.taggedStart(i), now.taggedStart(j)];
    for (let k = 0; k < size; k++) if (old.bytes[a + k] !== now.bytes[b + k]) return false;
    return true;
  }

  /** The array of tagged columns: the entries that differ, or all of it where that is longer. */
  #entries(): boolean {
    const [old, now, writer] = [this.#old, this.#new, this.#writer];
    const [cbOld, cbNew] = [ENTRY_SIZE * old.taggedCount, ENTRY_SIZE * now.taggedCount];
    const before = writer.length;
    if (this.#changedEntries(cbOld, cbNew, before + cbNew)) return true;
    writer.cut(before);
    return writer.add(old.tagged, cbOld, now.bytes, now.tagged, cbNew);
  }

  #changedEntries(cbOld: number, cbNew: number, most: number): boolean {
    const [old, now, writer] = [this.#old, this.#new, this.#writer];
    const common = Math.min(cbOld, cbNew);
    const differs = (at: number): boolean => u32(old.bytes, old.tagged + at) !== u32(now.bytes, now.tagged + at);
    let ended = cbOld === cbNew;
    let at = 0;
    while (at < common) {
      const start = at;
      while (at < common && differs(at)) at += WORD;
      if (at === start) {
        at += WORD;
        continue;
      }
      let [from, to] = [at - start, at - start];
      if (at === common) {
        from += cbOld - common;
        to += cbNew - common;
        ended = true;
      } else at += WORD;
      if (!writer.add(old.tagged + start, from, now.bytes, now.tagged + start, to, most)) return false;
    }
    return (
      ended || writer.add(old.tagged + common, cbOld - common, now.bytes, now.tagged + common, cbNew - common, most)
    );
  }
}
