// Splits of random pages against a list of lines; and plans that cannot be.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { newPage } from '../../../src/ese/operations/new-page.ts';
import { nodeParts } from '../../../src/ese/operations/node-parts.ts';
import { splitPage } from '../../../src/ese/operations/split-page.ts';
import {
  NO_LINE,
  SplitOper,
  SplitType,
  splitNeedsSource,
  type SplitPlan,
} from '../../../src/ese/operations/split-plan.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeFlag, PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { latin, linesOf, pageOf, snapshot, type TextLine } from './page-lines.ts';

interface Case {
  readonly lines: TextLine[];
  readonly prefix: string;
  readonly oper: number;
  readonly ilineOper: number;
  readonly ilineSplit: number;
  readonly node: TextLine;
  readonly prefixLines: readonly [number, number];
  readonly vertical: boolean;
  readonly versioned: boolean;
}

const key = fc
  .tuple(fc.constantFrom('aaaa', 'aaab', 'aabbbbbb', 'ab', ''), fc.string({ maxLength: 12 }))
  .map((p) => p.join(''));
const line = fc.record({
  key,
  data: fc.string({ minLength: 1, maxLength: 60 }),
  flags: fc.constantFrom(0, 0, 0, 1, 2, 3),
});
const byKey = (a: TextLine, b: TextLine): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const splitCase: fc.Arbitrary<Case> = fc
  .record({
    lines: fc.array(line, { minLength: 2, maxLength: 25 }).map((lines) => lines.toSorted(byKey)),
    prefix: fc.constantFrom('', 'aaaa', 'aabbbbbbb', 'aaabcd'),
    oper: fc.constantFrom(...Object.values(SplitOper)),
    at: fc.nat(),
    split: fc.nat(),
    node: fc.record({ key, data: fc.string({ minLength: 1, maxLength: 300 }) }),
    prefixLines: fc.tuple(fc.integer({ min: -1, max: 30 }), fc.integer({ min: -1, max: 30 })),
    vertical: fc.boolean(),
    versioned: fc.boolean(),
  })
  .map(({ at, split, ...rest }) => {
    const count = rest.lines.length + (rest.oper === SplitOper.insert ? 1 : 0);
    const ilineOper = rest.oper === SplitOper.none ? 0 : at % count;
    return { ...rest, ilineOper, ilineSplit: rest.vertical ? 0 : 1 + (split % (count - 1)) };
  });

/** All lines with the operation done. */
function expectedLines({ lines, oper, ilineOper, node, versioned }: Case): TextLine[] {
  const flag = versioned ? NodeFlag.Version : 0;
  if (oper === SplitOper.none) return lines;
  if (oper === SplitOper.insert) return lines.toSpliced(ilineOper, 0, { ...node, flags: flag });
  const old = lines[ilineOper]!;
  const kept = oper === SplitOper.flagInsertAndReplace ? old.flags! & ~NodeFlag.Deleted : old.flags!;
  return lines.with(ilineOper, { key: old.key, data: node.data, flags: kept | flag });
}

function planOf(c: Case): SplitPlan {
  const all = expectedLines(c);
  // Roots have no prefix; else any line may lend its key.
  const source = c.vertical ? -1 : Math.min(c.prefixLines[0], c.ilineSplit - 1);
  const target = Math.min(c.prefixLines[1], all.length - c.ilineSplit - 1);
  return {
    splittype: c.vertical ? SplitType.vertical : SplitType.right,
    ...{ splitoper: c.oper, pgnoSplit: 5, pgnoNew: 6, pgnoRight: c.vertical ? 0 : 7 },
    ...{ ilineOper: c.ilineOper, ilineSplit: c.ilineSplit, clines: all.length },
    fNewPageFlags: PageFlag.Leaf,
    fSplitPageFlags: c.vertical ? PageFlag.Root | PageFlag.ParentOfLeaf : PageFlag.Leaf,
    ...{ cbUncFreeSrc: 1, cbUncFreeDest: 2 },
    ilinePrefixNew: target < 0 ? NO_LINE : target,
    prefixSplitOld: latin(c.vertical ? '' : c.prefix),
    prefixSplitNew: source < 0 ? new Uint8Array(0) : latin(all[source]!.key),
  };
}

const FORMATS = [4096, 32768].map((size) => pageFormat(size)!);
const plain = (lines: readonly TextLine[]): TextLine[] =>
  lines.map((l) => (l.flags === undefined || l.flags === 0 ? { key: l.key, data: l.data } : l));

function setUp(c: Case, format: (typeof FORMATS)[number]): [EditablePage, EditablePage, EditablePage] {
  const flags = c.vertical ? PageFlag.Root | PageFlag.Leaf : PageFlag.Leaf;
  const source = pageOf(format, 5, c.lines, c.vertical ? '' : c.prefix, flags);
  if (c.vertical) source.setExternalHeader(new Uint8Array(16));
  const target = new EditablePage(new Uint8Array(format.pageSize), format, 6);
  newPage(target, 1, PageFlag.Leaf, 11);
  return [source, target, pageOf(format, 7, [{ key: 'z', data: 'z' }])];
}

describe.each(FORMATS)('pages of $pageSize bytes', (format) => {
  it('are split as a list is', () => {
    fc.assert(
      fc.property(splitCase, (c) => {
        const [source, target, right] = setUp(c, format);
        const plan = planOf(c);
        splitPage({ source, target, right }, plan, nodeParts(latin(c.node.key), latin(c.node.data)), c.versioned);
        const all = plain(expectedLines(c));
        // A replace that stays on the split page drops the flags of the old node.
        const kept = all.slice(0, c.ilineSplit);
        if (c.oper >= SplitOper.replace && c.ilineOper < c.ilineSplit) {
          kept[c.ilineOper] = plain([{ ...kept[c.ilineOper]!, flags: c.versioned ? NodeFlag.Version : 0 }])[0]!;
        }
        expect(linesOf(target)).toEqual(all.slice(c.ilineSplit));
        expect([source.cbUncommittedFree, target.cbUncommittedFree]).toEqual([1, 2]);
        if (c.vertical) {
          expect(linesOf(source)).toEqual([{ key: '', data: '\x06\0\0\0' }]);
          expect(source.fFlags).toBe(PageFlag.Root | PageFlag.ParentOfLeaf);
          return;
        }
        expect(linesOf(source)).toEqual(kept);
        expect([source.pgnoNext, target.pgnoPrev, target.pgnoNext, right.pgnoPrev]).toEqual([6, 5, 7, 6]);
        expect(Buffer.compare(source.externalHeader, plan.prefixSplitNew)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('come out the same when only one of them is redone', () => {
    fc.assert(
      fc.property(splitCase, (c) => {
        const [source, target] = setUp(c, format);
        const [source2, target2] = setUp(c, format);
        const plan = planOf(c);
        const node = nodeParts(latin(c.node.key), latin(c.node.data));
        splitPage({ source, target }, plan, node, c.versioned);
        splitPage({ source: source2 }, plan, node, c.versioned);
        expect(snapshot(source2)).toBe(snapshot(source));
        const alone = (): void => {
          splitPage({ target: target2 }, plan, node, c.versioned);
        };
        if (splitNeedsSource(plan)) {
          expect(alone).toThrow('needs the split page');
          return;
        }
        alone();
        expect(snapshot(target2)).toBe(snapshot(target));
      }),
      { numRuns: 200 },
    );
  });

  it('redo of the new page alone leaves a key that is too short for a prefix whole', () => {
    const lines = Array.from({ length: 10 }, () => ({ key: 'aaaa', data: ' ' }));
    const node = { key: ' ', data: ' ' };
    const c: Case = {
      ...{ lines, prefix: '', oper: SplitOper.insert, ilineOper: 10, ilineSplit: 10, node },
      ...{ prefixLines: [0, 0], vertical: false, versioned: false },
    };
    const [source, target] = setUp(c, format);
    const [, alone] = setUp(c, format);
    const parts = nodeParts(latin(node.key), latin(node.data));
    splitPage({ source, target }, planOf(c), parts, false);
    splitPage({ target: alone }, planOf(c), parts, false);
    expect(snapshot(alone)).toBe(snapshot(target));
    expect(linesOf(alone)).toEqual([node]);
  });

  it('stay as they were when the plan cannot be', () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.constantFrom(0xffff, -32768, 0x7fffffff));
    const wrong = fc.record(
      {
        ...{ splittype: number, splitoper: number, ilineOper: number, ilineSplit: number, clines: number },
        ...{ ilinePrefixNew: number, cbUncFreeSrc: number, cbUncFreeDest: number, fNewPageFlags: fc.nat(0xff) },
        ...{
          fSplitPageFlags: fc.nat(0xff),
          prefixSplitOld: fc.uint8Array(),
          prefixSplitNew: fc.uint8Array({ maxLength: 5000 }),
        },
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(splitCase, wrong, fc.nat(5000), fc.nat(3), (c, override, dataSize, child) => {
        const [source, target, right] = setUp(c, format);
        const before = snapshot(source, target, right);
        const plan = { ...planOf(c), ...override };
        const data = dataSize > 4000 ? new Uint8Array(dataSize) : latin(c.node.data);
        try {
          splitPage({ source, target, right }, plan, nodeParts(latin(c.node.key), data), c.versioned, child);
        } catch (error) {
          expect(isJetError(error), String(error)).toBe(true);
          expect(snapshot(source, target, right)).toBe(before);
          return;
        }
        for (const page of [source, target]) linesOf(page);
      }),
      { numRuns: 600 },
    );
  });
});
