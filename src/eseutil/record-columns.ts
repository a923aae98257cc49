// The columns that one record holds, as values that JSON can carry. Defaults are left out: the record has no bytes for
// them. Long values outside the record are named, not fetched.
import { toHex } from '../binary/hex.ts';
import type { ColumnDef } from '../ese/catalog/column-def.ts';
import { longValueKey } from '../ese/lv/long-values.ts';
import type { RecordReader } from '../ese/record/record-reader.ts';
import { decodeValue } from '../ese/record/value.ts';

/** A value as text, number, true or false; null for NULL. Integers beyond 2^53 and binary values are text. */
export type PlainValue = string | number | boolean | null;

/** Columns by name: a value, or all values of a multi-valued column. */
export type PlainRecord = Readonly<Record<string, PlainValue | readonly PlainValue[]>>;

/** Values of one column listed at most: a damaged record may claim any number. */
const VALUES_MOST = 1000;

/** A 64-bit number as JSON can carry it: a number where that is exact, else text. */
export function plainInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function plainValue(column: ColumnDef, bytes: Uint8Array, start: number, end: number): PlainValue {
  const value = decodeValue(column, bytes, start, end);
  if (value === undefined) return `(${end - start} bytes where the type has another size) ${toHex(bytes, start, end)}`;
  if (typeof value === 'bigint') return plainInteger(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value instanceof Uint8Array ? toHex(value) : value;
}

function taggedValues(reader: RecordReader, column: ColumnDef): PlainValue[] | undefined {
  const { tagged } = reader;
  if (!tagged.find(column.fid, column.derived)) return undefined;
  if (tagged.isNull) return [null];
  const values: PlainValue[] = [];
  for (let itag = 1; itag <= VALUES_MOST && tagged.toInstance(itag); itag++) {
    if (tagged.separated) {
      const lid = longValueKey(reader.record.bytes.subarray(tagged.start, tagged.end));
      values.push(`(long value ${toHex(lid)})`);
    } else if (reader.resolveTagged(column)) {
      values.push(plainValue(column, reader.bytes, reader.start, reader.end));
    }
  }
  return values;
}

function columnValues(reader: RecordReader, column: ColumnDef): PlainValue[] | undefined {
  if (column.place === 'tagged') return taggedValues(reader, column);
  const { record } = reader;
  const presence =
    column.place === 'fixed'
      ? record.findFixed(column.fid, column.recordOffset, column.cbMaxLen)
      : record.findVariable(column.fid);
  if (presence === 'absent') return undefined;
  return [presence === 'null' ? null : plainValue(column, record.bytes, record.start, record.end)];
}

/** What the record `reader` stands at holds of `columns`. */
export function recordColumns(reader: RecordReader, columns: readonly ColumnDef[]): PlainRecord {
  const record: [string, PlainValue | PlainValue[]][] = [];
  for (const column of columns) {
    const values = columnValues(reader, column);
    if (values === undefined) continue;
    record.push([column.name, values.length === 1 ? values[0]! : values]);
  }
  return Object.fromEntries(record);
}
