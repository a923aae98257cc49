// Soft recovery of the databases of a log stream (eseutil.cxx, recovery mode): on working copies, which take the place of
// the databases when all is done; then the logs and the checkpoint say so too.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JetError } from '../errors/jet-error.ts';
import type { Lgpos } from '../ese/header/lgpos.ts';
import { fileError, nodeFileLayer, type FileLayer } from '../ese/io/file-layer.ts';
import { lockEnvironment, type LockEnvironment } from '../ese/io/lock-file.ts';
import { readCheckpointFile, type CheckpointFile } from '../ese/log/checkpoint-file.ts';
import { arrangeLogs, guessBases, type LogSet } from '../ese/log/log-set.ts';
import { recoverStream, type StreamResult, type StreamTail } from '../ese/recovery/recover-stream.ts';
import { stopIfAsked, type IsStopped } from './interruption.ts';
import { replaceCheckpoint, replaceLogs } from './recover/replace-logs.ts';
import { WorkingDatabases } from './recover/working-databases.ts';

/** What is to be recovered, and how. */
export interface RecoverOptions {
  /** Folder of the logs. */
  readonly folder: string;
  /** Base name of the logs; without it the one whose logs lie in the folder. */
  readonly base?: string;
  /** Folder of the checkpoint, when it is another (`/s`). */
  readonly systemFolder?: string;
  /** Where the databases are: a folder, or the file itself (`/d`). Default: the folder of the logs. */
  readonly database?: string;
  /** Databases that lie elsewhere: path in the logs (or its file name), and path here. */
  readonly paths?: readonly (readonly [from: string, to: string])[];
  /** Write nothing: say what would be done. */
  readonly dryRun?: boolean;
  /** Change the databases where they lie. */
  readonly inPlace?: boolean;
  /** Do not look at the checkpoint: begin with the first log. */
  readonly ignoreCheckpoint?: boolean;
  /** Leave logs and checkpoint as they are. */
  readonly keepLogs?: boolean;
  /** Databases that are not there do not matter (`/i`). */
  readonly ignoreMissing?: boolean;
  /** Logs that were committed but are not required may be lost (`/a`). */
  readonly ignoreLostLogs?: boolean;
  /** Do not go beyond this position: the databases then leave the stream. */
  readonly stopAt?: Lgpos;
  /** Bytes of page content kept in memory, a database. */
  readonly cacheSize?: number;
}

/** What the caller is told meanwhile, and how it can stop the work. */
export interface RecoverCallbacks {
  /** Work done of work to do, in thousandths. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly isStopped?: IsStopped;
}

/** The machine. Tests give their own. */
export interface RecoverEnvironment {
  readonly layer: FileLayer;
  readonly lock: LockEnvironment;
  readonly now: () => Date;
  readonly random: () => number;
}

/** What a recovery came to. */
export interface RecoverResult extends Omit<StreamResult, 'tail'> {
  readonly base: string;
  readonly dryRun: boolean;
  /** Generations of the logs that were changed or made. */
  readonly logsWritten: readonly number[];
  /** True when the checkpoint says that all is done. */
  readonly checkpointWritten: boolean;
}

/** Parts of the progress: copying the databases, and the replay. */
const COPY_SHARE = 300;
const WHOLE = 1000;

/** This machine. */
export function recoverEnvironment(): RecoverEnvironment {
  return {
    layer: nodeFileLayer,
    lock: lockEnvironment(),
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
  };
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw fileError(folder, 'reading the folder', error);
  }
}

function baseOf(options: RecoverOptions, names: readonly string[]): string {
  if (options.base !== undefined) return options.base;
  const bases = guessBases(names);
  if (bases.length === 1) return bases[0]!;
  const message =
    bases.length === 0
      ? `${options.folder}: there are no logs in this folder`
      : `${options.folder}: there are logs of several streams: name one of ${bases.join(', ')} (--base)`;
  throw new JetError('JET_errMissingLogFile', message, { file: options.folder });
}

class Recovery {
  readonly #options: RecoverOptions;
  readonly #callbacks: RecoverCallbacks;
  readonly #environment: RecoverEnvironment;
  readonly #logs: LogSet;
  #done = 0;

  constructor(options: RecoverOptions, callbacks: RecoverCallbacks, environment: RecoverEnvironment) {
    this.#options = options;
    this.#callbacks = callbacks;
    this.#environment = environment;
    const names = namesOf(options.folder);
    this.#logs = arrangeLogs(names, baseOf(options, names));
  }

  run(): RecoverResult {
    const { folder, database, paths, dryRun, inPlace } = this.#options;
    const { layer, lock } = this.#environment;
    const { isStopped } = this.#callbacks;
    const databases = new WorkingDatabases({
      folder,
      ...(database === undefined ? {} : { database }),
      paths: paths ?? [],
      dryRun: dryRun === true,
      inPlace: inPlace === true,
      layer,
      lock,
      onCopy: (done, total) => {
        this.#progress((COPY_SHARE * done) / Math.max(1, total));
      },
      ...(isStopped === undefined ? {} : { isStopped }),
    });
    try {
      const result = this.#recover(databases);
      const written =
        dryRun === true ? { logsWritten: [], checkpointWritten: false } : this.#instate(databases, result);
      this.#progress(WHOLE);
      const notes = [...result.notes, ...(written.problems ?? [])];
      const { logsWritten, checkpointWritten } = written;
      const rest: Omit<StreamResult, 'tail'> & { tail?: StreamTail } = { ...result };
      delete rest.tail;
      return { ...rest, notes, base: this.#logs.base, dryRun: dryRun === true, logsWritten, checkpointWritten };
    } finally {
      databases.release();
    }
  }

  #recover(databases: WorkingDatabases): StreamResult {
    const { folder, dryRun, keepLogs, stopAt, cacheSize, ignoreMissing, ignoreLostLogs } = this.#options;
    const { layer, now, random } = this.#environment;
    const checkpoint = this.#readCheckpoint();
    return recoverStream({
      logs: this.#logs,
      open: (name) => layer.source(join(folder, name)),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      host: databases,
      now,
      random,
      ...(cacheSize === undefined ? {} : { cacheSize }),
      ignoreMissing: ignoreMissing === true,
      ignoreLostLogs: ignoreLostLogs === true,
      ...(stopAt === undefined ? {} : { stopAt }),
      makeTail: dryRun !== true && keepLogs !== true,
      onGeneration: (generation, first, last) => {
        const share = (generation - first + 1) / (last - first + 1);
        this.#progress(COPY_SHARE + (WHOLE - COPY_SHARE - 1) * share);
        stopIfAsked(this.#callbacks.isStopped);
      },
    });
  }

  #readCheckpoint(): CheckpointFile | undefined {
    const { folder, systemFolder, ignoreCheckpoint } = this.#options;
    if (ignoreCheckpoint === true) return undefined;
    const where = systemFolder ?? folder;
    const name = arrangeLogs(namesOf(where), this.#logs.base).checkpoint;
    if (name === undefined) return undefined;
    const source = this.#environment.layer.source(join(where, name));
    try {
      return readCheckpointFile(source);
    } finally {
      source.close();
    }
  }

  /** Logs first: with them even the database as it was becomes what it is now. The checkpoint last. */
  #instate(
    databases: WorkingDatabases,
    result: StreamResult,
  ): { logsWritten: number[]; checkpointWritten: boolean; problems?: string[] } {
    const { folder, systemFolder } = this.#options;
    const { layer } = this.#environment;
    const tail: StreamTail | undefined = result.tail;
    if (tail !== undefined) replaceLogs(folder, this.#logs, tail.files, layer);
    const recovered = new Set(result.databases.filter(({ state }) => state !== 'left alone').map(({ name }) => name));
    const problems = databases.instate(recovered);
    if (tail !== undefined) {
      const where = systemFolder ?? folder;
      replaceCheckpoint(where, arrangeLogs(namesOf(where), this.#logs.base), tail.checkpoint, layer);
    }
    // Without a current log the first of them is the archived one they follow, which stays as it is.
    const written = (tail?.files ?? []).slice(this.#logs.current === undefined ? 1 : 0);
    const logsWritten = written.map(({ lGeneration }) => lGeneration);
    return { logsWritten, checkpointWritten: tail !== undefined, problems };
  }

  #progress(done: number): void {
    const whole = Math.floor(Math.min(WHOLE, done));
    if (whole <= this.#done) return;
    this.#done = whole;
    this.#callbacks.onProgress?.(whole, WHOLE);
  }
}

/**
 * Recovers the databases of a log stream. Until all is done the databases are not touched (but with `inPlace`).
 * @throws JetError with the engine's own error when logs or a database cannot be used; Interrupted.
 */
export function recover(
  options: RecoverOptions,
  callbacks: RecoverCallbacks = {},
  environment: RecoverEnvironment = recoverEnvironment(),
): RecoverResult {
  return new Recovery(options, callbacks, environment).run();
}
