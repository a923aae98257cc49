// A database that is being changed: its pages, its counters, and which log records its changed pages depend on.
import { JetError } from '../../errors/jet-error.ts';
import { PageCache, PageState, type CachedPage } from '../cache/page-cache.ts';
import type { PageStore } from '../cache/page-store.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { LogSink } from './log-sink.ts';
import type { WriteSession } from './write-tree.ts';
import { WriteAheadStore } from './write-ahead-store.ts';

/** What is known of a database when it is opened for changes. */
export interface WritableOptions {
  readonly dbid: number;
  /** Highest database time and object id that were ever given out. */
  readonly dbtime: number;
  readonly objidLast: number;
  readonly log: LogSink;
  readonly cacheSize?: number;
  readonly statesReservedTags?: boolean;
}

/** Which records a changed page depends on. */
interface PageChanges {
  /** Beginning of the oldest transaction that changed it since it was written. */
  first: Lgpos;
  /** The last change. */
  last: Lgpos;
}

/** One database open for changes. */
export class WritableDatabase {
  readonly dbid: number;
  readonly log: LogSink;
  readonly store: PageStore;
  readonly cache: PageCache;
  dbtime: number;
  objidLast: number;
  /** Called with a page number before that page is written; the last record it logged must be lasting by then. */
  onWrite: ((pgno: number) => Lgpos | undefined) | undefined;
  readonly #changes = new Map<number, PageChanges>();

  constructor(store: PageStore, options: WritableOptions) {
    const { dbid, dbtime, objidLast, log, cacheSize, statesReservedTags } = options;
    this.dbid = dbid;
    this.log = log;
    this.dbtime = dbtime;
    this.objidLast = objidLast;
    this.store = new WriteAheadStore(
      store,
      (first, last) => {
        let needed: Lgpos | undefined;
        for (let pgno = first; pgno <= last; pgno++) needed = this.#neededFor(pgno, needed);
        if (needed !== undefined) this.log.flushTo(needed);
      },
      (first, last) => {
        for (let pgno = first; pgno <= last; pgno++) this.#changes.delete(pgno);
      },
    );
    this.cache = new PageCache(this.store, {
      ...(cacheSize === undefined ? {} : { cacheSize }),
      ...(statesReservedTags === undefined ? {} : { statesReservedTags }),
      isReady: (pgno) => this.#isReady(pgno),
      // One flush of the log for all of them: each page would need its own otherwise.
      beforeFlush: (pages) => {
        let needed: Lgpos | undefined;
        for (const { pgno } of pages) needed = this.#neededFor(pgno, needed);
        if (needed !== undefined) this.log.flushTo(needed);
      },
    });
  }

  /** The next database time. */
  nextDbtime(): number {
    return ++this.dbtime;
  }

  /** The next object id. */
  nextObjid(): number {
    return ++this.objidLast;
  }

  /**
   * A page of the database.
   * @throws JetError JET_errReadVerifyFailure, JET_errPageNotInitialized, JET_errFileIOBeyondEOF when it is not sound.
   */
  page(pgno: number): CachedPage {
    const page = this.cache.get(pgno);
    if (page.state === PageState.Sound) return page;
    const jet =
      page.state === PageState.Bad
        ? 'JET_errReadVerifyFailure'
        : page.state === PageState.BeyondEnd
          ? 'JET_errFileIOBeyondEOF'
          : 'JET_errPageNotInitialized';
    throw new JetError(jet, `${this.store.name}: page ${pgno} cannot be used`, { file: this.store.name, pgno });
  }

  /** A page that is made anew, whatever was there. It takes two steps of database time, as with the engine. */
  newPage(pgno: number, objidFDP: number, fFlags: number): CachedPage {
    const page = this.cache.renew(pgno);
    this.nextDbtime();
    page.view.initialize(objidFDP, fFlags, this.nextDbtime());
    page.dirty = true;
    return page;
  }

  /**
   * A page was changed by the record at `lgpos`. A replay that is to make the change again must begin where the
   * transaction of the session begins.
   */
  changed(page: CachedPage, dbtime: number, lgpos: Lgpos, session: WriteSession): void {
    page.view.stamp(dbtime);
    page.dirty = true;
    const first = session.lgposBegin0 ?? lgpos;
    const changes = this.#changes.get(page.pgno);
    if (changes === undefined) {
      this.#changes.set(page.pgno, { first, last: lgpos });
      return;
    }
    if (compareLgpos(first, changes.first) < 0) changes.first = first;
    if (compareLgpos(lgpos, changes.last) > 0) changes.last = lgpos;
  }

  /** A changed page must not be written before the record at `lgpos` is lasting, though that does not change it. */
  depend(pgno: number, lgpos: Lgpos): void {
    const changes = this.#changes.get(pgno);
    if (changes !== undefined && compareLgpos(lgpos, changes.last) > 0) changes.last = lgpos;
  }

  /** Where a replay must begin to make all changes that are not yet in the file; undefined: all are. */
  oldestChange(): Lgpos | undefined {
    let oldest: Lgpos | undefined;
    for (const { first } of this.#changes.values()) {
      if (oldest === undefined || compareLgpos(first, oldest) < 0) oldest = first;
    }
    return oldest;
  }

  /** Writes the changed pages that a replay from `lgpos` on would not make what they are. */
  flushBefore(lgpos: Lgpos): void {
    this.cache.flush(({ pgno }) => {
      const changes = this.#changes.get(pgno);
      return changes !== undefined && compareLgpos(changes.first, lgpos) < 0;
    });
  }

  /**
   * Writes some of the pages that were changed first: at most `most` of those that a replay from `lgpos` on would not make
   * what they are, and only such as need not wait for the log.
   */
  flushOldest(lgpos: Lgpos, most: number): void {
    const pgnos: number[] = [];
    // Pages stand in the order in which they were first changed.
    for (const [pgno, { first, last }] of this.#changes) {
      if (pgnos.length >= most || compareLgpos(first, lgpos) >= 0) break;
      if (this.log.isLasting?.(last) !== false) pgnos.push(pgno);
    }
    this.cache.flushPages(pgnos);
  }

  #isReady(pgno: number): boolean {
    const changes = this.#changes.get(pgno);
    return changes === undefined || this.log.isLasting?.(changes.last) !== false;
  }

  /** The later of `lgpos` and what must be lasting before a page is written. */
  #neededFor(pgno: number, lgpos: Lgpos | undefined): Lgpos | undefined {
    const change = later(this.#changes.get(pgno)?.last, lgpos);
    return later(this.onWrite?.(pgno), change);
  }
}

function later(a: Lgpos | undefined, b: Lgpos | undefined): Lgpos | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareLgpos(a, b) > 0 ? a : b;
}
