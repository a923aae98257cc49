// Text in the making: a buffer of bytes that empties itself into a file. Values go from the database's page straight to
// UTF-8 (RFC 3629), hexadecimal or base64 (RFC 4648) bytes: no string is made on the way, however long a value is.
import { CODE_PAGE_UNICODE } from '../ese/catalog/column-def.ts';

/** How characters below 128 that mean something to the format are written. */
export interface Escapes {
  /** 1 for each character that has a sequence of its own. */
  readonly special: Uint8Array;
  /** Those sequences. */
  readonly sequences: readonly (Uint8Array | undefined)[];
  /** True: a lone surrogate becomes \uXXXX, which loses nothing. False: U+FFFD, as UTF-8 cannot hold it. */
  readonly escapeSurrogates: boolean;
}

/** Bytes the buffer holds; it is written out when it could overflow. */
const CAPACITY = 1 << 18;
/** Input bytes taken at once; each makes six output bytes at most. */
const SLICE = 1 << 14;
const WORST_GROWTH = 6;

const HEX_DIGITS = bytesOf('0123456789abcdef');
const BASE64_DIGITS = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
const REPLACEMENT = 0xfffd;

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Characters 128..255 of code page 1252. */
function upperHalf1252(): Uint16Array {
  const bytes = Uint8Array.from({ length: 128 }, (_, i) => 128 + i);
  return Uint16Array.from(new TextDecoder('windows-1252').decode(bytes), (char) => char.charCodeAt(0));
}

/** Writes text, number and binary forms of values. */
export class TextOutput {
  /** Values that could not be written without loss: lone surrogates, half characters. The caller resets it. */
  inexact = false;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #bytes = new Uint8Array(CAPACITY);
  #at = 0;
  #written = 0;
  #cp1252: Uint16Array | undefined;
  /** Between pieces of one value: an odd byte, a high surrogate, up to two bytes waiting for base64. */
  #oddByte = -1;
  #highSurrogate = 0;
  #waiting = 0;
  #waitingCount = 0;

  /** `write` takes the finished bytes, and must have used them when it returns. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#written + this.#at;
  }

  /** Hands everything on. */
  flush(): void {
    if (this.#at > 0) this.#write(this.#bytes.subarray(0, this.#at));
    this.#written += this.#at;
    this.#at = 0;
  }

  #reserve(count: number): void {
    if (this.#at + count > CAPACITY) this.flush();
  }

  /** One byte. */
  byte(value: number): void {
    if (this.#at >= CAPACITY) this.flush();
    this.#bytes[this.#at++] = value;
  }

  /** `count` times the same byte. */
  repeat(value: number, count: number): void {
    for (let rest = count; rest > 0;) {
      if (this.#at >= CAPACITY) this.flush();
      const now = Math.min(rest, CAPACITY - this.#at);
      this.#bytes.fill(value, this.#at, this.#at + now);
      this.#at += now;
      rest -= now;
    }
  }

  /** Bytes as they are, from the one at `from` on (short ones: names, constants). */
  raw(bytes: Uint8Array, from = 0): void {
    const { length } = bytes;
    if (length > CAPACITY) {
      for (let at = from; at < length; at += SLICE) this.raw(bytes.subarray(at, at + SLICE));
      return;
    }
    this.#reserve(length);
    const target = this.#bytes;
    let at = this.#at;
    for (let i = from; i < length; i++) target[at++] = bytes[i]!;
    this.#at = at;
  }

  /** A short ASCII text as it is. */
  ascii(text: string): void {
    const { length } = text;
    this.#reserve(length);
    const target = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) target[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** An integer in decimal digits, up to 2^53. */
  integer(value: number): void {
    if (value > 0x7fffffff || value < 0) {
      this.ascii(String(value));
      return;
    }
    this.#reserve(10);
    let digits = 1;
    for (let limit = 10; digits < 10 && value >= limit; limit *= 10) digits++;
    this.#putDigits(value, digits);
  }

  /** Exactly `digits` digits, with leading zeros. */
  paddedInteger(value: number, digits: number): void {
    this.#reserve(digits);
    this.#putDigits(value, digits);
  }

  #putDigits(value: number, digits: number): void {
    const end = this.#at + digits;
    let rest = value;
    for (let at = end - 1; at >= this.#at; at--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = 0x30 + (rest - tenth * 10);
      rest = tenth;
    }
    this.#at = end;
  }

  /** Two hexadecimal digits a byte. */
  hex(bytes: Uint8Array, start: number, end: number): void {
    const target = this.#bytes;
    for (let from = start; from < end;) {
      const to = Math.min(end, from + SLICE);
      this.#reserve(2 * (to - from));
      let at = this.#at;
      for (; from < to; from++) {
        const byte = bytes[from]!;
        target[at++] = HEX_DIGITS[byte >> 4]!;
        target[at++] = HEX_DIGITS[byte & 15]!;
      }
      this.#at = at;
    }
  }

  /** A piece of a value in base64; `endBase64` ends the value. */
  base64(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    for (; from < end && this.#waitingCount > 0; from++) this.#base64Byte(bytes[from]!);
    const target = this.#bytes;
    while (end - from >= 3) {
      const to = Math.min(from + 3 * Math.floor((end - from) / 3), from + 3 * SLICE);
      this.#reserve((4 * (to - from)) / 3);
      let at = this.#at;
      for (; from < to; from += 3) {
        const three = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!;
        target[at++] = BASE64_DIGITS[three >> 18]!;
        target[at++] = BASE64_DIGITS[(three >> 12) & 63]!;
        target[at++] = BASE64_DIGITS[(three >> 6) & 63]!;
        target[at++] = BASE64_DIGITS[three & 63]!;
      }
      this.#at = at;
    }
    for (; from < end; from++) this.#base64Byte(bytes[from]!);
  }

  #base64Byte(byte: number): void {
    this.#waiting = (this.#waiting << 8) | byte;
    if (++this.#waitingCount === 3) this.endBase64();
  }

  /** The last digits and the padding. */
  endBase64(): void {
    const count = this.#waitingCount;
    if (count === 0) return;
    const three = this.#waiting << (8 * (3 - count));
    this.#reserve(4);
    for (let i = 0; i < 4; i++)
      this.#bytes[this.#at++] = i <= count ? BASE64_DIGITS[(three >> (18 - 6 * i)) & 63]! : PADDING;
    this.#waiting = 0;
    this.#waitingCount = 0;
  }

  /** A piece of a text value in its code page; `endText` ends the value. */
  text(codePage: number, bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    for (let from = start; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      this.#reserve(WORST_GROWTH * (to - from) + 2 * WORST_GROWTH);
      if (codePage === CODE_PAGE_UNICODE) this.#utf16(bytes, from, to, escapes);
      else this.#ansi(bytes, from, to, escapes);
    }
  }

  /** Ends a text value: half a character at its end cannot be given. */
  endText(escapes: Escapes): void {
    this.#reserve(WORST_GROWTH);
    if (this.#oddByte >= 0) this.inexact = true;
    if (this.#highSurrogate !== 0) this.#loneSurrogate(this.#highSurrogate, escapes);
    this.#oddByte = -1;
    this.#highSurrogate = 0;
  }

  #utf16(bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    let from = start;
    if (this.#oddByte >= 0 && from < end) {
      this.#unit(this.#oddByte | (bytes[from++]! << 8), escapes);
      this.#oddByte = -1;
    }
    if (this.#highSurrogate !== 0 && from + 1 < end) {
      this.#unit(bytes[from]! | (bytes[from + 1]! << 8), escapes);
      from += 2;
    }
    const { special } = escapes;
    const target = this.#bytes;
    let at = this.#at;
    for (; from + 1 < end; from += 2) {
      const unit = bytes[from]! | (bytes[from + 1]! << 8);
      if (unit < 0x80 && special[unit] === 0) {
        target[at++] = unit;
        continue;
      }
      this.#at = at;
      this.#unit(unit, escapes);
      // What follows a high surrogate is for `unit` to judge.
      while (this.#highSurrogate !== 0 && from + 3 < end) {
        from += 2;
        this.#unit(bytes[from]! | (bytes[from + 1]! << 8), escapes);
      }
      at = this.#at;
    }
    this.#at = at;
    if (from < end) this.#oddByte = bytes[from]!;
  }

  #ansi(bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    const { special } = escapes;
    const target = this.#bytes;
    let at = this.#at;
    for (let from = start; from < end; from++) {
      const byte = bytes[from]!;
      if (byte < 0x80 && special[byte] === 0) {
        target[at++] = byte;
        continue;
      }
      this.#at = at;
      this.#unit(byte < 0x80 ? byte : (this.#cp1252 ??= upperHalf1252())[byte - 0x80]!, escapes);
      at = this.#at;
    }
    this.#at = at;
  }

  /** One UTF-16 code unit that is not plain ASCII. Room for it is reserved. */
  #unit(unit: number, escapes: Escapes): void {
    const high = this.#highSurrogate;
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (high !== 0) {
      this.#highSurrogate = 0;
      if (isLow) {
        this.#codePoint(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
        return;
      }
      this.#loneSurrogate(high, escapes);
    }
    if (unit < 0x80 && escapes.special[unit] !== 0) this.raw(escapes.sequences[unit]!);
    else if (unit >= 0xd800 && unit <= 0xdbff) this.#highSurrogate = unit;
    else if (isLow) this.#loneSurrogate(unit, escapes);
    else this.#codePoint(unit);
  }

  #loneSurrogate(unit: number, escapes: Escapes): void {
    if (escapes.escapeSurrogates) {
      this.ascii(`\\u${unit.toString(16)}`);
    } else {
      this.inexact = true;
      this.#codePoint(REPLACEMENT);
    }
  }

  #codePoint(code: number): void {
    const target = this.#bytes;
    if (code < 0x80) {
      target[this.#at++] = code;
    } else if (code < 0x800) {
      target[this.#at++] = 0xc0 | (code >> 6);
      target[this.#at++] = 0x80 | (code & 63);
    } else {
      if (code < 0x10000) {
        target[this.#at++] = 0xe0 | (code >> 12);
      } else {
        target[this.#at++] = 0xf0 | (code >> 18);
        target[this.#at++] = 0x80 | ((code >> 12) & 63);
      }
      target[this.#at++] = 0x80 | ((code >> 6) & 63);
      target[this.#at++] = 0x80 | (code & 63);
    }
  }
}
