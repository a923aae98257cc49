// Rows written at random by several sessions: rows and index entries of a model, no finding, and the same after crashes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { RecordReader } from '../../../src/ese/record/record-reader.ts';
import type { RowValues } from '../../../src/ese/tx/row-record.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { TableWriter } from '../../../src/ese/tx/table-writer.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { entriesOf } from '../recovery/dump-comparison.ts';
import { buildFile, findingsOf, openFile, replay } from './memory-database.ts';

const TABLE: TableSpec = {
  name: 'people',
  columns: [
    { name: 'number', type: 'Long', autoIncrement: true },
    { name: 'name', type: 'Text', notNull: true },
    { name: 'age', type: 'UnsignedByte', defaultValue: Uint8Array.of(30) },
    { name: 'tags', type: 'Text', place: 'tagged', multiValued: true },
    { name: 'notes', type: 'LongBinary' },
  ],
  indexes: [
    { name: 'name', key: ['name'], primary: true, unique: true },
    { name: 'number', key: ['number'], unique: true },
    { name: 'age', key: ['-age', 'name'] },
    { name: 'tags', key: ['tags'] },
  ],
};

type Step = readonly [who: number, what: string, id: number, age: number, tags: readonly number[], size: number];

const nameOf = (id: number): string => `person ${id}`;

function rowOf(age: number, tags: readonly number[], size: number): RowValues {
  return {
    age: age > 90 ? undefined : age > 80 ? null : age,
    tags: tags.map((tag) => `tag ${tag}`),
    notes: size === 0 ? null : new Uint8Array(size).fill(size),
  };
}

/** All rows of a file: values by name. */
function rowsIn(file: Uint8Array): Map<string, Record<string, string[]>> {
  const db = new Database(new BufferSource(file));
  const table = db.table('people')!;
  const rows = new Map<string, Record<string, string[]>>();
  for (const { record } of scanTable(db, table)) {
    const row: Record<string, string[]> = {};
    for (const column of table.columns) {
      row[column.name] = record.values(column).map((value) => Buffer.from(value).toString('hex'));
    }
    rows.set(Buffer.from(row['name']![0]!, 'hex').toString(), row);
  }
  return rows;
}

class Run {
  readonly file = buildFile(4096, [[TABLE, []]]);
  readonly open = openFile(this.file);
  readonly table: TableDef = new Database(new BufferSource(this.file)).table('people')!;
  readonly transactions = new Transactions({ log: this.open.log });
  readonly #reader = new RecordReader(this.table, this.open.db.cache.format, undefined);
  readonly sessions;

  constructor() {
    const { db, space } = this.open;
    const database = { db, allocator: space };
    this.transactions.versions.attach(database);
    this.sessions = [0, 1].map(() => {
      const session = this.transactions.session();
      return { session, writer: new TableWriter(this.transactions, session, database, this.table) };
    });
  }

  /** Bookmark of a person, as the session sees it. */
  bookmark(writer: TableWriter, name: string): Uint8Array | undefined {
    const column = this.table.columns.find((each) => each.name === 'name')!;
    for (const { bookmark, record } of writer.rows()) {
      this.#reader.load(record, 0, record.length, true);
      if (Buffer.from(this.#reader.values(column)[0]!).toString() === name) return bookmark;
    }
    return undefined;
  }

  step([who, what, id, age, tags, size]: Step): void {
    const { session, writer } = this.sessions[who]!;
    const bookmark = this.bookmark(writer, nameOf(id));
    try {
      if (what === 'insert') writer.insert({ name: nameOf(id), ...rowOf(age, tags, size) });
      else if (what === 'begin') session.begin();
      else if (what === 'clean') this.transactions.clean();
      else if (what === 'commit' && session.level > 0) session.commit();
      else if (what === 'rollback' && session.level > 0) session.rollback();
      else if (bookmark === undefined) return;
      else if (what === 'update') writer.update(bookmark, rowOf(age, tags, size));
      else if (what === 'rename') writer.update(bookmark, { name: nameOf(id + 100) });
      else if (what === 'delete') writer.delete(bookmark);
    } catch (error) {
      // Two tags may be the same; others may have the row.
      const known = ['JET_errKeyDuplicate', 'JET_errWriteConflict', 'JET_errTransTooDeep'] as const;
      if (!known.some((jet) => isJetError(error, jet))) throw error;
    }
  }
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.integer({ min: 0, max: 1 }),
  fc.constantFrom(
    'insert',
    'insert',
    'insert',
    'insert',
    'update',
    'update',
    'rename',
    'delete',
    'begin',
    'commit',
    'commit',
    'rollback',
    'clean',
  ),
  fc.integer({ min: 0, max: 15 }),
  fc.integer({ min: 0, max: 100 }),
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  fc.integer({ min: 0, max: 1000 }),
);

describe('TableWriter', () => {
  it('random rows: indexes agree, also after a crash', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const run = new Run();
        for (const each of steps) run.step(each);
        const { store, log, db } = run.open;
        const { records } = log;
        const crashed = store.bytes.slice();
        const atCrash = records.length;
        for (const { session } of run.sessions) while (session.level > 0) session.rollback();
        db.cache.flush();
        const file = store.bytes.slice();
        expect(findingsOf(file)).toEqual([]);
        const recovered = replay(crashed, records.slice(0, atCrash), true);
        expect(findingsOf(recovered)).toEqual([]);
        expect(rowsIn(recovered)).toEqual(rowsIn(file));
        const [a, b] = [recovered, file].map((bytes) => new Database(new BufferSource(bytes)));
        for (const { name } of run.table.indexes)
          expect(entriesOf(a!, run.table, name)).toEqual(entriesOf(b!, run.table, name));
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('numbers the rows of all sessions from one counter', () => {
    const run = new Run();
    const [a, b] = run.sessions;
    a!.session.begin();
    for (const name of ['a1', 'a2']) a!.writer.insert({ name });
    for (const name of ['b1', 'b2']) b!.writer.insert({ name });
    a!.writer.insert({ name: 'a3' });
    a!.session.commit();
    run.open.db.cache.flush();
    const numbers = [...rowsIn(run.open.store.bytes)].map(([name, row]) => [name, row['number']![0]]);
    expect(Object.fromEntries(numbers)).toEqual({
      a1: '01000000',
      a2: '02000000',
      b1: '03000000',
      b2: '04000000',
      a3: '05000000',
    });
  });

  it('numbers rows, fills in defaults, refuses NULL and duplicates, and leaves nothing behind when it does', () => {
    const run = new Run();
    const { writer, session } = run.sessions[0]!;
    const first = writer.insert({ name: 'Ada', tags: ['x', 'y'] });
    writer.insert({ name: 'Bob', age: null });
    session.begin();
    expect(() => writer.insert({ age: 1 })).toThrow('may not be NULL');
    expect(() => writer.insert({ name: 'ADA', tags: ['z'] })).toThrow('has that node already');
    expect(() => writer.insert({ name: 'Cid', number: 1, tags: ['z'] })).toThrow('has that node already');
    expect(() => writer.insert({ nobody: 1 })).toThrow('no column nobody');
    session.commit();
    writer.insert({ name: 'Dan' });
    writer.delete(first);
    expect(() => {
      writer.delete(first);
    }).toThrow('no such row');
    run.open.db.cache.flush();
    expect(findingsOf(run.open.store.bytes)).toEqual([]);
    const rows = rowsIn(run.open.store.bytes);
    expect([...rows.keys()]).toEqual(['Bob', 'Dan']);
    expect(rows.get('Bob')).toMatchObject({ number: ['02000000'], age: [] });
    expect(rows.get('Dan')).toMatchObject({ number: ['05000000'], age: ['1e'], tags: [], notes: [] });
  });
});
