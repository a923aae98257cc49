// Redo of records that change the size of the file, or take pages out of use (logredo.cxx: ExtendDB, ShrinkDB, TrimDB).
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { putU64 } from '../../binary/little-endian-writer.ts';
import { PageState } from '../cache/page-cache.ts';
import { PGNO_MAX } from '../page/page-reader.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

const EXTEND_LAST = offsetOf('ExtendDB', 'pgnoLast');
const SHRINK_LAST = offsetOf('ShrinkDB3', 'pgnoLast');
const SHRINK_COUNT = offsetOf('ShrinkDB3', 'cpgShrunk');
const SHRINK_DBTIME = offsetOf('ShrinkDB3', 'dbtime');
const TRIM_FIRST = offsetOf('TrimDB', 'pgnoStartZeroes');
const TRIM_COUNT = offsetOf('TrimDB', 'cpgZeroLength');

const LGPOS_MIN: Lgpos = { lGeneration: 0, isec: 0, ib: 0 };
/** Marks a page that was cut off once (dbtimeShrunk). */
const DBTIME_SHRUNK = -3n;
const DBTIME_OFFSET = 8;

/** Replays ExtendDB: the file is at least so long. It grows when its pages are written. */
export function redoExtend(db: RecoveringDatabase, record: LogRecordView): void {
  db.extendedTo = Math.min(PGNO_MAX, Math.max(db.extendedTo, record.u32(EXTEND_LAST)));
}

/** Replays the ShrinkDB records: pages at the end of the file go, and with them what was wrong with them. */
export function redoShrink(db: RecoveringDatabase, record: LogRecordView): void {
  const pgnoLast = record.u32(SHRINK_LAST);
  const cut = pgnoLast + record.u32(SHRINK_COUNT);
  const { store } = db.cache;
  const end = Math.max(cut, store.pgnoLast);
  db.missing.clear(pgnoLast + 1, end);
  db.tooOld.clear(pgnoLast + 1, end);
  const dbtime = record.lrtyp === Lr.ShrinkDB3 ? record.dbtimeAt(SHRINK_DBTIME) : 0;
  db.count(dbtime, 0);
  const { lgposLastResize } = db.header;
  const isSet = compareLgpos(lgposLastResize, LGPOS_MIN) !== 0;
  const isDone = isSet && compareLgpos(lgposLastResize, db.lgpos) > 0;
  if (!isSet && db.containsFutureData) return;
  if (!isDone) {
    db.cache.drop(pgnoLast);
    if (store.pgnoLast > pgnoLast) store.resize(pgnoLast);
    db.extendedTo = pgnoLast;
  } else if (dbtime > 0) resetShrunkPages(db, pgnoLast + 1, Math.min(cut, store.pgnoLast), dbtime);
}

/** The file was cut and has grown since: what is left on its pages from before the cut must not be mistaken for new. */
function resetShrunkPages(db: RecoveringDatabase, first: number, last: number, dbtime: number): void {
  for (let pgno = first; pgno <= last; pgno++) {
    const page = db.cache.get(pgno);
    if (page.state !== PageState.Sound || page.view.dbtime <= 0 || page.view.dbtime >= dbtime) continue;
    db.anew(page);
    putU64(page.bytes, DBTIME_OFFSET, DBTIME_SHRUNK);
    page.dirty = true;
  }
}

/** Replays TrimDB: pages without use are zero. */
export function redoTrim(db: RecoveringDatabase, record: LogRecordView): void {
  const first = record.u32(TRIM_FIRST);
  const last = first + record.u32(TRIM_COUNT) - 1;
  db.missing.clear(first, last);
  db.tooOld.clear(first, last);
  if (db.containsFutureData || last + 1 > db.cache.store.pgnoLast) return;
  db.cache.erase(first, last);
}
