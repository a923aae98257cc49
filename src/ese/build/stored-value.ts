// Column values in the form a record holds them: what is written back as it was read (format 6.1-6.3).
import type { ColumnDef } from '../catalog/column-def.ts';
import type { RecordView } from '../record/record-view.ts';
import type { TaggedScan } from '../record/tagged-scan.ts';

/** One value as a record stores it. Only long columns can have the marks; without any, `bytes` is the value itself. */
export interface StoredValue {
  readonly bytes: Uint8Array;
  /** `bytes` is the id of a long value: 4 or 8 bytes, little-endian. */
  readonly separated?: boolean;
  /** `bytes` is compressed. Of several values only the first can be. */
  readonly compressed?: boolean;
  /** `bytes` is encrypted. */
  readonly encrypted?: boolean;
}

/** What a record says of a column: its values, an explicit NULL, or nothing (the default applies). */
export type StoredValues = readonly StoredValue[] | null | undefined;

function plainValue(record: RecordView, presence: 'value' | 'null' | 'absent'): StoredValues {
  if (presence === 'value') return [{ bytes: record.bytes.subarray(record.start, record.end) }];
  return presence === 'null' ? null : undefined;
}

function taggedValue(record: RecordView, tagged: TaggedScan): StoredValue {
  return {
    bytes: record.bytes.subarray(tagged.start, tagged.end),
    ...(tagged.separated ? { separated: true } : {}),
    ...(tagged.compressed ? { compressed: true } : {}),
    ...(tagged.encrypted ? { encrypted: true } : {}),
  };
}

/**
 * Everything a record stores of one column, as views of the record's bytes: nothing is fetched, unpacked or defaulted.
 * `tagged` must be loaded with the record. Where the record contradicts itself, `record.damaged` or `tagged.broken`
 * says so and values may be missing.
 */
export function storedValues(record: RecordView, tagged: TaggedScan, column: ColumnDef): StoredValues {
  if (column.place === 'fixed')
    return plainValue(record, record.findFixed(column.fid, column.recordOffset, column.cbMaxLen));
  if (column.place === 'variable') return plainValue(record, record.findVariable(column.fid));
  if (!tagged.find(column.fid, column.derived)) return undefined;
  if (tagged.isNull) return null;
  const values = [taggedValue(record, tagged)];
  while (tagged.hasMore && tagged.next()) values.push(taggedValue(record, tagged));
  return values;
}
