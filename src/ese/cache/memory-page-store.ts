// A PageStore in memory: a whole database file as bytes.
import { pageOffset } from '../page/page-reader.ts';
import type { PageFormat } from '../page/page-format.ts';
import type { PageStore } from './page-store.ts';

/** Pages in memory. `bytes` is at any time the database file as it would be on a disk. */
export class MemoryPageStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  #buffer: Uint8Array;
  #size: number;

  /** Begins with a copy of `file`, a whole database file (or nothing). */
  constructor(format: PageFormat, file: Uint8Array = new Uint8Array(0), name = '(memory)') {
    this.format = format;
    this.name = name;
    this.#buffer = file.slice();
    this.#size = file.length;
  }

  /** The file as it stands. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }

  get pgnoLast(): number {
    return Math.max(0, Math.floor(this.#size / this.format.pageSize) - 2);
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (pgno < 1 || pgno > this.pgnoLast) return false;
    const at = pageOffset(pgno, this.format.pageSize);
    target.set(this.#buffer.subarray(at, at + this.format.pageSize));
    return true;
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.format.pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.format.pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    const size = pageOffset(pgnoLast + 1, this.format.pageSize);
    if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    this.#grow(size);
    this.#size = size;
  }

  sync(): void {
    // Memory is as lasting as it gets.
  }

  close(): void {
    // Nothing is held.
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#grow(offset + bytes.length);
    this.#buffer.set(bytes, offset);
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  #grow(size: number): void {
    if (size <= this.#buffer.length) return;
    const buffer = new Uint8Array(Math.max(size, this.#buffer.length * 2));
    buffer.set(this.#buffer);
    this.#buffer = buffer;
  }
}
