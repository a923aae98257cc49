// Reports on transaction logs and checkpoints: `eseutil /ml` and `/mk`, `esekit dump log` and `dump checkpoint`.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../../ese/header/lgpos.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { readCheckpointFile, type CheckpointFile } from '../../ese/log/checkpoint-file.ts';
import { arrangeLogs, guessBases } from '../../ese/log/log-set.ts';
import { checkpointError, checkpointLines } from '../../eseutil/dump-checkpoint.ts';
import { checkpointDocument, logDocument, logHeaderDocument, logRecordLines } from '../../eseutil/dump-log-document.ts';
import { dumpLogFile, endError, openLog } from '../../eseutil/dump-log-file.ts';
import { dumpLogSet, type LogFolder, type LogSetDumpOptions } from '../../eseutil/dump-log-set.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus, exitStatusOf } from '../exit-status.ts';
import { Progress } from '../progress.ts';
import { writeLines } from '../write-lines.ts';

/** What is asked of a dump of logs. */
export interface LogDumpRequest {
  /** A log, a base name (perhaps with a folder before it), or a folder. */
  readonly path: string;
  readonly records: 'none' | 'structure' | 'data';
  readonly summary: boolean;
  /** Generations of a base name. */
  readonly range?: { readonly first: number; readonly last?: number };
}

const BASE_LENGTH = 3;

/** Damage of logs: findings rather than failures. */
const DAMAGE: ReadonlySet<string> = new Set([
  'JET_errLogFileCorrupt',
  'JET_errLogFileSizeMismatch',
  'JET_errLogGenerationMismatch',
  'JET_errInvalidLogSequence',
  'JET_errMissingLogFile',
  'JET_errBadLogSignature',
  'JET_errLogSequenceChecksumMismatch',
  'JET_errCheckpointCorrupt',
]);

/** The exit status of a report on logs that ended in `error`. */
export function logExitStatus(error: JetError | undefined): number {
  if (error === undefined) return ExitStatus.Clean;
  if (DAMAGE.has(error.symbol)) return ExitStatus.Damage;
  return error.symbol === 'JET_errBadLogVersion' ? ExitStatus.Refused : exitStatusOf(error);
}

/** Names in a folder; none when it cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Where the checkpoint of a base name stands, if it has one that can be read. */
function checkpointOf(folder: string, names: readonly string[], base: string): { checkpoint?: Lgpos } {
  const name = arrangeLogs(names, base).checkpoint;
  if (name === undefined) return {};
  try {
    const file = readCheckpoint(join(folder, name));
    return file.jet === undefined ? { checkpoint: file.checkpoint.lgposCheckpoint } : {};
  } catch (error) {
    if (error instanceof JetError) return {};
    throw error;
  }
}

function readCheckpoint(path: string): CheckpointFile {
  const source = new FileSource(path);
  try {
    return readCheckpointFile(source);
  } finally {
    source.close();
  }
}

/** Writes a report as it comes, with pauses in which a reader that stopped is noticed. Returns what it ends in. */
async function writePieces<T>(io: CommandIo, pieces: Generator<string, T>): Promise<T> {
  for (;;) {
    const step = pieces.next();
    if (step.done === true) return step.value;
    io.out(step.value);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The base name that `path` stands for: with its folder; undefined for a file. */
function baseOf(path: string): { folder: string; base: string } | undefined {
  if (isFolder(path)) {
    const base = guessBases(namesIn(path))[0];
    if (base !== undefined) return { folder: path, base };
    throw new JetError('JET_errFileNotFound', `${path}: there are no logs in this folder`, { file: path });
  }
  const name = basename(path);
  return name.length === BASE_LENGTH && !name.includes('.') ? { folder: dirname(path), base: name } : undefined;
}

async function reportSet(
  request: LogDumpRequest,
  folder: string,
  base: string,
  io: CommandIo,
): Promise<JetError | undefined> {
  const names = namesIn(folder);
  const given = join(folder, base);
  const files: LogFolder = {
    names,
    open: (name) => new FileSource(join(folder, name)),
    pathOf: (name) => join(folder, name),
  };
  const progress = new Progress('Logs');
  const options: LogSetDumpOptions = {
    base,
    given,
    records: request.records,
    ...(request.range === undefined ? {} : { range: request.range }),
    ...checkpointOf(folder, names, base),
    onProgress: (done, total) => {
      progress.update(done, total);
    },
  };
  try {
    return await writePieces(io, dumpLogSet(files, options));
  } finally {
    progress.finish();
  }
}

/**
 * The report of `/ml`, without its frame. Returns the error it ends in.
 * @throws JetError when a file cannot be opened or read.
 */
export async function reportLogs(request: LogDumpRequest, io: CommandIo): Promise<JetError | undefined> {
  const { path, records, summary } = request;
  const set = baseOf(path);
  if (set !== undefined) return reportSet(request, set.folder, set.base, io);
  const source = new FileSource(path);
  try {
    const folder = dirname(path);
    const checkpoint = checkpointOf(folder, namesIn(folder), basename(path).slice(0, BASE_LENGTH));
    return await writePieces(io, dumpLogFile(source, { name: path, records, summary, ...checkpoint }));
  } finally {
    source.close();
  }
}

/** The report of `/mk`, without its frame. Returns the error it ends in. */
export function reportCheckpoint(path: string, io: CommandIo): JetError | undefined {
  const file = readCheckpoint(path);
  const error = checkpointError(file, path);
  const lines = error === undefined ? checkpointLines(file) : [];
  io.out([`      Checkpoint file: ${plainText(path)}`, '', ...lines].map((line) => `${line}\n`).join(''));
  return error;
}

/** The logs that a path stands for. */
function filesOf(path: string): string[] {
  const set = baseOf(path);
  if (set === undefined) return [path];
  const { archived, current } = arrangeLogs(namesIn(set.folder), set.base);
  const names = [...archived.map(({ name }) => name), ...(current === undefined ? [] : [current])];
  if (names.length > 0) return names.map((name) => join(set.folder, name));
  throw new JetError('JET_errFileNotFound', `${path}: there are no logs of this name`, { file: path });
}

/** One log as JSON: a document, or with its records as lines of which the first is the header. */
async function jsonOf(path: string, records: boolean, io: CommandIo): Promise<JetError | undefined> {
  const source = new FileSource(path);
  try {
    const log = openLog(source, path);
    if (log instanceof JetError) {
      const { symbol, code, message } = log;
      io.out(`${JSON.stringify({ kind: 'log', path, error: { symbol, code, message } })}\n`);
      return log;
    }
    if (!records) {
      io.out(`${JSON.stringify(logDocument(log, path))}\n`);
    } else {
      io.out(`${JSON.stringify(logHeaderDocument(log, path))}\n`);
      await writeLines(io, logRecordLines(log));
    }
    const verdict = endError(log.verify(), path);
    return verdict ?? endError(log.end, path);
  } finally {
    source.close();
  }
}

/** Options of `dump log`. */
export interface DumpLogOptions {
  readonly json?: boolean;
  /** Every record, not only what they are in sum. */
  readonly records?: boolean;
}

/**
 * `esekit dump log FILE...`: files, base names or folders. With `json` one line a log, and with `records` one line a
 * record. Returns the exit status.
 * @throws JetError when a file cannot be opened or read.
 */
export async function runDumpLog(paths: readonly string[], options: DumpLogOptions, io: CommandIo): Promise<number> {
  const { json = false, records = false } = options;
  let first: JetError | undefined;
  if (!json) {
    for (const path of paths) {
      const error = await reportLogs({ path, records: records ? 'data' : 'none', summary: true }, io);
      if (error !== undefined) io.err(`esekit: ${plainText(error.message)} (${error.symbol} ${error.code})\n`);
      first ??= error;
    }
    return logExitStatus(first);
  }
  const files = paths.flatMap(filesOf);
  const progress = new Progress('Logs');
  try {
    for (const [i, file] of files.entries()) {
      progress.update(i, files.length);
      const error = await jsonOf(file, records, io);
      first ??= error;
    }
  } finally {
    progress.finish();
  }
  return logExitStatus(first);
}

/** `esekit dump checkpoint FILE`. Returns the exit status. */
export function runDumpCheckpoint(path: string, options: DumpLogOptions, io: CommandIo): number {
  if (options.json === true) {
    const file = readCheckpoint(path);
    io.out(`${JSON.stringify(checkpointDocument(file, path), null, 2)}\n`);
    return logExitStatus(checkpointError(file, path));
  }
  const error = reportCheckpoint(path, io);
  if (error !== undefined) io.err(`esekit: ${plainText(error.message)} (${error.symbol} ${error.code})\n`);
  return logExitStatus(error);
}
