// Pages built by hand: what each kind of line holds, and how far damaged ones are described.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { sealPage } from '../../src/ese/page/checksum-page.ts';
import { PageFlag } from '../../src/ese/page/page-flags.ts';
import { describePage } from '../../src/eseutil/describe-page.ts';
import { dumpPage } from '../../src/eseutil/dump-page.ts';
import { extentLine, PAGE_SIZE, rootPages, tinyDatabase, TWO_LEVELS, type TinyPage } from './tiny-database.ts';

const { Leaf, LongValue, Root, SpaceTree } = PageFlag;

function open(file: Uint8Array): Database {
  return new Database(new BufferSource(file, 'tiny.edb'));
}

const PAGES: Readonly<Record<number, TinyPage>> = {
  ...rootPages(20, [extentLine(10, 3), extentLine(25, 1, 2)]),
  ...TWO_LEVELS,
  7: {
    objid: 9,
    flags: Leaf | LongValue,
    lines: [
      { key: '00000001', data: '0200000010270000' },
      { key: '0000000100000000', data: 'aabb' },
      { key: '0102', data: '00' },
    ],
  },
  8: {
    objid: 9,
    flags: Leaf,
    tag0: '7f80000001',
    lines: [{ key: '02', prefix: 4, data: 'ff', flags: 4 }],
  },
  9: {
    objid: 1,
    flags: Root | Leaf | SpaceTree,
    tag0: `0c00000002000000${'00'.repeat(8)}`,
    lines: [extentLine(9, 2)],
  },
};
const FILE = tinyDatabase(PAGES, 20);
const db = open(FILE);

describe('describePage', () => {
  it('tells the header of a page and whose it is', () => {
    const page = describePage(db, 1);
    expect(page).toMatchObject({
      pgno: 1,
      offset: 2 * PAGE_SIZE,
      owner: 'root of the database',
      lines: [],
      problems: [],
    });
    expect(page.checksum.verdict).toBe('good');
    expect(page.header).toMatchObject({ objidFDP: 1, itagMicFree: 1, ibMicFree: 16, cbFree: 4036, dbtimeDirtied: 1 });
    expect(page.header?.flags).toEqual(['root', 'leaf', 'new record format', 'ECC checksum']);
    expect(page.space).toMatchObject({ pgnoParent: 0, cpgPrimary: 20, multipleExtent: true, pgnoOE: 2, pgnoAE: 3 });
  });

  it('reads extents, of every pool', () => {
    expect(describePage(db, 3).lines.map((line) => line.extent)).toEqual([
      { first: 8, last: 10, pages: 3, pool: 0 },
      { first: 25, last: 25, pages: 1, pool: 2 },
    ]);
    expect(describePage(db, 9).splitBuffers).toEqual([{ first: 11, last: 12, pages: 2 }]);
  });

  it('follows branches', () => {
    const { lines, space } = describePage(db, 4);
    expect(lines.map((line) => [line.key, line.child])).toEqual([
      ['7f80000003', 5],
      ['', 6],
    ]);
    expect(space).toMatchObject({ multipleExtent: false, availBitmap: 0 });
  });

  it('tells long values from their chunks', () => {
    expect(describePage(db, 7).lines.map((line) => line.longValue ?? line.problem)).toEqual([
      { lid: '00000001', size: 10000, refCount: 2 },
      { lid: '00000001', offset: 0 },
      'has a key that is no long-value key',
    ]);
  });

  it('puts compressed keys together', () => {
    expect(describePage(db, 8).lines[0]).toMatchObject({
      ...{ key: '7f80000002', prefixLength: 4, suffixLength: 1, dataLength: 1, data: 'ff' },
      flags: ['compressed'],
    });
  });

  it('knows a page that was never written', () => {
    const page = describePage(db, 12);
    expect(page.checksum.verdict).toBe('uninitialized');
    expect(page.header).toBeUndefined();
    expect([...dumpPage(page)]).toEqual([
      'Page 12, at byte 0xd000 of the file',
      '  checksum  none: the page was never written, every byte is zero',
    ]);
  });

  it('refuses numbers that are no pages', () => {
    for (const pgno of [0, -1, 21, 1.5, NaN]) expect(() => describePage(db, pgno)).toThrow(/lies outside the file/);
  });

  it('corrects one bit and says which', () => {
    const file = Uint8Array.from(FILE);
    const at = 6 * PAGE_SIZE;
    file[at + 24]! ^= 4;
    const page = describePage(open(file), 5);
    expect(page.checksum).toMatchObject({ verdict: 'correctable', corrected: [24 * 8 + 2] });
    expect(page.header?.objidFDP).toBe(2);
  });

  it('describes damaged pages as far as they go', () => {
    const file = Uint8Array.from(FILE);
    const at = 6 * PAGE_SIZE;
    // The second line points behind the page, and the page claims more tags than it has room for.
    file[at + PAGE_SIZE - 12] = 0xff;
    file[at + PAGE_SIZE - 11] = 0x1f;
    const page = describePage(open(file), 5);
    expect(page.checksum.verdict).toBe('bad');
    expect(page.lines[0]?.key).toBe('7f80000001');
    expect(page.lines[1]?.problem).toMatch(/^ends at/);
    file[at + 34] = 0xff;
    file[at + 35] = 0x0f;
    const worse = describePage(open(file), 5);
    expect(worse.lines).toEqual([]);
    expect(worse.tags.length).toBe(Math.floor((PAGE_SIZE - 40) / 4));
    expect(worse.problems).toHaveLength(1);
  });

  it('describes any bytes, sealed or not, without throwing or stray words', () => {
    const damage = fc.array(fc.tuple(fc.nat(PAGE_SIZE - 1), fc.nat(255)), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 4, 5, 7, 8, 9), damage, fc.boolean(), (pgno, bytes, sealed) => {
        const file = Uint8Array.from(FILE);
        const at = (pgno + 1) * PAGE_SIZE;
        for (const [offset, byte] of bytes) file[at + offset] = byte;
        if (sealed) sealPage(file, at, PAGE_SIZE, pgno);
        const page = describePage(open(file), pgno);
        const text = [...dumpPage(page)].join('\n');
        expect(text).not.toMatch(/undefined|NaN|\[object/);
        expect(JSON.parse(JSON.stringify(page))).toEqual(page);
      }),
      { numRuns: 300 },
    );
  });
});
