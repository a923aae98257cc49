// Seeks, ranges and counts on indexes of every kind, against a plain model; two sessions; rows changed while a cursor
// stands in them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnSpec, TableSpec } from '../../../src/ese/build/table-spec.ts';
import type { IndexDef } from '../../../src/ese/catalog/index-def.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import type { Row, SeekHow } from '../../../src/ese/tx/index-cursor.ts';
import type { InputValue, RowInput } from '../../../src/ese/tx/input-value.ts';
import type { SessionTable } from '../../../src/ese/tx/session-table.ts';
import { MemoryTables } from './memory-tables.ts';

/** A column type: its values, and how they are ordered. */
interface Kind {
  readonly column: Omit<ColumnSpec, 'name'>;
  readonly values: fc.Arbitrary<InputValue>;
  /** Something that compares as the value does, by < and >. */
  readonly order: (value: never) => string | number | bigint;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const ascii = fc.string({ unit: fc.constantFrom('a', 'B', 'c', ' ', '-', '9'), maxLength: 4 });
const guid = fc
  .tuple(fc.constantFrom('00', '7f', 'ff'), fc.constantFrom('01', 'a0', 'fe'))
  .map(([first, last]) => `${first}000000-0000-0000-0000-0000000000${last}`);

const KINDS: Readonly<Record<string, Kind>> = {
  Long: {
    column: { type: 'Long' },
    values: fc.constantFrom(-(2 ** 31), -7, -1, 0, 1, 255, 256, 2 ** 31 - 1),
    order: (value: number) => value,
  },
  UnsignedByte: {
    column: { type: 'UnsignedByte' },
    values: fc.integer({ min: 0, max: 12 }),
    order: (value: number) => value,
  },
  LongLong: {
    column: { type: 'LongLong' },
    values: fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 40n, 2n ** 63n - 1n),
    order: (value: bigint) => value,
  },
  Double: {
    column: { type: 'Double' },
    values: fc.constantFrom(-1e300, -1.5, -0.25, 0, 0.25, 1.5, 1e300),
    order: (value: number) => value,
  },
  Bit: { column: { type: 'Bit' }, values: fc.boolean(), order: (value: boolean) => Number(value) },
  DateTime: {
    column: { type: 'DateTime' },
    values: fc.constantFrom(
      new Date(Date.UTC(1980, 4, 1)),
      '2001-02-03T04:05:06.000',
      new Date(Date.UTC(2026, 0, 1, 12)),
    ),
    order: (value: string | Date) => (typeof value === 'string' ? Date.parse(`${value}Z`) : value.getTime()),
  },
  Guid: {
    column: { type: 'Guid' },
    values: guid,
    // From the last group of the text to the first.
    order: (value: string) => value.split('-').reverse().join('-'),
  },
  Text: {
    column: { type: 'Text' },
    values: ascii,
    order: (value: string) => value.toUpperCase(),
  },
  Binary: {
    column: { type: 'Binary' },
    values: fc.uint8Array({ maxLength: 10, max: 2 }),
    order: (value: Uint8Array) => hex(value),
  },
};
const NAMES = Object.keys(KINDS);

interface Case {
  readonly kinds: readonly string[];
  readonly descending: readonly boolean[];
  readonly unique: boolean;
  readonly multiValued: boolean;
  readonly nulls: 'all' | 'none' | 'refused' | 'not-all' | 'not-first';
  readonly sortNullsHigh: boolean;
}

const caseOf: fc.Arbitrary<Case> = fc.record({
  kinds: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  descending: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  unique: fc.boolean(),
  multiValued: fc.boolean(),
  nulls: fc.constantFrom('all', 'none', 'refused', 'not-all', 'not-first'),
  sortNullsHigh: fc.boolean(),
});

function specOf({ kinds, descending, unique, multiValued }: Case): TableSpec {
  const columns = kinds.map((kind, i): ColumnSpec => {
    const many = multiValued && i === kinds.length - 1;
    return { name: `c${i}`, ...KINDS[kind]!.column, ...(many ? { multiValued: true } : {}) };
  });
  return {
    name: 't',
    columns: [{ name: 'id', type: 'Long', notNull: true }, ...columns],
    indexes: [
      { name: 'id', key: ['id'], primary: true },
      { name: 'x', key: columns.map(({ name }, i) => `${descending[i]! ? '-' : ''}${name}`), unique },
    ],
  };
}

const NULLS: Readonly<Record<Case['nulls'], Partial<IndexDef['definition']>>> = {
  all: {},
  none: { allowAllNulls: false, allowFirstNull: false, allowSomeNulls: false },
  refused: { noNullSegments: true },
  'not-all': { allowAllNulls: false },
  'not-first': { allowFirstNull: false },
};

const define =
  ({ nulls, sortNullsHigh }: Case) =>
  (table: TableDef): TableDef => ({
    ...table,
    indexes: table.indexes.map((index) => {
      if (index.name !== 'x') return index;
      return { ...index, definition: { ...index.definition, ...NULLS[nulls], sortNullsHigh } };
    }),
  });

/** An entry of the model's index. */
interface Entry {
  readonly key: readonly InputValue[];
  readonly id: number;
}

/** The model: rows, and the entries that follow from them. */
class Model {
  readonly rows = new Map<number, readonly (InputValue | readonly InputValue[])[]>();
  readonly #case: Case;

  constructor(of: Case) {
    this.#case = of;
  }

  compareValues(a: InputValue, b: InputValue, i: number): number {
    const { kinds, descending, sortNullsHigh } = this.#case;
    let order: number;
    if (a === null || b === null) order = a === b ? 0 : (a === null) === sortNullsHigh ? 1 : -1;
    else {
      const by = KINDS[kinds[i]!]!.order;
      const [x, y] = [by(a as never), by(b as never)];
      order = x < y ? -1 : x > y ? 1 : 0;
    }
    return descending[i]! ? -order : order;
  }

  /** Compares the first columns. */
  compare(a: readonly InputValue[], b: readonly InputValue[]): number {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = this.compareValues(a[i]!, b[i]!, i);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** undefined: the index refuses the row. */
  keys(values: readonly (InputValue | readonly InputValue[])[]): (readonly InputValue[])[] | undefined {
    const last = values.at(-1)!;
    const heads = values.slice(0, -1) as InputValue[];
    const lasts = Array.isArray(last) ? (last.length === 0 ? [null] : (last as InputValue[])) : [last as InputValue];
    const keys: InputValue[][] = [];
    for (const each of lasts) {
      const key = [...heads, each];
      if (!keys.some((other) => this.compare(other, key) === 0)) keys.push(key);
    }
    const { nulls } = this.#case;
    if (nulls === 'refused' && keys.some((key) => key.includes(null))) return undefined;
    return keys.filter((key) => {
      const all = key.every((value) => value === null);
      const first = key[0] === null;
      const some = key.includes(null);
      if (nulls === 'none') return !some;
      if (nulls === 'not-all') return !all;
      if (nulls === 'not-first') return !first;
      return true;
    });
  }

  entries(): Entry[] {
    const entries = [...this.rows].flatMap(([id, values]) => (this.keys(values) ?? []).map((key) => ({ key, id })));
    return entries.sort((a, b) => this.compare(a.key, b.key) || a.id - b.id);
  }

  accepts(id: number, values: readonly (InputValue | readonly InputValue[])[]): boolean {
    const keys = this.keys(values);
    if (keys === undefined) return false;
    const others = this.entries().filter((entry) => entry.id !== id);
    return !this.#case.unique || !keys.some((key) => others.some((other) => this.compare(other.key, key) === 0));
  }

  within(range: Range): number[] {
    const { from, to, fromInclusive, toInclusive } = range;
    return this.entries()
      .filter(({ key }) => {
        const low = from === undefined ? 1 : this.compare(key, from);
        const high = to === undefined ? -1 : this.compare(key, to);
        return (low > 0 || (low === 0 && fromInclusive)) && (high < 0 || (high === 0 && toInclusive));
      })
      .map(({ id }) => id);
  }

  seek(how: SeekHow, values: readonly InputValue[]): number | undefined {
    const entries = this.entries();
    const order = ({ key }: Entry): number => this.compare(key, values);
    if (how === '=') return entries.find((entry) => order(entry) === 0)?.id;
    if (how === '>=') return entries.find((entry) => order(entry) >= 0)?.id;
    if (how === '>') return entries.find((entry) => order(entry) > 0)?.id;
    return entries.findLast((entry) => (how === '<=' ? order(entry) <= 0 : order(entry) < 0))?.id;
  }
}

interface Range {
  readonly from?: readonly InputValue[];
  readonly to?: readonly InputValue[];
  readonly fromInclusive: boolean;
  readonly toInclusive: boolean;
}

const maybeNull = (values: fc.Arbitrary<InputValue>): fc.Arbitrary<InputValue> =>
  fc.oneof({ arbitrary: values, weight: 5 }, { arbitrary: fc.constant(null), weight: 1 });

const valuesOf = ({ kinds, multiValued }: Case): fc.Arbitrary<readonly (InputValue | readonly InputValue[])[]> =>
  fc.tuple(
    ...kinds.map((kind, i) => {
      const { values } = KINDS[kind]!;
      const many = multiValued && i === kinds.length - 1;
      return many ? fc.array(values, { maxLength: 3 }) : maybeNull(values);
    }),
  );

const keyOf = ({ kinds }: Case): fc.Arbitrary<readonly InputValue[]> =>
  fc
    .tuple(fc.integer({ min: 1, max: kinds.length }), ...kinds.map((kind) => maybeNull(KINDS[kind]!.values)))
    .map(([length, ...values]) => values.slice(0, length));

const rangeOf = (of: Case): fc.Arbitrary<Range> =>
  fc
    .record({
      from: fc.option(keyOf(of), { nil: undefined }),
      to: fc.option(keyOf(of), { nil: undefined }),
      fromInclusive: fc.boolean(),
      toInclusive: fc.boolean(),
    })
    .map(({ from, to, ...rest }) => ({
      ...rest,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }));

const rowOf = (id: number, values: readonly (InputValue | readonly InputValue[])[]): RowInput =>
  Object.fromEntries([['id', id], ...values.map((value, i) => [`c${i}`, value] as const)]);

const idOf = (row: Row): number => row['id'] as number;

const setup = fc.tuple(caseOf).chain(([of]) =>
  fc.record({
    of: fc.constant(of),
    rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), valuesOf(of)), { minLength: 1, maxLength: 40 }),
    deleted: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }),
    ranges: fc.array(rangeOf(of), { minLength: 1, maxLength: 6 }),
    seeks: fc.array(fc.tuple(fc.constantFrom<SeekHow>('=', '>=', '>', '<=', '<'), keyOf(of)), {
      minLength: 1,
      maxLength: 6,
    }),
  }),
);

/** Tries a change that the model may refuse. */
function attempt(expected: boolean, change: () => unknown): void {
  if (expected) change();
  else expect(change).toThrow(/has that node already|not allowed/);
}

function fill(table: SessionTable, model: Model, rows: readonly (readonly [number, unknown])[]): void {
  for (const [id, given] of rows) {
    const values = given as readonly (InputValue | readonly InputValue[])[];
    const bookmark = table.findBookmark('id', [id]);
    const accepted = model.accepts(id, values);
    attempt(accepted, () =>
      bookmark === undefined ? table.insert(rowOf(id, values)) : table.update(bookmark, rowOf(id, values)),
    );
    if (accepted) model.rows.set(id, values);
  }
}

describe('IndexCursor', () => {
  it('ranges, seeks and counts are those of the model', () => {
    fc.assert(
      fc.property(setup, ({ of, rows, deleted, ranges, seeks }) => {
        const tables = new MemoryTables([[specOf(of), []]], define(of));
        const session = tables.session();
        const table = tables.database.table(session, 't');
        const model = new Model(of);
        fill(table, model, rows);
        for (const id of deleted) {
          const bookmark = table.findBookmark('ID', [id]);
          expect(bookmark !== undefined).toBe(model.rows.delete(id));
          if (bookmark !== undefined) table.delete(bookmark);
        }
        for (const range of ranges) {
          const ids = model.within(range);
          expect([...table.range('x', range)].map(idOf)).toEqual(ids);
          expect([...table.range('x', { ...range, reverse: true, columns: ['id'] })]).toEqual(
            ids.toReversed().map((id) => ({ id })),
          );
          expect(table.count('x', range)).toBe(ids.length);
        }
        const cursor = table.cursor('x');
        for (const [how, values] of seeks) {
          const expected = model.seek(how, values);
          expect(cursor.seek(how, values)).toBe(expected !== undefined);
          if (expected !== undefined) expect(cursor.getNumber('id')).toBe(expected);
        }
        cursor.close();
      }),
      { numRuns: 80 },
    );
  });
});
