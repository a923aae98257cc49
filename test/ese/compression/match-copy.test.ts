import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyMatch } from '../../../src/ese/compression/match-copy.ts';

test('a match copies like a byte by byte loop, overlap included', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 90 }),
      fc.nat(),
      fc.nat({ max: 400 }),
      (start, back, length) => {
        const at = start.length;
        const offset = (back % at) + 1;
        const wanted = [...start];
        for (let i = 0; i < length; i++) wanted.push(wanted[wanted.length - offset]!);
        const out = new Uint8Array(at + length + 1);
        out.set(start);
        copyMatch(out, at, offset, length);
        expect([...out]).toEqual([...wanted, 0]);
      },
    ),
  );
});
