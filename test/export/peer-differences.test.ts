// What other readers of these files are known to get wrong (libesedb, impacket, dissect.esedb), one test each: the
// engine's own dump says what is right.
import { expect, it } from 'vitest';
import { BTreeCursor } from '../../src/ese/btree/cursor.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { readDump, type DumpTable } from '../ese/engine-dump.ts';
import { engineRow } from './engine-values.ts';
import { exported, type Exported } from './exported.ts';

interface Case {
  readonly result: Exported;
  readonly engine: Map<string, DumpTable>;
}

async function load(name: string, tables?: readonly string[]): Promise<Case> {
  const result = await exported(corpus(name), tables === undefined ? {} : { tables });
  return { result, engine: readDump(corpus(`engine-made/engine-dumps/${name.replaceAll('/', '__')}/dump.jsonl`)) };
}

/** Values of one column: ours, and the engine's, row by row (undefined where NULL). */
function columnValues(
  { result, engine }: Case,
  table: string,
  column: string,
): { ours: unknown[]; engines: unknown[] } {
  const definition = result.db.table(table)!;
  const one = { ...definition, columns: definition.columns.filter((c) => c.name === column) };
  return {
    ours: result.rows(table).map((row) => row[column]),
    engines: Array.from(engine.get(table)!.rows.values(), (row) => engineRow(one, row)[column]),
  };
}

const NTDS = 'ese/dsinternals/ntds.dit';
const WINDOWS = 'ese/windows-search/Clean/Windows.edb';

describeCorpus('where others go wrong', () => {
  it('1: NULL fixed columns are NULL, not the filler that stands in their place', async () => {
    const loaded = await load('recovery/srum-win10-clean/SRUDB.dat');
    let nulls = 0;
    for (const table of loaded.result.db.tables) {
      for (const column of table.columns.filter((c) => c.place === 'fixed')) {
        const { ours, engines } = columnValues(loaded, table.name, column.name);
        expect(ours, `${table.name}.${column.name}`).toEqual(engines);
        nulls += ours.filter((value) => value === undefined).length;
      }
    }
    expect(nulls).toBeGreaterThan(1000);
  });

  it('2, 3: values outside the record are given, all of them', async () => {
    const loaded = await load(NTDS, ['datatable']);
    const { ours, engines } = columnValues(loaded, 'datatable', 'ATTk589827');
    expect(ours).toEqual(engines);
    expect(ours.filter((value) => value !== undefined).length).toBe(1741);
    const text = await load('ese/dissect/text.edb', ['text']);
    for (const column of text.result.db.table('text')!.columns) {
      const values = columnValues(text, 'text', column.name);
      expect(values.ours, column.name).toEqual(values.engines);
      if (!column.name.startsWith('Nullable')) expect(values.ours[0], column.name).toBeDefined();
    }
  });

  it('4: multi-values are arrays of values of their type', async () => {
    const loaded = await load(NTDS, ['datatable']);
    const { ours, engines } = columnValues(loaded, 'datatable', 'ATTc0');
    expect(ours).toEqual(engines);
    const lists = ours.filter((value) => value !== undefined) as unknown[][];
    expect(lists.every((list) => Array.isArray(list) && list.every((one) => typeof one === 'number'))).toBe(true);
    expect(lists.flat().length).toBeGreaterThan(2070);
    const multi = await load('ese/dissect/multi.edb', ['multi']);
    const [first] = multi.result.rows('multi');
    expect(first).toMatchObject({
      Bit: [false, true],
      Long: [0, -2147483647, 2147483647],
      Currency: [0, -9223372036854775807n, 9223372036854775807n],
      DateTime: ['1661-04-18T12:30:00.000', '2077-04-01T00:00:00.000', '2517-09-24T05:30:00.000'],
    });
    expect(multi.result.rows('multi')[1]).toMatchObject({ LongUnicode: ['Tiny 🦊 1', 'Tiny 🦊🦊', 'Tiny 🦊🦊🦊'] });
  });

  it('5: compressed values are unpacked, inside the record and outside', async () => {
    for (const name of ['ese/ese_parser/decompress_test.edb', 'ese/ese_parser/decompress_test2.edb', WINDOWS]) {
      const { result, engine } = await load(name);
      for (const [tableName, dump] of engine) {
        const table = result.db.table(tableName)!;
        const rows = result.rows(tableName);
        Array.from(dump.rows.values()).forEach((row, i) => {
          for (const column of table.columns.filter((c) => c.coltyp === 12 || c.coltyp === 11))
            if (column.name in row)
              expect(rows[i]![column.name]).toEqual(engineRow({ ...table, columns: [column] }, row)[column.name]);
        });
      }
    }
  });

  it('6: fixed columns of Unicode text are Unicode text', async () => {
    const { result } = await load('ese/dissect/text.edb', ['text']);
    expect(result.rows('text')[0]!['FixedUnicode']).toMatch(/^Fixed Unicode text 🦊 +$/);
  });

  it('7: columns that a row does not have show their default', async () => {
    const { result } = await load('ese/dissect/default.edb', ['default']);
    expect(result.rows('default')[0]).toMatchObject({
      Bit: true,
      Currency: 1311768467463790320n,
      DateTime: '2022-10-04T00:00:00.000',
      GUID: 'c001d00d-dead-beef-face-feeddeadbeef',
      Binary: Buffer.from('Short default binary').toString('hex'),
      ASCII: 'Short default ASCII',
      Unicode: 'Short default Unicode 🦊',
      LongASCII: expect.stringMatching(/^Long default ASCII a+$/) as string,
      LongUnicode: expect.stringMatching(/^Long default Unicode 🦊 a+$/) as string,
      LongBinary: expect.stringMatching(/^4c6f6e672064656661756c742062696e61727920(61)+$/) as string,
    });
  });

  it('8: no row is dropped, and no deleted one is counted in', async () => {
    const { result, engine } = await load(WINDOWS);
    for (const table of result.tables) expect(table.rows, table.name).toBe(engine.get(table.name)!.rows.size);
    expect(result.tables.find((table) => table.name === 'MSysObjects')!.rows).toBe(795);
    const deleted = await exported(corpus(WINDOWS), { deleted: true, tables: ['MSysObjects'] });
    const marks = deleted.rows('MSysObjects').map((row) => row['_deleted']);
    expect(marks.filter((mark) => mark === undefined).length).toBe(795);
    // These ten are what other readers take for rows.
    expect(marks.filter((mark) => mark === 'flagged').length).toBe(10);
  });

  it('9, 10: rows of a table of 64,994 columns on 32 KB pages are whole', async () => {
    const { result, engine } = await load('ese/dissect/large.edb', ['large']);
    expect(result.db.table('large')!.columns.length).toBe(64994);
    const table = result.db.table('large')!;
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    const rows = result.rows('large');
    const dumped = [...engine.get('large')!.rows.values()];
    expect(rows.length).toBe(16);
    rows.forEach((row, i) => {
      const names = Object.keys(dumped[i]!);
      expect(Object.keys(row).sort()).toEqual(names.sort());
      expect(row).toEqual(engineRow({ ...table, columns: names.map((name) => columns.get(name)!) }, dumped[i]!));
    });
  });

  it('11: long values of three chunks and more are whole', async () => {
    const path = 'engine-made/build/p4-default/test.edb';
    const result = await exported(corpus(path), { tables: ['alltypes'] });
    const engine = readDump(corpus('engine-made/build/p4-default/dump.jsonl'));
    const table = result.db.table('alltypes')!;
    let long = 0;
    const rows = result.rows('alltypes');
    Array.from(engine.get('alltypes')!.rows.values()).forEach((row, i) => {
      for (const [name, values] of Object.entries(row)) {
        if (!values.some((hex) => hex.length / 2 > 3 * table.lvChunkMax)) continue;
        long++;
        const column = table.columns.find((c) => c.name === name)!;
        expect(rows[i]![name]).toEqual(engineRow({ ...table, columns: [column] }, row)[name]);
      }
    });
    expect(long).toBe(3);
  });

  it('12: chunks that only look compressed (as XPRESS9, which others refuse) are left as they are', async () => {
    const name = 'SystemIndex_1_Properties';
    const db = new Database(new FileSource(corpus(WINDOWS)));
    const cursor = new BTreeCursor(db.pages, db.table(name)!.longValueTree!);
    let lookAlikes = 0;
    for (let more = cursor.first(); more; more = cursor.next())
      if (cursor.node.keyLength > 4 && cursor.node.data()[0]! >> 3 === 5) lookAlikes++;
    db.close();
    expect(lookAlikes).toBe(8);
    const loaded = await load(WINDOWS, [name]);
    for (const column of loaded.result.db.table(name)!.columns) {
      const { ours, engines } = columnValues(loaded, name, column.name);
      expect(ours, column.name).toEqual(engines);
    }
    expect(loaded.result.findings.total).toBe(0);
  });

  it('13: every table is given once', async () => {
    const { result, engine } = await load(WINDOWS);
    expect(result.tables.map((table) => table.name)).toEqual([...new Set(result.tables.map((table) => table.name))]);
    expect(new Set(result.tables.map((table) => table.name))).toEqual(new Set(engine.keys()));
    expect(result.tables.reduce((sum, table) => sum + table.rows, 0)).toBe(4110);
  });

  it('14: a database that was not closed is read to its end', async () => {
    const name = 'SystemIndex_PropertyStore';
    const dirty = await exported(corpus('ese/windows-search/Dirty/Windows.edb'));
    const repaired = await exported(corpus(WINDOWS), { tables: [name] });
    expect(dirty.rows(name).length).toBe(918);
    expect(dirty.rows(name)).toEqual(repaired.rows(name));
    expect([...dirty.findings.counts.keys()]).toEqual(expect.arrayContaining(['header.dirty', 'page.structure']));
  });

  it('16: currency is signed, dates are dates', async () => {
    const { result } = await load('ese/dissect/basic.edb', ['basic']);
    expect(result.rows('basic').map((row) => [row['Currency'], row['DateTime']])).toEqual([
      [1337133713371337n, '1999-03-01T00:00:00.000'],
      [-1339133913391339n, '1337-06-09T00:00:00.000'],
    ]);
  });
});
