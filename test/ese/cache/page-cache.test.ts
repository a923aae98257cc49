import { describe, expect, it } from 'vitest';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { PageCache, PageState } from '../../../src/ese/cache/page-cache.ts';
import { sealPage, verifyPage } from '../../../src/ese/page/checksum-page.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { pageOffset } from '../../../src/ese/page/page-reader.ts';

const FORMAT = pageFormat(4096)!;

/** A file of sound pages, each marked with its number. */
function file(pages: number): Uint8Array {
  const bytes = new Uint8Array((pages + 2) * 4096);
  for (let pgno = 1; pgno <= pages; pgno++) {
    const at = pageOffset(pgno, 4096);
    bytes[at + 100] = pgno & 0xff;
    bytes[at + 101] = pgno >> 8;
    sealPage(bytes, at, 4096, pgno);
  }
  return bytes;
}

const mark = (bytes: Uint8Array): number => bytes[100]! | (bytes[101]! << 8);

describe('PageCache', () => {
  it('reads pages and tells what it found', () => {
    const bytes = file(5);
    bytes.fill(0, pageOffset(2, 4096), pageOffset(3, 4096));
    bytes[pageOffset(3, 4096) + 500]! ^= 1; // one bit: mended
    bytes.fill(7, pageOffset(4, 4096) + 500, pageOffset(4, 4096) + 600);
    const cache = new PageCache(new MemoryPageStore(FORMAT, bytes));
    expect([1, 2, 3, 4, 5, 6].map((pgno) => cache.get(pgno).state)).toEqual([
      PageState.Sound,
      PageState.Uninitialized,
      PageState.Sound,
      PageState.Bad,
      PageState.Sound,
      PageState.BeyondEnd,
    ]);
    expect(cache.corrected).toEqual([3]);
    expect(mark(cache.get(5).bytes)).toBe(5);
    expect(cache.get(5)).toBe(cache.get(5));
  });

  it('writes changed pages sealed when room is needed, and reads them back', () => {
    const store = new MemoryPageStore(FORMAT, file(1000));
    const cache = new PageCache(store, { cacheSize: 64 * 4096 });
    for (let pgno = 1; pgno <= 1000; pgno++) {
      const page = cache.get(pgno);
      expect(mark(page.bytes)).toBe(pgno);
      page.bytes[200] = pgno & 0xff;
      page.dirty = true;
    }
    for (let pgno = 1; pgno <= 1000; pgno++) expect(cache.get(pgno).bytes[200]).toBe(pgno & 0xff);
    cache.flush();
    for (let pgno = 1; pgno <= 1000; pgno++) {
      const at = pageOffset(pgno, 4096);
      expect(verifyPage(store.bytes, at, 4096, pgno)).toBe('good');
      expect(store.bytes[at + 200]).toBe(pgno & 0xff);
    }
    expect(cache.counts.writes).toBe(1000);
  });

  it('keeps pinned pages, even beyond its size', () => {
    const cache = new PageCache(new MemoryPageStore(FORMAT, file(200)), { cacheSize: 1 });
    const pinned = Array.from({ length: 100 }, (_, i) => {
      const page = cache.get(i + 1);
      page.pins++;
      return page;
    });
    for (let pgno = 101; pgno <= 200; pgno++) cache.get(pgno);
    pinned.forEach((page, i) => {
      expect(page.pgno).toBe(i + 1);
      expect(cache.get(i + 1)).toBe(page);
    });
  });

  it('grows the store, and forgets what is cut off', () => {
    const store = new MemoryPageStore(FORMAT, file(2));
    const cache = new PageCache(store);
    for (const pgno of [7, 4]) {
      const page = cache.get(pgno);
      page.bytes[100] = pgno;
      page.dirty = true;
    }
    cache.flush();
    expect(store.pgnoLast).toBe(7);
    cache.get(7).dirty = true;
    cache.drop(5);
    store.resize(5);
    cache.flush();
    expect(store.pgnoLast).toBe(5);
    expect(cache.get(7).state).toBe(PageState.BeyondEnd);
    expect(cache.get(5).state).toBe(PageState.Uninitialized);
    expect(mark(cache.get(4).bytes)).toBe(4);
  });

  it('writes first what need not wait, some pages at a time', () => {
    const store = new MemoryPageStore(FORMAT, file(400));
    const written: number[] = [];
    const cache = new PageCache(store, {
      cacheSize: 64 * 4096,
      isReady: (pgno) => pgno % 2 === 0,
      beforeFlush: (pages) => {
        written.push(...pages.map(({ pgno }) => pgno));
      },
    });
    for (let pgno = 1; pgno <= 64; pgno++) cache.get(pgno).dirty = true;
    cache.flushPages([9, 3, 300]);
    expect(written.splice(0)).toEqual([3, 9]);
    expect([3, 4].map((pgno) => cache.get(pgno).dirty)).toEqual([false, true]);
    for (let pgno = 101; pgno <= 116; pgno++) cache.get(pgno);
    expect(written.length).toBeGreaterThan(0);
    expect(written.every((pgno) => pgno % 2 === 0)).toBe(true);
    // When nothing else is left, the others have to wait.
    for (let pgno = 201; pgno <= 250; pgno++) cache.get(pgno).pins++;
    expect(new Set(written).size).toBe(62);
  });

  it('does not read what is made anew, and writes what is wanted', () => {
    const store = new MemoryPageStore(FORMAT, file(10));
    const cache = new PageCache(store);
    for (const pgno of [3, 7]) {
      const { view } = cache.renew(pgno);
      view.initialize(5, 0, 1);
      cache.get(pgno).dirty = true;
    }
    expect(cache.counts).toEqual({ reads: 0, writes: 0 });
    expect(cache.get(3).state).toBe(PageState.Sound);
    expect([cache.has(3), cache.has(4)]).toEqual([true, false]);
    cache.flush(({ pgno }) => pgno > 5);
    expect([3, 7].map((pgno) => cache.get(pgno).dirty)).toEqual([true, false]);
    expect(mark(store.bytes.subarray(pageOffset(3, 4096)))).toBe(3);
    expect(mark(store.bytes.subarray(pageOffset(7, 4096)))).toBe(0);
  });
});
