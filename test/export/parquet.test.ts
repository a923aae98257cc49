import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { expect, it } from 'vitest';
import type { ColumnDef } from '../../src/ese/catalog/column-def.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { TablePass } from '../../src/export/export-table.ts';
import { openDatabase } from '../../src/export/open-database.ts';
import { ParquetSurvey } from '../../src/export/parquet-schema.ts';
import { ParquetSink } from '../../src/export/parquet.ts';
import { LargeValues } from '../../src/export/large-values.ts';
import { planRows } from '../../src/export/row-plan.ts';
import type { RowSink } from '../../src/export/row-sink.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { exported, type Exported } from './exported.ts';

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}

async function readRows(result: Exported, table: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: arrayBuffer(result.bytes(table)), utf8: false });
}

/** A value of a JSON line as the reader gives it back from Parquet. */
function parquetValue(column: ColumnDef, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => parquetValue(column, one));
  switch (column.coltyp) {
    case 5:
    case 15:
    case 18:
      return BigInt(value as number);
    case 8:
      return new Date(String(value).replace(/(\.\d{3})\d*Z?$/, '$1Z'));
    case 9:
    case 11:
      return new Uint8Array(Buffer.from(value as string, 'hex'));
    default:
      return value;
  }
}

const DATABASES = [
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p16-default/test.edb',
  'ese/dissect/basic.edb',
  'ese/dissect/text.edb',
  'ese/dissect/multi.edb',
  'ese/dissect/default.edb',
  'ese/dissect/Current.mdb',
  'ese/dsinternals/adamntds.dit',
  'ese/windows-search/Clean/Windows.edb',
];

describeCorpus('Parquet', () => {
  for (const name of DATABASES) {
    it(`${name}: holds the values of JSON lines, in types of its own`, async () => {
      const json = await exported(corpus(name));
      const parquet = await exported(corpus(name), { format: 'parquet' });
      for (const table of parquet.db.tables) {
        const rows = await readRows(parquet, table.name);
        const expected = json.rows(table.name);
        expect(rows.length, table.name).toBe(expected.length);
        const columns = new Map(table.columns.map((column) => [column.name, column]));
        rows.forEach((row, i) => {
          const present = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
          const wanted = Object.entries(expected[i]!).map(([key, value]) => [
            key,
            parquetValue(columns.get(key)!, value),
          ]);
          expect(Object.fromEntries(present), `${table.name} row ${i}`).toEqual(Object.fromEntries(wanted));
        });
      }
    });
  }

  it('declares what each type is', async () => {
    const result = await exported(corpus('ese/dissect/basic.edb'), { format: 'parquet', tables: ['basic'] });
    const { children } = parquetSchema(parquetMetadata(arrayBuffer(result.bytes('basic'))));
    const types = Object.fromEntries(
      children.map(({ element }) => [
        element.name,
        element.converted_type ?? element.logical_type?.type ?? element.type,
      ]),
    );
    expect(types).toEqual({
      Id: 'INT32',
      Bit: 'BOOLEAN',
      UnsignedByte: 'UINT_8',
      Short: 'INT_16',
      Long: 'INT32',
      Currency: 'INT64',
      IEEESingle: 'FLOAT',
      IEEEDouble: 'DOUBLE',
      DateTime: 'TIMESTAMP',
      UnsignedLong: 'UINT_32',
      LongLong: 'INT64',
      GUID: 'UTF8',
      UnsignedShort: 'UINT_16',
    });
    const date = children.find(({ element }) => element.name === 'DateTime')!.element;
    expect(date.logical_type).toMatchObject({ isAdjustedToUTC: false, unit: 'MILLIS' });
  });

  it('marks FILETIMEs as UTC, to the nanosecond', async () => {
    const result = await exported(corpus('ese/dissect/Current.mdb'), { format: 'parquet', tables: ['CLIENTS'] });
    const { children } = parquetSchema(parquetMetadata(arrayBuffer(result.bytes('CLIENTS'))));
    const date = children.find(({ element }) => element.name === 'InsertDate')!.element;
    expect(date.logical_type).toMatchObject({ type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' });
  });

  it('of a table of 64,994 columns holds those that have a value', async () => {
    const path = corpus('ese/dissect/large.edb');
    const json = await exported(path, { tables: ['large'] });
    const parquet = await exported(path, { format: 'parquet', tables: ['large'] });
    const used = new Set(json.rows('large').flatMap((row) => Object.keys(row)));
    const { children } = parquetSchema(parquetMetadata(arrayBuffer(parquet.bytes('large'))));
    expect(new Set(children.map(({ element }) => element.name))).toEqual(used);
    expect(parquet.tables[0]!.columns).toBe(used.size);
    const columns = [...used].slice(0, 40);
    const rows = await parquetReadObjects({ file: arrayBuffer(parquet.bytes('large')), columns, utf8: false });
    expect(rows.length).toBe(16);
    const byName = new Map(json.db.table('large')!.columns.map((column) => [column.name, column]));
    json.rows('large').forEach((row, i) => {
      for (const name of columns) {
        const value = row[name] === undefined ? undefined : parquetValue(byName.get(name)!, row[name]);
        expect(rows[i]![name] ?? undefined).toEqual(value);
      }
    });
  });

  it('reads the same however the rows are grouped', async () => {
    const path = corpus('engine-made/build/p4-default/test.edb');
    const whole = await exported(path, { format: 'parquet', tables: ['alltypes'] });
    const { db } = openDatabase(new FileSource(path), { badPages: false });
    const table = db.table('alltypes')!;
    const plan = planRows(table);
    const survey = new ParquetSurvey(plan);
    const pass = (makeSink: () => RowSink): void => {
      const one = new TablePass(db, table, { plan, findings: undefined, deletedSearch: undefined, makeSink });
      while (one.step(Infinity));
    };
    pass(() => survey);
    for (const limits of [
      { values: 100, bytes: 1e9, rows: 1e9 },
      { values: 1e9, bytes: 5000, rows: 1e9 },
      { values: 1e9, bytes: 1e9, rows: 7 },
    ]) {
      const pieces: Buffer[] = [];
      const write = (bytes: Uint8Array): void => void pieces.push(Buffer.from(bytes));
      pass(
        () =>
          new ParquetSink(
            write,
            plan,
            survey.columns(plan),
            undefined,
            () => undefined,
            new LargeValues('unused', false, []),
            limits,
          ),
      );
      const file = arrayBuffer(Buffer.concat(pieces));
      expect(parquetMetadata(file).row_groups.length).toBeGreaterThan(10);
      expect(await parquetReadObjects({ file, utf8: false })).toEqual(await readRows(whole, 'alltypes'));
    }
    db.close();
  });

  it('of a table without rows is a file with its columns', async () => {
    const result = await exported(corpus('ese/dsinternals/ntds.dit'), { format: 'parquet', tables: ['quota_table'] });
    expect(await readRows(result, 'quota_table')).toEqual([]);
    expect(parquetSchema(parquetMetadata(arrayBuffer(result.bytes('quota_table')))).children.length).toBe(
      result.db.table('quota_table')!.columns.length,
    );
  });
});
