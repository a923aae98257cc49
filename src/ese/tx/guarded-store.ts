// A PageStore that stops its instance when a write fails, and notices when a page that is read is older than the one that
// was written: the disk lost a write, though it said that it had it (format 11 says how files keep account of that; this
// is the account in memory).
import { u32 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { PageStore } from '../cache/page-store.ts';
import type { PageFormat } from '../page/page-format.ts';

/** Where a page keeps its dbtime. */
const DBTIME_OFFSET = 8;
const TWO_32 = 2 ** 32;

/** Passes everything on to another store. */
export class GuardedStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #store: PageStore;
  readonly #onFailure: (error: unknown) => void;
  /** dbtime of each page as it was last written; 0: not written by this store. */
  #written: Float64Array = new Float64Array(1024);

  /** `onFailure`: told of the error of a write, which is thrown on. */
  constructor(store: PageStore, onFailure: (error: unknown) => void) {
    this.format = store.format;
    this.name = store.name;
    this.#store = store;
    this.#onFailure = onFailure;
  }

  get pgnoLast(): number {
    return this.#store.pgnoLast;
  }

  /** @throws JetError JET_errReadLostFlushVerifyFailure when the page is not the one that was written last. */
  read(pgno: number, target: Uint8Array): boolean {
    const found = this.#store.read(pgno, target);
    const expected = this.#written[pgno] ?? 0;
    if (expected !== 0 && (!found || dbtimeAt(target, 0) !== expected)) {
      const message = `${this.name}: page ${pgno} is not as it was last written: the disk lost a write`;
      const error = new JetError('JET_errReadLostFlushVerifyFailure', message, { file: this.name, pgno });
      this.#onFailure(error);
      throw error;
    }
    return found;
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#guard(() => {
      this.#store.write(pgno, bytes);
    });
    const count = bytes.length / this.format.pageSize;
    this.#reserve(pgno + count);
    for (let i = 0; i < count; i++) this.#written[pgno + i] = dbtimeAt(bytes, i * this.format.pageSize);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#guard(() => {
      this.#store.writeHeader(copy, bytes);
    });
  }

  /**
   * A larger size need not be lasting before the next checkpoint: the log tells of it. A smaller one must be before pages
   * beyond it come into use again.
   */
  resize(pgnoLast: number): void {
    this.#guard(() => {
      const grows = pgnoLast >= this.#store.pgnoLast;
      this.#store.resize(pgnoLast);
      if (!grows) this.#store.sync();
    });
    if (pgnoLast + 1 < this.#written.length) this.#written.fill(0, pgnoLast + 1);
  }

  sync(): void {
    this.#guard(() => {
      this.#store.sync();
    });
  }

  async syncLater(): Promise<void> {
    if (this.#store.syncLater === undefined) {
      this.sync();
      return;
    }
    try {
      await this.#store.syncLater();
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  /** True when `syncLater` does not block. */
  get syncsLater(): boolean {
    return this.#store.syncLater !== undefined;
  }

  close(): void {
    this.#store.close();
  }

  #reserve(length: number): void {
    if (length <= this.#written.length) return;
    const larger = new Float64Array(Math.max(length, 2 * this.#written.length));
    larger.set(this.#written);
    this.#written = larger;
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }
}

function dbtimeAt(bytes: Uint8Array, page: number): number {
  const at = page + DBTIME_OFFSET;
  return u32(bytes, at) + u32(bytes, at + 4) * TWO_32;
}
