// Where a record keeps a value of a long column: within itself, or in the tree of long values (format 6.3, 6.5).
import type { ColumnDef } from '../catalog/column-def.ts';
import type { RecordReader } from '../record/record-reader.ts';
import type { LongValueSession } from './long-value-session.ts';

/** A value that can be read in part. */
export interface StoredLongValue {
  readonly size: number;
  /** Fills `into` from `offset` on; the number of bytes there were. */
  read(offset: number, into: Uint8Array): number;
}

/**
 * Value `itag` of a column of the loaded record; undefined: there is none.
 * @throws JetError JET_errLVCorrupted when its long value is not there.
 */
export function storedLongValue(
  record: RecordReader,
  column: ColumnDef,
  itag: number,
  longValues: LongValueSession | undefined,
): StoredLongValue | undefined {
  const { tagged } = record;
  const isThere = column.place === 'tagged' && tagged.find(column.fid, column.derived);
  if (isThere && longValues !== undefined && !tagged.isNull && tagged.toInstance(itag) && tagged.separated) {
    const lid = record.record.bytes.slice(tagged.start, tagged.end);
    return { size: longValues.size(lid), read: (offset, into) => longValues.readRange(lid, offset, into) };
  }
  if (!record.selectColumn(column, itag)) return undefined;
  const bytes = record.bytes.subarray(record.start, record.end);
  return {
    size: bytes.length,
    read: (offset, into) => {
      const part = bytes.subarray(Math.min(offset, bytes.length), offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}
