// Random changes of pages against a plain list of lines.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { NodeFlag, PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { expectedFree, hasOverlap, pageHeaderProblem, tagProblem } from '../../../src/ese/page/page-structure.ts';
import { Page } from '../../../src/ese/page/page.ts';

interface Line {
  key: Uint8Array;
  prefixLength: number;
  data: Uint8Array;
  flags: number;
}

const PREFIX = Uint8Array.from({ length: 40 }, (_, i) => 0xa0 + i);
const scratch = new Uint32Array(0x1000);

/** A change, with arguments of which some cannot be. */
type Change =
  | { kind: 'insert'; at: number; prefixLength: number; suffix: Uint8Array; data: Uint8Array; flags: number }
  | { kind: 'rewrite'; at: number; prefixLength: number; suffix: Uint8Array; data: Uint8Array; flags: number }
  | { kind: 'replace'; at: number; data: Uint8Array }
  | { kind: 'delete' | 'compact' | 'clear'; at: number }
  | { kind: 'flags'; at: number; flags: number }
  | { kind: 'header'; at: number; length: number }
  | { kind: 'fill'; at: number };

const at = fc.integer({ min: -1, max: 60 });
const flags = fc.integer({ min: 0, max: 7 });
const suffix = fc.uint8Array({ minLength: 0, maxLength: 60 });
const data = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3000 }).map((n) => new Uint8Array(n).fill(n & 0xff)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40000 }).map((n) => new Uint8Array(n)) },
);
const prefixLength = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 42 }), fc.constant(-1));
const whole = { at, prefixLength, suffix, data, flags };
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('insert' as const), ...whole }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rewrite' as const), ...whole }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('replace' as const), at, data }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flags' as const), at, flags }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('header' as const), at, length: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'clear' as const), at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fill' as const), at }) },
);

function apply(page: EditablePage, lines: Line[], step: Change): void {
  switch (step.kind) {
    case 'insert':
    case 'rewrite': {
      const { prefixLength, suffix, data, flags } = step;
      const line = {
        key: Uint8Array.from([...PREFIX.subarray(0, Math.max(0, prefixLength)), ...suffix]),
        prefixLength,
        data,
        flags,
      };
      if (step.kind === 'insert') {
        page.insertLine(step.at, flags, prefixLength, suffix, 0, suffix.length, data, 0, data.length);
        lines.splice(step.at, 0, line);
      } else {
        page.replaceLine(step.at, flags, prefixLength, suffix, 0, suffix.length, data, 0, data.length);
        lines[step.at] = line;
      }
      return;
    }
    case 'replace':
      page.replaceData(step.at, step.data, 0, step.data.length);
      lines[step.at]!.data = step.data;
      return;
    case 'delete':
      page.deleteLine(step.at);
      lines.splice(step.at, 1);
      return;
    case 'clear':
      page.deleteLinesFrom(step.at);
      lines.length = Math.min(lines.length, Math.max(0, step.at));
      return;
    case 'flags':
      page.setLineFlags(step.at, step.flags);
      lines[step.at]!.flags = step.flags;
      return;
    case 'header':
      page.setExternalHeader(PREFIX.subarray(0, step.length));
      return;
    case 'fill':
      page.fillFree(0xee);
      return;
    default:
      page.compact();
  }
}

function checkPage(page: EditablePage, lines: readonly Line[]): void {
  // As a reader sees it, which knows only the bytes.
  const read = new Page(page.bytes, page.format, page.pgno);
  expect(pageHeaderProblem(read)).toBeUndefined();
  expect(read.lineCount).toBe(lines.length);
  for (let itag = 0; itag < read.itagMicFree; itag++) expect(tagProblem(read, itag)).toBeUndefined();
  expect(read.cbFree).toBe(expectedFree(read));
  expect(hasOverlap(read, scratch)).toBe(false);
  expect([page.cbFree, page.cbUncommittedFree, page.ibMicFree, page.itagMicFree, page.fFlags]).toEqual([
    ...[read.cbFree, read.cbUncommittedFree, read.ibMicFree, read.itagMicFree, read.fFlags],
  ]);
  const node = new NodeView();
  lines.forEach((line, i) => {
    expect(node.load(read, i)).toBe(true);
    expect(Buffer.compare(node.key(), line.key)).toBe(0);
    expect(Buffer.compare(node.data(), line.data)).toBe(0);
    const compressed = line.prefixLength > 0 ? NodeFlag.Compressed : 0;
    expect(node.flags).toBe((line.flags & (NodeFlag.Version | NodeFlag.Deleted)) | compressed);
  });
}

describe.each([4096, 8192, 16384, 32768])('a page of %i bytes', (pageSize) => {
  const format = pageFormat(pageSize)!;

  it('holds what a list would hold, and refuses what cannot be without a trace', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.boolean(), fc.nat(200), (steps, reservedTags, reserve) => {
        const page = new EditablePage(new Uint8Array(pageSize), format, 7, reservedTags);
        page.initialize(12, PageFlag.Leaf, 5);
        page.setExternalHeader(PREFIX);
        page.setUncommittedFree(reserve);
        const lines: Line[] = [];
        for (const step of steps) {
          const before = new Uint8Array(page.bytes);
          try {
            apply(page, lines, step);
          } catch (error) {
            expect(isJetError(error)).toBe(true);
            expect(Buffer.compare(page.bytes, before)).toBe(0);
          }
        }
        checkPage(page, lines);
        expect(page.cbUncommittedFree).toBeLessThanOrEqual(page.cbFree);
      }),
      { numRuns: 150 },
    );
  });

  it('never changes a damaged page', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(255)), (steps, noise) => {
        const bytes = Uint8Array.from({ length: pageSize }, (): number => noise.next().value as number);
        const page = new EditablePage(bytes, format, 7);
        const before = new Uint8Array(bytes);
        for (const step of steps) {
          if (step.kind === 'clear') continue;
          expect(() => {
            apply(page, [], step);
          }).toThrow();
        }
        expect(Buffer.compare(bytes, before)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});
