// A cursor over the rows of a table in the order of one of its indexes, as its session's transaction sees them; values
// are read one by one out of the page (JetMove, JetSeek, JetSetIndexRange, JetRetrieveColumn; FUCB and CSR).
import { f32, f64 } from '../record/value.ts';
import { ansi, utf16 } from '../../binary/text.ts';
import { i16, i32, i64, u16, u32, u64 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { CODE_PAGE_UNICODE, type ColumnDef } from '../catalog/column-def.ts';
import { Coltyp, coltypName, isTextType } from '../catalog/column-type.ts';
import type { CellValue } from '../record/cell-value.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import { cellOf } from '../record/cell-value.ts';
import type { RecordReader } from '../record/record-reader.ts';
import { AFTER_ALL, afterPrefix, type IndexKeyMaker, type IndexRange, type KeyRange } from './index-range.ts';
import type { InputValue } from './input-value.ts';
import type { TreeCursor } from './tree-cursor.ts';

/** Row of a table: values by column name; columns that are NULL are absent. */
export type Row = Record<string, Exclude<CellValue, undefined>>;

/** How to seek: the first row with these values, or the nearest at or beyond them. */
export type SeekHow = '=' | '>=' | '>' | '<=' | '<';

/** What a cursor works on. */
export interface CursorParts {
  readonly table: string;
  readonly index: string;
  readonly entries: TreeCursor;
  /** The same as `entries` in primary order. */
  readonly records: TreeCursor;
  /** undefined: rows have numbers for keys, which nobody can seek. */
  readonly keys: IndexKeyMaker | undefined;
  readonly reader: RecordReader;
  readonly column: (name: string) => ColumnDef;
  readonly columns: readonly ColumnDef[];
  /** What was read may no longer be so when either has moved. */
  readonly db: { readonly dbtime: number };
  readonly tx: { readonly level: number; readonly trxBegin0: number };
}

/** Where a cursor is. */
type Standing = 'before' | 'on' | 'after' | 'nowhere';

/** Up to so many bytes a loop is faster than a view. */
const COPY_LOOP_MOST = 48;
const EVERYTHING: KeyRange = { low: undefined, high: undefined };

/**
 * Moves over rows. After a move or seek that returned true the cursor stands on a row whose columns can be read; the row
 * may be changed or deleted meanwhile: reading then gives its present values, or throws JET_errRecordDeleted.
 */
export class IndexCursor {
  readonly #parts: CursorParts;
  #standing: Standing = 'before';
  #range: KeyRange = EVERYTHING;
  #loaded = false;
  /** Database time and transaction at which the node was found. */
  #dbtime = 0;
  #view = 0;

  constructor(parts: CursorParts) {
    this.#parts = parts;
  }

  /** Name of the index; empty: the order of a table without primary index. */
  get index(): string {
    return this.#parts.index;
  }

  /**
   * Moves stay within this range from now on; without one all of the index. The cursor then stands before its first row.
   * @throws JetError JET_errKeyIsMade, JET_errInvalidParameter, JET_errUnicodeNormalizationNotSupported.
   */
  setIndexRange(range?: IndexRange): void {
    this.#range = range === undefined ? EVERYTHING : this.#keys().range(range);
    this.#standing = 'before';
    this.#loaded = false;
  }

  /** To the first row of the range. */
  first(): boolean {
    const { entries } = this.#parts;
    const { low } = this.#range;
    const found = low === undefined ? entries.first() : entries.seek(low) >= 0;
    return this.#arrived(found && this.#belowHigh(), 'after');
  }

  /** To the last row of the range. */
  last(): boolean {
    return this.#arrived(this.#before(this.#range.high) && this.#aboveLow(), 'before');
  }

  /** To the next row: the first one when the cursor stands before all. */
  next(): boolean {
    if (this.#standing === 'before') return this.first();
    if (this.#standing !== 'on') return false;
    return this.#arrived(this.#parts.entries.next() && this.#belowHigh(), 'after');
  }

  /** To the previous row: the last one when the cursor stands after all. */
  previous(): boolean {
    if (this.#standing === 'after') return this.last();
    if (this.#standing !== 'on') return false;
    return this.#arrived(this.#parts.entries.previous() && this.#aboveLow(), 'before');
  }

  /**
   * To the row with these values of the first columns of the index, or the nearest beyond them: `=` and `>=` to the
   * first such, `<=` to the last with them or before. Without one the cursor stands nowhere. Ranges do not count.
   * @throws JetError JET_errNoCurrentIndex, and as `setIndexRange`.
   */
  seek(how: SeekHow, values: readonly InputValue[]): boolean {
    const { entries } = this.#parts;
    const key = this.#keys().key(values);
    let found: boolean;
    if (how === '=') {
      const order = entries.seek(key);
      // Keys of all columns are never the beginning of others.
      const mayGoOn = order === 1 && values.length < this.#keys().columns;
      found = order === 0 || (mayGoOn && this.#isBefore(afterPrefix(key)));
    } else if (how === '>=') found = entries.seek(key) >= 0;
    else if (how === '>') found = entries.seek(afterPrefix(key) ?? AFTER_ALL) >= 0;
    else found = this.#before(how === '<' ? key : afterPrefix(key));
    return this.#arrived(found, 'nowhere');
  }

  /** To the row with this bookmark: of the primary order only. */
  goto(bookmark: Uint8Array): boolean {
    const { entries, records, table } = this.#parts;
    if (entries !== records) {
      throw new JetError('JET_errInvalidParameter', `a bookmark of ${table} is no place in index ${this.index}`);
    }
    return this.#arrived(entries.seek(bookmark) === 0, 'nowhere');
  }

  /** Number of rows in the range, whatever the cursor stands on; afterwards it stands behind them. */
  count(): number {
    let count = 0;
    for (let more = this.first(); more; more = this.next()) count++;
    return count;
  }

  /** The bookmark of the row, copied: it names the row as long as its primary key stays. */
  bookmark(): Uint8Array {
    const { entries, records } = this.#parts;
    this.#mustStand();
    if (entries === records) return entries.key();
    return entries.bytes.slice(entries.dataStart, entries.dataStart + entries.dataLength);
  }

  /** The key of the row in this index, copied. */
  key(): Uint8Array {
    this.#mustStand();
    return this.#parts.entries.key();
  }

  /** A column for the getters: faster than its name. @throws JetError JET_errColumnNotFound. */
  column(name: string): ColumnDef {
    return this.#parts.column(name);
  }

  /** The record itself, for raw access. @throws JetError JET_errNoCurrentRecord, JET_errRecordDeleted. */
  record(): RecordReader {
    this.#mustStand();
    const { dbtime } = this.#parts.db;
    const stale = dbtime !== this.#dbtime || this.#viewNow() !== this.#view;
    if (!this.#loaded || stale) this.#load(stale);
    return this.#parts.reader;
  }

  /** The value of a column; undefined: NULL. @throws JetError as `record`, JET_errColumnNotFound. */
  get(column: string | ColumnDef): CellValue {
    return cellOf(this.record(), this.#column(column));
  }

  /** The row as an object, all columns or those given. */
  row(columns: readonly ColumnDef[] = this.#parts.columns): Row {
    const record = this.record();
    const row: Row = {};
    for (const column of columns) {
      const value = cellOf(record, column);
      if (value !== undefined) row[column.name] = value;
    }
    return row;
  }

  /** True when the column has no value. */
  isNull(column: string | ColumnDef): boolean {
    return !this.record().selectColumn(this.#column(column), 1);
  }

  /** A number of at most 32 bits or a float; 0 for NULL. @throws JetError JET_errInvalidParameter for other types. */
  getNumber(column: string | ColumnDef): number {
    const def = this.#column(column);
    const record = this.record();
    if (!record.selectColumn(def, 1)) return 0;
    const { bytes, start } = record;
    switch (def.coltyp) {
      case Coltyp.Long:
        return i32(bytes, start);
      case Coltyp.UnsignedLong:
        return u32(bytes, start);
      case Coltyp.Short:
        return i16(bytes, start);
      case Coltyp.UnsignedShort:
        return u16(bytes, start);
      case Coltyp.Bit:
        return bytes[start] === 0 ? 0 : 1;
      case Coltyp.UnsignedByte:
        return bytes[start]!;
      case Coltyp.Single:
        return f32(bytes, start);
      case Coltyp.Double:
      case Coltyp.DateTime:
        return f64(bytes, start);
      default:
        throw this.#unfit(def, 'number');
    }
  }

  /** An integer of 64 bits; 0 for NULL. @throws JetError JET_errInvalidParameter for other types. */
  getBigInt(column: string | ColumnDef): bigint {
    const def = this.#column(column);
    const record = this.record();
    if (!record.selectColumn(def, 1)) return 0n;
    if (def.coltyp === Coltyp.UnsignedLongLong) return u64(record.bytes, record.start);
    if (def.coltyp === Coltyp.LongLong || def.coltyp === Coltyp.Currency) return i64(record.bytes, record.start);
    throw this.#unfit(def, 'integer of 64 bits');
  }

  /** A text; empty for NULL. @throws JetError JET_errInvalidParameter for other types. */
  getText(column: string | ColumnDef): string {
    const def = this.#column(column);
    if (!isTextType(def.coltyp)) throw this.#unfit(def, 'text');
    const record = this.record();
    if (!record.selectColumn(def, 1)) return '';
    const { bytes, start, end } = record;
    return def.codePage === CODE_PAGE_UNICODE ? utf16(bytes, start, end) : ansi(bytes, start, end);
  }

  /** Copies the stored bytes of a column to `into`, as many as there is room for; how many there are, -1 for NULL. */
  getBytes(column: string | ColumnDef, into: Uint8Array, at = 0): number {
    const record = this.record();
    if (!record.selectColumn(this.#column(column), 1)) return -1;
    const { bytes, start, end } = record;
    const length = Math.min(end - start, into.length - at);
    if (length > COPY_LOOP_MOST) into.set(bytes.subarray(start, start + length), at);
    else for (let i = 0; i < length; i++) into[at + i] = bytes[start + i]!;
    return end - start;
  }

  /** Lets go of what the cursor holds. */
  close(): void {
    const { entries, records } = this.#parts;
    entries.close();
    if (records !== entries) records.close();
    this.#standing = 'nowhere';
  }

  #keys(): IndexKeyMaker {
    const { keys, table } = this.#parts;
    if (keys !== undefined) return keys;
    throw new JetError('JET_errNoCurrentIndex', `table ${table} has no primary index to seek in`, { table });
  }

  #column(column: string | ColumnDef): ColumnDef {
    return typeof column === 'string' ? this.#parts.column(column) : column;
  }

  /** To the last entry before a key; undefined: the last of all. */
  #before(key: Uint8Array | undefined): boolean {
    const { entries } = this.#parts;
    return key !== undefined && entries.seek(key) >= 0 ? entries.previous() : entries.last();
  }

  #belowHigh(): boolean {
    return this.#isBefore(this.#range.high);
  }

  #isBefore(key: Uint8Array | undefined): boolean {
    return key === undefined || this.#compare(key) < 0;
  }

  #aboveLow(): boolean {
    const { low } = this.#range;
    return low === undefined || this.#compare(low) >= 0;
  }

  #compare(key: Uint8Array): number {
    const { keyBytes, keyLength } = this.#parts.entries;
    return compareKeys(keyBytes, 0, keyLength, key, 0, key.length);
  }

  #arrived(found: boolean, otherwise: Standing): boolean {
    this.#standing = found ? 'on' : otherwise;
    this.#loaded = false;
    this.#dbtime = this.#parts.db.dbtime;
    this.#view = this.#viewNow();
    return found;
  }

  #mustStand(): void {
    if (this.#standing === 'on') return;
    const { table } = this.#parts;
    throw new JetError('JET_errNoCurrentRecord', `the cursor on table ${table} stands on no row`, { table });
  }

  #viewNow(): number {
    const { tx } = this.#parts;
    return tx.level > 0 ? tx.trxBegin0 : 0;
  }

  #load(stale: boolean): void {
    const { entries, records, reader, table } = this.#parts;
    const gone = (): JetError =>
      new JetError('JET_errRecordDeleted', `the row of table ${table} that the cursor stands on is gone`, { table });
    // What the entry was read from may have been changed, moved or deleted.
    if (stale && !entries.reload()) throw gone();
    if (records !== entries) {
      const bookmark = entries.bytes.subarray(entries.dataStart, entries.dataStart + entries.dataLength);
      if (records.seek(bookmark) !== 0) throw gone();
    }
    const { bytes, dataStart, dataLength } = records;
    if (!reader.load(bytes, dataStart, dataStart + dataLength, true)) {
      throw new JetError('JET_errDatabaseCorrupted', `a record of table ${table} contradicts itself`, { table });
    }
    this.#dbtime = this.#parts.db.dbtime;
    this.#view = this.#viewNow();
    this.#loaded = true;
  }

  #unfit(column: ColumnDef, wanted: string): JetError {
    return new JetError('JET_errInvalidParameter', `${column.name} is a ${coltypName(column.coltyp)}, not a ${wanted}`);
  }
}
