// Writes built pages into a file: runs of consecutive pages in one write.
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { JetError } from '../../errors/jet-error.ts';
import type { PageSink } from '../build/page-sink.ts';
import { pageOffset } from '../page/page-reader.ts';

/** Bytes gathered before they are written. */
const RUN_SIZE = 1 << 20;

/** A PageSink over a new file. Call `close` when all pages are written. */
export class FilePageSink implements PageSink {
  readonly path: string;
  readonly #handle: number;
  readonly #pageSize: number;
  readonly #run: Uint8Array;
  #runLength = 0;
  #runOffset = 0;

  /** @throws JetError JET_errFileAlreadyExists when `path` exists, JET_errDiskIO when it cannot be made. */
  constructor(path: string, pageSize: number) {
    this.path = path;
    this.#pageSize = pageSize;
    this.#run = new Uint8Array(Math.max(RUN_SIZE, pageSize));
    try {
      this.#handle = openSync(path, 'wx');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const symbol = code === 'EEXIST' ? 'JET_errFileAlreadyExists' : 'JET_errDiskIO';
      throw new JetError(
        symbol,
        `${path}: the file cannot be made (${code ?? 'unknown error'})`,
        { file: path },
        { cause: error },
      );
    }
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.#pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.#pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    this.#flush();
    ftruncateSync(this.#handle, pageOffset(pgnoLast + 1, this.#pageSize));
  }

  #put(offset: number, bytes: Uint8Array): void {
    const follows = this.#runLength > 0 && offset === this.#runOffset + this.#runLength;
    if (!follows || this.#runLength + bytes.length > this.#run.length) this.#flush();
    if (this.#runLength === 0) this.#runOffset = offset;
    this.#run.set(bytes, this.#runLength);
    this.#runLength += bytes.length;
  }

  #flush(): void {
    let done = 0;
    while (done < this.#runLength) {
      try {
        done += writeSync(this.#handle, this.#run, done, this.#runLength - done, this.#runOffset + done);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        const symbol = code === 'ENOSPC' ? 'JET_errDiskFull' : 'JET_errDiskIO';
        throw new JetError(
          symbol,
          `${this.path}: write at ${this.#runOffset + done} failed (${code})`,
          { file: this.path },
          { cause: error },
        );
      }
    }
    this.#runLength = 0;
  }

  /** Writes what is left, waits until the disk has it, and closes the file. */
  close(): void {
    this.#flush();
    fsyncSync(this.#handle);
    closeSync(this.#handle);
  }
}
