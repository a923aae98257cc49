// The report of `eseutil /ml` on one log: header, integrity, records, tables (logdump.cxx, ErrLGDumpLog).
import { isJetError, JetError } from '../errors/jet-error.ts';
import type { Lgpos } from '../ese/header/lgpos.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import type { LogEnd } from '../ese/log/log-end.ts';
import { LogFileReader } from '../ese/log/log-file-reader.ts';
import { checksumText, logHeaderLines } from './dump-log-header.ts';
import { LogPageReferences } from './dump-log-page-references.ts';
import { countRecords, recordText, type LogCounts } from './dump-log-records.ts';
import { LogStatistics } from './dump-log-statistics.ts';
import { plainText } from './plain-text.ts';

/** How much of a log is shown. */
export interface LogDumpOptions {
  /** Name of the log in the report. */
  readonly name: string;
  /** Records one by one: none, without the bytes of keys and values, or with the first of them. */
  readonly records: 'none' | 'structure' | 'data';
  /** The table of page references, which a dump of records always has. */
  readonly summary: boolean;
  /** Where the stream's checkpoint stands, when that is known. */
  readonly checkpoint?: Lgpos;
}

/** Pages are of this size in logs that do not say. */
const DEFAULT_PAGE_SIZE = 4096;

const INDENT = ' '.repeat(6);

/** `(0x19,3,0)`: where a log ends; unlike elsewhere the generation is in small letters. */
export function endText({ lGeneration, isec, ib }: Lgpos): string {
  const upper = (value: number): string => value.toString(16).toUpperCase();
  return `(0x${(lGeneration >>> 0).toString(16)},${upper(isec)},${upper(ib)})`;
}

/** What is wrong with a log that could be opened, in one sentence. */
export function damageText(end: LogEnd, error: JetError): string {
  return `ERROR: Log damaged (unusable). Last Lgpos: ${endText(end.lgpos)}. Error ${error.code}.`;
}

/** The error that a log ends in, if it does. */
export function endError(end: LogEnd | undefined, name: string): JetError | undefined {
  if (end?.jet === undefined) return undefined;
  return new JetError(end.jet, `${name}: ${end.message}`, { file: name, lgpos: endText(end.lgpos) });
}

/** True when not even the header can be used: every other end comes after the first segment's place is known. */
export function headerError(log: LogFileReader, name: string): JetError | undefined {
  if (log.headerFault !== undefined)
    return new JetError(log.headerFault.jet, `${name}: ${log.headerFault.message}`, { file: name });
  if (log.sizeMatches) return undefined;
  const should = log.header.csecLGFile * log.header.cbSec;
  const message = `${name}: the file has ${log.source.size} bytes; its header says ${should}`;
  return new JetError('JET_errLogFileSizeMismatch', message, { file: name });
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

function* tables(log: LogFileReader, counts: LogCounts, options: LogDumpOptions, sound: boolean): Generator<string> {
  const shown = options.records !== 'none';
  if (shown) yield lines(['', ...counts.statistics.lines()]);
  if (!sound) return;
  yield lines(['', `Number of database page references:  ${counts.references.count}`]);
  if (!shown && !options.summary) return;
  const pageSize = log.header.cbPageSize === 0 ? DEFAULT_PAGE_SIZE : log.header.cbPageSize;
  yield lines(['', ...counts.references.tableLines(pageSize)]);
}

function* records(
  log: LogFileReader,
  options: LogDumpOptions,
  verdict: LogEnd,
): Generator<string, JetError | undefined> {
  const shown = options.records !== 'none';
  const counts = { statistics: new LogStatistics(), references: new LogPageReferences(shown || options.summary) };
  if (shown) yield* recordText(log, counts, options.records === 'data');
  else countRecords(log, counts);
  const { name } = options;
  const error = endError(verdict, name);
  const found = endError(log.end, name);
  if (found !== undefined && (error === undefined || log.end !== verdict)) {
    yield lines(['', `${INDENT}ERROR: ${plainText(log.end!.message)} Error ${found.code}.`]);
    return error ?? found;
  }
  if (error !== undefined && shown) {
    yield lines([
      `${INDENT}Last Lgpos: ${endText(verdict.lgpos)}`,
      '',
      `Log Damaged (unusable): ${plainText(name)}`,
      '',
    ]);
  }
  yield* tables(log, counts, options, error === undefined);
  return error;
}

/**
 * The text of the report from the line after the name of the log on, in pieces. Returns the error it ends in.
 * @throws JetError JET_errDiskIO when the source cannot be read.
 */
export function* dumpOpenLog(log: LogFileReader, options: LogDumpOptions): Generator<string, JetError | undefined> {
  const { name } = options;
  yield lines([...logHeaderLines(log, options.checkpoint), '']);
  const verdict = log.verify();
  const error = endError(verdict, name);
  if (error !== undefined) {
    yield lines([`${INDENT}${damageText(verdict, error)}`]);
  } else {
    const sum = `${INDENT}Accumulated segment checksum: ${checksumText(log.accumulatedChecksum)}`;
    yield lines([`${INDENT}Last Lgpos: ${endText(verdict.lgpos)}`, sum]);
  }
  const end = yield* records(log, options, verdict);
  if (end === undefined) yield lines(['', `Integrity check passed for log file: ${plainText(name)}`]);
  return end;
}

/** Opens a log; the error when there is nothing in it that could be reported on. */
export function openLog(source: ByteSource, name: string, buffer?: Uint8Array): LogFileReader | JetError {
  try {
    const log = new LogFileReader(source, buffer === undefined ? {} : { buffer });
    return headerError(log, name) ?? log;
  } catch (error) {
    if (isJetError(error)) return error;
    throw error;
  }
}

/** What is said when a log cannot be opened. */
export function headerErrorText(error: JetError): string {
  return `${' '.repeat(16)}ERROR: Cannot read log file header. Error ${error.code}.`;
}

/** The whole report on one log, in pieces. Returns the error it ends in. */
export function* dumpLogFile(source: ByteSource, options: LogDumpOptions): Generator<string, JetError | undefined> {
  const name = plainText(options.name);
  const fileName = name.split(/[\\/]/).at(-1)!;
  yield lines([`${INDENT}Base name: ${fileName.slice(0, 3)}`, `${INDENT}Log file: ${name}`]);
  const log = openLog(source, options.name);
  if (log instanceof JetError) {
    yield lines([headerErrorText(log), '']);
    return log;
  }
  const error = yield* dumpOpenLog(log, options);
  yield '\n';
  return error;
}
