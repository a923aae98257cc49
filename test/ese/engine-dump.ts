// The engine's own dumps: what it read through its API from a database. The truth our reader is held against.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { corpus, hasCorpus } from '../corpus.ts';

export interface DumpColumn {
  readonly name: string;
  readonly id: number;
  readonly type: number;
  readonly cp: number;
  readonly default: string;
}

export interface DumpIndex {
  readonly grbit: number;
  readonly key: string;
  /** [normalised key, bookmark], both in hexadecimal, in index order. */
  readonly entries: readonly (readonly [string, string])[];
}

export interface DumpTable {
  columns: DumpColumn[];
  /** Bookmark to column values, in hexadecimal, in primary order. */
  readonly rows: Map<string, Readonly<Record<string, readonly string[]>>>;
  readonly indexes: Map<string, DumpIndex>;
  /** What the engine said where it could not read on. */
  readonly errors: string[];
}

/** Reads a `dump.jsonl`. */
export function readDump(path: string): Map<string, DumpTable> {
  const tables = new Map<string, DumpTable>();
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    if (!line.startsWith('{')) continue;
    const entry = JSON.parse(line) as Record<string, unknown>;
    const name = entry['table'] as string | undefined;
    if (name === undefined) continue;
    let table = tables.get(name);
    if (table === undefined)
      tables.set(name, (table = { columns: [], rows: new Map(), indexes: new Map(), errors: [] }));
    if ('columns' in entry) table.columns = entry['columns'] as DumpColumn[];
    else if ('row' in entry) table.rows.set(entry['bm'] as string, entry['row'] as Record<string, string[]>);
    else if ('entries' in entry) table.indexes.set(entry['index'] as string, entry as unknown as DumpIndex);
    else if (!('rows' in entry)) table.errors.push(line);
  }
  return tables;
}

/** Databases with a dump: what to call them, the database and the dump. */
export function dumpedDatabases(): { name: string; database: string; dump: string; reports: string }[] {
  if (!hasCorpus) return [];
  const built = readdirSync(corpus('engine-made/build')).map((name) => ({
    name: `build/${name}`,
    database: corpus(`engine-made/build/${name}/test.edb`),
    dump: corpus(`engine-made/build/${name}/dump.jsonl`),
    reports: corpus(`engine-made/build/${name}`),
  }));
  const real = readdirSync(corpus('engine-made/engine-dumps')).map((name) => ({
    name: `engine-dumps/${name}`,
    database: corpus(name.replaceAll('__', '/')),
    dump: corpus(`engine-made/engine-dumps/${name}/dump.jsonl`),
    reports: corpus(`engine-made/engine-dumps/${name}`),
  }));
  return [...built, ...real].filter((one) => existsSync(one.dump));
}
