// A PageSink in memory: for small databases, tests, and runtimes without files.
import { pageOffset } from '../page/page-reader.ts';
import type { PageSink } from './page-sink.ts';

/** Collects pages; `bytes` is the database file once it is built. */
export class MemoryPageSink implements PageSink {
  readonly #pageSize: number;
  #buffer = new Uint8Array(1 << 20);
  #size = 0;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  /** The file as it stands. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.#pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.#pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    this.#size = pageOffset(pgnoLast + 1, this.#pageSize);
    this.#grow(this.#size);
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
