// What errors of backup, restore, reseed and upgrade mean to an administrator. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Backup, restore, reseed, upgrade. */
export const JET_BACKUP: string = `
JET_errLogTornWriteDuringHardRestore
The last write of a log was cut off; the restore stops there.
> Use the intact copy of that log from the server, or restore up to the log before it.

JET_errLogTornWriteDuringHardRecovery
The last write of a log was cut off; recovery after restore stops there.
> Replace that log with an intact copy, or end the recovery before it.

JET_errLogCorruptDuringHardRestore
A restored log is damaged.
> Take the log from another backup or from the server and restore again.

JET_errLogCorruptDuringHardRecovery
A log is damaged, so recovery after restore cannot go past it.
> Replace the log with an intact copy; otherwise data after it is lost.

JET_errSoftRecoveryOnSnapshot
The database comes from a shadow copy and needs the recovery of the restore.
> Restore it with the backup program that made the snapshot, together with its logs.

JET_errRestoreOfNonBackupDatabase
A restore was asked for a database that is not from a backup.
> Use normal recovery: "esekit recover DIR --base E00".

JET_errDatabasesNotFromSameSnapshot
The databases to be restored together are from different snapshots.
> Take all of them from one backup set.

JET_errNoBackupDirectory
The directory of the backup does not exist.
> Create it or give the right path.

JET_errBackupDirectoryNotEmpty
The directory for the backup already holds files.
> Choose an empty directory.

JET_errBackupInProgress
A backup is running, so this cannot be done now.
> Wait for it to end; a hanging backup is ended by restarting the backup program, then the store.

JET_errRestoreInProgress
A restore is running, so this cannot be done now.
> Wait for it to end. If none runs, a leftover RestoreInProgress key or restore.env blocks the start: finish it with
eseutil /cc or remove it.

JET_errBackupNotAllowedYet
The database has not yet reached the state in which it can be backed up.
> Try again a little later.

JET_errNoBackup
There is no backup in progress.
> The backup program lost its session; start the backup again.

JET_errInvalidBackupSequence
The steps of a backup came in the wrong order.
> A fault of the backup program; start the backup again, update the program.

JET_errInvalidBackup
An incremental backup is not possible here, for example because circular logging is on.
> Make a full backup; turn circular logging off for incremental ones.

JET_errMissingFullBackup
There is no full backup that this incremental one could build on.
> Make a full backup first.

JET_errMakeBackupDirectoryFail
The backup directory could not be created.
> Check path and permissions.

JET_errDeleteBackupFileFail
An old backup file could not be deleted.
> Remove it by hand; check who holds it open.

JET_errMissingFileToBackup
A file that belongs to the backup, usually a log, is not there.
> Look for it (virus scanner, clean-up script), then make a full backup.

JET_errBackupAbortByServer
The store ended the backup itself, for example because it was dismounted.
> Start the backup again when the store runs.

JET_errSurrogateBackupInProgress
Another copy of this database is being backed up.
> Wait for it to end.

JET_errPatchFileMissing
The patch file (.pat) of an old-style backup is missing.
> Restore it from the backup together with the database.

JET_errBadPatchPage
A page of the backup's patch file is damaged.
> Use another backup.

JET_errMissingPatchPage
A page is missing from the backup's patch file.
> Use another backup.

JET_errDatabasePatchFileMismatch
The patch file belongs to another database.
> Restore database and patch file of the same backup.

JET_errBadBackupDatabaseSize
The database in the backup has not the size it should have.
> The backup is cut off: use another one.

JET_errStartingRestoreLogTooHigh
The first log of the restore is later than the database needs.
> Add the earlier logs.

JET_errEndingRestoreLogTooLow
The last log of the restore is earlier than the database needs.
> Add the later logs.

JET_errMissingRestoreLogFiles
Logs that the restore needs are missing.
> Restore them from the same backup set.

JET_errGivenLogFileHasBadSignature
A log given to the restore belongs to another set.
> Remove it; use only the logs of this storage group.

JET_errGivenLogFileIsNotContiguous
The logs given to the restore leave a gap.
> Add the missing generations ("esekit dump log DIR").

JET_errExistingLogFileHasBadSignature
A log already in the directory belongs to another set.
> Move it away and start again.

JET_errExistingLogFileIsNotContiguous
The logs already in the directory leave a gap to the restored ones.
> Move the later logs away or add the missing ones.

JET_errBadRestoreTargetInstance
The instance to restore into was not found or its logs do not fit.
> Name the right storage group, with its log directory empty or matching.

JET_errDatabaseStreamingFileMismatch
The .edb and .stm files do not belong together.
> Both must come from the same copy: restore the pair.

JET_errStreamingDataNotLogged
Part of the streaming file's data was never logged, so it cannot be replayed.
> Restore a full backup of the .edb and .stm pair.

JET_errDatabaseAlreadyUpgraded
The database has been upgraded already.
> Nothing to do; use the newer tools on it.

JET_errDatabaseIncompleteUpgrade
An upgrade of the database was interrupted.
> Restore the state before the upgrade and upgrade again.

JET_errLogFileNotCopied
A log was not shipped to the copy.
> Check the replication; copy the log by hand or reseed.

JET_errDatabaseIncompleteIncrementalReseed
An incremental reseed of this copy was interrupted; it must not be used.
> Finish the reseed or make a full one.

JET_errDatabaseIncompleteRevert
Going back to an earlier state (revert snapshot) was interrupted.
> Run the revert to its end; until then the database is not usable.

JET_errRBSFileCorrupt
A revert snapshot file is damaged.
> The database itself is not concerned; delete the snapshot, a new one is started.
`;
