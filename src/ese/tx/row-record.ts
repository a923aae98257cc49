// Records of rows that are inserted or changed one by one: values given become what a record stores, all else stays as
// it was; values too long for the record become long values (format 6; ErrRECSetColumn, ErrRECSetLongField,
// ErrRECIUpdate).
import { i32, u16 } from '../../binary/little-endian.ts';
import { copyBytes, putU32 } from '../../binary/little-endian-writer.ts';
import { JetError } from '../../errors/jet-error.ts';
import { RecordBuilder } from '../build/record-builder.ts';
import { storedValues, type StoredValue } from '../build/stored-value.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { KeyValue } from '../norm/key-value.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { RecordReader } from '../record/record-reader.ts';
import { storedInput } from './input-value.ts';
import { RowLongValues, type LongValueSource } from './row-long-values.ts';

/** Values by column name; arrays for multi-valued columns; null: NULL; absent or undefined: as it is, or the default. */
export type RowValues = Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;

/** Makes the records of one table. */
export class RowRecords {
  /** Columns that the last record was given values for, by id, and their field ids. */
  readonly changed: Set<number> = new Set<number>();
  readonly changedFids: Set<number> = new Set<number>();
  /** The column that numbers rows, if the table has one. */
  readonly autoIncrement: ColumnDef | undefined;
  readonly version: ColumnDef | undefined;
  readonly #table: TableDef;
  /** Of new rows: with defaults written; of changed ones: those that are older than a column keep doing without it. */
  readonly #fresh: RecordBuilder;
  readonly #changing: RecordBuilder;
  readonly #columns: ReadonlyMap<string, ColumnDef>;
  readonly #fixed: readonly ColumnDef[];
  /** Columns that a new row must be given, for want of a default. */
  readonly #required: readonly ColumnDef[];
  readonly #longValues: RowLongValues;
  readonly #number: Uint8Array = new Uint8Array(4);
  #builder: RecordBuilder;

  constructor(table: TableDef, format: PageFormat, longValues: LongValueSource) {
    this.#table = table;
    this.#fresh = new RecordBuilder(table, format, true);
    this.#changing = new RecordBuilder(table, format, true, {
      writeDefaults: false,
    });
    this.#builder = this.#fresh;
    this.#columns = new Map(table.columns.map((column) => [column.name, column]));
    this.#fixed = table.columns.filter(({ place }) => place === 'fixed');
    const flagged = (flag: number): ColumnDef | undefined => table.columns.find(({ flags }) => (flags & flag) !== 0);
    this.autoIncrement = flagged(ColumnFlag.AutoIncrement);
    this.version = flagged(ColumnFlag.Version);
    this.#required = table.columns.filter(
      (column) =>
        (column.flags & ColumnFlag.NotNull) !== 0 &&
        column.defaultValue === undefined &&
        column !== this.autoIncrement &&
        column !== this.version,
    );
    this.#longValues = new RowLongValues(format, this.#fresh.most, longValues);
  }

  /** Long values were moved out of the last record though nobody had set their columns. */
  get movedOut(): boolean {
    return this.#longValues.movedOut;
  }

  /**
   * The column of that name, as a changed one may be.
   * @throws JetError JET_errColumnNotFound.
   */
  column(name: string): ColumnDef {
    const column = this.#columns.get(name);
    if (column !== undefined) return column;
    const message = `table ${this.#table.name} has no column ${name}`;
    throw new JetError('JET_errColumnNotFound', message, {
      table: this.#table.name,
    });
  }

  /**
   * A new record; a view, overwritten by the next one. `number`: the value of the auto-increment column, where `row` has
   * none.
   * @throws JetError JET_errColumnNotFound, JET_errNullInvalid, JET_errColumnTooBig, JET_errRecordTooBig,
   * JET_errInvalidColumnType (a version column), what encoding a value throws, and as LongValueWriter.
   */
  insert(row: RowValues, number: () => KeyValue): Uint8Array {
    this.#begin(this.#fresh);
    for (const name in row) {
      const given = row[name];
      if (given !== undefined) this.#set(this.column(name), given);
    }
    const { autoIncrement, version } = this;
    if (autoIncrement !== undefined && (row[autoIncrement.name] ?? null) === null)
      this.#setOne(autoIncrement, number());
    if (version !== undefined) this.#setVersion(version, 0);
    for (const column of this.#required) if (row[column.name] === undefined) this.#refuseNull(column);
    return this.#finish();
  }

  /** Notes which columns a change is about. @throws JetError JET_errColumnNotFound. */
  mark(row: RowValues): void {
    this.changed.clear();
    this.changedFids.clear();
    for (const name in row) if (row[name] !== undefined) this.markColumn(this.column(name));
    if (this.version !== undefined) this.markColumn(this.version);
  }

  /** Notes that a change is about this column too. */
  markColumn(column: ColumnDef): void {
    this.changed.add(column.columnId);
    this.changedFids.add(column.fid);
  }

  /**
   * The record `old` is loaded with, changed, after `mark`: a view, overwritten by the next one.
   * @throws JetError as `insert`; JET_errInvalidOperation for an escrow column.
   */
  update(old: RecordReader, row: RowValues): Uint8Array {
    this.#beginUpdate(old);
    for (const name in row) {
      const given = row[name];
      if (given === undefined) continue;
      const column = this.column(name);
      refuseEscrow(column);
      this.release(old, column);
      this.#set(column, given);
    }
    return this.#finishUpdate(old);
  }

  /**
   * The record `old` is loaded with, with other stored values of one column, after `mark`. Values that are not separated
   * are separated where that is needed.
   * @throws JetError as `update`.
   */
  updateStored(old: RecordReader, column: ColumnDef, values: readonly StoredValue[]): Uint8Array {
    this.#beginUpdate(old);
    if (values.length === 0) this.#setNull(column);
    else {
      for (const value of values) if (value.separated !== true) this.#refuseSize(column, value.bytes.length);
      this.#setStored(column, values);
    }
    return this.#finishUpdate(old);
  }

  /** Lets the separated values of a record go: those of one column, or all. @throws JetError as LongValueWriter.release. */
  release(old: RecordReader, only?: ColumnDef): void {
    if (only !== undefined) {
      if (only.place === 'tagged' && isLongType(only.coltyp)) this.#releaseColumn(old, only);
      return;
    }
    for (const column of this.#table.columns) {
      if (column.place === 'tagged' && isLongType(column.coltyp)) this.#releaseColumn(old, column);
    }
  }

  #releaseColumn({ record, tagged }: RecordReader, column: ColumnDef): void {
    if (!tagged.find(column.fid, column.derived) || tagged.isNull) return;
    let more = true;
    while (more) {
      if (tagged.separated) this.#longValues.release(record.bytes.slice(tagged.start, tagged.end));
      more = tagged.hasMore && tagged.next();
    }
  }

  #begin(builder: RecordBuilder): void {
    this.#builder = builder;
    builder.reset();
    this.#longValues.reset();
  }

  #beginUpdate(old: RecordReader): void {
    this.#begin(this.#changing);
    for (const column of this.#table.columns) if (!this.changed.has(column.columnId)) this.#keep(old, column);
  }

  #finishUpdate(old: RecordReader): Uint8Array {
    const { version } = this;
    if (version !== undefined) {
      const has = old.selectColumn(version, 1);
      this.#setVersion(version, has ? (i32(old.bytes, old.start) + 1) | 0 : 1);
    }
    const record = this.#finish();
    this.#keepNulls(old, record);
    return record;
  }

  /** Fixed columns that are NULL keep the bytes they had: nobody sees them, and the log need not tell. */
  #keepNulls(old: RecordReader, record: Uint8Array): void {
    const { bytes, recordStart, fidFixedLast, ibEndOfFixed } = old.record;
    const last = record[0]!;
    const bitmap = u16(record, 2) - ((last + 7) >> 3);
    const oldBitmap = ibEndOfFixed - ((fidFixedLast + 7) >> 3);
    for (const { fid, recordOffset, cbMaxLen } of this.#fixed) {
      if (fid > last || fid > fidFixedLast || recordOffset + cbMaxLen > oldBitmap) continue;
      if ((record[bitmap + ((fid - 1) >> 3)]! & (1 << ((fid - 1) & 7))) === 0) continue;
      copyBytes(record, recordOffset, bytes, recordStart + recordOffset, cbMaxLen);
    }
  }

  /** Takes a column over from the record before. */
  #keep(old: RecordReader, column: ColumnDef): void {
    const { record, tagged } = old;
    if (column.place === 'tagged') {
      const stored = storedValues(record, tagged, column);
      if (stored === undefined) return;
      if (stored === null) this.#builder.set(column, null);
      else this.#setKept(column, stored);
      return;
    }
    const presence =
      column.place === 'fixed'
        ? record.findFixed(column.fid, column.recordOffset, column.cbMaxLen)
        : record.findVariable(column.fid);
    if (presence === 'null') this.#builder.set(column, null);
    else if (presence === 'value') this.#builder.setBytes(column, record.bytes, record.start, record.end);
  }

  #setKept(column: ColumnDef, values: readonly StoredValue[]): void {
    if (isLongType(column.coltyp)) this.#longValues.note(column, values, false);
    this.#builder.set(column, values);
  }

  #set(column: ColumnDef, given: KeyValue | readonly KeyValue[]): void {
    if (column === this.version) {
      const message = `table ${this.#table.name}: ${column.name} counts changes and cannot be set`;
      throw new JetError('JET_errInvalidColumnType', message, {
        table: this.#table.name,
      });
    }
    if (!Array.isArray(given)) {
      this.#setOne(column, given as KeyValue);
      return;
    }
    const values: StoredValue[] = [];
    for (const value of given as readonly KeyValue[]) {
      const bytes = storedInput(column.coltyp, column.codePage, value)?.slice();
      if (bytes === undefined) continue;
      this.#refuseSize(column, bytes.length);
      values.push({ bytes });
    }
    if (values.length === 0) this.#setNull(column);
    else this.#setStored(column, values);
  }

  #setOne(column: ColumnDef, value: KeyValue): void {
    const bytes = storedInput(column.coltyp, column.codePage, value);
    if (bytes === undefined) {
      this.#setNull(column);
      return;
    }
    this.#refuseSize(column, bytes.length);
    if (isLongType(column.coltyp)) this.#setStored(column, [{ bytes }]);
    else this.#builder.setBytes(column, bytes);
  }

  #setStored(column: ColumnDef, values: readonly StoredValue[]): void {
    const stored = isLongType(column.coltyp) ? this.#longValues.note(column, values, true) : values;
    this.#builder.set(column, stored);
  }

  #setNull(column: ColumnDef): void {
    this.#refuseNull(column);
    this.#builder.set(column, null);
  }

  #setVersion(column: ColumnDef, version: number): void {
    putU32(this.#number, 0, version);
    this.#builder.setBytes(column, this.#number);
  }

  #finish(): Uint8Array {
    this.#longValues.makeFit(this.#builder);
    return this.#builder.finish();
  }

  #refuseNull(column: ColumnDef): void {
    if ((column.flags & ColumnFlag.NotNull) === 0) return;
    const message = `table ${this.#table.name}: a row has no ${column.name}, which may not be NULL`;
    throw new JetError('JET_errNullInvalid', message, {
      table: this.#table.name,
    });
  }

  #refuseSize(column: ColumnDef, length: number): void {
    if (column.place === 'fixed' || column.cbMaxLen === 0 || length <= column.cbMaxLen) return;
    const message = `table ${this.#table.name}: a value of ${length} bytes is too long for ${column.name}`;
    throw new JetError('JET_errColumnTooBig', message, {
      table: this.#table.name,
    });
  }
}

function refuseEscrow(column: ColumnDef): void {
  if ((column.flags & ColumnFlag.EscrowUpdate) === 0) return;
  throw new JetError('JET_errInvalidOperation', `column ${column.name} is only changed by differences`);
}
