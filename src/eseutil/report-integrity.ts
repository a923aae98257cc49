// The words of `eseutil /g`: the frame around an integrity check, as the original prints it (eseutil.cxx, repair.cxx).
import { JetError } from '../errors/jet-error.ts';
import { DbState } from '../ese/header/db-state.ts';
import type { DbHeader } from '../ese/header/db-header.ts';
import { formatLogtime } from '../ese/header/logtime.ts';
import { bannerLines } from './banner.ts';
import { plainText } from './plain-text.ts';
import { ProgressBar } from './progress-bar.ts';

/** Everything up to the start of the check. */
export function integrityOpening(name: string, logo: boolean): string[] {
  return [
    ...bannerLines(logo),
    'Initiating INTEGRITY mode...',
    `        Database: ${plainText(name)}`,
    '  Temp. Database: none needed',
    '',
    'Checking database integrity.',
  ];
}

const NOT_CLEAN: ReadonlySet<number> = new Set([
  DbState.DirtyShutdown,
  DbState.IncrementalReseedInProgress,
  DbState.DirtyAndPatchedShutdown,
  DbState.RevertInProgress,
]);

/** What keeps a check from being made. */
export interface IntegrityRefusal {
  /** Lines that warn; none when the state of the database rules any check out. */
  readonly warning: readonly string[];
  /** The error to end with. For databases that were only not closed, `/o` goes on all the same. */
  readonly error: JetError;
}

/** Whether the state of a database lets it be checked; undefined when it does. */
export function integrityRefusal(header: DbHeader, name: string): IntegrityRefusal | undefined {
  if (header.dbstate === DbState.CleanShutdown) return undefined;
  if (!NOT_CLEAN.has(header.dbstate)) {
    const message = `${name}: the database was never finished, or its state is none that a database can have`;
    return { warning: [], error: new JetError('JET_errDatabaseCorrupted', message, { file: name }) };
  }
  const message = `${name}: the database was not shut down cleanly; recovery brings it up to date`;
  return {
    warning: [
      '',
      'The database is not up-to-date. This operation may find that',
      'this database is corrupt because data from the log files has',
      'yet to be placed in the database.',
      '',
      "To ensure the database is up-to-date please use the 'Recovery' operation.",
      '',
    ],
    error: new JetError('JET_errDatabaseDirtyShutdown', message, { file: name }),
  };
}

/** The bar of an integrity check. */
export function integrityBar(): ProgressBar {
  return new ProgressBar('Scanning');
}

/** The verdict after the bar. `header` tells of the last full backup when the database is damaged. */
export function integrityVerdict(ok: boolean, header: DbHeader): string[] {
  if (ok) return ['', '', 'Integrity check successful.', ''];
  const backup = header.bkinfoFullPrev.logtimeMark;
  if (backup.isZero) return ['', '', 'Integrity check completed.  Database is CORRUPTED!'];
  const when = formatLogtime(backup);
  return [
    '',
    '',
    'Integrity check completed.  ',
    `Database is CORRUPTED, the last full backup of this database was on ${when}`,
  ];
}
