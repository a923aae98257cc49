// What may be repaired, and whether there is anything to repair.
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { Database } from '../../ese/database.ts';
import { DbState } from '../../ese/header/db-state.ts';
import { FileType } from '../../ese/header/file-kind.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { checkDatabase } from '../check.ts';
import { NEWEST_WRITABLE_REVISION } from '../defrag-conditions.ts';
import type { FileScan } from './file-scan.ts';
import type { Geometry } from './geometry.ts';

/** Thrown out of a check that only wants to know whether anything is wrong. */
class SomethingWrong extends Error {}

/** @throws JetError for what cannot be repaired, by its header. */
export function requireRepairable(source: ByteSource, { found }: Geometry, path: string): void {
  if (found === undefined) return;
  const { header } = found;
  const refuse = (symbol: JetErrorSymbol, why: string): never => {
    throw new JetError(symbol, `${path}: ${why}`, { file: path });
  };
  if (header.attrib === 1 || header.filetype === FileType.StreamingFile)
    refuse('JET_errDatabaseStreamingFileMismatch', 'this is a streaming file (.stm), not a database');
  if (new Database(source).hasNoChecksums)
    refuse('JET_errFileInvalidType', 'this is a temporary database: there is nothing to keep');
  if (header.ulDaeUpdateMajor > NEWEST_WRITABLE_REVISION) {
    const why = `revision ${header.ulDaeUpdateMajor} is newer than any published one (${NEWEST_WRITABLE_REVISION}): it can be read, but not written`;
    refuse('JET_errInvalidDatabaseVersion', why);
  }
}

/** Whether header or pages alone tell that there is something to repair. */
export function showsDamage({ found }: Geometry, scan: FileScan): boolean {
  if (found === undefined || found.primary.state !== 'good' || found.shadow.state !== 'good') return true;
  return found.header.dbstate !== DbState.CleanShutdown || scan.showsDamage;
}

/** Whether the whole check finds nothing wrong; stops at the first thing it finds. */
export function isSound(db: Database, onProgress: (done: number, total: number) => void): boolean {
  try {
    const { ok } = checkDatabase(db, {
      onFinding: ({ severity }) => {
        if (severity !== 'info') throw new SomethingWrong();
      },
      onProgress,
    });
    return ok;
  } catch (error) {
    if (error instanceof SomethingWrong) return false;
    throw error;
  }
}
