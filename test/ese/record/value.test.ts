import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { guidText } from '../../../src/binary/guid.ts';
import { dateTimeMillis, dateTimeText, decodeValue, oleDateMillis } from '../../../src/ese/record/value.ts';

function decode(coltyp: number, bytes: ArrayLike<number>, codePage = 0): unknown {
  // Two strange bytes on each side: a value is read from where it stands.
  const padded = Uint8Array.from([0xaa, 0xbb, ...Array.from(bytes), 0xcc, 0xdd]);
  return decodeValue({ coltyp: coltyp as Coltyp, codePage }, padded, 2, padded.length - 2);
}

function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function int64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return bytes;
}

describe('decodeValue', () => {
  it('reads integers, signed and unsigned, of every size', () => {
    expect(decode(Coltyp.Bit, [0])).toBe(false);
    expect(decode(Coltyp.Bit, [0xff])).toBe(true);
    expect(decode(Coltyp.Bit, [1])).toBe(true);
    expect(decode(Coltyp.UnsignedByte, [0xfe])).toBe(254);
    expect(decode(Coltyp.Short, [0xfe, 0xff])).toBe(-2);
    expect(decode(Coltyp.UnsignedShort, [0xfe, 0xff])).toBe(65534);
    expect(decode(Coltyp.Long, [0xfe, 0xff, 0xff, 0xff])).toBe(-2);
    expect(decode(Coltyp.UnsignedLong, [0xfe, 0xff, 0xff, 0xff])).toBe(4294967294);
  });

  it('reads 64-bit integers in full precision', () => {
    expect(decode(Coltyp.Currency, int64(-9223372036854775807n))).toBe(-9223372036854775807n);
    expect(decode(Coltyp.LongLong, int64(9007199254740993n))).toBe(9007199254740993n);
    expect(decode(Coltyp.UnsignedLongLong, int64(-1n))).toBe(18446744073709551615n);
  });

  it('reads floating point, zero with its sign', () => {
    expect(decode(Coltyp.Single, [0, 0, 0x80, 0x3f])).toBe(1);
    expect(decode(Coltyp.Double, double(-13391339.13391339))).toBe(-13391339.13391339);
    expect(decode(Coltyp.Double, double(-0))).toBe(-0);
    expect(decode(Coltyp.Double, double(NaN))).toBeNaN();
  });

  it('reads GUIDs in their canonical form', () => {
    const bytes = Buffer.from('f10a363f6766dc469af20dacf295c2a1', 'hex');
    bytes.set([0x66, 0x67], 4);
    expect(guidText(bytes, 0)).toBe('3f360af1-6766-46dc-9af2-0dacf295c2a1');
    expect(decode(Coltyp.Guid, bytes)).toBe('3f360af1-6766-46dc-9af2-0dacf295c2a1');
  });

  it('reads text in its code page and keeps NULs, padding and lone surrogates', () => {
    expect(decode(Coltyp.Text, Buffer.from('a\0b 🦊\ud83e', 'utf16le'), 1200)).toBe('a\0b 🦊\ud83e');
    expect(decode(Coltyp.Text, [0x80, 0x41, 0x9f, 0x20, 0x20], 1252)).toBe('€AŸ  ');
    expect(decode(Coltyp.LongText, [], 1200)).toBe('');
    expect(decode(Coltyp.LongText, Buffer.from('ab', 'utf16le').subarray(0, 3), 1200)).toBe('a');
  });

  it('gives binary as it is', () => {
    expect(decode(Coltyp.LongBinary, [1, 2, 3])).toEqual(Uint8Array.of(1, 2, 3));
    expect(decode(Coltyp.Binary, [])).toEqual(new Uint8Array(0));
  });

  it('refuses sizes that the type does not have', () => {
    expect(decode(Coltyp.Long, [1, 2, 3])).toBeUndefined();
    expect(decode(Coltyp.Currency, [])).toBeUndefined();
    expect(decode(Coltyp.Guid, new Uint8Array(17))).toBeUndefined();
    expect(decode(Coltyp.Bit, [0, 0])).toBeUndefined();
  });
});

describe('dates', () => {
  it('reads OLE dates to the millisecond, without a zone', () => {
    expect(decode(Coltyp.DateTime, double(0))).toBe('1899-12-30T00:00:00.000');
    expect(decode(Coltyp.DateTime, double(25569))).toBe('1970-01-01T00:00:00.000');
    expect(decode(Coltyp.DateTime, double(44516.80416666667))).toBe('2021-11-16T19:18:00.000');
    expect(decode(Coltyp.DateTime, double(2958465.999999994))).toBe('9999-12-31T23:59:59.999');
  });

  it('counts the time of day forward before 1899-12-30 too, as OLE does', () => {
    expect(dateTimeText(double(-1.25), 0)).toBe('1899-12-29T06:00:00.000');
    expect(dateTimeText(double(-87183.52083333333), 0)).toBe('1661-04-18T12:30:00.000');
    expect(dateTimeText(double(-657434), 0)).toBe('0100-01-01T00:00:00.000');
  });

  it('gives what is no date as the number it is', () => {
    expect(dateTimeText(double(-657435.5), 0)).toBe(-657435.5);
    expect(dateTimeText(double(2958466), 0)).toBe(2958466);
    expect(dateTimeText(double(1e300), 0)).toBe(1e300);
    expect(dateTimeText(double(NaN), 0)).toBeNaN();
    expect(dateTimeText(double(-Infinity), 0)).toBe(-Infinity);
  });

  it('does not round up into the year 10000', () => {
    expect(Number.isNaN(oleDateMillis(2958465 + 1 - 2 ** -31))).toBe(true);
  });

  it('tells FILETIMEs by their magnitude and keeps all of their 100 ns', () => {
    expect(dateTimeText(int64(132715098559801234n), 0)).toBe('2021-07-23T10:30:55.9801234Z');
    expect(dateTimeText(int64(1n), 0)).toBe('1601-01-01T00:00:00.0000001Z');
    expect(dateTimeText(int64(116444736000000000n), 0)).toBe('1970-01-01T00:00:00.0000000Z');
    expect(dateTimeMillis(int64(116444735999999999n), 0)).toBe(-1);
  });

  it('takes any date of OLE Automation there and back', () => {
    const first = Date.UTC(1900, 0, 1);
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (millis) => {
        expect(dateTimeMillis(double(25569 + millis / 86_400_000), 0)).toBe(millis);
      }),
    );
  });

  it('takes any FILETIME there and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1_614_679_632_300_144_555n }), (ticks) => {
        const [, seconds, fraction] = /^(.{19})\.(\d{7})Z$/.exec(String(dateTimeText(int64(ticks), 0)))!;
        const millis = BigInt(Date.parse(`${seconds!}Z`)) + 11_644_473_600_000n;
        expect(millis * 10_000n + BigInt(fraction!)).toBe(ticks);
      }),
      { numRuns: 300 },
    );
  });
});
