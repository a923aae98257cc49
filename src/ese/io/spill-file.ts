// Temporary files in a folder, by Node's own means.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { SpillFile, SpillStore } from './spill-store.ts';

/** JET errors of what can go wrong with a temporary file; anything else is JET_errDiskIO. */
const ERRORS: Readonly<Record<string, readonly [JetErrorSymbol, string]>> = {
  ENOENT: ['JET_errInvalidPath', 'there is no such folder'],
  ENOTDIR: ['JET_errInvalidPath', 'a part of the path is not a folder'],
  EACCES: ['JET_errFileAccessDenied', 'permission denied'],
  EPERM: ['JET_errFileAccessDenied', 'permission denied'],
  EROFS: ['JET_errFileAccessDenied', 'the volume is read-only'],
  EMFILE: ['JET_errOutOfFileHandles', 'too many files are open'],
  ENOSPC: ['JET_errDiskFull', 'the volume is full'],
  EDQUOT: ['JET_errDiskFull', 'the quota is used up'],
};

function failure(path: string, action: string, error: unknown): JetError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const [symbol, text] = ERRORS[code] ?? ['JET_errDiskIO', code];
  return new JetError(symbol, `${path}: temporary file: ${action} failed: ${text}`, { file: path }, { cause: error });
}

function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

class NodeSpillFile implements SpillFile {
  readonly #path: string;
  readonly #handle: number;
  readonly #removed: boolean;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#handle = openSync(path, 'wx+', 0o600);
    } catch (error) {
      throw failure(path, 'making it', error);
    }
    // Where an open file can be removed, nothing is left behind even if the process dies.
    this.#removed = remove(path);
  }

  append(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      try {
        done += writeSync(this.#handle, bytes, done, bytes.length - done, this.#size + done);
      } catch (error) {
        throw failure(this.#path, 'writing', error);
      }
    }
    this.#size += bytes.length;
  }

  read(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      let count: number;
      try {
        count = readSync(this.#handle, target, done, target.length - done, offset + done);
      } catch (error) {
        throw failure(this.#path, 'reading', error);
      }
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    try {
      closeSync(this.#handle);
    } catch {
      // What it held is not wanted any more.
    }
    if (!this.#removed) remove(this.#path);
  }
}

/** Makes temporary files in one folder; each has a name of its own, beginning with `prefix`. */
export class SpillFolder implements SpillStore {
  readonly #folder: string;
  readonly #prefix: string;

  constructor(folder: string, prefix = 'esekit-sort-') {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /**
   * @throws JetError JET_errInvalidPath, JET_errFileAccessDenied, JET_errDiskFull, JET_errOutOfFileHandles or
   * JET_errDiskIO.
   */
  create(): SpillFile {
    return new NodeSpillFile(join(this.#folder, `${this.#prefix}${process.pid}-${randomUUID()}.tmp`));
  }
}
