// Dump text of the records that change one node of a page: insert, replace, delete and their kin (logapi.cxx, LrToSz).
import { i32, i64, u16, u32 } from '../binary/little-endian.ts';
import { offsetOf, recordType } from '../ese/log/record-table.ts';
import {
  dataText,
  hex32,
  hex64,
  type DescribeContext,
  type LogRecordDescriber,
  type LogRecordDescribers,
} from './describe-log-record-values.ts';

const PROCID = offsetOf('Insert', 'procid');
const DBID = offsetOf('Insert', 'dbid');
const PGNO = offsetOf('Insert', 'pgno');
const DBTIME = offsetOf('Insert', 'dbtime');
const DBTIME_BEFORE = offsetOf('Insert', 'dbtimeBefore');
const TRX = offsetOf('Insert', 'trxBegin0');
const LEVEL = offsetOf('Insert', 'level');
const ILINE = offsetOf('Insert', 'iline');
const FLAGS = offsetOf('Insert', 'fFlags');
const RCEID = offsetOf('Insert', 'rceid');
const OBJID = offsetOf('Insert', 'objidFDP');

/** Flags of a page operation: bit, word when set, word when not. */
const UNIQUE = [0x04, 'U', 'NU'] as const;
const VERSIONED = [0x01, 'V', 'NV'] as const;
const DELETED = [0x02, 'D', 'ND'] as const;
const SPACE = [0x08, 'SP', 'NSP'] as const;
const SYSTEM = [0x20, 'SYS', 'USR'] as const;
const CONCURRENT = [0x10, 'CI', 'NCI'] as const;

type FlagWords = readonly [bit: number, set: string, unset: string];

/** The words for every value of the flags, joined. */
function flagTable(...flags: readonly FlagWords[]): readonly string[] {
  return Array.from({ length: 256 }, (_, value) =>
    flags.map(([bit, set, unset]) => ((value & bit) !== 0 ? set : unset)).join(':'),
  );
}

const INSERT_FLAGS = flagTable(UNIQUE, VERSIONED, DELETED, SPACE, SYSTEM, CONCURRENT);
const REPLACE_FLAGS = flagTable(UNIQUE, VERSIONED, SPACE, SYSTEM, CONCURRENT);
const DELETE_FLAGS = flagTable(UNIQUE, SPACE, SYSTEM);
const DELTA_FLAGS = flagTable(UNIQUE, VERSIONED, SYSTEM, CONCURRENT);
const UNDO_FLAGS = flagTable(UNIQUE, SYSTEM);
const SPLIT_FLAGS = flagTable(UNIQUE, SPACE, SYSTEM, CONCURRENT);

/** Words of a page operation's flags by kind of operation; index with the flag byte of the record. */
export const PAGE_FLAG_WORDS: Readonly<Record<'space' | 'owner' | 'split', readonly string[]>> = {
  space: DELETE_FLAGS,
  owner: UNDO_FLAGS,
  split: SPLIT_FLAGS,
};

/** The flag byte of a page operation. */
export function pageFlags(bytes: Uint8Array, at: number): number {
  return bytes[at + FLAGS]!;
}

/** `2f8c:1(5,`: transaction, level and session. */
export function sessionText(bytes: Uint8Array, at: number, levelAt: number = at + LEVEL): string {
  return `${hex32(bytes, at + TRX)}:${bytes[levelAt]!}(${u16(bytes, at + PROCID).toString(16)},`;
}

/** `a3d8,993e,2f8c:1(5,`: time of the page after and before, then the session. */
export function pageHead(bytes: Uint8Array, at: number): string {
  return `${hex64(bytes, at + DBTIME)},${hex64(bytes, at + DBTIME_BEFORE)},${sessionText(bytes, at)}`;
}

/** The time of the page after the operation. */
export function dbtimeText(bytes: Uint8Array, at: number): string {
  return hex64(bytes, at + DBTIME);
}

/** `[1:174]`: database and a page, by default that of the operation. */
export function pagePlace(bytes: Uint8Array, at: number, pgnoAt: number = at + PGNO): string {
  return `[${bytes[at + DBID]!}:${u32(bytes, pgnoAt)}]`;
}

/** `[1:174:5`: database, page and line, not yet closed. */
function nodePlace(bytes: Uint8Array, at: number): string {
  return `[${bytes[at + DBID]!}:${u32(bytes, at + PGNO)}:${u16(bytes, at + ILINE)}]`;
}

function owner(bytes: Uint8Array, at: number): string {
  return `rceid:${u32(bytes, at + RCEID)},objid:[${bytes[at + DBID]!}:${u32(bytes, at + OBJID)}]`;
}

const INSERT = {
  cbSuffix: offsetOf('Insert', 'cbSuffix'),
  cbPrefix: offsetOf('Insert', 'cbPrefix'),
  cbData: offsetOf('Insert', 'cbData'),
  tail: recordType('Insert').size,
};

const insert: LogRecordDescriber = (bytes, at, end, context) => {
  const [cbSuffix, cbPrefix] = [u16(bytes, at + INSERT.cbSuffix), u16(bytes, at + INSERT.cbPrefix)];
  const cbData = u16(bytes, at + INSERT.cbData);
  const data = dataText(bytes, at + INSERT.tail, cbSuffix + cbPrefix + cbData, end, context);
  const sizes = `${cbPrefix},${cbSuffix},${cbData}`;
  const flags = INSERT_FLAGS[pageFlags(bytes, at)]!;
  return ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${flags},${sizes},${owner(bytes, at)})${data}`;
};

const flagInsert: LogRecordDescriber = (bytes, at) =>
  ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${INSERT_FLAGS[pageFlags(bytes, at)]!},${owner(bytes, at)})`;

const padded = (value: number): string => String(value).padStart(5);

const REPLACE = {
  cb: offsetOf('Replace', 'cb'),
  cbOldData: offsetOf('Replace', 'cbOldData'),
  cbNewData: offsetOf('Replace', 'cbNewData'),
  tail: recordType('Replace').size,
};
/** In `cb` of a ReplaceD: differences have the larger kind of header. */
const LARGE_DIFFERENCES = 0x8000;

function replaceHead(bytes: Uint8Array, at: number): string {
  const cb = u16(bytes, at + REPLACE.cb) & ~LARGE_DIFFERENCES;
  const sizes = [cb, u16(bytes, at + REPLACE.cbNewData), u16(bytes, at + REPLACE.cbOldData)].map(padded).join(',');
  const flags = REPLACE_FLAGS[pageFlags(bytes, at)]!;
  return ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${flags},${sizes},${owner(bytes, at)})`;
}

const replace: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + REPLACE.cb) & ~LARGE_DIFFERENCES;
  return replaceHead(bytes, at) + dataText(bytes, at + REPLACE.tail, cb, end, context);
};

const TWO_BYTE_LENGTHS = 0x80;
const INSERTED = 0x40;
const SAME_LENGTH = 0x20;
const DIFFERENCE_INDENT = ' '.repeat(20);

/** One difference of a ReplaceD: its text and where the next begins. */
function difference(
  bytes: Uint8Array,
  start: number,
  end: number,
  large: boolean,
  context: DescribeContext,
): [string, number] {
  const flags = large ? bytes[start + 2]! : bytes[start + 1]! & 0xe0;
  const offset = large ? u16(bytes, start) : u16(bytes, start) & 0x1fff;
  const two = (flags & TWO_BYTE_LENGTHS) !== 0;
  const width = two ? 2 : 1;
  let next = start + (large ? 3 : 2);
  const length = (): number => {
    const value = next + width > end ? 0 : two ? u16(bytes, next) : bytes[next]!;
    next += width;
    return value;
  };
  const cbNew = length();
  let what: string;
  if ((flags & INSERTED) !== 0) what = `InsertWithValue (${cbNew})`;
  else if ((flags & SAME_LENGTH) !== 0) what = `ReplaceWithSameLength (${cbNew})`;
  else what = `ReplaceWithNewValue (${length()}=>${cbNew})`;
  const data = dataText(bytes, next, cbNew, end, context);
  return [`[ Offs:${offset} ${width}B ${what}: ${data}])`, next + cbNew];
}

const replaceD: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + REPLACE.cb);
  const large = (cb & LARGE_DIFFERENCES) !== 0;
  const stop = Math.min(end, at + REPLACE.tail + (cb & ~LARGE_DIFFERENCES));
  const objid = `objid:[${bytes[at + DBID]!}:${u32(bytes, at + OBJID)}]`;
  const head = `\n${DIFFERENCE_INDENT}ReplDiff  ${pageHead(bytes, at)}${nodePlace(bytes, at)},${objid},`;
  let text = replaceHead(bytes, at);
  for (let next = at + REPLACE.tail; next < stop;) {
    const [what, after] = difference(bytes, next, stop, large, context);
    text += head + what;
    next = after;
  }
  return text;
};

const FIARD = {
  cbKey: offsetOf('FlagInsertAndReplaceData', 'cbKey'),
  cbData: offsetOf('FlagInsertAndReplaceData', 'cbData'),
  rceidReplace: offsetOf('FlagInsertAndReplaceData', 'rceidReplace'),
  tail: recordType('FlagInsertAndReplaceData').size,
};

const flagInsertAndReplaceData: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + FIARD.cbKey) + u16(bytes, at + FIARD.cbData);
  const rceids = `rceidInsert:${u32(bytes, at + RCEID)},rceidReplace:${u32(bytes, at + FIARD.rceidReplace)}`;
  const objid = `objid:[${bytes[at + DBID]!}:${u32(bytes, at + OBJID)}]`;
  const flags = REPLACE_FLAGS[pageFlags(bytes, at)]!;
  const data = dataText(bytes, at + FIARD.tail, cb, end, context);
  return ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${flags},${padded(cb)},${rceids},${objid})${data}`;
};

const flagDelete: LogRecordDescriber = (bytes, at) =>
  ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${REPLACE_FLAGS[pageFlags(bytes, at)]!}),${owner(bytes, at)}`;

const deleteNode: LogRecordDescriber = (bytes, at) => {
  const objid = `objid:[${bytes[at + DBID]!}:${u32(bytes, at + OBJID)}]`;
  return ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${DELETE_FLAGS[pageFlags(bytes, at)]!},${objid})`;
};

const UNDO_INFO = {
  cbBookmarkKey: offsetOf('UndoInfo', 'cbBookmarkKey'),
  cbBookmarkData: offsetOf('UndoInfo', 'cbBookmarkData'),
  cbData: offsetOf('UndoInfo', 'cbData'),
  tail: recordType('UndoInfo').size,
};

const undoInfo: LogRecordDescriber = (bytes, at, end, context) => {
  const cbKey = u16(bytes, at + UNDO_INFO.cbBookmarkKey);
  const cbBookmarkData = u16(bytes, at + UNDO_INFO.cbBookmarkData);
  const cbData = u16(bytes, at + UNDO_INFO.cbData);
  const data = dataText(bytes, at + UNDO_INFO.tail, cbKey + cbBookmarkData + cbData, end, context);
  const flags = UNDO_FLAGS[pageFlags(bytes, at)]!;
  const sizes = `${cbKey},${cbBookmarkData},${cbData}`;
  return ` ${sessionText(bytes, at)}${pagePlace(bytes, at)},${flags},${sizes},${owner(bytes, at)})${data}`;
};

const UNDO = { oper: offsetOf('Undo', 'oper'), level: offsetOf('Undo', 'levelUndo') };

const undo: LogRecordDescriber = (bytes, at) => {
  const times = `${hex64(bytes, at + DBTIME)},${hex64(bytes, at + DBTIME_BEFORE)}`;
  const level = at + UNDO.level;
  const tail = `${bytes[level]!},${u16(bytes, at + UNDO.oper)},rceid:${u32(bytes, at + RCEID)}`;
  const flags = UNDO_FLAGS[pageFlags(bytes, at)]!;
  return ` ${times},${sessionText(bytes, at, level)}${nodePlace(bytes, at)},${flags},${tail})`;
};

/** Delta and Delta64: `wide` the latter. */
function deltaDescriber(wide: boolean): LogRecordDescriber {
  const name = wide ? 'Delta64' : 'Delta';
  const [delta, cbOffset] = [offsetOf(name, 'delta'), offsetOf(name, 'cbOffset')];
  return (bytes, at) => {
    const amount = wide ? i64(bytes, at + delta) : i32(bytes, at + delta);
    const flags = DELTA_FLAGS[pageFlags(bytes, at)]!;
    const change = `${amount},offset:${u16(bytes, at + cbOffset)}`;
    return ` ${pageHead(bytes, at)}${nodePlace(bytes, at)},${flags},${change},${owner(bytes, at)})`;
  };
}

const SET_EXTERNAL_HEADER = {
  cbData: offsetOf('SetExternalHeader', 'cbData'),
  tail: recordType('SetExternalHeader').size,
};

const setExternalHeader: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + SET_EXTERNAL_HEADER.cbData);
  const data = dataText(bytes, at + SET_EXTERNAL_HEADER.tail, cb, end, context);
  const flags = DELETE_FLAGS[pageFlags(bytes, at)]!;
  return ` ${pageHead(bytes, at)}${pagePlace(bytes, at)},${flags},${padded(cb)})${data}`;
};

const SCRUB = {
  flags: offsetOf('Scrub', 'fLRScrubFlags'),
  cscrubOper: offsetOf('Scrub', 'cscrubOper'),
  cbData: offsetOf('Scrub', 'cbData'),
  tail: recordType('Scrub').size,
};

const scrub: LogRecordDescriber = (bytes, at, end, context) => {
  const cb = u16(bytes, at + SCRUB.cbData);
  const page = (u32(bytes, at + SCRUB.flags) & 1) !== 0 ? 'unused page' : 'used page';
  const what = `${page},${i32(bytes, at + SCRUB.cscrubOper)},${padded(cb)}`;
  const data = dataText(bytes, at + SCRUB.tail, cb, end, context);
  return ` ${pageHead(bytes, at)}${pagePlace(bytes, at)},${DELETE_FLAGS[pageFlags(bytes, at)]!},${what})${data}`;
};

/** The describers of this family, by the name of the record type. */
export const NODE_RECORDS: LogRecordDescribers = {
  Insert: insert,
  FlagInsert: flagInsert,
  FlagInsertAndReplaceData: flagInsertAndReplaceData,
  FlagDelete: flagDelete,
  Replace: replace,
  ReplaceD: replaceD,
  Delete: deleteNode,
  UndoInfo: undoInfo,
  Undo: undo,
  Delta: deltaDescriber(false),
  Delta64: deltaDescriber(true),
  SetExternalHeader: setExternalHeader,
  Scrub: scrub,
};
