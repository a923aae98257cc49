// A database in a file, opened read-only by Node's own means: the same on Linux, macOS and Windows.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { ByteSource } from './byte-source.ts';

/** JET errors of what can go wrong when a file is opened. */
const OPEN_ERRORS: Readonly<Record<string, readonly [JetErrorSymbol, string]>> = {
  ENOENT: ['JET_errFileNotFound', 'there is no such file'],
  ENOTDIR: ['JET_errInvalidPath', 'a part of the path is not a folder'],
  EACCES: ['JET_errFileAccessDenied', 'permission denied'],
  EPERM: ['JET_errFileAccessDenied', 'permission denied'],
  EBUSY: ['JET_errFileAccessDenied', 'another program holds the file'],
  EISDIR: ['JET_errInvalidPath', 'this is a folder, not a file'],
  EMFILE: ['JET_errOutOfFileHandles', 'too many files are open'],
};

function openError(path: string, error: unknown): JetError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [symbol, text] = OPEN_ERRORS[code] ?? ['JET_errDiskIO', `the file cannot be opened (${code})`];
  return new JetError(symbol, `${path}: ${text}`, { file: path }, { cause: error });
}

/** A ByteSource over a file. The file is never written. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #handle: number;

  /** @throws JetError when the file cannot be opened or is not a regular file. */
  constructor(path: string) {
    this.name = path;
    let handle: number;
    try {
      handle = openSync(path, 'r');
    } catch (error) {
      throw openError(path, error);
    }
    const stat = fstatSync(handle);
    if (!stat.isFile()) {
      closeSync(handle);
      const what = stat.isDirectory() ? 'this is a folder, not a file' : 'this is not a regular file';
      throw new JetError('JET_errInvalidPath', `${path}: ${what}`, { file: path });
    }
    this.#handle = handle;
    this.size = stat.size;
  }

  read(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      let count: number;
      try {
        count = readSync(this.#handle, target, done, target.length - done, offset + done);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        const at = { file: this.name, offset: offset + done };
        throw new JetError('JET_errDiskIO', `${this.name}: read at ${offset + done} failed (${code})`, at, {
          cause: error,
        });
      }
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    closeSync(this.#handle);
  }
}
