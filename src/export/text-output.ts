// Text values on their way out: from the database's page straight to UTF-8 (RFC 3629) or base64 (RFC 4648), in pieces
// of any size, so that a value of 2 GiB takes no more memory than one of two bytes.
import { WINDOWS_1252 } from '../binary/text.ts';
import { CODE_PAGE_UNICODE } from '../ese/catalog/column-def.ts';
import { bytesOf, OutputBuffer, SLICE } from './output-buffer.ts';

/** How characters below 128 that mean something to the format are written. */
export interface Escapes {
  /** 1 for each character that has a sequence of its own. */
  readonly special: Uint8Array;
  /** Those sequences. */
  readonly sequences: readonly (Uint8Array | undefined)[];
  /** True: a lone surrogate becomes \uXXXX, which loses nothing. False: U+FFFD, as UTF-8 cannot hold it. */
  readonly escapeSurrogates: boolean;
}

const WORST_GROWTH = 6;
/** From so many bytes on, Node's own conversion to base64 is faster than ours. */
const WORTH_NATIVE = 48;

const BASE64_DIGITS = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PADDING = 0x3d;
const REPLACEMENT = 0xfffd;

/** An output buffer that also takes values of any length: text and base64. */
export class TextOutput extends OutputBuffer {
  /** Values that could not be written without loss: lone surrogates, half characters. The caller resets it. */
  inexact = false;
  /** Between pieces of one value: an odd byte, a high surrogate, up to two bytes waiting for base64. */
  #oddByte = -1;
  #highSurrogate = 0;
  #waiting = 0;
  #waitingCount = 0;

  /** A piece of a value in base64; `endBase64` ends the value. */
  base64(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    for (; from < end && this.#waitingCount > 0; from++) this.#base64Byte(bytes[from]!);
    while (end - from >= WORTH_NATIVE) {
      const to = from + Math.min(SLICE - (SLICE % 3), 3 * Math.floor((end - from) / 3));
      this.reserve(2 * (to - from));
      this.native(bytes, from, to, 'base64');
      from = to;
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
    this.reserve(4);
    for (let i = 0; i < 4; i++)
      this.bytes[this.at++] = i <= count ? BASE64_DIGITS[(three >> (18 - 6 * i)) & 63]! : PADDING;
    this.#waiting = 0;
    this.#waitingCount = 0;
  }

  /** A piece of a text value in its code page; `endText` ends the value. */
  text(codePage: number, bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    for (let from = start; from < end; from += SLICE) {
      const to = Math.min(end, from + SLICE);
      this.reserve(WORST_GROWTH * (to - from) + 2 * WORST_GROWTH);
      if (codePage === CODE_PAGE_UNICODE) this.#utf16(bytes, from, to, escapes);
      else this.#ansi(bytes, from, to, escapes);
    }
  }

  /** Ends a text value: half a character at its end cannot be given. */
  endText(escapes: Escapes): void {
    this.reserve(WORST_GROWTH);
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
    while (this.#highSurrogate !== 0 && from + 1 < end) {
      this.#unit(bytes[from]! | (bytes[from + 1]! << 8), escapes);
      from += 2;
    }
    const { special } = escapes;
    const target = this.bytes;
    let at = this.at;
    for (; from + 1 < end; from += 2) {
      const unit = bytes[from]! | (bytes[from + 1]! << 8);
      if (unit < 0x80 && special[unit] === 0) {
        target[at++] = unit;
        continue;
      }
      this.at = at;
      this.#unit(unit, escapes);
      // What follows a high surrogate is for `unit` to judge.
      while (this.#highSurrogate !== 0 && from + 3 < end) {
        from += 2;
        this.#unit(bytes[from]! | (bytes[from + 1]! << 8), escapes);
      }
      at = this.at;
    }
    this.at = at;
    if (from < end) this.#oddByte = bytes[from]!;
  }

  #ansi(bytes: Uint8Array, start: number, end: number, escapes: Escapes): void {
    const { special } = escapes;
    const target = this.bytes;
    let at = this.at;
    for (let from = start; from < end; from++) {
      const byte = bytes[from]!;
      if (byte < 0x80 && special[byte] === 0) {
        target[at++] = byte;
        continue;
      }
      this.at = at;
      this.#unit(WINDOWS_1252[byte]!, escapes);
      at = this.at;
    }
    this.at = at;
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
    const target = this.bytes;
    if (code < 0x80) {
      target[this.at++] = code;
    } else if (code < 0x800) {
      target[this.at++] = 0xc0 | (code >> 6);
      target[this.at++] = 0x80 | (code & 63);
    } else {
      if (code < 0x10000) {
        target[this.at++] = 0xe0 | (code >> 12);
      } else {
        target[this.at++] = 0xf0 | (code >> 18);
        target[this.at++] = 0x80 | ((code >> 12) & 63);
      }
      target[this.at++] = 0x80 | ((code >> 6) & 63);
      target[this.at++] = 0x80 | (code & 63);
    }
  }
}
