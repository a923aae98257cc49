// The logs of an instance: records go to the current one; when it is full it is archived and the next begins (format 9.1,
// 9.2; logstream.cxx, logwrite.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import type { Signature } from '../header/signature.ts';
import { buildLogHeader } from '../log/log-header-builder.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { archivedLogName } from '../log/log-set.ts';
import { LogWriter } from '../log/log-writer.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import type { LogDirectory, LogFile } from './log-directory.ts';
import type { LogSink } from './log-sink.ts';

/** How logs are kept. */
export interface LogStreamOptions {
  readonly directory: LogDirectory;
  /** Base name: `edb`. */
  readonly base: string;
  /** Segments of 4 KB a log; at least 32. */
  readonly csecLGFile: number;
  readonly cbPageSize: number;
  readonly signLog: Signature;
  readonly now: () => Logtime;
}

/** What a new log says besides its number. */
export interface LogBeginning {
  readonly lgposCheckpoint: Lgpos;
  readonly attachInfos: readonly AttachInfo[];
}

/** Version of the logs: 8.4000.5.16. */
const UPDATE_MAJOR = 5;
const UPDATE_MINOR = 16;
const FIRST: Lgpos = { lGeneration: 1, isec: 1, ib: 0 };

/** A log stream that begins with generation 1. */
export class LogStream implements LogSink {
  /** Told when a generation has begun, before any record of it can be lasting. */
  onGeneration: ((lGeneration: number, tmCreate: Logtime) => void) | undefined;
  /** What the next log is to say. */
  beginning: () => LogBeginning = () => ({ lgposCheckpoint: FIRST, attachInfos: [] });
  lGeneration = 1;
  tmCreate: Logtime;
  readonly #options: LogStreamOptions;
  #file: LogFile;
  #writer: LogWriter;
  /** All records before this position are lasting. */
  #lasting: Lgpos = FIRST;
  /** Why nothing can be written any more. */
  #failure: unknown;
  /** The write that commits are waiting for. */
  #group: Promise<void> | undefined;

  constructor(options: LogStreamOptions) {
    this.#options = options;
    this.tmCreate = options.now();
    this.#file = this.#createFile(buildLogHeader({ ...this.#headerFields(), ...this.beginning() }));
    options.directory.rename(this.#temporary, `${options.base}.log`);
    this.#writer = this.#open();
  }

  /** Where the next record goes. */
  get position(): Lgpos {
    return this.#writer.position;
  }

  /** @throws JetError JET_errLogWriteFail once a write failed; whatever failed then is its cause. */
  append(record: Uint8Array): Lgpos {
    this.#refuseAfterFailure();
    const lgpos = this.#writer.append(record);
    if (lgpos !== undefined) return lgpos;
    this.#write(() => {
      this.#rollOver();
    });
    return this.#writer.append(record)!;
  }

  /** @throws JetError as `append`: nothing is written any more then, neither here nor of pages that wait for this. */
  flushTo(lgpos: Lgpos): void {
    if (compareLgpos(lgpos, this.#lasting) < 0) return;
    this.#refuseAfterFailure();
    this.#write(() => {
      this.#writer.flush();
    });
    this.#lasting = this.#writer.position;
  }

  /**
   * Resolves when the record at `lgpos` is lasting. Commits of many sessions that wait at the same time share one write.
   */
  async lasting(lgpos: Lgpos): Promise<void> {
    if (compareLgpos(lgpos, this.#lasting) < 0) return;
    this.#group ??= Promise.resolve().then(() => {
      this.#group = undefined;
      this.flushTo(this.position);
    });
    await this.#group;
  }

  close(): void {
    this.flushTo(this.position);
    this.#file.close();
  }

  #refuseAfterFailure(): void {
    if (this.#failure === undefined) return;
    throw new JetError('JET_errLogWriteFail', 'the logs cannot be written any more', {}, { cause: this.#failure });
  }

  #write(action: () => void): void {
    try {
      action();
    } catch (error) {
      // What is on the disk is not known: going on could make a commit last that was said to have failed.
      this.#failure = error;
      this.#refuseAfterFailure();
    }
  }

  #headerFields(): Omit<Parameters<typeof buildLogHeader>[0], 'lgposCheckpoint' | 'attachInfos'> {
    const { csecLGFile, cbPageSize, signLog } = this.#options;
    return {
      lGeneration: this.lGeneration,
      csecLGFile,
      cbPageSize,
      signLog,
      tmCreate: this.tmCreate,
      ulUpdateMajor: UPDATE_MAJOR,
      ulUpdateMinor: UPDATE_MINOR,
    };
  }

  /** Makes the next log under a name of its own: there is a current one at any time. */
  #createFile(header: Uint8Array): LogFile {
    const { directory, csecLGFile } = this.#options;
    const file = directory.create(this.#temporary, csecLGFile * SEGMENT_SIZE);
    file.write(0, header);
    file.sync();
    return file;
  }

  get #temporary(): string {
    return `${this.#options.base}tmp.log`;
  }

  #open(): LogWriter {
    const file = this.#file;
    const { csecLGFile, now } = this.#options;
    // A segment and its shadow must never be on their way to the disk together.
    const write = (offset: number, bytes: Uint8Array): void => {
      file.write(offset, bytes);
      file.sync();
    };
    return new LogWriter({ write }, { lGeneration: this.lGeneration, csecLGFile, isec: 1, now });
  }

  #rollOver(): void {
    const { directory, base, now } = this.#options;
    this.#writer.flush();
    this.#file.close();
    const tmPrevGen = this.tmCreate;
    const checksumPrevLogAllSegments = this.#writer.accumulatedChecksum;
    const archived = archivedLogName(base, this.lGeneration, 'log');
    this.lGeneration++;
    this.tmCreate = now();
    const fields = { ...this.#headerFields(), ...this.beginning(), tmPrevGen, checksumPrevLogAllSegments };
    this.#file = this.#createFile(buildLogHeader(fields));
    directory.rename(`${base}.log`, archived);
    directory.rename(this.#temporary, `${base}.log`);
    this.#writer = this.#open();
    this.#lasting = this.#writer.position;
    this.onGeneration?.(this.lGeneration, this.tmCreate);
  }
}
