// A database that is recovered in place. Nothing is written before the logs tell all of what recovery did: a page with a
// change that is yet to be undone must not get to the disk while the logs do not tell what was there before.
import type { PageStore } from '../cache/page-store.ts';
import type { PageFormat } from '../page/page-format.ts';

/** Keeps all writes until `release`; then it passes them on. */
export class RecoveryStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  /** The header as it was last written. */
  header: Uint8Array;
  readonly #store: PageStore;
  readonly #dirty: (header: Uint8Array) => Uint8Array | undefined;
  #onDisk: Uint8Array;
  /** The header on the disk says that pages are being changed. */
  #marked = false;
  #held: Map<number, Uint8Array> | undefined = new Map();
  #pgnoLast: number | undefined;
  #headerHeld = false;

  /** `header`: the header page in use. `dirty`: the header that must be there before a page is written, if another. */
  constructor(store: PageStore, header: Uint8Array, dirty: (header: Uint8Array) => Uint8Array | undefined) {
    this.format = store.format;
    this.name = store.name;
    this.header = header;
    this.#store = store;
    this.#dirty = dirty;
    this.#onDisk = header;
  }

  get pgnoLast(): number {
    return this.#pgnoLast ?? this.#store.pgnoLast;
  }

  /** Does what was kept: first pages, then the header that says that they are there. */
  release(): void {
    const held = this.#held ?? new Map<number, Uint8Array>();
    this.#held = undefined;
    this.#marked = false;
    if (held.size > 0 || this.#pgnoLast !== undefined) this.#mark();
    for (const [pgno, bytes] of [...held].sort(([a], [b]) => a - b)) this.#store.write(pgno, bytes);
    if (this.#pgnoLast !== undefined && this.#pgnoLast !== this.#store.pgnoLast) this.#store.resize(this.#pgnoLast);
    this.#pgnoLast = undefined;
    this.#store.sync();
    if (!this.#headerHeld) return;
    this.#headerHeld = false;
    for (const copy of [0, 1] as const) {
      this.#store.writeHeader(copy, this.header);
      this.#store.sync();
    }
    this.#onDisk = this.header;
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (this.#held === undefined) return this.#store.read(pgno, target);
    if (pgno < 1 || pgno > this.pgnoLast) return false;
    const page = this.#held.get(pgno);
    if (page !== undefined) target.set(page);
    else if (!this.#store.read(pgno, target)) target.fill(0);
    return true;
  }

  write(pgno: number, bytes: Uint8Array): void {
    if (this.#held === undefined) {
      this.#mark();
      this.#store.write(pgno, bytes);
      return;
    }
    const { pageSize } = this.format;
    for (let at = 0; at < bytes.length; at += pageSize)
      this.#held.set(pgno + at / pageSize, bytes.slice(at, at + pageSize));
    const last = pgno + bytes.length / pageSize - 1;
    if (last > this.pgnoLast) this.#pgnoLast = last;
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.header = bytes.slice();
    if (this.#held !== undefined) {
      this.#headerHeld = true;
      return;
    }
    this.#store.writeHeader(copy, bytes);
    this.#onDisk = this.header;
    this.#marked = false;
  }

  resize(pgnoLast: number): void {
    if (this.#held === undefined) {
      this.#mark();
      this.#store.resize(pgnoLast);
      return;
    }
    for (const pgno of this.#held.keys()) if (pgno > pgnoLast) this.#held.delete(pgno);
    this.#pgnoLast = pgnoLast;
  }

  sync(): void {
    if (this.#held === undefined) this.#store.sync();
  }

  close(): void {
    this.#store.close();
  }

  #mark(): void {
    if (this.#marked) return;
    this.#marked = true;
    const header = this.#dirty(this.#onDisk);
    if (header === undefined) return;
    this.#onDisk = header;
    for (const copy of [0, 1] as const) {
      this.#store.writeHeader(copy, header);
      this.#store.sync();
    }
  }
}
