// Which Parquet type each column gets (Parquet format: LogicalTypes.md), by its declared type and, where that does not
// say it all, by the values a first pass found: dates of two kinds, columns that hold several values after all.
import type { SchemaElement } from 'hyparquet-writer';
import { i16, i32, i64, u16, u32, u64 } from '../binary/little-endian.ts';
import { Coltyp, isTextType } from '../ese/catalog/column-type.ts';
import { dateTimeMillis, dateTimeText, decodeValue, f32, f64, isFileTime, oleDateMillis } from '../ese/record/value.ts';
import type { ExportColumn, RowPlan } from './row-plan.ts';
import type { RowSink } from './row-sink.ts';

/** A value as the Parquet writer takes it. */
export type ParquetValue = boolean | number | bigint | string | Uint8Array;

/** One column of a Parquet file. */
export interface ParquetColumn {
  readonly column: ExportColumn;
  readonly list: boolean;
  readonly schema: readonly SchemaElement[];
  /** Reads a value; the bytes are copied where they are kept. */
  readonly read: (bytes: Uint8Array, start: number, end: number) => ParquetValue;
}

/**
 * Tables with more columns than this get only those that have a value in some row: each column costs every reader (and
 * the writer) something in every row group, and of the hundreds a directory or a store declares few are used.
 */
const WIDE = 255;

/** Kinds of dates a column holds, as bits. */
const DateKind = { Ole: 1, FileTime: 2, Other: 4 } as const;

/** A FILETIME in nanoseconds since 1970 fits 64 bits between these years; the milliseconds of 1678 and 2262. */
const NANOS_FIRST = Date.UTC(1678, 0, 1);
const NANOS_LAST = Date.UTC(2262, 0, 1);
const FILETIME_UNIX_EPOCH = 116_444_736_000_000_000n;

/** The first pass: looks at every value and writes nothing. */
export class ParquetSurvey implements RowSink {
  readonly readsLong = false;
  readonly #used: Uint8Array;
  readonly #many: Uint8Array;
  readonly #dates: Uint8Array;

  constructor(plan: RowPlan) {
    this.#used = new Uint8Array(plan.columns.length);
    this.#many = new Uint8Array(plan.columns.length);
    this.#dates = new Uint8Array(plan.columns.length);
  }

  value(column: ExportColumn, bytes: Uint8Array, start: number): void {
    this.#used[column.index] = 1;
    if (column.coltyp !== Coltyp.DateTime) return;
    const millis = dateTimeMillis(bytes, start);
    const isUtc = isFileTime(f64(bytes, start));
    const fits = isUtc ? millis >= NANOS_FIRST && millis < NANOS_LAST : !Number.isNaN(millis);
    this.#dates[column.index]! |= !fits ? DateKind.Other : isUtc ? DateKind.FileTime : DateKind.Ole;
  }

  openList(column: ExportColumn): void {
    this.#many[column.index] = 1;
    this.#used[column.index] = 1;
  }

  openLong(column: ExportColumn): void {
    this.#used[column.index] = 1;
  }

  beginRow(): void {
    // Only values count.
  }

  piece(): void {
    // Never called: long values are not read.
  }

  closeLong(): void {
    // Never called: long values are not read.
  }

  closeList(): void {
    // Its values have been counted.
  }

  missing(): void {
    // What is missing has no type.
  }

  endRow(): void {
    // Only values count.
  }

  finish(): void {
    // Nothing is written.
  }

  /** The columns of the file. */
  columns(plan: RowPlan): ParquetColumn[] {
    const wide = plan.columns.length > WIDE;
    return plan.columns
      .filter((column) => !wide || this.#used[column.index] === 1)
      .map((column) =>
        parquetColumn(column, column.list || this.#many[column.index] === 1, this.#dates[column.index]!),
      );
  }
}

type Leaf = Omit<SchemaElement, 'name'>;
type Reader = ParquetColumn['read'];

function parquetColumn(column: ExportColumn, list: boolean, dates: number): ParquetColumn {
  const [leaf, read] = column.coltyp === Coltyp.DateTime ? dateLeaf(dates) : leafOf(column);
  const { name } = column;
  const schema: SchemaElement[] = list
    ? [
        { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', ...leaf },
      ]
    : [{ name, repetition_type: 'OPTIONAL', ...leaf }];
  return { column, list, schema, read };
}

const TEXT: Leaf = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

/** Dates of one kind become timestamps; a column that mixes them, or holds what is no date, becomes text. */
function dateLeaf(dates: number): [Leaf, Reader] {
  const timestamp = (isAdjustedToUTC: boolean, unit: 'MILLIS' | 'NANOS'): Leaf => ({
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit },
  });
  if (dates === 0 || dates === DateKind.Ole)
    return [timestamp(false, 'MILLIS'), (bytes, start) => BigInt(oleDateMillis(f64(bytes, start)))];
  if (dates === DateKind.FileTime)
    return [timestamp(true, 'NANOS'), (bytes, start) => (u64(bytes, start) - FILETIME_UNIX_EPOCH) * 100n];
  return [TEXT, (bytes, start) => String(dateTimeText(bytes, start))];
}

function leafOf(column: ExportColumn): [Leaf, Reader] {
  const { coltyp } = column;
  switch (coltyp) {
    case Coltyp.Bit:
      return [{ type: 'BOOLEAN' }, (bytes, start) => bytes[start] !== 0];
    case Coltyp.UnsignedByte:
      return [{ type: 'INT32', converted_type: 'UINT_8' }, (bytes, start) => bytes[start]!];
    case Coltyp.Short:
      return [{ type: 'INT32', converted_type: 'INT_16' }, i16];
    case Coltyp.UnsignedShort:
      return [{ type: 'INT32', converted_type: 'UINT_16' }, u16];
    case Coltyp.Long:
      return [{ type: 'INT32' }, i32];
    case Coltyp.UnsignedLong:
      return [{ type: 'INT32', converted_type: 'UINT_32' }, u32];
    case Coltyp.Currency:
    case Coltyp.LongLong:
      return [{ type: 'INT64' }, i64];
    case Coltyp.UnsignedLongLong:
      return [{ type: 'INT64', converted_type: 'UINT_64' }, u64];
    case Coltyp.Single:
      return [{ type: 'FLOAT' }, f32];
    case Coltyp.Double:
      return [{ type: 'DOUBLE' }, f64];
    default:
      if (coltyp === Coltyp.Guid || isTextType(coltyp))
        return [TEXT, (bytes, start, end) => decodeValue(column, bytes, start, end) as string];
      return [{ type: 'BYTE_ARRAY' }, (bytes, start, end) => bytes.slice(start, end)];
  }
}
