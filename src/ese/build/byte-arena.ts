// Bytes collected one after the other while something is put together; emptied and filled again without new memory.

const FIRST_SIZE = 4096;
/** Below this many bytes a plain loop is faster than making a view and copying it. */
const LOOP_MOST = 64;

/** Copies source[start..end) to target[at..). The ranges must not overlap. */
export function copyBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  if (end - start > LOOP_MOST) target.set(source.subarray(start, end), at);
  else for (let i = start, to = at; i < end; i++, to++) target[to] = source[i]!;
}

/** A growing run of bytes. `bytes` may be replaced by any call that adds. */
export class ByteArena {
  bytes: Uint8Array = new Uint8Array(FIRST_SIZE);
  used = 0;

  clear(): void {
    this.used = 0;
  }

  /** Makes room for `count` bytes, counts them as used and returns where they start. They hold whatever was there. */
  take(count: number): number {
    const start = this.used;
    this.used += count;
    if (this.used > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.used, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, start));
      this.bytes = grown;
    }
    return start;
  }

  /** Adds bytes[start..end) and returns where they start here. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const at = this.take(end - start);
    copyBytes(bytes, start, end, this.bytes, at);
    return at;
  }
}
