// Reads pages of a database: bounds, checksum with single-bit correction, a cache of fixed size.
import { JetError } from '../../errors/jet-error.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { correctPage, verifyPage } from './checksum-page.ts';
import type { PageFormat } from './page-format.ts';
import { Page } from './page.ts';
import { ReadAhead } from './read-ahead.ts';

/** How to treat what is read. */
export interface PageReaderOptions {
  /** Bytes that cached pages may take (default 16 MiB). */
  readonly cacheSize?: number;
  /** False for temp databases, whose pages carry no checksum, and to read damaged pages on request. */
  readonly verify?: boolean;
  /** Called for each page whose checksum fails, which is then used all the same. Without it such pages are refused. */
  readonly onBadPage?: (fault: JetError) => void;
}

const DEFAULT_CACHE_SIZE = 16 << 20;

/** Header pages before page 1 of a database: header and shadow header. */
export const HEADER_PAGES = 2;

/** Highest page number ESE ever uses (pgnoSysMax). */
export const PGNO_MAX = 0x7fefffff;

/** Byte offset of a page in its file. */
export function pageOffset(pgno: number, pageSize: number): number {
  return (pgno - 1 + HEADER_PAGES) * pageSize;
}

/** Pages of one database, by number. */
export class PageReader {
  readonly source: ByteSource;
  readonly format: PageFormat;
  /** Number of the last whole page in the file. */
  readonly pgnoLast: number;
  /** Pages whose single-bit error was corrected while reading: pgno to the corrected bits. The file keeps the error. */
  readonly corrected: Map<number, readonly number[]> = new Map();
  readonly #verify: boolean;
  readonly #onBadPage: ((fault: JetError) => void) | undefined;
  readonly #capacity: number;
  readonly #cache = new Map<number, Page>();
  readonly #faults = new Map<number, JetError>();
  /** Pages that are kept, and pages that are looked at once, come each in their own order. */
  readonly #keptReads: ReadAhead;
  readonly #passingReads: ReadAhead;

  constructor(source: ByteSource, format: PageFormat, options: PageReaderOptions = {}) {
    this.source = source;
    this.format = format;
    this.pgnoLast = Math.min(PGNO_MAX, Math.max(0, Math.floor(source.size / format.pageSize) - HEADER_PAGES));
    this.#verify = options.verify ?? true;
    this.#onBadPage = options.onBadPage;
    const end = pageOffset(this.pgnoLast + 1, format.pageSize);
    this.#keptReads = new ReadAhead(source, format.pageSize, end);
    this.#passingReads = new ReadAhead(source, format.pageSize, end);
    this.#capacity = Math.max(16, Math.floor((options.cacheSize ?? DEFAULT_CACHE_SIZE) / format.pageSize));
  }

  /**
   * Page `pgno`, checked and perhaps corrected.
   * @throws JetError -1018 (checksum, wrong page), -1019 (never written), -1811-class for a page outside the file.
   */
  read(pgno: number): Page {
    const cached = this.#cache.get(pgno);
    if (cached !== undefined) {
      // Least recently used goes first: a hit moves the page to the end of the map.
      this.#cache.delete(pgno);
      this.#cache.set(pgno, cached);
      return cached;
    }
    const known = this.#faults.get(pgno);
    if (known !== undefined) throw known;
    const page = this.#load(pgno, this.#keptReads);
    this.#cache.set(pgno, page);
    if (this.#cache.size > this.#capacity) this.#cache.delete(this.#cache.keys().next().value!);
    return page;
  }

  /** Page `pgno`, or the reason why it cannot be read. */
  tryRead(pgno: number): Page | JetError {
    try {
      return this.read(pgno);
    } catch (error) {
      if (error instanceof JetError) return error;
      throw error;
    }
  }

  /**
   * The same for a page that is looked at once: it is not kept, and lies in `bytes` (one page long) unless it was
   * kept before.
   */
  tryReadInto(bytes: Uint8Array, pgno: number): Page | JetError {
    const known = this.#cache.get(pgno) ?? this.#faults.get(pgno);
    if (known !== undefined) return known;
    try {
      return this.#load(pgno, this.#passingReads, bytes);
    } catch (error) {
      if (error instanceof JetError) return error;
      throw error;
    }
  }

  #load(pgno: number, reads: ReadAhead, bytes: Uint8Array = new Uint8Array(this.format.pageSize)): Page {
    const { format } = this;
    if (!(pgno >= 1 && pgno <= this.pgnoLast)) {
      throw new JetError('JET_errFileIOBeyondEOF', `page ${pgno} lies outside the file (last page ${this.pgnoLast})`, {
        pgno,
      });
    }
    reads.read(pageOffset(pgno, format.pageSize), bytes);
    const page = new Page(bytes, format, pgno);
    return this.#verify ? this.#check(page) : page;
  }

  #check(page: Page): Page {
    const { bytes, pgno } = page;
    const offset = pageOffset(pgno, this.format.pageSize);
    const verdict = verifyPage(bytes, 0, this.format.pageSize, pgno);
    if (verdict === 'good') return page;
    if (verdict === 'correctable') {
      const bits = correctPage(bytes, 0, this.format.pageSize, pgno);
      if (bits !== undefined) {
        this.corrected.set(pgno, bits);
        return new Page(bytes, this.format, pgno);
      }
    }
    const fault =
      verdict === 'uninitialized'
        ? new JetError('JET_errPageNotInitialized', `page ${pgno} was never written`, { pgno, offset })
        : new JetError(
            'JET_errReadVerifyFailure',
            verdict === 'wrong-page-number' ? `page ${pgno} holds another page` : `page ${pgno} fails its checksum`,
            { pgno, offset },
          );
    if (this.#onBadPage !== undefined && verdict !== 'uninitialized') {
      this.#onBadPage(fault);
      return page;
    }
    this.#faults.set(pgno, fault);
    throw fault;
  }
}
