// Dump text of the records about sessions: transactions, macros, commit contexts, remarks (logapi.cxx, LrToSz).
import { i32, u16, u32 } from '../binary/little-endian.ts';
import { offsetOf, recordType, type LogRecordName } from '../ese/log/record-table.ts';
import {
  ansiText,
  dataText,
  hex32,
  hex64,
  type LogRecordDescriber,
  type LogRecordDescribers,
} from './describe-log-record-values.ts';

const PROCID = offsetOf('Begin', 'procid');
const procid = (bytes: Uint8Array, at: number): string => u16(bytes, at + PROCID).toString(16);

const LEVELS = offsetOf('Begin', 'levelBeginFrom');
const BEGIN_TRX = offsetOf('Begin0', 'trxBegin0');

const begin: LogRecordDescriber = (bytes, at) => {
  const levels = bytes[at + LEVELS]!;
  const from = levels & 15;
  return ` (${procid(bytes, at)},from:${from},to:${from + (levels >> 4)})`;
};

const begin0: LogRecordDescriber = (bytes, at, end, context) =>
  `${begin(bytes, at, end, context)} ${hex32(bytes, at + BEGIN_TRX)}`;

const COMMIT_TO = offsetOf('Commit', 'levelCommitTo');
const COMMIT_TRX = offsetOf('Commit0', 'trxCommit0');

const commit: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)},to:${bytes[at + COMMIT_TO]!})`;

const commit0: LogRecordDescriber = (bytes, at, end, context) =>
  `${commit(bytes, at, end, context)} ${hex32(bytes, at + COMMIT_TRX)}`;

const ROLLBACK = offsetOf('Rollback', 'levelRollback');
const rollback: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)},${bytes[at + ROLLBACK]!})`;

const REFRESH_TRX = offsetOf('Refresh', 'trxBegin0');
const refresh: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)},${hex32(bytes, at + REFRESH_TRX)})`;

const MACRO_DBTIME = offsetOf('MacroBegin', 'dbtime');
const macro: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)}) ${hex64(bytes, at + MACRO_DBTIME)}`;

const session: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)})`;

const PREPARED = { cbData: offsetOf('PrepCommit', 'cbData'), tail: recordType('PrepCommit').size };

const prepareCommit: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u32(bytes, at + PREPARED.cbData);
  return ` (${procid(bytes, at)},${cb})${dataText(bytes, at + PREPARED.tail, cb, end, context)}`;
};

const JET_OP = offsetOf('JetOp', 'op');
/** The engine's retail build leaves this text away by mistake. */
const jetOp: LogRecordDescriber = (bytes, at) => ` (${procid(bytes, at)}) -- ${bytes[at + JET_OP]!}`;

function remarkDescriber(name: 'Trace' | 'ForceLogRollover'): LogRecordDescriber {
  const tail = recordType(name).size;
  return (bytes, at, end) => ` (${procid(bytes, at)}) ${ansiText(bytes, at + tail, end)}`;
}

const CONTEXT = {
  procid: offsetOf('CommitCtx', 'procid'),
  flags: offsetOf('CommitCtx', 'fCtxFlags'),
  tail: recordType('CommitCtx').size,
};
const CALLBACK_NEEDED = 1;
const CUSTOMER_DATA = 2;
const PRE_COMMIT_CALLBACK = 4;

const commitContext: LogRecordDescriber = (bytes, at, end, context) => {
  const owner = `(${u16(bytes, at + CONTEXT.procid).toString(16)})`;
  const hasFlags = context.commitContextFlags && at + CONTEXT.flags < end;
  const tail = at + (hasFlags ? CONTEXT.tail : CONTEXT.flags);
  if (!hasFlags) return ` ${owner} ${dataText(bytes, tail, end - tail, end, context)}`;
  const flags = bytes[at + CONTEXT.flags]!;
  const words = [
    (flags & CALLBACK_NEEDED) === 0 ? '' : 'C',
    (flags & PRE_COMMIT_CALLBACK) === 0 ? '' : 'R',
    (flags & CUSTOMER_DATA) === 0 ? '' : 'P',
  ].join('');
  const shown = (flags & CUSTOMER_DATA) === 0 ? { ...context, data: true } : context;
  return ` ${owner} [${words}]${dataText(bytes, tail, end - tail, end, shown)}`;
};

/** `[1:4],[1:9],`: the pages from `from` to the end of a record, all of one database. */
function pageList(bytes: Uint8Array, from: number, end: number, dbid: number): string {
  let text = ' ';
  for (let i = from; i + 4 <= end; i += 4) text += `[${dbid}:${u32(bytes, i)}],`;
  return text;
}

const MACRO_INFO_TAIL = recordType('MacroInfo').size;
/** The first form of the record has no database: there was but one. */
const ONLY_DBID = 1;
const macroInfo: LogRecordDescriber = (bytes, at, end) => pageList(bytes, at + MACRO_INFO_TAIL, end, ONLY_DBID);

const MACRO_INFO2 = {
  dbid: offsetOf('MacroInfo2', 'dbid'),
  cpgno: offsetOf('MacroInfo2', 'cpgno'),
  tail: recordType('MacroInfo2').size,
};

const macroInfo2: LogRecordDescriber = (bytes, at, end) => {
  const from = at + MACRO_INFO2.tail;
  const stop = Math.min(end, from + 4 * u32(bytes, at + MACRO_INFO2.cpgno));
  return pageList(bytes, from, stop, bytes[at + MACRO_INFO2.dbid]!);
};

const SIZED_CB = offsetOf('NOP2', 'cb');
const ignored: LogRecordDescriber = (bytes, at) => ` (lrtyp = ${bytes[at]!}, ${i32(bytes, at + SIZED_CB)} bytes)`;

const IGNORED: readonly LogRecordName[] = [
  'Ignored9',
  'Ignored10',
  'Ignored11',
  'Ignored12',
  'Ignored13',
  'Ignored14',
  'Ignored15',
  'Ignored16',
  'Ignored17',
  'Ignored18',
  'Ignored19',
];

/** The describers of this family, by the name of the record type. */
export const SESSION_RECORDS: LogRecordDescribers = {
  Begin: begin,
  Begin0: begin0,
  BeginDT: begin0,
  Commit: commit,
  Commit0: commit0,
  Rollback: rollback,
  Refresh: refresh,
  MacroBegin: macro,
  MacroCommit: macro,
  MacroAbort: macro,
  ForceWriteLog: session,
  PrepCommit: prepareCommit,
  PrepRollback: session,
  JetOp: jetOp,
  Trace: remarkDescriber('Trace'),
  ForceLogRollover: remarkDescriber('ForceLogRollover'),
  CommitCtx: commitContext,
  MacroInfo: macroInfo,
  MacroInfo2: macroInfo2,
  NOP2: ignored,
  ...Object.fromEntries(IGNORED.map((name) => [name, ignored])),
};
