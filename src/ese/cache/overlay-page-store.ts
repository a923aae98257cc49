// A PageStore that keeps every change to itself: what a recovery would do, without doing it.
import type { ByteSource } from '../io/byte-source.ts';
import type { PageFormat } from '../page/page-format.ts';
import { HEADER_PAGES, pageOffset } from '../page/page-reader.ts';
import type { PageStore } from './page-store.ts';

/** The pages of a source, with changed ones (in memory) in their place. */
export class OverlayPageStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();
  /** Pages of the source that still count: a cut takes them away for good. */
  #sourceLast: number;
  #last: number;
  #open = true;
  /** The header as it was last written; undefined while it is the source's. */
  header: Uint8Array | undefined;

  constructor(source: ByteSource, format: PageFormat, name: string = source.name) {
    this.format = format;
    this.name = name;
    this.#source = source;
    this.#sourceLast = Math.max(0, Math.floor(source.size / format.pageSize) - HEADER_PAGES);
    this.#last = this.#sourceLast;
  }

  /** Pages that were changed. */
  get changedPages(): number {
    return this.#pages.size;
  }

  get pgnoLast(): number {
    return this.#last;
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (pgno < 1 || pgno > this.#last) return false;
    const page = this.#pages.get(pgno);
    if (page !== undefined) target.set(page);
    else if (pgno > this.#sourceLast) target.fill(0);
    else return this.#source.read(pageOffset(pgno, this.format.pageSize), target) === target.length;
    return true;
  }

  write(pgno: number, bytes: Uint8Array): void {
    const { pageSize } = this.format;
    for (let at = 0; at < bytes.length; at += pageSize)
      this.#pages.set(pgno + at / pageSize, bytes.slice(at, at + pageSize));
    this.#last = Math.max(this.#last, pgno + bytes.length / pageSize - 1);
  }

  writeHeader(_copy: 0 | 1, bytes: Uint8Array): void {
    this.header = bytes.slice();
  }

  resize(pgnoLast: number): void {
    for (const pgno of this.#pages.keys()) if (pgno > pgnoLast) this.#pages.delete(pgno);
    this.#sourceLast = Math.min(this.#sourceLast, pgnoLast);
    this.#last = pgnoLast;
  }

  sync(): void {
    // Nothing is to last.
  }

  close(): void {
    if (this.#open) this.#source.close();
    this.#open = false;
  }
}
