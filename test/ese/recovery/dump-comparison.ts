// A recovered database against what the engine read from its own: rows, values and index entries.
import { expect } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { BTreeCursor } from '../../../src/ese/btree/cursor.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import type { Finding } from '../../../src/ese/finding.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { readDump } from '../engine-dump.ts';

/** The rows of a table as the engine's dump has them: defaults of tagged columns are left out. */
export function rowsOf(db: Database, table: TableDef): Map<string, Record<string, string[]>> {
  const rows = new Map<string, Record<string, string[]>>();
  const problems: string[] = [];
  const scan = scanTable(db, table, {
    onFault: (pgno, _parent, reason) => problems.push(`page ${pgno}: ${String(reason)}`),
    onBadRecord: (pgno, line) => problems.push(`page ${pgno} line ${line}: bad record`),
    onValueProblem: (column, itag, reason) => problems.push(`${column.name}[${itag}]: ${reason}`),
  });
  for (const { record, node } of scan) {
    const row: Record<string, string[]> = {};
    for (const column of table.columns) {
      if (column.place === 'tagged' && !record.tagged.find(column.fid, column.derived)) continue;
      const values = record.values(column).map((value) => toHex(value));
      if (values.length > 0) row[column.name] = values;
    }
    rows.set(toHex(node.key()), row);
  }
  expect(problems).toEqual([]);
  return rows;
}

/** The entries of an index: [key, bookmark]. */
export function entriesOf(db: Database, table: TableDef, name: string): [string, string][] {
  const index = table.indexes.find((candidate) => candidate.name === name)!;
  const cursor = new BTreeCursor(db.pages, index.tree);
  const entries: [string, string][] = [];
  for (let more = cursor.first(); more; more = cursor.next()) {
    const key = toHex(cursor.node.key());
    entries.push([key, index.definition.primary ? key : toHex(cursor.node.data())]);
  }
  return entries;
}

/** Every row, value and index entry must be the dump's. Returns how many rows and entries were compared. */
export function expectDump(file: Uint8Array, dumpPath: string): { rows: number; values: number; entries: number } {
  const db = new Database(new BufferSource(file));
  const counts = { rows: 0, values: 0, entries: 0 };
  const dump = readDump(dumpPath);
  expect(db.tables.map((table) => table.name).sort()).toEqual([...dump.keys()].sort());
  for (const [name, expected] of dump) {
    const table = db.table(name)!;
    expect(new Set(table.columns.map((column) => column.name)), name).toEqual(
      new Set(expected.columns.map((column) => column.name)),
    );
    const rows = rowsOf(db, table);
    expect([...rows.keys()], name).toEqual([...expected.rows.keys()]);
    for (const [bookmark, row] of expected.rows) {
      expect(rows.get(bookmark), `${name} ${bookmark}`).toEqual(row);
      counts.rows++;
      counts.values += Object.keys(row).length;
    }
    expect(table.indexes.map((index) => index.name).sort(), name).toEqual([...expected.indexes.keys()].sort());
    for (const [indexName, index] of expected.indexes) {
      // These databases were made by the engine that dumped them: even text keys must be the same.
      expect(entriesOf(db, table, indexName), `${name}.${indexName}`).toEqual(index.entries);
      counts.entries += index.entries.length;
    }
  }
  return counts;
}

/** All that the check finds. */
export function findings(file: Uint8Array): string[] {
  const found: Finding[] = [];
  checkDatabase(new Database(new BufferSource(file)), { onFinding: (finding) => found.push(finding) });
  return found.map(({ rule, message }) => `${rule}: ${message}`);
}
