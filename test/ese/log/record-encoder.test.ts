// What the encoder makes, the decoder gives back.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import {
  decodeRecord,
  LOG_RECORDS,
  recordSize,
  type FieldValue,
  type LogRecordType,
  type RecordField,
} from '../../../src/ese/log/record-table.ts';

const logtime = fc.record({
  year: fc.integer({ min: 1900, max: 2155 }),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 31 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
  millisecond: fc.integer({ min: 0, max: 999 }),
  utc: fc.boolean(),
  isZero: fc.constant(false),
});
const lgpos = fc.record({
  ib: fc.integer({ min: 0, max: 0xffff }),
  isec: fc.integer({ min: 0, max: 0xffff }),
  lGeneration: fc.integer({ min: 0, max: 0x7fffffff }),
});
const signature = fc.record({
  random: fc.integer({ min: 0, max: 0xffffffff }),
  create: logtime,
  computer: fc.string({ maxLength: 16, unit: fc.constantFrom('A', 'b', '1', '-') }),
});

function valueOf(field: RecordField): fc.Arbitrary<FieldValue> {
  const arbitraries: Record<RecordField['type'], fc.Arbitrary<FieldValue>> = {
    u8: fc.integer({ min: 0, max: 255 }),
    lo4: fc.integer({ min: 0, max: 15 }),
    hi4: fc.integer({ min: 0, max: 15 }),
    u16: fc.integer({ min: 0, max: 0xffff }),
    i16: fc.integer({ min: -0x8000, max: 0x7fff }),
    u32: fc.integer({ min: 0, max: 0xffffffff }),
    i32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    lgpos,
    logtime,
    signature,
    bkinfo: fc.record({
      lgposMark: lgpos,
      logtimeMark: logtime,
      genLow: fc.integer({ min: 0, max: 9999 }),
      genHigh: fc.integer({ min: 0, max: 9999 }),
    }),
    dbmsParam: fc.uint8Array({ minLength: 567, maxLength: 567 }),
    bytes32: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  };
  return arbitraries[field.type];
}

/** Fields that say how long byte runs are: the encoder sets them. */
function isLength(type: LogRecordType, field: RecordField): boolean {
  return (type.sized && field.name === 'cb') || type.tails.some(({ offset }) => offset === field.offset);
}

const record = fc.constantFrom(...LOG_RECORDS.filter((type) => type !== undefined)).chain((type) =>
  fc.record({
    type: fc.constant(type),
    fields: fc.record(
      Object.fromEntries(type.fields.filter((f) => !isLength(type, f)).map((field) => [field.name, valueOf(field)])),
    ),
    tails: fc.record(
      Object.fromEntries(
        type.tails
          .filter(({ name }) => name !== 'versionInfo')
          .map(({ name }) => [name, fc.uint8Array({ maxLength: 300 })]),
      ),
    ),
  }),
);

it('gives back every record of every type', () => {
  fc.assert(
    fc.property(record, ({ type, fields, tails }) => {
      const bytes = encodeRecord(type.name, fields, tails);
      expect(recordSize(bytes, 0, bytes.length)).toBe(bytes.length);
      expect(recordSize(bytes, 0, bytes.length - 1)).toBe(0);
      const decoded = decodeRecord(bytes, 0, bytes.length);
      expect(decoded.name).toBe(type.name);
      expect(decoded.fields).toMatchObject(fields);
      const runs = Object.fromEntries(Object.entries(decoded.tails).filter(([name]) => name !== 'versionInfo'));
      expect(Object.entries(runs).map(([name, data]) => [name, toHex(data)])).toEqual(
        Object.entries(tails).map(([name, data]) => [name, toHex(data)]),
      );
    }),
    { numRuns: 500 },
  );
});

it('keeps the flag beside a length', () => {
  const bytes = encodeRecord('ReplaceD', { cb: 0x8000, cbOldData: 7, cbNewData: 9 }, { data: new Uint8Array(5) });
  expect(bytes).toHaveLength(55);
  expect(decodeRecord(bytes, 0, 55).fields).toMatchObject({ cb: 0x8005, cbOldData: 7, cbNewData: 9 });
});

it('marks the version of CreateDB', () => {
  const bytes = encodeRecord(
    'CreateDB',
    { dbid: 1 },
    { versionInfo: new Uint8Array([2, 0, 0, 0]), path: new Uint8Array(4) },
  );
  expect(bytes).toHaveLength(51);
  expect(bytes[42]).toBe(4);
  expect(recordSize(bytes, 0, 51)).toBe(51);
});

it('refuses what a record does not have', () => {
  expect(() => encodeRecord('Begin', { pgno: 1 })).toThrow(RangeError);
  expect(() => encodeRecord('Begin', {}, { data: new Uint8Array(1) })).toThrow(RangeError);
  expect(() => encodeRecord('Replace', {}, { data: new Uint8Array(0x8000) })).toThrow(RangeError);
});

it('writes golden bytes', () => {
  const time = {
    year: 2026,
    month: 11,
    day: 23,
    hour: 15,
    minute: 22,
    second: 56,
    millisecond: 557,
    utc: true,
    isZero: false,
  };
  expect(toHex(encodeRecord('RecoveryUndo2', { logtime: time }))).toBe('333816' + '0f170b7e' + '5b08');
  expect(toHex(encodeRecord('Commit0', { procid: 5, levelCommitTo: 0, trxCommit0: 0x110 }))).toBe('0905000010010000');
});
