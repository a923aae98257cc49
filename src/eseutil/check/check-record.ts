// One record against the columns of its table (format 6.1, 6.2, 10.2).
import { FID_TAGGED_LEAST, type ColumnDef } from '../../ese/catalog/column-def.ts';
import { coltypSize, isLongType } from '../../ese/catalog/column-type.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { decompress } from '../../ese/compression/decompress.ts';
import type { PageFormat } from '../../ese/page/page-format.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import { taggedProblem } from '../../ese/record/tagged-structure.ts';

/** Largest value a compressed column may unpack to inside a record. */
const INTRINSIC_LIMIT = 1 << 20;

/** What a record check may say. */
export interface RecordProblem {
  readonly severity: 'error' | 'info';
  readonly rule: string;
  readonly column?: string;
  readonly message: string;
}

/** Called for each reference to a long value: the id as it stands in the record. */
export type ReferenceHandler = (bytes: Uint8Array, start: number, end: number) => void;

/** Checks records of one table; holds what can be worked out once. */
export class RecordCheck {
  readonly #table: TableDef;
  readonly #fixed: readonly ColumnDef[];
  readonly #own = new Map<number, ColumnDef>();
  readonly #derived = new Map<number, ColumnDef>();
  readonly #onProblem: (problem: RecordProblem) => void;
  readonly #onReference: ReferenceHandler;
  readonly #format: PageFormat;
  #sound = true;

  constructor(
    table: TableDef,
    format: PageFormat,
    onProblem: (problem: RecordProblem) => void,
    onReference: ReferenceHandler,
  ) {
    this.#table = table;
    this.#format = format;
    this.#fixed = table.columns.filter((column) => column.place === 'fixed');
    for (const column of table.columns) {
      if (column.place === 'tagged') (column.derived ? this.#derived : this.#own).set(column.fid, column);
    }
    this.#onProblem = onProblem;
    this.#onReference = onReference;
  }

  /** Checks the record that `reader` is at. False when it contradicts itself or its table: its values prove nothing. */
  check(reader: RecordReader): boolean {
    const { record } = reader;
    const { fidLast } = this.#table;
    this.#sound = true;
    if (record.fidFixedLast > fidLast.fixed)
      this.#error(`has fixed columns up to ${record.fidFixedLast}, the table up to ${fidLast.fixed}`);
    if (record.fidVarLast > fidLast.variable)
      this.#error(`has variable columns up to ${record.fidVarLast}, the table up to ${fidLast.variable}`);
    this.#checkFixed(reader);
    if (record.variableProblem()) this.#error('has variable columns whose ends are out of order');
    this.#checkTagged(reader);
    return this.#sound;
  }

  #checkFixed({ record }: RecordReader): void {
    const bitmap = record.ibEndOfFixed - ((record.fidFixedLast + 7) >> 3);
    for (const column of this.#fixed) {
      if (column.fid > record.fidFixedLast) break;
      const end = column.recordOffset + column.cbMaxLen;
      if (end > bitmap) {
        this.#error(`ends before column ${column.name}, which it claims to hold`, column);
        return;
      }
      if (column.fid === record.fidFixedLast && end < bitmap) {
        this.#error(`has ${bitmap - end} bytes too many after column ${column.name}, its last fixed one`, column);
      }
    }
  }

  #checkTagged(reader: RecordReader): void {
    const { tagged, record } = reader;
    const problem = record.sortedTagged ? taggedProblem(record, this.#format) : undefined;
    if (problem !== undefined) this.#error(problem);
    let lastFid = FID_TAGGED_LEAST - 1;
    tagged.load(record);
    while (tagged.next()) {
      if (!record.sortedTagged && tagged.itag === 1) {
        if (tagged.fid <= lastFid) this.#error(`has tagged column ${tagged.fid} out of order`);
        lastFid = tagged.fid;
      }
      this.#checkValue(reader);
    }
    if (tagged.broken && problem === undefined) this.#error('has tagged columns that contradict themselves');
  }

  #checkValue(reader: RecordReader): void {
    const { tagged } = reader;
    const column = (tagged.derived ? this.#derived : this.#own).get(tagged.fid);
    if (column === undefined) {
      // Values of deleted columns stay in records; ids that were never given out do not.
      if (tagged.fid > this.#table.fidLast.tagged)
        this.#error(`has tagged column ${tagged.fid}, the table up to ${this.#table.fidLast.tagged}`);
      return;
    }
    if (tagged.isNull) return;
    const length = tagged.end - tagged.start;
    if (tagged.separated) this.#checkReference(reader, column, length);
    else if (tagged.encrypted)
      this.#say('info', 'value.encrypted', `holds an encrypted value in column ${column.name}`, column);
    else if (tagged.compressed) this.#checkCompressed(reader, column);
    else {
      const size = coltypSize(column.coltyp);
      if (size !== 0 && length !== size)
        this.#error(`holds ${length} bytes in column ${column.name}, whose values have ${size}`, column);
    }
  }

  #checkReference({ tagged, record }: RecordReader, column: ColumnDef, length: number): void {
    if (!isLongType(column.coltyp))
      this.#error(`refers to a long value from column ${column.name}, which can have none`, column);
    else if (length !== 4 && length !== 8)
      this.#error(`has a long-value id of ${length} bytes in column ${column.name}`, column);
    else this.#onReference(record.bytes, tagged.start, tagged.end);
  }

  #checkCompressed({ tagged, record }: RecordReader, column: ColumnDef): void {
    const result = decompress(record.bytes.subarray(tagged.start, tagged.end), INTRINSIC_LIMIT);
    if (result.ok) return;
    const message = `holds a value in column ${column.name} that cannot be unpacked (${result.scheme}: ${result.reason})`;
    if (result.unsupported) this.#say('info', 'value.unsupported', message, column);
    else this.#say('error', 'value.unreadable', message, column);
  }

  #error(message: string, column?: ColumnDef): void {
    this.#sound = false;
    this.#say('error', 'record.structure', message, column);
  }

  #say(severity: RecordProblem['severity'], rule: string, message: string, column?: ColumnDef): void {
    this.#onProblem({ severity, rule, message, ...(column === undefined ? {} : { column: column.name }) });
  }
}
