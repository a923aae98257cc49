// Log records about pages and nodes, written straight into their bytes: the writer's hot path (format 9.6; logapi.cxx).
import { Lr, offsetOf, recordType, type LogRecordName } from '../log/record-table.ts';
import { putU16, putU32, putU64 } from '../../binary/little-endian-writer.ts';
import { recordBytes } from './record-bytes.ts';
import { treeLogFlags, type WriteSession, type WriteTree } from './write-tree.ts';

const PAGE = {
  procid: offsetOf('Insert', 'procid'),
  dbid: offsetOf('Insert', 'dbid'),
  pgno: offsetOf('Insert', 'pgno'),
  dbtime: offsetOf('Insert', 'dbtime'),
  dbtimeBefore: offsetOf('Insert', 'dbtimeBefore'),
  trxBegin0: offsetOf('Insert', 'trxBegin0'),
  level: offsetOf('Insert', 'level'),
  iline: offsetOf('Insert', 'iline'),
  fFlags: offsetOf('Insert', 'fFlags'),
  rceid: offsetOf('Insert', 'rceid'),
  pgnoFDP: offsetOf('Insert', 'pgnoFDP'),
  objidFDP: offsetOf('Insert', 'objidFDP'),
};
const FIELD = {
  suffix: offsetOf('Insert', 'cbSuffix'),
  prefix: offsetOf('Insert', 'cbPrefix'),
  insertData: offsetOf('Insert', 'cbData'),
  key: offsetOf('FlagInsert', 'cbKey'),
  keyData: offsetOf('FlagInsert', 'cbData'),
  rceidReplace: offsetOf('FlagInsertAndReplaceData', 'rceidReplace'),
  cb: offsetOf('Replace', 'cb'),
  cbOld: offsetOf('Replace', 'cbOldData'),
  cbNew: offsetOf('Replace', 'cbNewData'),
  header: offsetOf('SetExternalHeader', 'cbData'),
  deltaKey: offsetOf('Delta', 'cbBookmarkKey'),
  delta: offsetOf('Delta', 'delta'),
  deltaOffset: offsetOf('Delta', 'cbOffset'),
  delta64Offset: offsetOf('Delta64', 'cbOffset'),
};
const SIZE = (name: LogRecordName): number => recordType(name).size;
const INSERT_SIZE = SIZE('Insert');
const FLAG_INSERT_SIZE = SIZE('FlagInsert');
const FIARD_SIZE = SIZE('FlagInsertAndReplaceData');
const REPLACE_SIZE = SIZE('Replace');
const NODE_SIZE = SIZE('FlagDelete');
const HEADER_SIZE = SIZE('SetExternalHeader');
const DELTA_SIZE = SIZE('Delta');
const DELTA64_SIZE = SIZE('Delta64');

/** "No dbtime": of node records inside a macro, whose split record has the real one. */
export const NO_DBTIME = -1;

/** What all records about a change of one page say. One object may serve any number of records. */
export interface PageChange {
  readonly dbid: number;
  readonly session: WriteSession;
  readonly tree: WriteTree;
  readonly pgno: number;
  readonly iline: number;
  readonly dbtime: number;
  readonly dbtimeBefore: number;
  /** Number of the version; 0: none, the change is not undone. */
  readonly rceid: number;
}

/** Writes a database time; -1 as all ones. */
export function putDbtime(bytes: Uint8Array, at: number, dbtime: number): void {
  const high = Math.floor(dbtime / 0x1_0000_0000);
  putU32(bytes, at, (dbtime - high * 0x1_0000_0000) | 0);
  putU32(bytes, at + 4, high);
}

/** The head of a record about a page: all but line, version and tree. */
export function putPageHead(bytes: Uint8Array, lrtyp: number, change: PageChange): void {
  const { session } = change;
  bytes[0] = lrtyp;
  putU16(bytes, PAGE.procid, session.procid);
  bytes[PAGE.dbid] = change.dbid;
  putU32(bytes, PAGE.pgno, change.pgno);
  putDbtime(bytes, PAGE.dbtime, change.dbtime);
  putDbtime(bytes, PAGE.dbtimeBefore, change.dbtimeBefore);
  putU32(bytes, PAGE.trxBegin0, session.trxBegin0);
  bytes[PAGE.level] = session.level;
  putU16(bytes, PAGE.iline, change.iline);
  bytes[PAGE.fFlags] = treeLogFlags(change.tree) | (change.rceid === 0 ? 0 : 1);
}

/** The head of a record about a node, with zeros after it. `rceid`: the version it is about, when it is no part of it. */
export function nodeRecord(lrtyp: number, size: number, change: PageChange, rceid: number = change.rceid): Uint8Array {
  const bytes = recordBytes(size);
  putPageHead(bytes, lrtyp, change);
  putU32(bytes, PAGE.rceid, rceid);
  putU32(bytes, PAGE.pgnoFDP, change.tree.pgnoFDP);
  putU32(bytes, PAGE.objidFDP, change.tree.objidFDP);
  return bytes;
}

/** A node is inserted; the first `cbPrefix` bytes of its key are left to the page's prefix. */
export function insertRecord(change: PageChange, key: Uint8Array, cbPrefix: number, data: Uint8Array): Uint8Array {
  const bytes = nodeRecord(Lr.Insert, INSERT_SIZE + key.length + data.length, change);
  putU16(bytes, FIELD.suffix, key.length - cbPrefix);
  putU16(bytes, FIELD.prefix, cbPrefix);
  putU16(bytes, FIELD.insertData, data.length);
  bytes.set(key, INSERT_SIZE);
  bytes.set(data, INSERT_SIZE + key.length);
  return bytes;
}

/** A deleted node lives again, as it was. */
export function flagInsertRecord(change: PageChange, key: Uint8Array, data: Uint8Array): Uint8Array {
  const bytes = nodeRecord(Lr.FlagInsert, FLAG_INSERT_SIZE + key.length + data.length, change);
  putU16(bytes, FIELD.key, key.length);
  putU16(bytes, FIELD.keyData, data.length);
  bytes.set(key, FLAG_INSERT_SIZE);
  bytes.set(data, FLAG_INSERT_SIZE + key.length);
  return bytes;
}

/** A deleted node lives again, with other data. */
export function flagInsertAndReplaceRecord(
  change: PageChange,
  rceidReplace: number,
  key: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const bytes = nodeRecord(Lr.FlagInsertAndReplaceData, FIARD_SIZE + key.length + data.length, change);
  putU16(bytes, FIELD.key, key.length);
  putU16(bytes, FIELD.keyData, data.length);
  putU32(bytes, FIELD.rceidReplace, rceidReplace);
  bytes.set(key, FIARD_SIZE);
  bytes.set(data, FIARD_SIZE + key.length);
  return bytes;
}

/** The data of a node is replaced as a whole. */
export function replaceRecord(change: PageChange, cbOld: number, data: Uint8Array): Uint8Array {
  const bytes = nodeRecord(Lr.Replace, REPLACE_SIZE + data.length, change);
  putU16(bytes, FIELD.cb, data.length);
  putU16(bytes, FIELD.cbOld, cbOld);
  putU16(bytes, FIELD.cbNew, data.length);
  bytes.set(data, REPLACE_SIZE);
  return bytes;
}

/** A node is marked deleted. */
export function flagDeleteRecord(change: PageChange): Uint8Array {
  return nodeRecord(Lr.FlagDelete, NODE_SIZE, change);
}

/** A node goes from its page. */
export function deleteRecord(change: PageChange): Uint8Array {
  return nodeRecord(Lr.Delete, NODE_SIZE, change);
}

/** A number of 4 or 8 bytes in a node's data changes by `delta`. Only in trees whose keys identify nodes. */
export function deltaRecord(
  change: PageChange,
  key: Uint8Array,
  delta: bigint,
  offset: number,
  size: 4 | 8,
): Uint8Array {
  const wide = size === 8;
  const recordSize = wide ? DELTA64_SIZE : DELTA_SIZE;
  const bytes = nodeRecord(wide ? Lr.Delta64 : Lr.Delta, recordSize + key.length, change);
  putU16(bytes, FIELD.deltaKey, key.length);
  if (wide) putU64(bytes, FIELD.delta, delta);
  else putU32(bytes, FIELD.delta, Number(BigInt.asIntN(32, delta)));
  putU16(bytes, wide ? FIELD.delta64Offset : FIELD.deltaOffset, offset);
  bytes.set(key, recordSize);
  return bytes;
}

/** The external header of a page is set. */
export function setExternalHeaderRecord(change: PageChange, data: Uint8Array): Uint8Array {
  const bytes = nodeRecord(Lr.SetExternalHeader, HEADER_SIZE + data.length, change);
  putU16(bytes, FIELD.header, data.length);
  bytes.set(data, HEADER_SIZE);
  return bytes;
}
