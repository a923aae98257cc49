// A disk in memory that remembers every operation, so that a test can go to the state after any of them, and to those that
// a crash could leave: what was synced is there, of the rest any part.
import { JetError } from '../../../src/errors/jet-error.ts';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import type { PageStore } from '../../../src/ese/cache/page-store.ts';
import { readDbHeader } from '../../../src/ese/header/read-db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import type { ByteSource } from '../../../src/ese/io/byte-source.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { pageOffset } from '../../../src/ese/page/page-reader.ts';
import type { DatabaseFiles, OpenedFile } from '../../../src/ese/tx/database-files.ts';
import type { LogDirectory, LogFile } from '../../../src/ese/tx/log-directory.ts';

/** How a write can be torn: in sectors of 512 bytes, in segments of a log that get there in order, or not at all. */
type Grain = 'sectors' | 'segments' | 'whole';

type Change =
  | { readonly kind: 'create'; readonly id: number; readonly name: string; readonly size: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly name: string }
  | {
      readonly kind: 'write';
      readonly id: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly grain: Grain;
    }
  | { readonly kind: 'resize'; readonly id: number; readonly size: number }
  /** All changes of the file before number `upTo` are lasting. */
  | { readonly kind: 'sync'; readonly id: number; readonly upTo: number };

/** Files by name. */
type Files = Map<string, Uint8Array>;

/** A state of the disk; the files must not be changed. */
export interface DiskState {
  /** Changes that were begun. */
  readonly count: number;
  /** The last of them is half done, or any of them may be. */
  readonly torn: boolean;
  readonly files: Files;
}

const DATABASE_ID = 0;
/** What gets to the disk as a whole or not at all, as the format presumes of segments and pages. */
const SEGMENT_SIZE = 4096;
const SECTOR_SIZE = 512;

/** Names and contents. */
interface Contents {
  readonly byId: Map<number, Uint8Array>;
  readonly names: Map<string, number>;
}

/** Log directory and database files, and the journal of both. */
export class CrashDisk implements LogDirectory, DatabaseFiles {
  readonly changes: Change[] = [];
  /** Writes to logs that still succeed. */
  failAfter: number = Infinity;
  readonly #start: Contents;
  readonly #now: Contents;
  #lastId: number;

  constructor(database: Uint8Array, databaseName: string, others: ReadonlyMap<string, Uint8Array> = new Map()) {
    const names = [databaseName, ...[...others.keys()].filter((name) => name !== databaseName)];
    const contents = (): Contents => ({
      byId: new Map(names.map((name, id) => [id, (id === DATABASE_ID ? database : others.get(name)!).slice()])),
      names: new Map(names.map((name, id) => [name, id])),
    });
    this.#start = contents();
    this.#now = contents();
    this.#lastId = names.length - 1;
  }

  create(path: string, size: number): LogFile;
  create(path: string, pageSize: number, replace: boolean): PageStore;
  create(name: string, size: number, replace?: boolean): LogFile | PageStore {
    const id = ++this.#lastId;
    this.#do({ kind: 'create', id, name, size: replace === undefined ? size : 0 });
    return replace === undefined ? this.#logFile(id, name) : this.#store(id, size);
  }

  open(name: string): LogFile & OpenedFile {
    const id = this.#idOf(name);
    const bytes = this.#now.byId.get(id)!;
    const file = this.#logFile(id, name);
    if (!/\.edb$/.test(name)) return file as LogFile & OpenedFile;
    const header = readDbHeader(new BufferSource(bytes, name));
    return { ...file, header, store: this.#store(id, header.format.pageSize) };
  }

  list(): readonly string[] {
    return [...this.#now.names.keys()];
  }

  source(name: string): ByteSource {
    return new BufferSource(this.#now.byId.get(this.#idOf(name))!.slice(), name);
  }

  remove(name: string): void {
    this.#do({ kind: 'remove', name });
  }

  rename(from: string, to: string): void {
    this.#do({ kind: 'rename', from, to });
  }

  writeInPlace(name: string, bytes: Uint8Array): void {
    let id = this.#now.names.get(name);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#do({ kind: 'create', id, name, size: bytes.length });
    }
    for (const offset of [4096, 0]) {
      this.#do({ kind: 'write', id, offset, bytes: bytes.slice(offset, offset + 4096), grain: 'sectors' });
      this.#sync(id);
    }
  }

  /** The first database as a store whose writes are remembered, page by page. */
  store(pageSize: number): PageStore {
    return this.#store(DATABASE_ID, pageSize);
  }

  #logFile(id: number, name: string): LogFile {
    return {
      write: (offset, bytes) => {
        if (this.failAfter-- <= 0) throw new JetError('JET_errDiskIO', `${name}: the disk does not answer`);
        this.#do({ kind: 'write', id, offset, bytes: bytes.slice(), grain: 'segments' });
      },
      sync: () => {
        this.#sync(id);
      },
      syncLater: async () => {
        const upTo = this.changes.length;
        await new Promise((resolve) => setImmediate(resolve));
        this.#do({ kind: 'sync', id, upTo });
      },
      close: () => undefined,
    };
  }

  #store(id: number, pageSize: number): PageStore {
    const write = (offset: number, bytes: Uint8Array, grain: Grain): void => {
      this.#do({ kind: 'write', id, offset, bytes: bytes.slice(), grain });
    };
    const resize = (size: number): void => {
      this.#do({ kind: 'resize', id, size });
    };
    const sync = (): void => {
      this.#sync(id);
    };
    return new (class extends MemoryPageStore {
      override write(pgno: number, bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length; at += pageSize) {
          write(pageOffset(pgno + at / pageSize, pageSize), bytes.subarray(at, at + pageSize), 'whole');
        }
        super.write(pgno, bytes);
      }
      override writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
        write(copy * pageSize, bytes, 'sectors');
        super.writeHeader(copy, bytes);
      }
      override resize(pgnoLast: number): void {
        resize(pageOffset(pgnoLast + 1, pageSize));
        super.resize(pgnoLast);
      }
      override sync(): void {
        sync();
      }
    })(pageFormat(pageSize)!, this.#now.byId.get(id), [...this.#now.names].find(([, each]) => each === id)?.[0]);
  }

  #idOf(name: string): number {
    const id = this.#now.names.get(name);
    if (id === undefined) throw new JetError('JET_errFileNotFound', `${name}: there is no such file`);
    return id;
  }

  #do(change: Change): void {
    this.changes.push(change);
    apply(this.#now, change);
  }

  #sync(id: number): void {
    this.#do({ kind: 'sync', id, upTo: this.changes.length });
  }

  /** The files as they are now. */
  files(): Files {
    return filesOf(copyOf(this.#now));
  }

  /** Goes through the states after each change, done in order. `torn`: the last write is half done. */
  *states(from = 0): Generator<DiskState> {
    const contents = copyOf(this.#start);
    for (const [i, change] of this.changes.entries()) {
      if (change.kind === 'write' && i >= from) {
        const half = Math.floor(change.bytes.length / 2 / SEGMENT_SIZE) * SEGMENT_SIZE;
        if (half > 0) {
          apply(contents, { ...change, bytes: change.bytes.subarray(0, half) });
          yield { count: i, torn: true, files: filesOf(contents) };
        }
      }
      apply(contents, change);
      if (i >= from && change.kind !== 'sync') yield { count: i + 1, torn: false, files: filesOf(contents) };
    }
  }

  /**
   * A state that a crash can leave when `count` changes were begun. What was not synced is there or not as `random` (0 to
   * 1) says, in any order, torn where the format can bear it. Renames are lasting when they return, and what was done to
   * the folder before them is too.
   */
  crash(count: number, random: () => number): DiskState {
    const begun = this.changes.slice(0, count);
    const synced = new Map<number, number>();
    let folder = 0;
    for (const [i, change] of begun.entries()) {
      if (change.kind === 'sync') synced.set(change.id, Math.max(synced.get(change.id) ?? 0, change.upTo));
      else if (change.kind === 'rename' && i < count - 1) folder = i + 1;
    }
    const contents = copyOf(this.#start);
    let folderGoesOn = true;
    for (const [i, change] of begun.entries()) {
      if (change.kind === 'write' || change.kind === 'resize') {
        if (i < (synced.get(change.id) ?? 0)) apply(contents, change);
        else if (random() < 0.5) apply(contents, change.kind === 'write' ? torn(change, random) : change);
      } else if (change.kind !== 'sync') {
        // Changes of the folder get there in order; a file that was synced is there.
        const isSynced = change.kind === 'create' && (synced.get(change.id) ?? 0) > i;
        folderGoesOn &&= i < folder || random() < 0.5;
        if (folderGoesOn || isSynced) apply(contents, change);
      }
    }
    return { count, torn: true, files: filesOf(contents) };
  }
}

function torn(change: Extract<Change, { kind: 'write' }>, random: () => number): Change {
  const { bytes, grain } = change;
  if (grain === 'whole' || random() < 0.5) return change;
  const size = grain === 'sectors' ? SECTOR_SIZE : SEGMENT_SIZE;
  return { ...change, bytes: bytes.subarray(0, size * Math.floor((random() * bytes.length) / size)) };
}

function copyOf({ byId, names }: Contents): Contents {
  return { byId: new Map([...byId].map(([id, bytes]) => [id, bytes.slice()])), names: new Map(names) };
}

function filesOf({ byId, names }: Contents): Files {
  return new Map([...names].map(([name, id]) => [name, byId.get(id)!]));
}

function apply({ byId, names }: Contents, change: Change): void {
  switch (change.kind) {
    case 'create':
      byId.set(change.id, new Uint8Array(change.size));
      names.set(change.name, change.id);
      break;
    case 'rename': {
      const id = names.get(change.from);
      if (id === undefined) return;
      names.set(change.to, id);
      names.delete(change.from);
      break;
    }
    case 'remove':
      names.delete(change.name);
      break;
    case 'resize':
      byId.set(change.id, resized(byId.get(change.id) ?? new Uint8Array(0), change.size));
      break;
    case 'write': {
      const { id, offset, bytes } = change;
      const before = byId.get(id) ?? new Uint8Array(0);
      const file = resized(before, Math.max(before.length, offset + bytes.length));
      file.set(bytes, offset);
      byId.set(id, file);
      break;
    }
    case 'sync':
  }
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  const other = new Uint8Array(size);
  other.set(bytes.subarray(0, size));
  return other;
}
