// JET errors that are no longer in the engine's header: those of the streaming file (.stm) of Exchange 2000 and 2003.
// Number in decimal, tab, symbol. Source: Microsoft KB 266361 and 266367, written by hand.

/** One code a line. */
export const HISTORIC_JET_CODES: string = `
-537	JET_errBadSLVSignature
-613	JET_errSLVReadVerifyFailure
-2201	JET_errSLVSpaceCorrupted
-2202	JET_errSLVCorrupted
-2203	JET_errSLVColumnDefaultValueNotAllowed
-2204	JET_errSLVStreamingFileMissing
-2205	JET_errSLVDatabaseMissing
-2206	JET_errSLVStreamingFileAlreadyExists
-2207	JET_errSLVInvalidPath
-2208	JET_errSLVStreamingFileNotCreated
-2209	JET_errSLVStreamingFileReadOnly
`;
