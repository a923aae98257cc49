// Databases built from rows: what goes in comes out, for every page size and revision, and the check finds nothing.
import { describe, expect, it } from 'vitest';
import type { NewRow } from '../../../src/ese/build/bulk-database.ts';
import type { ColumnSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import type { Finding } from '../../../src/ese/finding.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { buildDatabase, messageTable } from '../../fixtures/built-database.ts';

const open = (bytes: Uint8Array): Database => new Database(new BufferSource(bytes));

function findings(db: Database): Finding[] {
  const found: Finding[] = [];
  checkDatabase(db, { onFinding: (finding) => found.push(finding) });
  return found;
}

/** Every page size with every revision that changed how pages, records or keys are written. */
const SHAPES = [
  [4096, 2],
  [4096, 6],
  [4096, 9],
  [8192, 9],
  [4096, 0x0b],
  [8192, 0x0c],
  [4096, 0x11],
  [16384, 0x11],
  [4096, 0x14],
  [8192, 0x14],
  [16384, 0x14],
  [32768, 0x14],
  [8192, 0x6e],
] as const;

describe('BulkDatabase', () => {
  for (const [pageSize, revision] of SHAPES) {
    it(`${pageSize} bytes a page, revision ${revision}: rows come out as they went in, and nothing is wrong`, () => {
      const db = open(buildDatabase([messageTable(700)], { pageSize, revision }));
      expect(findings(db)).toEqual([]);
      expect(db.found.header.ulDaeUpdateMajor).toBe(revision);
      const expected = [...messageTable(700).rows];
      const cursor = db.cursor('Msg');
      let count = 0;
      for (let more = cursor.first(); more; more = cursor.next()) {
        const { Id, Body, ...rest } = cursor.row();
        const { Body: body, ...want } = expected[count++]!;
        expect(Id).toBe(count);
        // An empty value of a tagged column is a value, not NULL.
        expect(sameBytes(Body, body)).toBe(true);
        expect(rest).toEqual({ ...want, Received: isoDate(want) });
      }
      expect(count).toBe(700);
    });
  }

  it('finds rows by every index', () => {
    const db = open(buildDatabase([messageTable(300)]));
    const cursor = db.cursor('Msg', { index: 'ixFrom' });
    expect(cursor.seek('USER7@EXAMPLE.COM')).toBe(true);
    expect(cursor.get('From')).toBe('user7@example.com');
    expect(cursor.get('Id')).toBe(258);
    const flags = db.cursor('Msg', { index: 'ixFlags' });
    expect(flags.seek(399)).toBe(true);
    expect(flags.get('Id')).toBe(300);
  });

  it('stores every column type', () => {
    const columns: ColumnSpec[] = [
      { name: 'bit', type: 'Bit' },
      { name: 'ubyte', type: 'UnsignedByte' },
      { name: 'short', type: 'Short' },
      { name: 'long', type: 'Long' },
      { name: 'currency', type: 'Currency' },
      { name: 'single', type: 'Single' },
      { name: 'double', type: 'Double' },
      { name: 'guid', type: 'Guid' },
      { name: 'ulong', type: 'UnsignedLong' },
      { name: 'longlong', type: 'LongLong' },
      { name: 'ushort', type: 'UnsignedShort' },
      { name: 'ulonglong', type: 'UnsignedLongLong' },
      { name: 'binary', type: 'Binary' },
      { name: 'text', type: 'Text' },
      { name: 'wide', type: 'Text', codePage: 1200 },
      { name: 'longbinary', type: 'LongBinary' },
      { name: 'longtext', type: 'LongText', codePage: 1200 },
    ];
    const row: NewRow = {
      bit: true,
      ubyte: 255,
      short: -32768,
      long: -2147483648,
      currency: -9223372036854775808n,
      single: 0.5,
      double: -1e300,
      guid: '00112233-4455-6677-8899-aabbccddeeff',
      ulong: 4294967295,
      longlong: 9223372036854775807n,
      ushort: 65535,
      ulonglong: 18446744073709551615n,
      binary: Uint8Array.of(0, 255, 1),
      text: 'Grüße',
      wide: '名 naïve',
      longbinary: new Uint8Array(100_000).fill(7),
      longtext: 'x'.repeat(5000),
    };
    for (const pageSize of [4096, 32768]) {
      const db = open(buildDatabase([{ spec: { name: 'T', columns }, rows: [row, {}] }], { pageSize }));
      expect(findings(db)).toEqual([]);
      const cursor = db.cursor('T');
      expect(cursor.first()).toBe(true);
      const { longbinary, ...rest } = cursor.row();
      const { longbinary: expected, ...want } = row;
      expect(sameBytes(longbinary, expected)).toBe(true);
      expect(rest).toEqual(want);
      expect(cursor.next()).toBe(true);
      expect(cursor.row()).toEqual({});
    }
  });

  it('refuses what cannot be stored', () => {
    const spec = {
      name: 'T',
      columns: [{ name: 'a', type: 'Long', notNull: true } as const],
      indexes: [{ name: 'pk', key: ['a'], primary: true }],
    };
    const build =
      (rows: NewRow[]): (() => Uint8Array) =>
      () =>
        buildDatabase([{ spec, rows }]);
    expect(build([{ a: 1 }, { a: 1 }])).toThrow(expect.objectContaining({ symbol: 'JET_errKeyDuplicate' }));
    expect(build([{}])).toThrow(expect.objectContaining({ symbol: 'JET_errNullInvalid' }));
    expect(build([{ b: 1 }])).toThrow(expect.objectContaining({ symbol: 'JET_errColumnNotFound' }));
    expect(build([{ a: 2 ** 40 }])).toThrow(expect.objectContaining({ symbol: 'JET_errInvalidParameter' }));
    const unicode = {
      name: 'T',
      columns: [{ name: 'a', type: 'Text', codePage: 1200 } as const],
      indexes: [{ name: 'ix', key: ['a'] }],
    };
    expect(() => buildDatabase([{ spec: unicode, rows: [] }])).toThrow(
      expect.objectContaining({ symbol: 'JET_errUnicodeNormalizationNotSupported' }),
    );
    expect(() => buildDatabase([], { pageSize: 5000 })).toThrow(
      expect.objectContaining({ symbol: 'JET_errInvalidParameter' }),
    );
  });

  it('gives the same bytes for the same rows', () => {
    expect(sameBytes(buildDatabase([messageTable(50)]), buildDatabase([messageTable(50)]))).toBe(true);
  });
});

/** Much quicker than `toEqual` on thousands of bytes. */
function sameBytes(a: unknown, b: unknown): boolean {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return a === b;
  return Buffer.compare(a, b) === 0;
}

function isoDate(row: NewRow): string {
  const millis = Math.round(((row['Received'] as number) - 25569) * 86_400_000);
  return new Date(millis).toISOString().slice(0, -1);
}
