import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctableBit, eccChecksum } from '../../../src/ese/page/checksum-ecc.ts';
import { xorChecksum } from '../../../src/ese/page/checksum-xor.ts';

const BLOCK_SIZES = [1024, 2048, 4096, 8192];

function sumOf(block: Uint8Array, isHeaderBlock: boolean): [number, number] {
  const sum = new Uint32Array(2);
  eccChecksum(block, 0, block.length, isHeaderBlock, sum);
  return [sum[0]!, sum[1]!];
}

/** The definition, bit by bit. */
function slowSum(block: Uint8Array, isHeaderBlock: boolean): [number, number] {
  const mask = block.length * 8 - 1;
  let xor = 0;
  let low = 0;
  let high = 0;
  for (let bit = isHeaderBlock ? 64 : 0; bit < block.length * 8; bit++) {
    if (((block[bit >> 3]! >> (bit & 7)) & 1) === 0) continue;
    xor ^= 1 << (bit & 31);
    low ^= bit;
    high ^= ~bit & mask;
  }
  return [xor >>> 0, ((high << 16) | low) >>> 0];
}

describe('eccChecksum', () => {
  test.each(BLOCK_SIZES)('one set bit gives its number and the complement (%i bytes)', (size) => {
    const block = new Uint8Array(size);
    const mask = size * 8 - 1;
    for (let bit = 0; bit < size * 8; bit++) {
      block[bit >> 3] = 1 << (bit & 7);
      const [xor, ecc] = sumOf(block, false);
      const isRight = xor === (1 << (bit & 31)) >>> 0 && ecc === (((bit ^ mask) << 16) | bit) >>> 0;
      if (!isRight) expect({ bit, xor, ecc }).toBe('its number and the complement');
      block[bit >> 3] = 0;
    }
  });

  test('known values', () => {
    const zero = new Uint8Array(4096);
    expect(sumOf(zero, false)).toEqual([0, 0]);
    const ones = new Uint8Array(8192).fill(0xff);
    expect(sumOf(ones, false)).toEqual([0, 0]);
    // Without the first 64 bits: their numbers XOR to 0 as well.
    expect(sumOf(ones, true)).toEqual([0, 0]);
    const last = new Uint8Array(8192);
    last[8191] = 0x80;
    expect(sumOf(last, true)).toEqual([0x80000000, 0x0000ffff]);
    const two = new Uint8Array(4096);
    two[8] = 1;
    two[4095] = 1;
    expect(sumOf(two, true)).toEqual([0x01000001, 0x7fb87fb8]);
  });

  test('equals the bit-by-bit definition', () => {
    const block = fc
      .constantFrom(...BLOCK_SIZES)
      .chain((size) => fc.uint8Array({ minLength: size, maxLength: size, size: 'max' }));
    fc.assert(
      fc.property(block, fc.boolean(), (bytes, isHeader) => {
        expect(sumOf(bytes, isHeader)).toEqual(slowSum(bytes, isHeader));
      }),
      { numRuns: 60 },
    );
  });

  test('works at any offset, aligned or not, and leaves the block alone', () => {
    const block = Uint8Array.from({ length: 1024 }, (_, i) => (i * 37 + (i >> 3)) & 255);
    const sum = new Uint32Array(2);
    for (const offset of [0, 1, 2, 3, 4, 7]) {
      const bytes = new Uint8Array(1024 + 16);
      bytes.set(block, offset);
      const before = bytes.slice();
      eccChecksum(bytes, offset, 1024, true, sum);
      expect([...sum]).toEqual(slowSum(block, true));
      expect(bytes).toEqual(before);
      // A view that does not begin where its buffer does.
      eccChecksum(bytes.subarray(offset), 0, 1024, false, sum);
      expect([...sum]).toEqual(slowSum(block, false));
    }
  });

  test('refuses a block that is not wholly there', () => {
    expect(() => sumOf(new Uint8Array(10), false)).not.toThrow();
    expect(() => {
      eccChecksum(new Uint8Array(1023), 0, 1024, false, new Uint32Array(2));
    }).toThrow(RangeError);
    expect(() => xorChecksum(new Uint8Array(1024), 4, 1024)).toThrow(RangeError);
  });
});

describe('correctableBit', () => {
  test.each(BLOCK_SIZES)('finds every single bit of a block (%i bytes)', (size) => {
    const mask = size * 8 - 1;
    for (let bit = 0; bit <= mask; bit++) {
      const ecc = ((bit ^ mask) << 16) | bit;
      const found = correctableBit(1 << (bit & 31), ecc, size, false);
      const foundInHeader = correctableBit(1 << (bit & 31), ecc, size, true);
      const isRefused = bit < 64 || bit === 301;
      if (found !== bit || foundInHeader !== (isRefused ? -1 : bit)) expect({ bit, found, foundInHeader }).toBe(bit);
    }
  });

  test('refuses differences that no single bit makes', () => {
    const ecc = ((1000 ^ 0x7fff) << 16) | 1000;
    expect(correctableBit(1 << 8, ecc, 4096, false)).toBe(1000);
    expect(correctableBit(0, ecc, 4096, false)).toBe(-1);
    expect(correctableBit(1 << 9, ecc, 4096, false)).toBe(-1);
    expect(correctableBit(3 << 8, ecc, 4096, false)).toBe(-1);
    expect(correctableBit(1 << 8, ecc ^ 1, 4096, false)).toBe(-1);
    expect(correctableBit(1 << 8, 0, 4096, false)).toBe(-1);
    // Bits 15 and 31 do not exist in the sum of a 4 KB block.
    expect(correctableBit(1 << 8, ecc ^ 0x8000, 4096, false)).toBe(-1);
    expect(correctableBit(1 << 8, ecc ^ 0x80000000, 4096, false)).toBe(-1);
    expect(correctableBit(1 << 8, ecc ^ 0x80008000, 4096, false)).toBe(-1);
  });
});

describe('xorChecksum', () => {
  test('known values', () => {
    const bytes = new Uint8Array(4096);
    expect(xorChecksum(bytes, 0, 4096)).toBe(0x89abcdef);
    bytes.set([1, 2, 3, 4], 0);
    expect(xorChecksum(bytes, 0, 4096)).toBe(0x89abcdef);
    bytes.set([0xef, 0xcd, 0xab, 0x89], 4);
    expect(xorChecksum(bytes, 0, 4096)).toBe(0);
    bytes.set([0x78, 0x56, 0x34, 0x12], 4092);
    expect(xorChecksum(bytes, 0, 4096)).toBe(0x12345678);
  });

  test('equals the definition at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.integer({ min: 0, max: 8 }), (block, offset) => {
        const bytes = new Uint8Array(80);
        bytes.set(block, offset);
        const view = new DataView(block.buffer);
        let sum = 0x89abcdef;
        for (let i = 4; i < 64; i += 4) sum ^= view.getUint32(i, true);
        expect(xorChecksum(bytes, offset, 64)).toBe(sum >>> 0);
      }),
    );
  });
});
