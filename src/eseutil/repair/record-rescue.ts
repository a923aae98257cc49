// One record of a damaged table: may it stay, and what of it (format 6, 10.3)? Columns that refer to long values that
// are lost become NULL; a record whose structure contradicts itself is dropped.
import { storedValues, type StoredValue } from '../../ese/build/stored-value.ts';
import { RecordBuilder } from '../../ese/build/record-builder.ts';
import type { ColumnDef } from '../../ese/catalog/column-def.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { PageFormat } from '../../ese/page/page-format.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import { TaggedScan } from '../../ese/record/tagged-scan.ts';
import { RecordCheck, type RecordProblem } from '../check/check-record.ts';
import type { LongValueLeaves } from './long-value-leaves.ts';

/** What to do with a record: as it is, `bytes` in its place, or nothing of it can stay. */
export type RescueVerdict = 'keep' | 'rewritten' | 'dropped';

/** Judges the records of one table. */
export class RecordRescue {
  /** After 'rewritten': the record to be written instead. */
  bytes: Uint8Array = new Uint8Array(0);
  /** After 'dropped': why. */
  reason = '';
  /** After 'rewritten': names of columns that lost a value. */
  lostColumns: string[] = [];
  readonly #table: TableDef;
  readonly #format: PageFormat;
  readonly #sortedTagged: boolean;
  readonly #longValues: LongValueLeaves | undefined;
  readonly #check: RecordCheck;
  readonly #tagged: TaggedScan;
  #builder: RecordBuilder | undefined;
  #error = '';
  #unreadable = new Set<string>();
  #brokenReference = false;

  /** `sortedTagged`: the record format of the database being written. */
  constructor(table: TableDef, format: PageFormat, sortedTagged: boolean, longValues: LongValueLeaves | undefined) {
    this.#table = table;
    this.#format = format;
    this.#sortedTagged = sortedTagged;
    this.#longValues = longValues;
    this.#tagged = new TaggedScan(format);
    this.#check = new RecordCheck(
      table,
      format,
      (problem) => {
        this.#problem(problem);
      },
      (bytes, start, end) => {
        if (this.#longValues?.has(bytes, start, end) !== true) this.#brokenReference = true;
      },
    );
  }

  /** Judges the record in bytes[start..end). `reader` is loaded with it, and with what takes its place. */
  judge(reader: RecordReader, bytes: Uint8Array, start: number, end: number, sortedTagged: boolean): RescueVerdict {
    if (!reader.load(bytes, start, end, sortedTagged))
      return this.#drop('it is no record: its header contradicts itself');
    const problem = this.#problemOf(reader);
    if (problem !== '') return this.#drop(`it ${problem}`);
    const change = this.#brokenReference || this.#unreadable.size > 0 || sortedTagged !== this.#sortedTagged;
    return change ? this.#rewrite(reader) : 'keep';
  }

  /** What is wrong with the structure of a record; notes on the way which of its values cannot stay. */
  #problemOf(reader: RecordReader): string {
    this.#error = '';
    this.#brokenReference = false;
    if (this.#unreadable.size > 0) this.#unreadable = new Set();
    this.#check.check(reader);
    return this.#error;
  }

  /** Books the references of the record that `reader` is at. */
  refer(reader: RecordReader): void {
    const longValues = this.#longValues;
    if (longValues === undefined) return;
    const { tagged, record } = reader;
    tagged.load(record);
    while (tagged.next()) {
      if (tagged.separated && !tagged.isNull) longValues.refer(record.bytes, tagged.start, tagged.end);
    }
  }

  #problem({ severity, rule, message, column }: RecordProblem): void {
    if (severity !== 'error') return;
    if (rule === 'value.unreadable' && column !== undefined) this.#unreadable.add(column);
    else if (this.#error === '') this.#error = message;
  }

  #drop(reason: string): RescueVerdict {
    this.reason = reason;
    return 'dropped';
  }

  #rewrite(reader: RecordReader): RescueVerdict {
    this.lostColumns = [];
    try {
      this.#builder ??= new RecordBuilder(this.#table, this.#format, this.#sortedTagged, {
        writeDefaults: false,
        most: this.#format.dataSize,
      });
      const builder = this.#builder;
      builder.reset();
      const { record } = reader;
      this.#tagged.load(record);
      for (const column of this.#table.columns) {
        const values = storedValues(record, this.#tagged, column);
        if (values === undefined) continue;
        const kept = this.#keptValues(column, values);
        if (kept !== null || column.place !== 'fixed' || column.fid <= record.fidFixedLast) builder.set(column, kept);
      }
      this.bytes = builder.finish().slice();
    } catch (error) {
      if (!(error instanceof JetError) && !(error instanceof RangeError)) throw error;
      return this.#drop(`it cannot be written again: ${error.message}`);
    }
    return reader.load(this.bytes, 0, this.bytes.length, this.#sortedTagged)
      ? 'rewritten'
      : this.#drop('it cannot be written again');
  }

  #keptValues(column: ColumnDef, values: readonly StoredValue[] | null): readonly StoredValue[] | null {
    if (values === null) return null;
    const kept = values.filter((value) => {
      if (value.separated === true) return this.#longValues?.has(value.bytes, 0, value.bytes.length) === true;
      return value.compressed !== true || !this.#unreadable.has(column.name);
    });
    if (kept.length === values.length) return values;
    this.lostColumns.push(column.name);
    return kept.length === 0 ? null : kept;
  }
}
