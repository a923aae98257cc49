// Catalog rows of described columns and indexes against those the engine wrote for the same ones.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { columnRow, type ColumnSpec } from '../../../src/ese/build/column-spec.ts';
import { indexRow, type IndexSpec } from '../../../src/ese/build/index-spec.ts';
import type { CatalogRow } from '../../../src/ese/catalog/catalog-row.ts';
import { ColumnFlag, columnPlace } from '../../../src/ese/catalog/column-def.ts';
import { IndexFlag } from '../../../src/ese/catalog/index-def.ts';
import { Coltyp } from '../../../src/ese/catalog/column-type.ts';
import { CatalogType } from '../../../src/ese/catalog/system-schema.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { NEW_SORT_ID, NEW_SORT_VERSION } from '../../../src/ese/norm/sort-order.ts';
import { readDump } from '../engine-dump.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

const FOLDER = 'engine-made/build/p4-default';
/** Bits of the interface that makes indexes (JET_bitIndex...). */
const Grbit = {
  Unique: 1,
  Primary: 2,
  DisallowNull: 4,
  IgnoreNull: 8,
  IgnoreAnyNull: 0x20,
  IgnoreFirstNull: 0x40,
  SortNullsHigh: 0x400,
  Tuples: 0x1000,
  CrossProduct: 0x4000,
} as const;

const typeOf = (coltyp: number): ColumnSpec['type'] =>
  (Object.keys(Coltyp) as (keyof typeof Coltyp)[]).find((name) => Coltyp[name] === coltyp) as ColumnSpec['type'];

const open = (): Database => new Database(new BufferSource(new Uint8Array(readFileSync(corpus(`${FOLDER}/test.edb`)))));

/** A row with its bytes as digits; what is undefined is left out. */
const plain = (row: CatalogRow): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return [];
      return [[name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value]];
    }),
  );

function nullsOf(grbit: number): IndexSpec['nulls'] {
  if ((grbit & Grbit.DisallowNull) !== 0) return 'refuse';
  if ((grbit & Grbit.IgnoreAnyNull) !== 0) return 'ignore-any';
  if ((grbit & Grbit.IgnoreFirstNull) !== 0) return 'ignore-first';
  return (grbit & Grbit.IgnoreNull) !== 0 ? 'ignore-all' : 'index';
}

describeCorpus('rows of the catalog', () => {
  it('of columns of all types are the engine’s', () => {
    const rows = open().catalog.rows.filter(
      ({ type, coltypOrPgnoFDP }) => type === CatalogType.Column && coltypOrPgnoFDP > 0,
    );
    let compared = 0;
    for (const row of rows.filter(({ objidTable }) => objidTable === 8 || objidTable === 9)) {
      const { id, name, flags, pagesOrLocale, recordOffset } = row;
      const has = (flag: number): boolean => (flags & flag) !== 0;
      const place = columnPlace(id);
      const spec: ColumnSpec = {
        name,
        type: typeOf(row.coltypOrPgnoFDP),
        place,
        codePage: pagesOrLocale === 1200 ? 1200 : 1252,
        maxLength: row.spaceUsage,
        notNull: has(ColumnFlag.NotNull),
        version: has(ColumnFlag.Version),
        autoIncrement: has(ColumnFlag.AutoIncrement),
        multiValued: has(ColumnFlag.Multivalued),
        escrow: has(ColumnFlag.EscrowUpdate),
        finalize: has(ColumnFlag.Finalize),
        deleteOnZero: has(ColumnFlag.DeleteOnZero),
        compressed: has(ColumnFlag.Compressed),
        ...(row.defaultValue === undefined ? {} : { defaultValue: row.defaultValue }),
      };
      const last = { fixed: 0, variable: 127, tagged: 255, [place]: id - 1 };
      expect(plain(columnRow(row.objidTable, spec, last, recordOffset, 'table'))).toEqual(plain(row));
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('of indexes of all kinds are the engine’s', () => {
    const db = open();
    const table = db.table('alltypes')!;
    const rows = db.catalog.rows.filter(({ objidTable }) => objidTable === table.tree.objid);
    const columns = rows.filter(({ type }) => type === CatalogType.Column);
    const dump = readDump(corpus(`${FOLDER}/dump.jsonl`)).get('alltypes')!;
    let compared = 0;
    for (const index of table.indexes) {
      const { grbit, key } = dump.indexes.get(index.name)!;
      const has = (bit: number): boolean => (grbit & bit) !== 0;
      const { conditional, tuple, keyMost, varSegMac } = index.definition;
      const nameOf = (columnId: number): string => table.columns.find((each) => each.columnId === columnId)!.name;
      const localeSet = (index.flags & IndexFlag.LocaleSet) !== 0;
      const spec: IndexSpec = {
        name: index.name,
        ...(localeSet ? { lcMapFlags: index.definition.lcMapFlags } : {}),
        key: key.split(/[\0 ]/).filter((part) => part !== ''),
        primary: has(Grbit.Primary),
        unique: has(Grbit.Unique),
        density: index.density,
        nulls: nullsOf(grbit) ?? 'index',
        sortNullsHigh: has(Grbit.SortNullsHigh),
        crossProduct: has(Grbit.CrossProduct),
        conditions: conditional.map(({ columnId, mustBeNull }) => `${mustBeNull ? '!' : ''}${nameOf(columnId)}`),
        keyMost,
        ...(varSegMac === 0 ? {} : { varSegMac }),
        ...(tuple === undefined
          ? {}
          : {
              tuples: {
                lengthMin: tuple.chLengthMin,
                lengthMax: tuple.chLengthMax,
                toIndexMax: tuple.chToIndexMax,
                increment: tuple.cchIncrement,
                start: tuple.ichStart,
              },
            }),
      };
      const theirs = rows.find(({ type, name }) => type === CatalogType.Index && name === index.name)!;
      const made = indexRow(table.tree.objid, spec, columns, 'alltypes', {
        revision: 0x14,
        nextObjid: () => theirs.id,
        textOrder: { sortVersion: NEW_SORT_VERSION, sortId: NEW_SORT_ID },
      });
      const ours = { ...made, coltypOrPgnoFDP: theirs.coltypOrPgnoFDP };
      expect(plain(ours), index.name).toEqual(plain(theirs));
      compared++;
    }
    expect(compared).toBeGreaterThan(28);
  });
});
