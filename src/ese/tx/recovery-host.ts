// The databases of a stream while it is taken up: each is opened once, and changed where it is.
import { JetError } from '../../errors/jet-error.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import type { PageStore } from '../cache/page-store.ts';
import { DB_HEADER, parseDbHeader } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import { LOGTIME_SIZE } from '../header/logtime.ts';
import type { DatabaseHost, FoundDatabase } from '../recovery/attachments.ts';
import { sealHeader } from '../page/checksum-xor.ts';
import type { DatabaseFiles } from './database-files.ts';
import { RecoveryStore } from './recovery-store.ts';

/** Finds, opens and makes databases for a recovery in place. */
export class RecoveryHost implements DatabaseHost {
  readonly #files: DatabaseFiles;
  /** First and last generation whose changes pages may hold. */
  readonly #first: number;
  #last: number;
  readonly #stores = new Map<string, RecoveryStore>();

  constructor(files: DatabaseFiles, generations: readonly [number, number]) {
    this.#files = files;
    [this.#first, this.#last] = generations;
  }

  find(path: string): FoundDatabase {
    let store = this.#stores.get(path);
    if (store === undefined) {
      try {
        const opened = this.#files.open(path);
        if (opened === undefined) return { kind: 'missing', name: path, reason: 'it is not there' };
        store = this.#keep(path, opened.store, opened.header.bytes);
      } catch (error) {
        const denied = error instanceof JetError && error.symbol === 'JET_errFileAccessDenied';
        if (denied) return { kind: 'missing', name: path, reason: 'access to it is denied', accessDenied: true };
        throw error;
      }
    }
    const opened = store;
    return { kind: 'found', name: opened.name, headerBytes: opened.header, open: () => opened };
  }

  create(path: string, pageSize: number, headerBytes: Uint8Array): PageStore {
    this.#stores.get(path)?.close();
    const store = this.#files.create(path, pageSize, true);
    for (const copy of [0, 1] as const) store.writeHeader(copy, headerBytes);
    store.sync();
    return this.#keep(path, store, headerBytes);
  }

  /** Writes what was kept; the logs tell of it, up to generation `last`. */
  release(last: number): void {
    this.#last = Math.max(this.#last, last);
    for (const store of this.#stores.values()) store.release();
  }

  close(): void {
    for (const store of this.#stores.values()) store.close();
    this.#stores.clear();
  }

  #keep(path: string, store: PageStore, header: Uint8Array): RecoveryStore {
    const kept = new RecoveryStore(store, header, (before) => this.#dirty(before));
    this.#stores.set(path, kept);
    return kept;
  }

  /**
   * The header before the first page is written: the pages may hold changes up to the end of the logs. Undefined: it says
   * so already.
   */
  #dirty(before: Uint8Array): Uint8Array | undefined {
    const { dbstate, lGenMaxRequired, lGenMaxCommitted } = parseDbHeader(before);
    const isClean = dbstate === DbState.CleanShutdown;
    if (!isClean && lGenMaxRequired >= this.#last) return undefined;
    const header = before.slice();
    const put = (name: keyof typeof DB_HEADER, value: number): void => {
      putU32(header, DB_HEADER[name][1], value);
    };
    if (isClean) {
      put('dbstate', DbState.DirtyShutdown);
      put('lGenMinRequired', this.#first);
      put('lGenMinConsistent', this.#first);
    }
    put('lGenMaxRequired', this.#last);
    put('lGenMaxCommitted', Math.max(this.#last, lGenMaxCommitted));
    for (const name of ['logtimeGenMaxRequired', 'logtimeGenMaxCreate'] as const)
      header.fill(0, DB_HEADER[name][1], DB_HEADER[name][1] + LOGTIME_SIZE);
    sealHeader(header);
    return header;
  }
}
