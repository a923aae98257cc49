// Values that programs give: every type comes back from a record as it is documented.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { encodeKeyValue } from '../../../src/ese/norm/key-value.ts';
import { decodeValue } from '../../../src/ese/record/value.ts';
import { keyValueOf, RowInputs, storedInput, type InputValue } from '../../../src/ese/tx/input-value.ts';
import { afterPrefix } from '../../../src/ese/tx/index-range.ts';

const roundTrip = (coltyp: Coltyp, value: InputValue, codePage = 0): unknown => {
  const bytes = storedInput(coltyp, codePage, value)!.slice();
  expect(bytes).toEqual(encodeKeyValue(coltyp, codePage, keyValueOf(coltyp, value)));
  return decodeValue({ coltyp, codePage }, bytes, 0, bytes.length);
};

describe('input values', () => {
  it('dates are read as the text of the time that was given', () => {
    const least = Date.UTC(200, 0, 1);
    const most = Date.UTC(9000, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: least, max: most }), (millis) => {
        const date = new Date(millis);
        const text = date.toISOString().slice(0, -1);
        expect(roundTrip(Coltyp.DateTime, date)).toBe(text);
        expect(roundTrip(Coltyp.DateTime, text)).toBe(text);
        expect(roundTrip(Coltyp.DateTime, date.toISOString())).toBe(text);
      }),
    );
    expect(storedInput(Coltyp.DateTime, 0, new Date(Date.UTC(1899, 11, 29, 12)))).toEqual(
      new Uint8Array(new Float64Array([-1.5]).buffer),
    );
    expect(roundTrip(Coltyp.DateTime, '2026-01-02T03:04:05.1234567Z')).toBe('2026-01-02T03:04:05.1234567Z');
    expect(roundTrip(Coltyp.DateTime, 25569.5)).toBe('1970-01-01T12:00:00.000');
    expect(roundTrip(Coltyp.DateTime, '2026-01-02T03:04:05+02:00')).toBe('2026-01-02T01:04:05.000');
  });

  it('numbers, texts, GUIDs and bytes come back as they were', () => {
    expect(roundTrip(Coltyp.Bit, true)).toBe(true);
    expect(roundTrip(Coltyp.UnsignedByte, 255)).toBe(255);
    expect(roundTrip(Coltyp.Short, -32768)).toBe(-32768);
    expect(roundTrip(Coltyp.UnsignedShort, 65535)).toBe(65535);
    expect(roundTrip(Coltyp.Long, -(2 ** 31))).toBe(-(2 ** 31));
    expect(roundTrip(Coltyp.UnsignedLong, 2 ** 32 - 1)).toBe(2 ** 32 - 1);
    expect(roundTrip(Coltyp.LongLong, -5)).toBe(-5n);
    expect(roundTrip(Coltyp.Currency, 2n ** 63n - 1n)).toBe(2n ** 63n - 1n);
    expect(roundTrip(Coltyp.UnsignedLongLong, 2n ** 64n - 1n)).toBe(2n ** 64n - 1n);
    expect(roundTrip(Coltyp.Single, 0.5)).toBe(0.5);
    expect(roundTrip(Coltyp.Double, -1e300)).toBe(-1e300);
    expect(roundTrip(Coltyp.Text, 'na\u00efve \u20ac', 1252)).toBe('na\u00efve \u20ac');
    expect(roundTrip(Coltyp.LongText, 'na\u00efve \u{1f600}', 1200)).toBe('na\u00efve \u{1f600}');
    expect(roundTrip(Coltyp.Guid, '{01234567-89AB-cdef-0123-456789abcdef}')).toBe(
      '01234567-89ab-cdef-0123-456789abcdef',
    );
    expect(roundTrip(Coltyp.LongBinary, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(storedInput(Coltyp.Long, 0, null)).toBeUndefined();
  });

  it('refuses what a column cannot hold', () => {
    const wrong: readonly (readonly [Coltyp, InputValue])[] = [
      [Coltyp.UnsignedByte, 256],
      [Coltyp.Short, 1.5],
      [Coltyp.Long, 2 ** 31],
      [Coltyp.UnsignedLong, -1],
      [Coltyp.LongLong, 2n ** 63n],
      [Coltyp.Long, 'x'],
      [Coltyp.Long, new Date(0)],
      [Coltyp.DateTime, 'yesterday'],
      [Coltyp.DateTime, new Date(NaN)],
      [Coltyp.Guid, 'short'],
    ];
    for (const [coltyp, value] of wrong) {
      expect(() => storedInput(coltyp, 0, value), `${coltyp}`).toThrow(/is no value of a/);
    }
  });

  it('rows may name their columns in any case', () => {
    const column = { name: 'When', coltyp: Coltyp.DateTime } as never;
    const plain = { name: 'Id', coltyp: Coltyp.Long } as never;
    const inputs = new RowInputs('t', [column, plain]);
    const ready = { Id: 1 };
    expect(inputs.values(ready)).toBe(ready);
    expect(inputs.values({ WHEN: new Date(0), id: 2, Id: undefined })).toEqual({ When: 25569, Id: 2 });
    expect(() => inputs.values({ other: 1 })).toThrow('no column other');
    expect(() => inputs.values({ Id: new Date(0) })).toThrow('a Date is no value');
  });
});

describe('afterPrefix', () => {
  it('is the first key after all that begin with the prefix', () => {
    expect(afterPrefix(Uint8Array.of(0x7f, 0x01))).toEqual(Uint8Array.of(0x7f, 0x02));
    expect(afterPrefix(Uint8Array.of(0x7f, 0xff, 0xff))).toEqual(Uint8Array.of(0x80));
    expect(afterPrefix(Uint8Array.of(0xff, 0xff))).toBeUndefined();
  });
});
