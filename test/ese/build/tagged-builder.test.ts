// Tagged columns in the forms the engine chooses, byte for byte: small pages, large pages, the format before revision 9.
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/binary/hex.ts';
import type { StoredValue } from '../../../src/ese/build/stored-value.ts';
import { TaggedBuilder } from '../../../src/ese/build/tagged-builder.ts';
import { ColumnFlag, type ColumnDef } from '../../../src/ese/catalog/column-def.ts';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { tableOf } from './table-fixture.ts';

const SMALL = pageFormat(8192)!;
const LARGE = pageFormat(16384)!;

const [short, long, shortDefault, longDefault, derived] = tableOf([
  { place: 'tagged', coltyp: Coltyp.Binary },
  { place: 'tagged', coltyp: Coltyp.LongText },
  { place: 'tagged', coltyp: Coltyp.Long, flags: ColumnFlag.Default },
  { place: 'tagged', coltyp: Coltyp.LongBinary, flags: ColumnFlag.Default },
  { place: 'tagged', coltyp: Coltyp.Binary, derived: true },
]).columns as [ColumnDef, ColumnDef, ColumnDef, ColumnDef, ColumnDef];

const value = (hex: string, marks: Omit<StoredValue, 'bytes'> = {}): StoredValue => ({ bytes: fromHex(hex), ...marks });
const values = (...hex: string[]): StoredValue[] => hex.map((text) => value(text));

function written(builder: TaggedBuilder): string {
  const bytes = new Uint8Array(builder.size);
  builder.write(bytes, 0);
  return toHex(bytes);
}

function encode(
  format: typeof SMALL,
  sorted: boolean,
  column: ColumnDef,
  stored: readonly StoredValue[] | null,
): string {
  const builder = new TaggedBuilder(format, sorted);
  builder.set(column, stored);
  return written(builder);
}

describe('on small pages', () => {
  const small = encode.bind(null, SMALL, true);

  it('a single short value needs no header, a long one does', () => {
    expect(small(short, values('0102'))).toBe('0001' + '0400' + '0102');
    expect(small(long, values('0102'))).toBe('0101' + '0440' + '01' + '0102');
    expect(small(long, [value('07000000', { separated: true })])).toBe('0101' + '0440' + '05' + '07000000');
    expect(small(long, [value('1861', { compressed: true })])).toBe('0101' + '0440' + '03' + '1861');
    expect(small(long, [value('9911', { encrypted: true, compressed: true })])).toBe('0101' + '0440' + '43' + '9911');
  });

  it('two short values have a form of their own, more and long ones the general one', () => {
    expect(small(short, values('01', '0203'))).toBe('0001' + '0440' + '18' + '01' + '01' + '0203');
    expect(small(short, values('', '02'))).toBe('0001' + '0440' + '18' + '00' + '02');
    expect(small(short, values('01', '0203', ''))).toBe('0001' + '0440' + '08' + '060007000900' + '010203');
    expect(small(long, values('01', '0203'))).toBe('0101' + '0440' + '09' + '04000500' + '010203');
    expect(small(long, [value('aa', { compressed: true }), value('07000000', { separated: true })])).toBe(
      '0101' + '0440' + '0b' + '04000580' + 'aa' + '07000000',
    );
  });

  it('NULL is a mark where there is a default, else nothing', () => {
    expect(small(short, null)).toBe('');
    expect(small(short, [])).toBe('');
    expect(small(shortDefault, null)).toBe('0201' + '0420');
    expect(small(longDefault, null)).toBe('0301' + '0420');
  });

  it('derived columns come first whatever the order of setting', () => {
    const builder = new TaggedBuilder(SMALL, true);
    builder.set(shortDefault, values('01000000'));
    builder.set(short, values('aa'));
    builder.set(derived, values('bb'));
    builder.set(long, values('cc'));
    expect(written(builder)).toBe(
      '0401' + '1080' + '0001' + '1100' + '0101' + '1240' + '0201' + '1400' + 'bb' + 'aa' + '01cc' + '01000000',
    );
  });
});

describe('on large pages', () => {
  const large = encode.bind(null, LARGE, true);

  it('every value has a header, and two short ones no form of their own', () => {
    expect(large(short, values('0102'))).toBe('0001' + '0400' + '00' + '0102');
    expect(large(short, values('01', '0203'))).toBe('0001' + '0400' + '08' + '04000500' + '010203');
    expect(large(long, values('0102'))).toBe('0101' + '0400' + '01' + '0102');
    expect(large(derived, values('0102'))).toBe('0401' + '0480' + '00' + '0102');
  });

  it('NULL is in the header', () => {
    expect(large(shortDefault, null)).toBe('0201' + '0400' + '20');
    expect(large(longDefault, null)).toBe('0301' + '0400' + '21');
    expect(large(short, null)).toBe('');
  });
});

describe('before revision 9', () => {
  const old = encode.bind(null, SMALL, false);

  it('each value has an entry, and a long one a byte before it', () => {
    expect(old(short, values('0102'))).toBe('0001' + '0200' + '0102');
    expect(old(short, values('01', ''))).toBe('0001' + '0100' + '01' + '0001' + '0000');
    expect(old(long, values('0102'))).toBe('0101' + '0380' + '00' + '0102');
    expect(old(long, [value('07000000', { separated: true })])).toBe('0101' + '0580' + '01' + '07000000');
    expect(old(derived, values('01'))).toBe('0401' + '0120' + '01');
    expect(old(shortDefault, null)).toBe('0201' + '0040');
  });

  it('nothing is compressed, and a length has twelve bits', () => {
    expect(() => old(long, [value('01', { compressed: true })])).toThrow('before revision 9');
    expect(() => old(long, [value('00'.repeat(4095))])).toThrow('too long');
    expect(old(long, [value('00'.repeat(4094))]).slice(4, 8)).toBe('ff8f');
  });
});

describe('setting a column again', () => {
  it('replaces or removes it', () => {
    const builder = new TaggedBuilder(SMALL, true);
    builder.set(short, values('aaaa'));
    builder.set(long, values('bb'));
    builder.set(short, values('cc'));
    expect(written(builder)).toBe('0001' + '0800' + '0101' + '0940' + 'cc' + '01bb');
    builder.set(short, null);
    expect(written(builder)).toBe('0101' + '0440' + '01bb');
    builder.reset();
    expect(builder.size).toBe(0);
  });
});

describe('what cannot be stored is refused', () => {
  const small = encode.bind(null, SMALL, true);

  it('long values in short columns', () => {
    const most = '00'.repeat(255);
    expect(small(short, values(most, most))).toHaveLength(2 * (4 + 2 + 510));
    expect(() => small(short, values(`${most}00`))).toThrow(expect.objectContaining({ symbol: 'JET_errColumnTooBig' }));
    const builder = new TaggedBuilder(SMALL, true);
    expect(() => {
      builder.setBytes(short, new Uint8Array(256), 0, 256);
    }).toThrow(expect.objectContaining({ symbol: 'JET_errColumnTooBig' }));
  });

  it('marks a column or a place cannot have', () => {
    const bad = expect.objectContaining({ symbol: 'JET_errDatabaseCorrupted' }) as Error;
    expect(() => small(short, [value('01', { compressed: true })])).toThrow(bad);
    expect(() => small(short, [value('01000000', { separated: true })])).toThrow(bad);
    expect(() => small(long, [value('010000', { separated: true })])).toThrow(bad);
    expect(() => small(long, [value('01'), value('01', { compressed: true })])).toThrow(bad);
  });
});

describe('setBytes', () => {
  it('writes what set writes', () => {
    for (const format of [SMALL, LARGE]) {
      for (const sorted of [true, false]) {
        for (const column of [short, long, shortDefault, longDefault, derived]) {
          const builder = new TaggedBuilder(format, sorted);
          builder.setBytes(column, fromHex('ff010203ff'), 1, 4);
          expect(written(builder)).toBe(encode(format, sorted, column, values('010203')));
        }
      }
    }
  });
});
