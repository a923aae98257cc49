// A PageStore that lets its owner see pages before they are written: what changed them must be in the log by then
// (format 8.5, 9.7; BFIPrepareFlushPage).
import type { PageStore } from '../cache/page-store.ts';
import type { PageFormat } from '../page/page-format.ts';

/** Called before (or after) the pages from `first` to `last` are written. */
export type BeforeWrite = (first: number, last: number) => void;

/** Passes everything on to another store. */
export class WriteAheadStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #store: PageStore;
  readonly #beforeWrite: BeforeWrite;
  readonly #afterWrite: BeforeWrite | undefined;

  constructor(store: PageStore, beforeWrite: BeforeWrite, afterWrite?: BeforeWrite) {
    this.format = store.format;
    this.name = store.name;
    this.#store = store;
    this.#beforeWrite = beforeWrite;
    this.#afterWrite = afterWrite;
  }

  get pgnoLast(): number {
    return this.#store.pgnoLast;
  }

  read(pgno: number, target: Uint8Array): boolean {
    return this.#store.read(pgno, target);
  }

  write(pgno: number, bytes: Uint8Array): void {
    const last = pgno + bytes.length / this.format.pageSize - 1;
    this.#beforeWrite(pgno, last);
    this.#store.write(pgno, bytes);
    this.#afterWrite?.(pgno, last);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#store.writeHeader(copy, bytes);
  }

  resize(pgnoLast: number): void {
    this.#store.resize(pgnoLast);
  }

  sync(): void {
    this.#store.sync();
  }

  close(): void {
    this.#store.close();
  }
}
