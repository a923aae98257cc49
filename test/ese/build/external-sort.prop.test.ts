// Any pairs come out as Array.sort orders them, whatever the memory: all in it, many runs, many passes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { MemorySpillStore } from './memory-spill-store.ts';

type Pair = readonly [key: Uint8Array, data: Uint8Array];

/** Few different bytes, zeros among them: many keys agree, end within each other, differ in trailing zeros only. */
const likelyAlike = fc
  .array(fc.constantFrom(0, 0, 1, 0xff), { maxLength: 14, size: 'max' })
  .map((bytes) => Uint8Array.from(bytes));
const anything = fc.uint8Array({ maxLength: 40 });
const part = fc.oneof({ arbitrary: likelyAlike, weight: 3 }, anything);
const pairs = fc.oneof(
  fc.array(fc.tuple(part, part), { maxLength: 400, size: 'max' }),
  // One key for all, or keys with a long common beginning.
  fc.tuple(part, fc.array(part, { maxLength: 200, size: 'max' })).map(([key, data]) => data.map((d): Pair => [key, d])),
  fc
    .tuple(anything, fc.array(fc.tuple(part, part), { maxLength: 200, size: 'max' }))
    .map(([prefix, rest]) => rest.map(([key, d]): Pair => [Uint8Array.from([...prefix, ...key]), d])),
);

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
};
const comparePairs = (a: Pair, b: Pair): number => compareBytes(a[0], b[0]) || compareBytes(a[1], b[1]);
const pairText = ([key, data]: Pair): string => `${toHex(key)} ${toHex(data)}`;

/** Sorts, each pair handed over from the middle of other bytes. */
function sortPairs(input: readonly Pair[], limit: number, fanIn: number): { sorted: string[]; duplicates: number } {
  const spill = new MemorySpillStore();
  let duplicates = 0;
  const sort = new ExternalSort({ spill, limit, fanIn, onDuplicateKey: () => duplicates++ });
  for (const [key, data] of input) {
    const bytes = Uint8Array.from([9, ...key, 8, ...data, 7]);
    const dataStart = key.length + 2;
    sort.add(bytes, 1, key.length + 1, bytes, dataStart, dataStart + data.length);
  }
  const sorted: string[] = [];
  for (const { bytes, keyStart, keyLength, dataStart, dataLength } of sort.sorted())
    sorted.push(
      pairText([bytes.subarray(keyStart, keyStart + keyLength), bytes.subarray(dataStart, dataStart + dataLength)]),
    );
  expect(spill.open).toBe(0);
  return { sorted, duplicates };
}

describe('ExternalSort', () => {
  for (const [name, limits, fanIns] of [
    ['in memory', [1 << 20], [64]],
    ['with many runs', [30, 200, 1000, 5000], [64]],
    ['with many passes', [1, 100, 300, 2000], [2, 3, 5]],
  ] as const) {
    it(`sorts as Array.sort does: ${name}`, () => {
      const property = fc.property(
        pairs,
        fc.constantFrom(...limits),
        fc.constantFrom(...fanIns),
        (input, limit, fanIn) => {
          const { sorted, duplicates } = sortPairs(input, limit, fanIn);
          expect(sorted).toEqual(input.toSorted(comparePairs).map(pairText));
          expect(duplicates).toBe(input.length - new Set(input.map(([key]) => toHex(key))).size);
        },
      );
      fc.assert(property, { numRuns: 500 });
    });
  }
});
