// What the error-correcting checksum promises, and what it cannot. Within one block, counting only bits it covers:
// - one flipped bit is always mended;
// - an even number of flips is never "mended"; two flips are always noticed;
// - three flips can look like one other flip, and be "mended" into a wrong page that verifies. No decoder can help it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctPage, describePageChecksum, verifyPage } from '../../../src/ese/page/checksum-page.ts';
import { flipBit, sameBytes, sealedPage } from './page-bits.ts';

const PGNO = 0x4321;
const FORMAT_FLAG_BIT = 301;
const SMALL_SIZES = [4096, 8192];
const SIZES = [4096, 8192, 16384, 32768];

/** Different bits of a page that its sums cover. */
function coveredBits(pageSize: number, count: number): fc.Arbitrary<number[]> {
  const bit = fc.integer({ min: 64, max: pageSize * 8 - 1 }).filter((n) => n !== FORMAT_FLAG_BIT);
  return fc.uniqueArray(bit, { minLength: count, maxLength: count });
}

const blockOf = (bit: number, pageSize: number): number => (pageSize > 8192 ? Math.floor(bit / (pageSize * 2)) : 0);

describe.each(SIZES)('two flipped bits of an ECC page of %i bytes', (pageSize) => {
  const original = sealedPage('ecc', pageSize, PGNO);

  test('anywhere: never good, and mended only to what it was', () => {
    const bit = fc.integer({ min: 0, max: pageSize * 8 - 1 });
    fc.assert(
      fc.property(fc.uniqueArray(bit, { minLength: 2, maxLength: 2 }), (bits) => {
        const page = original.slice();
        for (const n of bits) flipBit(page, n);
        expect(verifyPage(page, 0, pageSize, PGNO)).not.toBe('good');
        const mended = correctPage(page, 0, pageSize, PGNO);
        if (mended !== undefined) expect(sameBytes(page, original)).toBe(true);
        const [first, second] = bits as [number, number];
        if (blockOf(first, pageSize) === blockOf(second, pageSize)) expect(mended).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });

  test('in different blocks: both are mended', () => {
    fc.assert(
      fc.property(coveredBits(pageSize, 2), (bits) => {
        const [first, second] = bits as [number, number];
        fc.pre(pageSize <= 8192 || blockOf(first, pageSize) !== blockOf(second, pageSize));
        const page = original.slice();
        flipBit(page, first);
        flipBit(page, second);
        const mended = correctPage(page, 0, pageSize, PGNO);
        if (pageSize <= 8192) expect(mended).toBeUndefined();
        else expect(mended).toEqual([...bits].sort((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(SMALL_SIZES)('many flipped bits of an ECC page of %i bytes', (pageSize) => {
  test('an even number is never mended', () => {
    const original = sealedPage('ecc', pageSize, PGNO);
    const even = fc.integer({ min: 1, max: 20 }).chain((pairs) => coveredBits(pageSize, pairs * 2));
    fc.assert(
      fc.property(even, (bits) => {
        const page = original.slice();
        for (const n of bits) flipBit(page, n);
        const damaged = page.slice();
        expect(correctPage(page, 0, pageSize, PGNO) ?? []).toEqual([]);
        expect(sameBytes(page, damaged)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is mended verifies afterwards', () => {
    const original = sealedPage('ecc', pageSize, PGNO);
    const some = fc.integer({ min: 1, max: 5 }).chain((count) => coveredBits(pageSize, count));
    fc.assert(
      fc.property(some, (bits) => {
        const page = original.slice();
        for (const n of bits) flipBit(page, n);
        if (correctPage(page, 0, pageSize, PGNO) === undefined) return;
        expect(verifyPage(page, 0, pageSize, PGNO)).toBe('good');
        if (bits.length === 1) expect(sameBytes(page, original)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('three flips, two of them in one column, are taken for a fourth', () => {
  const page = sealedPage('ecc', 8192, PGNO);
  const bits = [1000, 1000 + 5 * 32, 1003 + 9 * 32];
  for (const bit of bits) flipBit(page, bit);
  const description = describePageChecksum(page, 0, 8192, PGNO);
  expect(description.verdict).toBe('correctable');
  expect(description.bits).toEqual([bits.reduce((a, b) => a ^ b)]);
});

test('hostile pages of random bytes never throw and are never good', () => {
  const page = fc
    .constantFrom(...SIZES)
    .chain((size) => fc.uint8Array({ minLength: size, maxLength: size, size: 'max' }));
  fc.assert(
    fc.property(page, fc.nat(0x7fefffff), (bytes, pgno) => {
      expect(['bad', 'uninitialized', 'wrong-page-number']).toContain(verifyPage(bytes, 0, bytes.length, pgno));
    }),
    { numRuns: 60 },
  );
});
