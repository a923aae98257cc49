// Rows as Parquet, row group by row group, so that memory stays flat however large the table is.
import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { Coltyp } from '../ese/catalog/column-type.ts';
import { isUnicodeText, type ExportColumn, type RowPlan } from './row-plan.ts';
import type { DeletedMark, RowSink, SinkProblemHandler } from './row-sink.ts';
import type { ParquetColumn, ParquetValue } from './parquet-schema.ts';

/** What a row group holds at most. */
export interface RowGroupLimits {
  readonly values: number;
  readonly bytes: number;
  readonly rows: number;
}

const ROW_GROUP: RowGroupLimits = { values: 250_000, bytes: 4 << 20, rows: 50_000 };
/** Files with more columns go without statistics: the least and greatest value of each would outweigh the values. */
const STATISTICS_MOST = 2000;
/** What a value takes in memory beside its bytes: a number in an array, an object with a buffer of its own. */
const VALUE_OVERHEAD = 16;
const OBJECT_OVERHEAD = 200;
/** Bytes collected before they are written out. */
const WRITE_SIZE = 1 << 20;
/** Longest value: in this format each must be held in memory, several times over while it is compressed. */
const VALUE_MOST = 256 << 20;

type Cell = ParquetValue | (ParquetValue | null)[];

/** What the Parquet library writes to. */
class FileByteWriter extends ByteWriter {
  readonly #write: (bytes: Uint8Array) => void;

  constructor(write: (bytes: Uint8Array) => void) {
    super(2 * WRITE_SIZE);
    this.#write = write;
  }

  override ensure(size: number): void {
    if (this.index > WRITE_SIZE) this.flush();
    super.ensure(size);
  }

  flush(): void {
    if (this.index > 0) this.#write(new Uint8Array(this.buffer, 0, this.index));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

/**
 * The values of one column in one row group: only those that are there, with their rows. To the Parquet library it
 * looks like the array it asks for, which is made when it asks: at most one column of a group exists in full.
 */
class SparseColumn {
  length = 0;
  readonly #rows: number[] = [];
  readonly #values: Cell[] = [];

  add(row: number, value: Cell): void {
    this.#rows.push(row);
    this.#values.push(value);
  }

  slice(start: number, end: number): (Cell | undefined)[] {
    const values = new Array<Cell | undefined>(end - start).fill(undefined);
    this.#rows.forEach((row, i) => {
      if (row >= start && row < end) values[row - start] = this.#values[i];
    });
    return values;
  }

  clear(): void {
    this.#rows.length = 0;
    this.#values.length = 0;
  }
}

/** True for columns whose values are numbers, dates or texts of 255 bytes at most. */
function isShort(column: ExportColumn): boolean {
  return column.size !== 0 || column.coltyp === Coltyp.Text;
}

/** A sink that writes Parquet. */
export class ParquetSink implements RowSink {
  readonly readsLong = true;
  readonly #output: FileByteWriter;
  readonly #writer: ParquetWriter;
  readonly #columns: readonly ParquetColumn[];
  readonly #data: SparseColumn[];
  readonly #marks: SparseColumn | undefined;
  readonly #names: string[];
  /** Whether a column gets its least and greatest value, which stay in memory until the file is finished. */
  readonly #statistics: boolean[];
  /** Place of a column of the plan in the file, or -1. */
  readonly #places: Int32Array;
  readonly #onProblem: SinkProblemHandler;
  readonly #limits: RowGroupLimits;
  #row = 0;
  #values = 0;
  #bytes = 0;
  #list: (ParquetValue | null)[] | undefined;
  #long: Uint8Array | undefined;
  #longLength = 0;

  /** `deletedName`: the name of a last column that tells why a row is not a live one; undefined for none. */
  constructor(
    write: (bytes: Uint8Array) => void,
    plan: RowPlan,
    columns: readonly ParquetColumn[],
    deletedName: string | undefined,
    onProblem: SinkProblemHandler,
    limits: RowGroupLimits = ROW_GROUP,
  ) {
    this.#limits = limits;
    this.#columns = columns;
    this.#onProblem = onProblem;
    this.#places = new Int32Array(plan.columns.length).fill(-1);
    columns.forEach(({ column }, i) => (this.#places[column.index] = i));
    this.#data = columns.map(() => new SparseColumn());
    this.#names = columns.map(({ column }) => column.name);
    this.#statistics = columns.map(({ column }) => columns.length <= STATISTICS_MOST && isShort(column));
    const schema: SchemaElement[] = columns.flatMap((column) => column.schema);
    if (deletedName !== undefined) {
      this.#marks = new SparseColumn();
      this.#names.push(deletedName);
      schema.push({ name: deletedName, repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' });
    }
    const root: SchemaElement = { name: 'root', num_children: this.#names.length };
    this.#output = new FileByteWriter(write);
    this.#writer = new ParquetWriter({
      writer: this.#output,
      schema: [root, ...schema],
      createdBy: 'esekit',
    });
  }

  /** Bytes so far. */
  get length(): number {
    return this.#output.offset;
  }

  beginRow(mark: DeletedMark | undefined): void {
    if (mark !== undefined) this.#marks?.add(this.#row, mark);
  }

  value(column: ExportColumn, bytes: Uint8Array, start: number, end: number): void {
    const place = this.#places[column.index]!;
    const target = this.#columns[place];
    if (target === undefined) return;
    const value = target.read(bytes, start, end);
    if (isUnicodeText(column)) this.#checkText(column, value as string, end - start);
    this.#values++;
    this.#bytes += typeof value === 'object' ? OBJECT_OVERHEAD + value.length : VALUE_OVERHEAD + 2 * (end - start);
    if (this.#list !== undefined) this.#list.push(value);
    else this.#data[place]!.add(this.#row, target.list ? [value] : value);
  }

  #checkText(column: ExportColumn, text: string, size: number): void {
    if ((size & 1) !== 0 || /\p{Surrogate}/u.test(text))
      this.#onProblem(column, 'its text has half characters, which Parquet cannot hold: U+FFFD stands for them');
  }

  openLong(column: ExportColumn, size: number): void {
    this.#longLength = 0;
    this.#long = size <= VALUE_MOST ? new Uint8Array(size) : undefined;
    if (this.#long === undefined) this.#onProblem(column, `its ${size} bytes are too many for Parquet: it is left out`);
  }

  piece(_column: ExportColumn, bytes: Uint8Array): void {
    this.#long?.set(bytes, this.#longLength);
    this.#longLength += bytes.length;
  }

  closeLong(column: ExportColumn): void {
    if (this.#long !== undefined) this.value(column, this.#long, 0, this.#longLength);
    else if (this.#list !== undefined) this.#list.push(null);
    this.#long = undefined;
  }

  openList(): void {
    this.#list = [];
  }

  closeList(column: ExportColumn): void {
    const place = this.#places[column.index]!;
    if (place >= 0) this.#data[place]!.add(this.#row, this.#list!);
    this.#list = undefined;
  }

  missing(): void {
    this.#list?.push(null);
  }

  endRow(): void {
    this.#row++;
    const { values, bytes, rows } = this.#limits;
    if (this.#values >= values || this.#bytes >= bytes || this.#row >= rows) this.#closeGroup();
  }

  #closeGroup(): void {
    if (this.#row === 0) return;
    const data = this.#marks === undefined ? this.#data : [...this.#data, this.#marks];
    const columnData = data.map((column, i): ColumnSource => {
      column.length = this.#row;
      // It has all that the library uses of an array: its length and `slice`.
      const source = column as unknown as ColumnSource['data'];
      return { name: this.#names[i]!, data: source, statistics: this.#statistics[i] === true };
    });
    // The output is written synchronously, so there is never a promise to wait for.
    void this.#writer.write({ columnData, rowGroupSize: this.#row });
    for (const column of data) column.clear();
    this.#row = 0;
    this.#values = 0;
    this.#bytes = 0;
  }

  finish(): void {
    this.#closeGroup();
    void this.#writer.finish();
  }
}
