import { describe, expect, it } from 'vitest';
import { columnPlace, ColumnFlag, type ColumnDef } from '../../src/ese/catalog/column-def.ts';
import { Coltyp, coltypSize } from '../../src/ese/catalog/column-type.ts';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import { pageFormat } from '../../src/ese/page/page-format.ts';
import { RecordReader } from '../../src/ese/record/record-reader.ts';
import { CsvSink } from '../../src/export/csv.ts';
import { JsonLinesSink } from '../../src/export/json-lines.ts';
import { planRows } from '../../src/export/row-plan.ts';
import { RowWalk } from '../../src/export/row-walk.ts';
import { TextOutput } from '../../src/export/text-output.ts';

function column(name: string, fid: number, coltyp: Coltyp, more: Partial<ColumnDef> = {}): ColumnDef {
  return {
    name,
    fid,
    columnId: fid,
    coltyp,
    place: columnPlace(fid),
    cbMaxLen: coltypSize(coltyp),
    flags: 0,
    codePage: coltyp === Coltyp.Text || coltyp === Coltyp.LongText ? 1252 : 0,
    recordOffset: 0,
    derived: false,
    ...more,
  };
}

function table(columns: readonly ColumnDef[]): TableDef {
  return {
    name: 'made up',
    tree: { pgnoFDP: 100, objid: 50, kind: 'table' },
    flags: 0,
    initialPages: 1,
    density: 80,
    columns,
    indexes: [],
    lvChunkMax: 4000,
    fidLast: { fixed: 9, variable: 130, tagged: 300 },
  };
}

interface Written {
  readonly json: string;
  readonly csv: string;
  readonly losses: readonly string[];
}

/** Writes one record (hexadecimal) as JSON and as CSV. */
function write(columns: readonly ColumnDef[], hex: string, sorted = true): Written {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const definition = table(columns);
  const plan = planRows(definition);
  const losses: string[] = [];
  const onLoss = (of: ColumnDef | undefined, itag: number, reason: string): void =>
    void losses.push(`${of?.name ?? ''}[${itag}] ${reason}`);
  const texts = [JsonLinesSink, CsvSink].map((Sink) => {
    let text = '';
    const output = new TextOutput((piece) => (text += Buffer.from(piece).toString('utf8')));
    const sink = new Sink(output, plan, undefined, 'hex', (of, reason) => losses.push(`${of.name} ${reason}`));
    const reader = new RecordReader(definition, pageFormat(8192)!, undefined, onLoss);
    new RowWalk(plan, reader, undefined, sink, onLoss).write(bytes, 0, bytes.length, sorted);
    sink.finish();
    return text;
  });
  return { json: texts[0]!, csv: texts[1]!.split('\r\n')[1]!, losses };
}

const A = column('a', 1, Coltyp.Long, { recordOffset: 4 });
const B = column('b', 2, Coltyp.Short, { recordOffset: 8 });
const C = column('c', 3, Coltyp.UnsignedByte, { recordOffset: 10, defaultValue: Uint8Array.of(7) });
const V = column('v', 128, Coltyp.Text, { cbMaxLen: 255 });
const W = column('w', 129, Coltyp.Text, { cbMaxLen: 255, defaultValue: Uint8Array.of(0x64, 0x66) });
const T = column('t', 256, Coltyp.Long);
const U = column('u', 258, Coltyp.LongText);
const M = column('m', 260, Coltyp.Short, { flags: ColumnFlag.Multivalued });
const ALL = [A, B, C, V, W, T, U, M];

describe('a record', () => {
  it('gives fixed, variable and tagged columns in order, NULL ones not at all', () => {
    // Two fixed columns (b NULL), one variable, two tagged: t = 5, u = "xy" (long value: header byte 1).
    const record = '02 80 0b00 01000000 ffff 02 0200 4142' + '0001 0800 0201 0c40 05000000 01 7879';
    expect(write(ALL, record)).toEqual({
      json: '{"a":1,"c":7,"v":"AB","w":"df","t":5,"u":"xy"}\n',
      csv: '1,,7,AB,df,5,xy,',
      losses: [],
    });
  });

  it('of no columns at all is an empty object and a row of empty cells', () => {
    expect(write([A, B, V, T], '00 7f 0400')).toEqual({ json: '{}\n', csv: ',,,', losses: [] });
  });

  it('shows the default of columns it does not reach, and NULL where it says so', () => {
    const withNull = '03 81 0c00 01000000 0200 00 04 0080 0080';
    expect(write(ALL, withNull).json).toBe('{"a":1,"b":2}\n');
    const tagged = [A, column('x', 256, Coltyp.Long, { defaultValue: Uint8Array.of(9, 0, 0, 0) }), U];
    expect(write(tagged, '00 7f 0400' + '0201 0440 01 7a').json).toBe('{"x":9,"u":"z"}\n');
    expect(write(tagged, '00 7f 0400' + '0001 0820 0201 0840 01 7a').json).toBe('{"u":"z"}\n');
  });

  it('gives several values as a list, and one as a list where the column is declared so', () => {
    expect(write(ALL, '00 7f 0400' + '0001 0440' + '18 04 01000000 02000000').json).toBe(
      '{"c":7,"w":"df","t":[1,2]}\n',
    );
    expect(write(ALL, '00 7f 0400' + '0401 0400' + '0300')).toMatchObject({
      json: '{"c":7,"w":"df","m":[3]}\n',
      csv: ',,7,,df,,,"[3]"',
    });
    const three = '00 7f 0400' + '0201 0440' + '09 0600 0700 0900 61 2262 63';
    expect(write(ALL, three)).toMatchObject({
      json: '{"c":7,"w":"df","u":["a","\\"b","c"]}\n',
      csv: ',,7,,df,,"[""a"",""\\""b"",""c""]",',
    });
  });

  it('with a value whose size is wrong gives the others and says which', () => {
    const record = '00 7f 0400' + '0001 0800 0201 0b40' + '050000 01 7879';
    expect(write(ALL, record)).toMatchObject({
      json: '{"c":7,"w":"df","u":"xy"}\n',
      losses: expect.arrayContaining(['t[1] it has 3 bytes where its type has 4: 050000']) as string[],
    });
  });

  it('with columns out of order gives each once', () => {
    const record = '00 7f 0400' + '0201 0840 0001 0a00' + '01 78 05000000';
    const { json, losses } = write(ALL, record);
    expect(json).toBe('{"c":7,"w":"df","u":"x"}\n');
    expect(losses[0]).toBe('t[1] it is out of its order in the record, where the engine does not find it');
  });

  it('with a directory that contradicts itself says so', () => {
    const { json, losses } = write(ALL, '00 7f 0400' + '0001 0800 0201 ff1f' + '05000000');
    expect(json).toBe('{"c":7,"w":"df"}\n');
    expect(losses).toContain('[0] the record contradicts itself: columns after that point are left out');
  });

  it('with a long value that is nowhere says so', () => {
    const record = '00 7f 0400' + '0201 0440' + '05 01000000';
    expect(write(ALL, record)).toMatchObject({
      json: '{"c":7,"w":"df"}\n',
      losses: expect.arrayContaining([
        'u[1] its long value cannot be found: the table has no long-value tree',
      ]) as string[],
    });
  });

  it('leaves out columns that were deleted from the table', () => {
    expect(write([A, T], '00 7f 0400' + '0001 0800 0101 0c00' + '05000000 06000000').json).toBe('{"t":5}\n');
  });

  it('in the format before revision 9 reads the same', () => {
    const record =
      '02 80 0b00 01000000 ffff 02 0200 4142' +
      '0001 0400 05000000' +
      '0201 0380 00 7879' +
      '0401 0200 0300' +
      '0401 0200 0400';
    expect(write(ALL, record, false)).toEqual({
      json: '{"a":1,"c":7,"v":"AB","w":"df","t":5,"u":"xy","m":[3,4]}\n',
      csv: '1,,7,AB,df,5,xy,"[3,4]"',
      losses: [],
    });
    const one = '00 7f 0400' + '0001 0040' + '0401 0200 0300';
    expect(write(ALL, one, false).json).toBe('{"c":7,"w":"df","m":[3]}\n');
  });
});

describe('values', () => {
  const double = (value: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes.toString('hex');
  };
  const D = column('d', 1, Coltyp.Double, { recordOffset: 4 });
  const E = column('e', 1, Coltyp.DateTime, { recordOffset: 4 });
  const one = (def: ColumnDef, hex: string): Written => write([def], `01 7f 0d00 ${hex} 00`);

  it('that JSON has no number for are texts', () => {
    expect(one(D, double(NaN))).toMatchObject({ json: '{"d":"NaN"}\n', csv: 'NaN' });
    expect(one(D, double(-Infinity))).toMatchObject({ json: '{"d":"-Infinity"}\n', csv: '-Infinity' });
    expect(one(D, double(-0))).toMatchObject({ json: '{"d":-0}\n', csv: '-0' });
    expect(one(D, double(5e-324))).toMatchObject({ json: '{"d":5e-324}\n' });
    expect(one(D, double(1e21))).toMatchObject({ json: '{"d":1e+21}\n', csv: '1e+21' });
  });

  it('that are no dates are numbers', () => {
    expect(one(E, double(44516.5))).toMatchObject({ json: '{"e":"2021-11-16T12:00:00.000"}\n' });
    expect(one(E, double(1e9))).toMatchObject({ json: '{"e":1000000000}\n' });
    expect(one(E, double(NaN))).toMatchObject({ json: '{"e":"NaN"}\n' });
    expect(one(E, '1234567890abcd01').json).toBe('{"e":"2012-10-16T11:22:04.6168082Z"}\n');
  });

  it('with names that JSON and CSV must escape keep them', () => {
    const odd = [
      column('say "hi",\n', 1, Coltyp.UnsignedByte, { recordOffset: 4 }),
      column('ä', 2, Coltyp.UnsignedByte, { recordOffset: 5 }),
    ];
    expect(JSON.parse(write(odd, '02 7f 0700 0102 00').json)).toEqual({ 'say "hi",\n': 1, ä: 2 });
  });

  it('of columns that a damaged catalog names alike keep apart', () => {
    const twins = [A, column('a', 2, Coltyp.Short, { recordOffset: 8 })];
    expect(write(twins, '02 7f 0b00 01000000 0200 00').json).toBe('{"a":1,"a~2":2}\n');
  });
});
