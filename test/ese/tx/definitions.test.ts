// Tables, columns and indexes made, changed and dropped in transactions, beside sessions that read and write.
import { describe, expect, it } from 'vitest';
import type { ColumnSpec, TableSpec } from '../../../src/ese/build/table-spec.ts';
import { createLongValueTree } from '../../../src/ese/tx/create-long-value-tree.ts';
import { addColumn, deleteColumn, renameColumn } from '../../../src/ese/tx/define-column.ts';
import { createIndex, deleteIndex } from '../../../src/ese/tx/define-index.ts';
import { createTable, deleteTable, renameTable } from '../../../src/ese/tx/define-table.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { findingsOf, replay } from './memory-database.ts';
import { entriesOf } from '../recovery/dump-comparison.ts';
import { DefinitionRun } from './definition-run.ts';

const FIRST: TableSpec = {
  name: 'first',
  columns: [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'name', type: 'Text' },
    { name: 'tags', type: 'Text', place: 'tagged', multiValued: true },
  ],
  indexes: [{ name: 'id', key: ['id'], primary: true }],
};
const SECOND: TableSpec = {
  name: 'second',
  columns: [
    { name: 'number', type: 'Long', autoIncrement: true },
    { name: 'text', type: 'Text', maxLength: 100 },
    { name: 'long', type: 'LongBinary' },
  ],
  indexes: [
    { name: 'number', key: ['number'], primary: true },
    { name: 'text', key: ['-text', 'number'], unique: true },
    { name: 'any', key: ['text'], nulls: 'ignore-any' },
  ],
};

function started(rows = 0): DefinitionRun {
  const run = new DefinitionRun([[FIRST, []]]);
  const session = run.transactions.session();
  const writer = run.writer(session, 'first');
  for (let id = 0; id < rows; id++) writer.insert({ id, name: `row ${id % 7}`, tags: [`a${id % 3}`, `b${id % 5}`] });
  return run;
}

/** The database is sound, and the same as its log makes it. */
function expectSound(run: DefinitionRun): void {
  run.transactions.clean();
  expect(run.findings()).toEqual([]);
  const tables = run.database().tables.map(({ name, columns, indexes }) => ({
    name,
    columns: columns.map((column) => column.name),
    indexes: indexes.map((index) => index.name),
  }));
  const seen = [...run.schema.tables()].map(({ name, columns, indexes }) => ({
    name,
    columns: columns.map((column) => column.name),
    indexes: indexes.map((index) => index.name),
  }));
  expect(tables).toEqual(seen);
}

/** Tables with their columns and indexes. */
function described(db: Database): string[] {
  return db.tables.map(
    ({ name, columns, indexes }) => `${name}: ${[...columns, ...indexes].map((each) => each.name).join(' ')}`,
  );
}

describe('tables', () => {
  it('are made, written to, and seen by others when they are committed', () => {
    const run = started();
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    other.begin();
    session.begin();
    const table = createTable(run.context, session, SECOND);
    expect(table.indexes.map(({ name }) => name)).toEqual(['any', 'number', 'text']);
    const writer = run.writer(session, 'SECOND');
    for (let i = 0; i < 50; i++) writer.insert({ text: `text ${i}` });
    expect(() => run.schema.table('second', other)).toThrow('there is no table second');
    expect(() => run.schema.table('second')).toThrow('there is no table second');
    session.commit();
    expect(() => run.schema.table('second', other)).toThrow('there is no table second');
    other.commit();
    expect(run.schema.table('second', other).name).toBe('second');
    expectSound(run);
    expect(entriesOf(run.database(), run.database().table('second')!, 'any').length).toBe(50);
  });

  it('that are rolled back leave nothing behind', () => {
    const run = started();
    const session = run.transactions.session();
    const before = run.database().source.size;
    session.begin();
    createTable(run.context, session, SECOND);
    const writer = run.writer(session, 'second');
    for (let i = 0; i < 300; i++) writer.insert({ text: `text ${i}` });
    session.rollback();
    expect(() => run.schema.table('second', session)).toThrow('there is no table second');
    expectSound(run);
    const grown = run.database().source.size;
    for (let i = 0; i < 3; i++) {
      session.begin();
      createTable(run.context, session, SECOND);
      const again = run.writer(session, 'second');
      for (let n = 0; n < 300; n++) again.insert({ text: `text ${n}` });
      session.rollback();
      expectSound(run);
    }
    expect(run.database().source.size).toBe(grown);
    expect(grown).toBeGreaterThanOrEqual(before);
  });

  it('that are deleted are seen by those that began before, then their space is free', () => {
    const run = started(400);
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    other.begin();
    deleteTable(run.context, session, 'first');
    run.transactions.clean();
    expect(run.values(other, 'first', 'id').length).toBe(400);
    expect(() => run.schema.table('first', session)).toThrow('there is no table first');
    expect(() => run.schema.tableForWriting(run.schema.table('first', other).tree.objid, other)).toThrow('deleted');
    other.rollback();
    expectSound(run);
    createTable(run.context, session, { ...FIRST, name: 'again' });
    expectSound(run);
  });

  it('deleted and rolled back are as before', () => {
    const run = started(40);
    const session = run.transactions.session();
    session.begin();
    deleteTable(run.context, session, 'first');
    expect(() => run.schema.table('first', session)).toThrow();
    session.rollback();
    expect(run.values(session, 'first', 'id').length).toBe(40);
    expectSound(run);
  });

  it('have other names when they are renamed', () => {
    const run = started(3);
    const session = run.transactions.session();
    renameTable(run.context, session, 'first', 'other');
    expect(run.values(session, 'other', 'id').length).toBe(3);
    expect(() => run.schema.table('first')).toThrow();
    expectSound(run);
  });
});

describe('columns', () => {
  it('are added with their defaults', () => {
    const run = started(30);
    const session = run.transactions.session();
    session.begin();
    addColumn(run.context, session, 'first', { name: 'age', type: 'Short', defaultValue: Uint8Array.of(7, 0) });
    addColumn(run.context, session, 'first', { name: 'later', type: 'Binary' });
    addColumn(run.context, session, 'first', { name: 'note', type: 'Text', place: 'tagged' });
    expect(run.values(session, 'first', 'age')[0]).toEqual(['0700']);
    run.writer(session, 'first').insert({ id: 1000, age: 9, later: Uint8Array.of(1), note: 'x' });
    session.commit();
    expect(run.values(session, 'first', 'age').at(-1)).toEqual(['0900']);
    expectSound(run);
  });

  it('number the rows there are', () => {
    const run = started(30);
    const session = run.transactions.session();
    addColumn(run.context, session, 'first', { name: 'number', type: 'Long', autoIncrement: true });
    run.writer(session, 'first').insert({ id: 1000 });
    const numbers = run.values(session, 'first', 'number').map(([value]) => Buffer.from(value!, 'hex').readInt32LE());
    expect(numbers).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expectSound(run);
  });

  it('are deleted and renamed, and their ids are not used again', () => {
    const run = started(5);
    const session = run.transactions.session();
    deleteColumn(run.context, session, 'first', 'name');
    const table = addColumn(run.context, session, 'first', { name: 'name', type: 'Binary' });
    expect(table.columns.find(({ name }) => name === 'name')!.fid).toBe(129);
    renameColumn(run.context, session, 'first', 'tags', 'labels');
    expect(run.values(session, 'first', 'labels')[0]!.length).toBe(2);
    expectSound(run);
  });

  it('that there cannot be are refused', () => {
    const run = started(5);
    const session = run.transactions.session();
    const add = (spec: ColumnSpec) => (): unknown => addColumn(run.context, session, 'first', spec);
    const symbol = (action: () => unknown): unknown => {
      try {
        action();
      } catch (error) {
        return (error as { symbol: string }).symbol;
      }
      return undefined;
    };
    expect(symbol(add({ name: 'ID', type: 'Long' }))).toBe('JET_errColumnDuplicate');
    expect(symbol(add({ name: 'a.b', type: 'Long' }))).toBe('JET_errInvalidName');
    expect(symbol(add({ name: 'x', type: 'Long', multiValued: true, place: 'fixed' }))).toBe(
      'JET_errMultiValuedColumnMustBeTagged',
    );
    expect(symbol(add({ name: 'x', type: 'Text', autoIncrement: true }))).toBe('JET_errInvalidGrbit');
    expect(symbol(add({ name: 'x', type: 'Long', escrow: true, defaultValue: new Uint8Array(4) }))).toBe(
      'JET_errTableNotEmpty',
    );
    expect(symbol(() => deleteColumn(run.context, session, 'first', 'id'))).toBe('JET_errColumnInUse');
    expect(symbol(() => deleteColumn(run.context, session, 'first', 'x'))).toBe('JET_errColumnNotFound');
    const deleteSystemTable = (): void => {
      deleteTable(run.context, session, 'MSysObjects');
    };
    expect(symbol(deleteSystemTable)).toBe('JET_errCannotDeleteSystemTable');
    expect(symbol(() => createTable(run.context, session, FIRST))).toBe('JET_errTableDuplicate');
    expectSound(run);
  });
});

describe('indexes', () => {
  it('are made of the rows there are, and kept from then on', () => {
    const run = started(200);
    const session = run.transactions.session();
    createIndex(run.context, session, 'first', { name: 'name', key: ['name', '-id'] });
    createIndex(run.context, session, 'first', { name: 'tags', key: ['tags', 'name'] });
    createIndex(run.context, session, 'first', { name: 'some', key: ['id'], unique: true, conditions: ['!name'] });
    const writer = run.writer(session, 'first');
    writer.insert({ id: 900, name: null, tags: ['z'] });
    writer.insert({ id: 901, name: 'last' });
    expectSound(run);
    const db = run.database();
    const table = db.table('first')!;
    expect(entriesOf(db, table, 'name').length).toBe(202);
    expect(entriesOf(db, table, 'tags').length).toBe(402);
    expect(entriesOf(db, table, 'some').length).toBe(1);
  });

  it('that rows do not allow leave nothing behind', () => {
    const run = started(50);
    const session = run.transactions.session();
    const make = (): unknown => createIndex(run.context, session, 'first', { name: 'u', key: ['name'], unique: true });
    expect(make).toThrow('two rows have one key');
    expect(run.schema.table('first').indexes.length).toBe(1);
    expectSound(run);
    deleteColumn(run.context, session, 'first', 'name');
    expectSound(run);
  });

  it('in a transaction keep others from writing, not from reading', () => {
    const run = started(50);
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    other.begin();
    session.begin();
    createIndex(run.context, session, 'first', { name: 'name', key: ['name'] });
    expect(() => run.writer(other, 'first')).toThrow('makes an index');
    expect(run.values(other, 'first', 'id').length).toBe(50);
    session.commit();
    expect(run.schema.table('first', other).indexes.length).toBe(1);
    run.writer(other, 'first').insert({ id: 51, name: 'x' });
    other.commit();
    expectSound(run);
    expect(entriesOf(run.database(), run.database().table('first')!, 'name').length).toBe(51);
  });

  it('are not made of rows that others change', () => {
    const run = started(5);
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    other.begin();
    run.writer(other, 'first').insert({ id: 70 });
    const make = (): unknown => createIndex(run.context, session, 'first', { name: 'n', key: ['name'] });
    expect(make).toThrow('was changed by');
    other.commit();
    make();
    expectSound(run);
  });

  it('are deleted, and their space is free when nobody reads them any more', () => {
    const run = started(300);
    const session = run.transactions.session();
    const size = run.database().source.size;
    createIndex(run.context, session, 'first', { name: 'name', key: ['name', 'tags'] });
    deleteIndex(run.context, session, 'first', 'NAME');
    expectSound(run);
    const grown = run.database().source.size;
    for (let i = 0; i < 5; i++) {
      createIndex(run.context, session, 'first', { name: 'name', key: ['name', 'tags'] });
      deleteIndex(run.context, session, 'first', 'name');
      expectSound(run);
    }
    expect(run.database().source.size).toBe(grown);
    expect(grown).toBeGreaterThanOrEqual(size);
    expect(() => deleteIndex(run.context, session, 'first', 'id')).toThrow('primary');
    expect(() => deleteIndex(run.context, session, 'first', 'name')).toThrow('no index');
  });
});

describe('long-value trees', () => {
  it('are made once, for all sessions', () => {
    const run = started(5);
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    session.begin();
    other.begin();
    addColumn(run.context, session, 'first', { name: 'long', type: 'LongBinary' });
    const table = createLongValueTree(run.context, session, run.schema.table('first', session));
    expect(table.longValueTree).toBeDefined();
    expect(run.schema.table('first', other).longValueTree).toEqual(table.longValueTree);
    expect(createLongValueTree(run.context, other, run.schema.table('first', other)).longValueTree).toEqual(
      table.longValueTree,
    );
    session.rollback();
    other.rollback();
    expect(run.schema.table('first').longValueTree).toEqual(table.longValueTree);
    expectSound(run);
    session.begin();
    createTable(run.context, session, SECOND);
    createLongValueTree(run.context, session, run.schema.table('second', session));
    session.rollback();
    expectSound(run);
  });
});

describe('sessions', () => {
  it('cannot change one definition at a time', () => {
    const run = started(5);
    const [session, other] = [run.transactions.session(), run.transactions.session()];
    session.begin();
    other.begin();
    createTable(run.context, session, SECOND);
    expect(() => createTable(run.context, other, SECOND)).toThrow('there is an object second already');
    addColumn(run.context, session, 'first', { name: 'x', type: 'Long' });
    expect(() => addColumn(run.context, other, 'first', { name: 'y', type: 'Long' })).toThrow('another one changed');
    session.commit();
    expect(() => addColumn(run.context, other, 'first', { name: 'y', type: 'Long' })).toThrow('another one changed');
    expect(run.schema.table('first', other).columns.length).toBe(3);
    other.commit();
    addColumn(run.context, other, 'first', { name: 'y', type: 'Long' });
    expectSound(run);
  });
});

describe('crashes', () => {
  it('at any record leave definitions as they were committed', () => {
    const run = new DefinitionRun([[FIRST, []]]);
    const session = run.transactions.session();
    const { records } = run.open.log;
    /** Tables with columns and indexes by the number of records that made them. */
    const states: [records: number, tables: string[]][] = [];
    const note = (): void => {
      states.push([records.length, described(run.database())]);
    };
    const step = (change: () => void): void => {
      session.begin();
      change();
      session.commit();
      note();
    };
    note();
    step(() => createTable(run.context, session, SECOND));
    step(() => {
      addColumn(run.context, session, 'second', { name: 'age', type: 'Short' });
      for (let i = 0; i < 20; i++) run.writer(session, 'second').insert({ text: `text ${i}` });
      createLongValueTree(run.context, session, run.schema.table('second', session));
    });
    step(() => createIndex(run.context, session, 'second', { name: 'age', key: ['age'] }));
    step(() => {
      deleteIndex(run.context, session, 'second', 'age');
      deleteColumn(run.context, session, 'second', 'age');
    });
    run.transactions.clean();
    step(() => {
      deleteTable(run.context, session, 'second');
    });
    run.transactions.clean();
    const allowed = /^(space\.leaked|file\.truncated)/;
    for (let count = 1; count <= records.length; count++) {
      const file = replay(run.file, records.slice(0, count), true);
      const [, tables] = states.filter(([made]) => made <= count).at(-1) ?? states[0]!;
      expect(described(new Database(new BufferSource(file))), `after ${count} records`).toEqual(tables);
      expect(
        findingsOf(file).filter((text) => !allowed.test(text)),
        `after ${count} records`,
      ).toEqual([]);
    }
    expect(records.length).toBeGreaterThan(200);
  });
});
