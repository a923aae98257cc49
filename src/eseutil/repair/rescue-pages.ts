// Pages of a damaged file as repair sees them: by number, verified or corrected, wherever they really lie. No tree is
// trusted to lead to them (format 10.3).
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { correctPage } from '../../ese/page/checksum-page.ts';
import type { PageFormat } from '../../ese/page/page-format.ts';
import { HEADER_PAGES, PGNO_MAX, pageOffset } from '../../ese/page/page-reader.ts';
import { Page } from '../../ese/page/page.ts';
import { ReadAhead } from '../../ese/page/read-ahead.ts';

/** What the scan found at the place of a page. */
export const PageState = { Unseen: 0, Good: 1, Corrected: 2, Misplaced: 3, Unwritten: 4, Bad: 5 } as const;
/** One of the values of `PageState`. */
export type PageState = (typeof PageState)[keyof typeof PageState];

const CACHED_PAGES = 48;

/** Pages of one damaged database. Only pages whose checksum is right (or was put right) are ever given out. */
export class RescuePages {
  readonly source: ByteSource;
  readonly format: PageFormat;
  /** Last whole page of the file. */
  readonly pgnoLast: number;
  readonly states: Uint8Array;
  /** Pages that lie at the place of another one: number of the page to the place it lies at. */
  readonly misplaced: Map<number, number> = new Map();
  readonly #cache = new Map<number, Page>();
  readonly #reads: ReadAhead;

  constructor(source: ByteSource, format: PageFormat) {
    this.source = source;
    this.format = format;
    const whole = Math.floor(source.size / format.pageSize) - HEADER_PAGES;
    this.pgnoLast = Math.min(PGNO_MAX, Math.max(0, whole));
    this.states = new Uint8Array(this.pgnoLast + 1);
    this.#reads = new ReadAhead(source, format.pageSize, pageOffset(this.pgnoLast + 1, format.pageSize));
  }

  /** State of a page; pages outside the file count as unseen. */
  state(pgno: number): number {
    return this.states[pgno] ?? PageState.Unseen;
  }

  /** True when the page can be read and its contents are proved. */
  isUsable(pgno: number): boolean {
    const state = this.state(pgno);
    return state === PageState.Good || state === PageState.Corrected || state === PageState.Misplaced;
  }

  /** Reads page `pgno` into `buffer` (exactly one page); undefined when it is not usable. */
  readInto(pgno: number, buffer: Uint8Array): Page | undefined {
    const state = this.state(pgno);
    if (!this.isUsable(pgno)) return undefined;
    const place = state === PageState.Misplaced ? this.misplaced.get(pgno)! : pgno;
    const { pageSize } = this.format;
    this.#reads.read(pageOffset(place, pageSize), buffer);
    if (state === PageState.Corrected) correctPage(buffer, 0, pageSize, pgno);
    return new Page(buffer, this.format, pgno);
  }

  /** What lies at the place of a page, whatever its checksum says: nothing of it is proved. */
  readUnverified(pgno: number): Page {
    const bytes = new Uint8Array(this.format.pageSize);
    this.source.read(pageOffset(pgno, this.format.pageSize), bytes);
    return new Page(bytes, this.format, pgno);
  }

  /** Page `pgno` out of a small cache; undefined when it is not usable. */
  read(pgno: number): Page | undefined {
    const known = this.#cache.get(pgno);
    if (known !== undefined) {
      this.#cache.delete(pgno);
      this.#cache.set(pgno, known);
      return known;
    }
    const page = this.readInto(pgno, new Uint8Array(this.format.pageSize));
    if (page === undefined) return undefined;
    this.#cache.set(pgno, page);
    if (this.#cache.size > CACHED_PAGES) this.#cache.delete(this.#cache.keys().next().value!);
    return page;
  }
}
