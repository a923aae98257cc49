// A small XPRESS9 encoder for tests: it writes exactly the tokens it is given, with any parameters the format has.
import { crc32c } from '../../../src/ese/compression/crc32c.ts';

/** A literal byte, or a match. */
export type Token = number | { readonly offset: number; readonly length: number };

/** What a stream may choose. */
export interface Xpress9Parameters {
  readonly recentCount: 0 | 2 | 4;
  readonly shortestMatch: 3 | 4;
  readonly shortestRecentMatch: 2 | 3;
  /** Write codes of nearly equal length instead of coded lengths. */
  readonly flat: boolean;
}

const LONGEST_CODE = 27;
const MAGIC = 0x4e86d72a;
const SESSION = 0x12345678;

class BitWriter {
  readonly bits: number[] = [];

  write(value: number, count: number): void {
    for (let i = 0; i < count; i++) this.bits.push((value >>> i) & 1);
  }

  toBytes(): number[] {
    const bytes: number[] = [];
    for (let i = 0; i < this.bits.length; i += 8) {
      bytes.push(this.bits.slice(i, i + 8).reduce((byte, bit, place) => byte | (bit << place), 0));
    }
    return bytes;
  }
}

/** Huffman code lengths of at most `limit` bits for symbols that occur `counts` times. A lone symbol gets one bit. */
function codeLengths(counts: readonly number[], limit: number): number[] {
  const lengths = counts.map(() => 0);
  let nodes = counts.flatMap((count, symbol) => (count > 0 ? [{ count, symbols: [symbol] }] : []));
  if (nodes.length === 1) lengths[nodes[0]!.symbols[0]!] = 1;
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.count - a.count);
    const [a, b] = [nodes.pop()!, nodes.pop()!];
    const symbols = [...a.symbols, ...b.symbols];
    for (const symbol of symbols) lengths[symbol]!++;
    nodes = [...nodes, { count: a.count + b.count, symbols }];
  }
  // Too deep: even out the counts and try again.
  if (Math.max(...lengths) <= limit) return lengths;
  return codeLengths(
    counts.map((count) => (count > 0 ? (count >> 1) | 1 : 0)),
    limit,
  );
}

class Code {
  readonly lengths: readonly number[];
  readonly #codes: number[] = [];

  constructor(lengths: readonly number[]) {
    this.lengths = lengths;
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length++, code *= 2) {
      lengths.forEach((l, symbol) => {
        if (l === length) this.#codes[symbol] = code++;
      });
    }
  }

  write(writer: BitWriter, symbol: number): void {
    const length = this.lengths[symbol]!;
    for (let i = length - 1; i >= 0; i--) writer.write(this.#codes[symbol]! >>> i, 1);
  }
}

function flatLengths(size: number): number[] {
  const shorter = Math.floor(Math.log2(size));
  return Array.from({ length: size }, (_, i) => (i < 2 ** (shorter + 1) - size ? shorter : shorter + 1));
}

/** The instructions that describe code lengths: [symbol of the small code, ...groups of [bits, count]]. */
function instructions(lengths: readonly number[]): [number, ...[number, number][]][] {
  const list: [number, ...[number, number][]][] = [];
  let before = 8;
  for (let at = 0; at < lengths.length;) {
    const rowEnd = (at | 15) + 1;
    const length = lengths[at]!;
    if (length > 0) {
      const above = at < 16 ? -1 : lengths[at - 16]!;
      if (length === before) list.push([LONGEST_CODE + 3]);
      else if (length === above) list.push([LONGEST_CODE + 4]);
      else if (length === above + 1 && at >= 16) list.push([LONGEST_CODE + 5]);
      else list.push([length]);
      before = length;
      at++;
      continue;
    }
    let end = at;
    while (end < rowEnd && lengths[end] === 0) end++;
    if (end === rowEnd) list.push([LONGEST_CODE + 1]);
    else if (end - at < 5) for (let i = at; i < end; i++) list.push([0]);
    else {
      const more = end - at - 5;
      const groups: [number, number][] = [[Math.min(more, 3), 2]];
      if (more >= 3) {
        let rest = more - 3;
        for (; rest >= 7; rest -= 7) groups.push([7, 3]);
        groups.push([rest, 3]);
      }
      list.push([LONGEST_CODE + 2, ...groups]);
    }
    at = end;
  }
  return list;
}

function writeCode(writer: BitWriter, counts: readonly number[], flat: boolean): Code {
  if (flat || counts.every((count) => count === 0)) {
    writer.write(0, 3);
    return new Code(flatLengths(counts.length));
  }
  writer.write(1, 3);
  const code = new Code(codeLengths(counts, LONGEST_CODE));
  const list = instructions(code.lengths);
  const smallCounts = new Array<number>(LONGEST_CODE + 6).fill(0);
  for (const [symbol] of list) smallCounts[symbol]!++;
  const small = new Code(codeLengths(smallCounts, 8));
  let before = 4;
  for (const length of small.lengths) {
    writer.write(length === before ? 0 : 1, 1);
    if (length !== before) writer.write(length > before ? length - 1 : length, 3);
    before = length;
  }
  for (const [symbol, ...groups] of list) {
    small.write(writer, symbol);
    for (const [bits, count] of groups) writer.write(bits, count);
  }
  return code;
}

/** One token as symbols and extra bits. */
interface Coded {
  readonly symbol: number;
  readonly lengthSymbol?: number;
  readonly extra: readonly (readonly [number, number])[];
}

/** Writes blocks of one stream; recent offsets go on from block to block. */
export class Xpress9TestEncoder {
  readonly bytes: number[] = [];
  readonly #parameters: Xpress9Parameters;
  readonly #recent: number[];
  #afterMatch = false;
  #index = 0;

  constructor(parameters: Xpress9Parameters) {
    this.#parameters = parameters;
    this.#recent = new Array<number>(parameters.recentCount).fill(1);
  }

  #code(token: Token): Coded {
    if (typeof token === 'number') {
      this.#afterMatch = false;
      return { symbol: token, extra: [] };
    }
    const { recentCount, shortestMatch, shortestRecentMatch } = this.#parameters;
    const { offset, length } = token;
    const place = this.#recent.indexOf(offset, this.#afterMatch ? 1 : 0);
    const isRecent = place >= 0 && length >= shortestRecentMatch;
    const bits = Math.floor(Math.log2(offset));
    const kind = isRecent ? place - (this.#afterMatch ? 1 : 0) : recentCount + bits;
    if (isRecent) this.#recent.splice(place, 1);
    else this.#recent.pop();
    if (recentCount > 0) this.#recent.unshift(offset);
    this.#afterMatch = true;
    const coded = length - (isRecent ? shortestRecentMatch : shortestMatch);
    const extra: [number, number][] = [];
    let lengthSymbol: number | undefined;
    if (coded >= 15) {
      lengthSymbol = coded - 15;
      if (lengthSymbol >= 232) {
        const wide = lengthSymbol - 231;
        lengthSymbol = 232 + Math.floor(Math.log2(wide));
        extra.push([wide, lengthSymbol - 232]);
      }
    }
    if (!isRecent) extra.push([offset, bits]);
    const symbol = 256 + kind * 16 + Math.min(coded, 15);
    return lengthSymbol === undefined ? { symbol, extra } : { symbol, lengthSymbol, extra };
  }

  /** Appends a block. Every match must be at least as long as the parameters ask. */
  block(tokens: readonly Token[]): void {
    const { recentCount, flat, shortestMatch, shortestRecentMatch } = this.#parameters;
    const writer = new BitWriter();
    if (recentCount > 0) writer.write(this.#afterMatch ? 1 : 0, 1);
    for (const offset of this.#recent) {
      const bits = Math.floor(Math.log2(offset));
      writer.write(bits, 5);
      writer.write(offset, bits);
    }
    const coded = tokens.map((token) => this.#code(token));
    const symbolCounts = new Array<number>(704).fill(0);
    const lengthCounts = new Array<number>(256).fill(0);
    for (const { symbol, lengthSymbol } of coded) {
      symbolCounts[symbol]!++;
      if (lengthSymbol !== undefined) lengthCounts[lengthSymbol]!++;
    }
    const symbols = writeCode(writer, symbolCounts, flat);
    const lengths = writeCode(writer, lengthCounts, flat);
    const tableBits = writer.bits.length;
    for (const { symbol, lengthSymbol, extra } of coded) {
      symbols.write(writer, symbol);
      if (lengthSymbol !== undefined) lengths.write(writer, lengthSymbol);
      for (const [bits, count] of extra) writer.write(bits, count);
    }
    const header = new Uint8Array(32);
    const view = new DataView(header.buffer);
    view.setUint32(0, MAGIC, true);
    view.setUint32(
      4,
      tokens.reduce<number>((sum, t) => sum + (typeof t === 'number' ? 1 : t.length), 0),
      true,
    );
    view.setUint32(8, 256 + writer.bits.length, true);
    const parameters = (recentCount / 2) | ((shortestMatch - 3) << 2) | ((shortestRecentMatch - 2) << 3);
    view.setUint32(12, tableBits | (7 << 13) | (parameters << 16), true);
    view.setUint32(20, SESSION, true);
    view.setUint32(24, this.#index++, true);
    view.setUint32(28, crc32c(header, 0, 28), true);
    this.bytes.push(...header, ...writer.toBytes());
  }

  /** The stream as a compressed value that becomes `plain`. */
  value(plain: Uint8Array): Uint8Array {
    const value = new Uint8Array([5 << 3, 0, 0, 0, 0, ...this.bytes]);
    new DataView(value.buffer).setUint32(1, crc32c(plain), true);
    return value;
  }
}
