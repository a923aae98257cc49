// A database held in memory: tests, small files, a file dropped on a web page.
import type { ByteSource } from './byte-source.ts';

/** A ByteSource over bytes in memory (not copied: later changes to `bytes` are seen). */
export class BufferSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, name = '(memory)') {
    this.#bytes = bytes;
    this.name = name;
    this.size = bytes.length;
  }

  read(offset: number, target: Uint8Array): number {
    const count = Math.max(0, Math.min(target.length, this.size - offset));
    target.set(this.#bytes.subarray(offset, offset + count));
    return count;
  }

  close(): void {
    // Nothing to release: the bytes belong to the caller.
  }
}
