import { describe, expect, it } from 'vitest';
import type { Extent } from '../../src/ese/space/extent.ts';
import type { TreeSpace } from '../../src/ese/space/tree-space.ts';
import { pageSpan, shelvedExtents, spaceUsage, unusedEnd } from '../../src/eseutil/space-usage.ts';

const extent = (first: number, last: number, pool = 0): Extent => ({ pgnoLast: last, cpg: last - first + 1, pool });

const HEADER = {
  ...{ cpgPrimary: 20, pgnoParent: 0, multipleExtent: true, nonUnique: false, version2: false },
  ...{ pgnoOE: 2, availBitmap: 0 },
};

function space(owned: Extent[], available: Extent[], buffers: Extent[] = []): TreeSpace {
  return { header: HEADER, owned, available, buffers };
}

describe('spaceUsage', () => {
  it('counts shelved pages neither as owned nor as available', () => {
    const root = space([extent(1, 20)], [extent(15, 18), extent(21, 22, 2)], [extent(10, 12)]);
    expect(spaceUsage(root)).toEqual({ owned: 20, available: 4, reserved: 3 });
    expect(shelvedExtents(root)).toEqual([extent(21, 22, 2)]);
  });
});

describe('pageSpan', () => {
  it('spans all extents, in any order, markers aside', () => {
    expect(pageSpan([extent(30, 40), extent(7, 9), { pgnoLast: 99, cpg: 0, pool: 1 }])).toEqual({ first: 7, last: 40 });
    expect(pageSpan([])).toBeUndefined();
  });
});

describe('unusedEnd', () => {
  const owned = [extent(1, 10), extent(11, 20)];
  const nothing = { first: 21, last: 0x7fffffff };

  it('is behind the last page when that is in use', () => {
    expect(unusedEnd(space(owned, []))).toEqual(nothing);
    expect(unusedEnd(space(owned, [extent(12, 19)]))).toEqual(nothing);
    expect(unusedEnd(space(owned, [extent(12, 19), extent(20, 20, 2)]))).toEqual(nothing);
  });

  it('joins what follows without a gap', () => {
    expect(unusedEnd(space(owned, [extent(18, 20)]))).toEqual({ first: 18, last: 20 });
    expect(unusedEnd(space(owned, [extent(3, 4), extent(8, 10), extent(11, 20)]))).toEqual({ first: 8, last: 20 });
    expect(unusedEnd(space(owned, [extent(16, 20), extent(23, 23, 2)]))).toEqual({ first: 16, last: 20 });
  });
});
