// Rows of values become records (format 6): types are encoded, long values go to their tree or are compressed.
import { JetError } from '../../errors/jet-error.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { compressSevenBit } from '../compression/seven-bit.ts';
import { compressXpress } from '../compression/compress-xpress.ts';
import { encodeKeyValue, type KeyValue } from '../norm/key-value.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { LongValueBuilder } from './long-value-builder.ts';
import { RecordBuilder } from './record-builder.ts';
import type { StoredValue } from './stored-value.ts';

/** A row to be stored: values by column name; arrays for multi-valued columns; absent or undefined for NULL. */
export type NewRow = Readonly<Record<string, KeyValue | readonly KeyValue[] | undefined>>;

/** Values up to this size stay in the record. */
const INTRINSIC_MOST = 1023;
/** Bytes a tagged value takes besides itself, at most; a long-value id in its place. */
const VALUE_OVERHEAD = 8;
const LID_SIZE = 4;

/** How records are to look. */
export interface RowEncoding {
  /** False before revision 9. */
  readonly sortedTagged: boolean;
  /** Columns flagged compressed are. */
  readonly compress: boolean;
}

/** Encodes the rows of one table. */
export class RowEncoder {
  readonly #table: TableDef;
  readonly #longValues: LongValueBuilder;
  readonly #compress: boolean;
  readonly #records: RecordBuilder;
  readonly #columns: ReadonlyMap<string, ColumnDef>;
  #autoIncrement = 0;

  constructor(table: TableDef, format: PageFormat, encoding: RowEncoding, longValues: LongValueBuilder) {
    this.#table = table;
    this.#longValues = longValues;
    this.#compress = encoding.compress;
    this.#records = new RecordBuilder(table, format, encoding.sortedTagged);
    this.#columns = new Map(table.columns.map((column) => [column.name, column]));
  }

  /**
   * The record of a row, to be used before the next one; its separated values are in the long-value tree then.
   * @throws JetError for values of no column, of a wrong type, or missing where NULL may not be.
   */
  encode(row: NewRow): Uint8Array {
    this.#records.reset();
    const cells: { column: ColumnDef; bytes: Uint8Array[] }[] = [];
    let size = 0;
    for (const [name, given] of Object.entries(row)) {
      const column = this.#columns.get(name);
      if (column === undefined)
        throw new JetError('JET_errColumnNotFound', `table ${this.#table.name} has no column ${name}`, {
          table: this.#table.name,
        });
      if (given === undefined) continue;
      const values = (Array.isArray(given) ? given : [given]) as readonly KeyValue[];
      const bytes = values.flatMap((value) => encodeKeyValue(column.coltyp, column.codePage, value) ?? []);
      cells.push({ column, bytes });
      for (const value of bytes) size += Math.min(value.length, INTRINSIC_MOST) + VALUE_OVERHEAD;
    }
    // A record that would be too long keeps no long value inside.
    const intrinsicMost = size > this.#records.most ? LID_SIZE : INTRINSIC_MOST;
    for (const { column, bytes } of cells) {
      const stored = bytes.map((value, i) => this.#store(column, value, i === 0, intrinsicMost));
      this.#records.set(column, stored.length === 0 ? null : stored);
    }
    this.#fillIn(row);
    return this.#records.finish();
  }

  /** Auto-increment values that the row leaves out, and NOT NULL. */
  #fillIn(row: NewRow): void {
    for (const column of this.#table.columns) {
      const given = row[column.name];
      if (given !== undefined && given !== null) continue;
      if ((column.flags & ColumnFlag.AutoIncrement) !== 0) {
        this.#records.setBytes(column, encodeKeyValue(column.coltyp, 0, ++this.#autoIncrement)!);
      } else if ((column.flags & ColumnFlag.NotNull) !== 0 && column.defaultValue === undefined) {
        throw new JetError(
          'JET_errNullInvalid',
          `table ${this.#table.name}: a row has no ${column.name}, which may not be NULL`,
          { table: this.#table.name },
        );
      }
    }
  }

  #store(column: ColumnDef, bytes: Uint8Array, first: boolean, intrinsicMost: number): StoredValue {
    if (!isLongType(column.coltyp)) return { bytes };
    const pack = this.#compress && (column.flags & ColumnFlag.Compressed) !== 0 ? packed : undefined;
    if (bytes.length > intrinsicMost) return { bytes: this.#longValues.add(bytes, pack), separated: true };
    const short = first ? pack?.(bytes) : undefined;
    return short === undefined ? { bytes } : { bytes: short, compressed: true };
  }
}

/** A value in its shorter compressed form; undefined when none is shorter. */
function packed(bytes: Uint8Array): Uint8Array | undefined {
  const seven = compressSevenBit(bytes);
  const xpress = bytes.length > 64 ? compressXpress(bytes) : undefined;
  if (seven === undefined || xpress === undefined) return seven ?? xpress;
  return xpress.length < seven.length ? xpress : seven;
}
