// Merges of leaves and what they change above; random ones against lists.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { MergeType, mergeLeaf, mergeNeedsSource, mergeParent } from '../../../src/ese/operations/merge-page.ts';
import { NodeFlag, PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { latin, linesOf, pageOf, pointer, snapshot, type TextLine } from './page-lines.ts';

const FORMAT = pageFormat(8192)!;
const NO_KEY = new Uint8Array(0);

const line = fc.record({
  key: fc.string({ maxLength: 10 }).map((text) => `key${text}`),
  data: fc.string({ minLength: 1, maxLength: 40 }),
  flags: fc.constantFrom(0, 0, 1, 2, 3),
});
const plain = (lines: readonly TextLine[]): TextLine[] =>
  lines.map((l) => (l.flags === undefined || l.flags === 0 ? { key: l.key, data: l.data } : l));
const alive = (lines: readonly TextLine[]): TextLine[] =>
  lines.filter((l) => ((l.flags ?? 0) & NodeFlag.Deleted) === 0);

const mergeCase = fc.record({
  source: fc.array(line, { minLength: 1, maxLength: 20 }),
  target: fc.array(line, { maxLength: 10 }),
  prefixes: fc.tuple(fc.constantFrom('', 'key', 'keyaaa'), fc.constantFrom('', 'key', 'key!')),
  at: fc.nat(),
  mergetype: fc.constantFrom(...Object.values(MergeType).filter(mergeNeedsSource)),
});

describe('mergeLeaf', () => {
  it('moves the nodes that are not deleted', () => {
    fc.assert(
      fc.property(mergeCase, ({ source, target, prefixes, at, mergetype }) => {
        const right = mergetype === MergeType.fullRight || mergetype === MergeType.partialRight;
        const full = mergetype === MergeType.fullRight || mergetype === MergeType.fullLeft;
        const last = source.length - 1;
        const ilineMerge = full ? (right ? 0 : last) : at % source.length;
        const page = pageOf(FORMAT, 5, source, prefixes[0]);
        const other = pageOf(FORMAT, right ? 7 : 4, target, prefixes[1]);
        const moved = alive(right ? source.slice(ilineMerge) : source.slice(0, ilineMerge + 1));
        const stays = right ? source.slice(0, ilineMerge) : source.slice(ilineMerge + 1);
        const pages = right ? { source: page, right: other } : { source: page, left: other };
        const plan = { mergetype, ilineMerge, pgnoLeft: 4, pgnoRight: 7, cbUncFreeDest: 3, emptyPage: full };
        mergeLeaf(pages, plan);
        expect(linesOf(other)).toEqual(plain(right ? [...moved, ...target] : [...target, ...moved]));
        expect(linesOf(page)).toEqual(full ? [] : plain(stays));
        expect(other.cbUncommittedFree).toBe(3);
        expect(full).toBe((page.fFlags & PageFlag.Empty) !== 0);
        if (full) expect([page.cbFree, page.ibMicFree]).toEqual([FORMAT.dataSize - 4, 0]);
        expect(right ? other.pgnoPrev : other.pgnoNext).toBe(full ? (right ? 4 : 7) : 0);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses plans that cannot be and leaves all pages as they were', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(0xffff));
    const plans = fc.record({ mergetype: number, ilineMerge: number, cbUncFreeDest: number, emptyPage: fc.boolean() });
    fc.assert(
      fc.property(mergeCase, plans, fc.subarray(['source', 'left', 'right'] as const), (c, plan, given) => {
        const pages = {
          source: pageOf(FORMAT, 5, c.source),
          left: pageOf(FORMAT, 4, c.target, 'key'),
          right: pageOf(FORMAT, 7, [{ key: 'zz', data: 'x'.repeat(7900) }]),
        };
        const before = snapshot(pages.source, pages.left, pages.right);
        const some = Object.fromEntries(given.map((name) => [name, pages[name]]));
        try {
          mergeLeaf(some, { ...plan, pgnoLeft: 4, pgnoRight: 7 });
        } catch (error) {
          expect(isJetError(error), String(error)).toBe(true);
          expect(snapshot(pages.source, pages.left, pages.right)).toBe(before);
          return;
        }
        for (const page of Object.values(pages)) linesOf(page);
      }),
      { numRuns: 400 },
    );
  });

  it('links the siblings of an empty leaf', () => {
    const [left, right] = [pageOf(FORMAT, 4, []), pageOf(FORMAT, 7, [])];
    const source = pageOf(FORMAT, 5, [{ key: 'a', data: 'b', flags: 2 }], 'abc');
    const plan = { mergetype: MergeType.emptyPage, ilineMerge: 0, pgnoLeft: 4, pgnoRight: 7, cbUncFreeDest: 0 };
    mergeLeaf({ source, left, right }, { ...plan, emptyPage: true });
    expect([left.pgnoNext, right.pgnoPrev, source.lineCount, source.externalHeader.length]).toEqual([7, 4, 0, 0]);
    expect(mergeNeedsSource(plan.mergetype)).toBe(false);
  });
});

describe('mergeParent', () => {
  const pointers = (...lines: (readonly [string, number])[]): TextLine[] =>
    lines.map(([key, pgno]) => ({ key, data: pointer(pgno) }));
  const parentOf = (...lines: (readonly [string, number])[]): ReturnType<typeof pageOf> =>
    pageOf(FORMAT, 3, pointers(...lines), 'key', PageFlag.ParentOfLeaf);
  const plan = { ilineMerge: 0, pgnoLeft: 4, pgnoRight: 7, cbUncFreeDest: 0, emptyPage: true };
  const none = { keyChange: false, deleteNode: false, emptyPage: false };

  it('removes the pointer to the merged page', () => {
    const page = parentOf(['key1', 4], ['key2', 5], ['', 7]);
    mergeParent(page, { ...none, iline: 1, deleteNode: true }, { ...plan, mergetype: MergeType.fullRight }, NO_KEY);
    expect(linesOf(page)).toEqual(pointers(['key1', 4], ['', 7]));
  });

  it('lets the last pointer but one lead to all that follows when the last goes', () => {
    const page = parentOf(['key1', 4], ['', 5]);
    mergeParent(page, { ...none, iline: 1, deleteNode: true }, { ...plan, mergetype: MergeType.emptyPage }, NO_KEY);
    expect(linesOf(page)).toEqual(pointers(['', 4]));
  });

  it('changes the separator of the page that nodes left or went to', () => {
    const right = parentOf(['key1', 4], ['key5', 5], ['', 7]);
    const change = { ...none, iline: 1, keyChange: true };
    mergeParent(right, change, { ...plan, mergetype: MergeType.partialRight }, latin('key3'));
    expect(linesOf(right)).toEqual(pointers(['key1', 4], ['key3', 5], ['', 7]));
    const left = parentOf(['key1', 4], ['key5', 5], ['', 7]);
    mergeParent(left, change, { ...plan, mergetype: MergeType.partialLeft }, latin('key3'));
    expect(linesOf(left)).toEqual(pointers(['key3', 4], ['key5', 5], ['', 7]));
  });

  it('turns the pointer to the left page after a full merge to the left', () => {
    const page = parentOf(['key1', 4], ['key5', 5], ['', 7]);
    const both = { ...none, iline: 1, keyChange: true, deleteNode: true };
    mergeParent(page, both, { ...plan, mergetype: MergeType.fullLeft }, NO_KEY);
    expect(linesOf(page)).toEqual(pointers(['key5', 4], ['', 7]));
  });

  it('empties a page that has no child left', () => {
    const page = parentOf(['', 5]);
    mergeParent(page, { ...none, iline: 0, emptyPage: true }, { ...plan, mergetype: MergeType.emptyPage }, NO_KEY);
    expect([page.lineCount, page.fFlags & PageFlag.Empty]).toEqual([0, PageFlag.Empty]);
  });

  it.each([
    ['a line that is not there', { iline: 3, deleteNode: true, keyChange: false }, MergeType.fullRight],
    ['another page to the left', { iline: 2, deleteNode: true, keyChange: true }, MergeType.fullLeft],
    ['both changes of a merge to the right', { iline: 1, deleteNode: true, keyChange: true }, MergeType.fullRight],
    ['the line before the first', { iline: 0, deleteNode: false, keyChange: true }, MergeType.partialLeft],
  ])('refuses %s', (_, change, mergetype) => {
    const page = parentOf(['key1', 4], ['key5', 5], ['', 7]);
    const before = snapshot(page);
    let caught: unknown;
    try {
      mergeParent(page, { ...none, ...change }, { ...plan, mergetype }, latin('key'));
    } catch (error) {
      caught = error;
    }
    expect(isJetError(caught), String(caught)).toBe(true);
    expect(snapshot(page)).toBe(before);
  });
});
