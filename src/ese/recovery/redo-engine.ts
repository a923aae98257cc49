// Replays log records: keeps sessions and macros as the log tells of them, and hands each change to its redo (format 9.7,
// 9.8; ErrLGRIRedoOperations).
import { JetError } from '../../errors/jet-error.ts';
import { compareLgpos, formatLgpos, type Lgpos } from '../header/lgpos.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { Attachments, LGPOS_MIN, type DatabaseHost } from './attachments.ts';
import { SILENT, Way, WAYS } from './record-ways.ts';
import type { RecoveringDatabase } from './recovering-database.ts';
import { DatabaseRecords, type StreamIdentity } from './redo-databases.ts';
import { redoMerge } from './redo-merge.ts';
import { redoNode } from './redo-node.ts';
import { redoRootMove } from './redo-root-move.ts';
import { redoSplit } from './redo-split.ts';
import {
  redoConvert,
  redoCreateMultiple,
  redoCreateSingle,
  redoNewPage,
  redoPageMove,
  redoScrub,
} from './redo-tree.ts';
import { LEVEL_MAX, SessionTable, type Session } from './session.ts';
import { undoSessions, type UndoObserver } from './undo-phase.ts';

const NEW_PAGE = {
  pgno: offsetOf('NewPage', 'pgno'),
  objid: offsetOf('NewPage', 'objid'),
  dbtime: offsetOf('NewPage', 'dbtimeAfter'),
};
const ROOT_MOVE = { dbtime: offsetOf('RootPageMove', 'dbtimeAfter'), dbid: offsetOf('RootPageMove', 'dbid') };
const ROOT_MOVE_PROCID = offsetOf('RootPageMove', 'procid');
const MACRO_DBTIME = offsetOf('MacroBegin', 'dbtime');
const SPLIT_OBJID = offsetOf('Split2', 'objidFDP');
const MERGE_OBJID = offsetOf('Merge2', 'objidFDP');
const CREATE_OBJID = offsetOf('CreateSingleExtentFDP', 'objidFDP');
const MOVE_OBJID = offsetOf('PageMove', 'objidFDP');

/** How the replay is to be done. */
export interface RedoOptions extends StreamIdentity {
  readonly host: DatabaseHost;
  /** Bytes of page content kept in memory, a database. */
  readonly cacheSize?: number;
}

/** A replay under way. */
export class RedoEngine {
  readonly attachments: Attachments;
  readonly sessions: SessionTable = new SessionTable();
  /** Position of the record at hand. */
  lgpos: Lgpos = LGPOS_MIN;
  /** Records that were replayed. */
  records = 0;
  /** The last record that says anything is that the engine shut down; no database is attached any more. */
  ended = false;
  /** Where the last shutdown stands. */
  lgposEnded: Lgpos = LGPOS_MIN;
  /** The last record says that databases were closed, though the engine was not shut down yet. */
  lastWasShutdown = false;
  readonly #options: RedoOptions;
  readonly #records: DatabaseRecords;
  #shutDownMark: Lgpos = LGPOS_MIN;

  constructor(options: RedoOptions) {
    this.#options = options;
    const { host, now, cacheSize, pageSize } = options;
    this.attachments = new Attachments({
      host,
      now,
      ...(cacheSize === undefined ? {} : { cacheSize }),
      ...(pageSize === undefined ? {} : { pageSize }),
    });
    this.#records = new DatabaseRecords(this.attachments, options);
  }

  /** Changes of pages so far, in all databases. */
  get redone(): number {
    let count = this.#records.redoneInClosed;
    for (const { database } of this.attachments.all()) count += database?.redone ?? 0;
    return count;
  }

  /** The databases that were attached where the replay begins, from the checkpoint or the header of the first log. */
  begin(infos: readonly AttachInfo[], lgpos: Lgpos): void {
    this.lgpos = lgpos;
    const { signLog, signLogBytes } = this.#options;
    for (const info of infos) {
      const { dbid, path, lgposAttach, lgposConsistent, signDb } = info;
      const point = { signLog, lgpos, mode: 'before-redo' as const };
      this.attachments.attach(dbid, path, { lgposAttach, lgposConsistent, signDb, signLog }, point, signLogBytes);
      this.attachments.database(dbid)?.count(Number(info.dbtime), info.objidLast);
    }
  }

  /** The replay enters a generation. @throws JetError when a contradiction was not resolved by the last required log. */
  enterGeneration(generation: number): void {
    this.attachments.enterGeneration(generation);
  }

  /**
   * Replays one record.
   * @throws JetError naming the position when log and database contradict each other.
   */
  apply(record: LogRecordView): void {
    this.records++;
    const { lrtyp } = record;
    const way = WAYS[lrtyp]!;
    if (way !== Way.mark && this.lastWasShutdown && !SILENT.has(lrtyp)) this.lastWasShutdown = false;
    if (way === Way.ignore) return;
    this.lgpos = { lGeneration: record.lGeneration, isec: record.isec, ib: record.ib };
    try {
      this.#dispatch(way, record);
    } catch (error) {
      throw error instanceof JetError ? this.#placed(error) : error;
    }
  }

  #dispatch(way: number, record: LogRecordView): void {
    switch (way) {
      case Way.node:
        this.#node(record);
        break;
      case Way.transaction:
        this.#transaction(record);
        break;
      case Way.page:
        this.#page(record);
        break;
      case Way.macro:
        this.#macro(record);
        break;
      case Way.macroPart:
        this.#macroPart(record);
        break;
      case Way.database:
        if (record.lrtyp === Lr.CreateDB || record.lrtyp === Lr.AttachDB) this.ended = false;
        this.#records.apply(record, this.lgpos);
        break;
      case Way.end:
        this.#end(record.lrtyp);
        break;
      case Way.mark:
        this.#shutDownMark = this.lgpos;
        this.lastWasShutdown = true;
        break;
      default:
        throw new JetError(
          'JET_errBadLogVersion',
          `records of type ${record.name} (of logs before version 8) cannot be replayed`,
        );
    }
  }

  /** The database a record is for, when the record is to be replayed. Counters are kept up in any case. */
  #target(dbid: number, dbtime: number, objid: number, countOnly: boolean): RecoveringDatabase | undefined {
    const db = this.attachments.database(dbid);
    if (db === undefined) return undefined;
    db.lgpos = this.lgpos;
    db.count(dbtime, objid);
    return countOnly || compareLgpos(this.lgpos, db.lgposAttach) <= 0 ? undefined : db;
  }

  /** Keeps a record for the macro it belongs to. */
  #keptForMacro(session: Session, dbtime: number, record: LogRecordView): boolean {
    const macro = session.macros.size === 0 ? undefined : session.macros.get(dbtime);
    macro?.push(record.copyBytes());
    return macro !== undefined;
  }

  #node(record: LogRecordView): void {
    const session = this.sessions.get(record.procid);
    const dbtime = record.dbtimeNumber;
    const { hasBegun } = session;
    if (hasBegun && record.lrtyp !== Lr.UndoInfo && this.#keptForMacro(session, dbtime, record)) return;
    const db = this.#target(record.dbid, dbtime, record.objidFDP, !hasBegun);
    if (db !== undefined) redoNode(db, session, record);
  }

  #page(record: LogRecordView): void {
    const session = this.sessions.get(record.procid);
    const isNewPage = record.lrtyp === Lr.NewPage;
    const dbtime = isNewPage ? record.dbtimeAt(NEW_PAGE.dbtime) : record.dbtimeNumber;
    const { hasBegun } = session;
    const isCreate = record.lrtyp === Lr.CreateSingleExtentFDP || record.lrtyp === Lr.CreateMultipleExtentFDP;
    if (hasBegun && !isCreate && this.#keptForMacro(session, dbtime, record)) return;
    const db = this.#target(record.dbid, dbtime, objidOfPageRecord(record), !hasBegun);
    if (db === undefined) return;
    switch (record.lrtyp) {
      case Lr.CreateSingleExtentFDP:
        redoCreateSingle(db, record);
        break;
      case Lr.CreateMultipleExtentFDP:
        redoCreateMultiple(db, record);
        break;
      case Lr.ConvertFDP2:
        redoConvert(db, record);
        break;
      case Lr.Scrub:
        redoScrub(db, record);
        break;
      case Lr.PageMove:
        redoPageMove(db, record);
        break;
      default:
        redoNewPage(db, record.u32(NEW_PAGE.pgno), record.u32(NEW_PAGE.objid), dbtime);
    }
  }

  #transaction(record: LogRecordView): void {
    const session = this.sessions.get(record.procid);
    const byte = record.u8(3);
    switch (record.lrtyp) {
      case Lr.Begin:
      case Lr.Begin0:
      case Lr.BeginDT: {
        const from = byte & 15;
        const to = from + (byte >> 4);
        if (to > LEVEL_MAX) throw new JetError('JET_errLogFileCorrupt', `a transaction of level ${to} begins`);
        if (session.hasBegun || from === 0) session.beginTo(to, record.length >= 8 ? record.u32(4) : 0);
        break;
      }
      case Lr.Commit:
      case Lr.Commit0:
        if (session.hasBegun) session.commitTo(byte);
        break;
      case Lr.Rollback:
        if (session.hasBegun) session.rollback(byte);
        break;
      default:
        if (session.hasBegun) {
          session.level = 1;
          session.trxBegin0 = record.u32(3);
        }
    }
  }

  #macro(record: LogRecordView): void {
    const session = this.sessions.get(record.procid);
    const dbtime = record.dbtimeAt(MACRO_DBTIME);
    if (record.lrtyp === Lr.MacroBegin) {
      session.macros.set(dbtime, []);
      return;
    }
    const kept = session.macros.get(dbtime);
    session.macros.delete(dbtime);
    if (record.lrtyp === Lr.MacroAbort || !session.hasBegun || kept === undefined) return;
    const records = kept.map(viewOf);
    const first = records[0];
    if (first === undefined) throw new JetError('JET_errLogFileCorrupt', 'a macro is committed that has no records');
    const isRootMove = first.lrtyp === Lr.RootPageMove;
    const dbid = isRootMove ? first.u8(ROOT_MOVE.dbid) : first.dbid;
    const db = this.#target(dbid, dbtime, isRootMove ? 0 : objidOfMacro(first), false);
    if (db === undefined) return;
    if (first.lrtyp === Lr.Split2) redoSplit(db, session, records);
    else if (first.lrtyp === Lr.Merge2) redoMerge(db, records);
    else if (isRootMove) redoRootMove(db, dbtime, records);
    else throw new JetError('JET_errLogFileCorrupt', `a macro begins with a ${first.name} record`);
  }

  #macroPart(record: LogRecordView): void {
    const isRootMove = record.lrtyp === Lr.RootPageMove;
    const procid = isRootMove ? record.u16(ROOT_MOVE_PROCID) : record.procid;
    const dbtime = isRootMove ? record.dbtimeAt(ROOT_MOVE.dbtime) : record.dbtimeNumber;
    const session = this.sessions.get(procid);
    const dbid = isRootMove ? record.u8(ROOT_MOVE.dbid) : record.dbid;
    this.#target(dbid, dbtime, isRootMove ? 0 : objidOfMacro(record), true);
    if (!session.hasBegun) return;
    if (!this.#keptForMacro(session, dbtime, record))
      throw new JetError('JET_errLogFileCorrupt', `a ${record.name} record stands outside of a macro`);
  }

  /** The engine was shut down, or started: no transaction is open, and no database attached. */
  #end(lrtyp: number): void {
    if (!this.ended) {
      for (const { dbid, database } of this.attachments.all()) {
        if (database === undefined && lrtyp !== Lr.Init && lrtyp !== Lr.Init2) this.attachments.remove(dbid);
        else if (database !== undefined) this.#records.detach(dbid, this.#shutDownMark);
      }
      this.sessions.clear();
    }
    this.ended = lrtyp !== Lr.Init && lrtyp !== Lr.Init2;
    if (this.ended) this.lgposEnded = this.lgpos;
  }

  /** Closes a database when all is done: see DatabaseRecords. */
  close(db: RecoveringDatabase, lgpos: Lgpos, leavesStream = false): void {
    this.#records.close(db, lgpos, leavesStream);
  }

  /** Rolls back what was not committed. Returns the number of changes undone. */
  undo(observer?: UndoObserver): number {
    return undoSessions(this.sessions, (dbid) => this.attachments.database(dbid), observer);
  }

  #placed(error: JetError): JetError {
    if (error.at.lgpos !== undefined) return error;
    const lgpos = formatLgpos(this.lgpos);
    return new JetError(
      error.symbol,
      `at ${lgpos} of the logs: ${error.message}`,
      { ...error.at, lgpos },
      { cause: error },
    );
  }
}

function viewOf(bytes: Uint8Array): LogRecordView {
  const view = new LogRecordView();
  view.bytes = bytes;
  view.length = bytes.length;
  view.lrtyp = bytes[0]!;
  return view;
}

function objidOfMacro(record: LogRecordView): number {
  return record.u32(record.lrtyp === Lr.Split2 ? SPLIT_OBJID : MERGE_OBJID);
}

function objidOfPageRecord(record: LogRecordView): number {
  if (record.lrtyp === Lr.NewPage) return record.u32(NEW_PAGE.objid);
  if (record.lrtyp === Lr.Scrub) return record.objidFDP;
  return record.u32(record.lrtyp === Lr.PageMove ? MOVE_OBJID : CREATE_OBJID);
}
