// What sorting does around the order itself: files come and go, errors leave nothing behind.
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { ExternalSort, type ExternalSortOptions } from '../../../src/ese/build/external-sort.ts';
import { MemorySpillStore } from './memory-spill-store.ts';

const DATA = Uint8Array.of(1, 2, 3, 4);

/** A sort of the numbers below `count` in a mixed order, as keys of two bytes. */
function sortOf(count: number, options: ExternalSortOptions): ExternalSort {
  const sort = new ExternalSort(options);
  for (let i = 0; i < count; i++) {
    const n = (i * 7919) % count;
    sort.add(Uint8Array.of(n >> 8, n), 0, 2, DATA, 0, DATA.length);
  }
  return sort;
}

const numbers = (sort: ExternalSort): number[] => {
  const found: number[] = [];
  for (const { bytes, keyStart } of sort.sorted()) found.push((bytes[keyStart]! << 8) | bytes[keyStart + 1]!);
  return found;
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('ExternalSort', () => {
  it('uses no file while memory suffices', () => {
    const spill = new MemorySpillStore();
    expect(numbers(sortOf(1000, { spill }))).toEqual(upTo(1000));
    expect(spill.created).toBe(0);
    expect(numbers(new ExternalSort({ spill }))).toEqual([]);
  });

  it('keeps all runs that come from memory in one file, and merges more than it can at a time in passes', () => {
    const spill = new MemorySpillStore();
    expect(numbers(sortOf(1000, { spill, limit: 1000 }))).toEqual(upTo(1000));
    expect([spill.created, spill.open]).toEqual([1, 0]);
    expect(numbers(sortOf(1000, { spill, limit: 1000, fanIn: 2 }))).toEqual(upTo(1000));
    expect(spill.created).toBeGreaterThan(10);
    expect(spill.open).toBe(0);
  });

  it('takes entries longer than its memory, up to 65535 bytes each of key and data', () => {
    const long = new Uint8Array(65535).fill(7);
    const sort = new ExternalSort({ spill: new MemorySpillStore(), limit: 1000 });
    sort.add(long, 0, 65535, long, 0, 65535);
    sort.add(long, 0, 65534, long, 0, 3);
    sort.add(long, 0, 1, long, 0, 65535);
    const lengths: number[][] = [];
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sort.sorted()) {
      expect(bytes.subarray(keyStart, keyStart + keyLength).every((byte) => byte === 7)).toBe(true);
      expect(bytes.subarray(dataStart, dataStart + dataLength).every((byte) => byte === 7)).toBe(true);
      lengths.push([keyLength, dataLength]);
    }
    expect(lengths).toEqual([
      [1, 65535],
      [65534, 3],
      [65535, 65535],
    ]);
    const other = new ExternalSort({ spill: new MemorySpillStore() });
    expect(() => {
      other.add(new Uint8Array(65536), 0, 65536, DATA, 0, 0);
    }).toThrow(RangeError);
  });

  it('tells of each entry whose key the one before had', () => {
    for (const limit of [100, 1 << 20]) {
      const seen: number[] = [];
      const onDuplicateKey: ExternalSortOptions['onDuplicateKey'] = ({ bytes, keyStart, dataStart }) =>
        seen.push(bytes[keyStart]! * 16 + bytes[dataStart]!);
      const sort = new ExternalSort({ spill: new MemorySpillStore(), limit, onDuplicateKey });
      for (const [key, data] of [
        [3, 2],
        [1, 1],
        [3, 1],
        [2, 9],
        [3, 3],
        [1, 1],
      ] as const)
        sort.add(Uint8Array.of(key), 0, 1, Uint8Array.of(data), 0, 1);
      let count = 0;
      for (const entry of sort.sorted()) count += Math.sign(entry.keyLength);
      expect(count).toBe(6);
      expect(seen).toEqual([0x11, 0x32, 0x33]);
    }
  });

  it('removes its files when it is closed early, and when its loop is left', () => {
    const spill = new MemorySpillStore();
    const sort = sortOf(1000, { spill, limit: 1000 });
    expect(spill.open).toBe(1);
    sort.close();
    sort.close();
    expect(spill.open).toBe(0);
    expect(() => {
      sort.add(DATA, 0, 1, DATA, 0, 1);
    }).toThrow('closed');
    for (const entry of sortOf(1000, { spill, limit: 1000 }).sorted()) if (entry.keyLength > 0) break;
    expect(spill.open).toBe(0);
  });

  it('removes its files whenever one of them fails', () => {
    const all = new MemorySpillStore();
    numbers(sortOf(300, { spill: all, limit: 700, fanIn: 3 }));
    expect(all.actions).toBeGreaterThan(20);
    for (let failAfter = 0; failAfter < all.actions; failAfter++) {
      const spill = new MemorySpillStore();
      spill.failAfter = failAfter;
      expect(() => numbers(sortOf(300, { spill, limit: 700, fanIn: 3 })), `${failAfter}`).toThrow('the store fails');
      expect(spill.open, `${failAfter}`).toBe(0);
    }
  });

  it('does not take a file that has lost bytes for the end of the data', () => {
    const spill = new MemorySpillStore();
    const sort = sortOf(1000, { spill, limit: 1000 });
    spill.missing = 1;
    let error: unknown;
    try {
      numbers(sort);
    } catch (e) {
      error = e;
    }
    expect(isJetError(error, 'JET_errDiskIO')).toBe(true);
    expect(spill.open).toBe(0);
  });
});
