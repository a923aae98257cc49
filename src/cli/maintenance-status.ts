// Exit statuses of the verbs that write databases.
import type { JetError } from '../errors/jet-error.ts';
import { ExitStatus, exitStatusOf } from './exit-status.ts';

/** Errors that mean "this is not done", beside those every verb has. */
const REFUSED: ReadonlySet<string> = new Set(['JET_errInvalidDatabaseVersion']);
/** Errors that mean that the database is damaged. */
const DAMAGE: ReadonlySet<string> = new Set([
  'JET_errReadVerifyFailure',
  'JET_errPageNotInitialized',
  'JET_errFileIOBeyondEOF',
  'JET_errDatabaseCorrupted',
  'JET_errCatalogCorrupted',
  'JET_errLVCorrupted',
  'JET_errSecondaryIndexCorrupted',
]);

/** The exit status of a defragmentation or copy that ended in `error`. */
export function maintenanceStatus(error: JetError): number {
  if (REFUSED.has(error.symbol)) return ExitStatus.Refused;
  return DAMAGE.has(error.symbol) ? ExitStatus.Damage : exitStatusOf(error);
}
