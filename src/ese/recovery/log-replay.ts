// The redo phase: one log after the other, each judged as a whole before any of its records is replayed (format 9.8;
// ErrLGRIRedoOperations, ErrLGRedoFill).
import { u64 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { formatGeneration, compareLgpos, formatLgpos, type Lgpos } from '../header/lgpos.ts';
import type { LogFileReader } from '../log/log-file-reader.ts';
import { sameLogtime } from '../header/logtime.ts';
import { LogRecordView } from '../log/log-record-view.ts';
import type { LogSequence } from '../log/log-sequence.ts';
import type { LogSet } from '../log/log-set.ts';
import type { TailStart } from './log-tail.ts';
import type { RedoEngine } from './redo-engine.ts';

/** How the logs are replayed. */
export interface ReplayOptions {
  readonly logs: LogSet;
  /** Logs that were committed but are not required may be lost (`/a`). */
  readonly ignoreLostLogs?: boolean;
  /** Do not go beyond this position. */
  readonly stopAt?: Lgpos;
  /** Keep what is needed to go on with the last log. */
  readonly makeTail?: boolean;
  /** Generations done, of how many. */
  readonly onGeneration?: (generation: number, first: number, last: number) => void;
}

function fail(jet: JetErrorSymbol, message: string, file?: string): never {
  throw new JetError(jet, message, file === undefined ? {} : { file });
}

/** The last log of the stream, as `LogTail` takes it. */
export type LastLog = Omit<TailStart, 'lgposCheckpoint' | 'now' | 'attachInfos'>;

/** The redo phase: one log after the other. */
export class LogReplay {
  last: number;
  end: Lgpos;
  stopped = false;
  /** Logs that are there were left out, because one before them is lost: the stream cannot go on after them. */
  cutShort = false;
  /** The last log, when it is needed. */
  lastLog: LastLog | undefined;
  readonly recovered: Set<string> = new Set();
  readonly #engine: RedoEngine;
  readonly #sequence: LogSequence;
  readonly #begin: Lgpos;
  readonly #options: ReplayOptions;
  readonly #notes: string[];

  constructor(engine: RedoEngine, sequence: LogSequence, begin: Lgpos, options: ReplayOptions, notes: string[]) {
    this.#engine = engine;
    this.#sequence = sequence;
    this.#begin = begin;
    this.#options = options;
    this.#notes = notes;
    this.last = begin.lGeneration - 1;
    this.end = begin;
  }

  run(): void {
    const { logs, onGeneration } = this.#options;
    const first = this.#begin.lGeneration;
    const last = Math.max(first, (logs.archived.at(-1)?.generation ?? first) + (logs.current === undefined ? 0 : 1));
    for (let log = this.#nextLog(); log !== undefined; log = this.#nextLog()) {
      const { lGeneration } = log.header;
      this.#checkTimes(log);
      this.#engine.enterGeneration(lGeneration);
      if (lGeneration === first) log.seek(this.#begin);
      this.#applyAll(log);
      this.last = lGeneration;
      onGeneration?.(lGeneration, first, last);
      if (this.stopped) return;
    }
    const { stopAt } = this.#options;
    if (stopAt !== undefined && stopAt.lGeneration === this.last && !this.#sequence.isCurrent) this.stopped = true;
  }

  /** The next log, judged as a whole before any of its records is replayed. */
  #nextLog(): LogFileReader | undefined {
    const log = this.#sequence.nextLog();
    const { fault } = this.#sequence;
    if (fault !== undefined) {
      this.#bad(fault.jet, fault.message, fault.name);
      return undefined;
    }
    const verdict = log?.verify();
    if (verdict?.jet === undefined) return log;
    this.#bad(verdict.jet, `${this.#sequence.name!}: ${verdict.message}`, this.#sequence.name);
    return undefined;
  }

  /**
   * A log cannot be used. Where no database needs it, only lost work is at stake: an error that says so, or with
   * `ignoreLostLogs` the end of the replay.
   */
  #bad(jet: JetErrorSymbol, message: string, name?: string): void {
    const { attachments } = this.#engine;
    const missing = attachments.missingAfter(this.last);
    const onlyCommitted = missing?.jet === 'JET_errCommittedLogFilesMissing' || missing === undefined;
    const { ignoreLostLogs } = this.#options;
    if (onlyCommitted && ignoreLostLogs === true && attachments.databases().length > 0) {
      const { archived, current } = this.#options.logs;
      this.cutShort = current !== undefined || (archived.at(-1)?.generation ?? 0) > this.last;
      this.#notes.push(`${message} The logs from generation ${formatGeneration(this.last + 1)} on were left out.`);
      return;
    }
    if (missing?.jet === 'JET_errCommittedLogFilesMissing' && jet !== 'JET_errMissingLogFile') {
      const corrupt = jet === 'JET_errLogFileCorrupt' || jet === 'JET_errLogReadVerifyFailure';
      fail(corrupt ? 'JET_errCommittedLogFileCorrupt' : 'JET_errCommittedLogFilesMissing', message, name);
    }
    fail(jet, message, name);
  }

  /** The last required log must be the very one the database was written with. */
  #checkTimes(log: LogFileReader): void {
    if (this.#options.ignoreLostLogs === true) return;
    for (const { header, name } of this.#engine.attachments.databases()) {
      if (header.lGenMaxRequired !== log.header.lGeneration) continue;
      const { logtimeGenMaxRequired, logtimeGenMaxCreate, lGenMaxCommitted } = header;
      const isLast = header.lGenMaxRequired === lGenMaxCommitted;
      const time = logtimeGenMaxRequired.isZero && isLast ? logtimeGenMaxCreate : logtimeGenMaxRequired;
      if (time.isZero || sameLogtime(time, log.header.tmCreate)) continue;
      const text = `${this.#sequence.name!} is not the log of generation ${formatGeneration(log.header.lGeneration)} that ${name} needs: it was made at another time`;
      fail('JET_errRequiredLogFilesMissing', text, name);
    }
  }

  #isLastLog(log: LogFileReader): boolean {
    const { logs } = this.#options;
    if (log.format !== 'segments') return false;
    return (
      this.#sequence.isCurrent ||
      (logs.current === undefined && logs.archived.at(-1)?.generation === log.header.lGeneration)
    );
  }

  #applyAll(log: LogFileReader): void {
    const record = new LogRecordView();
    const { stopAt } = this.#options;
    const stopsHere = stopAt?.lGeneration === log.header.lGeneration;
    const engine = this.#engine;
    while (log.next(record)) {
      if (stopsHere && compareLgpos(record.lgpos, stopAt) > 0) {
        this.stopped = true;
        this.end = record.lgpos;
        return;
      }
      engine.apply(record);
    }
    const { end } = log;
    if (end === undefined) return;
    this.end = end.lgpos;
    this.lastLog = undefined;
    if (this.#options.makeTail === true && end.jet === undefined && this.#isLastLog(log))
      this.lastLog = keepLog(log, !this.#sequence.isCurrent);
    if (end.jet !== undefined || end.kind === 'unknown-record') {
      const text = `${this.#sequence.name!}: at ${formatLgpos(end.lgpos)}: ${end.message}`;
      fail(end.jet ?? 'JET_errLogCorrupted', text, this.#sequence.name);
    }
    if (end.kind === 'torn')
      this.#notes.push(`${this.#sequence.name!}: the last write was not finished. ${end.message}`);
  }
}

/** Keeps of the last log what is needed to go on with it. */
function keepLog(log: LogFileReader, isArchived: boolean): LastLog {
  const { header, headerBytes, position, isecLast, end } = log;
  const bytes = log.buffer.slice(0, header.csecLGFile * header.cbSec);
  // A segment that holds anything is left alone, and so is what a torn record has of others.
  const read = position.ib === 0 && position.isec === isecLast ? isecLast : isecLast + 1;
  const isec = Math.max(read, end!.lgpos.isec + (end!.lgpos.ib === 0 ? 0 : 1));
  let accumulatedChecksum = 0n;
  for (let each = log.csecHeader; each < isec; each++) accumulatedChecksum ^= u64(bytes, each * header.cbSec);
  return { header, headerBytes: headerBytes.slice(), bytes, isec, accumulatedChecksum, isArchived };
}
