// Records as the engine writes them, byte for byte.
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { RecordBuilder, recordMost } from '../../../src/ese/build/record-builder.ts';
import { ColumnFlag } from '../../../src/ese/catalog/column-def.ts';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { tableOf } from './table-fixture.ts';

const SMALL = pageFormat(4096)!;
const LARGE = pageFormat(32768)!;

/** The record of these values (hex of one value a column; null: NULL; undefined: not set). */
function build(
  table: TableDef,
  values: readonly (string | null | undefined)[],
  options: ConstructorParameters<typeof RecordBuilder>[3] = {},
): string {
  const builder = new RecordBuilder(table, SMALL, true, options);
  for (const [i, value] of values.entries()) {
    if (value === undefined) continue;
    builder.set(table.columns[i]!, value === null ? null : [{ bytes: fromHex(value) }]);
  }
  return toHex(builder.finish());
}

const FIXED = tableOf([
  { place: 'fixed', coltyp: Coltyp.Long },
  { place: 'fixed', coltyp: Coltyp.Short },
  { place: 'fixed', coltyp: Coltyp.Bit },
]);

describe('fixed columns', () => {
  it('reach up to the last one set; the others are NULL over filler, and bits beyond are set', () => {
    expect(build(FIXED, [])).toBe('007f0400');
    expect(build(FIXED, ['01020304'])).toBe('017f0900' + '01020304' + 'fe');
    expect(build(FIXED, [undefined, 'aabb'])).toBe('027f0b00' + '2a2a2a2a' + 'aabb' + 'fd');
    expect(build(FIXED, [undefined, 'aabb', null])).toBe('037f0c00' + '2a2a2a2a' + 'aabb' + '2a' + 'fd');
    expect(build(FIXED, ['01020304', null])).toBe('027f0b00' + '01020304' + '2a2a' + 'fe');
  });

  it('keep truth as 0xff and take an empty value as NULL', () => {
    expect(build(FIXED, [undefined, undefined, '01'])).toBe('037f0c00' + '2a2a2a2a' + '2a2a' + 'ff' + 'fb');
    expect(build(FIXED, [''])).toBe(build(FIXED, [null]));
  });

  it('have a bitmap byte for every eight', () => {
    const nine = tableOf(Array.from({ length: 9 }, () => ({ place: 'fixed', coltyp: Coltyp.UnsignedByte }) as const));
    const last = [...Array.from({ length: 8 }, () => undefined), '07'];
    expect(build(nine, last)).toBe('097f0f00' + '2a'.repeat(8) + '07' + 'fffe');
  });

  it('pad text with spaces and binary with zeros', () => {
    const table = tableOf([
      { place: 'fixed', coltyp: Coltyp.Text, cbMaxLen: 3, codePage: 1252 },
      { place: 'fixed', coltyp: Coltyp.Text, cbMaxLen: 6, codePage: 1200 },
      { place: 'fixed', coltyp: Coltyp.Binary, cbMaxLen: 2 },
    ]);
    expect(build(table, ['41', '4100', '09'])).toBe('037f1000' + '412020' + '410020002000' + '0900' + 'f8');
  });

  it('refuse another size', () => {
    for (const value of ['01', '0102030405']) {
      expect(() => build(FIXED, [value])).toThrow(expect.objectContaining({ symbol: 'JET_errInvalidBufferSize' }));
    }
  });

  it('refuse columns of another table and a catalog that lays them over each other', () => {
    const other = tableOf([{ place: 'fixed', coltyp: Coltyp.Currency }]);
    expect(() => {
      new RecordBuilder(FIXED, SMALL, true).set(other.columns[0]!, null);
    }).toThrow(RangeError);
    const overlapping = { ...FIXED, columns: FIXED.columns.map((column) => ({ ...column, recordOffset: 4 })) };
    expect(() => new RecordBuilder(overlapping, SMALL, true)).toThrow(
      expect.objectContaining({ symbol: 'JET_errCatalogCorrupted' }),
    );
  });
});

describe('variable columns', () => {
  const table = tableOf(Array.from({ length: 3 }, () => ({ place: 'variable', coltyp: Coltyp.Binary }) as const));

  it('tell NULL from empty', () => {
    expect(build(table, ['0102'])).toBe('00800400' + '0200' + '0102');
    expect(build(table, [undefined, '03'])).toBe('00810400' + '0080' + '0100' + '03');
    expect(build(table, ['0102', '', '03'])).toBe('00820400' + '0200' + '0200' + '0300' + '010203');
    expect(build(table, ['0102', null, '03'])).toBe('00820400' + '0200' + '0280' + '0300' + '010203');
    expect(build(table, ['0102', null])).toBe('00810400' + '0200' + '0280' + '0102');
  });
});

describe('defaults', () => {
  const table = tableOf([
    { place: 'fixed', coltyp: Coltyp.Short, defaultValue: fromHex('1122') },
    { place: 'fixed', coltyp: Coltyp.UnsignedByte },
    { place: 'variable', coltyp: Coltyp.Binary, defaultValue: fromHex('6162') },
    { place: 'variable', coltyp: Coltyp.Binary },
    { place: 'tagged', coltyp: Coltyp.LongBinary, defaultValue: fromHex('63') },
  ]);

  it('are written into new records, but those of tagged columns', () => {
    expect(build(table, [])).toBe('01800700' + '1122' + 'fe' + '0200' + '6162');
    expect(build(table, [undefined, '05', undefined, '66'])).toBe(
      '02810800' + '1122' + '05' + 'fc' + '0200' + '0300' + '6162' + '66',
    );
  });

  it('give way to explicit NULLs; the bytes of a fixed one stay', () => {
    expect(build(table, [null, undefined, null])).toBe('01800700' + '1122' + 'ff' + '0080');
    expect(build(table, [undefined, undefined, undefined, undefined, null])).toBe(
      '01800700' + '1122' + 'fe' + '0200' + '6162' + '0001' + '0420',
    );
  });

  it('are written only below the last column set when a record is copied', () => {
    const copied = { writeDefaults: false };
    expect(build(table, [], copied)).toBe('007f0400');
    expect(build(table, [undefined, '05'], copied)).toBe('027f0800' + '1122' + '05' + 'fc');
    expect(build(table, [undefined, undefined, undefined, '66'], copied)).toBe(
      '00810400' + '0200' + '0300' + '6162' + '66',
    );
  });

  it('that a callback computes are written nowhere', () => {
    const computed = tableOf([
      { place: 'variable', coltyp: Coltyp.Binary, defaultValue: fromHex('61'), flags: ColumnFlag.UserDefinedDefault },
    ]);
    expect(build(computed, [])).toBe('007f0400');
  });
});

describe('the size of a record', () => {
  it('is limited by the page and the longest key', () => {
    expect(recordMost(SMALL, 4)).toBe(4096 - 40 - 8 - 2 - 255);
    expect(recordMost(SMALL, 253)).toBe(recordMost(SMALL, 4));
    expect(recordMost(SMALL, 1000)).toBe(4096 - 40 - 8 - 2 - 1002);
    expect(recordMost(LARGE, 4)).toBe(32768 - 80 - 8 - 4 - 4);
  });

  it('is known before it is built, and more than the limit is refused', () => {
    const table = tableOf([
      { place: 'fixed', coltyp: Coltyp.Long },
      { place: 'variable', coltyp: Coltyp.Binary },
      { place: 'tagged', coltyp: Coltyp.LongBinary },
    ]);
    const builder = new RecordBuilder(table, SMALL, true);
    builder.set(table.columns[1]!, [{ bytes: new Uint8Array(200) }]);
    const rest = builder.most - (4 + 2 + 200 + 4 + 1);
    builder.set(table.columns[2]!, [{ bytes: new Uint8Array(rest) }]);
    expect(builder.size).toBe(builder.most);
    expect(builder.finish()).toHaveLength(builder.most);
    builder.set(table.columns[2]!, [{ bytes: new Uint8Array(rest + 1) }]);
    expect(() => builder.finish()).toThrow(expect.objectContaining({ symbol: 'JET_errRecordTooBig' }));
    let error: unknown;
    try {
      builder.set(table.columns[2]!, [{ bytes: new Uint8Array(5000) }]);
    } catch (e) {
      error = e;
    }
    expect(isJetError(error, 'JET_errRecordTooBig')).toBe(true);
  });

  it('follows the primary index and the caller', () => {
    expect(new RecordBuilder(FIXED, SMALL, true, { most: 10 }).most).toBe(10);
    expect(() => build(FIXED, ['01020304', '0102'], { most: 10 })).toThrow(
      expect.objectContaining({ symbol: 'JET_errRecordTooBig' }),
    );
  });
});
