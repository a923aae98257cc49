// Every row, value and index entry we read against what the engine itself read from the same database.
import { expect, it } from 'vitest';
import { toHex } from '../../src/binary/hex.ts';
import { BTreeCursor } from '../../src/ese/btree/cursor.ts';
import { hasUnicodeSegment } from '../../src/ese/catalog/index-def.ts';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { describeCorpus } from '../corpus.ts';
import { dumpedDatabases, readDump, type DumpIndex, type DumpTable } from './engine-dump.ts';

/** The engine's dump leaves out defaults of tagged columns; the rest is as the engine gives it. */
function ourRows(db: Database, table: TableDef): Map<string, Record<string, string[]>> {
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

function ourEntries(db: Database, table: TableDef, name: string): [string, string][] {
  const index = table.indexes.find((candidate) => candidate.name === name)!;
  const cursor = new BTreeCursor(db.pages, index.tree);
  const entries: [string, string][] = [];
  for (let more = cursor.first(); more; more = cursor.next()) {
    const key = toHex(cursor.node.key());
    entries.push([key, index.definition.primary ? key : toHex(cursor.node.data())]);
  }
  return entries;
}

function compareTable(db: Database, name: string, dump: DumpTable): void {
  const table = db.table(name);
  expect(table, name).toBeDefined();
  expect(new Set(table!.columns.map((column) => column.name))).toEqual(
    new Set(dump.columns.map((column) => column.name)),
  );
  const rows = ourRows(db, table!);
  expect([...rows.keys()]).toEqual([...dump.rows.keys()]);
  for (const [bookmark, row] of dump.rows) expect(rows.get(bookmark), `${name} ${bookmark}`).toEqual(row);
  expect(table!.indexes.map((index) => index.name).sort()).toEqual([...dump.indexes.keys()].sort());
  for (const [indexName, index] of dump.indexes) compareIndex(db, table!, indexName, index);
}

function compareIndex(db: Database, table: TableDef, name: string, dump: DumpIndex): void {
  const ours = ourEntries(db, table, name);
  const index = table.indexes.find((candidate) => candidate.name === name)!;
  // Sort keys of Unicode text depend on the collation library: there only the order counts.
  if (hasUnicodeSegment(index))
    expect(
      ours.map((e) => e[1]),
      name,
    ).toEqual(dump.entries.map((e) => e[1]));
  else expect(ours, name).toEqual(dump.entries);
}

describeCorpus('against the engine', () => {
  for (const { name, database, dump } of dumpedDatabases()) {
    it(`${name}: rows, values and index entries are the engine's`, () => {
      const db = new Database(new FileSource(database));
      const tables = readDump(dump);
      for (const [tableName, table] of tables) compareTable(db, tableName, table);
      db.close();
    });
  }
});
