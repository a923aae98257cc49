import { describe, expect, it } from 'vitest';
import { tupleLength } from '../../../src/ese/norm/tuple.ts';

const limits = { chLengthMin: 3, chLengthMax: 10, chToIndexMax: 100, cchIncrement: 1, ichStart: 0 };

describe('tupleLength', () => {
  it('takes up to the greatest length, and no less than the least', () => {
    expect([0, 5, 10, 11, 12, 13, 20].map((ich) => tupleLength(limits, 1, 255, 15, ich))).toEqual([
      10, 10, 5, 4, 3, -1, -1,
    ]);
    expect(tupleLength(limits, 1, 255, 0, 0)).toBe(-1);
  });

  it('counts characters, not bytes, of Unicode text', () => {
    expect([0, 5, 7, 12, 13].map((ich) => tupleLength(limits, 2, 255, 30, ich))).toEqual([20, 20, 16, 6, -1]);
    expect(tupleLength(limits, 2, 255, 31, 12)).toBe(7);
  });

  it('sees no more of a value than a key can hold', () => {
    const long = { ...limits, chLengthMin: 150, chLengthMax: 200 };
    expect(tupleLength(long, 2, 255, 1000, 0)).toBe(-1);
    expect(tupleLength(long, 2, 1000, 1000, 0)).toBe(400);
  });
});
