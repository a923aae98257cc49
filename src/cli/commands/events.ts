// `esekit events FILE...`: event logs in any form, one line (or paragraph) an event.
import { readSync } from 'node:fs';
import { FileSource } from '../../ese/io/file-source.ts';
import { eventFilter, eventToJson, memoryInput, readEvents } from '../../eventlog/index.ts';
import type { EventFilter, EventLevel, LogEvent, LogFinding, LogInput } from '../../eventlog/index.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { writeLines } from '../write-lines.ts';

/** Options of the verb, as the command line gives them. */
export interface EventsOptions {
  /** JSON lines instead of text. */
  readonly json?: boolean;
  readonly source?: readonly string[];
  readonly id?: readonly string[];
  readonly level?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly recovered?: boolean;
}

const LEVELS: Readonly<Record<string, EventLevel>> = {
  critical: 'critical', error: 'error', warning: 'warning', warn: 'warning', information: 'information', info: 'information',
  verbose: 'verbose', 'audit-success': 'audit-success', 'audit-failure': 'audit-failure',
}; // prettier-ignore
const MOST_IDS = 0x10000;
/** Standard input is held in memory: it is for what is pasted. */
const MOST_INPUT = 1 << 28;

class UsageError extends Error {}

/** Values given several times or separated by commas. */
const list = (values: readonly string[] | undefined): string[] | undefined =>
  values
    ?.flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');

function idsOf(values: readonly string[] | undefined): number[] | undefined {
  return list(values)?.flatMap((value) => {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value) ?? [];
    const count = Number(to ?? from) - Number(from) + 1;
    if (from === undefined || count < 1 || count > MOST_IDS) throw new UsageError(`--id: ${value} is no event id`);
    return Array.from({ length: count }, (_, i) => Number(from) + i);
  });
}

function levelsOf(values: readonly string[] | undefined): EventLevel[] | undefined {
  return list(values)?.map((value) => {
    const level = LEVELS[value.toLowerCase()];
    if (level === undefined) throw new UsageError(`--level: ${value} is none of ${Object.keys(LEVELS).join(', ')}`);
    return level;
  });
}

function timeOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d(\.\d+)?)?)?)?)?)?Z?$/.test(value))
    throw new UsageError(`--${name}: write the time like 2003-05-14 or 2003-05-14T10:11`);
  return value.replace(' ', 'T');
}

function filterOf(options: EventsOptions): EventFilter {
  const sources = list(options.source);
  const ids = idsOf(options.id);
  const levels = levelsOf(options.level);
  const since = timeOf('since', options.since);
  const until = timeOf('until', options.until);
  return {
    ...(sources !== undefined && { sources }),
    ...(ids !== undefined && { ids }),
    ...(levels !== undefined && { levels }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function standardInput(): LogInput {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < MOST_INPUT) {
    const chunk = new Uint8Array(1 << 16);
    let count: number;
    try {
      count = readSync(0, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      if ((error as NodeJS.ErrnoException).code === 'EOF') break;
      throw error;
    }
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  return memoryInput(new Uint8Array(Buffer.concat(chunks)), '(standard input)');
}

/** What reading the files came to. */
interface Tally {
  shown: number;
  read: number;
  errors: number;
  unknown: number;
}

/**
 * Runs the verb. `-` among the files is standard input. Findings go to standard error. Exit status: 0, 2 for a wrong
 * option, 3 when a log is damaged, 4 when a file is no event log.
 * @throws JetError when a file cannot be opened or read.
 */
export async function runEvents(files: readonly string[], options: EventsOptions, io: CommandIo): Promise<number> {
  let wanted: (event: LogEvent) => boolean;
  try {
    wanted = eventFilter(filterOf(options));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`events: ${plainText(error.message)}\n`);
    return ExitStatus.Usage;
  }
  const tally: Tally = { shown: 0, read: 0, errors: 0, unknown: 0 };
  for (const file of files) {
    const source = file === '-' ? undefined : new FileSource(file);
    try {
      await writeLines(io, linesOf(source ?? standardInput(), options, wanted, tally, io));
    } finally {
      source?.close();
    }
  }
  if (options.json !== true) io.err(`${tally.shown === tally.read ? '' : `${tally.shown} of `}${tally.read} events\n`);
  if (tally.unknown > 0) return ExitStatus.Refused;
  return tally.errors > 0 ? ExitStatus.Damage : ExitStatus.Clean;
}

function* linesOf(
  input: LogInput,
  options: EventsOptions,
  wanted: (event: LogEvent) => boolean,
  tally: Tally,
  io: CommandIo,
): Generator<string> {
  const report = (finding: LogFinding): void => {
    if (finding.rule === 'log.unknown') tally.unknown++;
    else if (finding.severity === 'error') tally.errors++;
    io.err(`${plainText(input.name)}: ${finding.severity}: ${plainText(finding.message)} [${finding.rule}]\n`);
  };
  for (const event of readEvents(input, { report, recovered: options.recovered === true })) {
    tally.read++;
    if (!wanted(event)) continue;
    tally.shown++;
    yield options.json === true ? jsonLine(event, input.name) : eventText(event);
  }
}

function jsonLine(event: LogEvent, file: string): string {
  const json = eventToJson(event);
  json['file'] = file;
  return JSON.stringify(json);
}

/** The event for people: a line of what it is, then what it says. */
function eventText(event: LogEvent): string {
  const { time, level, source, id, name, computer, record, recovered, category } = event;
  const head = [
    time === null ? '(no time)' : time.replace('T', ' ').replace(/\.\d+/, ''),
    level,
    `${source} ${id}`,
    name === undefined ? '' : `(${name})`,
    category,
    computer,
    record === null ? '' : `#${record}`,
    recovered === true ? 'recovered' : '',
  ];
  const lines = event.message.split(/\r\n|\n|\r/).map((line) => `  ${plainText(line.trimEnd())}`);
  const text = lines.filter((line, i) => line !== '  ' || (lines[i - 1] ?? '  ') !== '  ').join('\n');
  return `${plainText(head.filter((part) => part !== '').join('  '))}\n${text.trimEnd()}`;
}
