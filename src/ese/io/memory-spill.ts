// Temporary "files" in memory: for runtimes without a file system, and for work that is small.
import type { SpillFile, SpillStore } from './spill-store.ts';

class MemorySpillFile implements SpillFile {
  #pieces: Uint8Array[] = [];
  #whole: Uint8Array | undefined;

  append(bytes: Uint8Array): void {
    this.#pieces.push(bytes.slice());
    this.#whole = undefined;
  }

  read(offset: number, target: Uint8Array): number {
    const whole = (this.#whole ??= this.#join());
    const count = Math.max(0, Math.min(target.length, whole.length - offset));
    target.set(whole.subarray(offset, offset + count));
    return count;
  }

  #join(): Uint8Array {
    const whole = new Uint8Array(this.#pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [whole];
    return whole;
  }

  close(): void {
    this.#pieces = [];
    this.#whole = undefined;
  }
}

/** A SpillStore in memory. */
export const memorySpillStore: SpillStore = { create: () => new MemorySpillFile() };
