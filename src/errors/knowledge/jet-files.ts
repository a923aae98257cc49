// What errors about database files, paths, devices and resources mean to an administrator. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Files, paths, versions, devices, resources. */
export const JET_FILES: string = `
JET_errSuccess
Success: nothing went wrong.

JET_errFileNotFound
A file is not where the engine looks for it: deleted, moved, quarantined, or the path is wrong.
> Compare the path in the event with the disk, look into the virus scanner's quarantine, put the file back. For a
missing E00.log see "esekit error -528".

JET_errFileAccessDenied
The file cannot be opened: another program holds it, or the account has no right to it.
> Is the store still mounted, or does a virus scanner, backup or second eseutil hold the file? Dismount or stop it; check
that SYSTEM and the service account have full control; exclude the directory from scanning.

JET_errFileInvalidType
The file is not of the kind that was expected, a log where a database should be or the reverse.
> "esekit info FILE" says what it is.

JET_errFileAlreadyExists
A file of that name exists already.
> Choose another name or move the old file away.

JET_errDiskFull
The volume has no space left for the file to grow.
> Free or add space, then mount again. "esekit defrag FILE" shrinks a database but needs room for a second copy, on
another volume if need be.

JET_errOutOfDatabaseSpace
The database has reached its size limit.
> Standard editions stop at 16 or 75 GB: delete or move mailboxes, then "esekit defrag FILE"; raise the configured limit
where the edition allows it.

JET_errInstanceUnavailable
The instance has stopped after a severe error and serves nobody.
> The cause is the first error before this one in the event log; remove it and restart the service.

JET_errInstanceUnavailableDueToFatalLogDiskFull
The instance has stopped because the log volume ran full.
> Free space on the log volume (full backup, no deleting by hand), then mount.

JET_errDatabaseUnavailable
The database is out of service after an earlier error.
> Look for the first error in the event log, then dismount and mount.

JET_errOutOfMemory
The engine could not get memory.
> Check memory use and limits of the process; on 32-bit servers address space is fragmented: restart the store, review
the /3GB setting and the cache size.

JET_errOutOfBuffers
All pages of the cache are in use.
> Enlarge the cache, or find the operation that pins so many pages.

JET_errOutOfFileHandles
No more files can be opened.
> Too many files or databases for the handle limit; close some or raise the limit.

JET_errOutOfThreads
A worker thread could not be started.
> The system is short of memory or threads: look for a leaking process, restart the service.

JET_errTooManyIO
More disk requests are outstanding than the system allows.
> The disk is too slow for the load; look for latency events 507-510 and 533.

JET_errInternalError
The engine met a state it holds to be impossible.
> Note the event before it, run "esekit check FILE", and update the server software.

JET_errVersionStoreOutOfMemory
Uncommitted changes fill the version store: one transaction has been open too long or changes too much.
> Find the session (events 623, 1022), often a virus scanner, indexer or add-in on a slow disk; end it or restart the
store. Enlarging the version store only delays it.

JET_errVersionStoreOutOfMemoryAndCleanupTimedOut
The version store is full and could not be cleaned in time.
> As for -1069: find the long transaction and the slow disk behind it.

JET_errOutOfLongValueIDs
The long-value numbers of a table are used up.
> "esekit defrag FILE" assigns them anew.

JET_errOutOfDbtimeValues
The change counter of the database is used up.
> "esekit defrag FILE" starts it anew.

JET_errOutOfAutoincrementValues
The automatic numbers of a table are used up.
> "esekit defrag FILE" does not help here; export the data into a new database.

JET_errTooManyMempoolEntries
A single record needs more memory pieces than the engine allows.
> A program error, or a record with absurdly many values; export the rest of the table.

JET_errDatabaseNotFound
The database file is not there.
> Check the path in the configuration against the disk; restore the file if it is lost.

JET_errDatabaseDuplicate
A database of that name exists already.
> Choose another name, or move the old file away first.

JET_errDatabaseInUse
The database is open already.
> Dismount it before an offline tool is run on it.

JET_errDatabaseLocked
Another user has the database exclusively.
> Wait until that operation ends.

JET_errDatabaseSharingViolation
Another instance has the database open.
> Find the second process (a running store, another eseutil) and end it.

JET_errDatabaseInvalidPath
The path of the database is not valid or does not exist.
> Check that the directory exists and is local.

JET_errDatabaseInvalidPages
The page count asked for is not possible.
> Ask for a smaller database.

JET_errInvalidDatabase
The file is not a database of this engine.
> "esekit info FILE" says what it is.

JET_errInvalidDatabaseVersion
The database has a format version this engine cannot open.
> Use the tools of the version that wrote it; "esekit info FILE" shows it and esekit reads all of them.

JET_errDatabase200Format
The file is in the format of the 2.0 engine (Windows NT 3.x services).
> Upgrade it with the tools of its time, or convert it with the system it came from.

JET_errDatabase400Format
The file is in the 4.0 format (Exchange 4.0/5.0, NT 4 services).
> Use the tools of that version, or upgrade step by step.

JET_errDatabase500Format
The file is in the 5.0 format (Exchange 5.5, Windows 2000 beta).
> Use the matching eseutil.

JET_errPageSizeMismatch
The instance works with another page size than the database has.
> Use the eseutil of the version that owns the file, or give the page size: "esekit info FILE" shows it.

JET_errDatabaseFileReadOnly
The file or its medium is read-only.
> Copy it to a writable place or clear the attribute; reading verbs of esekit do not mind.

JET_errDatabaseSignInUse
A database with the same signature is attached already: two copies of one file.
> Attach only one of them.

JET_errPartiallyAttachedDB
Attaching was begun but not completed, for example because the process ended.
> Restart the service; if it stays, look at the file with "esekit info FILE" and at who holds it open.

JET_errForceDetachNotAllowed
A forced detach is not allowed in this state.
> Close the sessions first.

JET_errDatabaseIdInUse
The database number is taken.
> A program error; restart the service.

JET_errDatabaseAttachedForRecovery
The database is attached for recovery only.
> Wait until recovery has ended.

JET_errTooManyAttachedDatabases
The instance has as many databases attached as it can.
> Detach one first (six or seven per instance).

JET_errTooManyInstances
No further instance can be started in this process.
> End one, or raise the limit.

JET_errInvalidPath
A path is not valid.
> Check drive, length and spelling of the path.

JET_errInvalidSystemPath
The directory for checkpoint and reserve files is not valid.
> Give an existing, writable directory.

JET_errInvalidLogDirectory
The log directory is not valid.
> Give an existing, writable directory; for a removed drive put it back.

JET_errInvalidFilename
The file name is not valid.
> Check the spelling.

JET_errSystemPathInUse
Another instance uses this system directory.
> End the other process or give each instance its own directory.

JET_errLogFilePathInUse
Another instance uses this log directory.
> End the other process (a mounted store, a second eseutil) before this one.

JET_errTempPathInUse
Another instance uses this temporary database.
> Give a temporary directory of its own.

JET_errInstanceNameInUse
An instance of this name runs already.
> Use another name.

JET_errAlreadyInitialized
The engine runs already in this process.
> Two parts of one program start it: harmless for the data.

JET_errNotInitialized
The engine has not been started.
> The store did not start: look for the first error.

JET_errInitInProgress
The engine is just starting.
> Wait; replaying many logs takes its time.

JET_errTermInProgress
The engine is just stopping.
> Wait and start again.

JET_errTempFileOpenError
The temporary database could not be created.
> Check free space and rights of the temporary directory; give another one to eseutil with /t.

JET_errPermissionDenied
The account may not do this.
> Run as an administrator; check the rights on file and directory.

JET_errAccessDenied
Access to the file was refused.
> Check rights on file and directory and who has it open.

JET_errFileIOBeyondEOF
A page lies behind the end of the file: the file is shorter than its header says.
> "esekit info FILE" compares both sizes. The copy was cut off or a backup ran into a growing file: copy or back up
again; restore if the original is short.

JET_errFileIOSparse
A page lies in a hole of a sparse file.
> The region was never written or was given back; restore the file if data is missing.

JET_errFileCompressed
The file is compressed or encrypted by the file system and cannot be used so.
> Remove the compression attribute from the directory.

JET_errFileClose
A file could not be closed.
> A disk or driver fault: check the System log.

JET_errDeviceMissing
A device the file lies on is not there.
> Bring the disk back.

JET_errDeviceTimeout
A device did not answer in time.
> Check the storage path; look for latency events.

JET_errDeviceFailure
A device failed.
> Check the System log, replace the hardware, then "esekit check FILE".

JET_errClientRequestToStopJetService
The program has stopped the engine.
> Look in its log why.

JET_errOSSnapshotTimeOut
A snapshot took longer than the engine may hold still.
> A slow disk or shadow-copy provider; try again at a quiet time.

JET_errOSSnapshotInvalidSequence
Steps of a snapshot came in the wrong order.
> Usually an earlier snapshot that did not end; restart the shadow copy service, then try again.

JET_errOSSnapshotNotAllowed
A snapshot is not possible now, for instance while another backup or recovery runs.
> Wait and try again.

JET_wrnFileOpenReadOnly
The database could be opened for reading only.
> Check the attribute of the file and the rights of the account if it should be writable.

JET_wrnDatabaseAttached
The database was attached already.
`;
