// Rows as Parquet, row group by row group, so that memory stays flat however large the table is.
import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { Coltyp } from '../ese/catalog/column-type.ts';
import { isUnicodeText, type ExportColumn, type RowPlan } from './row-plan.ts';
import { LargeValues } from './large-values.ts';
import type { OutputFile } from './output-file.ts';
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
/** Longest value in a cell: each must be held in memory, several times over while it is compressed. */
const VALUE_MOST = 16 << 20;

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
  #rows: number[] = [];
  #values: Cell[] = [];

  add(row: number, value: Cell): void {
    this.#rows.push(row);
    this.#values.push(value);
  }

  /** The library asks for all of a group, once: the values are given up with it. */
  slice(start: number, end: number): (Cell | undefined)[] {
    const values = new Array<Cell | undefined>(end - start).fill(undefined);
    this.#rows.forEach((row, i) => {
      if (row >= start && row < end) values[row - start] = this.#values[i];
    });
    this.#rows = [];
    this.#values = [];
    return values;
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
  /** Whether the pages of columns are indexed; that, too, stays in memory. */
  readonly #indexed: boolean;
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
  readonly #largeValues: LargeValues;
  #large: OutputFile | undefined;

  /** `deletedName`: the name of a last column that tells why a row is not a live one; undefined for none. */
  constructor(
    write: (bytes: Uint8Array) => void,
    plan: RowPlan,
    columns: readonly ParquetColumn[],
    deletedName: string | undefined,
    onProblem: SinkProblemHandler,
    largeValues: LargeValues,
    limits: RowGroupLimits = ROW_GROUP,
  ) {
    this.#limits = limits;
    this.#largeValues = largeValues;
    this.#columns = columns;
    this.#onProblem = onProblem;
    this.#places = new Int32Array(plan.columns.length).fill(-1);
    columns.forEach(({ column }, i) => (this.#places[column.index] = i));
    this.#data = columns.map(() => new SparseColumn());
    this.#names = columns.map(({ column }) => column.name);
    this.#statistics = columns.map(({ column }) => columns.length <= STATISTICS_MOST && isShort(column));
    this.#indexed = columns.length <= STATISTICS_MOST;
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
    if (size <= VALUE_MOST) this.#long = new Uint8Array(size);
    else if (this.#places[column.index]! >= 0) this.#large = this.#largeValues.open(column.name);
  }

  piece(_column: ExportColumn, bytes: Uint8Array): void {
    this.#long?.set(bytes, this.#longLength);
    this.#large?.write(bytes);
    this.#longLength += bytes.length;
  }

  closeLong(column: ExportColumn): void {
    if (this.#long !== undefined) this.value(column, this.#long, 0, this.#longLength);
    else this.#list?.push(null);
    if (this.#large !== undefined) {
      this.#large.seal();
      const name = LargeValues.nameOf(this.#large);
      this.#onProblem(column, `its ${this.#longLength} bytes are too many for a cell: they are in ${name}`, 'beside');
    }
    this.#long = undefined;
    this.#large = undefined;
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
      return {
        name: this.#names[i]!,
        data: source,
        statistics: this.#statistics[i] === true,
        offsetIndex: this.#indexed,
      };
    });
    // The output is written synchronously, so there is never a promise to wait for.
    void this.#writer.write({ columnData, rowGroupSize: this.#row });
    this.#row = 0;
    this.#values = 0;
    this.#bytes = 0;
  }

  finish(): void {
    this.#closeGroup();
    void this.#writer.finish();
  }
}
