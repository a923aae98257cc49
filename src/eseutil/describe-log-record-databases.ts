// Dump text of the records about whole databases: created, attached, grown, scanned, space given back (logapi.cxx,
// LrToSz).
import { i32, u16, u32 } from '../binary/little-endian.ts';
import { offsetOf, recordType, type LogRecordName } from '../ese/log/record-table.ts';
import {
  ansiText,
  hex32,
  hex64,
  lgposText,
  signatureText,
  wideText,
  type LogRecordDescriber,
  type LogRecordDescribers,
} from './describe-log-record-values.ts';

const VERSION_INFO = 0x04;
const UNICODE_NAMES = 0x08;
const SPARSE = 0x10;
/** DetachDB has a flag of its own for it. */
const DETACH_UNICODE_NAMES = 0x10;

const procid = (bytes: Uint8Array, at: number): string => u16(bytes, at).toString(16);
const sparse = (flags: number): string => ` sparse: ${(flags & SPARSE) === 0 ? 0 : 1}`;
const pathText = (wide: boolean, bytes: Uint8Array, at: number, end: number): string =>
  (wide ? wideText : ansiText)(bytes, at, end);

const CREATE = {
  procid: offsetOf('CreateDB', 'procid'),
  dbid: offsetOf('CreateDB', 'dbid'),
  cpgDatabaseSizeMax: offsetOf('CreateDB', 'cpgDatabaseSizeMax'),
  signDb: offsetOf('CreateDB', 'signDb'),
  flags: offsetOf('CreateDB', 'fLRCreateDbFlags'),
  tail: recordType('CreateDB').size,
};

const createDb: LogRecordDescriber = (bytes, at, end) => {
  const flags = bytes[at + CREATE.flags]!;
  const tail = at + CREATE.tail;
  const versioned = (flags & VERSION_INFO) !== 0;
  const version = versioned ? `0x${u16(bytes, tail).toString(16)},0x${u16(bytes, tail + 2).toString(16)}` : '0x0,0x0';
  const path = pathText((flags & UNICODE_NAMES) !== 0, bytes, versioned ? tail + 4 : tail, end);
  const what = `(${procid(bytes, at + CREATE.procid)},${path},${bytes[at + CREATE.dbid]!})`;
  const most = u32(bytes, at + CREATE.cpgDatabaseSizeMax);
  const signature = signatureText(bytes, at + CREATE.signDb);
  return ` ${what} Version: ${version} cpgMax: ${most} Sig: ${signature}${sparse(flags)}`;
};

const CREATE_FINISH = { procid: offsetOf('CreateDBFinish', 'procid'), dbid: offsetOf('CreateDBFinish', 'dbid') };

const createDbFinish: LogRecordDescriber = (bytes, at) =>
  ` (${procid(bytes, at + CREATE_FINISH.procid)},${bytes[at + CREATE_FINISH.dbid]!})`;

const ATTACH = {
  procid: offsetOf('AttachDB', 'procid'),
  dbid: offsetOf('AttachDB', 'dbid'),
  cpgDatabaseSizeMax: offsetOf('AttachDB', 'cpgDatabaseSizeMax'),
  lgposConsistent: offsetOf('AttachDB', 'lgposConsistent'),
  signDb: offsetOf('AttachDB', 'signDb'),
  signLog: offsetOf('AttachDB', 'signLog'),
  flags: offsetOf('AttachDB', 'fLRAttachDbFlags'),
  tail: recordType('AttachDB').size,
};

const attachDb: LogRecordDescriber = (bytes, at, end) => {
  const flags = bytes[at + ATTACH.flags]!;
  const path = pathText((flags & UNICODE_NAMES) !== 0, bytes, at + ATTACH.tail, end);
  const what = `(${procid(bytes, at + ATTACH.procid)},${path},${bytes[at + ATTACH.dbid]!})`;
  const most = `cpgMax: ${u32(bytes, at + ATTACH.cpgDatabaseSizeMax)}`;
  const consistent = `consistent:${lgposText(bytes, at + ATTACH.lgposConsistent)}`;
  const signatures = `   SigDb: ${signatureText(bytes, at + ATTACH.signDb)}   SigLog: ${signatureText(bytes, at + ATTACH.signLog)}`;
  return ` ${what} ${most} ${consistent}${signatures}${sparse(flags)}`;
};

const DETACH = {
  procid: offsetOf('DetachDB', 'procid'),
  dbid: offsetOf('DetachDB', 'dbid'),
  flags: offsetOf('DetachDB', 'fLRDetachDbFlags'),
  tail: recordType('DetachDB').size,
};

const detachDb: LogRecordDescriber = (bytes, at, end) => {
  const wide = (bytes[at + DETACH.flags]! & DETACH_UNICODE_NAMES) !== 0;
  const path = pathText(wide, bytes, at + DETACH.tail, end);
  return ` (${procid(bytes, at + DETACH.procid)},${path},${bytes[at + DETACH.dbid]!})`;
};

const REATTACH = {
  dbid: offsetOf('ReAttach', 'dbid'),
  lgposAttach: offsetOf('ReAttach', 'lgposAttach'),
  lgposConsistent: offsetOf('ReAttach', 'lgposConsistent'),
  signDb: offsetOf('ReAttach', 'signDb'),
};

const reAttach: LogRecordDescriber = (bytes, at) => {
  const consistent = `consistent:${lgposText(bytes, at + REATTACH.lgposConsistent)}`;
  const attach = `attach:${lgposText(bytes, at + REATTACH.lgposAttach)}`;
  const signature = signatureText(bytes, at + REATTACH.signDb);
  return ` [${bytes[at + REATTACH.dbid]!}:], ${consistent} ${attach} SigDb: ${signature}`;
};

const SIGNAL_DBID = offsetOf('SignalAttachDb', 'dbid');
const signalAttachDb: LogRecordDescriber = (bytes, at) => ` (dbid:${bytes[at + SIGNAL_DBID]!})`;

const VERSION = {
  dbid: offsetOf('SetDbVersion', 'dbid'),
  major: offsetOf('SetDbVersion', 'ulDbMajorVersion'),
  updateMajor: offsetOf('SetDbVersion', 'ulDbUpdateMajor'),
  updateMinor: offsetOf('SetDbVersion', 'ulDbUpdateMinor'),
};

const setDbVersion: LogRecordDescriber = (bytes, at) => {
  const parts = [VERSION.major, VERSION.updateMajor, VERSION.updateMinor].map((offset) => u32(bytes, at + offset));
  return ` (dbid:${bytes[at + VERSION.dbid]!}, DB ver:${parts.join('.')})`;
};

const EXTEND = { dbid: offsetOf('ExtendDB', 'dbid'), pgnoLast: offsetOf('ExtendDB', 'pgnoLast') };
const extendDb: LogRecordDescriber = (bytes, at) =>
  ` [${bytes[at + EXTEND.dbid]!}:${u32(bytes, at + EXTEND.pgnoLast)}]`;

/** ShrinkDB in its three forms; the last has a time of the database. */
function shrinkDescriber(name: 'ShrinkDB' | 'ShrinkDB2' | 'ShrinkDB3'): LogRecordDescriber {
  const [dbid, pgnoLast, cpgShrunk] = [offsetOf(name, 'dbid'), offsetOf(name, 'pgnoLast'), offsetOf(name, 'cpgShrunk')];
  const dbtime = name === 'ShrinkDB3' ? offsetOf(name, 'dbtime') : -1;
  return (bytes, at) => {
    const time = dbtime < 0 ? '' : hex64(bytes, at + dbtime);
    return ` ${time}[${bytes[at + dbid]!}:${u32(bytes, at + pgnoLast)}:${i32(bytes, at + cpgShrunk)}]`;
  };
}

/** Pages of an extent that are listed one by one. */
const LISTED_MOST = 32;

/** `([1:8] [1:9] )`: the pages after the first, the first few of them. */
function furtherPages(dbid: number, first: number, count: number): string {
  let text = '(';
  for (let i = 1; i < count && i < LISTED_MOST; i++) text += `[${dbid}:${(first + i) >>> 0}] `;
  return `${text})`;
}

const TRIM = {
  dbid: offsetOf('TrimDB', 'dbid'),
  pgnoStartZeroes: offsetOf('TrimDB', 'pgnoStartZeroes'),
  cpgZeroLength: offsetOf('TrimDB', 'cpgZeroLength'),
};

const trimDb: LogRecordDescriber = (bytes, at) => {
  const [dbid, first] = [bytes[at + TRIM.dbid]!, u32(bytes, at + TRIM.pgnoStartZeroes)];
  const count = i32(bytes, at + TRIM.cpgZeroLength);
  return ` [${dbid}:${first}+${count}] ${furtherPages(dbid, first, count)}`;
};

const TABLE_ROOT = 1;
const EMPTY_PAGES = 2;
/** What the first form of the record has in place of a time. */
const NO_DBTIME = 'ffffffffffffffff';

function extentFreedDescriber(name: 'ExtentFreed' | 'ExtentFreed2'): LogRecordDescriber {
  const [dbidAt, firstAt] = [offsetOf(name, 'dbid'), offsetOf(name, 'pgnoFirst')];
  const [countAt, flagsAt] = [offsetOf(name, 'cpgExtent'), offsetOf(name, 'fFlags')];
  const dbtimeAt = name === 'ExtentFreed2' ? offsetOf(name, 'dbtime') : -1;
  return (bytes, at) => {
    const [dbid, first, count] = [bytes[at + dbidAt]!, u32(bytes, at + firstAt), i32(bytes, at + countAt)];
    const flags = bytes[at + flagsAt]!;
    const words = `${(flags & TABLE_ROOT) === 0 ? '' : 'R'}${(flags & EMPTY_PAGES) === 0 ? '' : 'E'}`;
    const time = dbtimeAt < 0 ? NO_DBTIME : hex64(bytes, at + dbtimeAt);
    return ` ${time} [${dbid}:${first}+${count}],[${words}] ${furtherPages(dbid, first, count)}`;
  };
}

const FREE = {
  dbid: offsetOf('FreeFDP', 'dbid'),
  pgnoFDP: offsetOf('FreeFDP', 'pgnoFDP'),
  trxCommitted: offsetOf('FreeFDP', 'trxCommitted'),
  type: offsetOf('FreeFDP', 'bFDPType'),
};
const TABLE = 1;

const freeFdp: LogRecordDescriber = (bytes, at) => {
  const kind = bytes[at + FREE.type] === TABLE ? 'T' : 'I';
  const place = `[${bytes[at + FREE.dbid]!}:${u32(bytes, at + FREE.pgnoFDP)}]`;
  return ` ${hex32(bytes, at + FREE.trxCommitted)}:(${place} (${kind}))`;
};

const NEW_PAGE = {
  procid: offsetOf('NewPage', 'procid'),
  dbid: offsetOf('NewPage', 'dbid'),
  pgno: offsetOf('NewPage', 'pgno'),
  objid: offsetOf('NewPage', 'objid'),
  dbtimeAfter: offsetOf('NewPage', 'dbtimeAfter'),
};

const newPage: LogRecordDescriber = (bytes, at) => {
  const dbid = bytes[at + NEW_PAGE.dbid]!;
  const place = `page:[${dbid}:${u32(bytes, at + NEW_PAGE.pgno)}],objid:[${dbid}:${u32(bytes, at + NEW_PAGE.objid)}]`;
  return ` ${hex64(bytes, at + NEW_PAGE.dbtimeAfter)},(${procid(bytes, at + NEW_PAGE.procid)},${place})`;
};

/** `[1:77]`: the database and page of a record that has both under these names. */
function placeOf(name: LogRecordName): (bytes: Uint8Array, at: number) => string {
  const [dbid, pgno] = [offsetOf(name, 'dbid'), offsetOf(name, 'pgno')];
  return (bytes, at) => `[${bytes[at + dbid]!}:${u32(bytes, at + pgno)}]`;
}

const PATCH_DBTIME = offsetOf('PagePatchRequest', 'dbtime');
const patchPlace = placeOf('PagePatchRequest');
const pagePatchRequest: LogRecordDescriber = (bytes, at) =>
  ` ${hex64(bytes, at + PATCH_DBTIME)},${patchPlace(bytes, at)}`;

const SCAN = { after: offsetOf('ScanCheck', 'dbtimeAfter'), before: offsetOf('ScanCheck', 'dbtimeBefore') };
const scanPlace = placeOf('ScanCheck');
const scanCheck: LogRecordDescriber = (bytes, at) =>
  ` ${hex64(bytes, at + SCAN.after)},${hex64(bytes, at + SCAN.before)}${scanPlace(bytes, at)}`;

const SCAN2 = {
  flags: offsetOf('ScanCheck2', 'bFlagsAndScs'),
  page: offsetOf('ScanCheck2', 'dbtimePage'),
  current: offsetOf('ScanCheck2', 'dbtimeCurrent'),
};
const scan2Place = placeOf('ScanCheck2');
const SCAN_SOURCE = 0x03;
const SCAN_EMPTY_PAGE = 0x40;
const SCAN_OBJID_INVALID = 0x80;

const scanCheck2: LogRecordDescriber = (bytes, at) => {
  const flags = bytes[at + SCAN2.flags]!;
  const words = `${(flags & SCAN_OBJID_INVALID) === 0 ? 'VO' : 'IVO'},${(flags & SCAN_EMPTY_PAGE) === 0 ? 'NEP' : 'EP'}`;
  const times = `${hex64(bytes, at + SCAN2.current)},${hex64(bytes, at + SCAN2.page)}`;
  return ` ${times}${scan2Place(bytes, at)},source:${flags & SCAN_SOURCE},${words}`;
};

/** The describers of this family, by the name of the record type. */
export const DATABASE_RECORDS: LogRecordDescribers = {
  CreateDB: createDb,
  CreateDBFinish: createDbFinish,
  AttachDB: attachDb,
  DetachDB: detachDb,
  ReAttach: reAttach,
  SignalAttachDb: signalAttachDb,
  SetDbVersion: setDbVersion,
  ExtendDB: extendDb,
  ShrinkDB: shrinkDescriber('ShrinkDB'),
  ShrinkDB2: shrinkDescriber('ShrinkDB2'),
  ShrinkDB3: shrinkDescriber('ShrinkDB3'),
  TrimDB: trimDb,
  ExtentFreed: extentFreedDescriber('ExtentFreed'),
  ExtentFreed2: extentFreedDescriber('ExtentFreed2'),
  FreeFDP: freeFdp,
  NewPage: newPage,
  PagePatchRequest: pagePatchRequest,
  ScanCheck: scanCheck,
  ScanCheck2: scanCheck2,
};
