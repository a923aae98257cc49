// One log record in words, as `eseutil /ml /v` prints it (logapi.cxx, LrToSz).
import { LOG_RECORDS } from '../ese/log/record-table.ts';
import { DATABASE_RECORDS } from './describe-log-record-databases.ts';
import { NODE_RECORDS } from './describe-log-record-nodes.ts';
import { SESSION_RECORDS } from './describe-log-record-sessions.ts';
import { STREAM_RECORDS } from './describe-log-record-stream.ts';
import { TREE_RECORDS } from './describe-log-record-trees.ts';
import type { DescribeContext, LogRecordDescriber } from './describe-log-record-values.ts';
import { logRecordLabel } from './describe-log-record-labels.ts';

/** Records without details, and types that are not known. */
const nothing: LogRecordDescriber = () => '';

const DESCRIBERS: readonly LogRecordDescriber[] = ((): LogRecordDescriber[] => {
  const byName: Readonly<Record<string, LogRecordDescriber | undefined>> = {
    ...NODE_RECORDS,
    ...TREE_RECORDS,
    ...SESSION_RECORDS,
    ...DATABASE_RECORDS,
    ...STREAM_RECORDS,
  };
  return Array.from({ length: 256 }, (_, lrtyp) => byName[LOG_RECORDS[lrtyp]?.name ?? ''] ?? nothing);
})();

/**
 * Label and details of the record that is `bytes[start .. start + length)`, `length` as `recordSize` gave it. Some
 * records take several lines.
 */
export function describeLogRecord(bytes: Uint8Array, start: number, length: number, context: DescribeContext): string {
  const lrtyp = bytes[start]!;
  return logRecordLabel(lrtyp) + DESCRIBERS[lrtyp]!(bytes, start, start + length, context);
}
