// What becomes of values too long for a record, what is logged of changed rows, and which values are refused.
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { storedValues } from '../../../src/ese/build/stored-value.ts';
import { decodeRecord } from '../../../src/ese/log/record-table.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import type { JetErrorSymbol } from '../../../src/errors/jet-errors.data.ts';
import { RecordReader } from '../../../src/ese/record/record-reader.ts';
import { createLongValueTree } from '../../../src/ese/tx/create-long-value-tree.ts';
import { TableWriter } from '../../../src/ese/tx/table-writer.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { LONG_VALUE_DENSITY, writeTreeOf } from '../../../src/ese/tx/write-tree.ts';
import { DefinitionRun } from './definition-run.ts';

const TABLE: TableSpec = {
  name: 't',
  columns: [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'number', type: 'LongLong', autoIncrement: true },
    { name: 'reads', type: 'LongLong', escrow: true, defaultValue: new Uint8Array(8) },
    { name: 'short', type: 'Text', maxLength: 10 },
    { name: 'a', type: 'LongBinary' },
    { name: 'b', type: 'LongBinary' },
    { name: 'c', type: 'LongBinary' },
    { name: 'd', type: 'LongBinary' },
    { name: 'e', type: 'LongBinary', multiValued: true },
  ],
  indexes: [
    { name: 'id', key: ['id'], primary: true, unique: true },
    { name: 'number', key: ['-number'] },
    { name: 'short', key: ['short'] },
  ],
};

class Run extends DefinitionRun {
  readonly session: TxSession = this.transactions.session('one');
  readonly rows: TableWriter = this.writerOf(this.session);

  constructor() {
    super([[TABLE, []]]);
  }

  writerOf(session: TxSession): TableWriter {
    const { transactions, context, schema } = this;
    const table = schema.tableForWriting(schema.table('t').tree.objid, session);
    return new TableWriter(transactions, session, context.database, table, {
      longValues: () => {
        const { longValueTree } = createLongValueTree(context, session, table);
        return writeTreeOf(longValueTree!, true, LONG_VALUE_DENSITY, 4096);
      },
    });
  }

  /** Of a row: names of long columns that have values outside of the record. */
  separated(bookmark: Uint8Array): string[] {
    const table = this.schema.table('t');
    const reader = new RecordReader(table, this.open.db.cache.format, undefined);
    const record = this.rows.get(bookmark)!;
    reader.load(record, 0, record.length, true);
    return table.columns.flatMap((column) => {
      const stored = column.place === 'tagged' ? storedValues(reader.record, reader.tagged, column) : undefined;
      return stored?.some(({ separated }) => separated === true) === true ? [column.name] : [];
    });
  }

  /** What `work` logs: types of records and the trees they are about. */
  logged(work: () => void): string[] {
    const { records } = this.open.log;
    const before = records.length;
    work();
    return records.slice(before).map((bytes) => {
      const { name, fields } = decodeRecord(bytes, 0, bytes.length);
      const objid = fields['objidFDP'];
      return objid === undefined ? name : `${name} ${Number(objid)}`;
    });
  }

  clean(): void {
    for (let i = 0; i < 5; i++) this.transactions.clean();
  }
}

const bytes = (size: number): Uint8Array => new Uint8Array(size).map((_, i) => i);

function jetOf(work: () => void): JetErrorSymbol | undefined {
  try {
    work();
  } catch (error) {
    if (isJetError(error)) return error.symbol;
    throw error;
  }
  return undefined;
}

describe('TableWriter', () => {
  it('keeps values of up to 1023 bytes in the record, and moves the longest out when there is no room', () => {
    const run = new Run();
    expect(run.separated(run.rows.insert({ id: 1, a: bytes(1023), b: bytes(1024) }))).toEqual(['b']);
    expect(run.separated(run.rows.insert({ id: 2, a: bytes(900), b: bytes(1000), c: bytes(800) }))).toEqual([]);
    const row = { id: 3, a: bytes(1020), b: bytes(1020), c: bytes(1020), d: bytes(1020) };
    expect(run.separated(run.rows.insert({ ...row, e: [bytes(100)] }))).toEqual(['a', 'b', 'c', 'd']);
    run.clean();
    expect(run.findings()).toEqual([]);
  });

  it('logs what differs, entries of indexes before records, and nothing where nothing changes', () => {
    const run = new Run();
    const bookmark = run.rows.insert({ id: 1, short: 'x', a: bytes(500) });
    const { tree, indexes } = run.schema.table('t');
    const short = indexes.find(({ name }) => name === 'short')!.tree.objid;
    const number = indexes.find(({ name }) => name === 'number')!.tree.objid;
    const update = run.logged(() => run.rows.update(bookmark, { short: 'y' }));
    expect(update.filter((text) => text.includes(' '))).toEqual([
      `FlagDelete ${short}`,
      `Insert ${short}`,
      `ReplaceD ${tree.objid}`,
    ]);
    expect(run.logged(() => run.rows.update(bookmark, { a: bytes(500) }))).toEqual([]);
    const end = run.logged(() => {
      run.rows.delete(bookmark);
    });
    expect(end.filter((text) => text.includes(' '))).toEqual(
      [short, number]
        .sort((a, b) => b - a)
        .map((objid) => `FlagDelete ${objid}`)
        .concat(`FlagDelete ${tree.objid}`),
    );
  });

  it('numbers rows from the end of an index, whatever its order', () => {
    const run = new Run();
    run.rows.insert({ id: 1, number: 7_000_000_000n });
    const other = run.transactions.session('two');
    const numberOf = (id: number): unknown => run.values(run.session, 't', 'number')[id - 1];
    run.writerOf(other).insert({ id: 2 });
    const expected = new Uint8Array(8);
    new DataView(expected.buffer).setBigInt64(0, 7_000_000_001n, true);
    expect(numberOf(2)).toEqual([Buffer.from(expected).toString('hex')]);
  });

  it('adds differences of two sessions, of 64 bits', () => {
    const run = new Run();
    const bookmark = run.rows.insert({ id: 1 });
    const other = run.transactions.session('two');
    const theirs = run.writerOf(other);
    run.session.begin();
    other.begin();
    expect(run.rows.escrow(bookmark, 'reads', 5_000_000_000n)).toBe(0n);
    expect(theirs.escrow(bookmark, 'reads', -1)).toBe(5_000_000_000n);
    expect(jetOf(() => theirs.update(bookmark, { short: 'z' }))).toBe('JET_errWriteConflict');
    run.session.rollback();
    other.commit();
    expect(run.values(run.session, 't', 'reads')).toEqual([['ffffffffffffffff']]);
    expect(jetOf(() => run.rows.escrow(bookmark, 'short', 1))).toBe('JET_errInvalidOperation');
    expect(jetOf(() => run.rows.update(bookmark, { reads: 1n }))).toBe('JET_errInvalidOperation');
  });

  it('refuses values too long for their column, and places that are not there', () => {
    const run = new Run();
    expect(jetOf(() => run.rows.insert({ id: 1, short: 'x'.repeat(11) }))).toBe('JET_errColumnTooBig');
    const bookmark = run.rows.insert({ id: 1, a: bytes(3), b: bytes(5000) });
    const set = (column: string, change: Parameters<TableWriter['setLongValue']>[2]): JetErrorSymbol | undefined =>
      jetOf(() => run.rows.setLongValue(bookmark, column, change));
    expect(set('a', { mode: 'overwrite', offset: 4, bytes: bytes(1) })).toBe('JET_errColumnNoChunk');
    expect(set('b', { mode: 'overwrite', offset: 5001, bytes: bytes(1) })).toBe('JET_errColumnNoChunk');
    expect(set('e', { mode: 'append', itag: 2, bytes: bytes(1) })).toBe('JET_errBadItagSequence');
    expect(set('a', { mode: 'append', itag: 2, bytes: bytes(1) })).toBe('JET_errInvalidParameter');
    expect(set('short', { mode: 'append', bytes: bytes(1) })).toBe('JET_errInvalidColumnType');
    expect(set('e', { mode: 'append', itag: 1, bytes: bytes(2000) })).toBeUndefined();
    expect(set('e', { mode: 'append', itag: 2, bytes: bytes(10) })).toBeUndefined();
    expect(run.rows.longValue(bookmark, 'e', 2)!.size).toBe(10);
    expect(run.rows.longValue(bookmark, 'e', 3)).toBeUndefined();
    run.clean();
    expect(run.findings()).toEqual([]);
  });

  it('a tree for long values that is rolled back with its table is forgotten', () => {
    const run = new Run();
    run.session.begin();
    run.rows.insert({ id: 1, a: bytes(3000) });
    run.session.rollback();
    const bookmark = run.rows.insert({ id: 1, a: bytes(3000) });
    expect(run.rows.longValue(bookmark, 'a')!.size).toBe(3000);
    run.rows.delete(bookmark);
    run.clean();
    expect(run.findings()).toEqual([]);
  });
});
