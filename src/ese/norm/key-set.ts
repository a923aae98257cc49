// The keys one record has had so far, to leave out repeated ones: two values of a multi-valued column, or two
// substrings of a text, may have the same key, and the index holds it once. Reused for every record.

const FEWEST_BYTES = 4096;
/** A greater arena is not worth keeping for the next record. */
const KEPT_BYTES = 0x100000;
const FEWEST_SLOTS = 128;
/** A greater table is not worth clearing for the next record. */
const KEPT_SLOTS = 4096;

/** A set of byte strings. `clear` costs as much as there were keys. */
export class KeySet {
  #arena = new Uint8Array(FEWEST_BYTES);
  #used = 0;
  /** Start of each key in the arena; key i ends where key i + 1 starts. */
  #starts = new Uint32Array(64);
  #count = 0;
  /** Open addressing: key number + 1, or 0. Length a power of two, at least twice the number of keys. */
  #slots = new Uint32Array(FEWEST_SLOTS);

  clear(): void {
    this.#used = 0;
    this.#count = 0;
    if (this.#arena.length > KEPT_BYTES) this.#arena = new Uint8Array(FEWEST_BYTES);
    if (this.#slots.length > KEPT_SLOTS) this.#slots = new Uint32Array(FEWEST_SLOTS);
    else this.#slots.fill(0);
  }

  /** Bytes of all keys together. */
  get byteLength(): number {
    return this.#used;
  }

  /** Adds the key `bytes[0..length)`; false when it was there already. */
  add(bytes: Uint8Array, length: number): boolean {
    const slot = this.#find(bytes, 0, length);
    if (this.#slots[slot] !== 0) return false;
    this.#reserve(length);
    for (let i = 0; i < length; i++) this.#arena[this.#used + i] = bytes[i]!;
    this.#used += length;
    this.#count++;
    this.#starts[this.#count] = this.#used;
    this.#slots[slot] = this.#count;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return true;
  }

  /** The slot of a key, or the free one where it belongs. */
  #find(bytes: Uint8Array, start: number, length: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[start + i]!, 0x01000193);
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#slots[slot] !== 0 && !this.#isKey(this.#slots[slot]! - 1, bytes, start, length))
      slot = (slot + 1) & mask;
    return slot;
  }

  #isKey(key: number, bytes: Uint8Array, start: number, length: number): boolean {
    const from = this.#starts[key]!;
    if (this.#starts[key + 1]! - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.#arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #reserve(length: number): void {
    if (this.#used + length > this.#arena.length) {
      const grown = new Uint8Array((this.#used + length) * 2);
      grown.set(this.#arena);
      this.#arena = grown;
    }
    if (this.#count + 2 > this.#starts.length) {
      const grown = new Uint32Array(this.#starts.length * 2);
      grown.set(this.#starts);
      this.#starts = grown;
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let key = 0; key < this.#count; key++) {
      const start = this.#starts[key]!;
      this.#slots[this.#find(this.#arena, start, this.#starts[key + 1]! - start)] = key + 1;
    }
  }
}
