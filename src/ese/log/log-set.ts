// Names of log files: which generations a folder holds (format 9.1; logstream.cxx).

/** What a name says. */
export interface LogName {
  readonly name: string;
  readonly kind: 'archived' | 'current' | 'temporary' | 'reserve' | 'checkpoint';
  /** Of archived logs. */
  readonly generation?: number;
  /** Digits of the generation: 5, or 8. */
  readonly digits?: number;
}

/** An archived log. */
export interface ArchivedLog {
  readonly generation: number;
  readonly name: string;
}

/** Generations that are not there: `first` to `last`, both included. */
export interface GenerationGap {
  readonly first: number;
  readonly last: number;
}

/** The logs of one base name. */
export interface LogSet {
  readonly base: string;
  /** Extension of its logs: old `log` or new `jtx`; the newer where both are there. */
  readonly extension: 'log' | 'jtx';
  /** In order of generation, each generation once. */
  readonly archived: readonly ArchivedLog[];
  /** The log being filled (`<base>.log`); its header tells its generation. */
  readonly current?: string;
  /** The next log, while it is being made (`<base>tmp.log`). */
  readonly temporary?: string;
  /** Space kept for a full disk; holds no records. */
  readonly reserves: readonly string[];
  readonly checkpoint?: string;
  /** Between the lowest and the highest archived generation. */
  readonly gaps: readonly GenerationGap[];
  /** Names left out: a generation under a second name, or logs of the other extension. */
  readonly surplus: readonly string[];
}

/** Highest generation an archived log can have. */
const GENERATION_MOST = 0x7fffffff;
const OLD_RESERVE = /^res[12]\.log$/i;

function extensionOf(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1).toLowerCase()];
}

function archivedName(name: string, digits: string): LogName | undefined {
  if (!/^(?:[0-9a-f]{5}|[0-9a-f]{8})$/i.test(digits)) return undefined;
  const generation = parseInt(digits, 16);
  if (generation < 1 || generation > GENERATION_MOST) return undefined;
  return { name, kind: 'archived', generation, digits: digits.length };
}

/** What `name` (a plain file name, in any case) is to the logs of `base`; undefined: nothing. */
export function parseLogName(name: string, base: string): LogName | undefined {
  if (OLD_RESERVE.test(name)) return { name, kind: 'reserve' };
  const [stem, extension] = extensionOf(name);
  if (stem.slice(0, base.length).toLowerCase() !== base.toLowerCase()) return undefined;
  const rest = stem.slice(base.length).toLowerCase();
  if (extension === 'chk' || extension === 'jcp') return rest === '' ? { name, kind: 'checkpoint' } : undefined;
  if (extension === 'jrs') return /^res[0-9a-f]{5}$/.test(rest) ? { name, kind: 'reserve' } : undefined;
  if (extension !== 'log' && extension !== 'jtx') return undefined;
  if (rest === '') return { name, kind: 'current' };
  if (rest === 'tmp') return { name, kind: 'temporary' };
  return archivedName(name, rest);
}

/** Name of an archived log: `E00` 0x1a `log` gives `E000001A.log`. */
export function archivedLogName(
  base: string,
  generation: number,
  extension: 'log' | 'jtx',
  digits: number = 5,
): string {
  const least = generation > 0xfffff ? 8 : digits;
  return `${base}${generation.toString(16).toUpperCase().padStart(least, '0')}.${extension}`;
}

/** Sorts the names of a folder into the logs of `base`; other names are ignored. */
export function arrangeLogs(names: Iterable<string>, base: string): LogSet {
  const found = [...names].sort().flatMap((name) => parseLogName(name, base) ?? []);
  const isLog = ({ kind }: LogName): boolean => kind === 'archived' || kind === 'current' || kind === 'temporary';
  const has = (extension: string): boolean =>
    found.some((each) => isLog(each) && extensionOf(each.name)[1] === extension);
  const extension = has('jtx') ? 'jtx' : 'log';
  const ours = found.filter((each) => !isLog(each) || extensionOf(each.name)[1] === extension);
  const surplus = found.filter((each) => !ours.includes(each)).map(({ name }) => name);
  const archived: ArchivedLog[] = [];
  const byGeneration = ours.filter(({ kind }) => kind === 'archived').sort((a, b) => a.generation! - b.generation!);
  for (const { name, generation } of byGeneration) {
    if (archived.at(-1)?.generation === generation) surplus.push(name);
    else archived.push({ name, generation: generation! });
  }
  const nameOf = (kind: LogName['kind']): string | undefined => ours.find((each) => each.kind === kind)?.name;
  const current = nameOf('current');
  const temporary = nameOf('temporary');
  const checkpoint = nameOf('checkpoint');
  return {
    base,
    extension,
    archived,
    reserves: ours.filter(({ kind }) => kind === 'reserve').map(({ name }) => name),
    gaps: gapsOf(archived),
    surplus,
    ...(current === undefined ? {} : { current }),
    ...(temporary === undefined ? {} : { temporary }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function gapsOf(archived: readonly ArchivedLog[]): GenerationGap[] {
  const gaps: GenerationGap[] = [];
  archived.forEach(({ generation }, i) => {
    const before = archived[i - 1];
    if (before !== undefined && generation > before.generation + 1) {
      gaps.push({ first: before.generation + 1, last: generation - 1 });
    }
  });
  return gaps;
}

/** Letters in a base name. */
const BASE_SIZE = 3;

/** Base names for which a folder seems to hold logs, the one with most files first. */
export function guessBases(names: Iterable<string>): string[] {
  const counts = new Map<string, { base: string; count: number }>();
  for (const name of names) {
    const base = name.slice(0, BASE_SIZE);
    const kind = base.length === BASE_SIZE ? parseLogName(name, base)?.kind : undefined;
    if (kind === undefined || OLD_RESERVE.test(name)) continue;
    const entry = counts.get(base.toLowerCase());
    if (entry === undefined) counts.set(base.toLowerCase(), { base, count: 1 });
    else entry.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.base < b.base ? -1 : 1)).map(({ base }) => base);
}
