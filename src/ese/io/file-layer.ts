// The file operations that change something, behind one small interface: whoever replaces a database goes through it,
// so that tests can stop the program after any single operation.
import {
  chmodSync,
  chownSync,
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { ByteSource } from './byte-source.ts';
import { FileSource } from './file-source.ts';

/** What is known of a file. */
export interface FileFacts {
  readonly size: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Volume it lies on: a rename works within one. */
  readonly device: number;
  readonly isFolder: boolean;
}

/** File operations. All are synchronous and throw JetError when the system refuses. */
export interface FileLayer {
  /** Makes a new, empty file. @throws JetError JET_errFileAlreadyExists when there is one. */
  create(path: string): number;
  /** Writes all of `bytes` at `position`. */
  write(handle: number, bytes: Uint8Array, position: number): void;
  truncate(handle: number, size: number): void;
  /** Waits until the disk has what was written. */
  sync(handle: number): void;
  close(handle: number): void;
  /** Renames a file; one that has the new name already is replaced in the same instant. */
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Waits until the disk has the entries of a folder: after that a rename lasts. */
  syncFolder(folder: string): void;
  /** Gives `to` the permissions (and, where possible, the owner) of `from`. */
  copyPermissions(from: string, to: string): void;

  /** Opens a file for reading. */
  source(path: string): ByteSource;
  /** A small file as text; undefined when there is none. */
  readText(path: string): string | undefined;
  /** Undefined when there is no such file. */
  facts(path: string): FileFacts | undefined;
  /** Bytes that can still be written on the volume of a folder; undefined when the system does not tell. */
  freeSpace(folder: string): number | undefined;
  /** The path with all links followed. */
  realPath(path: string): string;
}

/** What a running instance needs besides. */
export interface InstanceLayer extends FileLayer {
  /** Opens an existing file for reading and writing. */
  openToWrite(path: string): number;
  /** Fills `target` from `position` on; the bytes read, fewer only at the end of the file. */
  read(handle: number, target: Uint8Array, position: number): number;
  /** As `sync`, but for times of the file, and without blocking. */
  syncLater(handle: number): Promise<void>;
  /** The names of all files of a folder. */
  names(folder: string): string[];
}

/** JET errors of what systems answer, with what it means. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [JetErrorSymbol, string]>> = {
  ENOSPC: ['JET_errDiskFull', 'the volume is full'],
  EDQUOT: ['JET_errDiskFull', 'the quota on this volume is used up'],
  EFBIG: ['JET_errDiskFull', 'the file system takes no file of this size'],
  EACCES: ['JET_errFileAccessDenied', 'permission denied'],
  EPERM: ['JET_errFileAccessDenied', 'permission denied'],
  EROFS: ['JET_errFileAccessDenied', 'the volume is read-only'],
  EBUSY: ['JET_errFileAccessDenied', 'another program holds the file'],
  EEXIST: ['JET_errFileAlreadyExists', 'there is a file of this name already'],
  ENOENT: ['JET_errFileNotFound', 'there is no such file or folder'],
  ENOTDIR: ['JET_errInvalidPath', 'a part of the path is not a folder'],
  EISDIR: ['JET_errInvalidPath', 'this is a folder, not a file'],
  EMFILE: ['JET_errOutOfFileHandles', 'too many files are open'],
  ENFILE: ['JET_errOutOfFileHandles', 'too many files are open'],
};

/** The JetError for what a system call threw; errors that are none of the system's are given back as they are. */
export function fileError(path: string, action: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof JetError || typeof code !== 'string') return error as Error;
  const [symbol, text] = SYSTEM_ERRORS[code] ?? ['JET_errDiskIO', `the system says ${code}`];
  return new JetError(symbol, `${path}: ${action} failed: ${text}`, { file: path }, { cause: error });
}

/** The operations of this machine's file system. */
class NodeFileLayer implements InstanceLayer {
  readonly #paths = new Map<number, string>();

  #try<T>(path: string, action: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw fileError(path, action, error);
    }
  }

  #name(handle: number): string {
    return this.#paths.get(handle) ?? '(file)';
  }

  create(path: string): number {
    const handle = this.#try(path, 'making the file', () => openSync(path, 'wx'));
    this.#paths.set(handle, path);
    return handle;
  }

  openToWrite(path: string): number {
    const handle = this.#try(path, 'opening', () => openSync(path, 'r+'));
    this.#paths.set(handle, path);
    return handle;
  }

  read(handle: number, target: Uint8Array, position: number): number {
    return this.#try(this.#name(handle), `reading at ${position}`, () => {
      let done = 0;
      while (done < target.length) {
        const count = readSync(handle, target, done, target.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    });
  }

  syncLater(handle: number): Promise<void> {
    const path = this.#name(handle);
    return new Promise((resolve, reject) => {
      fdatasync(handle, (error) => {
        if (error === null) resolve();
        else reject(fileError(path, 'writing to the disk', error));
      });
    });
  }

  names(folder: string): string[] {
    return this.#try(folder, 'reading the folder', () => readdirSync(folder));
  }

  write(handle: number, bytes: Uint8Array, position: number): void {
    this.#try(this.#name(handle), `writing at ${position}`, () => {
      let done = 0;
      while (done < bytes.length) done += writeSync(handle, bytes, done, bytes.length - done, position + done);
    });
  }

  truncate(handle: number, size: number): void {
    this.#try(this.#name(handle), 'setting the size', () => {
      ftruncateSync(handle, size);
    });
  }

  sync(handle: number): void {
    this.#try(this.#name(handle), 'writing to the disk', () => {
      fsyncSync(handle);
    });
  }

  close(handle: number): void {
    const path = this.#name(handle);
    this.#paths.delete(handle);
    this.#try(path, 'closing', () => {
      closeSync(handle);
    });
  }

  rename(from: string, to: string): void {
    this.#try(to, `renaming ${from}`, () => {
      renameSync(from, to);
    });
  }

  unlink(path: string): void {
    this.#try(path, 'removing', () => {
      unlinkSync(path);
    });
  }

  syncFolder(folder: string): void {
    // Windows has no such call: there a rename lasts once it has returned.
    if (process.platform === 'win32') return;
    this.#try(folder, 'writing the folder to the disk', () => {
      const handle = openSync(folder, 'r');
      try {
        fsyncSync(handle);
      } catch (error) {
        // Some network file systems cannot; they are no worse off than before.
        if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      } finally {
        closeSync(handle);
      }
    });
  }

  copyPermissions(from: string, to: string): void {
    const { mode, uid, gid } = this.#try(from, 'reading the permissions', () => statSync(from));
    try {
      chownSync(to, uid, gid);
    } catch {
      // Only the superuser may give files away; the file then belongs to who made it.
    }
    this.#try(to, 'setting the permissions', () => {
      chmodSync(to, mode & 0o7777);
    });
  }

  source(path: string): ByteSource {
    return new FileSource(path);
  }

  readText(path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fileError(path, 'reading', error);
    }
  }

  facts(path: string): FileFacts | undefined {
    const stat = this.#try(path, 'looking at the file', () => statSync(path, { throwIfNoEntry: false }));
    return stat === undefined
      ? undefined
      : { size: stat.size, modifiedMs: stat.mtimeMs, device: stat.dev, isFolder: stat.isDirectory() };
  }

  freeSpace(folder: string): number | undefined {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  }

  realPath(path: string): string {
    return this.#try(path, 'looking at the file', () => realpathSync(path));
  }
}

/** The file system of this machine. */
export const nodeFileLayer: InstanceLayer = new NodeFileLayer();
