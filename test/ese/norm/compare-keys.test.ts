import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { compareKeys } from '../../../src/ese/norm/compare-keys.ts';

const compare = (a: string, b: string): number =>
  Math.sign(compareKeys(fromHex(a), 0, a.length / 2, fromHex(b), 0, b.length / 2));

describe('compareKeys', () => {
  it('compares unsigned bytes, then length', () => {
    expect(compare('7f', '80')).toBe(-1);
    expect(compare('ff', '00')).toBe(1);
    expect(compare('7f00', '7f')).toBe(1);
    expect(compare('', '00')).toBe(-1);
    expect(compare('7f80', '7f80')).toBe(0);
  });

  it('looks at its ranges only', () => {
    expect(compareKeys(fromHex('ff0102ff'), 1, 2, fromHex('000102'), 1, 2)).toBe(0);
  });

  it('orders like hexadecimal text does', () => {
    const bytes = fc.uint8Array({ maxLength: 6, max: 3 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [x, y] = [toHex(a), toHex(b)];
        expect(compare(x, y)).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });
});
