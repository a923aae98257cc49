import { describe, expect, it } from 'vitest';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { pageGaps } from '../../../src/ese/page/page-gaps.ts';
import { Page } from '../../../src/ese/page/page.ts';

/** A page of 4 KB with tags of these places and lengths, places counted from the end of the header. */
function page(tags: readonly (readonly [number, number])[]): Page {
  const bytes = Buffer.alloc(4096);
  bytes.writeUInt16LE(tags.length, 34);
  tags.forEach(([start, length], i) => {
    bytes.writeUInt16LE(length, 4096 - 4 * (i + 1));
    bytes.writeUInt16LE(start, 4096 - 4 * (i + 1) + 2);
  });
  return new Page(bytes, pageFormat(4096)!, 7);
}

describe('gaps of a page', () => {
  it('are what no line takes, whatever the order of the lines', () => {
    expect(
      pageGaps(
        page([
          [0, 0],
          [100, 50],
          [20, 30],
          [150, 10],
        ]),
      ),
    ).toEqual([
      { start: 40, end: 60, endsAtLine: true },
      { start: 90, end: 140, endsAtLine: true },
      { start: 200, end: 4096 - 16, endsAtLine: false },
    ]);
  });

  it('are the whole page where there are no lines', () => {
    expect(pageGaps(page([[0, 16]]))).toEqual([{ start: 56, end: 4092, endsAtLine: false }]);
    expect(pageGaps(page([]))).toEqual([{ start: 40, end: 4096, endsAtLine: false }]);
  });

  it('lie inside the page even when tags are damaged or overlap', () => {
    const gaps = pageGaps(
      page([
        [0, 16],
        [8000, 90],
        [10, 100],
        [50, 4000],
        [3900, 8191],
      ]),
    );
    expect(gaps).toEqual([{ start: 150, end: 4096 - 20, endsAtLine: false }]);
  });
});
