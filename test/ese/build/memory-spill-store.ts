// Temporary "files" in memory that count how many are open and can fail on demand.
import type { SpillFile, SpillStore } from '../../../src/ese/io/spill-store.ts';

class MemorySpillFile implements SpillFile {
  readonly #store: MemorySpillStore;
  #bytes = new Uint8Array(0);
  #closed = false;

  constructor(store: MemorySpillStore) {
    this.#store = store;
  }

  append(bytes: Uint8Array): void {
    this.#store.act();
    const grown = new Uint8Array(this.#bytes.length + bytes.length);
    grown.set(this.#bytes);
    grown.set(bytes, this.#bytes.length);
    this.#bytes = grown;
  }

  read(offset: number, target: Uint8Array): number {
    this.#store.act();
    const count = Math.max(0, Math.min(target.length, this.#bytes.length - offset - this.#store.missing));
    target.set(this.#bytes.subarray(offset, offset + count));
    return count;
  }

  close(): void {
    if (this.#closed) throw new Error('closed twice');
    this.#closed = true;
    this.#store.open--;
  }
}

/** A store of such files. */
export class MemorySpillStore implements SpillStore {
  open = 0;
  created = 0;
  /** Reads and writes until one fails. */
  failAfter: number = Infinity;
  actions = 0;
  /** Bytes that have got lost at the end of every file. */
  missing = 0;

  create(): SpillFile {
    this.act();
    this.open++;
    this.created++;
    return new MemorySpillFile(this);
  }

  act(): void {
    if (this.actions++ >= this.failAfter) throw new Error('the store fails');
  }
}
