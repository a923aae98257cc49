// A PageStore over a database file that is being changed in place: a working copy, or the database itself.
import type { PageStore } from '../cache/page-store.ts';
import type { PageFormat } from '../page/page-format.ts';
import { HEADER_PAGES, pageOffset } from '../page/page-reader.ts';
import { nodeFileLayer, type InstanceLayer } from './file-layer.ts';

/** The pages of an existing file, for reading and writing. */
export class FilePageStore implements PageStore {
  readonly format: PageFormat;
  readonly name: string;
  readonly #layer: InstanceLayer;
  readonly #handle: number;
  #size: number;
  #open = true;
  /** Calls of `syncLater` that are under way: the handle must not be closed, and used again, below them. */
  #syncing = 0;

  /** @param name what messages call the file, when that is not `path`. @throws JetError when it cannot be opened. */
  constructor(path: string, format: PageFormat, name: string = path, layer: InstanceLayer = nodeFileLayer) {
    this.format = format;
    this.name = name;
    this.#layer = layer;
    this.#handle = layer.openToWrite(path);
    this.#size = layer.facts(path)?.size ?? 0;
  }

  get pgnoLast(): number {
    return Math.max(0, Math.floor(this.#size / this.format.pageSize) - HEADER_PAGES);
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (pgno < 1 || pgno > this.pgnoLast) return false;
    return this.#layer.read(this.#handle, target, pageOffset(pgno, this.format.pageSize)) === target.length;
  }

  write(pgno: number, bytes: Uint8Array): void {
    this.#put(pageOffset(pgno, this.format.pageSize), bytes);
  }

  writeHeader(copy: 0 | 1, bytes: Uint8Array): void {
    this.#put(copy * this.format.pageSize, bytes);
  }

  resize(pgnoLast: number): void {
    const size = pageOffset(pgnoLast + 1, this.format.pageSize);
    this.#layer.truncate(this.#handle, size);
    this.#size = size;
  }

  sync(): void {
    this.#layer.sync(this.#handle);
  }

  async syncLater(): Promise<void> {
    if (!this.#open) return;
    this.#syncing++;
    try {
      await this.#layer.syncLater(this.#handle);
    } finally {
      this.#syncing--;
      this.#closeUnused();
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closeUnused();
  }

  #closeUnused(): void {
    if (!this.#open && this.#syncing === 0) this.#layer.close(this.#handle);
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#layer.write(this.#handle, bytes, offset);
    this.#size = Math.max(this.#size, offset + bytes.length);
  }
}
