// A disk in memory that keeps apart what was written and what has reached the platter, and can be stopped after any
// operation. What a crash leaves: all that was synced, any part of what was not.
import { JetError } from '../../src/errors/jet-error.ts';
import type { ByteSource } from '../../src/ese/io/byte-source.ts';
import type { FileFacts, FileLayer } from '../../src/ese/io/file-layer.ts';

/** Thrown by every operation once the machine is down. */
export class PowerLost extends Error {}

/** A change of a file that has not reached the platter. */
type Pending =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'size'; readonly size: number };

interface Inode {
  bytes: Uint8Array;
  synced: Uint8Array;
  pending: Pending[];
  modifiedMs: number;
}

/** A change of a folder that has not reached the platter: the name now stands for this file, or for none. */
interface FolderChange {
  readonly path: string;
  readonly inode: Inode | undefined;
}

/** Which parts of what was not synced survive a crash. */
export interface Survival {
  /** Folder changes persist in order: how many of them do, 0 to 1. */
  readonly folder: number;
  /** Asked for each pending change of a file: does it persist? A number: only so many of its bytes. */
  readonly write: (bytes: number) => boolean | number;
}

/** Everything persisted; nothing but what was synced; names without contents; contents without names. */
export const EXTREMES: Readonly<Record<string, Survival>> = {
  all: { folder: 1, write: () => true },
  synced: { folder: 0, write: () => false },
  names: { folder: 1, write: () => false },
  contents: { folder: 0, write: () => true },
};

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set(bytes.subarray(0, Math.min(size, bytes.length)));
  return result;
}

function written(bytes: Uint8Array, position: number, what: Uint8Array): Uint8Array {
  const end = position + what.length;
  const target = end > bytes.length ? resized(bytes, end) : bytes;
  target.set(what, position);
  return target;
}

const failure = (symbol: 'JET_errFileNotFound' | 'JET_errFileAlreadyExists', path: string): JetError =>
  new JetError(symbol, `${path}: ${symbol}`, { file: path });

class MemorySource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #inode: Inode;

  constructor(name: string, inode: Inode) {
    this.name = name;
    this.#inode = inode;
    this.size = inode.bytes.length;
  }

  read(offset: number, target: Uint8Array): number {
    const part = this.#inode.bytes.subarray(offset, offset + target.length);
    target.set(part);
    return part.length;
  }

  close(): void {
    // nothing to release
  }
}

/** The disk. Folders exist by themselves. */
export class CrashDisk implements FileLayer {
  /** Operations that change something, so far. */
  operations = 0;
  /** Called before each such operation with its number (from 1) and name; what it throws is the operation's outcome. */
  beforeOperation: (number: number, name: string) => void = () => undefined;
  /** Called after each. */
  afterOperation: (number: number, name: string) => void = () => undefined;
  free: number | undefined;
  readonly #files = new Map<string, Inode>();
  #syncedFiles = new Map<string, Inode>();
  #folderChanges: FolderChange[] = [];
  readonly #handles = new Map<number, Inode>();
  #nextHandle = 3;
  #clock = 1_000;

  /** `files`: what is on the platter. */
  constructor(files: Readonly<Record<string, Uint8Array>>) {
    for (const [path, bytes] of Object.entries(files)) {
      const inode = { bytes: bytes.slice(), synced: bytes.slice(), pending: [], modifiedMs: 0 };
      this.#files.set(path, inode);
      this.#syncedFiles.set(path, inode);
    }
  }

  /** All files as programs see them now. */
  files(): Record<string, Uint8Array> {
    return Object.fromEntries([...this.#files].map(([path, { bytes }]) => [path, bytes.slice()]));
  }

  names(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** The file as a crash at this instant leaves it; undefined when its name is gone. */
  afterCrash(path: string, survival: Survival): Uint8Array | undefined {
    const inode = this.#namesAfterCrash(survival).get(path);
    return inode === undefined ? undefined : contentAfterCrash(inode, survival);
  }

  /** All files as a crash at this instant leaves them. */
  allAfterCrash(survival: Survival): Record<string, Uint8Array> {
    return Object.fromEntries(
      [...this.#namesAfterCrash(survival)].map(([path, inode]) => [path, contentAfterCrash(inode, survival)]),
    );
  }

  #namesAfterCrash({ folder }: Survival): Map<string, Inode> {
    const names = new Map(this.#syncedFiles);
    for (const { path, inode } of this.#folderChanges.slice(0, Math.round(folder * this.#folderChanges.length))) {
      if (inode === undefined) names.delete(path);
      else names.set(path, inode);
    }
    return names;
  }

  #change<T>(name: string, action: () => T): T {
    this.operations++;
    this.beforeOperation(this.operations, name);
    const result = action();
    this.afterOperation(this.operations, name);
    return result;
  }

  #name(path: string, inode: Inode | undefined): void {
    if (inode === undefined) this.#files.delete(path);
    else this.#files.set(path, inode);
    this.#folderChanges.push({ path, inode });
  }

  #inode(path: string): Inode {
    const inode = this.#files.get(path);
    if (inode === undefined) throw failure('JET_errFileNotFound', path);
    return inode;
  }

  create(path: string): number {
    return this.#change(`create ${path}`, () => {
      if (this.#files.has(path)) throw failure('JET_errFileAlreadyExists', path);
      const inode: Inode = {
        bytes: new Uint8Array(0),
        synced: new Uint8Array(0),
        pending: [],
        modifiedMs: this.#clock++,
      };
      this.#name(path, inode);
      this.#handles.set(this.#nextHandle, inode);
      return this.#nextHandle++;
    });
  }

  write(handle: number, bytes: Uint8Array, position: number): void {
    this.#change('write', () => {
      const inode = this.#handles.get(handle)!;
      inode.pending.push({ kind: 'write', position, bytes: bytes.slice() });
      inode.bytes = written(inode.bytes, position, bytes);
      inode.modifiedMs = this.#clock++;
    });
  }

  truncate(handle: number, size: number): void {
    this.#change('truncate', () => {
      const inode = this.#handles.get(handle)!;
      inode.pending.push({ kind: 'size', size });
      inode.bytes = resized(inode.bytes, size);
    });
  }

  sync(handle: number): void {
    this.#change('sync', () => {
      const inode = this.#handles.get(handle)!;
      inode.synced = inode.bytes.slice();
      inode.pending = [];
    });
  }

  close(handle: number): void {
    this.#handles.delete(handle);
  }

  rename(from: string, to: string): void {
    this.#change(`rename ${from} ${to}`, () => {
      const inode = this.#inode(from);
      // One change for the disk: the new name must never be without a file.
      this.#files.delete(from);
      this.#name(to, inode);
      this.#folderChanges.push({ path: from, inode: undefined });
    });
  }

  unlink(path: string): void {
    this.#change(`unlink ${path}`, () => {
      this.#inode(path);
      this.#name(path, undefined);
    });
  }

  syncFolder(): void {
    this.#change('sync folder', () => {
      this.#syncedFiles = new Map(this.#files);
      this.#folderChanges = [];
    });
  }

  copyPermissions(): void {
    // nothing is kept of them
  }

  source(path: string): ByteSource {
    return new MemorySource(path, this.#inode(path));
  }

  readText(path: string): string | undefined {
    const inode = this.#files.get(path);
    return inode === undefined ? undefined : new TextDecoder().decode(inode.bytes);
  }

  facts(path: string): FileFacts | undefined {
    const inode = this.#files.get(path);
    if (inode !== undefined)
      return { size: inode.bytes.length, modifiedMs: inode.modifiedMs, device: 1, isFolder: false };
    const isFolder = path === '/' || [...this.#files.keys()].some((name) => name.startsWith(`${path}/`));
    return isFolder ? { size: 0, modifiedMs: 0, device: path.startsWith('/other') ? 2 : 1, isFolder } : undefined;
  }

  freeSpace(): number | undefined {
    return this.free;
  }

  realPath(path: string): string {
    this.#inode(path);
    return path;
  }
}

function contentAfterCrash(inode: Inode, { write }: Survival): Uint8Array {
  let bytes: Uint8Array = inode.synced.slice();
  for (const change of inode.pending) {
    const survives = write(change.kind === 'write' ? change.bytes.length : 0);
    if (survives === false) continue;
    if (change.kind === 'size') bytes = resized(bytes, change.size);
    else
      bytes = written(
        bytes,
        change.position,
        change.bytes.subarray(0, survives === true ? change.bytes.length : survives),
      );
  }
  return bytes;
}
