import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../corpus.ts';
import { exported } from './exported.ts';

/** A reader of RFC 4180, as strict as it can be: undefined for an empty cell, text for a quoted one. */
function parseCsv(text: string): { value: string | undefined; quoted: boolean }[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: { value: string | undefined; quoted: boolean }[][] = [[]];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) throw new Error(`no cell at ${at}: ${text.slice(at, at + 40)}`);
    const [, quoted, plain, end] = match;
    const value = quoted === undefined ? (plain === '' ? undefined : plain) : quoted.replaceAll('""', '"');
    rows.at(-1)!.push({ value, quoted: quoted !== undefined });
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

/** What a CSV cell must hold for a value of a JSON line. */
function cellOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value))
    return `[${value.map((one) => (typeof one === 'bigint' ? String(one) : Object.is(one, -0) ? '-0' : JSON.stringify(one))).join(',')}]`;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const DATABASES = [
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p32-default/test.edb',
  'ese/dissect/text.edb',
  'ese/dissect/multi.edb',
  'ese/dissect/default.edb',
  'ese/dissect/Current.mdb',
  'ese/windows-search/Clean/Windows.edb',
];

describeCorpus('CSV', () => {
  for (const name of DATABASES) {
    it(`${name}: has the cells that JSON lines has values`, async () => {
      const json = await exported(corpus(name));
      const csv = await exported(corpus(name), { format: 'csv' });
      for (const table of csv.db.tables) {
        const [header, ...rows] = parseCsv(csv.text(table.name));
        expect(header!.map((cell) => cell.value)).toEqual(table.columns.map((column) => column.name));
        const expected = json.rows(table.name).map((row) => table.columns.map((column) => cellOf(row[column.name])));
        expect(rows.map((row) => row.map((cell) => cell.value))).toEqual(expected);
      }
    });
  }

  it('tells NULL from an empty text: nothing, and two quotation marks', async () => {
    const json = await exported(corpus('engine-made/build/p4-default/test.edb'), { tables: ['alltypes'] });
    const csv = await exported(corpus('engine-made/build/p4-default/test.edb'), {
      tables: ['alltypes'],
      format: 'csv',
    });
    const columns = csv.db.table('alltypes')!.columns;
    const [, ...rows] = parseCsv(csv.text('alltypes'));
    let empty = 0;
    json.rows('alltypes').forEach((row, i) => {
      columns.forEach((column, j) => {
        if (row[column.name] !== '') return;
        empty++;
        expect(rows[i]![j]).toEqual({ value: '', quoted: true });
      });
    });
    expect(empty).toBeGreaterThan(0);
  });

  it('ends rows in CRLF and leaves formulas as they are', async () => {
    const csv = await exported(corpus('ese/dissect/basic.edb'), { tables: ['basic'], format: 'csv' });
    expect(csv.text('basic')).toBe(
      [
        'Id,Bit,UnsignedByte,Short,Long,Currency,IEEESingle,IEEEDouble,DateTime,UnsignedLong,LongLong,GUID,UnsignedShort',
        '1,false,213,-1337,-13371337,1337133713371337,1,13371337.13371337,1999-03-01T00:00:00.000,13371337,-13371337,3f360af1-6766-46dc-9af2-0dacf295c2a1,1337',
        '2,true,255,1339,13391339,-1339133913391339,-2,-13391339.13391339,1337-06-09T00:00:00.000,,,,',
        '',
      ].join('\r\n'),
    );
  });
});
