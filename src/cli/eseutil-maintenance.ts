// `eseutil /d`, `/p` and `/y`: the modes that write files (eseutil.cxx).
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { CommandIo } from './command-io.ts';
import { ArgumentReader, UsageError } from './eseutil-arguments.ts';
import { ExitStatus } from './exit-status.ts';

/** What one of these modes is asked to do. */
export interface MaintenanceCommand {
  readonly mode: 'defrag' | 'repair' | 'copy';
  readonly file: string;
  /** False with `/o`: no banner. */
  readonly logo: boolean;
  /** `/t<file>` of a defragmentation or repair. */
  readonly temp?: string;
  /** `/b<file>` of a defragmentation. */
  readonly backup?: string;
  /** `/p` of a defragmentation: the new database does not take the original's place. */
  readonly preserve: boolean;
  /** `/g` of a repair: check first, and ask when something is wrong. */
  readonly checkFirst?: boolean;
  /** `/f<prefix>` of a repair: what the name of the list of losses begins with. */
  readonly reportPrefix?: string;
  /** `/d<file>` of a copy. Default: the name of the source, in the current folder. */
  readonly target?: string;
}

type Draft = { -readonly [K in keyof MaintenanceCommand]?: MaintenanceCommand[K] };

const MODES: Readonly<Record<string, MaintenanceCommand['mode']>> = { d: 'defrag', p: 'repair', y: 'copy' };

function modeOf(args: readonly string[]): MaintenanceCommand['mode'] | undefined {
  const first = args[0] ?? '';
  return /^[-/].$/.test(first) ? MODES[first.charAt(1).toLowerCase()] : undefined;
}

/** True when the arguments name one of these modes. */
export function isMaintenanceMode(args: readonly string[]): boolean {
  return modeOf(args) !== undefined;
}

function needed(value: string, option: string): string {
  if (value === '') throw new UsageError(`option ${option} needs the name of a file`);
  return value;
}

function takeRepairOption(draft: Draft, letter: string, rest: string, option: string, reader: ArgumentReader): void {
  if (letter === 't') draft.temp = needed(reader.value(rest), option);
  else if (letter === 'f') draft.reportPrefix = needed(reader.value(rest), option);
  else if (letter === 'g') draft.checkFirst = true;
  // Statistics of tables (/n) are in the list of losses; the engine's format (/u) is that of the database.
  else if (letter !== 'n' && !/^u\d/i.test(letter + rest)) throw new UsageError(`unknown option ${option}`);
}

function takeOption(draft: Draft, option: string, reader: ArgumentReader): void {
  const name = option.slice(1);
  const letter = name.charAt(0).toLowerCase();
  if (/^vss/i.test(name)) throw new UsageError(`${option}: there are no shadow copies here; copy the file instead`);
  if (/^(2|4|8|16|32)$/.test(name) || letter === '!' || /^(config|efv)/i.test(name)) return;
  if (letter === 'o') draft.logo = false;
  else if (draft.mode === 'copy') {
    if (letter === 'd') draft.target = needed(reader.value(name.slice(1)), option);
    else if (letter !== 'i') throw new UsageError(`unknown option ${option}`);
  } else if (draft.mode === 'repair') takeRepairOption(draft, letter, name.slice(1), option, reader);
  else if (letter === 't') draft.temp = needed(reader.value(name.slice(1)), option);
  else if (letter === 'b') draft.backup = needed(reader.value(name.slice(1)), option);
  else if (letter === 'p') draft.preserve = true;
  else if (letter === 's' || letter === 'f')
    reader.value(name.slice(1)); // streaming files: none are written
  else if (letter !== 'i' && letter !== 'v') throw new UsageError(`unknown option ${option}`);
}

/**
 * Reads the arguments. `exists` tells paths from options.
 * @throws UsageError.
 */
export function parseMaintenance(
  args: readonly string[],
  exists: (path: string) => boolean = existsSync,
): MaintenanceCommand {
  const draft: Draft = { mode: modeOf(args)! };
  const reader = new ArgumentReader(args, exists);
  for (let arg = reader.next(); arg !== undefined; arg = reader.next()) {
    if (reader.isOption(arg)) takeOption(draft, arg, reader);
    else if (draft.file !== undefined) throw new UsageError(`one file at a time: what is ${arg}?`);
    else draft.file = arg;
  }
  const { file, mode } = draft;
  if (file === undefined || mode === undefined) throw new UsageError('no file given');
  return { logo: true, preserve: false, ...draft, mode, file };
}

async function runRepairMode(command: MaintenanceCommand, io: CommandIo): Promise<number> {
  const { file, logo, temp, reportPrefix, checkFirst } = command;
  const options = {
    ...(temp === undefined ? {} : { temp }),
    ...(reportPrefix === undefined ? {} : { reportPrefix }),
    checkFirst: checkFirst === true,
    logo,
  };
  return (await import('./commands/eseutil-repair.ts')).runEseutilRepair(file, options, io);
}

/** Runs `/d`, `/p` or `/y`; returns the exit status. */
export async function runMaintenance(args: readonly string[], io: CommandIo, usage: string): Promise<number> {
  let command: MaintenanceCommand;
  try {
    command = parseMaintenance(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`eseutil: ${error.message}\n${usage}`);
    return ExitStatus.Usage;
  }
  if (command.mode === 'repair') return runRepairMode(command, io);
  const { file, logo, temp, backup, preserve } = command;
  if (command.mode === 'copy') {
    const target = command.target ?? basename(file.replaceAll('\\', '/'));
    return (await import('./commands/copy.ts')).runEseutilCopy(file, target, {}, logo, io);
  }
  const options = {
    preserve,
    ...(temp === undefined ? {} : { temp }),
    ...(backup === undefined ? {} : { backup }),
  };
  return (await import('./commands/defrag.ts')).runEseutilDefrag(file, options, logo, io);
}
