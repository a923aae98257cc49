import { expect, it } from 'vitest';
import { LookedUpValues } from '../../../src/ese/norm/column-values.ts';

it('LookedUpValues selects what the look-up finds', () => {
  const values = new LookedUpValues((columnId, itag) => [Uint8Array.of(columnId), new Uint8Array(0)][itag - 1]);
  expect([values.select(7, 1), values.start, values.end, values.bytes[0]]).toEqual([true, 0, 1, 7]);
  expect([values.select(7, 2), values.start, values.end]).toEqual([true, 0, 0]);
  expect([values.select(7, 3), values.start, values.end]).toEqual([false, 0, 0]);
});
