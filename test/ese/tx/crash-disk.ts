// A disk in memory that remembers every write, so that a test can go back to the state after any of them.
import { JetError } from '../../../src/errors/jet-error.ts';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import type { PageStore } from '../../../src/ese/cache/page-store.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { pageOffset } from '../../../src/ese/page/page-reader.ts';
import type { LogDirectory, LogFile } from '../../../src/ese/tx/log-directory.ts';

type Change =
  | { readonly kind: 'create'; readonly id: number; readonly name: string; readonly size: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'write'; readonly id: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'resize'; readonly id: number; readonly size: number };

/** Files by name. */
type Files = Map<string, Uint8Array>;

const DATABASE_ID = 0;
/** What gets to the disk as a whole or not at all, as the format presumes (segments of logs, pages of 4 KB). */
const SECTOR_SIZE = 4096;

/** Log directory and database file, and the journal of both. */
export class CrashDisk implements LogDirectory {
  readonly changes: Change[] = [];
  /** Writes to logs that still succeed. */
  failAfter: number = Infinity;
  readonly #start: Uint8Array;
  readonly #databaseName: string;
  #lastId = DATABASE_ID;
  #checkpointId = -1;

  constructor(database: Uint8Array, databaseName: string) {
    this.#start = database;
    this.#databaseName = databaseName;
  }

  create(name: string, size: number): LogFile {
    const id = ++this.#lastId;
    this.changes.push({ kind: 'create', id, name, size });
    return {
      write: (offset, bytes) => {
        if (this.failAfter-- <= 0) throw new JetError('JET_errDiskIO', `${name}: the disk does not answer`);
        this.changes.push({ kind: 'write', id, offset, bytes: bytes.slice() });
      },
      sync: () => undefined,
      close: () => undefined,
    };
  }

  rename(from: string, to: string): void {
    this.changes.push({ kind: 'rename', from, to });
  }

  writeInPlace(name: string, bytes: Uint8Array): void {
    if (this.#checkpointId < 0) {
      this.#checkpointId = ++this.#lastId;
      this.changes.push({ kind: 'create', id: this.#checkpointId, name, size: bytes.length });
    }
    for (const offset of [4096, 0]) {
      this.changes.push({ kind: 'write', id: this.#checkpointId, offset, bytes: bytes.slice(offset, offset + 4096) });
    }
  }

  /** The database file as a store whose writes are remembered, page by page. */
  store(pageSize: number): PageStore {
    const format = pageFormat(pageSize)!;
    const { changes } = this;
    const write = (offset: number, bytes: Uint8Array): void => {
      changes.push({ kind: 'write', id: DATABASE_ID, offset, bytes: bytes.slice() });
    };
    return new (class extends MemoryPageStore {
      override write(pgno: number, bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length; at += pageSize) {
          write(pageOffset(pgno + at / pageSize, pageSize), bytes.subarray(at, at + pageSize));
        }
        super.write(pgno, bytes);
      }
      override writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
        write(copy * pageSize, bytes);
        super.writeHeader(copy, bytes);
      }
      override resize(pgnoLast: number): void {
        changes.push({ kind: 'resize', id: DATABASE_ID, size: pageOffset(pgnoLast + 1, pageSize) });
        super.resize(pgnoLast);
      }
    })(format, this.#start);
  }

  /** Goes through the states after each change; the files must not be changed. `torn`: the last write is half done. */
  *states(from = 0): Generator<{ readonly count: number; readonly torn: boolean; readonly files: Files }> {
    const byId = new Map<number, Uint8Array>([[DATABASE_ID, this.#start.slice()]]);
    const names = new Map<string, number>([[this.#databaseName, DATABASE_ID]]);
    const files = (): Files => new Map([...names].map(([name, id]) => [name, byId.get(id)!]));
    for (const [i, change] of this.changes.entries()) {
      if (change.kind === 'create') {
        byId.set(change.id, new Uint8Array(change.size));
        names.set(change.name, change.id);
      } else if (change.kind === 'rename') {
        names.set(change.to, names.get(change.from)!);
        names.delete(change.from);
      } else if (change.kind === 'resize') byId.set(change.id, resized(byId.get(change.id)!, change.size));
      else {
        const { id, offset, bytes } = change;
        const file = resized(byId.get(id)!, Math.max(byId.get(id)!.length, offset + bytes.length));
        byId.set(id, file);
        const half = Math.floor(bytes.length / 2 / SECTOR_SIZE) * SECTOR_SIZE;
        file.set(bytes.subarray(0, half), offset);
        if (i >= from && half > 0) yield { count: i, torn: true, files: files() };
        file.set(bytes, offset);
      }
      if (i >= from) yield { count: i + 1, torn: false, files: files() };
    }
  }
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  const other = new Uint8Array(size);
  other.set(bytes.subarray(0, size));
  return other;
}
