// What errors of sessions, transactions, tables, columns and calls mean to an administrator. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Sessions, transactions, tables, columns, calls. */
export const JET_INTERFACE: string = `
JET_errOutOfObjectIDs
The object numbers of the database are used up.
> "esekit defrag FILE" assigns them anew.

JET_errDatabaseInvalidName
The name of the database is not valid.
> Use a plain path without wildcards or trailing blanks.

JET_errInvalidParameter
A call had an argument the engine does not accept.
> In eseutil usually a wrong switch or path. From the store it is a program error, not damage.

JET_errInvalidGrbit
A call asked for a combination of options that does not exist.
> A program error; update the program.

JET_errFeatureNotAvailable
This build of the engine does not offer the feature.
> Use another version.

JET_errDisabledFunctionality
The feature is switched off in this build.
> Use another version.

JET_errInvalidName
A name holds characters that are not allowed or is too long.
> Correct the name.

JET_errInvalidDatabaseId
The database number given is not one of an open database.
> A consequence of an earlier error; look for that one.

JET_errInvalidTableId
The table handle given is not one of an open table.
> Seldom the cause: the table could not be opened or was closed after an earlier error. With EcDeleteMessages or
bounces #5.0.0 the store is damaged: "esekit check FILE", "esekit defrag FILE", then isinteg until clean.

JET_errInvalidSesid
The session handle given is not valid.
> A consequence of an earlier error, or a program error; look for the first one.

JET_errInvalidInstance
The instance handle is not valid.
> A program error, or the instance has stopped.

JET_errSesidTableIdMismatch
A table was used with the session of another one.
> A program error.

JET_errOutOfSessions
No more sessions can be opened.
> Too many clients or a leaking one; raise the limit or restart.

JET_errOutOfCursors
No more tables can be opened at once.
> Raise the cursor limit of the instance, or look for the program that does not close tables.

JET_errTooManyOpenTables
The limit of open tables is reached.
> Raise the limit of the instance.

JET_errTooManyOpenDatabases
The session has too many databases open.
> A program error.

JET_errTooManyIndexes
A table has as many indexes as it can hold.
> Old views leave indexes behind: let maintenance run, delete unused views.

JET_errTooManyColumns
A table has as many columns as it can hold.
> Named properties grew without limit: find the program that creates them.

JET_errRecordTooBig
A record is larger than a page can hold.
> Remove values from it or move some to long values; in the directory an object has too many values.

JET_errColumnTooBig
A value is longer than its column allows.
> Shorten the value.

JET_errColumnNotFound
The table has no such column.
> Program and database are of different versions, or the catalog is damaged: "esekit tables FILE TABLE".

JET_errIndexNotFound
The table has no such index.
> After a repair indexes may be missing: "esekit tables FILE TABLE" lists them, "esekit defrag FILE" rebuilds what the
catalog knows; Exchange rebuilds the rest on mount.

JET_errObjectNotFound
The database has no table of that name.
> "esekit tables FILE" lists what is there. A fresh or wrong file, or a lost catalog entry: "esekit check FILE".

JET_errObjectDuplicate
A table of that name exists already.
> Usually harmless; repeated at mount it is a contradiction in the catalog: "esekit check FILE".

JET_errTableDuplicate
A table of that name exists already.
> As for -1314.

JET_errTableLocked
Another session has the table exclusively.
> Try again later.

JET_errTableInUse
The table is in use and cannot be changed now.
> Try again later.

JET_errWriteConflict
Two transactions wanted to change the same record; this one lost.
> Normal; the program must try again. Very many of them slow a store down.

JET_errWriteConflictPrimaryIndex
Two transactions wanted to change the primary key of the same record.
> Normal; the program must try again.

JET_errSessionWriteConflict
One session changed the same record through two cursors at once.
> A program error.

JET_errTransTooDeep
Transactions are nested too deeply.
> A program error.

JET_errInTransaction
The operation is not possible within a transaction.
> A program error.

JET_errNotInTransaction
The operation needs a transaction.
> A program error.

JET_errTransReadOnly
A change was tried within a read-only transaction.
> A program error.

JET_errRollbackRequired
The transaction failed and must be rolled back.
> A consequence: look for the error before it.

JET_errRollbackError
Rolling back a transaction failed.
> Serious: restart the service so that recovery undoes the transaction, then "esekit check FILE".

JET_errKeyTruncated
A key was cut off where the index does not allow it.
> The value is too long for this index; shorten it.

JET_errNullKeyDisallowed
A record has no value for an index that demands one.
> A program error, or records damaged by repair: "esekit check FILE".

JET_errNullInvalid
A column that must have a value got none.
> A program error, or damage seen at an upgrade: "esekit check FILE".

JET_errUpdateNotPrepared
A change was written without having been begun.
> A program error, or a consequence of an earlier one.

JET_errAlreadyPrepared
A change was begun while another one on the same cursor was unfinished.
> A program error.

JET_errDataHasChanged
The record changed since it was read.
> Normal; the program must try again.

JET_errMultiValuedIndexViolation
A value of a multi-valued column occurs twice in a unique index.
> A program error.

JET_errBufferTooSmall
The room given for an answer is too small.
> A program error.

JET_errCannotIndex
The column cannot be part of an index.
> A program error.

JET_errTooManyRecords
More records matched than the operation allows.
> A limit of the program.

JET_errInvalidLanguageId
The system does not know the language an index sorts by.
> Install the language (locale) on this machine, or open the file where it came from.

JET_errInvalidCodePage
The code page is not one the engine supports.
> Use 1252 or Unicode (1200).

JET_errLanguageNotSupported
The system lacks support for the language an index sorts by.
> Install the language; "esekit export" does not need it.

JET_errUnicodeNormalizationNotSupported
The system cannot sort Unicode text as the index demands.
> Use a system with that support.

JET_errTooManySplits
A page had to be divided more often than the engine allows in one operation.
> A record or key of extreme size; "esekit defrag FILE" often gets past it.

JET_errEntryPointNotFound
A function was not found in a library: files of different versions are mixed.
> Reinstall the service pack; run eseutil from its own directory with the matching ese.dll.

JET_wrnColumnNull
The column has no value in this record.

JET_wrnBufferTruncated
The value was longer than the room given; only its beginning was returned.

JET_wrnSeekNotEqual
There is no record with exactly this key; the cursor stands on the next one.

JET_wrnColumnMaxTruncated
The value was cut to the greatest length the column allows.

JET_wrnTableEmpty
The table has no records.

JET_wrnNyi
The function is not implemented.
`;
