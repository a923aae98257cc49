import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { compareKeys } from '../../../src/ese/norm/compare-keys.ts';
import { decodeKey } from '../../../src/ese/norm/decode-key.ts';
import type { IndexDefinition } from '../../../src/ese/norm/index-definition.ts';
import type { KeyValue } from '../../../src/ese/norm/key-value.ts';
import { seekKey } from '../../../src/ese/norm/seek-key.ts';
import { indexOf, segment } from './index-fixture.ts';

type Order = (a: KeyValue, b: KeyValue) => number;

/** Order of booleans, numbers of one kind, and texts of one alphabet. */
const natural: Order = (a, b) => (Object.is(a, b) ? 0 : a! < b! || (Object.is(a, -0) && b === 0) ? -1 : 1);
const byBytes: Order = (a, b) => {
  const [x, y] = [a as Uint8Array, b as Uint8Array];
  return compareKeys(x, 0, x.length, y, 0, y.length);
};
/** GUID order reads the printed form from its last group. */
const byGroups: Order = (a, b) => {
  const turned = (guid: KeyValue): string => (guid as string).split('-').reverse().join('');
  return natural(turned(a), turned(b));
};

const integer = (bits: number, signed: boolean): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer(signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 }),
    fc.integer({ min: signed ? -3 : 0, max: 3 }),
  );
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
const int64 = fc.oneof(fc.bigInt({ min: least, max: most }), fc.bigInt({ min: -3n, max: 3n }));
const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 3n }));
const double = fc.double({ noNaN: true });
/** Short and of few different bytes, so that equal beginnings are common. */
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20, max: 2 });

/** Each type with values and their order. */
const TYPES: readonly (readonly [string, number, fc.Arbitrary<KeyValue>, Order])[] = [
  ['Bit', Coltyp.Bit, fc.boolean(), natural],
  ['UnsignedByte', Coltyp.UnsignedByte, integer(8, false), natural],
  ['Short', Coltyp.Short, integer(16, true), natural],
  ['UnsignedShort', Coltyp.UnsignedShort, integer(16, false), natural],
  ['Long', Coltyp.Long, integer(32, true), natural],
  ['UnsignedLong', Coltyp.UnsignedLong, integer(32, false), natural],
  ['Currency', Coltyp.Currency, int64, natural],
  ['LongLong', Coltyp.LongLong, int64, natural],
  ['UnsignedLongLong', Coltyp.UnsignedLongLong, uint64, natural],
  ['Single', Coltyp.Single, fc.float({ noNaN: true }), natural],
  ['Double', Coltyp.Double, double, natural],
  ['DateTime', Coltyp.DateTime, double, natural],
  ['GUID', Coltyp.Guid, fc.uuid(), byGroups],
  ['Binary', Coltyp.Binary, bytes, byBytes],
  ['LongBinary', Coltyp.LongBinary, bytes, byBytes],
];

const keyOf = (index: IndexDefinition, ...values: KeyValue[]): Uint8Array => seekKey(index, values).key;
const compare = (a: Uint8Array, b: Uint8Array): number => compareKeys(a, 0, a.length, b, 0, b.length);

describe.each(TYPES)('keys of %s columns', (_, coltyp, values, order) => {
  const up = indexOf([segment({ coltyp })]);
  const down = indexOf([segment({ coltyp, descending: true })]);

  it('sort as the values do, or the other way round', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Math.sign(compare(keyOf(up, a), keyOf(up, b)))).toBe(Math.sign(order(a, b)));
        expect(Math.sign(compare(keyOf(down, a), keyOf(down, b)))).toBe(Math.sign(order(b, a)));
        expect(toHex(keyOf(down, a))).toBe(toHex(keyOf(up, a).map((byte) => ~byte)));
      }),
    );
  });

  it('sort by the next column where the values are equal', () => {
    for (const descending of [false, true]) {
      const two = indexOf([segment({ coltyp, descending }), segment({ coltyp: Coltyp.Short })]);
      fc.assert(
        fc.property(values, values, integer(16, true), integer(16, true), (a, b, m, n) => {
          const first = order(a, b) * (descending ? -1 : 1);
          const expected = first === 0 ? m - n : first;
          expect(Math.sign(compare(keyOf(two, a, m), keyOf(two, b, n)))).toBe(Math.sign(expected));
        }),
      );
    }
  });

  it('come before or after NULL', () => {
    const high = indexOf([segment({ coltyp })], { sortNullsHigh: true });
    fc.assert(
      fc.property(values, (a) => {
        expect(compare(keyOf(up, null), keyOf(up, a))).toBeLessThan(0);
        expect(compare(keyOf(high, null), keyOf(high, a))).toBeGreaterThan(0);
        expect(compare(keyOf(down, null), keyOf(down, a))).toBeGreaterThan(0);
      }),
    );
  });

  it('are cut to a prefix of the whole key', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), fc.boolean(), (a, keyMost, descending) => {
        const segments = [segment({ coltyp: Coltyp.Short, descending }), segment({ coltyp, descending })];
        const whole = keyOf(indexOf(segments), 5, a);
        const cut = keyOf(indexOf(segments, { keyMost, varSegMac: keyMost }), 5, a);
        expect(toHex(cut)).toBe(toHex(whole.slice(0, keyMost)));
      }),
    );
  });

  it('can be turned back into the values', () => {
    for (const dotNetGuid of [false, true]) {
      const index = indexOf([segment({ coltyp }), segment({ coltyp, descending: true })], { dotNetGuid });
      fc.assert(
        fc.property(fc.option(values), fc.option(values), (a, b) => {
          expect(decodeKey(index, keyOf(index, a, b))).toEqual([
            { kind: 'value', value: a, complete: true },
            { kind: 'value', value: b, complete: true },
          ]);
        }),
      );
    }
  });
});

describe('seekKey', () => {
  const long = segment();
  const text = segment({ coltyp: 10 });

  it('orders .NET GUIDs as they are printed', () => {
    const index = indexOf([segment({ coltyp: Coltyp.Guid })], { dotNetGuid: true });
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(Math.sign(compare(keyOf(index, a), keyOf(index, b)))).toBe(natural(a, b));
      }),
    );
  });

  it('orders ASCII text without regard to case', () => {
    const letters = fc.stringMatching(/^[A-Za-z0-9 ]{0,12}$/);
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        const expected = natural(a.toUpperCase(), b.toUpperCase());
        expect(Math.sign(compare(keyOf(indexOf([text]), a), keyOf(indexOf([text]), b)))).toBe(expected);
      }),
    );
  });

  it('cuts ASCII text to a prefix but for its last byte', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,12}$/), fc.integer({ min: 2, max: 8 }), (a, keyMost) => {
        const whole = keyOf(indexOf([text]), a);
        const cut = keyOf(indexOf([text], { keyMost, varSegMac: keyMost }), a);
        const isCut = a.length + 2 > keyMost;
        expect(cut).toHaveLength(isCut && a !== '' ? keyMost : whole.length);
        const same = isCut && a !== '' ? keyMost - 1 : whole.length;
        expect(toHex(cut, 0, same)).toBe(toHex(whole, 0, same));
      }),
    );
  });

  it('makes the beginning of keys from fewer values', () => {
    expect(toHex(keyOf(indexOf([long, text]), 1))).toBe('7f80000001');
    expect(seekKey(indexOf([long]), [])).toEqual({ key: new Uint8Array(0), exact: true });
  });

  it('says when a value is Unicode text', () => {
    const index = indexOf([long, segment({ coltyp: 10, codePage: 1200 }), long]);
    expect(seekKey(index, [1, 'abc', 2])).toMatchObject({ exact: false });
    expect(toHex(seekKey(index, [1, 'abc', 2]).key)).toBe('7f80000001' + '7f');
    expect(seekKey(index, [1, '', 2])).toMatchObject({ exact: true });
  });

  it('refuses values that do not fit', () => {
    const bad: [number, KeyValue][] = [
      [Coltyp.Long, 2 ** 31],
      [Coltyp.Long, 1.5],
      [Coltyp.Long, '1'],
      [Coltyp.UnsignedByte, -1],
      [Coltyp.UnsignedLongLong, 2n ** 64n],
      [Coltyp.Text, '\u4e2d'],
      [Coltyp.Text, 1],
      [Coltyp.Binary, 1],
      [Coltyp.Long, true],
      [Coltyp.Guid, 'no guid'],
      [Coltyp.Guid, new Uint8Array(15)],
    ];
    for (const [coltyp, value] of bad) {
      let thrown: unknown;
      try {
        seekKey(indexOf([segment({ coltyp })]), [value]);
      } catch (e) {
        thrown = e;
      }
      expect([coltyp, value, isJetError(thrown, 'JET_errInvalidParameter')]).toEqual([coltyp, value, true]);
    }
    expect(() => seekKey(indexOf([long]), [1, 2])).toThrow('the index has 1 columns, not 2');
  });
});
