// The nine-character labels of log records in dumps (logapi.cxx, SzLrtyp).
import { LOG_RECORDS, type LogRecordName } from '../ese/log/record-table.ts';

const WIDTH = 9;
const UNKNOWN = '*UNKNOWN*';

/** Labels that are not the name of the record type. */
const LABELS: Readonly<Partial<Record<LogRecordName, string>>> = {
  Init2: 'Init',
  Term2: 'Term',
  CreateDBFinish: 'CrDBFinsh',
  CreateMultipleExtentFDP: 'Create M',
  CreateSingleExtentFDP: 'Create S',
  ConvertFDP: 'Convert',
  ConvertFDP2: 'Convert',
  RootPageMove: 'PageMoveR',
  FlagInsert: 'FInsert',
  FlagInsertAndReplaceData: 'FInsertRD',
  FlagDelete: 'FDelete',
  PrepCommit: 'PreCommit',
  PrepRollback: 'PreRollbk',
  RecoveryUndo: 'RcvUndo',
  RecoveryUndo2: 'RcvUndo',
  RecoveryQuit: 'RcvQuit',
  RecoveryQuit2: 'RcvQuit',
  RecoveryQuitKeepAttachments: 'RcvQKA',
  FullBackup: 'FullBkUp',
  IncBackup: 'IncBkUp',
  ShutDownMark: 'ShutDown',
  SetExternalHeader: 'SetExtHdr',
  MacroBegin: 'McroBegin',
  MacroCommit: 'McroComit',
  MacroAbort: 'McroAbort',
  ExtRestore: 'ExtRest',
  ExtRestore2: 'ExtRest2',
  ForceWriteLog: 'FWriteLog',
  ForceLogRollover: 'FRollLog',
  PagePatchRequest: 'PagePatch',
  MacroInfo: 'McroInfo',
  MacroInfo2: 'McroInfo2',
  ScanCheck2: 'ScanChk2',
  FragmentBegin: 'FragBegin',
  Fragment: 'FragContd',
  SetDbVersion: 'SetDbVer',
  SignalAttachDb: 'SAttachDB',
  ExtentFreed: 'ExtFreed',
  ExtentFreed2: 'ExtFreed2',
};

const TABLE: readonly string[] = Array.from({ length: 256 }, (_, lrtyp) => {
  const name = LOG_RECORDS[lrtyp]?.name;
  if (name === undefined) return UNKNOWN;
  return (LABELS[name] ?? (name.startsWith('Ignored') ? 'Ignored' : name)).padEnd(WIDTH);
});

/** The label of a record type: nine characters. */
export function logRecordLabel(lrtyp: number): string {
  return TABLE[lrtyp] ?? UNKNOWN;
}
