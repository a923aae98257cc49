// What must hold before a database is built anew: clean, of a known revision, sound in its header; and how much room the
// new one needs.
import { JetError } from '../errors/jet-error.ts';
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';
import { SYSTEM_ROOT } from '../ese/catalog/system-schema.ts';
import type { Database } from '../ese/database.ts';
import { DbState, dbStateName } from '../ese/header/db-state.ts';
import { extentFirst } from '../ese/space/extent.ts';
import { readTreeSpace } from '../ese/space/tree-space.ts';

/** Newest revision whose rules are published: databases newer than that are read, but not written. */
export const NEWEST_WRITABLE_REVISION = 290;

/** Bytes of the pages that the database does not have free. */
export function bytesInUse(db: Database): number {
  const { pgnoLast, format } = db.pages;
  const space = readTreeSpace(db.pages, { ...SYSTEM_ROOT, kind: 'table' });
  const last = Math.min(pgnoLast, Math.max(1, ...(space?.owned ?? []).map(({ pgnoLast: end }) => end)));
  let free = 0;
  for (const extent of space?.available ?? [])
    free += Math.max(0, Math.min(last, extent.pgnoLast) - Math.max(1, extentFirst(extent)) + 1);
  return (Math.max(1, last - free) + 2) * format.pageSize;
}

/** @throws JetError when a database must not be defragmented. */
export function requireDefragmentable(db: Database, path: string): void {
  const { header, used } = db.found;
  const refuse = (symbol: JetErrorSymbol, why: string): never => {
    throw new JetError(symbol, `${path}: ${why}`, { file: path });
  };
  if (used === 'none')
    refuse('JET_errReadVerifyFailure', 'neither copy of the header is sound: nothing it says can be relied on');
  if (db.hasNoChecksums) refuse('JET_errFileInvalidType', 'this is a temporary database: there is nothing to keep');
  if (header.dbstate !== DbState.CleanShutdown) {
    refuse(
      'JET_errDatabaseDirtyShutdown',
      `the database was not shut down cleanly (${dbStateName(header.dbstate)}): recover first`,
    );
  }
  if (header.ulDaeUpdateMajor > NEWEST_WRITABLE_REVISION) {
    refuse(
      'JET_errInvalidDatabaseVersion',
      `revision ${header.ulDaeUpdateMajor} is newer than any published one (${NEWEST_WRITABLE_REVISION}): it can be read, but not written`,
    );
  }
}
