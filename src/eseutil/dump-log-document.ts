// A log and its records as JSON: for programs, where `eseutil /ml` is for people.
import { u32 } from '../binary/little-endian.ts';
import { toHex } from '../binary/hex.ts';
import { formatLgpos } from '../ese/header/lgpos.ts';
import { logtimeToIso } from '../ese/header/logtime.ts';
import type { Signature } from '../ese/header/signature.ts';
import type { CheckpointFile } from '../ese/log/checkpoint-file.ts';
import { parseDbmsParam } from '../ese/log/dbms-param.ts';
import type { LogEnd } from '../ese/log/log-end.ts';
import type { LogFileReader } from '../ese/log/log-file-reader.ts';
import type { AttachInfo } from '../ese/log/log-header.ts';
import { LogRecordView } from '../ese/log/log-record-view.ts';
import { LOG_RECORDS, type DecodedRecord, type FieldValue } from '../ese/log/record-table.ts';
import { ansiText, wideText } from './describe-log-record-values.ts';
import { checksumText } from './dump-log-header.ts';
import { LogPageReferences } from './dump-log-page-references.ts';
import { countRecords } from './dump-log-records.ts';
import { LogStatistics } from './dump-log-statistics.ts';
import { plainInteger } from './record-columns.ts';

const UNICODE_PATH: Readonly<Record<string, readonly [field: string, bit: number]>> = {
  CreateDB: ['fLRCreateDbFlags', 0x08],
  AttachDB: ['fLRAttachDbFlags', 0x08],
  DetachDB: ['fLRDetachDbFlags', 0x10],
};
const PAGE_LISTS: ReadonlySet<string> = new Set(['MacroInfo', 'MacroInfo2']);
const CHECKSUM_DIGITS = 8;

const signatureDocument = (signature: Signature): unknown => ({
  ...signature,
  create: logtimeToIso(signature.create) ?? null,
});

/** A field: times as ISO 8601 (null when never set), bytes in hexadecimal. */
function fieldDocument(name: string, value: FieldValue): unknown {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return plainInteger(value);
  if (value instanceof Uint8Array) return name === 'dbms_param' ? parseDbmsParam(value, 0) : toHex(value);
  if ('isZero' in value) return logtimeToIso(value) ?? null;
  if ('random' in value) return signatureDocument(value);
  return 'lgposMark' in value ? { ...value, logtimeMark: logtimeToIso(value.logtimeMark) ?? null } : value;
}

/** Bytes after the fixed part: text and page numbers as such, others in hexadecimal. */
function tailDocument(record: DecodedRecord, name: string, bytes: Uint8Array): unknown {
  if (name === 'text') return ansiText(bytes, 0, bytes.length);
  if (name === 'path') {
    const [field, bit] = UNICODE_PATH[record.name] ?? ['', 0];
    const wide = ((record.fields[field] as number | undefined) ?? 0) & bit;
    return wide === 0 ? ansiText(bytes, 0, bytes.length) : wideText(bytes, 0, bytes.length);
  }
  if (!PAGE_LISTS.has(record.name)) return toHex(bytes);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => u32(bytes, 4 * i));
}

/** One record: position, type, fields by their names on disk, then what follows them. */
export function logRecordDocument(record: LogRecordView): unknown {
  const decoded = record.decode();
  const { name, type } = decoded;
  const fields = Object.entries(decoded.fields).map(([key, value]) => [key, fieldDocument(key, value)] as const);
  const tails = Object.entries(decoded.tails).map(([key, bytes]) => [key, tailDocument(decoded, key, bytes)] as const);
  // Some records have a field of the name of a tail; the bytes are what it counts.
  const all = { ...Object.fromEntries(fields), ...Object.fromEntries(tails) };
  return { record: name, lgpos: record.lgpos, type, length: record.length, fields: all };
}

function attachmentDocument(info: AttachInfo): unknown {
  const { signDb, ...others } = info;
  const plain = Object.entries(others).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? plainInteger(value) : value,
  ]);
  return { ...Object.fromEntries(plain), signDb: signatureDocument(signDb) };
}

function endDocument(end: LogEnd): unknown {
  const { kind, lgpos, closedNormally, jet, message } = end;
  return { kind, lgpos, closedNormally, ...(jet === undefined ? {} : { jet }), message };
}

/** What the header of a log says. */
export function logHeaderDocument(log: LogFileReader, path: string): Record<string, unknown> {
  const { header } = log;
  return {
    kind: 'log',
    path,
    size: log.source.size,
    generation: header.lGeneration,
    version: `${header.ulMajor}.${header.ulMinor}.${header.ulUpdateMajor}.${header.ulUpdateMinor}`,
    created: logtimeToIso(header.tmCreate) ?? null,
    previousCreated: logtimeToIso(header.tmPrevGen) ?? null,
    signature: signatureDocument(header.signLog),
    segmentSize: header.cbSec,
    segments: header.csecLGFile,
    pageSize: header.cbPageSize === 0 ? 4096 : header.cbPageSize,
    circularLogging: (header.fLGFlags & 2) !== 0,
    checkpoint: header.lgposCheckpoint,
    previousChecksum: checksumText(header.checksumPrevLogAllSegments),
    environment: log.dbmsParam,
    attached: log.attachInfos.map(attachmentDocument),
  };
}

/** What is known of a log after all of it was read. */
export function logDocument(log: LogFileReader, path: string): Record<string, unknown> {
  const verdict = log.verify();
  const counts = { statistics: new LogStatistics(), references: new LogPageReferences(false) };
  countRecords(log, counts);
  const end = verdict.jet === undefined ? (log.end ?? verdict) : verdict;
  const types = [...counts.statistics.rows()].map(({ lrtyp, records, bytes }) => ({
    record: LOG_RECORDS[lrtyp]?.name ?? String(lrtyp),
    records,
    bytes,
  }));
  return {
    ...logHeaderDocument(log, path),
    checksum: checksumText(log.accumulatedChecksum),
    end: endDocument(end),
    records: types.reduce((sum, { records }) => sum + records, 0),
    pageReferences: counts.references.count,
    types,
  };
}

/** The records of a log, one a line; the last line tells how the log ends. */
export function* logRecordLines(log: LogFileReader): Generator<string> {
  const record = new LogRecordView();
  while (log.next(record)) yield JSON.stringify(logRecordDocument(record));
  const verdict = log.verify();
  const end = verdict.jet === undefined ? (log.end ?? verdict) : verdict;
  yield JSON.stringify({ end: endDocument(end), checksum: checksumText(log.accumulatedChecksum) });
}

/** A checkpoint. */
export function checkpointDocument(file: CheckpointFile, path: string): unknown {
  const { checkpoint, attachInfos, dbmsParam, primary, shadow } = file;
  const sum = (value: number): string => `0x${value.toString(16).padStart(CHECKSUM_DIGITS, '0')}`;
  const copy = ({ state, expectedChecksum, actualChecksum }: CheckpointFile['primary']): unknown => ({
    state,
    expectedChecksum: sum(expectedChecksum),
    actualChecksum: sum(actualChecksum),
  });
  const fields = Object.entries(checkpoint).map(([name, value]) => [name, fieldDocument(name, value)] as const);
  return {
    kind: 'checkpoint',
    path,
    checkpoint: formatLgpos(checkpoint.lgposCheckpoint),
    used: file.used,
    primary: copy(primary),
    shadow: copy(shadow),
    fields: Object.fromEntries(fields),
    environment: dbmsParam,
    attached: attachInfos?.map(attachmentDocument) ?? null,
    ...(file.jet === undefined ? {} : { jet: file.jet }),
  };
}
