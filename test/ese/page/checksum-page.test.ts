import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { u32, u64 } from '../../../src/binary/little-endian.ts';
import {
  correctPage,
  describePageChecksum,
  hasEccFormat,
  headerChecksumMatches,
  looksLikePatchPage,
  sealLegacyPage,
  sealPage,
  verifyPage,
} from '../../../src/ese/page/checksum-page.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { PAGE_KINDS, flipBit, sameBytes, sealedPage } from './page-bits.ts';

const PGNO = 1234;
const FORMAT_FLAG_BIT = 301;

describe.each(PAGE_KINDS)('a $format page of $pageSize bytes', ({ format, pageSize }) => {
  const isLarge = pageSize > 8192;

  test('is good as sealed, at any place of a buffer', () => {
    const page = sealedPage(format, pageSize, PGNO);
    expect(verifyPage(page, 0, pageSize, PGNO)).toBe('good');
    expect(hasEccFormat(page, 0)).toBe(format === 'ecc');
    for (const offset of [1, 4, 512]) {
      const buffer = new Uint8Array(pageSize + 1024);
      buffer.set(page, offset);
      expect(verifyPage(buffer, offset, pageSize, PGNO)).toBe('good');
    }
  });

  test('is described with equal sums', () => {
    const page = sealedPage(format, pageSize, PGNO);
    const description = describePageChecksum(page, 0, pageSize, PGNO);
    expect(description).toMatchObject({ verdict: 'good', format, bits: [] });
    expect(description.computed).toEqual(description.stored);
    expect(description.stored).toHaveLength(isLarge ? 4 : 1);
    expect(description.stored[0]).toBe(u64(page, 0));
    if (format === 'xor') expect(u32(page, 4)).toBe(PGNO);
    expect(correctPage(page, 0, pageSize, PGNO)).toEqual([]);
  });

  test('tells which page it really is', () => {
    const page = sealedPage(format, pageSize, PGNO);
    for (const other of [1, PGNO + 1, 0x7fefffff]) {
      expect(verifyPage(page, 0, pageSize, other)).toBe('wrong-page-number');
      expect(describePageChecksum(page, 0, pageSize, other).pgnoActual).toBe(PGNO);
      expect(correctPage(page, 0, pageSize, other)).toBeUndefined();
    }
  });

  test('only a page of the file can be meant', () => {
    const page = sealedPage(format, pageSize, PGNO);
    expect(verifyPage(page, 0, pageSize, 7, PGNO)).toBe('wrong-page-number');
    expect(verifyPage(page, 0, pageSize, 7, PGNO - 1)).toBe('bad');
    expect(describePageChecksum(page, 0, pageSize, 7, PGNO - 1)).not.toHaveProperty('pgnoActual');
  });

  test('a page sealed for a number that no page has is bad', () => {
    for (const impossible of [0, 0x7ff00000, 0xffffffff]) {
      const page = sealedPage(format, pageSize, impossible);
      expect(verifyPage(page, 0, pageSize, PGNO)).toBe('bad');
      expect(describePageChecksum(page, 0, pageSize, PGNO).pgnoActual).toBeUndefined();
    }
  });

  test('every single flipped bit is mended or reported', () => {
    const original = sealedPage(format, pageSize, PGNO);
    const page = original.slice();
    for (let bit = 0; bit < pageSize * 8; bit++) {
      flipBit(page, bit);
      if (format === 'ecc' && bit >= 64 && bit !== FORMAT_FLAG_BIT) {
        // What the sum covers, the sums of the other blocks of a large page among it.
        const mended = correctPage(page, 0, pageSize, PGNO);
        if (mended?.length !== 1 || mended[0] !== bit) expect({ bit, mended }).toBe('mended');
      } else {
        // A flip in the stored XOR of a small ECC page cannot be told from a wrong page number.
        const pgnoActual = (PGNO ^ (1 << bit)) >>> 0;
        const looksMisplaced = format === 'ecc' && !isLarge && bit < 32 && pgnoActual <= 0x7fefffff;
        const expected = looksMisplaced ? 'wrong-page-number' : 'bad';
        const verdict = verifyPage(page, 0, pageSize, PGNO);
        if (verdict !== expected) expect({ bit, verdict }).toBe(expected);
        if (looksMisplaced) expect(describePageChecksum(page, 0, pageSize, PGNO).pgnoActual).toBe(pgnoActual);
        if (correctPage(page, 0, pageSize, PGNO) !== undefined) expect(bit).toBe('refused');
        flipBit(page, bit);
      }
    }
    // All was undone, by correctPage or by the test: nothing else was ever changed.
    expect(sameBytes(page, original)).toBe(true);
  });
});

describe('large pages', () => {
  test.each([16384, 32768])('are mended block by block (%i bytes)', (pageSize) => {
    const original = sealedPage('ecc', pageSize, PGNO);
    const block = pageSize * 2;
    const bits = [64, block + 3, 2 * block + 4000, 4 * block - 1];
    const page = original.slice();
    for (const bit of bits) flipBit(page, bit);
    expect(describePageChecksum(page, 0, pageSize, PGNO)).toMatchObject({ verdict: 'correctable', bits });
    expect(correctPage(page, 0, pageSize, PGNO)).toEqual(bits);
    expect(sameBytes(page, original)).toBe(true);
  });

  test.each([16384, 32768])('one bad block spoils all (%i bytes)', (pageSize) => {
    const page = sealedPage('ecc', pageSize, PGNO);
    const block = pageSize * 2;
    for (const bit of [1000, 2 * block + 5, 2 * block + 6]) flipBit(page, bit);
    const before = page.slice();
    expect(verifyPage(page, 0, pageSize, PGNO)).toBe('bad');
    expect(correctPage(page, 0, pageSize, PGNO)).toBeUndefined();
    expect(sameBytes(page, before)).toBe(true);
  });

  test('a flip in the sum of a block and one in that block are both mended', () => {
    for (const index of [1, 2, 3]) {
      const original = sealedPage('ecc', 32768, PGNO);
      const page = original.slice();
      const inSum = 40 * 8 + (index - 1) * 64 + 17;
      const inBlock = index * 65536 + 4711;
      flipBit(page, inSum);
      flipBit(page, inBlock);
      expect(correctPage(page, 0, 32768, PGNO)).toEqual([inSum, inBlock]);
      expect(sameBytes(page, original)).toBe(true);
    }
  });

  test('the engine takes a legacy sum where the sums of the other blocks are zero', () => {
    const page = new Uint8Array(16384).fill(7, 80);
    sealLegacySumOnLargePage(page);
    expect(verifyPage(page, 0, 16384, PGNO)).toBe('good');
    page[50] = 1;
    page[54] = 1;
    expect(verifyPage(page, 0, 16384, PGNO)).toBe('bad');
    expect(describePageChecksum(page, 0, 16384, PGNO).stored).toHaveLength(4);
  });

  function sealLegacySumOnLargePage(page: Uint8Array): void {
    const view = new DataView(page.buffer);
    view.setUint32(4, PGNO, true);
    let sum = 0x89abcdef;
    for (let i = 4; i < page.length; i += 4) sum ^= view.getUint32(i, true);
    view.setUint32(0, sum, true);
  }
});

describe('pages that are not sealed', () => {
  test.each([2048, 4096, 8192, 16384, 32768])(
    'all zero is uninitialized, one other byte is not (%i bytes)',
    (pageSize) => {
      const page = new Uint8Array(pageSize);
      expect(verifyPage(page, 0, pageSize, 5)).toBe('uninitialized');
      expect(describePageChecksum(page, 0, pageSize, 5).verdict).toBe('uninitialized');
      expect(correctPage(page, 0, pageSize, 5)).toBeUndefined();
      for (const at of [0, 4, 16, 100, pageSize - 1]) {
        page[at] = 1;
        expect(verifyPage(page, 0, pageSize, 5)).toBe('bad');
        page[at] = 0;
      }
    },
  );

  test('sealing twice, or in another format, is no harm', () => {
    const page = sealedPage('ecc', 8192, 9);
    const once = page.slice();
    sealPage(page, 0, 8192, 9);
    expect(sameBytes(page, once)).toBe(true);
    sealLegacyPage(page, 0, 8192, 10);
    expect(hasEccFormat(page, 0)).toBe(false);
    expect(verifyPage(page, 0, 8192, 10)).toBe('good');
    sealPage(page, 0, 8192, 9);
    expect(sameBytes(page, once)).toBe(true);
  });

  test('sealing changes nothing but sums and flag', () => {
    const page = new Uint8Array(3 * 32768).fill(0xaa);
    sealPage(page, 32768, 32768, 77);
    const changed = [...page.keys()].filter((at) => page[at] !== 0xaa);
    expect(Math.min(...changed)).toBeGreaterThanOrEqual(32768);
    expect(changed.every((at) => at - 32768 < 8 || (at - 32768 >= 37 && at - 32768 < 64))).toBe(true);
    expect(page[32768 + 37]).toBe(0xaa | 0x20);
  });

  test('refuses what is no page', () => {
    expect(() => verifyPage(new Uint8Array(8192), 0, 5000, 1)).toThrow(RangeError);
    expect(() => verifyPage(new Uint8Array(8192), 1, 8192, 1)).toThrow(RangeError);
    expect(() => verifyPage(new Uint8Array(8192), -1, 4096, 1)).toThrow(RangeError);
    expect(() => {
      sealLegacyPage(new Uint8Array(32768), 0, 32768, 1);
    }).toThrow(RangeError);
  });
});

test('golden page: 4096 bytes, number 3, one set bit', () => {
  const page = new Uint8Array(4096);
  page[100] = 0x10; // Bit 804: XOR bit 4, ECC 0x7cdb0324.
  sealPage(page, 0, 4096, 3);
  // The format flag (bit 301) counts as well: XOR bit 13, number 0x12d; two bits, so both ECC halves are 804 ^ 301.
  expect([...page.subarray(0, 8)]).toEqual([0x13, 0x20, 0, 0, 0x09, 0x02, 0x09, 0x02]);
  sealLegacyPage(page, 0, 4096, 3);
  expect([...page.subarray(0, 8)]).toEqual([0xef ^ 0x10 ^ 3, 0xcd, 0xab, 0x89, 3, 0, 0, 0]);
});

test('headers and patch pages carry a legacy sum without page number', () => {
  const header = new Uint8Array(4096).fill(1);
  header.set([0xef, 0xcd, 0xab, 0x89]);
  expect(headerChecksumMatches(header, 0, 4096)).toBe(false);
  header.fill(1, 0, 4);
  header.set([0xee, 0xcc, 0xaa, 0x88]);
  // 1023 dwords of 0x01010101: an odd number.
  expect(headerChecksumMatches(header, 0, 4096)).toBe(true);

  const patch = new Uint8Array(4096);
  patch.set([1, 2, 3, 4]);
  patch[16] = 9;
  expect(looksLikePatchPage(patch, 0)).toBe(true);
  for (const at of [4, 7, 8, 15, 24, 27]) {
    patch[at] = 1;
    expect(looksLikePatchPage(patch, 0)).toBe(false);
    patch[at] = 0;
  }
});

describeCorpus('segments of log files', () => {
  const SEGMENT = 4096;

  test.each(['edb00001.log', 'edb00002.log', 'edb.log'])('are sealed as pages, by segment number (%s)', (name) => {
    const log = readFileSync(corpus(`engine-made/crash/p4-k05/before/${name}`));
    expect(headerChecksumMatches(log, 0, SEGMENT)).toBe(true);
    let good = 0;
    for (let segment = 1; segment < log.length / SEGMENT; segment++) {
      const { verdict, pgnoActual } = describePageChecksum(log, segment * SEGMENT, SEGMENT, segment);
      if (verdict === 'good') good++;
      // After the last segment: nothing yet, or the shadow of the segment before, sealed for that one's number.
      else if (verdict === 'wrong-page-number') expect(pgnoActual).toBe(segment - 1);
      else expect(verdict).toBe('uninitialized');
    }
    expect(good).toBeGreaterThan(20);
  });
});

describeCorpus('real pages', () => {
  test.each(['p4-default', 'p8-default', 'p16-default', 'p32-default'])(
    'sealed again are the same bytes (%s)',
    (name) => {
      const file = readFileSync(corpus(`engine-made/build/${name}/test.edb`));
      const pageSize = file.readUInt32LE(236);
      let sealed = 0;
      for (let pgno = 1; (pgno + 2) * pageSize <= file.length; pgno++) {
        const page = file.subarray((pgno + 1) * pageSize, (pgno + 2) * pageSize);
        if (verifyPage(page, 0, pageSize, pgno) === 'uninitialized') continue;
        const copy = new Uint8Array(page);
        copy.fill(0xff, 0, 8);
        if (pageSize > 8192) copy.fill(0xff, 40, 64);
        sealPage(copy, 0, pageSize, pgno);
        if (!sameBytes(copy, page)) expect({ pgno }).toBe('the same');
        sealed++;
      }
      expect(sealed).toBeGreaterThan(150);
    },
  );
});
