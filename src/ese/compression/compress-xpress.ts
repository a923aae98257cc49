// Encoder of column compression scheme 3, XPRESS (the bit stream is told in xpress.ts).
import { MatchFinder } from './match-finder.ts';
import { XPRESS_HEADER_SIZE, XPRESS_LENGTH_FIELDS, XPRESS_SHORTEST_MATCH, XPRESS_SMALLEST_PLAIN } from './xpress.ts';

const SCHEME = 3;
/** Match offsets have 13 bits. */
const WINDOW = 8192;
const MOST_PLAIN = 0xffff;
const FAST_HASH_BITS = 12;
/** The fast encoder looks for matches of so many bytes. */
const FAST_MATCH = 4;
/** After 2^this literals in a row it looks at every second place only, after twice as many at every third. */
const FAST_PATIENCE = 5;
/** A match this long is taken without a look at the next position. */
const GOOD_ENOUGH = 32;

/** Writes flags, literals and matches in the order a decoder reads them. */
class TokenWriter {
  readonly bytes: Uint8Array;
  length: number = XPRESS_HEADER_SIZE;
  #flags = 0;
  #flagsLeft = 32;
  /** Where the word of the current flags goes. */
  #flagsAt = 0;
  /** The byte whose upper half is still free for a length; 0 = none. */
  #sharedNibble = 0;

  /** `bytes`: where to write to, whatever is in there. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#reserveFlags();
  }

  #reserveFlags(): void {
    this.#flagsAt = this.length;
    this.length += 4;
    this.#flags = 0;
    this.#flagsLeft = 32;
  }

  #storeFlags(): void {
    for (let i = 0; i < 4; i++) this.bytes[this.#flagsAt + i] = this.#flags >>> (8 * i);
  }

  #flag(bit: number): void {
    this.#flags = (this.#flags << 1) | bit;
    if (--this.#flagsLeft > 0) return;
    this.#storeFlags();
    this.#reserveFlags();
  }

  literal(byte: number): void {
    this.bytes[this.length++] = byte;
    this.#flag(0);
  }

  /** The bytes `[from, to)` of `plain` as literals. */
  literals(plain: Uint8Array, from: number, to: number): void {
    const { bytes } = this;
    for (let at = from; at < to;) {
      const end = Math.min(to, at + this.#flagsLeft);
      const count = end - at;
      let length = this.length;
      while (at < end) bytes[length++] = plain[at++]!;
      this.length = length;
      this.#flags = count < 32 ? this.#flags << count : 0;
      this.#flagsLeft -= count;
      if (this.#flagsLeft > 0) return;
      this.#storeFlags();
      this.#reserveFlags();
    }
  }

  match(offset: number, length: number): void {
    const { word, nibble, byte } = XPRESS_LENGTH_FIELDS;
    const bytes = this.bytes;
    const coded = length - XPRESS_SHORTEST_MATCH;
    const inWord = Math.min(coded, word);
    const packed = ((offset - 1) << 3) | inWord;
    bytes[this.length++] = packed;
    bytes[this.length++] = packed >> 8;
    if (inWord === word) {
      const inNibble = Math.min(coded - word, nibble);
      if (this.#sharedNibble === 0) {
        this.#sharedNibble = this.length;
        bytes[this.length++] = inNibble;
      } else {
        bytes[this.#sharedNibble]! |= inNibble << 4;
        this.#sharedNibble = 0;
      }
      if (inNibble === nibble) {
        const inByte = Math.min(coded - word - nibble, byte);
        bytes[this.length++] = inByte;
        if (inByte === byte) {
          bytes[this.length++] = coded;
          bytes[this.length++] = coded >> 8;
        }
      }
    }
    this.#flag(1);
  }

  /** Fills up the last flags with ones: the first of them is the end mark. */
  end(): void {
    const left = this.#flagsLeft;
    this.#flags = left === 32 ? -1 : (this.#flags << left) | (2 ** left - 1);
    this.#storeFlags();
  }
}

/**
 * Compresses `plain`, scheme byte and size included, into a form that every XPRESS decoder reads. `undefined` when
 * `plain` has fewer than 9 or more than 65535 bytes or does not get shorter.
 */
export function compressXpress(plain: Uint8Array): Uint8Array | undefined {
  const size = plain.length;
  if (size < XPRESS_SMALLEST_PLAIN || size > MOST_PLAIN) return undefined;
  const writer = new TokenWriter(new Uint8Array(capacityFor(size)));
  const finder = new MatchFinder(plain, WINDOW);
  let at = 0;
  finder.find(0);
  while (at < size) {
    const { length, offset } = finder;
    finder.insert(at, at + 1);
    if (length > 0 && length < GOOD_ENOUGH) {
      // A longer match one byte later is worth a literal now.
      finder.find(at + 1);
      if (finder.length > length) {
        writer.literal(plain[at++]!);
        continue;
      }
    }
    if (length > 0) {
      writer.match(offset, length);
      finder.insert(at + 1, at + length);
      at += length;
    } else {
      writer.literal(plain[at++]!);
    }
    finder.find(at);
  }
  return finished(writer, size);
}

/** Literals cost a byte and a flag, matches less than the bytes they stand for. */
function capacityFor(size: number): number {
  return XPRESS_HEADER_SIZE + size + 4 * ((size >> 5) + 2);
}

function finished(writer: TokenWriter, size: number): Uint8Array | undefined {
  writer.end();
  if (writer.length >= size || writer.length - XPRESS_HEADER_SIZE < XPRESS_SMALLEST_PLAIN - 1) return undefined;
  const packed = writer.bytes.slice(0, writer.length);
  packed[0] = SCHEME << 3;
  packed[1] = size;
  packed[2] = size >> 8;
  return packed;
}

/** Newest position of each hash; positions of earlier calls are below the base of this one. */
const fastNewest = new Int32Array(1 << FAST_HASH_BITS);
let fastBase = 1;
let fastBytes = new Uint8Array(0);

const fastHash = (bytes: Uint8Array, at: number): number => {
  const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  return Math.imul(four, 0x9e3779b1) >>> (32 - FAST_HASH_BITS);
};

/** As `compressXpress`, several times as fast; what it makes is larger. */
export function compressXpressFast(plain: Uint8Array): Uint8Array | undefined {
  const size = plain.length;
  if (size < XPRESS_SMALLEST_PLAIN || size > MOST_PLAIN) return undefined;
  const capacity = capacityFor(size);
  if (fastBytes.length < capacity) fastBytes = new Uint8Array(capacity);
  const writer = new TokenWriter(fastBytes);
  if (fastBase > 0x7000_0000) {
    fastNewest.fill(0);
    fastBase = 1;
  }
  const base = fastBase;
  fastBase += size + 1;
  let at = 0;
  let misses = 0;
  // First byte that is not written yet.
  let literal = 0;
  const lastStart = size - FAST_MATCH;
  while (at <= lastStart) {
    const hash = fastHash(plain, at);
    const candidate = fastNewest[hash]! - base;
    fastNewest[hash] = at + base;
    let length = 0;
    if (candidate >= 0 && at - candidate <= WINDOW) {
      while (at + length < size && plain[candidate + length] === plain[at + length]) length++;
    }
    if (length >= FAST_MATCH) {
      writer.literals(plain, literal, at);
      writer.match(at - candidate, length);
      at += length;
      literal = at;
      misses = 0;
      continue;
    }
    at += 1 + (misses++ >> FAST_PATIENCE);
  }
  writer.literals(plain, literal, size);
  return finished(writer, size);
}
