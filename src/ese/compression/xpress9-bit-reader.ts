// Reads the bit stream of an XPRESS9 block: lowest bit of the first byte first (Xpress9Internal.h "Bitstream I/O").

/** The most bits `peek` can show at once. */
const MOST_PEEKED = 17;

/**
 * A position in a bit stream. Bits past the end read as 0 and still count: who reads compares `position` with `end`
 * from time to time.
 */
export class Xpress9BitReader {
  /** The next bit, counted from the first bit of the bytes. */
  position = 0;
  /** The first bit that is no longer the stream's. */
  end = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Bytes at and after this one are read with care. */
  #lastWhole = 0;

  /** Starts at byte `start` of `bytes`; `endBit` counts from the first bit of `bytes`. */
  reset(bytes: Uint8Array, start: number, endBit: number): void {
    this.#bytes = bytes;
    this.#lastWhole = bytes.length - 2;
    this.position = start * 8;
    this.end = endBit;
  }

  /** At least the next 17 bits, the next one lowest; what is above them is no concern of anyone. */
  peek(): number {
    const bytes = this.#bytes;
    const at = this.position >>> 3;
    if (at < this.#lastWhole) {
      return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)) >>> (this.position & 7);
    }
    return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >>> (this.position & 7);
  }

  /** Takes `count` bits, 0 to 31. */
  read(count: number): number {
    const low = Math.min(count, MOST_PEEKED - 1);
    let value = this.peek() & ((1 << low) - 1);
    this.position += low;
    if (low < count) {
      value |= (this.peek() & ((1 << (count - low)) - 1)) << low;
      this.position += count - low;
    }
    return value;
  }
}
