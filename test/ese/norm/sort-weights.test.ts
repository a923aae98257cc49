import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SORT_EXPANSION_COUNT, SORT_WEIGHTS_PACKED } from '../../../src/ese/norm/sort-weights.data.ts';
import { Script, sortWeights } from '../../../src/ese/norm/sort-weights.ts';

const weights = sortWeights();
/** Script member, primary, diacritic and case weight of a character. */
const of = (char: string): number[] => {
  const weight = weights.units[char.charCodeAt(0)]!;
  return [weight & 0xff, (weight >>> 8) & 0xff, (weight >>> 16) & 0xff, weight >>> 24];
};

describe('sortWeights', () => {
  it('unpacks to the table that was packed', () => {
    const { units, expansions } = weights;
    const hash = createHash('sha256');
    for (const bit of [0, 8, 16, 24]) hash.update(Uint8Array.from(units, (weight) => (weight >>> bit) & 0xff));
    hash.update(new Uint8Array(expansions.buffer));
    expect(hash.digest('hex')).toBe('2ad0f60f420a3d0c96d3c772587846b6fc429e9a7ebb6d8051f8f7265b366842');
    expect(expansions.length).toBe(SORT_EXPANSION_COUNT * 2);
    expect(SORT_WEIGHTS_PACKED.length).toBeLessThan(40_000);
  });

  it('holds the weights that Microsoft publishes', () => {
    expect(of('a')).toEqual([14, 2, 2, 2]);
    expect(of('A')).toEqual([14, 2, 2, 18]);
    expect(of('\u00e9')).toEqual([14, 33, 14, 2]);
    expect(of('0')).toEqual([13, 3, 2, 2]);
    expect(of('-')).toEqual([6, 130, 2, 2]);
    expect(of(' ')).toEqual([7, 2, 2, 2]);
    expect(of('\u0416')).toEqual([16, 27, 2, 18]);
    expect(of('\u0301')[0]).toBe(Script.NonspaceMark);
    expect(of('\u0000')).toEqual([0, 0, 0, 0]);
  });

  it('names an expansion for every unit that has one', () => {
    let found = 0;
    for (const weight of weights.units) {
      if ((weight & 0xff) !== Script.Expansion) continue;
      found++;
      expect(weight >>> 16).toBeLessThan(SORT_EXPANSION_COUNT);
    }
    expect(found).toBeGreaterThan(700);
    const pair = (weights.units[0xe6]! >>> 16) * 2;
    expect(String.fromCharCode(...weights.expansions.slice(pair, pair + 2))).toBe('ae');
  });
});
