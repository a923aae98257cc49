// Bytes in the making: a buffer that empties itself into a file, and what writes short things into it: names, numbers,
// times, hexadecimal digits. Everything is written where it will lie: nothing is made on the way.

/** Bytes the buffer holds; it is written out when it could overflow. */
export const CAPACITY: number = 1 << 18;
/** Input bytes taken at once; each makes six output bytes at most. */
export const SLICE: number = 1 << 14;

/** From so many bytes on, Node's own conversion to hexadecimal is faster than ours. */
const WORTH_NATIVE = 512;

/** Both digits of each byte, and of each number below a hundred, as they lie in memory. */
const HEX_PAIRS: Uint16Array = Uint16Array.from({ length: 256 }, (_, i) => pairOf(i.toString(16).padStart(2, '0')));
const DIGIT_PAIRS: Uint16Array = Uint16Array.from({ length: 100 }, (_, i) => pairOf(String(i).padStart(2, '0')));
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_T = 0x54;
const BILLION = 1_000_000_000;

function pairOf(text: string): number {
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8);
}

/** Writes two hexadecimal digits a byte at `at`; returns where they end. */
function putHex(target: DataView, at: number, bytes: Uint8Array, start: number, end: number): number {
  let to = at;
  for (let from = start; from < end; from++, to += 2) target.setUint16(to, HEX_PAIRS[bytes[from]!]!, true);
  return to;
}

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Bytes to be written again and again, four at a time. */
export interface PackedBytes {
  readonly words: Int32Array;
  readonly length: number;
}

/** Packs bytes for `OutputBuffer.packed`. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return {
    words: Int32Array.from({ length: padded.length / 4 }, (_, i) => view.getInt32(4 * i, true)),
    length: bytes.length,
  };
}

/** Collects bytes and hands them on. */
export class OutputBuffer {
  readonly #write: (bytes: Uint8Array) => void;
  protected readonly bytes: Buffer = Buffer.allocUnsafe(CAPACITY);
  protected readonly view: DataView = new DataView(this.bytes.buffer, this.bytes.byteOffset, CAPACITY);
  /** Where the next byte goes. */
  protected at = 0;
  #written = 0;

  /** `write` takes the finished bytes, and must have used them when it returns. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#written + this.at;
  }

  /** Hands everything on. */
  flush(): void {
    if (this.at > 0) this.#write(this.bytes.subarray(0, this.at));
    this.#written += this.at;
    this.at = 0;
  }

  /** Makes room for `count` bytes, at most CAPACITY. */
  protected reserve(count: number): void {
    if (this.at + count > CAPACITY) this.flush();
  }

  /** One byte. */
  byte(value: number): void {
    if (this.at >= CAPACITY) this.flush();
    this.bytes[this.at++] = value;
  }

  /** `count` times the same byte. */
  repeat(value: number, count: number): void {
    for (let rest = count; rest > 0;) {
      if (this.at >= CAPACITY) this.flush();
      const now = Math.min(rest, CAPACITY - this.at);
      this.bytes.fill(value, this.at, this.at + now);
      this.at += now;
      rest -= now;
    }
  }

  /** Bytes as they are (short ones: names, constants). */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > CAPACITY) {
      for (let at = 0; at < length; at += SLICE) this.raw(bytes.subarray(at, at + SLICE));
      return;
    }
    this.reserve(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) target[at++] = bytes[i]!;
    this.at = at;
  }

  /** One byte, then packed ones. */
  packed(lead: number, { words, length }: PackedBytes): void {
    // What the last word writes too much is written over by what comes next.
    this.reserve(length + 4);
    const target = this.view;
    let at = this.at;
    target.setUint8(at++, lead);
    this.at = at + length;
    for (let i = 0; i < words.length; i++, at += 4) target.setInt32(at, words[i]!, true);
  }

  /** A short ASCII text as it is. */
  ascii(text: string): void {
    const { length } = text;
    this.reserve(length);
    const target = this.bytes;
    let at = this.at;
    for (let i = 0; i < length; i++) target[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** `"name":` for a short name of ASCII that needs no escapes. */
  key(name: string): void {
    const { length } = name;
    this.reserve(length + 3);
    const target = this.bytes;
    let at = this.at;
    target[at++] = QUOTE;
    for (let i = 0; i < length; i++) target[at++] = name.charCodeAt(i);
    target[at++] = QUOTE;
    target[at++] = COLON;
    this.at = at;
  }

  /** An integer in decimal digits, its amount below 2^53. */
  integer(value: number): void {
    this.reserve(17);
    if (value < 10 && value >= 0) {
      this.bytes[this.at++] = ZERO + value;
      return;
    }
    let rest = value;
    if (rest < 0) {
      rest = -rest;
      this.bytes[this.at++] = MINUS;
    }
    if (rest < BILLION) {
      this.#putNumber(rest);
    } else {
      const high = Math.floor(rest / BILLION);
      this.#putNumber(high);
      this.#putDigits(rest - high * BILLION, 9);
    }
  }

  /** The 64-bit integer whose halves these are, both taken as unsigned. */
  unsigned64(low: number, high: number): void {
    // Long division by a billion, 16 bits at a time: every intermediate number is exact in a double.
    const first = Math.floor(high / BILLION);
    const second = (high - first * BILLION) * 0x10000 + (low >>> 16);
    const secondQuotient = Math.floor(second / BILLION);
    const third = (second - secondQuotient * BILLION) * 0x10000 + (low & 0xffff);
    const thirdQuotient = Math.floor(third / BILLION);
    this.reserve(20);
    const quotient = first * 2 ** 32 + secondQuotient * 0x10000 + thirdQuotient;
    if (quotient === 0) {
      this.#putNumber(third);
      return;
    }
    if (quotient < BILLION) {
      this.#putNumber(quotient);
    } else {
      const top = Math.floor(quotient / BILLION);
      this.#putNumber(top);
      this.#putDigits(quotient - top * BILLION, 9);
    }
    this.#putDigits(third - thirdQuotient * BILLION, 9);
  }

  /** Exactly `digits` digits, with leading zeros. */
  paddedInteger(value: number, digits: number): void {
    this.reserve(digits);
    this.#putDigits(value, digits);
  }

  /** `yyyy-mm-ddT` of a day counted from 1970-01-01; its year has four digits (0000 to 9999). */
  date(day: number): void {
    this.reserve(11);
    // Years that begin in March have their odd day at the end; 400 of them always have 146,097 days.
    const sinceMarch0 = day + 719_468;
    const era = Math.floor(sinceMarch0 / 146_097);
    const dayOfEra = sinceMarch0 - era * 146_097;
    const yearOfEra =
      ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
    const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
    const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
    const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    this.#putDigits(era * 400 + yearOfEra + (month <= 2 ? 1 : 0), 4);
    this.bytes[this.at++] = MINUS;
    this.#putDigits(month, 2);
    this.bytes[this.at++] = MINUS;
    this.#putDigits(dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1, 2);
    this.bytes[this.at++] = LETTER_T;
  }

  /** `hh:mm:ss.mmm` of so many milliseconds since midnight. */
  timeOfDay(millis: number): void {
    this.reserve(12);
    const seconds = (millis / 1000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    this.#putDigits(hours, 2);
    this.bytes[this.at++] = COLON;
    this.#putDigits(minutes - hours * 60, 2);
    this.bytes[this.at++] = COLON;
    this.#putDigits(seconds - minutes * 60, 2);
    this.bytes[this.at++] = POINT;
    this.#putDigits(millis - seconds * 1000, 3);
  }

  /** A number below a billion. */
  #putNumber(value: number): void {
    let digits = 1;
    for (let limit = 10; digits < 9 && value >= limit; limit *= 10) digits++;
    this.#putDigits(value, digits);
  }

  #putDigits(value: number, digits: number): void {
    const target = this.view;
    const start = this.at;
    let rest = value | 0;
    let at = start + digits - 2;
    for (; at >= start; at -= 2) {
      const hundredth = (rest / 100) | 0;
      target.setUint16(at, DIGIT_PAIRS[rest - hundredth * 100]!, true);
      rest = hundredth;
    }
    if (at === start - 1) target.setUint8(start, ZERO + rest);
    this.at = start + digits;
  }

  /** Two hexadecimal digits a byte. */
  hex(bytes: Uint8Array, start: number, end: number): void {
    for (let from = start; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      this.reserve(2 * (to - from));
      if (to - from < WORTH_NATIVE) this.at = putHex(this.view, this.at, bytes, from, to);
      else this.native(bytes, from, to, 'hex');
    }
  }

  /** The same, and base64, by Node's own code. Room for it is reserved. */
  protected native(bytes: Uint8Array, start: number, end: number, form: 'hex' | 'base64'): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString(form);
    this.at += this.bytes.write(text, this.at, 'latin1');
  }
}
