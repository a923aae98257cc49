// Operations on single nodes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDelta, addDelta64 } from '../../../src/ese/operations/add-delta.ts';
import { applyDiff } from '../../../src/ese/operations/apply-diff.ts';
import { deleteNode } from '../../../src/ese/operations/delete-node.ts';
import { clearVersions, flagDelete, flagInsert, flagVersion } from '../../../src/ese/operations/flag-node.ts';
import { insertNode } from '../../../src/ese/operations/insert-node.ts';
import { nodeParts, usablePrefix } from '../../../src/ese/operations/node-parts.ts';
import { replaceByDiff } from '../../../src/ese/operations/replace-by-diff.ts';
import { flagInsertAndReplace, replaceNode } from '../../../src/ese/operations/replace-node.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { latin, linesOf, pageOf, snapshot } from './page-lines.ts';

const FORMAT = pageFormat(4096)!;
const LARGE = pageFormat(16384)!;
const lines = [
  { key: 'keyA', data: 'one' },
  { key: 'keyB', data: 'two' },
];

describe('insertNode', () => {
  it('leaves to the prefix what it is told to', () => {
    const page = pageOf(FORMAT, 1, lines, 'key');
    insertNode(page, 1, 3, { ...nodeParts(latin('..keyAA..'), latin('-data-')), keyStart: 2, keyLength: 5 }, true);
    expect(linesOf(page)[1]).toEqual({ key: 'keyAA', data: '-data-', flags: 1 });
    expect([page.linePrefix(1), page.linePrefix(0)]).toEqual([3, 3]);
  });

  it('refuses a prefix that the page does not have', () => {
    const page = pageOf(FORMAT, 1, lines, 'key');
    const before = snapshot(page);
    const inconsistent = expect.objectContaining({ symbol: 'JET_errLogOperationInconsistentWithDatabase' }) as Error;
    for (const [key, length] of [
      ['kexAA', 3],
      ['keyA', 4],
      ['ke', 3],
    ] as const) {
      expect(() => {
        insertNode(page, 1, length, nodeParts(latin(key), latin('x')), false);
      }).toThrow(inconsistent);
    }
    expect(snapshot(page)).toBe(before);
  });
});

describe('usablePrefix', () => {
  it('is nothing until it saves something', () => {
    const key = latin('xkey');
    expect([usablePrefix(latin('ke'), key, 1, 3), usablePrefix(latin('keys'), key, 1, 3)]).toEqual([0, 3]);
    expect(usablePrefix(latin('kez'), key, 1, 3)).toBe(0);
  });
});

describe.each([FORMAT, LARGE])('flags on pages of $pageSize bytes', (format) => {
  it('are set and cleared, Compressed left alone', () => {
    const page = pageOf(format, 1, lines, 'key');
    flagDelete(page, 0, true);
    flagVersion(page, 1);
    expect([page.lineFlags(0), page.lineFlags(1)]).toEqual([7, 5]);
    flagInsert(page, 0, false);
    expect(page.lineFlags(0)).toBe(5);
    page.setUncommittedFree(9);
    clearVersions(page);
    expect([page.lineFlags(0), page.lineFlags(1), page.cbUncommittedFree]).toEqual([4, 4, 0]);
    expect(() => {
      flagDelete(page, 2, false);
    }).toThrow('has no line 2');
  });

  it('stay when data is replaced', () => {
    const page = pageOf(format, 1, lines, 'key');
    flagDelete(page, 0, false);
    replaceNode(page, 0, latin('longer data'), 7, 4, true);
    expect(linesOf(page)[0]).toEqual({ key: 'keyA', data: 'data', flags: 3 });
    flagInsertAndReplace(page, 0, latin('live'), 0, 4, false);
    expect(linesOf(page)[0]).toEqual({ key: 'keyA', data: 'live', flags: 1 });
    deleteNode(page, 0);
    expect(linesOf(page)).toEqual([lines[1]]);
  });
});

describe('addDelta', () => {
  const page = pageOf(FORMAT, 1, [{ key: 'k', data: '..\xff\xff\xff\xff\xff\xff\xff\x7f' }]);

  it('adds, round the end of the number', () => {
    expect(addDelta(page, 0, 2, 3, true)).toBe(-1);
    expect(linesOf(page)[0]!.data).toBe('..\x02\0\0\0\xff\xff\xff\x7f');
    expect(addDelta(page, 0, 2, -3, false)).toBe(2);
    expect(addDelta64(page, 0, 2, 1n, false)).toBe(0x7fff_ffff_ffff_ffffn);
    expect(linesOf(page)[0]!.data).toBe('..\0\0\0\0\0\0\0\x80');
    expect(addDelta64(page, 0, 2, -1n, false)).toBe(-(2n ** 63n));
    expect(linesOf(page)[0]).toEqual({ key: 'k', data: '..\xff\xff\xff\xff\xff\xff\xff\x7f', flags: 1 });
  });

  it.each([
    [0, 7],
    [0, -1],
    [1, 0],
    [-1, 0],
  ])('refuses line %i, offset %i', (line, offset) => {
    const before = snapshot(page);
    expect(() => addDelta(page, line, offset, 1, true)).toThrow();
    expect(snapshot(page)).toBe(before);
  });
});

describe('applyDiff', () => {
  const apply = (diff: number[], wide: boolean, old: string): string => {
    const target = new Uint8Array(64);
    const length = applyDiff(Uint8Array.from(diff), 0, diff.length, wide, latin(`..${old}`), 2, old.length, target);
    return Buffer.from(target.subarray(0, length)).toString('latin1');
  };
  const [a, b, c] = [0x61, 0x62, 0x63];

  it('inserts, replaces and deletes in both forms of entries', () => {
    expect(apply([1, 0x40, 2, a, b], false, '0123')).toBe('0ab123');
    expect(apply([1, 0x20, 2, a, b], false, '0123')).toBe('0ab3');
    expect(apply([0, 0, 1, 3, c, 3, 0x40, 1, a], false, '0123')).toBe('ca3');
    expect(apply([2, 0, 0, 2], false, '0123')).toBe('01');
    expect(apply([4, 0xc0, 1, 0, a], false, '0123')).toBe('0123a');
    expect(apply([1, 0, 0x80, 1, 0, 2, 0, a], true, '0123')).toBe('0a3');
    expect(apply([1, 0, 0x20, 1, b], true, '0123')).toBe('0b23');
    expect(apply([], true, '0123')).toBe('0123');
  });

  it.each([
    ['a cut entry', [1]],
    ['cut lengths', [1, 0]],
    ['cut data', [1, 0x40, 2, a]],
    ['an offset beyond the data', [5, 0x40, 1, a]],
    ['entries out of order', [3, 0x20, 1, a, 1, 0x20, 1, b]],
    ['more old bytes than there are', [3, 0, 0, 2]],
    ['more than the target takes', [0, 0xc0, 61, 0, ...new Array<number>(61).fill(a)]],
  ])('refuses %s', (_, diff) => {
    expect(() => apply(diff, false, '0123')).toThrow(expect.objectContaining({ symbol: 'JET_errLogFileCorrupt' }));
  });

  it('never writes beyond its target, whatever the bytes', () => {
    const target = new Uint8Array(100);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 90 }),
        fc.boolean(),
        (diff, old, wide) => {
          try {
            expect(applyDiff(diff, 0, diff.length, wide, old, 0, old.length, target)).toBeLessThanOrEqual(100);
          } catch (error) {
            expect(isJetError(error, 'JET_errLogFileCorrupt')).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('changes a node only when the length comes out right', () => {
    const page = pageOf(FORMAT, 1, lines);
    const diff = Uint8Array.from([0, 0x40, 1, a]);
    expect(() => {
      replaceByDiff(page, 0, diff, 0, 4, false, 5, true);
    }).toThrow('becomes 4 bytes of data instead of 5');
    expect(linesOf(page)).toEqual(lines);
    replaceByDiff(page, 0, diff, 0, 4, false, 4, true);
    expect(linesOf(page)[0]).toEqual({ key: 'keyA', data: 'aone', flags: 1 });
  });
});
