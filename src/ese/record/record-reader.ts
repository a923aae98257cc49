// The columns of a record as values: defaults applied, long values fetched, compressed ones unpacked (format 6).
import type { ColumnDef } from '../catalog/column-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { decompress } from '../compression/decompress.ts';
import { LONG_VALUE_LIMIT, type LongValueFinder } from '../lv/long-values.ts';
import type { ColumnValues } from '../norm/column-values.ts';
import type { PageFormat } from '../page/page-format.ts';
import { RecordView } from './record-view.ts';
import { TaggedScan } from './tagged-scan.ts';

/** Called for a value that could not be given as it should be; what was given instead is said in `reason`. */
export type ValueProblemHandler = (column: ColumnDef, itag: number, reason: string) => void;

/** Largest value that a compressed column may unpack to inside a record. */
const INTRINSIC_LIMIT = 1 << 20;

const NOTHING = new Uint8Array(0);

/**
 * Reads the values of one table's records. `load` points it at a record; `select` finds one value of one column, whose
 * bytes are then bytes[start..end) until the next call.
 */
export class RecordReader implements ColumnValues {
  readonly record: RecordView = new RecordView();
  readonly tagged: TaggedScan;
  bytes: Uint8Array = NOTHING;
  start = 0;
  end = 0;
  readonly #columns: Map<number, ColumnDef>;
  readonly #longValues: LongValueFinder | undefined;
  readonly #onProblem: ValueProblemHandler;
  /** Bytes of a long value to fetch at most: key building needs no more than the beginning. */
  longValueMost: number = LONG_VALUE_LIMIT;
  /** Set when a value asked for could not be given as it should be. For callers to look at and reset. */
  unreadable = false;

  constructor(
    table: TableDef,
    format: PageFormat,
    longValues: LongValueFinder | undefined,
    onProblem: ValueProblemHandler = () => undefined,
  ) {
    this.tagged = new TaggedScan(format);
    this.#columns = new Map(table.columns.map((column) => [column.columnId, column]));
    this.#longValues = longValues;
    this.#onProblem = onProblem;
  }

  /** Points at the record in bytes[start..end). False when it cannot be one. */
  load(bytes: Uint8Array, start: number, end: number, sortedTagged: boolean): boolean {
    if (!this.record.load(bytes, start, end, sortedTagged)) return false;
    this.tagged.load(this.record);
    return true;
  }

  /** Selects value `itag` (from 1) of a column; false when it is NULL or there is none. */
  select(columnId: number, itag: number): boolean {
    const column = this.#columns.get(columnId);
    return column !== undefined && this.selectColumn(column, itag);
  }

  /** The same for a column at hand. */
  selectColumn(column: ColumnDef, itag: number): boolean {
    if (column.place === 'tagged') return this.#selectTagged(column, itag);
    if (itag !== 1) return false;
    const { record } = this;
    const presence =
      column.place === 'fixed'
        ? record.findFixed(column.fid, column.recordOffset, column.cbMaxLen)
        : record.findVariable(column.fid);
    if (presence === 'absent') return this.#selectDefault(column, itag);
    if (presence === 'null') return false;
    this.bytes = record.bytes;
    this.start = record.start;
    this.end = record.end;
    return true;
  }

  /** Every value of a column, copied. A long value that cannot be had is left out and reported. */
  values(column: ColumnDef): Uint8Array[] {
    const values: Uint8Array[] = [];
    for (let itag = 1; this.selectColumn(column, itag); itag++) values.push(this.bytes.slice(this.start, this.end));
    return values;
  }

  #selectDefault(column: ColumnDef, itag: number): boolean {
    if (column.defaultValue === undefined || itag !== 1) return false;
    return this.#give(column.defaultValue);
  }

  #selectTagged(column: ColumnDef, itag: number): boolean {
    const { tagged } = this;
    if (!tagged.find(column.fid, column.derived)) return this.#selectDefault(column, itag);
    if (tagged.isNull || !tagged.toInstance(itag)) return false;
    return this.resolveTagged(column);
  }

  /** Resolves the instance `tagged` stands at: fetches and unpacks. False when nothing of it can be had. */
  resolveTagged(column: ColumnDef): boolean {
    const { tagged, record } = this;
    this.bytes = record.bytes;
    this.start = tagged.start;
    this.end = tagged.end;
    if (tagged.separated) return this.#fetch(column);
    if (tagged.encrypted) this.#problem(column, 'the value is encrypted: the bytes are given as stored');
    else if (tagged.compressed) this.#unpack(column);
    return true;
  }

  #fetch(column: ColumnDef): boolean {
    const lid = this.bytes.subarray(this.start, this.end);
    if (this.#longValues === undefined || (lid.length !== 4 && lid.length !== 8)) {
      this.#problem(column, 'its long value cannot be found: the table has no long-value tree');
      return false;
    }
    const result = this.#longValues.read(lid, this.longValueMost);
    if (result.ok) {
      if (result.encrypted) this.#problem(column, 'the long value is encrypted: the bytes are given as stored');
      return this.#give(result.bytes);
    }
    const given = result.partial.length > 0 ? `: only the first ${result.partial.length} bytes are given` : '';
    this.#problem(column, `its long value is damaged: ${result.reason}${given}`);
    return result.partial.length > 0 && this.#give(result.partial);
  }

  #unpack(column: ColumnDef): void {
    const packed = this.bytes.subarray(this.start, this.end);
    const result = decompress(packed, INTRINSIC_LIMIT);
    if (result.ok) this.#give(result.bytes);
    else
      this.#problem(column, `cannot be unpacked (${result.scheme}: ${result.reason}): the bytes are given as stored`);
  }

  #give(bytes: Uint8Array): true {
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
    return true;
  }

  #problem(column: ColumnDef, reason: string): void {
    this.unreadable = true;
    this.#onProblem(column, this.tagged.itag, reason);
  }
}
