// Pages change as the engine changes them: bytes stay where they are as long as they can.
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeFlag, PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';

const SMALL = pageFormat(4096)!;
const LARGE = pageFormat(32768)!;
const NONE = new Uint8Array(0);
const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

function newPage(format = SMALL, reservedTags = false): EditablePage {
  const page = new EditablePage(new Uint8Array(format.pageSize).fill(0xcc), format, 9, reservedTags);
  page.initialize(3, PageFlag.Leaf, 0x1_0000_0002);
  return page;
}

function add(page: EditablePage, line: number, size: number, fill: number): void {
  page.insertLine(line, 0, 0, NONE, 0, 0, new Uint8Array(size).fill(fill), 0, size);
}

const starts = (page: EditablePage): number[] =>
  Array.from({ length: page.lineCount }, (_, i) => page.tagStart(i + 1) - page.format.headerSize);

describe('EditablePage', () => {
  it('makes a new page: header, one tag, nothing else', () => {
    const { bytes } = newPage();
    expect([...bytes.subarray(0, 40)]).toEqual([
      ...[0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0],
      ...[0xd4, 0x0f, 0, 0, 0, 0, 1, 0, 2, 8, 0, 0],
    ]);
    expect(bytes.subarray(40).every((byte) => byte === 0)).toBe(true);
  });

  it('states its own number on large pages, and reserved tags where the revision has them', () => {
    const page = newPage(LARGE, true);
    expect([...page.bytes.subarray(64, 68)]).toEqual([9, 0, 0, 0]);
    expect([...page.bytes.subarray(34, 36)]).toEqual([1, 0x10]);
    add(page, 0, 5, 1);
    expect([...page.bytes.subarray(34, 36)]).toEqual([2, 0x10]);
  });

  it('reserves a page without any tag', () => {
    const page = newPage();
    page.preinitialize(77, 5);
    expect([page.itagMicFree, page.cbFree, page.objidFDP, page.fFlags]).toEqual([0, 4056, 77, 0x20800]);
    expect(() => {
      add(page, 0, 4, 1);
    }).toThrow('has no place for line 0');
  });

  it('keeps dbtimes beyond 32 bits', () => {
    const page = newPage();
    page.dbtime = 2 ** 52 + 3;
    expect([page.dbtime, page.dbtimeDirtied]).toEqual([2 ** 52 + 3, 2n ** 52n + 3n]);
  });

  it('stamps a change: dbtime, no longer scrubbed', () => {
    const page = newPage();
    page.setFlags(page.fFlags | PageFlag.Scrubbed);
    page.stamp(0x1_0000_0003);
    expect([page.dbtimeDirtied, page.fFlags]).toEqual([0x1_0000_0003n, 0x802]);
  });

  it('writes lines one after the other and their tags from the end', () => {
    const page = newPage();
    page.setExternalHeader(bytesOf(1, 2, 3, 4));
    page.insertLine(0, NodeFlag.Deleted, 3, bytesOf(9, 8), 1, 1, bytesOf(7, 6), 0, 2);
    page.insertLine(0, NodeFlag.Version, 0, bytesOf(5), 0, 1, bytesOf(4), 0, 1);
    expect([...page.bytes.subarray(40, 55)]).toEqual([1, 2, 3, 4, 3, 0, 1, 0, 8, 7, 6, 1, 0, 5, 4]);
    expect([...page.bytes.subarray(4084)]).toEqual([7, 0, 4, 0xc0, 4, 0, 11, 0x20, 4, 0, 0, 0]);
    expect([page.cbFree, page.ibMicFree]).toEqual([4056 - 12 - 15, 15]);
  });

  it('keeps flags of large pages in the line', () => {
    const page = newPage(LARGE);
    page.insertLine(0, NodeFlag.Version | NodeFlag.Deleted, 0, bytesOf(5), 0, 1, bytesOf(4), 0, 1);
    expect([...page.bytes.subarray(80, 84)]).toEqual([1, 0x60, 5, 4]);
    page.setLineFlags(0, 0);
    expect([...page.bytes.subarray(80, 84)]).toEqual([1, 0, 5, 4]);
    page.replaceData(0, bytesOf(1, 2, 3), 0, 3);
    expect([...page.bytes.subarray(80, 86)]).toEqual([1, 0, 5, 1, 2, 3]);
  });

  it('leaves holes behind and fills them only when the end of the page is reached', () => {
    const page = newPage();
    for (let i = 0; i < 4; i++) add(page, i, 998, i + 1);
    expect(starts(page)).toEqual([0, 1000, 2000, 3000]);
    page.deleteLine(1);
    expect([starts(page), page.ibMicFree, page.cbFree]).toEqual([[0, 2000, 3000], 4000, 1040]);
    add(page, 0, 500, 9);
    expect([starts(page), page.ibMicFree]).toEqual([[3000, 0, 1000, 2000], 3502]);
    page.verify();
  });

  it('takes the room of the last line back', () => {
    const page = newPage();
    add(page, 0, 10, 1);
    add(page, 1, 20, 2);
    page.deleteLine(1);
    expect(page.ibMicFree).toBe(12);
    page.deleteLine(0);
    expect([page.ibMicFree, page.cbFree]).toEqual([0, 4052]);
  });

  it('grows the last line in place and moves another to the end', () => {
    const page = newPage();
    add(page, 0, 10, 1);
    add(page, 1, 20, 2);
    page.replaceData(1, new Uint8Array(30).fill(3), 0, 30);
    expect(starts(page)).toEqual([0, 12]);
    page.replaceData(0, new Uint8Array(11).fill(4), 0, 11);
    expect([starts(page), page.ibMicFree]).toEqual([[44, 12], 57]);
    page.replaceData(0, bytesOf(5), 0, 1);
    expect([starts(page), page.ibMicFree]).toEqual([[44, 12], 47]);
  });

  it('keeps its prefix as long as lines use it', () => {
    const page = newPage();
    page.setExternalHeader(bytesOf(1, 2, 3, 4, 5));
    page.insertLine(0, 0, 4, NONE, 0, 0, bytesOf(1), 0, 1);
    const symbol = 'JET_errLogOperationInconsistentWithDatabase';
    expect(() => {
      page.setExternalHeader(bytesOf(1, 2, 3));
    }).toThrow(expect.objectContaining({ symbol }));
    page.setExternalHeader(bytesOf(1, 2, 3, 4));
    expect(() => {
      page.insertLine(0, 0, 5, NONE, 0, 0, bytesOf(1), 0, 1);
    }).toThrow(expect.objectContaining({ symbol }));
  });

  it('gives back what rollbacks had reserved when lines need it', () => {
    const page = newPage();
    page.setUncommittedFree(4000);
    expect(page.room).toBe(48);
    add(page, 0, 100, 1);
    expect([page.cbFree, page.cbUncommittedFree]).toEqual([3946, 3946]);
    expect(() => {
      page.setUncommittedFree(3947);
    }).toThrow();
  });

  it('finds damage before the first change', () => {
    const page = newPage();
    add(page, 0, 10, 1);
    page.bytes[28]! ^= 1;
    page.reload();
    expect(() => {
      page.deleteLine(0);
    }).toThrow(expect.objectContaining({ symbol: 'JET_errDatabaseCorrupted' }));
  });

  it('names a line that is not there', () => {
    const page = newPage();
    for (const change of [
      (): void => {
        page.deleteLine(0);
      },
      (): void => {
        page.setLineFlags(-1, 0);
      },
      (): void => {
        page.replaceData(Number.NaN, bytesOf(1), 0, 1);
      },
      (): void => {
        page.insertLine(2, 0, 0, NONE, 0, 0, bytesOf(1), 0, 1);
      },
    ]) {
      let caught: unknown;
      try {
        change();
      } catch (error) {
        caught = error;
      }
      expect(isJetError(caught, 'JET_errBadLineCount')).toBe(true);
    }
  });
});
