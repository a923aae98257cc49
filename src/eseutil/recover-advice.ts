// What an error of a recovery asks for: which file to bring, and whether there is another way.
import type { JetError } from '../errors/jet-error.ts';
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';

/** Errors that bringing the right files cures, and what to bring. */
const BRING: Readonly<Partial<Record<JetErrorSymbol, string>>> = {
  JET_errMissingLogFile:
    'Bring that log into the folder (from a backup, or where old logs are archived). When the current log is lost for good and no database requires it, --ignore-lost-logs goes on without it.',
  JET_errRequiredLogFilesMissing:
    'Bring the logs named, up to the last required one. Without them the database can only be restored from a backup, or repaired with loss.',
  JET_errCommittedLogFilesMissing:
    'Bring the missing logs. The databases do not require them: --ignore-lost-logs recovers without them, and loses what was committed in them.',
  JET_errCommittedLogFileCorrupt:
    'Bring a sound copy of that log. The databases do not require it: --ignore-lost-logs recovers without it and those after it, and loses what was committed in them.',
  JET_errInvalidLogSequence:
    'The logs are not one series without a gap: bring the missing one, and move those of another series away.',
  JET_errLogSequenceChecksumMismatch:
    'One of the two logs is not of this series, or was changed: bring the right one (a log is complete only when its successor exists).',
  JET_errBadLogSignature: 'Move the log of the other series away, and bring that of this one.',
  JET_errAttachedDatabaseMismatch:
    'Bring the database the logs name (tell where it is by --database or --db-path). If it is gone for good, --ignore-missing-db recovers the others.',
  JET_errConsistentTimeMismatch:
    'Bring the logs of the time since this copy of the database was made, or the copy these logs belong to.',
  JET_errLogFileSizeMismatch: 'The file is cut off or was extended: bring a whole copy of that log.',
  JET_errBadLogVersion:
    'These logs are of a version that cannot be replayed here: recover them with the engine that wrote them.',
  JET_errDatabaseIncompleteIncrementalReseed:
    'Let the reseed that was begun come to its end, or seed the database anew.',
  JET_errDatabaseIncompleteRevert: 'Let the revert that was begun come to its end.',
  JET_errAccessDenied: 'Give read and write access to the database, and run again.',
};

/** Errors whose cure is another copy of a damaged file. */
const DAMAGED: Readonly<Partial<Record<JetErrorSymbol, string>>> = {
  JET_errLogFileCorrupt:
    'A database requires this log: bring a sound copy of it. Without one the database can only be restored from a backup, or repaired with loss.',
  JET_errLogCorrupted: 'The log holds a record that makes no sense: bring a sound copy of it.',
  JET_errPageNotInitialized:
    'Pages of the database are missing (lost writes, or a file that was cut): restore a backup and recover that with these logs, or repair with loss.',
  JET_errFileIOBeyondEOF: 'The database is shorter than it was: restore a backup and recover that with these logs.',
  JET_errReadVerifyFailure: 'Restore a backup and recover that with these logs, or repair with loss.',
  JET_errDbTimeTooOld:
    'A page was not written though the engine believed it was: restore a backup and recover that with these logs.',
  JET_errDbTimeTooNew:
    'The database is not of the time these logs begin with: bring the right copy, or the logs between.',
  JET_errDatabaseCorrupted: 'Restore a backup and recover that with these logs, or repair with loss.',
};

/** What to do about an error of a recovery; undefined when there is nothing particular. */
export function recoverAdvice(error: Pick<JetError, 'symbol'>): string | undefined {
  return BRING[error.symbol] ?? DAMAGED[error.symbol];
}

/** True when the recovery was refused for want of the right files: with them it can be done. */
export function needsOtherFiles(error: Pick<JetError, 'symbol'>): boolean {
  return BRING[error.symbol] !== undefined;
}
