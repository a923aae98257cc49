import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { compressSevenBit, decodeSevenBit, sevenBitSize } from '../../../src/ese/compression/seven-bit.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length * 2 }, (_, i) => ((i & 1) === 0 ? text.charCodeAt(i >> 1) : 0));

describe('7-bit', () => {
  // 61 to 68: 56 bits in 7 bytes. Twice, then 69 on its own: 7 bits of the last byte are used.
  const letters = ascii('abcdefghabcdefghi');
  const packedLetters = '0e' + '61f1985c369fd1' + '61f1985c369fd1' + '69';

  test('packs lowest bits first', () => {
    expect(toHex(compressSevenBit(letters)!)).toBe(packedLetters);
    expect(toHex(compressSevenBit(utf16('AZ'))!)).toBe('15' + '412d');
  });

  test('unpacks one or two bytes a character', () => {
    expect(decodeSevenBit(fromHex(packedLetters), 100)).toEqual(letters);
    expect(decodeSevenBit(fromHex('15412d'), 4)).toEqual(utf16('AZ'));
  });

  test('prefers Unicode, refuses what does not get shorter', () => {
    expect(compressSevenBit(utf16('x'))).toBeUndefined();
    expect(compressSevenBit(ascii('123456789012345'))).toBeUndefined();
    expect(compressSevenBit(ascii('1234567890123456'))![0]! >> 3).toBe(1);
    expect(compressSevenBit(utf16('12'))![0]! >> 3).toBe(2);
    expect(compressSevenBit(Uint8Array.of(...letters, 0x80))).toBeUndefined();
    expect(compressSevenBit(new Uint8Array(0))).toBeUndefined();
  });

  test('refuses lengths that are no whole number of characters, and more than the limit', () => {
    const wrong = fromHex(packedLetters);
    wrong[0] = 0x0f;
    expect(decodeSevenBit(wrong, 100)).toMatch(/120 bits are no whole number/);
    expect(sevenBitSize(wrong)).toBeUndefined();
    expect(decodeSevenBit(fromHex('08'), 100)).toMatch(/no character/);
    expect(decodeSevenBit(fromHex('15412d'), 3)).toBe('4 bytes are packed, at most 3 are possible');
  });

  test('round trip', () => {
    const character = fc.nat({ max: 0x7f });
    fc.assert(
      fc.property(fc.array(character, { minLength: 16, maxLength: 300 }), fc.boolean(), (characters, wide) => {
        const plain = Uint8Array.from(wide ? characters.flatMap((c) => [c, 0]) : characters);
        const packed = compressSevenBit(plain)!;
        expect(packed.length).toBeLessThan(plain.length);
        expect(sevenBitSize(packed)).toBe(plain.length);
        expect(decodeSevenBit(packed, plain.length)).toEqual(plain);
      }),
    );
  });
});
