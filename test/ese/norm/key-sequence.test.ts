import { describe, expect, it } from 'vitest';
import type { IndexDefinition } from '../../../src/ese/norm/index-definition.ts';
import { KeySequence } from '../../../src/ese/norm/key-sequence.ts';
import { indexOf, segment } from './index-fixture.ts';

/** Goes through a record whose segments have so many values each, as key building does. */
function visited(counts: readonly number[], multi: readonly boolean[], flags: Partial<IndexDefinition>): string[] {
  const sequence = new KeySequence(
    indexOf(
      multi.map((multiValued) => segment({ multiValued })),
      flags,
    ),
  );
  const seen: string[] = [];
  sequence.restart();
  while (!sequence.done) {
    const ranOut = counts.findIndex((count, i) => sequence.itags[i]! > Math.max(count, 1));
    const allRanOut = counts.every((count, i) => !multi[i]! || sequence.itags[i]! > Math.max(count, 1));
    if (flags.nestedTable === true ? allRanOut : ranOut >= 0) {
      sequence.rollOver(flags.nestedTable === true ? 0 : ranOut);
    } else {
      seen.push(sequence.itags.join(''));
      sequence.advance();
    }
  }
  return seen;
}

describe('KeySequence', () => {
  it('takes one key of single values', () => {
    expect(visited([1, 1], [false, false], {})).toEqual(['11']);
    expect(visited([], [], {})).toEqual([]);
  });

  it('goes through the values of the first multi-valued column', () => {
    expect(visited([1, 3, 2], [false, true, true], {})).toEqual(['111', '121', '131']);
    expect(visited([0], [true], {})).toEqual(['1']);
  });

  it('combines all values in a cross product, the last column fastest', () => {
    expect(visited([2, 1, 3], [true, false, true], { crossProduct: true })).toEqual([
      '111',
      '112',
      '113',
      '211',
      '212',
      '213',
    ]);
    expect(visited([2, 2, 2], [true, true, true], { crossProduct: true })).toHaveLength(8);
  });

  it('takes values of the same number together in a nested table', () => {
    expect(visited([2, 3], [true, true], { nestedTable: true })).toEqual(['11', '22', '33']);
  });
});
