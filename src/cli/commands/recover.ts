// `esekit recover DIR`: the databases of a log stream brought to a clean shutdown; and `eseutil /r BASE`.
import { isJetError, JetError } from '../../errors/jet-error.ts';
import { formatGeneration, formatLgpos, type Lgpos } from '../../ese/header/lgpos.ts';
import { Interrupted } from '../../eseutil/interruption.ts';
import { bannerLines } from '../../eseutil/banner.ts';
import { maintainInThread } from '../../eseutil/maintenance-thread.ts';
import { failureLines, successLines } from '../../eseutil/operation-end.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import { ProgressBar } from '../../eseutil/progress-bar.ts';
import type { RecoverOptions, RecoverResult } from '../../eseutil/recover.ts';
import { needsOtherFiles, recoverAdvice } from '../../eseutil/recover-advice.ts';
import type { CommandIo } from '../command-io.ts';
import { ArgumentReader, UsageError } from '../eseutil-arguments.ts';
import { ExitStatus, exitStatusOf } from '../exit-status.ts';
import { Progress } from '../progress.ts';

/** Options of the verb, as the command line gives them. */
export interface RecoverVerbOptions {
  readonly base?: string;
  readonly system?: string;
  readonly database?: string;
  readonly dbPath?: readonly string[];
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly inPlace?: boolean;
  readonly ignoreMissingDb?: boolean;
  readonly ignoreLostLogs?: boolean;
  /** False with `--no-checkpoint`. */
  readonly checkpoint?: boolean;
  /** False with `--no-logs`: logs and checkpoint are left as they are. */
  readonly logs?: boolean;
  readonly cache?: number;
  readonly json?: boolean;
}

interface Outcome {
  readonly result?: RecoverResult;
  readonly error?: JetError | Interrupted;
}

const number = (text: string): number => (/^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN);

/** A log position: GEN[:SEC:OFF], numbers decimal or with 0x. Undefined when it is none. */
export function parsePosition(text: string): Lgpos | undefined {
  const parts = text.split(':').map(number);
  const [lGeneration, isec, ib] = parts;
  if ((parts.length !== 1 && parts.length !== 3) || parts.some((part) => !Number.isSafeInteger(part))) return undefined;
  // A generation alone means all of it.
  return { lGeneration: lGeneration!, isec: isec ?? 0xffff, ib: ib ?? 0xffff };
}

function parsePath(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  return at > 0 && at < text.length - 1 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

/** The options of the work; a string says what is wrong with them. */
function workOptions(folder: string, given: RecoverVerbOptions): RecoverOptions | string {
  const stopAt = given.to === undefined ? undefined : parsePosition(given.to);
  if (given.to !== undefined && stopAt === undefined) return `--to takes GEN or GEN:SEC:OFF, not ${given.to}`;
  const paths = (given.dbPath ?? []).map(parsePath);
  if (paths.includes(undefined)) return '--db-path takes OLD=NEW: the path in the logs and the path here';
  const { base, system, database, dryRun, inPlace, ignoreMissingDb, ignoreLostLogs, checkpoint, logs, cache } = given;
  return {
    folder,
    ...(base === undefined ? {} : { base }),
    ...(system === undefined ? {} : { systemFolder: system }),
    ...(database === undefined ? {} : { database }),
    paths: paths as (readonly [string, string])[],
    dryRun: dryRun === true,
    inPlace: inPlace === true,
    ignoreMissing: ignoreMissingDb === true,
    ignoreLostLogs: ignoreLostLogs === true,
    ignoreCheckpoint: checkpoint === false,
    keepLogs: logs === false,
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(cache === undefined ? {} : { cacheSize: cache * 2 ** 20 }),
  };
}

async function run(options: RecoverOptions, onProgress: (done: number, total: number) => void): Promise<Outcome> {
  try {
    return { result: await maintainInThread('recover', { options }, { onProgress }) };
  } catch (error) {
    if (error instanceof Interrupted || isJetError(error)) return { error };
    throw error;
  }
}

function statusOf({ error }: Outcome): number {
  if (error === undefined) return ExitStatus.Clean;
  if (error instanceof Interrupted) return ExitStatus.Interrupted;
  return needsOtherFiles(error) ? ExitStatus.Refused : exitStatusOf(error);
}

function resultText(result: RecoverResult): string {
  const { nothingToDo, dryRun, first, last, begin, end, records, redone, undone, databases, notes } = result;
  if (nothingToDo)
    return `Nothing to do: the logs end with a shutdown at ${formatLgpos(end)}, and the checkpoint is there.\nWere a database here still dirty (an older copy), --no-checkpoint would replay all logs onto it.\n`;
  const would = dryRun ? 'would be ' : '';
  const lines = [
    `Logs ${formatGeneration(first)} to ${formatGeneration(last)} replayed from ${formatLgpos(begin)} to ${formatLgpos(end)}: ${records} records, ${redone} changes of pages; ${undone} changes of open transactions undone.`,
    ...databases.map(({ name, path, state, reason }) => {
      const from = name === path ? '' : ` (in the logs ${path})`;
      const what = {
        recovered: `${would}recovered: shut down cleanly`,
        'closed by the logs': `${would}brought to the shutdown the logs tell of`,
        'left alone': `left alone: ${reason ?? ''}`,
      }[state];
      return `${name}${from}: ${what}`;
    }),
    ...(result.stopped ? ['Stopped before the end of the logs: the databases do not belong to them any more.'] : []),
    ...(result.logsWritten.length > 0
      ? [`Logs written: ${result.logsWritten.map(formatGeneration).join(', ')}. The engine can go on with them.`]
      : []),
    ...notes.map((note) => `Note: ${note}`),
    ...(dryRun ? ['Nothing was written.'] : []),
  ];
  return lines.map((line) => `${plainText(line)}\n`).join('');
}

function errorText(error: JetError | Interrupted, inPlace: boolean): string {
  if (error instanceof Interrupted) {
    return inPlace
      ? 'interrupted: a database that was being changed in place is no longer usable; restore the copy you have\n'
      : 'interrupted; the databases are as they were\n';
  }
  const advice = recoverAdvice(error);
  return `esekit: ${plainText(error.message)} (${error.code} ${error.symbol})\n${advice === undefined ? '' : `${advice}\n`}`;
}

function json(folder: string, { result, error }: Outcome): string {
  const failure =
    error === undefined
      ? {}
      : error instanceof Interrupted
        ? { error: { symbol: 'interrupted', message: 'interrupted' } }
        : {
            error: { symbol: error.symbol, code: error.code, message: error.message, at: error.at },
            advice: recoverAdvice(error),
          };
  const numbers =
    result === undefined ? {} : { ...result, begin: formatLgpos(result.begin), end: formatLgpos(result.end) };
  return `${JSON.stringify({ ok: result !== undefined, folder, ...numbers, ...failure }, null, 2)}\n`;
}

/** Runs the verb; returns the exit status. */
export async function runRecover(folder: string, given: RecoverVerbOptions, io: CommandIo): Promise<number> {
  const options = workOptions(folder, given);
  if (typeof options === 'string') {
    io.err(`esekit: ${options}\n`);
    return ExitStatus.Usage;
  }
  const progress = new Progress(`Recovering ${folder}:`);
  const outcome = await run(options, (done, total) => {
    progress.update(done, total);
  });
  progress.finish();
  if (given.json === true) io.out(json(folder, outcome));
  else if (outcome.error !== undefined) io.err(errorText(outcome.error, options.inPlace === true));
  if (given.json !== true && outcome.result !== undefined) io.out(resultText(outcome.result));
  return statusOf(outcome);
}

/** What `eseutil /r` is asked for. */
export interface EseutilRecovery {
  readonly base: string;
  readonly logs?: string;
  readonly system?: string;
  readonly database?: string;
  readonly paths: readonly string[];
  readonly ignoreMissing: boolean;
  readonly ignoreLostLogs: boolean;
  readonly logo: boolean;
}

type Draft = { -readonly [K in keyof EseutilRecovery]?: EseutilRecovery[K] };

const CURRENT_FOLDER = '<current directory>';

function takeOption(draft: Draft, option: string, reader: ArgumentReader): void {
  const name = option.slice(1);
  const letter = name.charAt(0).toLowerCase();
  const rest = name.slice(1);
  if (/^(2|4|8|16|32)$/.test(name) || letter === '!' || /^(config|efv)/i.test(name)) return;
  if (letter === 'l') draft.logs = reader.value(rest);
  else if (letter === 's') draft.system = reader.value(rest);
  else if (letter === 'd') draft.database = reader.value(rest) || '.';
  else if (letter === 'n') draft.paths = [...(draft.paths ?? []), mapping(reader.value(rest), option)];
  else if (letter === 'i') draft.ignoreMissing = true;
  else if (letter === 'a') draft.ignoreLostLogs = true;
  else if (letter === 'o') draft.logo = false;
  else throw new UsageError(`option ${option} is not one of recovery here`);
}

/** `/n<new>[:<old>]` in the order of `--db-path`. */
function mapping(text: string, option: string): string {
  const parts = /^(.+?):(?![\\/])(.+)$/.exec(text);
  if (parts === null) throw new UsageError(`option ${option} needs the new and the old path of a database`);
  return `${parts[2]!}=${parts[1]!}`;
}

/** Reads the arguments of `/r`. `exists` tells paths from options. @throws UsageError. */
export function parseRecovery(args: readonly string[], exists: (path: string) => boolean): EseutilRecovery {
  const draft: Draft = {};
  const reader = new ArgumentReader(args, exists);
  for (let arg = reader.next(); arg !== undefined; arg = reader.next()) {
    if (reader.isOption(arg)) takeOption(draft, arg, reader);
    else if (draft.base !== undefined) throw new UsageError(`one base name at a time: what is ${arg}?`);
    else draft.base = arg;
  }
  const { base } = draft;
  if (base === undefined) throw new UsageError('no logfile base name given');
  return { paths: [], ignoreMissing: false, ignoreLostLogs: false, logo: true, ...draft, base };
}

/** Runs `eseutil /r`; returns the exit status. */
export async function runEseutilRecovery(command: EseutilRecovery, io: CommandIo): Promise<number> {
  const started = performance.now();
  const { base, logs, system, database, paths, ignoreMissing, ignoreLostLogs, logo } = command;
  const folder = logs ?? '.';
  const lines = [
    ...bannerLines(logo),
    'Initiating RECOVERY mode...',
    `    Logfile base name: ${plainText(base)}`,
    `            Log files: ${plainText(logs ?? CURRENT_FOLDER)}`,
    `         System files: ${plainText(system ?? CURRENT_FOLDER)}`,
    ...(database === undefined ? [] : [`   Database Directory: ${plainText(database)}`]),
    '',
    'Performing soft recovery...',
  ];
  io.out(lines.map((line) => `${line}\n`).join(''));
  const options = workOptions(folder, {
    base,
    ...(system === undefined ? { system: logs === undefined ? '.' : folder } : { system }),
    ...(database === undefined ? {} : { database }),
    dbPath: paths,
    ignoreMissingDb: ignoreMissing,
    ignoreLostLogs,
  });
  const bar = new ProgressBar('Restore');
  io.out(bar.begin());
  const outcome = await run(options as RecoverOptions, (done, total) => {
    io.out(bar.advance(done, total));
  });
  io.out(outcome.result === undefined ? '\n' : bar.finish());
  const elapsed = performance.now() - started;
  const { error } = outcome;
  const end =
    error === undefined
      ? successLines(elapsed)
      : error instanceof Interrupted
        ? ['Operation was interrupted.', '']
        : failureLines(error, elapsed);
  io.out(['', '', '', ...end].map((line) => `${line}\n`).join(''));
  const advice = error instanceof JetError ? recoverAdvice(error) : undefined;
  if (advice !== undefined) io.err(`${advice}\n`);
  return statusOf(outcome);
}
