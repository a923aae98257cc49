import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/binary/hex.ts';
import { crc32c } from '../../../src/ese/compression/crc32c.ts';
import { decodeXpress9, xpress9Size } from '../../../src/ese/compression/xpress9.ts';
import { assemble, offsetOf, pieces } from './compressible.ts';
import type { Piece } from './compressible.ts';
import { Xpress9TestEncoder } from './xpress9-encoder.ts';
import type { Token, Xpress9Parameters } from './xpress9-encoder.ts';

const rows = new TextEncoder().encode(
  Array.from({ length: 60 }, (_, i) => `row ${i}: ${(i * i) % 7 > 3 ? 'yes' : 'no'}, `).join(''),
);
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length * 2 }, (_, i) => ((i & 1) === 0 ? text.charCodeAt(i >> 1) : 0));

/** Values written by the engine's own encoder. */
const engineValues: readonly (readonly [string, Uint8Array, string])[] = [
  [
    'short rows',
    rows,
    '28a10b2da42ad7864ed7020000b0050000a54106000000000023d8b065000000009729f62d0000201556de050000e66ee9dc' +
      '5bffb76db34dd5636f34d005c2aaaafa0e403acfc80f6c61bc3e55a1402b403d52cf89aaaaaaaa621ca6d0f4e1369cc2384c' +
      '81bee33e3caef70fc5ffa7fe32df449bcee9e273e75ba343ae331d34d59af44743eb7bac39559d8e9dc160f6374b06833383' +
      'c19dcfd2408a40b2402071595311685628342e6b2a0acd0a85c5d908560c960d068bcb9a9e',
  ],
  [
    'the same rows in two blocks',
    rows,
    '28a10b2da42ad7864e2c010000190400001b0006000000000023d8b065000000008922d1da000000e0c49e3b020cb810b063' +
      '8f060127f6dc1160ac6d987021e0c994734dc41ca091c312201ad600ad0a6c21b087c0112018ce00ad368c5dc89dcf18bba0' +
      '31765e63ecdcc688b576620bd05aec3cc7d8b98eb18b1d53484c2131610a900c13e65021002ad7864eab0100001e0300000b' +
      '0106000000000023d8b06501000000bfc851c0cd5ea2d14d9e8a9529000020e22271f7ccbfd5050067aaceee377ad5ad0600' +
      '0000988c1a0cc637573c4407514110b9efe940258472dfd342258473f9c56d5cc638f73d3f',
  ],
  [
    'one long run',
    new Uint8Array(5000).fill(0x37),
    '289913bd642ad7864e881300004a0100001ba006000000000023d8b06500000000c01974d8000000c08e3dfc8ba300',
  ],
  [
    'UTF-16 text',
    utf16('Pride and prejudice, '.repeat(9) + 'sense and sensibility'),
    '2862dbe0af2ad7864ea401000019030000252106000000000023d8b065000000001bb8733b000020d5a157000040e46dfc38' +
      'ef5d4cdbcebfda6d1db7f36dd500bc31a05135ef63000060d4a52a1493a62a765d585daab4088362f4df51ea10daebf3519a' +
      'a54d3add00',
  ],
  [
    'three bytes',
    Uint8Array.of(200, 3, 77),
    '28d393c3de2ad7864e03000000360100001b2006000000000023d8b0650000000013516c180000003001982c',
  ],
];

/** The tokens of pieces: what is too short for a match becomes literals. */
function tokensOf(list: readonly Piece[], from: number): Token[] {
  const plain = assemble(list);
  const tokens: Token[] = [];
  let at = 0;
  for (const piece of list) {
    const isMatch = !('fresh' in piece) && at > 0 && piece.length >= 4;
    const length = 'fresh' in piece ? piece.fresh.length : at > 0 ? piece.length : 0;
    if (at >= from) {
      if (isMatch) tokens.push({ offset: offsetOf(piece.back, at), length });
      else tokens.push(...plain.subarray(at, at + length));
    }
    at += length;
  }
  return tokens;
}

const parameters: fc.Arbitrary<Xpress9Parameters> = fc.record({
  recentCount: fc.constantFrom(0, 2, 4),
  shortestMatch: fc.constantFrom(3, 4),
  shortestRecentMatch: fc.constantFrom(2, 3),
  flat: fc.boolean(),
});
const usual: Xpress9Parameters = { recentCount: 4, shortestMatch: 4, shortestRecentMatch: 2, flat: false };

/** A one-block value and what it becomes. */
function valueOf(
  tokens: readonly Token[],
  options: Xpress9Parameters = usual,
): { value: Uint8Array; plain: Uint8Array } {
  const bytes: number[] = [];
  for (const token of tokens) {
    if (typeof token === 'number') bytes.push(token);
    else for (let i = 0; i < token.length; i++) bytes.push(bytes[bytes.length - token.offset]!);
  }
  const plain = Uint8Array.from(bytes);
  const encoder = new Xpress9TestEncoder(options);
  encoder.block(tokens);
  return { value: encoder.value(plain), plain };
}

describe('XPRESS9', () => {
  test.each(engineValues)('decodes what the engine wrote: %s', (_, plain, hex) => {
    const value = fromHex(hex);
    expect(xpress9Size(value)).toBe(plain.length);
    expect(decodeXpress9(value, plain.length)).toEqual(plain);
  });

  test('any tokens, any parameters, one or two blocks', () => {
    fc.assert(
      fc.property(pieces, pieces, parameters, (first, second, options) => {
        const plain = assemble([...first, ...second]);
        const split = assemble(first).length;
        const encoder = new Xpress9TestEncoder(options);
        for (const tokens of [tokensOf(first, 0), tokensOf([...first, ...second], split)]) {
          if (tokens.length > 0) encoder.block(tokens);
        }
        if (plain.length === 0) return;
        const value = encoder.value(plain);
        expect(xpress9Size(value)).toBe(plain.length);
        expect(decodeXpress9(value, plain.length)).toEqual(plain);
      }),
    );
  });

  test.each([17, 18, 19, 250, 251, 252, 253, 265, 266, 4096, 30_000, 70_000])('a match of %i bytes', (length) => {
    const { value, plain } = valueOf([1, 2, { offset: 2, length }, 3]);
    expect(decodeXpress9(value, 100_000)).toEqual(plain);
  });

  test('codes longer than the look-up table', () => {
    // Fibonacci numbers give the deepest trees.
    const tokens: number[] = [];
    for (let symbol = 0, a = 1, b = 1; symbol < 18; symbol++, [a, b] = [b, a + b]) {
      for (let i = 0; i < a; i++) tokens.push(symbol);
    }
    const { value, plain } = valueOf(tokens);
    expect(decodeXpress9(value, 10_000)).toEqual(plain);
  });

  test('a lone symbol', () => {
    const { value, plain } = valueOf(new Array<number>(300).fill(9));
    expect(decodeXpress9(value, 300)).toEqual(plain);
  });

  test('recent offsets move to the front, and just after a match its own offset is skipped', () => {
    const start = Array.from({ length: 40 }, (_, i) => (i * 37) & 0xff);
    const matches = [30, 20, 10, 5, 30, 5, 20, 10, 30].map((offset) => ({ offset, length: 4 }));
    for (const recentCount of [0, 2, 4] as const) {
      const { value, plain } = valueOf([...start, ...matches, 1, ...matches], { ...usual, recentCount });
      expect(decodeXpress9(value, 1000)).toEqual(plain);
    }
  });

  test('what follows the last block is ignored, as the engine does', () => {
    const { value, plain } = valueOf([1, 2, 3]);
    expect(decodeXpress9(Uint8Array.of(...value, 1, 2, 3, 4, 5), 3)).toEqual(plain);
  });
});

describe('damaged XPRESS9', () => {
  const { value } = valueOf([1, 2, 3, { offset: 3, length: 30 }, 4, { offset: 3, length: 9 }]);
  const flat = valueOf([1, 2, 3], { ...usual, recentCount: 0, flat: true }).value;
  /** `value` with one change in the block header, whose checksum is made right again. */
  const withHeader = (change: (view: DataView) => void): Uint8Array => {
    const copy = value.slice();
    const view = new DataView(copy.buffer);
    change(view);
    view.setUint32(5 + 28, crc32c(copy, 5, 5 + 28), true);
    return copy;
  };
  const withByte = (at: number, xor: number): Uint8Array => value.map((byte, i) => (i === at ? byte ^ xor : byte));

  test.each([
    ['a header cut short', value.slice(0, 30), /header is cut short/],
    ['a wrong magic number', withByte(5, 1), /magic/],
    ['a wrong header checksum', withByte(9, 1), /checksum of a block header/],
    ['a block cut short', value.slice(0, -1), /a block is cut short/],
    [
      'a size above the limit',
      withHeader((v) => {
        v.setUint32(9, 44, true);
      }),
      /44 bytes are stated, at most 43/,
    ],
    [
      'a smaller size',
      withHeader((v) => {
        v.setUint32(9, 42, true);
      }),
      /past the end of its block/,
    ],
    [
      'fewer bits',
      withHeader((v) => {
        v.setUint32(13, v.getUint32(13, true) - 1, true);
      }),
      /not as long as stated/,
    ],
    [
      'no bits',
      withHeader((v) => {
        v.setUint32(13, 256, true);
      }),
      /no content/,
    ],
    [
      'unknown flags',
      withHeader((v) => {
        v.setUint32(17, v.getUint32(17, true) | 0x100000, true);
      }),
      /unknown flags/,
    ],
    [
      'a wrong table size',
      withHeader((v) => {
        v.setUint32(17, v.getUint32(17, true) ^ 1, true);
      }),
      /tables are not as long/,
    ],
    [
      'a wrong block number',
      withHeader((v) => {
        v.setUint32(29, 1, true);
      }),
      /block 1 stands where block 0/,
    ],
    ['an unknown table method', flat.map((byte, i) => (i === 5 + 32 ? byte | 5 : byte)), /table method 5 is not known/],
    ['a wrong checksum', withByte(1, 1), /checksum of the decoded bytes/],
  ])('%s', (_, bytes, reason) => {
    expect(decodeXpress9(bytes, 43)).toMatch(reason);
  });

  test('a match before the beginning', () => {
    const encoder = new Xpress9TestEncoder(usual);
    encoder.block([1, 2, { offset: 3, length: 9 }]);
    expect(decodeXpress9(encoder.value(new Uint8Array(11)), 11)).toMatch(/reaches 3 bytes back at byte 2/);
  });

  test('a second block of another stream', () => {
    const one = new Xpress9TestEncoder(usual);
    one.block([1, 2, 3]);
    const other = new Xpress9TestEncoder({ ...usual, recentCount: 2 });
    other.block([1, 2, 3]);
    const second = Uint8Array.from(other.bytes.slice());
    new DataView(second.buffer).setUint32(24, 1, true);
    new DataView(second.buffer).setUint32(28, crc32c(second, 0, 28), true);
    expect(decodeXpress9(Uint8Array.of(40, 0, 0, 0, 0, ...one.bytes, ...second), 100)).toMatch(/another stream/);
  });

  test('changed blocks whose header checksum is right never throw and never make more than the limit', () => {
    const change = fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(pieces, parameters, fc.array(change, { minLength: 1, maxLength: 4 }), (list, options, changes) => {
        const tokens = tokensOf(list, 0);
        if (tokens.length === 0) return;
        const data = valueOf(tokens, options).value;
        for (const [at, byte] of changes) data[5 + (at % (data.length - 5))] = byte;
        new DataView(data.buffer).setUint32(5, 0x4e86d72a, true);
        new DataView(data.buffer).setUint32(5 + 28, crc32c(data, 5, 5 + 28), true);
        const result = decodeXpress9(data, 5000);
        if (typeof result !== 'string') expect(result.length).toBeLessThanOrEqual(5000);
      }),
      { numRuns: 2000 },
    );
  });
});
