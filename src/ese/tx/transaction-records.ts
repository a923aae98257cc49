// Log records about transactions, written straight into their bytes: beginning, commit, rollback, and what undoing a
// change says (format 9.6, 9.7; logapi.cxx).
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { Lr, offsetOf, recordType } from '../log/record-table.ts';
import { NO_DBTIME, nodeRecord, type PageChange } from './node-records.ts';
import { recordBytes } from './record-bytes.ts';
import type { NodeVersion } from './version-store.ts';
import { treeLogFlags } from './write-tree.ts';

const BEGIN_SIZE = recordType('Begin').size;
const BEGIN0_SIZE = recordType('Begin0').size;
const COMMIT_SIZE = recordType('Commit').size;
const COMMIT0_SIZE = recordType('Commit0').size;
const ROLLBACK_SIZE = recordType('Rollback').size;
const UNDO_SIZE = recordType('Undo').size;
const UNDO_INFO_SIZE = recordType('UndoInfo').size;
const AT = {
  procid: offsetOf('Begin', 'procid'),
  levels: offsetOf('Begin', 'levelBeginFrom'),
  trxBegin0: offsetOf('Begin0', 'trxBegin0'),
  levelCommitTo: offsetOf('Commit', 'levelCommitTo'),
  trxCommit0: offsetOf('Commit0', 'trxCommit0'),
  levelRollback: offsetOf('Rollback', 'levelRollback'),
};
const UNDO = {
  key: offsetOf('Undo', 'cbBookmarkKey'),
  data: offsetOf('Undo', 'cbBookmarkData'),
  oper: offsetOf('Undo', 'oper'),
  levelUndo: offsetOf('Undo', 'levelUndo'),
};
const INFO = {
  trxBegin0: offsetOf('UndoInfo', 'trxBegin0'),
  level: offsetOf('UndoInfo', 'level'),
  fFlags: offsetOf('UndoInfo', 'fFlags'),
  key: offsetOf('UndoInfo', 'cbBookmarkKey'),
  data: offsetOf('UndoInfo', 'cbBookmarkData'),
  oper: offsetOf('UndoInfo', 'oper'),
  cbMaxSize: offsetOf('UndoInfo', 'cbMaxSize'),
  cbData: offsetOf('UndoInfo', 'cbData'),
};

function sessionRecord(lrtyp: number, size: number, procid: number): Uint8Array {
  const bytes = recordBytes(size);
  bytes[0] = lrtyp;
  putU16(bytes, AT.procid, procid);
  return bytes;
}

/** `clevels` transactions begin within those open. */
export function beginRecord(procid: number, levelBeginFrom: number, clevels: number): Uint8Array {
  const bytes = sessionRecord(Lr.Begin, BEGIN_SIZE, procid);
  bytes[AT.levels] = (levelBeginFrom & 15) | (clevels << 4);
  return bytes;
}

/** `clevels` transactions begin, the first of them the outermost. */
export function begin0Record(procid: number, clevels: number, trxBegin0: number): Uint8Array {
  const bytes = sessionRecord(Lr.Begin0, BEGIN0_SIZE, procid);
  bytes[AT.levels] = clevels << 4;
  putU32(bytes, AT.trxBegin0, trxBegin0);
  return bytes;
}

/** A transaction within others commits. */
export function commitRecord(procid: number, levelCommitTo: number): Uint8Array {
  const bytes = sessionRecord(Lr.Commit, COMMIT_SIZE, procid);
  bytes[AT.levelCommitTo] = levelCommitTo;
  return bytes;
}

/** The outermost transaction commits. */
export function commit0Record(procid: number, trxCommit0: number): Uint8Array {
  const bytes = sessionRecord(Lr.Commit0, COMMIT0_SIZE, procid);
  putU32(bytes, AT.trxCommit0, trxCommit0);
  return bytes;
}

/** `levels` transactions were rolled back: their changes are undone. */
export function rollbackRecord(procid: number, levels: number): Uint8Array {
  const bytes = sessionRecord(Lr.Rollback, ROLLBACK_SIZE, procid);
  bytes[AT.levelRollback] = levels;
  return bytes;
}

/** The change of a version is undone where `change` says. */
export function undoRecord(change: PageChange, version: NodeVersion): Uint8Array {
  const { key, bookmarkData, oper, level, rceid } = version;
  const bytes = nodeRecord(Lr.Undo, UNDO_SIZE + key.length + bookmarkData.length, change, rceid);
  putU16(bytes, UNDO.key, key.length);
  putU16(bytes, UNDO.data, bookmarkData.length);
  putU16(bytes, UNDO.oper, oper);
  bytes[UNDO.levelUndo] = level;
  bytes.set(key, UNDO_SIZE);
  bytes.set(bookmarkData, UNDO_SIZE + key.length);
  return bytes;
}

/** What was there before the change of a version: logged before page `pgno` is written. */
export function undoInfoRecord(version: NodeVersion, pgno: number): Uint8Array {
  const { session, database, tree, key, bookmarkData, before, oper, level, rceid, trxBegin0 } = version;
  const { dbid } = database.db;
  const change = { dbid, session, tree, pgno, iline: 0, dbtime: NO_DBTIME, dbtimeBefore: NO_DBTIME, rceid: 0 };
  const keyEnd = UNDO_INFO_SIZE + key.length;
  const bytes = nodeRecord(Lr.UndoInfo, keyEnd + bookmarkData.length + before.length, change, rceid);
  // The transaction of the version, which may be an earlier one of the session.
  putU32(bytes, INFO.trxBegin0, trxBegin0);
  bytes[INFO.level] = level;
  bytes[INFO.fFlags] = treeLogFlags(tree);
  putU16(bytes, INFO.key, key.length);
  putU16(bytes, INFO.data, bookmarkData.length);
  putU16(bytes, INFO.oper, oper);
  putU16(bytes, INFO.cbMaxSize, before.length);
  putU16(bytes, INFO.cbData, before.length);
  bytes.set(key, UNDO_INFO_SIZE);
  bytes.set(bookmarkData, keyEnd);
  bytes.set(before, keyEnd + bookmarkData.length);
  return bytes;
}
