// Records of rows that are inserted or changed one by one: values given become what a record stores, all else stays as
// it was (format 6; ErrRECSetColumn, ErrRECIUpdate).
import { JetError } from '../../errors/jet-error.ts';
import { RecordBuilder } from '../build/record-builder.ts';
import { storedValues } from '../build/stored-value.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { encodeKeyValue, type KeyValue } from '../norm/key-value.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { RecordReader } from '../record/record-reader.ts';

/** Values by column name; arrays for multi-valued columns; null: NULL; absent or undefined: as it is, or the default. */
export type RowValues = Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;

/** Makes the records of one table. */
export class RowRecords {
  readonly #table: TableDef;
  readonly #builder: RecordBuilder;
  readonly #columns: ReadonlyMap<string, ColumnDef>;
  /** The column that numbers rows, if the table has one. */
  readonly autoIncrement: ColumnDef | undefined;

  constructor(table: TableDef, format: PageFormat) {
    this.#table = table;
    this.#builder = new RecordBuilder(table, format, true);
    this.#columns = new Map(table.columns.map((column) => [column.name, column]));
    this.autoIncrement = table.columns.find(({ flags }) => (flags & ColumnFlag.AutoIncrement) !== 0);
  }

  /**
   * A new record, copied. `number`: the value of the auto-increment column, where `row` has none.
   * @throws JetError JET_errColumnNotFound, JET_errNullInvalid, JET_errRecordTooBig, and what encoding a value throws.
   */
  insert(row: RowValues, number: () => KeyValue): Uint8Array {
    this.#builder.reset();
    this.#setAll(row);
    for (const column of this.#table.columns) {
      const given = row[column.name];
      if (given !== undefined && given !== null) continue;
      if (column === this.autoIncrement) this.#set(column, number());
      else if (given === null || column.defaultValue === undefined) this.#refuseNull(column);
    }
    return this.#builder.finish().slice();
  }

  /**
   * The record `old` is loaded with, changed; copied.
   * @throws JetError as `insert`; JET_errFeatureNotAvailable when a value to be changed is kept outside of the record.
   */
  update(old: RecordReader, row: RowValues): Uint8Array {
    this.#builder.reset();
    for (const column of this.#table.columns) {
      if (row[column.name] === undefined) {
        const stored = storedValues(old.record, old.tagged, column);
        if (stored !== undefined) this.#builder.set(column, stored);
      } else {
        this.refuseSeparated(old, column);
        if (row[column.name] === null) this.#refuseNull(column);
      }
    }
    this.#setAll(row);
    return this.#builder.finish().slice();
  }

  /** @throws JetError JET_errFeatureNotAvailable when the value of a column (of any without one) is kept outside. */
  refuseSeparated(old: RecordReader, only?: ColumnDef): void {
    for (const column of only === undefined ? this.#table.columns : [only]) {
      if (column.place !== 'tagged') continue;
      const stored = storedValues(old.record, old.tagged, column);
      if (stored?.some(({ separated }) => separated === true) !== true) continue;
      const message = `table ${this.#table.name}: values of ${column.name} outside of records cannot be changed`;
      throw new JetError('JET_errFeatureNotAvailable', message, { table: this.#table.name });
    }
  }

  #setAll(row: RowValues): void {
    for (const [name, given] of Object.entries(row)) {
      const column = this.#columns.get(name);
      if (column === undefined) {
        const message = `table ${this.#table.name} has no column ${name}`;
        throw new JetError('JET_errColumnNotFound', message, { table: this.#table.name });
      }
      if (given !== undefined) this.#set(column, given);
    }
  }

  #set(column: ColumnDef, given: KeyValue | readonly KeyValue[]): void {
    const values = (Array.isArray(given) ? given : [given]) as readonly KeyValue[];
    const stored = values.flatMap((value) => {
      const bytes = encodeKeyValue(column.coltyp, column.codePage, value);
      return bytes === undefined ? [] : [{ bytes }];
    });
    this.#builder.set(column, stored.length === 0 ? null : stored);
  }

  #refuseNull(column: ColumnDef): void {
    if ((column.flags & ColumnFlag.NotNull) === 0) return;
    const message = `table ${this.#table.name}: a row has no ${column.name}, which may not be NULL`;
    throw new JetError('JET_errNullInvalid', message, { table: this.#table.name });
  }
}
