// Recovery of a log stream: from the checkpoint through all logs, then undo, then clean headers (format 9.8;
// ErrLGSoftStart, ErrLGRRedo).
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { headerPageSize } from '../header/db-header.ts';
import { formatGeneration, compareLgpos, type Lgpos } from '../header/lgpos.ts';
import { sameSignature } from '../header/signature.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { CheckpointFile } from '../log/checkpoint-file.ts';
import type { LogEnd } from '../log/log-end.ts';
import { LogFileReader } from '../log/log-file-reader.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { buildCheckpointFile } from '../log/log-header-builder.ts';
import { LogSequence } from '../log/log-sequence.ts';
import { LGPOS_MIN, type DatabaseHost } from './attachments.ts';
import { logtimeOf, type SignatureSource } from './header-changes.ts';
import { RedoEngine } from './redo-engine.ts';
import { LogReplay, type ReplayOptions } from './log-replay.ts';
import { LogTail, type TailFile } from './log-tail.ts';

/** Signature in a log header. */
const SIGN_LOG = { offset: 44, size: 28 };

/** What is to be recovered, and how. */
export interface StreamOptions extends SignatureSource, ReplayOptions {
  /** Opens a log by its name. */
  readonly open: (name: string) => ByteSource;
  /** Undefined: there is none, or it is not to be used; the replay then begins with the lowest generation. */
  readonly checkpoint?: CheckpointFile;
  readonly host: DatabaseHost;
  readonly cacheSize?: number;
  /** Databases that cannot be found are none of our business (`/i`). */
  readonly ignoreMissing?: boolean;
}

/** What a recovery came to. */
export interface StreamResult {
  /** True when there was nothing to do: the stream was closed, and its checkpoint says so. */
  readonly nothingToDo: boolean;
  readonly first: number;
  readonly last: number;
  /** Where the replay began, and where the logs end. */
  readonly begin: Lgpos;
  readonly end: Lgpos;
  readonly records: number;
  /** Page changes made, and changes undone. */
  readonly redone: number;
  readonly undone: number;
  /** What became of each database. */
  readonly databases: readonly RecoveredDatabase[];
  /** What is worth knowing though it kept nothing from being done. */
  readonly notes: readonly string[];
  /** The replay stopped at `stopAt`, before the end of the logs. */
  readonly stopped: boolean;
  /** With `makeTail`: the logs and the checkpoint as they are to be, so that the engine can go on with them. */
  readonly tail?: StreamTail;
}

/** What recovery changes besides databases. */
export interface StreamTail {
  /** Logs that change or are new, in order; the last is the current one. Empty: they end with a shutdown already. */
  readonly files: readonly TailFile[];
  /** The whole checkpoint file. */
  readonly checkpoint: Uint8Array;
}

/** A database of the stream. */
export interface RecoveredDatabase {
  readonly path: string;
  readonly name: string;
  readonly state: 'recovered' | 'closed by the logs' | 'left alone';
  /** Why it was left alone. */
  readonly reason?: string;
}

function fail(jet: JetErrorSymbol, message: string, file?: string): never {
  throw new JetError(jet, message, file === undefined ? {} : { file });
}

/** Where the replay begins. */
interface Start {
  readonly lgpos: Lgpos;
  readonly infos: readonly AttachInfo[];
  readonly signLog: Uint8Array;
  readonly header: LogFileReader['header'];
}

/** A recovery under way. */
class StreamRecovery {
  readonly #options: StreamOptions;
  readonly #notes: string[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  run(): StreamResult {
    const { logs } = this.#options;
    const current = this.#readCurrent();
    if (current === undefined && logs.archived.length === 0)
      fail('JET_errMissingLogFile', `there are no logs of base name ${logs.base}`);
    const closed = current?.end;
    if (closed?.lgposTerm !== undefined && this.#isDone(closed.lgposTerm, current!.reader))
      return nothing(closed.lgposTerm, this.#notes);
    const start = this.#start(current?.reader);
    return this.#replay(start);
  }

  /** Looks at the current log before anything else, as the engine does. Undefined when there is none. */
  #readCurrent(): { readonly reader: LogFileReader; readonly end: LogEnd } | undefined {
    const { logs, open, ignoreLostLogs } = this.#options;
    if (logs.current === undefined) {
      if (logs.archived.length > 0 && logs.temporary === undefined && ignoreLostLogs !== true) {
        const next = logs.archived.at(-1)!.generation + 1;
        fail(
          'JET_errMissingLogFile',
          `${logs.base}.${logs.extension} (generation ${formatGeneration(next)} or later) is missing`,
        );
      }
      return undefined;
    }
    const reader = new LogFileReader(open(logs.current));
    try {
      if (reader.headerFault !== undefined) fail(reader.headerFault.jet, reader.headerFault.message, logs.current);
      const end = reader.verify();
      if (!reader.sizeMatches) fail(end.jet ?? 'JET_errLogFileSizeMismatch', end.message, logs.current);
      return { reader, end };
    } finally {
      reader.source.close();
    }
  }

  /** The stream ends with a shutdown, and the checkpoint is at it. */
  #isDone(lgposTerm: Lgpos, reader: LogFileReader): boolean {
    const { checkpoint } = this.#options;
    if (checkpoint === undefined || checkpoint.jet !== undefined) return false;
    return (
      sameSignature(checkpoint.checkpoint.signLog, reader.header.signLog) &&
      compareLgpos(checkpoint.checkpoint.lgposCheckpoint, lgposTerm) === 0
    );
  }

  #start(current: LogFileReader | undefined): Start {
    const { logs, checkpoint } = this.#options;
    const usable = this.#usableCheckpoint(current);
    const generation =
      usable?.lgposCheckpoint.lGeneration ?? logs.archived[0]?.generation ?? current!.header.lGeneration;
    const archived = logs.archived.find((log) => log.generation === generation);
    const name = archived?.name ?? (current?.header.lGeneration === generation ? logs.current : undefined);
    if (name === undefined) {
      const what = `the log of generation ${formatGeneration(generation)}, where the checkpoint is, is missing`;
      fail('JET_errMissingLogFile', what);
    }
    const reader = new LogFileReader(this.#options.open(name));
    try {
      if (reader.headerFault !== undefined) fail(reader.headerFault.jet, reader.headerFault.message, name);
      const { header, headerBytes, attachInfos, csecHeader } = reader;
      const signLog = headerBytes.slice(SIGN_LOG.offset, SIGN_LOG.offset + SIGN_LOG.size);
      const infos = usable === undefined ? undefined : checkpoint?.attachInfos;
      const first = { lGeneration: header.lGeneration, isec: csecHeader, ib: 0 };
      if (infos === undefined) return { lgpos: first, infos: attachInfos, signLog, header };
      return { lgpos: usable!.lgposCheckpoint, infos, signLog, header };
    } finally {
      reader.source.close();
    }
  }

  /** The checkpoint, when it is sound and of this stream. */
  #usableCheckpoint(current: LogFileReader | undefined): CheckpointFile['checkpoint'] | undefined {
    const { checkpoint } = this.#options;
    if (checkpoint === undefined) return undefined;
    if (checkpoint.jet !== undefined) {
      this.#notes.push('the checkpoint is damaged: the replay begins with the first log');
      return undefined;
    }
    const { signLog } = checkpoint.checkpoint;
    if (current !== undefined && !sameSignature(signLog, current.header.signLog)) {
      this.#notes.push('the checkpoint belongs to another log stream: the replay begins with the first log');
      return undefined;
    }
    return checkpoint.checkpoint;
  }

  #replay(start: Start): StreamResult {
    const { logs, open, host, now, random, cacheSize, stopAt } = this.#options;
    const engine = new RedoEngine({
      host,
      now,
      random,
      signLog: start.header.signLog,
      signLogBytes: start.signLog,
      pageSize: headerPageSize(start.header),
      ...(cacheSize === undefined ? {} : { cacheSize }),
    });
    const first = start.lgpos.lGeneration;
    const sequence = new LogSequence(logs, {
      open,
      first,
      signLog: start.header.signLog,
      ...(stopAt === undefined ? {} : { last: stopAt.lGeneration }),
    });
    engine.begin(start.infos, start.lgpos);
    const replay = new LogReplay(engine, sequence, start.lgpos, this.#options, this.#notes);
    let redone: number;
    let undone: number;
    let streamTail: StreamTail | undefined;
    try {
      replay.run();
      this.#afterRedo(engine, replay);
      if (replay.cutShort)
        this.#notes.push('The databases leave the log stream: move its logs and checkpoint away before they are used.');
      redone = engine.redone;
      const tail = this.#beginTail(engine, replay, start);
      undone = engine.undo({
        undone: (change) => tail?.undone(change),
        rolledBack: (session) => tail?.rolledBack(session),
      });
      const consistent = tail?.shutDownMark() ?? replay.end;
      this.#closeAll(engine, replay, consistent);
      streamTail = this.#endTail(engine, replay, start, tail);
    } finally {
      sequence.close();
    }
    return {
      nothingToDo: false,
      first,
      last: replay.last,
      begin: start.lgpos,
      end: replay.end,
      records: engine.records,
      redone,
      undone,
      databases: databasesOf(engine, replay.recovered),
      notes: this.#notes,
      stopped: replay.stopped,
      ...(streamTail === undefined ? {} : { tail: streamTail }),
    };
  }

  #closeAll(engine: RedoEngine, replay: LogReplay, consistent: Lgpos): void {
    for (const { dbid, database } of engine.attachments.all()) {
      if (database === undefined) continue;
      const leaves = replay.stopped || replay.cutShort;
      engine.close(database, leaves ? LGPOS_MIN : consistent, leaves);
      engine.attachments.remove(dbid);
      replay.recovered.add(database.name);
    }
  }

  /** Begins what goes to the logs. Undefined when that is not asked for, or nothing is to be added to them. */
  #beginTail(engine: RedoEngine, replay: LogReplay, start: Start): LogTail | undefined {
    const { lastLog } = replay;
    if (this.#options.makeTail !== true || engine.ended || lastLog === undefined) return undefined;
    if (replay.stopped || replay.cutShort) return undefined;
    const tail = new LogTail({
      ...lastLog,
      lgposCheckpoint: start.lgpos,
      now: () => logtimeOf(this.#options.now()),
      attachInfos: () => engine.attachments.infos(),
    });
    if (!engine.lastWasShutdown) tail.beginUndo();
    return tail;
  }

  #endTail(engine: RedoEngine, replay: LogReplay, start: Start, tail: LogTail | undefined): StreamTail | undefined {
    const { makeTail, checkpoint } = this.#options;
    if (makeTail !== true || replay.stopped || replay.cutShort || start.header.ulMajor < 8) return undefined;
    if (tail === undefined && !engine.ended) return undefined;
    const lgposCheckpoint = tail?.quit() ?? engine.lgposEnded;
    const fields = { lgposCheckpoint, signLog: start.header.signLog, attachInfos: [] };
    return { files: tail?.files ?? [], checkpoint: buildCheckpointFile(fields, checkpoint?.bytes) };
  }

  /** What must hold before anything is undone. */
  #afterRedo(engine: RedoEngine, replay: LogReplay): void {
    const { attachments } = engine;
    const { ignoreLostLogs, ignoreMissing } = this.#options;
    for (const db of attachments.databases()) db.verifyResolved();
    const missing = attachments.missingAfter(replay.last);
    if (missing !== undefined) {
      const text = `${missing.name} needs the logs up to generation ${formatGeneration(missing.upTo)}; they end with ${formatGeneration(replay.last)}`;
      const tolerable = missing.jet === 'JET_errCommittedLogFilesMissing' && ignoreLostLogs === true;
      if (!tolerable) fail(missing.jet, text, missing.name);
      this.#notes.push(`${text}: what they held is lost`);
    }
    if (replay.stopped) {
      const early = attachments.databases().find((db) => db.containsFutureData);
      if (early !== undefined) {
        const text = `${early.name} may hold changes up to generation ${formatGeneration(early.header.lGenMaxRequired)}: it cannot be recovered to a point before the end of that log`;
        fail('JET_errRequiredLogFilesMissing', text, early.name);
      }
    }
    attachments.checkComplete(ignoreMissing === true, engine.lastWasShutdown);
  }
}

function nothing(lgpos: Lgpos, notes: readonly string[]): StreamResult {
  const { lGeneration } = lgpos;
  return {
    nothingToDo: true,
    first: lGeneration,
    last: lGeneration,
    begin: lgpos,
    end: lgpos,
    records: 0,
    redone: 0,
    undone: 0,
    databases: [],
    notes,
    stopped: false,
  };
}

function databasesOf(engine: RedoEngine, recovered: ReadonlySet<string>): RecoveredDatabase[] {
  const result = new Map<string, RecoveredDatabase>();
  for (const { path, name, decision } of engine.attachments.decisions) {
    if (recovered.has(name)) result.set(name, { path, name, state: 'recovered' });
    else if (typeof decision === 'string') result.set(name, { path, name, state: 'left alone', reason: decision });
    else if (decision.kind === 'now') result.set(name, { path, name, state: 'closed by the logs' });
    else result.set(name, { path, name, state: 'left alone', reason: decision.reason });
  }
  return [...result.values()];
}

/**
 * Recovers the databases of a log stream. Databases are written through the stores that `host` opens; logs and
 * checkpoint are only read.
 * @throws JetError with the engine's own error when the logs or a database cannot be used.
 */
export function recoverStream(options: StreamOptions): StreamResult {
  return new StreamRecovery(options).run();
}
