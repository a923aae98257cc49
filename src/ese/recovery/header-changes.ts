// What recovery changes in the header of a database: attached and dirty, or detached and clean (format 1.3, 1.5;
// DBISetHeaderAfterAttach, ErrIOTermUpdateAndWriteDatabaseHeader).
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { DB_HEADER } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { LGPOS_SIZE, parseLgpos, type Lgpos } from '../header/lgpos.ts';
import { LOGTIME_SIZE, parseLogtime, putUtcTime, type Logtime } from '../header/logtime.ts';
import { SIGNATURE_SIZE } from '../header/signature.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

type HeaderField = keyof typeof DB_HEADER;

const BKINFO_SIZE = 24;

const at = (name: HeaderField): number => DB_HEADER[name][1];

/** A new signature: a time and a random number. */
export interface SignatureSource {
  readonly now: () => Date;
  readonly random: () => number;
}

function clear(bytes: Uint8Array, size: number, ...names: HeaderField[]): void {
  for (const name of names) bytes.fill(0, at(name), at(name) + size);
}

function putLgpos(bytes: Uint8Array, name: HeaderField, lgpos: Lgpos): void {
  putU16(bytes, at(name), lgpos.ib);
  putU16(bytes, at(name) + 2, lgpos.isec);
  putU32(bytes, at(name) + 4, lgpos.lGeneration);
}

/** A time as headers and log records hold it. */
export function logtimeOf(time: Date): Logtime {
  const bytes = new Uint8Array(LOGTIME_SIZE);
  putUtcTime(bytes, 0, time);
  return parseLogtime(bytes, 0);
}

function putSignature(bytes: Uint8Array, offset: number, source: SignatureSource): void {
  bytes.fill(0, offset, offset + SIGNATURE_SIZE);
  putU32(bytes, offset, source.random());
  putUtcTime(bytes, offset + 4, source.now());
}

/** Attaches: an AttachDB record at `lgpos` of the stream `signLog` (28 bytes) is replayed. */
export function setAttached(db: RecoveringDatabase, lgpos: Lgpos, signLog: Uint8Array, now: Date): void {
  const bytes = db.headerBytes;
  const before = bytes.slice(at('signLog'), at('signLog') + SIGNATURE_SIZE);
  putU32(bytes, at('dbstate'), DbState.DirtyShutdown);
  putLgpos(bytes, 'lgposAttach', lgpos);
  clear(bytes, LGPOS_SIZE, 'lgposLastReAttach', 'lgposDetach');
  if (!before.every((byte, i) => byte === signLog[i])) {
    bytes.set(signLog, at('signLog'));
    clear(bytes, LGPOS_SIZE, 'lgposConsistent', 'lgposLastResize');
    clear(bytes, BKINFO_SIZE, 'bkinfoIncPrev', 'bkinfoFullPrev', 'bkinfoCopyPrev', 'bkinfoDiffPrev');
  }
  putUtcTime(bytes, at('logtimeAttach'), now);
  clear(bytes, LOGTIME_SIZE, 'logtimeDetach');
  putU32(bytes, at('dbid'), db.dbid);
}

/**
 * Detaches: all pages are on the disk, and the database is consistent as of `lgpos`. The flush map that belonged to it
 * does no longer.
 */
export function setClean(db: RecoveringDatabase, lgpos: Lgpos, source: SignatureSource): void {
  const bytes = db.headerBytes;
  const dbtime = BigInt(db.dbtime);
  putU32(bytes, at('dbtimeDirtied'), Number(dbtime & 0xffff_ffffn));
  putU32(bytes, at('dbtimeDirtied') + 4, Number(dbtime >> 32n));
  putU32(bytes, at('objidLast'), db.objidLast);
  putU32(bytes, at('dbstate'), DbState.CleanShutdown);
  clear(bytes, 4, 'lGenMinRequired', 'lGenMaxRequired', 'lGenMinConsistent', 'lGenMaxCommitted', 'lGenRecovering');
  clear(bytes, 4, 'lGenPreRedoMinConsistent', 'lGenPreRedoMinRequired');
  clear(bytes, LOGTIME_SIZE, 'logtimeGenMaxCreate', 'logtimeGenMaxRequired');
  finishBackup(bytes);
  putLgpos(bytes, 'lgposConsistent', lgpos);
  putLgpos(bytes, 'lgposDetach', lgpos);
  // Databases of older revisions do not keep it.
  const lastResize = parseLgpos(bytes, at('lgposLastResize'));
  if (lastResize.lGeneration !== 0) putLgpos(bytes, 'lgposLastResize', lgpos);
  putUtcTime(bytes, at('logtimeConsistent'), source.now());
  putUtcTime(bytes, at('logtimeDetach'), source.now());
  putSignature(bytes, at('signDbHdrFlush'), source);
  clear(bytes, SIGNATURE_SIZE, 'signFlushMapHdrFlush', 'signRBSHdrFlush');
}

/** A backup that was being taken is none any more. */
function finishBackup(bytes: Uint8Array): void {
  const genLow = at('bkinfoFullCur') + 16;
  if (bytes.subarray(genLow, genLow + 4).every((byte) => byte === 0)) return;
  clear(bytes, BKINFO_SIZE, 'bkinfoFullCur', 'bkinfoSnapshotCur', 'bkinfoIncPrev');
}

/**
 * Cuts the ties to the log stream: a database recovered to an earlier point must never be continued with later logs.
 */
export function clearStream(db: RecoveringDatabase): void {
  const bytes = db.headerBytes;
  clear(bytes, SIGNATURE_SIZE, 'signLog');
  clear(bytes, LGPOS_SIZE, 'lgposConsistent', 'lgposAttach', 'lgposDetach', 'lgposLastResize', 'lgposLastReAttach');
}

/** Raises the revision, as a SetDbVersion record says; never lowers it. */
export function setRevision(db: RecoveringDatabase, major: number, minor: number): void {
  const { ulDaeUpdateMajor, ulDaeUpdateMinor } = db.header;
  if (major < ulDaeUpdateMajor || (major === ulDaeUpdateMajor && minor <= ulDaeUpdateMinor)) return;
  putU32(db.headerBytes, at('ulDaeUpdateMajor'), major);
  putU32(db.headerBytes, at('ulDaeUpdateMinor'), minor);
}
