// Redo of records about databases as a whole: attached, created, detached, grown, cut (format 9.8; logredo.cxx). And the
// last step of each: pages, then a clean header.
import { ansi, utf16 } from '../../binary/text.ts';
import { buildHeader } from '../build/header-builder.ts';
import { DB_HEADER } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { compareLgpos, parseLgpos, type Lgpos } from '../header/lgpos.ts';
import { putUtcTime } from '../header/logtime.ts';
import { parseSignature, SIGNATURE_SIZE, type Signature } from '../header/signature.ts';
import type { LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { pageFormat } from '../page/page-format.ts';
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { LGPOS_MIN, type Attachments } from './attachments.ts';
import { clearStream, setClean, setRevision, type SignatureSource } from './header-changes.ts';
import { sealHeader } from '../page/checksum-xor.ts';
import { lastOwnedPage } from './last-owned-page.ts';
import type { RecoveringDatabase } from './recovering-database.ts';
import { redoExtend, redoShrink, redoTrim } from './redo-size.ts';

const DBID_OF_SIZED = offsetOf('ExtendDB', 'dbid');
const CREATE = {
  signDb: offsetOf('CreateDB', 'signDb'),
  cbPath: offsetOf('CreateDB', 'cbPath'),
  flags: offsetOf('CreateDB', 'fLRCreateDbFlags'),
};
const CREATE_TAIL = CREATE.flags + 1;
const CREATE_VERSION_INFO = 4;
const CREATE_UNICODE = 8;
const ATTACH = {
  lgposConsistent: offsetOf('AttachDB', 'lgposConsistent'),
  signDb: offsetOf('AttachDB', 'signDb'),
  signLog: offsetOf('AttachDB', 'signLog'),
  cbPath: offsetOf('AttachDB', 'cbPath'),
  flags: offsetOf('AttachDB', 'fLRAttachDbFlags'),
};
const ATTACH_TAIL = ATTACH.flags + 1;
/** Bit of fLRAttachDbFlags: the path is in UTF-16. */
const ATTACH_UNICODE = 8;
/** Revision of new databases; SetDbVersion records raise it. */
const FIRST_REVISION = { major: 20, minor: 0 };
const SMALLEST_PAGE_SIZE = 4096;
const REVISION = offsetOf('SetDbVersion', 'ulDbUpdateMajor');

/** The stream whose records they are. */
export interface StreamIdentity extends SignatureSource {
  /** Signature of the stream, parsed and as bytes. */
  readonly signLog: Signature;
  readonly signLogBytes: Uint8Array;
  /** Bytes a page by the logs; undefined: any. */
  readonly pageSize?: number;
}

/** Replays records about databases. */
export class DatabaseRecords {
  readonly #attachments: Attachments;
  readonly #options: StreamIdentity;
  #lgpos: Lgpos = LGPOS_MIN;
  /** Changes of pages in databases that are closed by now. */
  redoneInClosed = 0;

  constructor(attachments: Attachments, options: StreamIdentity) {
    this.#attachments = attachments;
    this.#options = options;
  }

  /** Replays one record about a database, at `lgpos`. @throws JetError when a database must not be attached. */
  apply(record: LogRecordView, lgpos: Lgpos): void {
    this.#lgpos = lgpos;
    switch (record.lrtyp) {
      case Lr.CreateDB:
        this.#create(record);
        return;
      case Lr.AttachDB:
        this.#attach(record);
        return;
      case Lr.DetachDB:
        this.detach(record.dbid, lgpos);
        return;
    }
    const isSized = record.lrtyp === Lr.ExtendDB || record.lrtyp === Lr.ReAttach;
    const db = this.#attachments.database(record.u8(isSized ? DBID_OF_SIZED : 1));
    if (db === undefined) return;
    db.lgpos = this.#lgpos;
    switch (record.lrtyp) {
      case Lr.ExtendDB:
        redoExtend(db, record);
        break;
      case Lr.TrimDB:
        redoTrim(db, record);
        break;
      case Lr.SetDbVersion:
        setRevision(db, record.u32(REVISION), record.u32(REVISION + 4));
        break;
      case Lr.ReAttach:
        this.#reattached(db);
        break;
      default:
        if (compareLgpos(this.#lgpos, db.lgposAttach) > 0) redoShrink(db, record);
    }
  }

  #reattached(db: RecoveringDatabase): void {
    const at = DB_HEADER.lgposLastReAttach[1];
    putU16(db.headerBytes, at, this.#lgpos.ib);
    putU16(db.headerBytes, at + 2, this.#lgpos.isec);
    putU32(db.headerBytes, at + 4, this.#lgpos.lGeneration);
    putUtcTime(db.headerBytes, DB_HEADER.logtimeLastReAttach[1], this.#options.now());
  }

  #create(record: LogRecordView): void {
    const { bytes, start } = record;
    const flags = record.u8(CREATE.flags);
    const from = start + CREATE_TAIL + ((flags & CREATE_VERSION_INFO) === 0 ? 0 : 4);
    const path = pathAt(bytes, from, record.u16(CREATE.cbPath), (flags & CREATE_UNICODE) !== 0);
    const { signLog, signLogBytes } = this.#options;
    const signDb = parseSignature(bytes, start + CREATE.signDb);
    const logged = { lgposAttach: this.#lgpos, lgposConsistent: LGPOS_MIN, signDb, signLog };
    const point = { signLog, lgpos: this.#lgpos, mode: 'create-record' as const };
    this.#attachments.attach(record.dbid, path, logged, point, signLogBytes, () => this.#newHeader(record));
  }

  /** The header of a database that is made anew: what the record and later ones do not tell is as in any new one. */
  #newHeader(record: LogRecordView): Uint8Array {
    const { now, random, pageSize = SMALLEST_PAGE_SIZE } = this.#options;
    const format = pageFormat(pageSize)!;
    const header = buildHeader({ format, revision: FIRST_REVISION, dbtime: 0n, objidLast: 0, now: now(), random });
    const signDb = record.start + CREATE.signDb;
    header.set(record.bytes.subarray(signDb, signDb + SIGNATURE_SIZE), DB_HEADER.signDb[1]);
    // Until all is there: whoever finds it so makes it anew.
    putU32(header, DB_HEADER.dbstate[1], DbState.JustCreated);
    sealHeader(header);
    return header;
  }

  #attach(record: LogRecordView): void {
    const { bytes, start } = record;
    const unicode = (record.u8(ATTACH.flags) & ATTACH_UNICODE) !== 0;
    const path = pathAt(bytes, start + ATTACH_TAIL, record.u16(ATTACH.cbPath), unicode);
    const { signLog, signLogBytes } = this.#options;
    const consistent = parseLgpos(bytes, start + ATTACH.lgposConsistent);
    const logged = {
      lgposAttach: this.#lgpos,
      // What lies ahead of the record is of another stream.
      lgposConsistent: compareLgpos(consistent, this.#lgpos) >= 0 ? LGPOS_MIN : consistent,
      signDb: parseSignature(bytes, start + ATTACH.signDb),
      signLog: parseSignature(bytes, start + ATTACH.signLog),
    };
    const point = { signLog, lgpos: this.#lgpos, mode: 'attach-record' as const };
    this.#attachments.attach(record.dbid, path, logged, point, signLogBytes);
  }

  /** Closes a database as the log says it was closed. */
  detach(dbid: number, lgpos: Lgpos): void {
    const db = this.#attachments.database(dbid);
    if (db !== undefined) {
      if (!db.containsFutureData) db.verifyResolved();
      this.close(db, lgpos);
    }
    this.#attachments.remove(dbid);
  }

  /**
   * Writes what is left of a database and its header: consistent as of `lgpos`. `leavesStream`: it has nothing to do
   * with the logs any more.
   */
  close(db: RecoveringDatabase, lgpos: Lgpos, leavesStream = false): void {
    const { cache } = db;
    this.redoneInClosed += db.redone;
    cache.flush();
    const owned = lastOwnedPage(db);
    if (owned !== undefined) {
      // It ends where what it owns ends; beyond what the log made it, it never grows.
      const pgnoLast = Math.min(owned, Math.max(cache.store.pgnoLast, db.extendedTo));
      cache.drop(pgnoLast);
      if (pgnoLast !== cache.store.pgnoLast) cache.store.resize(pgnoLast);
    }
    setClean(db, lgpos, this.#options);
    if (leavesStream) clearStream(db);
    sealHeader(db.headerBytes);
    // Pages first: the header says that they are all there.
    cache.store.sync();
    cache.store.writeHeader(0, db.headerBytes);
    cache.store.writeHeader(1, db.headerBytes);
    cache.store.sync();
  }
}

function pathAt(bytes: Uint8Array, from: number, length: number, unicode: boolean): string {
  const text = unicode ? utf16(bytes, from, from + length) : ansi(bytes, from, from + length);
  return text.split('\0')[0]!;
}
