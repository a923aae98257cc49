// Facts about this machine that bear on the databases at hand: who has them open, which scanner runs and whether it
// watches their folder, and whether there is room to defragment them.
import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatabaseEvidence, HostEvidence } from '../evidence.ts';
import { onAccessPaths, watchedBy } from './clamav-configuration.ts';
import type { HostView } from './host-view.ts';
import { runningScanners, whoHasOpen } from './processes.ts';

/** Defragmentation needs this much of the size of the database. */
const SPACE_NEEDED = 1.1;

function piece(fact: string, summary: string, database?: DatabaseEvidence): HostEvidence {
  return {
    kind: 'host',
    place: { file: 'this machine' },
    count: 1,
    keys: database === undefined ? {} : database.keys,
    codes: [],
    summary,
    facts: new Set([fact]),
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function openEvidence(databases: readonly DatabaseEvidence[], view: HostView): HostEvidence[] {
  const paths = databases.map(({ path }) => realPath(path));
  const holders = whoHasOpen(view.proc, paths, process.pid);
  return databases.flatMap((database, i) =>
    (holders.get(paths[i]!) ?? []).map(({ pid, name, scanner }) =>
      piece(
        scanner ? 'open-by-scanner' : 'open-by-other',
        `${database.path} is open in ${name} (process ${pid})`,
        database,
      ),
    ),
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function scannerEvidence(databases: readonly DatabaseEvidence[], view: HostView): HostEvidence[] {
  const scanners = runningScanners(view.proc);
  const watched = view.clamavFiles.flatMap((file) => {
    const text = readText(file);
    if (text === undefined) return [];
    const paths = onAccessPaths(text);
    return databases.flatMap((database) => {
      const folder = watchedBy(realPath(database.path), paths);
      return folder === undefined
        ? []
        : [
            piece(
              'scanner-watches-data',
              `${file}: ClamAV scans ${folder} on access, and ${database.path} lies there`,
              database,
            ),
          ];
    });
  });
  const names = [...new Set(scanners.map(({ name }) => name))];
  return names.length === 0
    ? watched
    : [...watched, piece('scanner-runs', `virus scanner running on this machine: ${names.join(', ')}`)];
}

function spaceEvidence(database: DatabaseEvidence, view: HostView): HostEvidence[] {
  const free = view.freeBytes(database.path);
  if (free === undefined) return [];
  const needed = Math.ceil(database.size * SPACE_NEEDED);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const text = `${megabytes(free)} free beside ${database.path}; defragmentation needs ${megabytes(needed)}`;
  return [piece(free < needed ? 'space-short' : 'space-enough', text, database)];
}

/** Facts about the machine that concern these databases; none when there are no databases. */
export function hostEvidence(databases: readonly DatabaseEvidence[], view: HostView): HostEvidence[] {
  if (databases.length === 0) return [];
  return [
    ...openEvidence(databases, view),
    ...scannerEvidence(databases, view),
    ...databases.flatMap((one) => spaceEvidence(one, view)),
  ];
}
