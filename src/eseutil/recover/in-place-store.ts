// A database that is recovered where it lies. From its first changed page to its clean header it is neither what it was
// nor what it is to be: its header says so meanwhile, so that nobody takes it for either.
import type { PageStore } from '../../ese/cache/page-store.ts';
import { DB_HEADER } from '../../ese/header/db-header.ts';
import { DbState } from '../../ese/header/db-state.ts';
import { sealHeader } from '../../ese/page/checksum-xor.ts';
import type { PageFormat } from '../../ese/page/page-format.ts';

/** Marks the header before the first page is written. A state that neither the engine nor a recovery accepts. */
export class InPlaceStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #store: PageStore;
  readonly #header: Uint8Array;
  #marked = false;
  /** The header as it is to be; written by `finish`. */
  header: Uint8Array | undefined;

  /** `header`: the header page as it is. */
  constructor(store: PageStore, header: Uint8Array) {
    this.format = store.format;
    this.name = store.name;
    this.#store = store;
    this.#header = header;
  }

  get pgnoLast(): number {
    return this.#store.pgnoLast;
  }

  read(pgno: number, target: Uint8Array): boolean {
    return this.#store.read(pgno, target);
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#mark();
    this.#store.write(pgno, bytes);
  }

  writeHeader(_copy: 0 | 1, bytes: Uint8Array): void {
    this.header = bytes.slice();
  }

  /** All is done, the logs included: the header may say so. */
  finish(): void {
    if (this.header === undefined) return;
    this.#store.sync();
    this.#store.writeHeader(0, this.header);
    this.#store.writeHeader(1, this.header);
    this.#store.sync();
  }

  resize(pgnoLast: number): void {
    this.#mark();
    this.#store.resize(pgnoLast);
  }

  sync(): void {
    this.#store.sync();
  }

  close(): void {
    this.#store.close();
  }

  #mark(): void {
    if (this.#marked) return;
    this.#marked = true;
    const marked = this.#header.slice();
    marked[DB_HEADER.dbstate[1]] = DbState.BeingConverted;
    sealHeader(marked);
    this.#store.writeHeader(0, marked);
    this.#store.writeHeader(1, marked);
    this.#store.sync();
  }
}
