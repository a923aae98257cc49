// The pages of a database that is being changed: a cache of settable size over a PageStore. Changed pages are written
// when room is needed or at a flush, in page order and with their checksums.
import { correctPage, sealPage, verifyPage } from '../page/checksum-page.ts';
import { EditablePage } from '../page/editable-page.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { PageStore } from './page-store.ts';

/** What was found where a page should be. */
export const PageState = {
  /** A page whose checksum holds, or one that was made here. */
  Sound: 0,
  /** All bytes are zero: never written (JET_errPageNotInitialized). */
  Uninitialized: 1,
  /** The store ends before it (JET_errFileIOBeyondEOF). */
  BeyondEnd: 2,
  /** Its checksum does not hold (JET_errReadVerifyFailure). */
  Bad: 3,
} as const;

/** A page in memory. The object serves one page after another: keep it only while it is pinned. */
export class CachedPage {
  readonly bytes: Uint8Array;
  /** Works on `bytes`. */
  view: EditablePage;
  pgno = 0;
  state: number = PageState.Sound;
  /** Differs from what the store has. Set it after any change. */
  dirty = false;
  /** While above 0 the page stays in memory. */
  pins = 0;
  /** Used since the last search for room. */
  used = false;

  constructor(format: PageFormat) {
    this.bytes = new Uint8Array(format.pageSize);
    this.view = new EditablePage(this.bytes, format, 0);
  }
}

/** How large the cache is. */
export interface PageCacheOptions {
  /** Bytes of page content kept in memory (default 64 MiB). Pinned pages may exceed it. */
  readonly cacheSize?: number;
  /** Pages state how many of their tags are reserved (revision 270.560 and later). */
  readonly statesReservedTags?: boolean;
  /** Told which changed pages are about to be written, in page order. */
  readonly beforeFlush?: (pages: readonly CachedPage[]) => void;
  /** True for changed pages that can be written without waiting for anything; those are written first. Default: all. */
  readonly isReady?: (pgno: number) => boolean;
}

const DEFAULT_CACHE_SIZE = 64 << 20;
/** A change may touch a path of pages at once; fewer frames than that make no sense. */
const FEWEST_FRAMES = 64;
/** Changed pages that are written together when room is needed, and how many places they are looked for in. */
const AHEAD_MOST = 64;
const AHEAD_PLACES = 512;
/** Bytes written in one piece. */
const RUN_SIZE = 1 << 20;

/** Pages by number, kept in memory as far as `cacheSize` goes. */
export class PageCache {
  readonly store: PageStore;
  readonly format: PageFormat;
  /** Pages whose single-bit error was corrected when they were read. */
  readonly corrected: number[] = [];
  /** Counters: pages read from and written to the store. */
  readonly counts: { reads: number; writes: number } = { reads: 0, writes: 0 };
  readonly #statesReservedTags: boolean;
  readonly #beforeFlush: ((pages: readonly CachedPage[]) => void) | undefined;
  readonly #isReady: (pgno: number) => boolean;
  readonly #capacity: number;
  readonly #frames: CachedPage[] = [];
  readonly #byPgno = new Map<number, CachedPage>();
  #last: CachedPage | undefined;
  #hand = 0;

  constructor(store: PageStore, options: PageCacheOptions = {}) {
    this.store = store;
    this.format = store.format;
    this.#statesReservedTags = options.statesReservedTags ?? false;
    this.#beforeFlush = options.beforeFlush;
    this.#isReady = options.isReady ?? ((): boolean => true);
    const size = options.cacheSize ?? DEFAULT_CACHE_SIZE;
    this.#capacity = Math.max(FEWEST_FRAMES, Math.floor(size / store.format.pageSize));
  }

  /** Page `pgno`, read if need be. Look at its `state` before its bytes. */
  get(pgno: number): CachedPage {
    const last = this.#last;
    if (last?.pgno === pgno) return last;
    let page = this.#byPgno.get(pgno);
    if (page === undefined) {
      page = this.#frame();
      this.#read(page, pgno);
      page.pgno = pgno;
      this.renewView(page);
      this.#byPgno.set(pgno, page);
    }
    page.used = true;
    this.#last = page;
    return page;
  }

  /** Page `pgno` to be made anew, whatever the store has there: its bytes are anything. */
  renew(pgno: number): CachedPage {
    let page = this.#byPgno.get(pgno);
    if (page === undefined) {
      page = this.#frame();
      page.pgno = pgno;
      this.#byPgno.set(pgno, page);
    }
    page.state = PageState.Sound;
    this.renewView(page);
    page.used = true;
    this.#last = page;
    return page;
  }

  /** True when a page is in memory. */
  has(pgno: number): boolean {
    return this.#byPgno.has(pgno);
  }

  /** A page whose bytes were exchanged as a whole: nothing known of them before holds. */
  renewView(page: CachedPage): void {
    page.view = new EditablePage(page.bytes, this.format, page.pgno, this.#statesReservedTags);
  }

  /** Forgets the pages after `pgnoLast`, changed or not: the store is being cut there. */
  drop(pgnoLast: number): void {
    for (const page of this.#frames) if (page.pgno > pgnoLast) this.#release(page);
  }

  /** Makes the pages from `first` to `last` zero, as far as the store has them. */
  erase(first: number, last: number): void {
    for (const page of this.#frames) if (page.pgno >= first && page.pgno <= last) this.#release(page);
    const end = Math.min(last, this.store.pgnoLast);
    const zeros = new Uint8Array(this.format.pageSize);
    for (let pgno = first; pgno <= end; pgno++) this.store.write(pgno, zeros);
  }

  /** Writes all changed pages, or those that `isWanted`, in page order. */
  flush(isWanted?: (page: CachedPage) => boolean): void {
    this.#write(this.#frames.filter((page) => page.dirty && (isWanted === undefined || isWanted(page))));
  }

  /** Writes those of some pages that are changed. */
  flushPages(pgnos: readonly number[]): void {
    const dirty: CachedPage[] = [];
    for (const pgno of pgnos) {
      const page = this.#byPgno.get(pgno);
      if (page?.dirty === true) dirty.push(page);
    }
    this.#write(dirty);
  }

  /** Writes changed pages in page order, neighbours in one piece. The array is sorted. */
  #write(dirty: CachedPage[]): void {
    if (dirty.length === 0) return;
    dirty.sort((a, b) => a.pgno - b.pgno);
    this.#beforeFlush?.(dirty);
    const { pageSize } = this.format;
    const run = new Uint8Array(Math.min(RUN_SIZE, dirty.length * pageSize));
    for (let from = 0; from < dirty.length;) {
      const first = dirty[from]!.pgno;
      let to = from + 1;
      while (to < dirty.length && dirty[to]!.pgno === first + to - from && (to - from + 1) * pageSize <= run.length)
        to++;
      for (let i = from; i < to; i++) {
        const { bytes } = dirty[i]!;
        sealPage(bytes, 0, pageSize, first + i - from);
        if (to - from > 1) run.set(bytes, (i - from) * pageSize);
      }
      this.store.write(first, to - from > 1 ? run.subarray(0, (to - from) * pageSize) : dirty[from]!.bytes);
      this.counts.writes += to - from;
      for (let i = from; i < to; i++) dirty[i]!.dirty = false;
      from = to;
    }
  }

  #read(page: CachedPage, pgno: number): void {
    const { bytes } = page;
    const { pageSize } = this.format;
    page.dirty = false;
    if (!this.store.read(pgno, bytes)) {
      bytes.fill(0);
      page.state = PageState.BeyondEnd;
      return;
    }
    this.counts.reads++;
    const verdict = verifyPage(bytes, 0, pageSize, pgno);
    if (verdict === 'good') page.state = PageState.Sound;
    else if (verdict === 'uninitialized') page.state = PageState.Uninitialized;
    else if (verdict === 'correctable' && correctPage(bytes, 0, pageSize, pgno) !== undefined) {
      page.state = PageState.Sound;
      this.corrected.push(pgno);
    } else page.state = PageState.Bad;
  }

  /** A frame that is free for a page. */
  #frame(): CachedPage {
    if (this.#frames.length < this.#capacity) return this.#addFrame();
    // Second chance: pages in use are passed over once, changed ones that would have to wait for the log twice.
    const once = this.#frames.length;
    for (let step = 0; step < 3 * once; step++) {
      const page = this.#frames[this.#hand]!;
      this.#hand = (this.#hand + 1) % this.#frames.length;
      if (page.pins > 0) continue;
      if (page.used) page.used = false;
      else {
        if (page.dirty) {
          const isReady = this.#isReady(page.pgno);
          if (!isReady && step < 2 * once) continue;
          if (isReady) this.#writeAhead(page);
          else this.flush();
        }
        this.#release(page);
        return page;
      }
    }
    return this.#addFrame();
  }

  /** Writes a changed page whose place is needed, and with it some whose turn is next. */
  #writeAhead(page: CachedPage): void {
    const pages = [page];
    const places = Math.min(AHEAD_PLACES, this.#frames.length);
    for (let i = 0; i < places && pages.length < AHEAD_MOST; i++) {
      const next = this.#frames[(this.#hand + i) % this.#frames.length]!;
      if (next.dirty && !next.used && next.pins === 0 && next !== page && this.#isReady(next.pgno)) pages.push(next);
    }
    this.#write(pages);
  }

  #addFrame(): CachedPage {
    const page = new CachedPage(this.format);
    this.#frames.push(page);
    return page;
  }

  #release(page: CachedPage): void {
    if (this.#byPgno.get(page.pgno) === page) this.#byPgno.delete(page.pgno);
    if (this.#last === page) this.#last = undefined;
    page.pgno = 0;
    page.dirty = false;
  }
}
