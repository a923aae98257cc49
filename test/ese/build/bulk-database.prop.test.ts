// Databases of any schema with any rows: what was put in is read back, by our own reader and by libesedb and impacket,
// nothing is wrong with them, and they stay the same when they are defragmented.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import type { NewRow } from '../../../src/ese/build/bulk-database.ts';
import type { ColumnSpec } from '../../../src/ese/build/table-spec.ts';
import { Coltyp, isLongType } from '../../../src/ese/catalog/column-type.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { defragment } from '../../../src/eseutil/defrag.ts';
import { buildDatabase, type BuiltTable } from '../../fixtures/built-database.ts';
import { randomDatabase, SHAPES, TYPES, type RandomOptions } from '../../fixtures/random-tables.ts';
import { askCells, pythonWith, type PeerRow, type PythonPeer } from '../../oracle/python-peer.ts';
import { CrashDisk } from '../../fault/crash-disk.ts';
import { tempFolder } from '../../temp-folder.ts';

const RUNS = 80;
const PEER_DATABASES = 25;

/** A row as text: values in hexadecimal by column; columns without values are left out. */
type RowText = Readonly<Record<string, readonly string[]>>;

function texts(value: NewRow[string]): string[] {
  if (value === undefined || value === null) return [];
  const values = (Array.isArray(value) ? value : [value]) as (Uint8Array | number)[];
  return values.map((one) => toHex(one instanceof Uint8Array ? one : int32(one)));
}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

function expectedRows({ spec, rows }: BuiltTable): RowText[] {
  const text = (row: NewRow): RowText => {
    const cells = spec.columns.map(({ name }) => [name, texts(row[name])] as const);
    return Object.fromEntries(cells.filter(([, values]) => values.length > 0));
  };
  const inOrder = [...rows].map(text);
  return spec.indexes?.[0]?.primary === true ? inOrder.reverse() : inOrder;
}

function rowsRead(db: Database, name: string): RowText[] {
  const table = db.table(name)!;
  const rows: RowText[] = [];
  for (const { record } of scanTable(db, table)) {
    const cells = table.columns.map(
      (column) => [column.name, record.values(column).map((value) => toHex(value))] as const,
    );
    rows.push(Object.fromEntries(cells.filter(([, values]) => values.length > 0)));
  }
  return rows;
}

function requireSame(bytes: Uint8Array, tables: readonly BuiltTable[]): void {
  const db = new Database(new BufferSource(bytes));
  const findings: string[] = [];
  checkDatabase(db, { onFinding: ({ rule, message }) => findings.push(`${rule}: ${message}`) });
  expect(findings).toEqual([]);
  for (const table of tables) expect(rowsRead(db, table.spec.name)).toEqual(expectedRows(table));
}

function defragmented(bytes: Uint8Array): Uint8Array {
  const disk = new CrashDisk({ '/db.edb': bytes });
  const lock = { pid: 1, host: 'here', bootId: 'one', isAlive: () => true, nowMs: () => 0 };
  defragment('/db.edb', {}, {}, { layer: disk, lock, now: () => new Date(0), random: () => 7 });
  return disk.files()['/db.edb']!;
}

/** What these readers can read at all. */
const READABLE: Readonly<Record<PythonPeer, RandomOptions>> = {
  pyesedb: {
    shapes: SHAPES.filter(([, revision]) => revision >= 9),
    types: TYPES.filter((type) => type !== 'UnsignedLongLong'),
  },
  impacket: { shapes: SHAPES.filter(([pageSize, revision]) => pageSize <= 8192 && revision >= 9) },
};

/** Values longer than this may be outside the record. */
const INTRINSIC_LEAST = 5;

/**
 * Whether a reader can be expected to read a cell: neither knows multi-values nor that fixed columns may be NULL,
 * libesedb (20181229) gives some long values as empty, impacket their ids, and both the stored bytes of compressed ones.
 */
function isComparable(column: ColumnSpec, values: readonly string[]): boolean {
  if (column.multiValued === true || column.compressed === true) return false;
  if (values.length === 0) return column.place !== 'fixed';
  return !isLongType(Coltyp[column.type]) || values[0]!.length < INTRINSIC_LEAST * 2;
}

/** Compares every cell that can be; returns how many. */
function requireCells({ spec, rows }: BuiltTable, read: readonly PeerRow[]): number {
  const theirs = read.filter(([name]) => name === spec.name).map(([, cells]) => cells);
  const ours = expectedRows({ spec, rows });
  expect(theirs.length).toBe(ours.length);
  let compared = 0;
  ours.forEach((row, i) => {
    // libesedb takes an empty tagged value for one that goes on to the end of the record.
    const isTold = !spec.columns.some(({ name, place }) => place === 'tagged' && row[name]?.[0] === '');
    for (const column of spec.columns) {
      if (column.place === 'tagged' && !isTold) continue;
      const values = row[column.name] ?? [];
      if (!isComparable(column, values)) continue;
      expect(theirs[i]![column.name] ?? '', `${spec.name} ${column.name} of row ${i}`).toBe(values[0] ?? '');
      compared++;
    }
  });
  return compared;
}

describe('BulkDatabase', () => {
  it('gives back any rows of any schema, before and after a defragmentation', () => {
    fc.assert(
      fc.property(randomDatabase(), ({ tables, ...shape }) => {
        const bytes = buildDatabase(tables, shape);
        requireSame(bytes, tables);
        requireSame(defragmented(bytes), tables);
      }),
      { numRuns: RUNS, seed: 20261123 },
    );
  }, 120_000);

  for (const peer of ['pyesedb', 'impacket'] as const) {
    it.skipIf(pythonWith(peer) === undefined)(
      `is read by ${peer} as it was written`,
      () => {
        const folder = tempFolder();
        let compared = 0;
        const made = fc.sample(randomDatabase(READABLE[peer]), { numRuns: PEER_DATABASES, seed: 1994 });
        for (const { tables, ...shape } of made) {
          const path = join(folder, 'made.edb');
          writeFileSync(path, buildDatabase(tables, shape));
          const rows = askCells(peer, path);
          expect(rows).toBeDefined();
          for (const table of tables) compared += requireCells(table, rows!);
        }
        expect(compared).toBeGreaterThan(1000);
      },
      120_000,
    );
  }
});
