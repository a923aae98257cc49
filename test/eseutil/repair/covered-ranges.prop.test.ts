// Sets of key ranges against the plain definition: a key is covered when some range that was added holds it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWholeKeys } from '../../../src/ese/norm/compare-keys.ts';
import { CoveredRanges } from '../../../src/eseutil/repair/covered-ranges.ts';

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 4 });
const range = fc
  .tuple(key, key)
  .map(([a, b]) => (compareWholeKeys(a, b) <= 0 ? [a, b] : [b, a]) as [Uint8Array, Uint8Array]);

it('holds what any of its ranges holds, and touches what meets one of them', () => {
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }),
      fc.array(key, { maxLength: 20 }),
      range,
      (ranges, keys, [first, last]) => {
        const covered = new CoveredRanges();
        for (const [a, b] of ranges) covered.add(a, b);
        const holds = (k: Uint8Array): boolean =>
          ranges.some(([a, b]) => compareWholeKeys(k, a) >= 0 && compareWholeKeys(k, b) <= 0);
        for (const k of keys) expect(covered.has(k, k.length)).toBe(holds(k));
        const meets = ranges.some(([a, b]) => compareWholeKeys(last, a) >= 0 && compareWholeKeys(first, b) <= 0);
        expect(covered.touches(first, last)).toBe(meets);
      },
    ),
  );
});
