// Which of the logs a database needs lie beside it.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DbHeader } from '../ese/header/db-header.ts';
import { identifyFile } from '../ese/header/identify.ts';
import { sameSignature } from '../ese/header/signature.ts';
import { FileSource } from '../ese/io/file-source.ts';

/** A log file of the database's own stream. */
export interface FoundLog {
  readonly path: string;
  readonly generation: number;
}

/** The logs a database needs before it can be used, and which of them were found in its folder. */
export interface RequiredLogs {
  readonly first: number;
  readonly last: number;
  readonly found: readonly FoundLog[];
  readonly missing: readonly number[];
  /** Base name of the log files (`E00`, `edb`, `SRU`), when any was found. */
  readonly base?: string;
}

/** Generations listed one by one at most. */
const LISTED_MOST = 10_000;

const LOG_NAME = /^(.{3})[0-9a-f]*\.(log|jtx)$/i;

function readLog(path: string, header: DbHeader): FoundLog | undefined {
  try {
    const source = new FileSource(path);
    try {
      const file = identifyFile(source);
      const ours = file.kind === 'log' && file.sound && sameSignature(file.header.signLog, header.signLog);
      return ours ? { path, generation: file.header.lGeneration } : undefined;
    } finally {
      source.close();
    }
  } catch {
    return undefined; // not readable, or no log: then it is not one we can count on
  }
}

/** Looks for the logs `header` names, in the folder of the database. Undefined when it names none. */
export function requiredLogs(databasePath: string, header: DbHeader): RequiredLogs | undefined {
  const { lGenMinRequired: first, lGenMaxRequired: last } = header;
  if (last <= 0 || first <= 0 || last < first) return undefined;
  const folder = dirname(databasePath);
  const names = readdirSync(folder).filter((name) => LOG_NAME.test(name));
  const found = names
    .map((name) => readLog(join(folder, name), header))
    .filter((log) => log !== undefined && log.generation >= first && log.generation <= last) as FoundLog[];
  found.sort((a, b) => a.generation - b.generation);
  const generations = new Set(found.map((log) => log.generation));
  const missing: number[] = [];
  for (let g = first; g <= last && missing.length < LISTED_MOST; g++) if (!generations.has(g)) missing.push(g);
  const base = found[0] === undefined ? undefined : LOG_NAME.exec(found[0].path.split(/[\\/]/).at(-1)!)?.[1];
  return { first, last, found, missing, ...(base === undefined ? {} : { base }) };
}
