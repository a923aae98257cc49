// The sum of the old format, at all alignments.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { xorOfBytes } from '../../../src/ese/log/sector-scan.ts';

it('counts bytes from the start of the run, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 0, max: 7 }),
      (run, before, offset) => {
        const bytes = new Uint8Array(new ArrayBuffer(200), offset, 180).fill(0xee);
        bytes.set(run, before);
        const sum = [0, 0, 0, 0];
        run.forEach((byte, i) => (sum[i % 4]! ^= byte));
        const expected = (sum[0]! | (sum[1]! << 8) | (sum[2]! << 16) | (sum[3]! << 24)) >>> 0;
        expect(xorOfBytes(bytes, before, before + run.length)).toBe(expected);
      },
    ),
    { numRuns: 1000 },
  );
});
