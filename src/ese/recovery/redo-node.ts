// Redo of records that change one node, or one page besides its nodes (format 9.6, 9.7; logredo.cxx).
import { u32 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import { dbtimeAt, LogPageFlag, type LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { addDelta, addDelta64 } from '../operations/add-delta.ts';
import { deleteNode } from '../operations/delete-node.ts';
import { emptyPage, emptyRoot } from '../operations/empty-page.ts';
import { flagDelete, flagInsert } from '../operations/flag-node.ts';
import { insertNode } from '../operations/insert-node.ts';
import { nodeParts } from '../operations/node-parts.ts';
import { replaceByDiff } from '../operations/replace-by-diff.ts';
import { flagInsertAndReplace, replaceNode } from '../operations/replace-node.ts';
import { setExternalHeader } from '../operations/set-external-header.ts';
import { NodeView } from '../page/node.ts';
import type { RecoveringDatabase } from './recovering-database.ts';
import { LEVEL_MAX, type Session } from './session.ts';
import { undoOnPage } from './undo-node.ts';
import { Oper } from './version-list.ts';

const INSERT = { suffix: offsetOf('Insert', 'cbSuffix'), prefix: offsetOf('Insert', 'cbPrefix') };
const INSERT_DATA = offsetOf('Insert', 'cbData');
const INSERT_TAIL = INSERT_DATA + 2;
const FLAG_INSERT_KEY = offsetOf('FlagInsert', 'cbKey');
const FLAG_INSERT_DATA = offsetOf('FlagInsert', 'cbData');
const FLAG_INSERT_TAIL = FLAG_INSERT_DATA + 2;
const FIARD_RCEID = offsetOf('FlagInsertAndReplaceData', 'rceidReplace');
const FIARD_TAIL = FIARD_RCEID + 4;
const REPLACE_CB = offsetOf('Replace', 'cb');
const REPLACE_NEW = offsetOf('Replace', 'cbNewData');
const REPLACE_TAIL = REPLACE_NEW + 2;
const UNDO_INFO = {
  key: offsetOf('UndoInfo', 'cbBookmarkKey'),
  data: offsetOf('UndoInfo', 'cbBookmarkData'),
  oper: offsetOf('UndoInfo', 'oper'),
  before: offsetOf('UndoInfo', 'cbData'),
};
const UNDO_INFO_TAIL = UNDO_INFO.before + 2;
const DELTA = {
  key: offsetOf('Delta', 'cbBookmarkKey'),
  data: offsetOf('Delta', 'cbBookmarkData'),
  delta: offsetOf('Delta', 'delta'),
  offset: offsetOf('Delta', 'cbOffset'),
};
const DELTA_TAIL = DELTA.offset + 2;
const DELTA64_OFFSET = offsetOf('Delta64', 'cbOffset');
const DELTA64_TAIL = DELTA64_OFFSET + 2;
const HEADER_CB = offsetOf('SetExternalHeader', 'cbData');
const HEADER_TAIL = HEADER_CB + 2;
const EMPTY_LIST_CB = offsetOf('EmptyTree', 'cbEmptyPageList');
const EMPTY_LIST = EMPTY_LIST_CB + 2;
const EMPTY_PAGE_SIZE = 16;

/** A record's size word of differences: the top bit says that entries have a flag byte of their own. */
const DIFF_SIZE_MASK = 0x7fff;

const parts = nodeParts(new Uint8Array(0), new Uint8Array(0));
const node = new NodeView();
const tree = { dbid: 0, pgnoFDP: 0, objidFDP: 0, unique: true };

/** True when rollback must be able to undo the record's change. */
export function isVersioned(record: LogRecordView): boolean {
  return (record.flags & LogPageFlag.Versioned) !== 0;
}

/** Begins an entry for the change a record tells of. False when there is one already. */
export function beginVersion(
  session: Session,
  record: LogRecordView,
  rceid: number,
  oper: number,
  isNew: boolean,
  level: number = record.level,
): boolean {
  if (level > LEVEL_MAX) {
    throw new JetError('JET_errLogFileCorrupt', `a record names transaction level ${level}`);
  }
  tree.dbid = record.dbid;
  tree.pgnoFDP = record.pgnoFDP;
  tree.objidFDP = record.objidFDP;
  tree.unique = (record.flags & LogPageFlag.Unique) !== 0;
  return session.versions.begin(rceid, oper, Math.max(1, level), tree, isNew);
}

/** Gives the bookmark whose key begins at `at` of the record, the data following it. */
function appendBookmark(session: Session, record: LogRecordView, at: number, keyLength: number, data: number): void {
  const { bytes, start } = record;
  session.versions.appendKey(bytes, start + at, keyLength);
  if (data > 0) session.versions.appendBookmarkData(bytes, start + at + keyLength, data);
}

/** Points `node` at the line a record changes. @throws JetError when there is none. */
function loadLine(db: RecoveringDatabase, page: CachedPage, iline: number): NodeView {
  if (iline < page.view.lineCount && node.load(page.view, iline)) return node;
  throw db.pageError('JET_errLogOperationInconsistentWithDatabase', page.pgno, `has no line ${iline}`);
}

/** Notes the change of an existing node: bookmark and before image come from the page. */
function versionFromPage(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage,
  rceid: number,
  oper: number,
): void {
  const line = loadLine(db, page, record.iline);
  const { bytes } = line;
  if (!beginVersion(session, record, rceid, oper, true)) return;
  const { versions } = session;
  versions.setUnlogged();
  versions.appendKey(bytes, line.prefixStart, line.prefixLength);
  versions.appendKey(bytes, line.suffixStart, line.suffixLength);
  if (oper === Oper.Replace) versions.appendBefore(bytes, line.dataStart, line.dataLength);
  else if (!tree.unique) versions.appendBookmarkData(bytes, line.dataStart, line.dataLength);
}

function redoInsert(session: Session, record: LogRecordView, page: CachedPage | undefined): void {
  const { bytes, start } = record;
  const prefixLength = record.u16(INSERT.prefix);
  const keyLength = prefixLength + record.u16(INSERT.suffix);
  const dataLength = record.u16(INSERT_DATA);
  const versioned = isVersioned(record);
  if (versioned) {
    beginVersion(session, record, record.rceid, Oper.Insert, true);
    appendBookmark(session, record, INSERT_TAIL, keyLength, tree.unique ? 0 : dataLength);
  }
  if (page === undefined) return;
  parts.key = bytes;
  parts.keyStart = start + INSERT_TAIL;
  parts.keyLength = keyLength;
  parts.data = bytes;
  parts.dataStart = parts.keyStart + keyLength;
  parts.dataLength = dataLength;
  insertNode(page.view, record.iline, prefixLength, parts, versioned);
}

function redoFlagInsert(session: Session, record: LogRecordView, page: CachedPage | undefined): void {
  const versioned = isVersioned(record);
  if (versioned) {
    const dataLength = record.u16(FLAG_INSERT_DATA);
    beginVersion(session, record, record.rceid, Oper.Insert, true);
    appendBookmark(session, record, FLAG_INSERT_TAIL, record.u16(FLAG_INSERT_KEY), tree.unique ? 0 : dataLength);
  }
  if (page !== undefined) flagInsert(page.view, record.iline, versioned);
}

function redoFlagInsertAndReplace(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage | undefined,
): void {
  const keyLength = record.u16(FLAG_INSERT_KEY);
  const versioned = isVersioned(record);
  const rceidReplace = record.u32(FIARD_RCEID);
  if (versioned) {
    beginVersion(session, record, record.rceid, Oper.Insert, true);
    appendBookmark(session, record, FIARD_TAIL, keyLength, 0);
    if (page === undefined) session.awaited.add(rceidReplace);
    else versionFromPage(db, session, record, page, rceidReplace, Oper.Replace);
  }
  if (page === undefined) return;
  const dataStart = record.start + FIARD_TAIL + keyLength;
  flagInsertAndReplace(page.view, record.iline, record.bytes, dataStart, record.u16(FLAG_INSERT_DATA), versioned);
}

/**
 * Takes the version of the node as it is before the change; false where the page needs nothing (its version then comes
 * with a later record).
 */
function keepsVersion(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage | undefined,
  oper: number,
): page is CachedPage {
  const versioned = isVersioned(record);
  if (page === undefined) {
    if (versioned) session.awaited.add(record.rceid);
    return false;
  }
  if (versioned) versionFromPage(db, session, record, page, record.rceid, oper);
  return true;
}

function redoReplace(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage | undefined,
): void {
  const versioned = isVersioned(record);
  if (!keepsVersion(db, session, record, page, Oper.Replace)) return;
  const { bytes, iline } = record;
  const start = record.start + REPLACE_TAIL;
  const cb = record.u16(REPLACE_CB);
  const newLength = record.u16(REPLACE_NEW);
  if (record.lrtyp === Lr.ReplaceD) {
    const wide = cb > DIFF_SIZE_MASK;
    replaceByDiff(page.view, iline, bytes, start, cb & DIFF_SIZE_MASK, wide, newLength, versioned);
    return;
  }
  if ((cb & DIFF_SIZE_MASK) !== newLength)
    throw db.pageError('JET_errLogFileCorrupt', page.pgno, 'gets data of two lengths');
  replaceNode(page.view, iline, bytes, start, newLength, versioned);
}

function redoFlagDelete(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage | undefined,
): void {
  if (!keepsVersion(db, session, record, page, Oper.FlagDelete)) return;
  flagDelete(page.view, record.iline, isVersioned(record));
}

function redoDelta(session: Session, record: LogRecordView, page: CachedPage | undefined): void {
  const wide = record.lrtyp === Lr.Delta64;
  const offset = record.u16(wide ? DELTA64_OFFSET : DELTA.offset);
  const delta = wide ? record.i64(DELTA.delta) : BigInt(record.i32(DELTA.delta));
  const versioned = isVersioned(record);
  if (versioned) {
    beginVersion(session, record, record.rceid, wide ? Oper.Delta64 : Oper.Delta, true);
    appendBookmark(session, record, wide ? DELTA64_TAIL : DELTA_TAIL, record.u16(DELTA.key), record.u16(DELTA.data));
    session.versions.setDelta(delta, offset);
  }
  if (page === undefined) return;
  if (wide) addDelta64(page.view, record.iline, offset, delta, versioned);
  else addDelta(page.view, record.iline, offset, Number(delta), versioned);
}

/** What an earlier Replace or FlagDelete changed, logged late: before its page went to the disk. */
function takeUndoInfo(session: Session, record: LogRecordView): void {
  if (session.level === 0) return;
  session.awaited.delete(record.rceid);
  const oper = record.u16(UNDO_INFO.oper);
  const level = Math.min(record.level, session.level);
  if (oper !== Oper.Replace && oper !== Oper.FlagDelete)
    throw new JetError('JET_errLogFileCorrupt', `an UndoInfo record is about operation ${oper}`);
  if (!beginVersion(session, record, record.rceid, oper, false, level)) {
    session.versions.setLogged(record.rceid);
    return;
  }
  const keyLength = record.u16(UNDO_INFO.key);
  const dataLength = record.u16(UNDO_INFO.data);
  appendBookmark(session, record, UNDO_INFO_TAIL, keyLength, dataLength);
  if (oper !== Oper.Replace) return;
  const before = record.start + UNDO_INFO_TAIL + keyLength + dataLength;
  session.versions.appendBefore(record.bytes, before, record.u16(UNDO_INFO.before));
}

function redoUndo(db: RecoveringDatabase, session: Session, record: LogRecordView, page: CachedPage | undefined): void {
  if (session.level === 0) return;
  const version = session.versions.find(record.rceid);
  if (version === undefined) {
    if (page === undefined) return;
    throw db.pageError('JET_errLogFileCorrupt', page.pgno, `gets change ${record.rceid} undone, which is not known`);
  }
  if (page !== undefined) undoOnPage(page.view, record.iline, version);
  session.versions.remove(record.rceid);
}

/** The pages of a tree that are freed all at once. */
function redoEmptyPages(db: RecoveringDatabase, record: LogRecordView): void {
  const { bytes, start, dbtimeNumber: dbtime } = record;
  const end = start + EMPTY_LIST + record.u16(EMPTY_LIST_CB);
  for (let at = start + EMPTY_LIST; at + EMPTY_PAGE_SIZE <= end; at += EMPTY_PAGE_SIZE) {
    const page = db.access(u32(bytes, at + 8));
    if (page === undefined || !db.needsRedo(page, dbtime, dbtimeAt(bytes, at))) continue;
    emptyPage(page.view);
    db.changed(page, dbtime);
  }
}

/** Replays a record about one node. `session` is in a transaction, and not within a macro of the record's dbtime. */
export function redoNode(db: RecoveringDatabase, session: Session, record: LogRecordView): void {
  const { lrtyp } = record;
  let page = db.access(record.pgno);
  if (lrtyp === Lr.UndoInfo) {
    takeUndoInfo(session, record);
    return;
  }
  const dbtime = record.dbtimeNumber;
  if (page !== undefined && !db.needsRedo(page, dbtime, record.dbtimeBeforeNumber)) page = undefined;
  if (page !== undefined) page.pins++;
  try {
    redoOperation(db, session, record, page);
  } finally {
    if (page !== undefined) page.pins--;
  }
  if (page !== undefined) db.changed(page, dbtime);
}

function redoOperation(
  db: RecoveringDatabase,
  session: Session,
  record: LogRecordView,
  page: CachedPage | undefined,
): void {
  switch (record.lrtyp) {
    case Lr.Insert:
      redoInsert(session, record, page);
      break;
    case Lr.FlagInsert:
      redoFlagInsert(session, record, page);
      break;
    case Lr.FlagInsertAndReplaceData:
      redoFlagInsertAndReplace(db, session, record, page);
      break;
    case Lr.Replace:
    case Lr.ReplaceD:
      redoReplace(db, session, record, page);
      break;
    case Lr.FlagDelete:
      redoFlagDelete(db, session, record, page);
      break;
    case Lr.Delete:
      if (page !== undefined) deleteNode(page.view, record.iline);
      break;
    case Lr.Delta:
    case Lr.Delta64:
      redoDelta(session, record, page);
      break;
    case Lr.Undo:
      redoUndo(db, session, record, page);
      break;
    case Lr.SetExternalHeader:
      if (page !== undefined) setExternalHeader(page.view, tail(record, HEADER_TAIL, record.u16(HEADER_CB)));
      break;
    default:
      redoEmptyPages(db, record);
      if (page !== undefined) emptyRoot(page.view);
  }
}

function tail(record: LogRecordView, at: number, length: number): Uint8Array {
  return record.bytes.subarray(record.start + at, record.start + at + length);
}
