// Counting references to long values, in memory and through a sorter.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { ReferenceCounts } from '../../../src/ese/build/reference-counts.ts';
import { memorySpillStore } from '../../../src/ese/io/memory-spill.ts';

/** An id as records hold it. */
function lid(number: bigint): Uint8Array {
  const bytes = new Uint8Array(number >> 63n === 1n ? 8 : 4);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((number >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

const key = (number: bigint): Uint8Array => lid(number).reverse();
const BIG = 1n << 63n;

it.each([
  ['in memory', undefined],
  ['through a sorter', () => new ExternalSort({ spill: memorySpillStore, limit: 4096 })],
] as const)('counts what was added, %s', (_name, newSorter) => {
  const number = fc.oneof(fc.bigInt({ min: 1n, max: 40n }), fc.bigInt({ min: BIG + 1n, max: BIG + 40n }));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 200 }), fc.uniqueArray(number), (references, values) => {
      const counts = newSorter === undefined ? new ReferenceCounts() : new ReferenceCounts(newSorter, 8);
      for (const reference of references) counts.add(lid(reference), 0, lid(reference).length);
      counts.sort();
      const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
      for (const value of sorted) {
        const expected = references.filter((reference) => reference === value).length;
        expect(counts.countOf(key(value), key(value).length)).toBe(expected);
      }
      counts.finish();
      expect(counts.missing).toBe(references.filter((reference) => !values.includes(reference)).length);
    }),
    { numRuns: newSorter === undefined ? 200 : 40 },
  );
});
