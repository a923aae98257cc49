// A database the logs are being replayed onto: its pages, header, counters, and the rule that says by its dbtime whether
// a page needs a change (format 9.7).
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { CachedPage, PageState, type PageCache } from '../cache/page-cache.ts';
import type { DbHeader } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { formatLgpos, type Lgpos } from '../header/lgpos.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { RedoMap } from './redo-map.ts';

/** dbtimes from here on are marks (a page that was cut off, or reverted to new), no times. */
const DBTIME_MARKS = 2 ** 63;

/** What is wrong with a page, by the state it was found in. */
const STATE_PROBLEMS: Readonly<Record<number, readonly [JetErrorSymbol, string]>> = {
  [PageState.Uninitialized]: ['JET_errPageNotInitialized', 'was never written'],
  [PageState.BeyondEnd]: ['JET_errFileIOBeyondEOF', 'lies beyond the end of the file'],
  [PageState.Bad]: ['JET_errReadVerifyFailure', 'fails its checksum'],
};

/** One database during recovery. */
export class RecoveringDatabase {
  readonly dbid: number;
  readonly name: string;
  readonly cache: PageCache;
  /** The header as it was found; `headerBytes` is what will be written. */
  readonly header: DbHeader;
  readonly headerBytes: Uint8Array;
  /** Records at or before it concern an earlier attachment. */
  lgposAttach: Lgpos;
  /** Highest dbtime and object id seen. */
  dbtime: number;
  objidLast: number;
  /** True while the replay is within the logs whose changes may be on the disk (up to lGenMaxRequired). */
  containsFutureData: boolean;
  /** Pages that are missing, and pages that are older than the log says. */
  readonly missing: RedoMap = new RedoMap();
  readonly tooOld: RedoMap = new RedoMap();
  /** Position of the record being replayed. */
  lgpos: Lgpos;
  /** Pages changed by the replay, counted a change. */
  redone = 0;
  /** Roots of trees that were moved: old page to new. */
  readonly movedRoots: Map<number, number> = new Map();
  /** The last page there is by the log: the file itself grows when pages are written. */
  extendedTo = 0;

  constructor(
    dbid: number,
    cache: PageCache,
    header: DbHeader,
    headerBytes: Uint8Array,
    lgpos: Lgpos,
    containsFutureData: boolean,
  ) {
    this.dbid = dbid;
    this.cache = cache;
    this.name = cache.store.name;
    this.header = header;
    this.headerBytes = headerBytes;
    this.lgposAttach = header.lgposAttach;
    this.dbtime = Number(header.dbtimeDirtied);
    this.objidLast = header.objidLast;
    this.lgpos = lgpos;
    this.containsFutureData = containsFutureData;
  }

  /** Contradictions may still resolve themselves. */
  get mayResolve(): boolean {
    return this.containsFutureData || this.header.dbstate === DbState.DirtyAndPatchedShutdown;
  }

  /** Keeps the counters up to date, whether or not a record is replayed. */
  count(dbtime: number, objid: number): void {
    if (dbtime > this.dbtime && dbtime < DBTIME_MARKS) this.dbtime = dbtime;
    if (objid > this.objidLast && objid < 0x80000000) this.objidLast = objid;
  }

  /**
   * A page that a record changes. Undefined: it is missing, which may resolve itself; the change is passed over.
   * @throws JetError when it is missing or damaged and nothing can explain that.
   */
  access(pgno: number): CachedPage | undefined {
    if (this.missing.has(pgno)) return undefined;
    const page = this.cache.get(pgno);
    if (page.state === PageState.Sound && page.view.dbtime < DBTIME_MARKS) return page;
    const state = page.state === PageState.BeyondEnd && pgno <= this.extendedTo ? PageState.Uninitialized : page.state;
    const [jet, what] =
      state === PageState.Sound
        ? (['JET_errRecoveryVerifyFailure', 'was cut off later'] as const)
        : STATE_PROBLEMS[state]!;
    if (page.state === PageState.Bad || !this.mayResolve) throw this.pageError(jet, pgno, what);
    this.missing.add({ pgno, lgpos: this.lgpos, jet, message: what });
    return undefined;
  }

  /**
   * A page that a record makes anew: [the page, true when it is to be made]. Undefined: passed over, as by `access`.
   * The page may be in any state when it is to be made.
   */
  accessNew(pgno: number, dbtime: number): { readonly page: CachedPage; readonly redo: boolean } | undefined {
    if (pgno < 1 || pgno > 0x7fefffff) throw this.pageError('JET_errLogFileCorrupt', pgno, 'cannot be made');
    if (!this.containsFutureData) return { page: this.cache.get(pgno), redo: true };
    if (this.missing.has(pgno)) return undefined;
    const page = this.cache.get(pgno);
    const isSound = page.state === PageState.Sound && page.view.dbtime < DBTIME_MARKS;
    return { page, redo: !isSound || page.view.dbtime < dbtime };
  }

  /**
   * True when the change of `dbtime` is not on the page yet. `before` is the page's dbtime when the change was made.
   * @throws JetError JET_errDbTimeTooOld, JET_errDbTimeTooNew, JET_errDbTimeBeyondMaxRequired when the page is neither
   * as before nor as after the change.
   */
  needsRedo(page: CachedPage, dbtime: number, before: number): boolean {
    const found = page.view.dbtime;
    if (dbtime > found) {
      if (found === before) return true;
      if (found > before || !this.mayResolve) throw this.#dbtimeError(page.pgno, found, dbtime, before);
      this.tooOld.add({
        pgno: page.pgno,
        lgpos: this.lgpos,
        jet: 'JET_errDbTimeTooOld',
        message: dbtimeText(found, dbtime, before),
      });
      return false;
    }
    if (!this.containsFutureData) throw this.#dbtimeError(page.pgno, found, dbtime, before);
    return false;
  }

  /** Marks a page as changed by the record of `dbtime`. */
  changed(page: CachedPage, dbtime: number): void {
    page.view.stamp(dbtime);
    page.dirty = true;
    this.redone++;
  }

  /** The view of a page that is to be made anew, whatever was there. */
  anew(page: CachedPage): EditablePage {
    page.bytes.fill(0);
    page.state = PageState.Sound;
    this.cache.renewView(page);
    return page.view;
  }

  /** Puts a whole image in the place of a page: what it was before a change whose other half is lost. */
  replaceImage(page: CachedPage, image: Uint8Array, dbtimeBefore: number): void {
    page.view.copyFrom(image);
    page.view.dbtime = dbtimeBefore;
    page.state = PageState.Sound;
    page.dirty = true;
  }

  /**
   * All contradictions must be gone by now.
   * @throws JetError the first one that is not.
   */
  verifyResolved(): void {
    const problem = this.tooOld.first() ?? this.missing.first();
    if (problem === undefined) return;
    const text = `${this.name}: page ${problem.pgno} ${problem.message}, and no later log explains it`;
    throw new JetError(problem.jet, text, {
      file: this.name,
      pgno: problem.pgno,
      lgpos: formatLgpos(problem.lgpos),
    });
  }

  /** An error about a page, at the record being replayed. */
  pageError(jet: JetErrorSymbol, pgno: number, what: string): JetError {
    const at = formatLgpos(this.lgpos);
    return new JetError(jet, `${this.name}: page ${pgno} ${what}, but the log changes it at ${at}`, {
      file: this.name,
      pgno,
      lgpos: at,
    });
  }

  #dbtimeError(pgno: number, found: number, dbtime: number, before: number): JetError {
    const jet =
      found < before
        ? 'JET_errDbTimeTooOld'
        : found < dbtime
          ? 'JET_errDbTimeTooNew'
          : 'JET_errDbTimeBeyondMaxRequired';
    const at = formatLgpos(this.lgpos);
    return new JetError(jet, `${this.name}: page ${pgno} at ${at}: ${dbtimeText(found, dbtime, before)}`, {
      file: this.name,
      pgno,
      lgpos: at,
    });
  }
}

const hex = (dbtime: number): string => `0x${dbtime.toString(16)}`;

function dbtimeText(found: number, dbtime: number, before: number): string {
  return `has dbtime ${hex(found)} where the log says ${hex(before)} before and ${hex(dbtime)} after the change`;
}
