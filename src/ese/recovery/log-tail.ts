// What a recovery appends to the logs, so that the engine can go on with them: RecoveryUndo2, every change undone,
// ShutDownMark, RecoveryQuit2 (format 9.4, 9.8; ErrLGRecoveryUndo, ErrLGUndo, ErrLGRecoveryQuit in logapi.cxx).
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import { buildLogHeader } from '../log/log-header-builder.ts';
import type { AttachInfo, LogHeader } from '../log/log-header.ts';
import { LogPageFlag } from '../log/log-record-view.ts';
import { LogWriter } from '../log/log-writer.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import type { Session } from './session.ts';
import type { UndoneChange } from './undo-phase.ts';
import { Oper } from './version-list.ts';

/** The log to go on with: the last one of the stream. */
export interface TailStart {
  readonly header: LogHeader;
  readonly headerBytes: Uint8Array;
  /** The whole file, damage of its last segment mended; it is changed. */
  readonly bytes: Uint8Array;
  /** First segment to be written. */
  readonly isec: number;
  readonly accumulatedChecksum: bigint;
  /** The log is archived already: whatever room it has, the next generation begins. */
  readonly isArchived: boolean;
  readonly lgposCheckpoint: Lgpos;
  readonly now: () => Logtime;
  /** The databases that are attached, as a new log says it. */
  readonly attachInfos: () => readonly AttachInfo[];
}

/** A log as it is to be. */
export interface TailFile {
  readonly lGeneration: number;
  readonly bytes: Uint8Array;
}

/** dbtime of records that do not change a page. */
const DBTIME_NIL = -1n;

/** Appends the records of a recovery. Nothing is written: `files` holds the logs as they are to be. */
export class LogTail {
  /** The logs that change or are new, in order; the last is the current one. */
  readonly files: TailFile[] = [];
  /** Where RecoveryUndo2 stands. */
  lgposUndo: Lgpos = { lGeneration: 0, isec: 0, ib: 0 };
  readonly #start: TailStart;
  #header: LogHeader['tmCreate'];
  #headerBytes: Uint8Array;
  #lGeneration: number;
  #bytes: Uint8Array;
  #writer: LogWriter;

  constructor(start: TailStart) {
    this.#start = start;
    this.#header = start.header.tmCreate;
    this.#headerBytes = start.headerBytes;
    this.#lGeneration = start.header.lGeneration;
    this.#bytes = start.bytes;
    this.#writer = this.#open(start.isec, start.accumulatedChecksum);
    if (start.isArchived) this.#nextLog();
  }

  /** The undo phase begins. */
  beginUndo(): void {
    this.lgposUndo = this.#append(encodeRecord('RecoveryUndo2', { logtime: this.#start.now() }));
  }

  /** A change is undone. */
  undone({ db, session, version, pgno, iline, dbtime, dbtimeBefore }: UndoneChange): void {
    const head = {
      procid: session.procid,
      dbid: db.dbid,
      pgno,
      trxBegin0: session.trxBegin0,
      level: version.level,
      fFlags: version.unique ? LogPageFlag.Unique : 0,
      rceid: version.rceid,
      pgnoFDP: version.pgnoFDP,
      objidFDP: version.objidFDP,
      oper: version.oper,
    };
    const tails = { bookmarkKey: version.key, bookmarkData: version.bookmarkData };
    if (version.unlogged) {
      const before = version.oper === Oper.Replace ? { cbMaxSize: version.before.length } : {};
      const fields = { ...head, ...before, dbtime: DBTIME_NIL, dbtimeBefore: DBTIME_NIL };
      this.#append(encodeRecord('UndoInfo', fields, { ...tails, data: version.before }));
    }
    const fields = { ...head, dbtime: BigInt(dbtime), dbtimeBefore: BigInt(dbtimeBefore), iline };
    this.#append(encodeRecord('Undo', fields, tails));
  }

  /** One transaction level of a session is rolled back. */
  rolledBack(session: Session): void {
    this.#append(encodeRecord('Rollback', { procid: session.procid, levelRollback: 1 }));
  }

  /** The databases are closed. Returns the position they are consistent as of. */
  shutDownMark(): Lgpos {
    return this.#append(encodeRecord('ShutDownMark'));
  }

  /** The recovery is over. Returns where the checkpoint goes: nothing before it needs to be replayed any more. */
  quit(): Lgpos {
    const lgpos = this.#append(
      encodeRecord('RecoveryQuit2', {
        lgpos: this.lgposUndo,
        lgposRedoFrom: this.#start.lgposCheckpoint,
        logtime: this.#start.now(),
      }),
    );
    this.#writer.flush();
    this.files.push({ lGeneration: this.#lGeneration, bytes: this.#bytes });
    return lgpos;
  }

  #append(record: Uint8Array): Lgpos {
    const lgpos = this.#writer.append(record);
    if (lgpos !== undefined) return lgpos;
    this.#nextLog();
    return this.#writer.append(record)!;
  }

  #open(isec: number, accumulatedChecksum: bigint): LogWriter {
    const bytes = this.#bytes;
    const write = (offset: number, data: Uint8Array): void => {
      bytes.set(data, offset);
    };
    const { csecLGFile } = this.#start.header;
    const { now } = this.#start;
    return new LogWriter({ write }, { lGeneration: this.#lGeneration, csecLGFile, isec, accumulatedChecksum, now });
  }

  /** The log is full: the next generation begins. */
  #nextLog(): void {
    this.#writer.flush();
    this.files.push({ lGeneration: this.#lGeneration, bytes: this.#bytes });
    const { header, now, attachInfos, lgposCheckpoint } = this.#start;
    const tmCreate = now();
    const checksumPrevLogAllSegments = this.#writer.accumulatedChecksum;
    this.#lGeneration++;
    this.#headerBytes = buildLogHeader(
      {
        lGeneration: this.#lGeneration,
        csecLGFile: header.csecLGFile,
        cbPageSize: header.cbPageSize,
        signLog: header.signLog,
        tmCreate,
        tmPrevGen: this.#header,
        checksumPrevLogAllSegments,
        lgposCheckpoint,
        attachInfos: attachInfos(),
        ulUpdateMajor: header.ulUpdateMajor,
        ulUpdateMinor: header.ulUpdateMinor,
      },
      this.#headerBytes,
    );
    this.#header = tmCreate;
    this.#bytes = new Uint8Array(header.csecLGFile * SEGMENT_SIZE);
    this.#bytes.set(this.#headerBytes);
    this.#writer = this.#open(1, 0n);
  }
}
