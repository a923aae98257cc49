// A PageStore over a database file that is being changed in place: a working copy, or the database itself.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { PageStore } from '../cache/page-store.ts';
import type { PageFormat } from '../page/page-format.ts';
import { HEADER_PAGES, pageOffset } from '../page/page-reader.ts';
import { fileError } from './file-layer.ts';

/** The pages of an existing file, for reading and writing. */
export class FilePageStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #path: string;
  readonly #handle: number;
  #size: number;
  #open = true;

  /** @param name what messages call the file, when that is not `path`. @throws JetError when it cannot be opened. */
  constructor(path: string, format: PageFormat, name: string = path) {
    this.format = format;
    this.name = name;
    this.#path = path;
    try {
      this.#handle = openSync(path, 'r+');
      this.#size = fstatSync(this.#handle).size;
    } catch (error) {
      throw fileError(path, 'opening', error);
    }
  }

  get pgnoLast(): number {
    return Math.max(0, Math.floor(this.#size / this.format.pageSize) - HEADER_PAGES);
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (pgno < 1 || pgno > this.pgnoLast) return false;
    const offset = pageOffset(pgno, this.format.pageSize);
    return this.#try(`reading at ${offset}`, () => {
      let done = 0;
      while (done < target.length) {
        const count = readSync(this.#handle, target, done, target.length - done, offset + done);
        if (count === 0) return false;
        done += count;
      }
      return true;
    });
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.format.pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.format.pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    const size = pageOffset(pgnoLast + 1, this.format.pageSize);
    this.#try('setting the size', () => {
      ftruncateSync(this.#handle, size);
    });
    this.#size = size;
  }

  sync(): void {
    this.#try('writing to the disk', () => {
      fsyncSync(this.#handle);
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#try('closing', () => {
      closeSync(this.#handle);
    });
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#try(`writing at ${offset}`, () => {
      let done = 0;
      while (done < bytes.length) done += writeSync(this.#handle, bytes, done, bytes.length - done, offset + done);
    });
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  #try<T>(action: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw fileError(this.#path, action, error);
    }
  }
}
