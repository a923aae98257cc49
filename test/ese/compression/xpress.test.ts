import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/binary/hex.ts';
import { compressXpress, compressXpressFast } from '../../../src/ese/compression/compress-xpress.ts';
import { decodeXpress, xpressSize } from '../../../src/ese/compression/xpress.ts';
import { compressible } from './compressible.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('XPRESS decoder', () => {
  test('decodes an example of [MS-XCA]', () => {
    const value = fromHex('182c01' + 'ffffff1f' + '616263' + '1700' + '0f' + 'ff' + '2601');
    expect(xpressSize(value)).toBe(300);
    expect(decodeXpress(value, 300)).toEqual(ascii('abc'.repeat(100)));
  });

  test('shares the byte of 4-bit lengths between two matches', () => {
    // a, match 1 back of 3+7+2, b, match 1 back of 3+7+4: 0x42 holds both lengths; then the end mark.
    const value = fromHex('181c00' + 'ffffff5f' + '61' + '0700' + '42' + '62' + '0700');
    expect(decodeXpress(value, 28)).toEqual(ascii('a'.repeat(13) + 'b'.repeat(15)));
  });

  test.each([
    ['a header cut short', '182c', /header is cut short/],
    ['a size above the limit', '18ffff' + 'ffffff1f6162631700', /at most 301/],
    ['a stream no shorter than its plain size', '180900' + 'ffffff1f6162631700', /cannot stand for/],
    [
      'a match before the beginning',
      '182c01' + 'ffffff1f616263' + '1f00' + '0fff2601',
      /reaches 4 bytes back at byte 3/,
    ],
    ['a match past the end', '182b01' + 'ffffff1f6162631700' + '0fff2601', /past the stated size/],
    ['a stream that ends early', '182d01' + 'ffffff1f6162631700' + '0fff2601', /ends at byte 300 of 301/],
    ['no end mark', '182c01' + '0000001061626317000fff2601', /literal after the stated size/],
    ['a length in too wide a field', '182c01' + 'ffffff1f6162631700' + '0fff1401', /shorter field/],
  ])('refuses %s', (_, hex, reason) => {
    expect(decodeXpress(fromHex(hex), 301)).toMatch(reason);
  });
});

describe.each([
  ['thorough', compressXpress],
  ['fast', compressXpressFast],
])('XPRESS encoder, %s', (_, compress) => {
  test('refuses what is too short, too long or too random', () => {
    expect(compress(new Uint8Array(8))).toBeUndefined();
    expect(compress(new Uint8Array(65536))).toBeUndefined();
    expect(compress(Uint8Array.from({ length: 256 }, (_, i) => i))).toBeUndefined();
  });

  test.each([16, 24, 25, 26, 40, 287, 288, 289, 290, 5000, 65535])('a run of %i bytes', (length) => {
    const plain = new Uint8Array(length).fill(7);
    const value = compress(plain)!;
    expect(value.length).toBeLessThan(16);
    expect(decodeXpress(value, length)).toEqual(plain);
  });

  test('ends with an end mark even when the last word of flags is full', () => {
    for (let literals = 20; literals < 80; literals++) {
      const plain = Uint8Array.from({ length: literals + 200 }, (_, i) => Math.min(i, literals));
      expect(decodeXpress(compress(plain)!, plain.length)).toEqual(plain);
    }
  });

  test('finds matches 8192 bytes back, not further', () => {
    const noise = Uint8Array.from({ length: 8193 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) ^ (i >> 5));
    const again = (distance: number): Uint8Array =>
      Uint8Array.of(...noise.subarray(0, distance), ...noise.subarray(0, 200));
    const near = compress(again(8192));
    const far = compress(again(8193));
    expect((far?.length ?? 9000) - (near?.length ?? 9000)).toBeGreaterThan(100);
    for (const [distance, value] of [[8192, near] as const, [8193, far] as const]) {
      if (value !== undefined) expect(decodeXpress(value, 10_000)).toEqual(again(distance));
    }
  });

  test('round trip', () => {
    fc.assert(
      fc.property(compressible, (plain) => {
        const value = compress(plain);
        if (value === undefined) return;
        expect(value.length).toBeLessThan(plain.length);
        expect(xpressSize(value)).toBe(plain.length);
        expect(decodeXpress(value, plain.length)).toEqual(plain);
      }),
    );
  });
});
