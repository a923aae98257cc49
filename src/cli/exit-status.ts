// Exit statuses of every verb, and which of them a JET error means.
import type { JetError } from '../errors/jet-error.ts';

/** 0 done and clean; 1 failed; 2 wrong usage; 3 damage found; 4 refused; 130 interrupted. */
export const ExitStatus = { Clean: 0, Failed: 1, Usage: 2, Damage: 3, Refused: 4, Interrupted: 130 } as const;

const REFUSED: ReadonlySet<string> = new Set([
  'JET_errFileInvalidType',
  'JET_errPageSizeMismatch',
  'JET_errDatabaseStreamingFileMismatch',
  'JET_errDatabaseDirtyShutdown',
  'JET_errFileAccessDenied',
  'JET_errDatabaseInUse',
  'JET_errDiskFull',
  'JET_errFileAlreadyExists',
]);

/** The exit status for an operation that ended in `error`. */
export function exitStatusOf(error: JetError): number {
  return REFUSED.has(error.symbol) ? ExitStatus.Refused : ExitStatus.Failed;
}

/** The lines of every verb's `--help` about its exit status. */
export const EXIT_STATUS_HELP = `
Exit status:
  0    done, and nothing wrong was found
  1    the operation failed
  2    wrong usage
  3    damage or findings were found
  4    refused: unknown format, locked, dirty, or no space
  130  interrupted; nothing is left half done
`;
