import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/binary/hex.ts';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { decodeKey } from '../../../src/ese/norm/decode-key.ts';
import { describeKey } from '../../../src/ese/norm/describe-key.ts';
import { seekKey } from '../../../src/ese/norm/seek-key.ts';
import { indexOf, segment } from './index-fixture.ts';

const describeHex = (index: Parameters<typeof describeKey>[0], hex: string): string => describeKey(index, fromHex(hex));

describe('describeKey', () => {
  const types = Object.values(Coltyp).filter((coltyp) => coltyp !== Coltyp.Nil && coltyp !== Coltyp.Slv);
  const all = indexOf(types.map((coltyp) => segment({ coltyp })));

  it('names the values', () => {
    const { key } = seekKey(indexOf(all.segments, { keyMost: 2000, varSegMac: 2000 }), [
      ...[
        true,
        7,
        -4,
        5,
        60000n,
        0.5,
        -0.25,
        36526.5,
        Uint8Array.of(1, 2),
        'row "1"',
        Uint8Array.of(9),
        '',
        4000000000,
      ],
      ...[-1n, '00112233-4455-6677-8899-aabbccddeeff', 65535, 3n],
    ]);
    expect(describeKey(all, key)).toBe(
      'true, 7, -4, 5, 60000, 0.5, -0.25, 2000-01-01T12:00:00.000, 0x0102, "ROW \\"1\\"", 0x09, "", 4000000000, ' +
        '-1, {00112233-4455-6677-8899-aabbccddeeff}, 65535, 3',
    );
  });

  it('shows NULL of either kind, ascending and descending', () => {
    expect(describeHex(indexOf([segment(), segment({ descending: true })]), '00ff')).toBe('NULL, NULL');
    expect(describeHex(indexOf([segment()], { sortNullsHigh: true }), 'c0')).toBe('NULL');
  });

  it('marks what was cut', () => {
    const text = segment({ coltyp: Coltyp.Text });
    const binary = segment({ coltyp: Coltyp.Binary });
    expect(describeHex(indexOf([text]), '7f4142')).toBe('"AB"...');
    expect(describeHex(indexOf([binary]), '7f0102030405060708' + '09' + '0a')).toBe('0x01020304050607080a...');
    expect(describeHex(indexOf([segment(), segment()]), '7f80000001' + '7f80')).toBe('1, 0x80...');
    const limited = indexOf([text, segment()], { varSegMac: 4 });
    expect(describeHex(limited, '7f414243' + '7f80000001')).toBe('"ABC"..., 1');
  });

  it('shows fixed binary columns and Unicode text', () => {
    const fixed = segment({ coltyp: Coltyp.Binary, fixed: true, cbMax: 2 });
    expect(describeHex(indexOf([fixed, segment()]), '7f0102' + '7f80000001')).toBe('0x0102, 1');
    const unicode = segment({ coltyp: Coltyp.Text, codePage: 1200 });
    expect(describeHex(indexOf([unicode, segment()]), '7f0e020e040101010100' + '7f80000001')).toBe(
      'sort key 0x0e020e040101010100, 1',
    );
    expect(describeHex(indexOf([unicode]), '7f0e02')).toBe('sort key 0x0e02...');
    expect(describeHex(indexOf([unicode], { lcMapFlags: 0x200 }), '7f004101000000')).toBe('"A\u0100"');
  });

  it('shows dates of either kind, and numbers that are no dates', () => {
    const date = indexOf([segment({ coltyp: Coltyp.DateTime, descending: true })]);
    expect(describeHex(date, '803f1b25165ed097b3')).toBe('2016-12-07T07:13:20.000');
    const fileTime = seekKey(date, [fromHex('5c8fac045e7bdd01')]).key;
    expect(describeKey(date, fileTime)).toBe('2026-11-23T15:19:22.6542940Z');
    expect(describeKey(date, seekKey(date, [1e300]).key)).toBe('1e+300');
  });

  it('shows bytes that are no key of the index as they are', () => {
    const index = indexOf([segment(), segment()]);
    expect(describeHex(index, '7f80000001' + '55ab')).toBe('1, ?0x55ab');
    expect(describeHex(index, '7f80000001' + '00' + '01')).toBe('1, NULL, ?0x01');
    expect(describeHex(index, '40')).toBe('?0x40');
    expect(describeHex(index, '')).toBe('');
  });

  it('accepts any bytes as a key', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const prefixed = fc.array(
      fc.tuple(fc.constantFrom(0x7f, 0x80, 0x00, 0x40, 0xff, 0xc0), fc.uint8Array({ maxLength: 9 })),
      { maxLength: 5 },
    );
    const types = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean(), fc.boolean()), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          prefixed.map((p) => Uint8Array.from(p.flat(2) as number[])),
        ),
        types,
        (key, columns) => {
          const index = indexOf(
            columns.map(([coltyp, descending, fixed]) => segment({ coltyp, descending, fixed, cbMax: 5 })),
          );
          expect(decodeKey(index, key).length).toBeLessThanOrEqual(columns.length + 1);
          expect(typeof describeKey(index, key)).toBe('string');
        },
      ),
    );
  });
});
