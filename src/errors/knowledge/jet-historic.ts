// What errors of the streaming file (.stm) of Exchange 2000 and 2003 mean to an administrator. Own wording.
// An entry: symbol, meaning, and after `>` the advice; a blank line ends it.

/** Errors that are no longer in the engine. */
export const JET_HISTORIC: string = `
JET_errBadSLVSignature
The streaming file does not belong to this database.
> Put the .edb and .stm files of one copy together.

JET_errSLVReadVerifyFailure
A page of the streaming file (.stm) does not carry its checksum.
> As for -1018: find the failing hardware, restore both files, replay the logs.

JET_errSLVSpaceCorrupted
The space map of the streaming file is damaged.
> "esekit check FILE" on the .edb; restore both files.

JET_errSLVCorrupted
The streaming file is damaged.
> Restore both files and replay the logs.

JET_errSLVStreamingFileMissing
The streaming file (.stm) that belongs to this database is not where it should be.
> Look into the virus scanner's quarantine and check the permissions; put the file back beside the .edb. Without it
eseutil /p /createstm makes an empty one: mail held only in it is then lost.

JET_errSLVDatabaseMissing
There is a streaming file, but its database is missing.
> Put the .edb back.

JET_errSLVStreamingFileAlreadyExists
A streaming file exists already.
> Move the stray .stm away.

JET_errSLVInvalidPath
The path of the streaming file is not valid.
> Correct it in the store's properties.

JET_errSLVStreamingFileNotCreated
The database has no streaming file.

JET_errSLVStreamingFileReadOnly
The streaming file is read-only.
> Clear the attribute.
`;
