// A file that appears under its name only when it is whole: written beside under a temporary name, synced, renamed.
import { close, closeSync, fsync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { JetError } from '../errors/jet-error.ts';
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';

const syncFile = promisify(fsync);
const closeFile = promisify(close);

/** JET errors of what can go wrong when something is written. */
const WRITE_ERRORS: Readonly<Record<string, readonly [JetErrorSymbol, string]>> = {
  ENOSPC: ['JET_errDiskFull', 'the disk is full'],
  EDQUOT: ['JET_errDiskFull', 'the disk quota is used up'],
  EACCES: ['JET_errPermissionDenied', 'permission denied'],
  EPERM: ['JET_errPermissionDenied', 'permission denied'],
  EROFS: ['JET_errPermissionDenied', 'the file system is read-only'],
  ENOTDIR: ['JET_errInvalidPath', 'a part of the path is not a folder'],
  EEXIST: ['JET_errInvalidPath', 'this is not a folder'],
  EISDIR: ['JET_errInvalidPath', 'this is a folder'],
};

/** A system's error about an output path as the JET error it amounts to. */
export function outputError(path: string, error: unknown): JetError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const [symbol, text] = WRITE_ERRORS[code] ?? ['JET_errDiskIO', `it cannot be written (${code})`];
  return new JetError(symbol, `${path}: ${text}`, { file: path }, { cause: error });
}

/** An output file in the making. Every method that writes throws `outputError`. */
export class OutputFile {
  /** Its name when it is whole. */
  readonly path: string;
  readonly #temporary: string;
  #handle: number | undefined;
  #synced: Promise<void> | undefined;

  /** Makes it. @throws JetError when it cannot be made. */
  constructor(path: string) {
    this.path = path;
    this.#temporary = `${path}.${Math.random().toString(36).slice(2, 10)}.tmp`;
    this.#handle = this.#attempt(() => openSync(this.#temporary, 'wx'));
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw outputError(this.path, error);
    }
  }

  /** Appends bytes. */
  write(bytes: Uint8Array): void {
    this.#attempt(() => {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#handle!, bytes, done, bytes.length - done);
    });
  }

  /** Nothing more will be written: sends it to the disk, in the background. */
  seal(): void {
    this.#synced = this.#sync();
    // Whoever awaits `sealed` sees the failure.
    this.#synced.catch(() => undefined);
  }

  async #sync(): Promise<void> {
    const handle = this.#handle!;
    await syncFile(handle);
    this.#handle = undefined;
    await closeFile(handle);
  }

  /** Settles when the contents are on the disk. */
  async sealed(): Promise<void> {
    try {
      await this.#synced;
    } catch (error) {
      throw outputError(this.path, error);
    }
  }

  /** Gives the file its name. Only after `sealed`. */
  publish(): void {
    this.#attempt(() => {
      renameSync(this.#temporary, this.path);
    });
  }

  /** Removes what was written so far. */
  async discard(): Promise<void> {
    await this.#synced?.catch(() => undefined);
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
    rmSync(this.#temporary, { force: true });
  }
}
