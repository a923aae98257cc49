// What errors about damaged pages, trees, indexes and space mean to an administrator, and what to do. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Damage within the database file. */
export const JET_DAMAGE: string = `
JET_errReadVerifyFailure
A page read from disk does not carry the checksum it was written with, or is not the page that was asked for: storage,
controller, memory or a driver changed it.
> Copy the file away first, then run "esekit check FILE" to see which pages are hit. Look for the failing hardware (disk
events in the System log, memory test) before anything else. Restore a good backup and replay the logs; "esekit repair
FILE" drops the bad pages with their data and is the last resort, followed by "esekit defrag" and an isinteg run.

JET_errPageNotInitialized
The page is empty or was never written although the database expects data on it: a write was lost or the file has been
overwritten with zeros.
> "esekit check FILE" counts the blank pages. Suspect write caches, firmware and truncated copies; restore from backup
and replay the logs.

JET_errDiskIO
The operating system could not read or write the file; the engine itself found nothing wrong.
> Read the system error beside this event and the disk events of the System log; check cabling, free space, and that the
file is as long as its header says ("esekit info FILE"). Copy what is readable with "esekit copy SRC DST" before a chkdsk.

JET_errDiskReadVerificationFailure
The disk itself reported a checksum (CRC) error for the sector: the medium is failing.
> Stop writing to that disk, copy the file with "esekit copy SRC DST", replace the disk, then run "esekit check" on the
copy.

JET_errReadPgnoVerifyFailure
The checksum of the page is right but its number is not: another page was read from, or written to, this place.
> Treat it like -1018: check the storage path (controller, virtual disk, snapshot layer), run "esekit check FILE",
restore and replay the logs.

JET_errReadLostFlushVerifyFailure
The page is a valid but old image: the storage acknowledged a later write and never made it.
> A lost write is a storage fault (cache without battery, firmware, replication layer). Restore or reseed from a good
copy; repairing the file in place cannot bring the lost changes back.

JET_errRecoveryVerifyFailure
A page could not be verified while logs were replayed, so recovery stopped.
> Keep the logs. Run "esekit check" on a copy of the database, restore an older good copy and replay the same logs over
it.

JET_errFileSystemCorruption
The file system reported that its own structures are damaged.
> Copy database and logs to another volume first, then let the operating system check the volume; afterwards run "esekit
check FILE".

JET_errDatabaseCorrupted
The file is not usable as a database: its header, its catalog or the link between them is damaged, or it is another kind
of file.
> "esekit info FILE" says whether it is a database at all, "esekit check FILE" where it is broken. Restore from backup if
there is one; only without backup and logs run "esekit repair FILE" on a copy.

JET_errDatabaseCorruptedNoRepair
The database is damaged in a way the engine's repair does not handle.
> Restore from backup. If there is none, "esekit export FILE --out DIR" reads every table that can still be reached.

JET_errCatalogCorrupted
The system catalog, which says what tables, columns and indexes exist, is damaged.
> "esekit check FILE" compares the catalog with its shadow copy. Restore from backup; otherwise "esekit export" or
"esekit repair" on a copy.

JET_errBadPageLink
Two neighbouring pages of a B+-tree do not point at each other: the tree is logically damaged although each checksum is
right.
> Usually a write that was lost in a crash, or logs of another database replayed into this one. Run "esekit check FILE",
then restore a backup from before the first such event and replay the logs; without backup move the data out ("esekit
export"), and only then "esekit repair".

JET_errBadParentPageLink
An inner page of a B+-tree points at a page that is not its child: the tree is logically damaged.
> As for -327: "esekit check FILE", restore and replay; export what is readable before any repair.

JET_errBadBookmark
A stored reference names a record that is not in this tree.
> Seen alone it is a program error. Repeated on one table it means an index and its table disagree: "esekit check FILE",
then "esekit defrag FILE", which rebuilds the indexes.

JET_errDatabaseBufferDependenciesCorrupted
Pages were written in an order that recovery cannot replay.
> Restore the last backup and replay the logs; report the server version, it is a fault of the engine or of the storage
stack.

JET_errDbTimeCorrupted
A page carries a later change counter than the database: it comes from another copy, or the header is older than the
pages.
> Never mix files of different copies. "esekit check FILE" names the pages; restore one complete, consistent set.

JET_errSPAvailExtCacheOutOfSync
The list of free pages in memory disagrees with the one on disk.
> Dismount, run "esekit check FILE"; an offline "esekit defrag FILE" builds the space trees anew.

JET_errSPAvailExtCorrupted
The tree of free pages of a table or of the database is damaged.
> "esekit check FILE" shows which owner. "esekit defrag FILE" writes a new file with sound space trees if the records can
be read; otherwise restore.

JET_errSPAvailExtCacheOutOfMemory
Memory ran out while the list of free pages was built.
> Free memory on the server and try again; the file is not damaged by this.

JET_errSPOwnExtCorrupted
The tree of pages a table owns is damaged, so pages can be lost or counted twice.
> "esekit check FILE", then "esekit defrag FILE" on a copy; restore if reading stops there.

JET_errDatabaseLeakInSpace
Some pages belong to nobody: space is lost, data is not.
> Harmless by itself. "esekit defrag FILE" gives the space back.

JET_errBadEmptyPage
A page marked empty is still reached from its tree.
> "esekit check FILE"; after a backup of the file "esekit defrag FILE" writes the tree anew.

JET_errBadLineCount
A page holds fewer entries than the tree needs from it.
> Treat as damage: "esekit check FILE", restore and replay, or export what is readable.

JET_errPageTagCorrupted
The directory of entries at the end of a page makes no sense.
> "esekit check FILE" and "esekit dump page FILE" show it. Restore and replay; the entries of that page are
likely lost.

JET_errNodeCorrupted
An entry of a page is longer than its place or has impossible lengths.
> "esekit check FILE"; restore and replay the logs, or export the table and drop the page by repair.

JET_errPageInitializedMismatch
During replay a page was new where the log expects an old one, or the reverse.
> The database and the logs are not of one set or a write was lost. Restore the database that belongs to these logs.

JET_errCompressionIntegrityCheckFailed
A compressed value no longer yields the data it was made from.
> "esekit check FILE" lists the records. If page checksums are right, memory of the writing server is suspect.

JET_errDecompressionFailed
A compressed value cannot be unpacked: it is damaged or of a newer format.
> "esekit check FILE" says which record; the rest of the table can be had with "esekit export".

JET_errDecryptionFailed
An encrypted column value could not be decrypted with the key given.
> Use the key the column was written with; with the right key this is damage: "esekit check FILE".

JET_errLVCorrupted
A record refers to a long value (message body, attachment) that is missing or broken, or its parts do not fit together.
> "esekit check FILE" names table and long value. Move or export the healthy mailboxes first; restore and replay; repair
drops the value.

JET_errPrimaryIndexCorrupted
The primary index, that is the table itself, is damaged.
> Records are at stake: copy the file, "esekit check FILE", restore and replay the logs.

JET_errSecondaryIndexCorrupted
A secondary index disagrees with its table: entries are missing, double or in the wrong order. The records are intact.
> "esekit defrag FILE" rebuilds all indexes. If it came after a Windows upgrade or a restore on another version, the sort
order changed and nothing is broken in the storage.

JET_errIndexBuildCorrupted
Damage was met while an index was built, so the index does not exist.
> The table behind it is damaged: "esekit check FILE" before anything else.

JET_errDerivedColumnCorruption
A column inherited from a template table does not match the template.
> The catalog is damaged: "esekit check FILE", then restore.

JET_errUnicodeTranslationFail
Text could not be turned into its sort key.
> The system lacks the locale or its version tables are damaged; install the locale, then "esekit defrag FILE" to rebuild
the indexes.

JET_errRecordDeleted
The record the program stood on has been deleted meanwhile, or an index leads to a record that no longer exists.
> Once in a while it is normal concurrency. With EcSaveChangesMessage or bounces #5.0.0 the store's tables contradict
each other: exclude the database from file-level scanners, dismount, "esekit check FILE", "esekit defrag FILE", then
isinteg (esekit isinteg -fix -test alltests) until it reports no more fixes, and mount.

JET_errRecordNotFound
No record has the key that was looked for.
> Normal as an answer to a search. As the cause of a failed mount or message it means an index or a folder table is
incomplete: "esekit check FILE", then isinteg -fix.

JET_errNoCurrentRecord
The program asked for the current record while its cursor stood before, behind or on no record.
> A program error, or a table that lost rows; if the store reports it repeatedly run "esekit check FILE" and isinteg.

JET_errKeyDuplicate
A record with this key exists already and the index allows only one.
> Repeated in the event log it means counters or tables went backwards, often after a restore of mixed files: "esekit
check FILE", then isinteg -fix.

JET_wrnDatabaseRepaired
The database has been through repair: it opens, but data may be missing.
> Do not leave it in service: "esekit defrag FILE", isinteg until clean, then move the mailboxes to a new database.

JET_wrnCorruptIndexDeleted
An index that could not be trusted was removed when the database was attached.
> It is built again on demand; "esekit defrag FILE" builds it at once.

JET_errFlushMapUnrecoverable
The file that remembers which pages were flushed cannot be used.
> It only helps to find lost writes and is created anew; check the storage if it happens again.

JET_errFlushMapDatabaseMismatch
The flush map file belongs to another database.
> Move the stray .jfm file aside; the engine makes a new one.
`;
