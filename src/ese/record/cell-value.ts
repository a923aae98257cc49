// The values of one column of a record as programs use them (format 6.6).
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import type { RecordReader } from './record-reader.ts';
import { decodeValue, type ColumnValue } from './value.ts';

/** A value as programs use it: NULL is `undefined`, a multi-valued column an array. */
export type CellValue = ColumnValue | readonly ColumnValue[] | undefined;

/** The column of the loaded record; bytes are copied. An array when it is multi-valued, or holds several all the same. */
export function cellOf(record: RecordReader, column: ColumnDef): CellValue {
  if (!record.selectColumn(column, 1)) return undefined;
  const first = valueOf(record, column);
  const declared = (column.flags & ColumnFlag.Multivalued) !== 0;
  if (column.place !== 'tagged' || (!declared && !record.selectColumn(column, 2))) return first;
  const values = first === undefined ? [] : [first];
  for (let itag = 2; record.selectColumn(column, itag); itag++) {
    const value = valueOf(record, column);
    if (value !== undefined) values.push(value);
  }
  return values.length === 0 ? undefined : values.length > 1 || declared ? values : values[0];
}

function valueOf(record: RecordReader, column: ColumnDef): ColumnValue | undefined {
  const value = decodeValue(column, record.bytes, record.start, record.end);
  return value instanceof Uint8Array ? value.slice() : value;
}
