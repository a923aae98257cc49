// Can these bytes be a record of that table? Every field a record has is held against the table's definition (format
// 6.1, 6.2), so that stray bytes practically never pass.
import { u16 } from '../../binary/little-endian.ts';
import { ColumnFlag, FID_TAGGED_LEAST, FID_VAR_LEAST, type ColumnDef } from '../catalog/column-def.ts';
import { Coltyp, coltypSize } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { PageFormat } from '../page/page-format.ts';
import { RecordView } from './record-view.ts';
import { TaggedScan } from './tagged-scan.ts';

const HEADER_SIZE = 4;
const TAGFLD_SIZE = 4;
const VARIABLE_NULL = 0x8000;
const DERIVED = 0x8000;
/** Bytes of long-value ids. */
const LID_SIZES = [4, 8] as const;
/** Last byte of every id of 8 bytes. */
const LID64_MARK = 0x80;

/** Where a record ends. `atLeast`: its last value may be longer, and nothing in the record says how long. */
export interface RecordEnd {
  readonly end: number;
  readonly exact: boolean;
}

/** Bytes of the long-value id at `start`: ids of 8 bytes end in a mark. 0 when it may be either. */
function lidSize(bytes: Uint8Array, start: number, limit: number): number {
  const [short, long] = LID_SIZES;
  return start + long > limit || bytes[start + long - 1] !== LID64_MARK ? short : 0;
}

/** Judges records of one table. */
export class RecordProof {
  readonly #columns = new Map<number, ColumnDef>();
  readonly #last: TableDef['fidLast'];
  readonly #format: PageFormat;
  readonly #record = new RecordView();
  readonly #tagged: TaggedScan;
  /** By last fixed column: least and most bytes of fixed columns with their NULL bitmap, from the record's start. */
  readonly #fixedEnds: readonly (readonly [number, number])[];

  constructor(table: TableDef, format: PageFormat) {
    this.#format = format;
    this.#last = table.fidLast;
    this.#tagged = new TaggedScan(format);
    for (const column of table.columns) this.#columns.set(this.#key(column.fid, column.derived), column);
    this.#fixedEnds = fixedEnds(table);
  }

  #key(fid: number, derived: boolean): number {
    return derived ? fid + 0x10000 : fid;
  }

  /** A first look at the header of the record at `start`: cheap enough for every byte of a page. */
  mayStartAt(bytes: Uint8Array, start: number, limit: number): boolean {
    if (start + HEADER_SIZE > limit) return false;
    const fidFixedLast = bytes[start]!;
    const fidVarLast = bytes[start + 1]!;
    if (fidVarLast < FID_VAR_LEAST - 1 || fidVarLast > this.#last.variable || fidFixedLast > this.#last.fixed)
      return false;
    const ends = this.#fixedEnds[fidFixedLast]!;
    const ibEndOfFixed = u16(bytes, start + 2);
    return ibEndOfFixed >= ends[0] && ibEndOfFixed <= ends[1] && start + ibEndOfFixed <= limit;
  }

  /** Where the record at `start` ends, at `limit` at the latest; undefined when there can be none. */
  endOf(bytes: Uint8Array, start: number, limit: number): RecordEnd | undefined {
    if (!this.mayStartAt(bytes, start, limit) || !this.#record.load(bytes, start, limit, true)) return undefined;
    if (!this.#fixedIsSound() || !this.#variableIsSound()) return undefined;
    return this.#taggedEnd(bytes, this.#record.taggedStart, limit);
  }

  /** True when bytes[start..end) are a whole record: sound throughout, with at least one value, and no more. */
  isRecord(bytes: Uint8Array, start: number, end: number): boolean {
    const found = this.endOf(bytes, start, end);
    if (found === undefined || (found.exact ? found.end !== end : found.end > end)) return false;
    if (!this.#record.load(bytes, start, end, true)) return false;
    return this.#taggedIsSound() && this.#hasValue();
  }

  #fixedIsSound(): boolean {
    const record = this.#record;
    for (let fid = 1; fid <= record.fidFixedLast; fid++) {
      const column = this.#column(fid);
      if (column === undefined) continue;
      const presence = record.findFixed(fid, column.recordOffset, column.cbMaxLen);
      if (presence === 'null' && (column.flags & ColumnFlag.NotNull) !== 0) return false;
      if (presence === 'value' && column.coltyp === Coltyp.Bit && record.bytes[record.start]! % 0xff !== 0)
        return false;
    }
    return !record.damaged;
  }

  /** A column of the table or, where records do not mark those, of its template. */
  #column(fid: number): ColumnDef | undefined {
    return this.#columns.get(fid) ?? this.#columns.get(this.#key(fid, true));
  }

  #variableIsSound(): boolean {
    const record = this.#record;
    const table = record.recordStart + record.ibEndOfFixed;
    let before = 0;
    for (let fid = FID_VAR_LEAST; fid <= record.fidVarLast; fid++) {
      const word = u16(record.bytes, table + 2 * (fid - FID_VAR_LEAST));
      const length = (word & ~VARIABLE_NULL) - before;
      const column = this.#column(fid);
      if (length < 0 || (length > 0 && (word & VARIABLE_NULL) !== 0)) return false;
      if (column !== undefined && column.cbMaxLen > 0 && length > column.cbMaxLen) return false;
      before += length;
    }
    return true;
  }

  /** Where tagged columns end: their directory tells how many there are, but not how long the last one is. */
  #taggedEnd(bytes: Uint8Array, start: number, limit: number): RecordEnd | undefined {
    const none = { end: start, exact: true };
    if (this.#last.tagged < FID_TAGGED_LEAST || start + TAGFLD_SIZE > limit) return none;
    const mask = this.#format.taggedOffsetMask;
    const size = u16(bytes, start + 2) & mask;
    if (size === 0 || size % TAGFLD_SIZE !== 0 || start + size > limit) return none;
    let key = -1;
    let offset = size;
    for (let at = start; at < start + size; at += TAGFLD_SIZE) {
      const word = u16(bytes, at + 2);
      const fid = u16(bytes, at);
      const ordered = this.#order(fid, (word & DERIVED) !== 0);
      if (fid < FID_TAGGED_LEAST || fid > this.#last.tagged || ordered <= key || (word & mask) < offset) return none;
      key = ordered;
      offset = word & mask;
    }
    return start + offset > limit ? undefined : this.#lastValueEnd(bytes, start, size, limit);
  }

  /** Template columns come first. */
  #order(fid: number, derived: boolean): number {
    return derived ? fid : fid + 0x10000;
  }

  #lastValueEnd(bytes: Uint8Array, start: number, size: number, limit: number): RecordEnd | undefined {
    if (!this.#record.load(bytes, this.#record.recordStart, limit, true)) return undefined;
    const tagged = this.#tagged;
    tagged.load(this.#record);
    const last = start + size - TAGFLD_SIZE;
    const derived = (u16(bytes, last + 2) & DERIVED) !== 0;
    if (!tagged.find(u16(bytes, last), derived)) return undefined;
    if (tagged.isNull) return { end: tagged.start, exact: true };
    const column = this.#columns.get(this.#key(tagged.fid, derived));
    const valueSize = tagged.separated
      ? lidSize(bytes, tagged.start, limit)
      : column === undefined
        ? 0
        : coltypSize(column.coltyp);
    if (valueSize === 0 || tagged.hasMore) return { end: tagged.start, exact: false };
    const end = tagged.start + valueSize;
    return end <= limit ? { end, exact: true } : undefined;
  }

  #taggedIsSound(): boolean {
    const tagged = this.#tagged;
    tagged.load(this.#record);
    while (tagged.next()) {
      const column = this.#columns.get(this.#key(tagged.fid, tagged.derived));
      if (column === undefined || tagged.isNull) continue;
      const length = tagged.end - tagged.start;
      const valueSize = coltypSize(column.coltyp);
      if (
        tagged.separated ? length !== LID_SIZES[0] && length !== LID_SIZES[1] : valueSize !== 0 && length !== valueSize
      )
        return false;
    }
    return !tagged.broken;
  }

  #hasValue(): boolean {
    const record = this.#record;
    if (record.recordEnd > record.taggedStart) return true;
    for (const column of this.#columns.values()) {
      if (column.place === 'fixed' && record.findFixed(column.fid, column.recordOffset, column.cbMaxLen) === 'value')
        return true;
      if (column.place === 'variable' && record.findVariable(column.fid) === 'value') return true;
    }
    return false;
  }
}

/** Fixed columns follow each other without gaps, so that the last one present tells where the NULL bitmap ends. */
function fixedEnds(table: TableDef): (readonly [number, number])[] {
  const { fixed: last } = table.fidLast;
  const byFid = new Map(table.columns.filter((c) => c.place === 'fixed').map((column) => [column.fid, column]));
  const ends: [number, number][] = [[HEADER_SIZE, HEADER_SIZE]];
  for (let fid = 1; fid <= last; fid++) {
    const column = byFid.get(fid);
    const bitmap = (fid + 7) >> 3;
    if (column !== undefined) {
      const end = column.recordOffset + column.cbMaxLen + bitmap;
      ends.push([end, end]);
      continue;
    }
    // A column that was deleted: its size is not known, only that it lies between its neighbours.
    const before = ends[fid - 1]![0] - ((fid + 6) >> 3);
    let next = fid + 1;
    while (next <= last && !byFid.has(next)) next++;
    const after = byFid.get(next)?.recordOffset ?? before + 0xff * (next - fid);
    ends.push([before + bitmap, Math.max(before, after) + bitmap]);
  }
  return ends;
}
