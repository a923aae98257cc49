// Definitions and rows changed at random in nested transactions: what commits is what a model says, nothing leaks, other
// sessions keep their view, and the log makes the same of the file as it was.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import type { ColumnSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { addColumn, deleteColumn, renameColumn } from '../../../src/ese/tx/define-column.ts';
import { createIndex, deleteIndex } from '../../../src/ese/tx/define-index.ts';
import { createTable, deleteTable, renameTable } from '../../../src/ese/tx/define-table.ts';
import { entriesOf } from '../recovery/dump-comparison.ts';
import { DefinitionRun } from './definition-run.ts';
import { findingsOf, replay } from './memory-database.ts';

/** What a table is to be like: values of its rows by id, as stored. */
interface TableModel {
  readonly columns: readonly string[];
  readonly indexes: readonly string[];
  readonly rows: ReadonlyMap<number, Readonly<Record<string, number | string>>>;
}
type Model = ReadonlyMap<string, TableModel>;

const ACTIONS = [
  ...['createTable', 'deleteTable', 'renameTable', 'addColumn', 'addColumn', 'deleteColumn', 'renameColumn'],
  ...['createIndex', 'createIndex', 'deleteIndex', 'insert', 'insert', 'insert', 'insert', 'update', 'delete'],
  ...['begin', 'begin', 'commit', 'commit', 'rollback', 'clean', 'watch'],
] as const;
type Action = (typeof ACTIONS)[number];
type Step = readonly [action: Action, table: number, other: number, size: number];

const KNOWN = [
  ...['JET_errTableDuplicate', 'JET_errObjectNotFound', 'JET_errColumnDuplicate', 'JET_errColumnNotFound'],
  ...['JET_errColumnInUse', 'JET_errIndexDuplicate', 'JET_errIndexNotFound', 'JET_errKeyDuplicate'],
  ...['JET_errTransTooDeep', 'JET_errNotInTransaction'],
] as const;

const nameOf = (table: number): string => `table${table % 4}`;
const columnOf = (other: number): string => `c${other % 5}`;
const isNumber = (column: string): boolean => Number(column.at(-1)) % 2 === 0;

function columnSpec(name: string): ColumnSpec {
  if (isNumber(name)) return { name, type: 'Long' };
  return Number(name.at(-1)) === 1 ? { name, type: 'Text' } : { name, type: 'Text', place: 'tagged' };
}

class Run extends DefinitionRun {
  readonly session = this.transactions.session();
  readonly watcher = this.transactions.session();
  /** The state at each level, the committed one first. */
  readonly models: Model[] = [new Map()];
  watched: Model | undefined;

  get model(): Model {
    return this.models.at(-1)!;
  }

  #set(name: string, table: TableModel | undefined): void {
    const model = new Map(this.model);
    if (table === undefined) model.delete(name);
    else model.set(name, table);
    this.models[this.models.length - 1] = model;
  }

  #table(name: string): TableModel {
    return this.model.get(name) ?? { columns: [], indexes: [], rows: new Map() };
  }

  step(step: Step): void {
    try {
      this.#do(step);
    } catch (error) {
      if (!KNOWN.some((jet) => isJetError(error, jet))) throw error;
    }
  }

  #do([action, number, other, size]: Step): void {
    const { context, session } = this;
    const name = nameOf(number);
    const column = columnOf(other);
    const table = this.#table(name);
    const { columns, indexes, rows } = table;
    switch (action) {
      case 'begin':
        if (session.level < 4) {
          session.begin();
          this.models.push(this.model);
        }
        return;
      case 'commit':
        session.commit();
        this.models.splice(-2, 1);
        return;
      case 'rollback':
        session.rollback();
        this.models.pop();
        return;
      case 'clean':
        this.transactions.clean();
        return;
      case 'watch':
        this.#watch();
        return;
      case 'createTable': {
        const index = { name: column, key: [column, 'id'], density: 60 + (size % 40) };
        createTable(context, session, {
          name,
          columns: [{ name: 'id', type: 'Long', notNull: true }, columnSpec(column)],
          indexes: [{ name: 'id', key: ['id'], primary: true }, ...(size % 2 === 0 ? [index] : [])],
        });
        this.#set(name, { columns: [column], indexes: size % 2 === 0 ? [column] : [], rows: new Map() });
        return;
      }
      case 'deleteTable':
        deleteTable(context, session, name);
        this.#set(name, undefined);
        return;
      case 'renameTable': {
        const nameNew = nameOf(other);
        renameTable(context, session, name, nameNew);
        if (name !== nameNew) this.#set(name, undefined);
        this.#set(nameNew, table);
        return;
      }
      case 'addColumn':
        addColumn(context, session, name, columnSpec(column));
        this.#set(name, { ...table, columns: [...columns, column] });
        return;
      case 'deleteColumn': {
        deleteColumn(context, session, name, column);
        const left = [...rows].map(([id, row]) => [id, without(row, column)] as const);
        this.#set(name, { ...table, columns: columns.filter((each) => each !== column), rows: new Map(left) });
        return;
      }
      case 'renameColumn':
        // To itself, in other letters and back: the model stays as it is.
        renameColumn(context, session, name, column, column.toUpperCase());
        renameColumn(context, session, name, column.toUpperCase(), column);
        return;
      case 'createIndex':
        createIndex(context, session, name, { name: column, key: [`-${column}`], unique: size % 3 === 0 });
        this.#set(name, { ...table, indexes: [...indexes, column] });
        return;
      case 'deleteIndex':
        deleteIndex(context, session, name, column);
        this.#set(name, { ...table, indexes: indexes.filter((each) => each !== column) });
        return;
      default:
        this.#row(action, name, table, other, size);
    }
  }

  #row(action: Action, name: string, table: TableModel, id: number, size: number): void {
    const { columns, rows } = table;
    const writer = this.writer(this.session, name);
    const key = new Uint8Array(5);
    key[0] = 0x7f;
    new DataView(key.buffer).setUint32(1, (id ^ 0x80000000) >>> 0, false);
    const values = Object.fromEntries(
      columns.flatMap((column, i) =>
        (size + i) % 4 === 0 ? [] : [[column, isNumber(column) ? size : 'x'.repeat((size * 3) % 200) + String(id)]],
      ),
    );
    const left = new Map(rows);
    if (action === 'insert') {
      writer.insert({ id, ...values });
      left.set(id, values);
    } else {
      if (!rows.has(id)) return;
      if (action === 'update') {
        writer.update(key, values);
        left.set(id, { ...rows.get(id), ...values });
      } else {
        writer.delete(key);
        left.delete(id);
      }
    }
    this.#set(name, { ...table, rows: left });
  }

  /** The other session begins to look, or looks once more and ends. */
  #watch(): void {
    const { watcher } = this;
    if (this.watched === undefined) {
      watcher.begin();
      this.watched = this.models[0]!;
      return;
    }
    this.look();
    watcher.rollback();
    this.watched = undefined;
  }

  /** The other session sees what was committed when it began. */
  look(): void {
    if (this.watched === undefined) return;
    for (const [name, { rows, columns }] of this.watched) {
      expect(this.values(this.watcher, name, 'id').length).toBe(rows.size);
      const seen = this.schema.table(name, this.watcher).columns.map((column) => column.name);
      expect(seen.sort()).toEqual([...columns, 'id'].sort());
    }
  }
}

const without = (row: Readonly<Record<string, number | string>>, column: string): Record<string, number | string> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));

/** The tables of a file are those of a model. */
function expectModel(file: Uint8Array, model: Model): void {
  const db = new Database(new BufferSource(file));
  const tables = db.tables.filter(({ name }) => name.startsWith('table'));
  expect(tables.map(({ name }) => name)).toEqual([...model.keys()].sort());
  for (const table of tables) {
    const { columns, indexes, rows } = model.get(table.name)!;
    expect(table.columns.map(({ name }) => name).sort()).toEqual([...columns, 'id'].sort());
    expect(table.indexes.map(({ name }) => name).sort()).toEqual([...indexes, 'id'].sort());
    const found = new Map<number, Record<string, number | string>>();
    for (const { record } of scanTable(db, table)) {
      const row: Record<string, number | string> = {};
      for (const column of table.columns) {
        const [value] = record.values(column);
        if (value === undefined) continue;
        row[column.name] =
          isNumber(column.name) || column.name === 'id' ? numberOf(value) : Buffer.from(value).toString();
      }
      found.set(Number(row['id']), without(row, 'id'));
    }
    expect(found).toEqual(new Map(rows));
    for (const index of indexes) expect(entriesOf(db, table, index).length).toBe(rows.size);
  }
}

const numberOf = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(...ACTIONS),
  fc.nat(3),
  fc.nat(30),
  fc.integer({ min: 1, max: 60 }),
);

describe('definitions', () => {
  it('changed at random are those of a model, and nothing leaks', () => {
    let commits = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const run = new Run([]);
        for (const each of steps) {
          run.step(each);
          if (each[0] !== 'commit' || run.session.level > 0) continue;
          run.look();
          if (run.watched !== undefined) continue;
          run.transactions.clean();
          const file = run.bytes();
          expect(findingsOf(file)).toEqual([]);
          expectModel(file, run.models[0]!);
          commits++;
        }
        run.look();
        const crashed = run.open.log.records.slice();
        run.transactions.endAll();
        run.transactions.clean();
        const file = run.bytes();
        expect(findingsOf(file)).toEqual([]);
        expectModel(file, run.models[0]!);
        const recovered = replay(run.file, crashed, true);
        // What an open transaction made, or a committed one dropped, stays taken, as with the engine. The file gets its
        // length when it is closed.
        expect(findingsOf(recovered).filter((text) => !/^(space\.leaked|file\.truncated)/.test(text))).toEqual([]);
        expectModel(recovered, run.models[0]!);
      }),
      { numRuns: 60, seed: 41 },
    );
    expect(commits).toBeGreaterThan(100);
  }, 120_000);
});
