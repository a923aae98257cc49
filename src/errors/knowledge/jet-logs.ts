// What errors of transaction logs, checkpoint and recovery mean to an administrator. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Transaction logs, checkpoint, recovery. */
export const JET_LOGS: string = `
JET_errDatabaseDirtyShutdown
The database was not closed cleanly: some of its changes are still only in the transaction logs.
> This is a state, not damage. "esekit info FILE" shows which logs are required; with them in place run "esekit recover
DIR --base E00". Repair only when those logs are lost for good.

JET_errDirtyShutdown
The instance ended without closing its databases cleanly.
> Start it again so that it recovers, or run "esekit recover DIR --base E00"; keep all logs.

JET_errRequiredLogFilesMissing
Logs the database needs to become consistent are not in the log directory.
> "esekit info FILE" lists them (Log Required). Look in backups, quarantine of the virus scanner and other volumes, put
them back and run "esekit recover DIR --base E00"; else restore. Repair loses what they hold.

JET_errCommittedLogFilesMissing
All logs needed for consistency are there, but newer ones with committed changes are missing.
> Find the newest logs (see "esekit info FILE"). If they are lost for good, recovery that accepts the loss is possible,
the last changes are then gone.

JET_errMissingLogFile
A log file of the sequence is not there, often the current one (E00.log).
> Check the quarantine of the virus scanner and exclude the log directory. "esekit dump log DIR" shows the generations
present; the highest numbered log may stand in for E00.log only if it is proven to be the last. Then "esekit recover".

JET_errMissingPreviousLogFile
The log before this one is not there, so the sequence has a gap.
> Put the missing generation back ("esekit dump log DIR" names it) and run "esekit recover DIR --base E00".

JET_errMissingCurrentLogFiles
The current log files are missing after a restore.
> Copy them next to the restored logs, or recover to the end of the restored set.

JET_errLogFileCorrupt
A log file is damaged: a checksum is wrong or a record cannot be read.
> A log cannot be repaired. If "esekit info FILE" says Clean Shutdown the log is not needed: move the logs away and
mount. Otherwise restore and replay up to the damage.

JET_errLogCorrupted
The contents of the logs are not valid.
> "esekit dump log FILE" shows where. Move the logs away only if every database of the set is Clean Shutdown.

JET_errCommittedLogFileCorrupt
A log with committed, not strictly required changes is damaged.
> "esekit info FILE" shows Log Required; the database can be made consistent without this log, losing its last changes.

JET_errLogReadVerifyFailure
A log failed its checksum while it was backed up or copied.
> Make a full backup as soon as the database is clean, and examine the storage of the log volume.

JET_errLogSequenceChecksumMismatch
A log does not continue the contents of the log before it: one of the two is foreign or was changed.
> "esekit dump log DIR" compares generations and signatures; take both from the same source.

JET_errLogWriteFail
A log could not be written; the instance stops so that nothing is lost silently.
> Check free space, permissions of the service account and file-level virus scanners on the log volume, then mount
again.

JET_errLogDiskFull
The volume with the transaction logs is full.
> Free or add space; do not delete logs by hand. A full backup removes the logs that are no longer needed. Then mount:
recovery runs by itself.

JET_errLogDisabledDueToRecoveryFailure
An earlier recovery failed, so logging is off and nothing can be changed.
> Look for the first error before this one, remove its cause, restart the service.

JET_errCannotLogDuringRecoveryRedo
Something tried to write while logs were being replayed.
> Wait until recovery has ended; a program error if it persists.

JET_errLogGenerationMismatch
The number inside a log file is not the one its name says: it has been renamed.
> "esekit dump log FILE" shows the true generation; give the file the name that fits.

JET_errBadLogVersion
The logs were written by a version or service pack whose log format this program does not read.
> Replay them with the version that wrote them and shut down cleanly; then upgrade. If the databases are clean, move the
logs away.

JET_errInvalidLogSequence
The logs do not follow each other: one is missing, or one of another database has come between.
> "esekit dump log DIR" shows generations and signatures. Move strangers away, bring the missing one back, then "esekit
recover DIR --base E00". Restore only if that fails.

JET_errLoggingDisabled
Logging is switched off (circular or none), so this operation is not possible.
> Turn logging on, make a full backup, then try again.

JET_errLogBufferTooSmall
The log buffer cannot hold one log record.
> Raise the number of log buffers of the instance.

JET_errLogSequenceEnd
The log numbers are used up; no further log can be created.
> Shut down cleanly ("esekit info FILE" must say Clean Shutdown), move all logs and the checkpoint away, mount, and make
a full backup at once.

JET_errLogSequenceEndDatabasesConsistent
The log numbers are used up, but all databases are consistent.
> Move all logs and the checkpoint file away, mount, and make a full backup at once.

JET_errLogFileSizeMismatch
The log files have another size than the instance is set to.
> Use the log size they were written with, or, with clean databases only, move them away.

JET_errLogFileSizeMismatchDatabasesConsistent
The logs have another size than the instance is set to; all databases are consistent.
> Move the logs away; new ones are created with the new size.

JET_errLogSectorSizeMismatch
The logs were written on a disk with another sector size.
> Recover on a disk with the old sector size, or restore; do not copy logs between 512-byte and 4-KB disks in use.

JET_errLogSectorSizeMismatchDatabasesConsistent
The logs come from a disk with another sector size; all databases are consistent.
> Move the logs away and start: new ones are made for this disk.

JET_errSectorSizeNotSupported
The sector size of this disk is not supported by the engine, common after a move to 4-KB-native disks.
> Put the files on a disk with 512-byte (or emulated 512-byte) sectors, or use a newer engine.

JET_errBadLogSignature
The signature of a log is not the one of this log stream: logs of different sets are mixed.
> "esekit dump log DIR" prints the signatures; keep one set together and move the others away.

JET_errBadDbSignature
The database is not the one these logs belong to.
> Compare the signatures ("esekit info FILE", "esekit dump log FILE") and bring the matching set together.

JET_errBadCheckpointSignature
The checkpoint file belongs to other logs.
> Move the .chk file away; recovery then starts at the oldest log and writes a new one.

JET_errCheckpointCorrupt
Both copies of the checkpoint are unreadable.
> Move the .chk file away; recovery starts at the oldest log present and writes a new one. No data is lost.

JET_errCheckpointFileNotFound
There is no checkpoint file.
> Not needed: recovery reads all logs from the oldest and creates one.

JET_errCheckpointDepthTooDeep
Too many logs lie between the checkpoint and the current log, usually because a backup never ended or a page cannot be
written.
> End or abort the hanging backup, check the database disk, then restart the store.

JET_errDatabaseLogSetMismatch
The database does not belong to this set of logs.
> Put database, logs and checkpoint of one storage group and one time together ("esekit info FILE" shows the signature).

JET_errConsistentTimeMismatch
The time of the last clean point in the database is not the one the logs remember: files of different times are mixed.
> Restore database and logs from the same backup; a lone stale .chk file may simply be moved away.

JET_errAttachedDatabaseMismatch
The logs expect databases that are not there, or other ones: one file of the storage group was moved, deleted or
replaced.
> Bring the missing database back to its old path; if it is lost for good, recovery can go on without it (eseutil /r
E00 /i) and that database must be restored on its own.

JET_errSoftRecoveryOnBackupDatabase
The database comes from an online backup; normal recovery does not apply to it.
> Run the recovery of the restore (eseutil /cc on the directory with restore.env), which replays the backup's own logs.

JET_errRecoveredWithErrors
Recovery came to its end but met errors on the way.
> Look at the events before it, then "esekit check FILE" on every database of the set.

JET_errRecoveredWithoutUndo
All logs were replayed, unfinished transactions were left in place as asked.
> Expected with a recovery without undo; run a full recovery before the database is used.

JET_errRecoveredWithoutUndoDatabasesConsistent
All logs were replayed without undo and the databases turned out consistent.
> Nothing to do.

JET_errRedoAbruptEnded
Replay stopped before the end because a log record was incomplete or wrong.
> "esekit dump log FILE" shows the last good record; restore an intact copy of that log or accept its loss.

JET_errInvalidLoggedOperation
A log record asks for something the database cannot do: logs and database do not fit, or the log is damaged.
> Make sure all files are of one set; restore an earlier copy and replay again.

JET_errDbTimeTooOld
A page is older than the log record expects: an earlier write was lost, or the file is from an older copy.
> Take the database that belongs to these logs; otherwise suspect the storage and reseed or restore.

JET_errDbTimeTooNew
A page is newer than the log record expects: the file is ahead of the logs.
> Newer logs are missing, or files are mixed. Complete the logs or restore a matching set.

JET_errDbTimeBeyondMaxRequired
A page is newer than any log the header names as required.
> The header does not belong to the pages: restore a complete file.

JET_errLogOperationInconsistentWithDatabase
Replaying a log record against this database is impossible.
> Logs and database are not of one set or a write was lost; restore and replay.

JET_errInvalidLogDataSequence
Log data arrived out of order.
> In replication, reseed the copy.

JET_errTransactionTooLong
A transaction stayed open over too many logs.
> Find the session that holds it (events 623, 628), end it; restart the store if it does not end.

JET_errEngineFormatVersionNoLongerSupportedTooLow
The file is of a format this engine no longer reads.
> Open it with an older version, or use "esekit info" and "esekit export", which read old formats.

JET_errEngineFormatVersionNotYetImplementedTooHigh
The file was written by a newer engine.
> Use the newer engine; "esekit info FILE" shows its format version.

JET_errEngineFormatVersionSpecifiedTooLowForLogVersion
The format version set for the instance is lower than the one of its logs.
> Raise the setting, or start from clean databases without the old logs.

JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion
The format version set for the instance is lower than the one of the database.
> Raise the setting.

JET_wrnCommittedLogFilesLost
Recovery succeeded, but committed changes of the last logs are lost.
> Check what was lost since the time in the header ("esekit info FILE").
`;
