// `esekit eseutil ...`: the arguments of the old utility, in any case, with - or / before them (eseutil.cxx).
import { existsSync } from 'node:fs';
import type { CommandIo } from './command-io.ts';
import { runEseutilCommand } from './commands/eseutil.ts';
import { ArgumentReader, UsageError } from './eseutil-arguments.ts';
import { isMaintenanceMode, runMaintenance } from './eseutil-maintenance.ts';
import { ExitStatus } from './exit-status.ts';

/** What `eseutil` is asked to do. */
export interface EseutilCommand {
  readonly mode: 'header' | 'metadata' | 'space' | 'nodes' | 'page' | 'log' | 'checkpoint' | 'checksum' | 'integrity';
  readonly file: string;
  /** False with `/o`: no banner, and no refusal of a database that was not shut down cleanly. */
  readonly logo: boolean;
  readonly verbose: boolean;
  /** `/a` of a node dump: deleted nodes too. */
  readonly deleted: boolean;
  /** `/t<table>` of a dump. */
  readonly table?: string;
  /** `/p<pgno>` of a dump. */
  readonly pgno?: number;
  /** `/4`, `/8`, `/16`, `/32`: the page size, in bytes. Headers tell it; a file without a sound one needs it. */
  readonly pageSize?: number;
  /** `/v1` of a log dump: records without the bytes of keys and data. */
  readonly obscured?: boolean;
  /** `/s` of a log dump: the table of page references. */
  readonly summary?: boolean;
  /** `/r<first>[-<last>]` of a log dump: generations. */
  readonly range?: { readonly first: number; readonly last?: number };
}

/** Why the arguments cannot be run: `usage` they are wrong, `unsupported` this program cannot do it. */
export interface EseutilRefusal {
  readonly refused: 'usage' | 'unsupported' | 'help';
  readonly message: string;
}

type Mode = EseutilCommand['mode'];

const DUMP_MODES: Readonly<Record<string, Mode>> = {
  h: 'header',
  m: 'metadata',
  s: 'space',
  n: 'nodes',
  l: 'log',
  k: 'checkpoint',
};

const OTHER_DUMPS: Readonly<Record<string, string>> = {
  p: 'a flush map (/mp): `esekit info FILE` tells what its header says',
  c: 'the category of pages (/mc): `esekit check FILE` finds pages that no tree uses',
  t: 'a trace file (/mt)',
  b: 'a block cache (/mb)',
  r: 'a rollback snapshot (/mr)',
};

const OTHER_MODES: Readonly<Record<string, string>> = {
  r: 'recover (/r)',
  c: 'restore (/c)',
  b: 'back up (/b)',
  z: 'secure (/z)',
  u: 'upgrade (/u)',
};

/** Options that take a value, which may also be the next argument. Values that are of no use here are dropped. */
const VALUE_OPTIONS: Readonly<Record<'dump' | 'checksum' | 'integrity', RegExp>> = {
  dump: /^$/,
  checksum: /^t$/,
  integrity: /^[tf]$/,
};

const USAGE = `Usage: esekit eseutil /mh|/mm|/ms|/mn FILE [/v] [/t<table>] [/a] [/o]
       esekit eseutil /ml LOG|BASE [/v|/v1] [/s] [/r<first>-<last>] [/o]
       esekit eseutil /mk FILE [/o]
       esekit eseutil /k FILE [/t<temp>] [/o]
       esekit eseutil /g FILE [/t<temp>] [/o]
       esekit eseutil /d FILE [/t<temp>] [/b<backup>] [/p] [/o]
       esekit eseutil /p FILE [/g] [/t<temp>] [/f<report>] [/o]
       esekit eseutil /y FILE [/d<target>] [/o]
       esekit eseutil /r BASE [/l<logs>] [/s<system>] [/d[databases]] [/n<new>:<old>] [/i] [/a] [/o]
`;

type Draft = { -readonly [K in keyof EseutilCommand]?: EseutilCommand[K] };

const PAGE_SIZES: Readonly<Record<string, number>> = { '2': 2048, '4': 4096, '8': 8192, '16': 16384, '32': 32768 };

/** `/r1A-2F`: generations in hexadecimal. */
function generationRange(text: string, option: string): NonNullable<EseutilCommand['range']> {
  const match = /^([0-9a-f]{1,8})(?:-([0-9a-f]{1,8}))?$/i.exec(text);
  if (match === null) throw new UsageError(`option ${option} needs generations in hexadecimal, such as 1A-2F`);
  const first = Math.max(1, parseInt(match[1]!, 16));
  const last = match[2] === undefined ? 0 : parseInt(match[2], 16);
  if (last !== 0 && last < first) throw new UsageError(`option ${option}: the last generation is before the first`);
  return last === 0 ? { first } : { first, last };
}

function takeLogOption(draft: Draft, letter: string, rest: string, option: string): void {
  switch (letter) {
    case 'v':
      if (!/^[12]?$/.test(rest)) throw new UsageError(`unknown option ${option}`);
      draft.verbose = true;
      draft.obscured = rest === '1';
      return;
    case 's':
      draft.summary = true;
      return;
    case 'r':
      draft.range = generationRange(rest, option);
      return;
    case 'x':
      return; // damaged ends of logs are read without being mended in the file
    default:
      throw new UsageError(`unknown option ${option}`);
  }
}

function takeDumpOption(draft: Draft, letter: string, rest: string, option: string): void {
  switch (letter) {
    case 'v':
      draft.verbose = true;
      return;
    case 'a':
      if (draft.mode !== 'nodes') throw new UsageError(`option ${option} is for node dumps (/mn)`);
      draft.deleted = true;
      return;
    case 't':
      if (rest === '') throw new UsageError(`option ${option} needs the name of a table`);
      draft.table = rest;
      return;
    case 'p':
      if (!/^(0x[0-9a-f]+|-?\d+)$/i.test(rest)) throw new UsageError(`option ${option} needs the number of a page`);
      draft.pgno = Number(rest);
      draft.mode = 'page';
      return;
    case 's':
      return; // summaries are of log dumps; the original ignores it elsewhere
    default:
      throw new UsageError(`unknown option ${option}`);
  }
}

function takeOption(draft: Draft, option: string, family: keyof typeof VALUE_OPTIONS, reader: ArgumentReader): void {
  const name = option.slice(1);
  if (/^vss/i.test(name)) throw new UsageError(`${option}: there are no shadow copies here; copy the file instead`);
  const pageSize = PAGE_SIZES[name];
  const letter = name[0]!.toLowerCase();
  if (pageSize !== undefined) draft.pageSize = pageSize;
  else if (letter === 'o') draft.logo = false;
  else if (letter === '!' || /^(config|efv)/i.test(name)) return;
  else if (VALUE_OPTIONS[family].test(letter)) reader.value(name.slice(1));
  else if (draft.mode === 'log') takeLogOption(draft, letter, name.slice(1), option);
  else if (family === 'dump') takeDumpOption(draft, letter, name.slice(1), option);
  else if (family === 'checksum' ? !/^[ei]$/.test(letter) : !/^[bn]$/.test(letter))
    throw new UsageError(`unknown option ${option}`);
}

/** The mode, from the first argument; for a bare /m from a later one. */
function modeOf(
  args: readonly string[],
): { mode: Mode; family: keyof typeof VALUE_OPTIONS; skip?: string } | EseutilRefusal {
  const first = args[0];
  if (first === undefined) return { refused: 'usage', message: 'no mode given' };
  if (!/^[-/]./.test(first)) return { refused: 'usage', message: `${first}: a mode such as /mh comes first` };
  const name = first.slice(1).toLowerCase();
  if (name === '?' || name === 'h' || name === 'help') return { refused: 'help', message: '' };
  if (name === 'k') return { mode: 'checksum', family: 'checksum' };
  if (name === 'g') return { mode: 'integrity', family: 'integrity' };
  if (name === 'm') {
    const modifier = args.slice(1).find((arg) => /^[-/][hmsnklpctbr]$/i.test(arg));
    const named = modeOf([`/m${modifier?.slice(1) ?? 'h'}`]);
    return 'mode' in named && modifier !== undefined ? { ...named, skip: modifier } : named;
  }
  const dump = /^m(.)$/.exec(name)?.[1];
  const mode = dump === undefined ? undefined : DUMP_MODES[dump];
  if (mode !== undefined) return { mode, family: 'dump' };
  const other = dump === undefined ? OTHER_MODES[name] : OTHER_DUMPS[dump];
  if (other === undefined) return { refused: 'usage', message: `unknown mode ${first}` };
  const verb = dump === undefined ? other : `dump ${other}`;
  return { refused: 'unsupported', message: `this version of esekit cannot ${verb}` };
}

/** Reads the arguments of `eseutil`. `exists` tells paths from options. */
export function parseEseutilArguments(
  args: readonly string[],
  exists: (path: string) => boolean = existsSync,
): EseutilCommand | EseutilRefusal {
  const start = modeOf(args);
  if ('refused' in start) return start;
  const draft: Draft = { mode: start.mode };
  const reader = new ArgumentReader(args, exists);
  try {
    for (let arg = reader.next(); arg !== undefined; arg = reader.next()) {
      if (arg === start.skip) continue;
      if (reader.isOption(arg)) takeOption(draft, arg, start.family, reader);
      else if (draft.file !== undefined) throw new UsageError(`one file at a time: what is ${arg}?`);
      else draft.file = arg;
    }
  } catch (error) {
    if (error instanceof UsageError) return { refused: 'usage', message: error.message };
    throw error;
  }
  const { file, mode = start.mode } = draft;
  if (file === undefined) return { refused: 'usage', message: 'no file given' };
  return { logo: true, verbose: false, deleted: false, ...draft, mode, file };
}

/** `/r`: recovery. */
async function runRecoveryMode(args: readonly string[], io: CommandIo): Promise<number> {
  const { parseRecovery, runEseutilRecovery } = await import('./commands/recover.ts');
  try {
    return await runEseutilRecovery(parseRecovery(args, existsSync), io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`eseutil: ${error.message}\n${USAGE}`);
    return ExitStatus.Usage;
  }
}

/** Runs `eseutil`; returns the exit status. */
export async function runEseutil(args: readonly string[], io: CommandIo): Promise<number> {
  if (isMaintenanceMode(args)) return runMaintenance(args, io, USAGE);
  if (/^[-/]r$/i.test(args[0] ?? '')) return runRecoveryMode(args, io);
  const command = parseEseutilArguments(args);
  if (!('refused' in command)) return runEseutilCommand(command, io);
  if (command.refused === 'help') {
    io.out(USAGE);
    return ExitStatus.Clean;
  }
  io.err(`eseutil: ${command.message}\n`);
  if (command.refused === 'usage') io.err(USAGE);
  return command.refused === 'usage' ? ExitStatus.Usage : ExitStatus.Failed;
}
