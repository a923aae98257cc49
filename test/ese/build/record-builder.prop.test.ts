// Any values of any columns come back from the reader as they were set, on every page size, in both tagged formats.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { RecordBuilder } from '../../../src/ese/build/record-builder.ts';
import { storedValues, type StoredValue, type StoredValues } from '../../../src/ese/build/stored-value.ts';
import { CODE_PAGE_UNICODE, ColumnFlag, type ColumnDef } from '../../../src/ese/catalog/column-def.ts';
import { Coltyp, coltypSize, isLongType } from '../../../src/ese/catalog/column-type.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { RecordView } from '../../../src/ese/record/record-view.ts';
import { TaggedScan } from '../../../src/ese/record/tagged-scan.ts';
import { tableOf, type ColumnSpec } from './table-fixture.ts';

const COLTYPS = Object.values(Coltyp).filter((coltyp) => coltyp !== Coltyp.Nil && coltyp !== Coltyp.Slv);
const SHORT = COLTYPS.filter((coltyp) => !isLongType(coltyp));

/** A value of a fixed column of `size` bytes, as it is read back; truth has one form. */
const fixedBytes = (coltyp: Coltyp, size: number): fc.Arbitrary<Uint8Array> =>
  coltyp === Coltyp.Bit
    ? fc.constantFrom(Uint8Array.of(0), Uint8Array.of(0xff))
    : fc.uint8Array({ minLength: size, maxLength: size });

const fixedSpec = fc.constantFrom(...SHORT).chain((coltyp) =>
  fc.integer({ min: 1, max: 40 }).chain((most) => {
    const cbMaxLen = coltypSize(coltyp) || most;
    return fc.record({
      place: fc.constant('fixed' as const),
      coltyp: fc.constant(coltyp),
      cbMaxLen: fc.constant(cbMaxLen),
      defaultValue: fc.option(fixedBytes(coltyp, cbMaxLen), { nil: undefined, freq: 3 }),
    });
  }),
);

const variableSpec = fc.record({
  place: fc.constant('variable' as const),
  coltyp: fc.constantFrom(Coltyp.Binary, Coltyp.Text),
  codePage: fc.constant(CODE_PAGE_UNICODE),
  defaultValue: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 }), { nil: undefined, freq: 3 }),
});

const taggedSpec = fc.record({
  place: fc.constant('tagged' as const),
  coltyp: fc.constantFrom(...COLTYPS),
  defaultValue: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 }), { nil: undefined, freq: 3 }),
  derived: fc.boolean(),
});

const specs = fc
  .tuple(
    fc.array(fixedSpec, { maxLength: 20 }),
    fc.array(variableSpec, { maxLength: 12 }),
    fc.array(taggedSpec, { maxLength: 12 }),
  )
  .map((places): ColumnSpec[] => places.flat() as ColumnSpec[]);

/** Values of a tagged column; `plain`: as before revision 9. */
function taggedValues(column: ColumnDef, plain: boolean): fc.Arbitrary<readonly StoredValue[]> {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((b): StoredValue => ({ bytes: b }));
  if (!isLongType(column.coltyp)) return fc.array(bytes, { minLength: 1, maxLength: 5 });
  const id = fc
    .constantFrom(4, 8)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((b): StoredValue => ({ bytes: b, separated: true }));
  const packed = fc
    .uint8Array({ minLength: 1, maxLength: 60 })
    .map((b): StoredValue => ({ bytes: b, compressed: true }));
  const first = plain ? fc.oneof(bytes, id) : fc.oneof(bytes, id, packed);
  return fc.tuple(first, fc.array(fc.oneof(bytes, id), { maxLength: 4 })).map(([one, more]) => [one, ...more]);
}

function columnValues(column: ColumnDef, plain: boolean): fc.Arbitrary<StoredValues> {
  const one = (b: fc.Arbitrary<Uint8Array>): fc.Arbitrary<readonly StoredValue[]> => b.map((bytes) => [{ bytes }]);
  const value =
    column.place === 'fixed'
      ? one(fixedBytes(column.coltyp, column.cbMaxLen))
      : column.place === 'variable'
        ? one(fc.uint8Array({ maxLength: 50 }))
        : taggedValues(column, plain);
  return fc.oneof({ arbitrary: value, weight: 3 }, fc.constant(null), fc.constant(undefined));
}

/** What the reader is to find of a column, given the last column of its place in the record. */
function expected(column: ColumnDef, values: StoredValues, last: number): StoredValues {
  if (values !== undefined && values !== null) return values;
  const hasDefault = (column.flags & ColumnFlag.Default) !== 0;
  if (column.place === 'tagged') return values === null && hasDefault ? null : undefined;
  if (column.fid > last) return undefined;
  return values === undefined && column.defaultValue !== undefined ? [{ bytes: column.defaultValue }] : null;
}

function text(values: StoredValues): string {
  if (values === undefined || values === null) return String(values);
  return values.map((v) => `${toHex(v.bytes)} ${v.separated ?? false} ${v.compressed ?? false}`).join();
}

describe('RecordBuilder', () => {
  for (const pageSize of [4096, 8192, 16384, 32768]) {
    for (const sorted of [true, false]) {
      it(`is read back: ${pageSize} bytes a page, ${sorted ? 'sorted' : 'old'} tagged format`, () => {
        const format = pageFormat(pageSize)!;
        const input = specs
          .map(tableOf)
          .chain((table) =>
            fc.tuple(
              fc.constant(table),
              fc.tuple(...table.columns.map((column) => columnValues(column, !sorted))),
              fc.shuffledSubarray([...table.columns.keys()], { minLength: table.columns.length }),
              fc.boolean(),
            ),
          );
        const view = new RecordView();
        const scan = new TaggedScan(format);
        const property = fc.property(input, ([table, values, order, writeDefaults]) => {
          const builder = new RecordBuilder(table, format, sorted, { writeDefaults });
          const setAll = (indexes: Iterable<number>): string => {
            builder.reset();
            for (const i of indexes) if (values[i] !== undefined) builder.set(table.columns[i]!, values[i]);
            const { size } = builder;
            const record = builder.finish();
            expect(record.length).toBe(size);
            return toHex(record);
          };
          fc.pre(fits(builder, table.columns, values));
          const shuffled = setAll(order);
          expect(setAll(order.toSorted((a, b) => a - b))).toBe(shuffled);

          const record = builder.finish();
          expect(view.load(record, 0, record.length, sorted)).toBe(true);
          expect(view.variableProblem()).toBe(false);
          scan.load(view);
          const last = lastColumns(table.columns, values, writeDefaults);
          expect([view.fidFixedLast, view.fidVarLast]).toEqual([last.fixed, last.variable]);
          for (const [i, column] of table.columns.entries()) {
            const want = expected(column, values[i], last[column.place]);
            expect(text(storedValues(view, scan, column)), column.name).toBe(text(want));
          }
          expect([view.damaged, scan.broken]).toEqual([false, false]);
        });
        fc.assert(property, { numRuns: 300 });
      });
    }
  }
});

/** True when the values fit a record at all: random ones hardly ever do not. */
function fits(builder: RecordBuilder, columns: readonly ColumnDef[], values: readonly StoredValues[]): boolean {
  for (const [i, column] of columns.entries()) if (values[i] !== undefined) builder.set(column, values[i]);
  return builder.size <= builder.most;
}

function lastColumns(
  columns: readonly ColumnDef[],
  values: readonly StoredValues[],
  writeDefaults: boolean,
): Record<ColumnDef['place'], number> {
  const last = { fixed: 0, variable: 127, tagged: 0xffff };
  for (const [i, { place, fid, defaultValue }] of columns.entries()) {
    if (place === 'tagged') continue;
    if (values[i] !== undefined || (writeDefaults && defaultValue !== undefined))
      last[place] = Math.max(last[place], fid);
  }
  return last;
}
