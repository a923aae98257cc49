import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/binary/hex.ts';
import { decodeLz4, lz4Size } from '../../../src/ese/compression/lz4.ts';
import { assemble, offsetOf, pieces } from './compressible.ts';
import type { Piece } from './compressible.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A count above the 15 that a token's half can hold. */
function extra(count: number): number[] {
  if (count < 15) return [];
  const bytes = new Array<number>(Math.floor((count - 15) / 255)).fill(255);
  return [...bytes, (count - 15) % 255];
}

/** An LZ4 value out of pieces; copies shorter than 4 become literals. */
function encodeLz4(list: readonly Piece[]): Uint8Array {
  const plain = assemble(list);
  const out: number[] = [7 << 3, plain.length & 0xff, plain.length >> 8];
  let literals: number[] = [];
  let at = 0;
  for (const piece of list) {
    if ('fresh' in piece || at === 0 || piece.length < 4) {
      const length = 'fresh' in piece ? piece.fresh.length : at === 0 ? 0 : piece.length;
      literals.push(...plain.subarray(at, at + length));
      at += length;
      continue;
    }
    const offset = offsetOf(piece.back, at);
    const length = piece.length - 4;
    out.push((Math.min(literals.length, 15) << 4) | Math.min(length, 15), ...extra(literals.length), ...literals);
    out.push(offset & 0xff, offset >> 8, ...extra(length));
    literals = [];
    at += piece.length;
  }
  out.push(Math.min(literals.length, 15) << 4, ...extra(literals.length), ...literals);
  return Uint8Array.from(out);
}

describe('LZ4', () => {
  test('decodes literals, an overlapping match and last literals', () => {
    const value = fromHex('381300' + '2a' + '6162' + '0200' + '30' + '7a7a7a');
    expect(lz4Size(value)).toBe(19);
    expect(decodeLz4(value, 19)).toEqual(ascii('ab'.repeat(8) + 'zzz'));
  });

  test.each([
    ['a header cut short', '3813', /header is cut short/],
    ['a size above the limit', '38ffff' + '00', /at most 19/],
    ['literals cut short', '381300' + '2a61', /literals are cut short/],
    ['a literal count cut short', '381300' + 'f0ff', /count of literals is cut short/],
    ['a match length cut short', '381300' + '2f61620200ff', /match length is cut short/],
    ['an offset cut short', '381300' + '2a616202', /offset is cut short/],
    ['an offset of 0', '381300' + '2a6162000030' + '7a7a7a', /reaches 0 bytes back/],
    ['an offset before the beginning', '381300' + '2a6162030030' + '7a7a7a', /reaches 3 bytes back at byte 2/],
    ['a match past the end', '380800' + '2a6162020030' + '7a7a7a', /past the stated size/],
    ['too many literals', '380100' + '20' + '6162', /more literals/],
    ['too few bytes', '381300' + '20' + '6162', /2 bytes came out, 19 are stated/],
  ])('refuses %s', (_, hex, reason) => {
    expect(decodeLz4(fromHex(hex), 19)).toMatch(reason);
  });

  test('round trip', () => {
    fc.assert(
      fc.property(pieces, (list) => {
        const plain = assemble(list);
        expect(decodeLz4(encodeLz4(list), plain.length)).toEqual(plain);
      }),
    );
  });
});
