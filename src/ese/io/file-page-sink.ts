// Writes built pages into a file: runs of consecutive pages in one write.
import type { PageSink } from '../build/page-sink.ts';
import { pageOffset } from '../page/page-reader.ts';
import { nodeFileLayer, type FileLayer } from './file-layer.ts';

/** Bytes gathered before they are written. */
const RUN_SIZE = 1 << 20;

/** A PageSink over a new file. Call `close` when all pages are written. */
export class FilePageSink implements PageSink {
  readonly path: string;
  readonly #layer: FileLayer;
  readonly #handle: number;
  readonly #pageSize: number;
  readonly #run: Uint8Array;
  #runLength = 0;
  #runOffset = 0;
  #open = true;

  /** @throws JetError JET_errFileAlreadyExists when `path` exists, another when it cannot be made. */
  constructor(path: string, pageSize: number, layer: FileLayer = nodeFileLayer) {
    this.path = path;
    this.#layer = layer;
    this.#pageSize = pageSize;
    this.#run = new Uint8Array(Math.max(RUN_SIZE, pageSize));
    this.#handle = layer.create(path);
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.#pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.#pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    this.#flush();
    this.#layer.truncate(this.#handle, pageOffset(pgnoLast + 1, this.#pageSize));
  }

  #put(offset: number, bytes: Uint8Array): void {
    const follows = this.#runLength > 0 && offset === this.#runOffset + this.#runLength;
    if (!follows || this.#runLength + bytes.length > this.#run.length) this.#flush();
    if (this.#runLength === 0) this.#runOffset = offset;
    this.#run.set(bytes, this.#runLength);
    this.#runLength += bytes.length;
  }

  /** Hands what is left to the system: the file can then be read, though the disk may not have it yet. */
  flush(): void {
    this.#flush();
  }

  #flush(): void {
    if (this.#runLength > 0) this.#layer.write(this.#handle, this.#run.subarray(0, this.#runLength), this.#runOffset);
    this.#runLength = 0;
  }

  /** Writes what is left, waits until the disk has it, and closes the file. */
  close(): void {
    this.#flush();
    this.#layer.sync(this.#handle);
    this.#open = false;
    this.#layer.close(this.#handle);
  }

  /** Closes the file as it is: its writer gave up. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#layer.close(this.#handle);
  }
}
