// The report of `eseutil /ml` on all logs of a base name: each is verified and must follow the one before it; what is
// missing is named (logdump.cxx, ErrDUMPLog).
import { JetError } from '../errors/jet-error.ts';
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';
import type { Lgpos } from '../ese/header/lgpos.ts';
import { formatLogtime } from '../ese/header/logtime.ts';
import { sameSignature } from '../ese/header/signature.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import type { LogFileReader } from '../ese/log/log-file-reader.ts';
import { arrangeLogs, parseLogName, type LogSet } from '../ese/log/log-set.ts';
import { damageText, dumpOpenLog, endError, headerErrorText, openLog } from './dump-log-file.ts';
import { checksumText, versionText } from './dump-log-header.ts';
import { LogPageReferences } from './dump-log-page-references.ts';
import { countRecords } from './dump-log-records.ts';
import { LogStatistics } from './dump-log-statistics.ts';
import { formatSignature } from './header-field-lines.ts';
import { plainText } from './plain-text.ts';

/** A folder with logs. */
export interface LogFolder {
  /** All names in it. */
  readonly names: readonly string[];
  open(name: string): ByteSource;
  /** What a file is called in the report. */
  pathOf(name: string): string;
}

/** How a set of logs is reported on. */
export interface LogSetDumpOptions {
  /** Three letters. */
  readonly base: string;
  /** The base name as it was given, perhaps with a folder. */
  readonly given: string;
  /** As for a single log; `none`: the logs are verified only. */
  readonly records: 'none' | 'structure' | 'data';
  /** Generations to look at, both included; without `last` all from `first` on, the current log too. */
  readonly range?: { readonly first: number; readonly last?: number };
  readonly checkpoint?: Lgpos;
  /** Told before each log how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Highest generation, in the words of the report, when no last one was given. */
const GENERATION_END = 0x7ffffa01;

const VERIFY_INDENT = `\n${' '.repeat(16)}`;
const PRINT_INDENT = ' '.repeat(6);

/** One log of the set; the current one has no generation in its name. */
interface ListedLog {
  readonly name: string;
  readonly generation?: number;
}

/** What the next log must fit to. */
interface Predecessor {
  readonly header: LogFileReader['header'];
  readonly version: string;
  readonly checksum: bigint;
}

/** What came of one log. */
interface LogOutcome {
  readonly error?: JetError;
  /** The log, where it can be compared with its successor. */
  readonly predecessor?: Predecessor;
}

const upperHex = (value: number): string => `0x${(value >>> 0).toString(16).toUpperCase()}`;
const bothNumbers = (value: number): string => `${value >>> 0} (${upperHex(value)})`;

/** Why a log is not the successor of `previous`: the error and the words, in the order in which they are looked for. */
function successorFault(log: LogFileReader, previous: Predecessor): readonly [JetErrorSymbol, string] | undefined {
  const { header } = log;
  const due = previous.header.lGeneration + 1;
  if (header.lGeneration !== due) {
    const found = `Log file is generation ${bothNumbers(header.lGeneration)}`;
    const expected = `but expected generation is ${bothNumbers(due)}`;
    return ['JET_errMissingLogFile', `Missing log file(s). ${found}, ${expected}.`];
  }
  const [made, was] = [formatLogtime(header.tmPrevGen), formatLogtime(previous.header.tmCreate)];
  if (made !== was) {
    const text = `Invalid log sequence. Previous generation time is [${made}], but expected [${was}].`;
    return ['JET_errInvalidLogSequence', text];
  }
  const says = header.checksumPrevLogAllSegments;
  if (says !== 0n && says !== previous.checksum) {
    const text = `Previous generation accumulated segment checksum is ${checksumText(says)}`;
    const expected = `but expected ${checksumText(previous.checksum)}`;
    return ['JET_errLogSequenceChecksumMismatch', `Invalid log sequence. ${text}, ${expected}.`];
  }
  if (!sameSignature(header.signLog, previous.header.signLog)) {
    const text = `Invalid log signature: ${formatSignature(header.signLog)}`;
    return [
      'JET_errBadLogSignature',
      `${text}\n${' '.repeat(16)}Expected signature: ${formatSignature(previous.header.signLog)}`,
    ];
  }
  return undefined;
}

/** True when the format of a log is older than that of the log before it. */
function walkedBackwards(log: LogFileReader, { header: before }: Predecessor): boolean {
  const { header } = log;
  const fields = ['ulMajor', 'ulMinor', 'ulUpdateMajor'] as const;
  const first = fields.find((field) => header[field] !== before[field]);
  return (first !== undefined && header[first] < before[first]) || header.ulUpdateMinor < before.ulUpdateMinor;
}

/** Reports on the logs of one base name, one after the other. */
class LogSetDump {
  readonly #folder: LogFolder;
  readonly #options: LogSetDumpOptions;
  readonly #prints: boolean;
  /** The first error: that of the whole report. */
  error: JetError | undefined;
  #previous: Predecessor | undefined;
  #buffer: Uint8Array | undefined;

  constructor(folder: LogFolder, options: LogSetDumpOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#prints = options.records !== 'none';
  }

  fail(error: JetError | undefined): void {
    this.error ??= error;
  }

  /** Says which generations are missing before a log. */
  *gap(set: LogSet, last: number, next: ListedLog): Generator<string> {
    if (next.generation === undefined || next.generation === last + 1) return;
    this.#previous = undefined;
    const digits = parseLogName(next.name, set.base)?.digits ?? 5;
    const number = (generation: number): string => generation.toString(16).toUpperCase().padStart(digits, '0');
    const [first, end] = [number(last + 1), number(next.generation - 1)];
    const which = first === end ? `file: ${this.#given}${first}` : `files: ${this.#given}{${first} - ${end}}`;
    const text = `Missing log ${which}.${set.extension}`;
    yield `${this.#prints ? '\n\n' : ''}${PRINT_INDENT}${text}\n`;
    this.fail(new JetError('JET_errMissingLogFile', text));
  }

  get #given(): string {
    return plainText(this.#options.given);
  }

  /** One log, its name first. */
  *log(listed: ListedLog): Generator<string> {
    const path = this.#folder.pathOf(listed.name);
    yield `${this.#prints ? '\n' : ''}${PRINT_INDENT}Log file: ${plainText(path)}${this.#prints ? '\n' : ''}`;
    const source = this.#folder.open(listed.name);
    try {
      const outcome = yield* this.#examine(source, path, listed);
      this.fail(outcome.error);
      this.#previous = outcome.predecessor;
    } finally {
      source.close();
    }
    if (this.#prints) yield '\n';
  }

  *#examine(source: ByteSource, path: string, listed: ListedLog): Generator<string, LogOutcome> {
    const log = openLog(source, path, this.#buffer);
    if (log instanceof JetError) {
      yield `${this.#prints ? '' : '\n'}${headerErrorText(log)}\n`;
      return { error: log };
    }
    const previous = this.#previous;
    const fault = previous === undefined ? undefined : successorFault(log, previous);
    if (fault !== undefined) {
      const [symbol, text] = fault;
      yield `${this.#prints ? PRINT_INDENT : VERIFY_INDENT}ERROR: ${text}\n`;
      return { error: new JetError(symbol, `${path}: ${text}`, { file: path }) };
    }
    if (previous !== undefined && walkedBackwards(log, previous)) {
      const versions = `Last LGVersion: ${versionText(log)}. Prev LGVersion: ${previous.version}.`;
      yield `${this.#prints ? PRINT_INDENT : VERIFY_INDENT}WARNING: Log version walked backwards. ${versions}\n`;
    }
    const error = this.#prints ? yield* this.#print(log, path) : yield* this.#verify(log, path);
    this.#buffer = log.buffer;
    const predecessor = { header: log.header, version: versionText(log), checksum: log.accumulatedChecksum };
    if (error !== undefined) return { error, predecessor };
    return yield* this.#named(log, path, listed, predecessor);
  }

  *#print(log: LogFileReader, path: string): Generator<string, JetError | undefined> {
    const { records, checkpoint } = this.#options;
    const options = { name: path, records, summary: false, ...(checkpoint === undefined ? {} : { checkpoint }) };
    return yield* dumpOpenLog(log, options);
  }

  *#verify(log: LogFileReader, path: string): Generator<string, JetError | undefined> {
    const verdict = log.verify();
    const error = endError(verdict, path);
    if (error !== undefined) {
      yield `${VERIFY_INDENT}${damageText(verdict, error)}\n`;
      return error;
    }
    countRecords(log, { statistics: new LogStatistics(), references: new LogPageReferences(false) });
    const found = endError(log.end, path);
    if (found !== undefined) yield `${VERIFY_INDENT}${damageText(log.end!, found)}\n`;
    return found;
  }

  /** A sound log: is it what its name says? */
  *#named(
    log: LogFileReader,
    path: string,
    listed: ListedLog,
    predecessor: Predecessor,
  ): Generator<string, LogOutcome> {
    const { lGeneration } = log.header;
    const { generation } = listed;
    if (generation === undefined || generation === lGeneration) {
      if (!this.#prints) yield ' - OK\n';
      return { predecessor };
    }
    const found = `Mismatched log generation ${bothNumbers(lGeneration)} with log file name`;
    const text = `${found}. Expected generation ${bothNumbers(generation)}.`;
    yield `${this.#prints ? `\n${PRINT_INDENT}` : VERIFY_INDENT}ERROR: ${text}\n`;
    return { error: new JetError('JET_errLogGenerationMismatch', `${path}: ${text}`, { file: path }) };
  }
}

function listLogs(set: LogSet, range: LogSetDumpOptions['range']): ListedLog[] {
  const { first, last } = { first: 1, last: undefined, ...range };
  const archived = set.archived.filter(
    ({ generation }) => generation >= first && generation <= (last ?? GENERATION_END),
  );
  return last === undefined && set.current !== undefined ? [...archived, { name: set.current }] : archived;
}

/** The whole report, in pieces. Returns the first error. */
export function* dumpLogSet(folder: LogFolder, options: LogSetDumpOptions): Generator<string, JetError | undefined> {
  const { base, range, records } = options;
  const indent = records === 'none' ? ' '.repeat(5) : PRINT_INDENT;
  yield `Verifying log files...\n${indent}Base name: ${plainText(base)}\n`;
  if (range !== undefined) {
    yield `${indent}Log generation range: ${upperHex(range.first)}-${upperHex(range.last ?? GENERATION_END)}\n`;
  }
  const set = arrangeLogs(folder.names, base);
  const logs = listLogs(set, range);
  if (logs.length === 0) {
    return new JetError('JET_errFileNotFound', `there are no logs named ${plainText(options.given)}`);
  }
  const dump = new LogSetDump(folder, options);
  if (records === 'none') yield '\n';
  let last: number | undefined;
  for (const [i, listed] of logs.entries()) {
    options.onProgress?.(i, logs.length);
    if (last !== undefined) yield* dump.gap(set, last, listed);
    yield* dump.log(listed);
    last = listed.generation;
  }
  yield dump.error === undefined ? '\nNo damaged log files were found.\n' : '\n';
  return dump.error;
}
