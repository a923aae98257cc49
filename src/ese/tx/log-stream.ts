// The logs of an instance: records go to the current one; when it is full it is archived and the next begins (format 9.1,
// 9.2; logstream.cxx, logwrite.cxx).
//
// Every flush pads its last segment, as the engine does for records that must not wait: no segment is written twice, so
// that one write and one sync make a group of commits lasting, where a segment and its shadow would take two of each.
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import { LOG_DBMS_PARAM_OFFSET } from '../log/dbms-param.ts';
import { buildLogHeader } from '../log/log-header-builder.ts';
import { LOG_HEADER_SIZE } from '../log/log-header.ts';
import { archivedLogName } from '../log/log-set.ts';
import { LogWriter } from '../log/log-writer.ts';
import { Lr } from '../log/record-table.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import type { LogFile } from './log-directory.ts';
import type { LogSink } from './log-sink.ts';
import type { LogStart, LogStreamOptions } from './log-stream-options.ts';
import { ReserveLogs } from './reserve-logs.ts';

/** Version of new logs: 8.4000.5.16. */
const UPDATE_MAJOR = 5;
const UPDATE_MINOR = 16;
const FIRST: Lgpos = { lGeneration: 1, isec: 1, ib: 0 };
/** A commit waits until so many turns in a row brought no other. */
const CALM_TURNS = 3;

/** A log stream. */
export class LogStream implements LogSink {
  /** Told when a generation has begun, before any record of it can be lasting. */
  onGeneration: ((lGeneration: number, tmCreate: Logtime) => void) | undefined;
  /** Called when the disk is about to make commits lasting: there is time for other work. It must not throw. */
  whileSyncing: (() => void) | undefined;
  lGeneration = 1;
  tmCreate: Logtime;
  /** Calls of sync so far. */
  syncs = 0;
  /** The disk is full: what goes on comes to its end with the reserve logs, nothing new begins. */
  isLow = false;
  readonly #options: LogStreamOptions;
  readonly #reserves: ReserveLogs;
  /** Header that the next one is made from: settings and flags are kept. */
  #headerBytes: Uint8Array;
  #version: Pick<LogStart, 'ulUpdateMajor' | 'ulUpdateMinor'> = {
    ulUpdateMajor: UPDATE_MAJOR,
    ulUpdateMinor: UPDATE_MINOR,
  };
  #file: LogFile;
  #writer: LogWriter;
  /** All records before this position are lasting. */
  #lasting: Lgpos = FIRST;
  /** Something was written and not synced; nothing is written after it before it is. */
  #unsynced = false;
  /** Why nothing can be written any more, and the error that says so. */
  #failure: { readonly cause: unknown; readonly symbol: JetErrorSymbol; readonly text: string } | undefined;
  /** The flush that commits are waiting for. */
  #group: Promise<void> | undefined;
  #closed = false;
  /** Logs of this and later generations were made here, all of one size. */
  readonly #lGenerationFirst: number;
  /** The file of the next log is there: an old one, that nobody needs any more. */
  #hasSpare = false;

  /** @throws JetError when the files cannot be made. */
  constructor(options: LogStreamOptions) {
    const { directory, base, csecLGFile, dbmsParam, start } = options;
    this.#options = options;
    this.#reserves = new ReserveLogs(directory, base, csecLGFile * SEGMENT_SIZE);
    this.#headerBytes = start?.headerBytes.slice() ?? new Uint8Array(LOG_HEADER_SIZE);
    this.#headerBytes.set(dbmsParam, LOG_DBMS_PARAM_OFFSET);
    if (options.reserves !== false) this.#reserves.replenish();
    if (start === undefined) {
      this.tmCreate = options.now();
      this.#file = this.#createFile({});
      directory.rename(this.#temporary, `${base}.log`);
      this.#writer = this.#open(1, 0n);
    } else {
      const { lGeneration, tmCreate, isec, accumulatedChecksum, isArchived } = start;
      this.lGeneration = lGeneration;
      this.tmCreate = tmCreate;
      this.#version = start;
      if (isArchived) [this.#file, this.#writer] = this.#succeed(accumulatedChecksum, false);
      else {
        this.#file = directory.open(`${base}.log`);
        this.#writer = this.#open(isec, accumulatedChecksum);
      }
      this.#lasting = this.#writer.position;
    }
    this.#lGenerationFirst = this.lGeneration;
  }

  /**
   * Takes an archived log that nobody needs any more for the next generation: its room need not be asked for again, and
   * what it holds is known by its generation to be no part of the new one. False: it was not taken.
   */
  reuse(name: string, lGeneration: number): boolean {
    if (this.#hasSpare || this.isLow || lGeneration < this.#lGenerationFirst) return false;
    this.#options.directory.rename(name, this.#temporary);
    this.#hasSpare = true;
    return true;
  }

  /** Segments of a log. */
  get csecLGFile(): number {
    return this.#options.csecLGFile;
  }

  /** Where the next record goes. */
  get position(): Lgpos {
    return this.#writer.position;
  }

  /** Why the logs are closed to everything; undefined while they are not. */
  get failure(): unknown {
    return this.#failure?.cause;
  }

  /**
   * @throws JetError JET_errLogWriteFail once a write failed, JET_errInstanceUnavailable once a database failed; whatever
   * failed then is the cause. JET_errLogDiskFull when a transaction would begin on a full disk.
   */
  append(record: Uint8Array): Lgpos {
    this.#refuse();
    if (this.isLow && record[0] === Lr.Begin0) {
      throw new JetError('JET_errLogDiskFull', 'there is no room for another log: nothing more can be changed');
    }
    const lgpos = this.#writer.append(record);
    if (lgpos !== undefined) return lgpos;
    this.#guard(() => {
      this.#rollOver();
    });
    return this.#writer.append(record)!;
  }

  appendTogether(records: readonly Uint8Array[]): Lgpos {
    this.#refuse();
    if (!this.#writer.fits(records)) {
      this.#guard(() => {
        this.#rollOver();
      });
    }
    let lgpos = this.position;
    for (const record of records) lgpos = this.append(record);
    return lgpos;
  }

  isLasting(lgpos: Lgpos): boolean {
    return compareLgpos(lgpos, this.#lasting) < 0;
  }

  /** @throws JetError as `append`: nothing is written any more then, neither here nor of pages that wait for this. */
  flushTo(lgpos: Lgpos): void {
    if (compareLgpos(lgpos, this.#lasting) < 0) return;
    this.#refuse();
    this.#guard(() => {
      this.#writeOut();
      this.#sync();
    });
    this.#lasting = this.#writer.position;
  }

  /**
   * Resolves when the record at `lgpos` is lasting. All that wait at the same time share one flush, and sessions go on
   * while the disk works.
   */
  async lasting(lgpos: Lgpos): Promise<void> {
    while (compareLgpos(lgpos, this.#lasting) >= 0) {
      this.#refuse();
      this.#group ??= this.#flushGroup().finally(() => {
        this.#group = undefined;
      });
      await this.#group;
    }
  }

  /** Nothing is written any more: `cause` happened to a database. */
  fail(cause: unknown): void {
    this.#failure ??= { cause, symbol: 'JET_errInstanceUnavailable', text: 'the instance has stopped' };
  }

  /** Flushes, and closes the current log. */
  close(): void {
    this.flushTo(this.position);
    if (this.#hasSpare) this.#options.directory.remove(this.#temporary);
    this.abandon();
  }

  /** Closes the current log as it is. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }

  #refuse(): void {
    if (this.#failure === undefined) return;
    const { symbol, text, cause } = this.#failure;
    throw new JetError(symbol, text, {}, { cause });
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#stop(error);
    }
  }

  /** What is on the disk is not known: going on could make a commit last that was said to have failed. */
  #stop(cause: unknown): void {
    this.#failure ??= { cause, symbol: 'JET_errLogWriteFail', text: 'the logs cannot be written any more' };
    this.#refuse();
  }

  async #flushGroup(): Promise<void> {
    // Others that are at work in this turn of the event loop come along.
    for (let calm = 0, before = this.position; calm < CALM_TURNS; before = this.position) {
      await Promise.resolve();
      calm = compareLgpos(before, this.position) === 0 ? calm + 1 : 0;
    }
    // Somebody who could not wait was faster; the log may even be closed by now.
    if (compareLgpos(this.position, this.#lasting) <= 0) return;
    const file = this.#file;
    if (file.syncLater === undefined) {
      this.flushTo(this.position);
      return;
    }
    this.#refuse();
    this.#guard(() => {
      this.#writeOut();
    });
    const end = this.position;
    try {
      this.syncs++;
      const synced = file.syncLater();
      this.whileSyncing?.();
      await synced;
    } catch (error) {
      this.#stop(error);
    }
    // Whoever could not wait has synced already all that was written since.
    if (compareLgpos(end, this.#lasting) <= 0) return;
    this.#lasting = end;
    this.#unsynced = false;
  }

  #writeOut(): void {
    const sealed = this.#writer.take();
    if (sealed === undefined) return;
    // A segment that is missing before one that is there is damage to every reader: no two writes are under way at once.
    if (this.#unsynced) this.#sync();
    this.#file.write(sealed.offset, sealed.bytes);
    this.#unsynced = true;
  }

  #sync(): void {
    if (!this.#unsynced) return;
    this.syncs++;
    this.#file.sync();
    this.#unsynced = false;
  }

  /** Makes the next log under a name of its own: there is a current one at any time. */
  #createFile(previous: { tmPrevGen?: Logtime; checksumPrevLogAllSegments?: bigint }): LogFile {
    const { csecLGFile, cbPageSize, signLog } = this.#options;
    const { ulUpdateMajor, ulUpdateMinor } = this.#version;
    const { lGeneration, tmCreate } = this;
    const numbers = { lGeneration, csecLGFile, cbPageSize, signLog, tmCreate, ulUpdateMajor, ulUpdateMinor };
    this.#headerBytes = buildLogHeader({ ...numbers, ...this.#options.beginning(), ...previous }, this.#headerBytes);
    const file = this.#newFile(csecLGFile * SEGMENT_SIZE);
    file.write(0, this.#headerBytes);
    file.sync();
    return file;
  }

  /** On a full disk a reserve log serves. */
  #newFile(size: number): LogFile {
    const { directory } = this.#options;
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return directory.open(this.#temporary);
    }
    try {
      const file = directory.create(this.#temporary, size);
      if (this.isLow) this.#reserves.replenish();
      this.isLow = false;
      return file;
    } catch (error) {
      if (!(error instanceof JetError && error.symbol === 'JET_errLogDiskFull')) throw error;
      const file = this.#reserves.take(this.#temporary);
      if (file === undefined) throw error;
      this.isLow = true;
      return file;
    }
  }

  get #temporary(): string {
    return `${this.#options.base}tmp.log`;
  }

  #open(isec: number, accumulatedChecksum: bigint): LogWriter {
    const { csecLGFile, now } = this.#options;
    const write = (): void => {
      throw new Error('segments are taken, not written by the writer');
    };
    const { lGeneration } = this;
    return new LogWriter({ write }, { lGeneration, csecLGFile, isec, accumulatedChecksum, padsFlushes: true, now });
  }

  #rollOver(): void {
    this.#writeOut();
    this.#sync();
    this.#file.close();
    [this.#file, this.#writer] = this.#succeed(this.#writer.accumulatedChecksum, true);
    this.#lasting = this.#writer.position;
    this.onGeneration?.(this.lGeneration, this.tmCreate);
  }

  /** The next generation. */
  #succeed(checksumPrevLogAllSegments: bigint, archive: boolean): [LogFile, LogWriter] {
    const { directory, base, now } = this.#options;
    const tmPrevGen = this.tmCreate;
    const archived = archivedLogName(base, this.lGeneration, 'log');
    this.lGeneration++;
    this.tmCreate = now();
    const file = this.#createFile({ tmPrevGen, checksumPrevLogAllSegments });
    if (archive) directory.rename(`${base}.log`, archived);
    directory.rename(this.#temporary, `${base}.log`);
    return [file, this.#open(1, 0n)];
  }
}
