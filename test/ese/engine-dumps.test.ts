// Every row, value and index entry we read against what the engine itself read from the same database.
import { expect, it } from 'vitest';
import { hasUnicodeSegment } from '../../src/ese/catalog/index-def.ts';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { describeCorpus } from '../corpus.ts';
import { entriesOf, rowsOf } from './recovery/dump-comparison.ts';
import { dumpedDatabases, readDump, type DumpIndex, type DumpTable } from './engine-dump.ts';

function compareTable(db: Database, name: string, dump: DumpTable): void {
  const table = db.table(name);
  expect(table, name).toBeDefined();
  expect(new Set(table!.columns.map((column) => column.name))).toEqual(
    new Set(dump.columns.map((column) => column.name)),
  );
  const rows = rowsOf(db, table!);
  expect([...rows.keys()]).toEqual([...dump.rows.keys()]);
  for (const [bookmark, row] of dump.rows) expect(rows.get(bookmark), `${name} ${bookmark}`).toEqual(row);
  expect(table!.indexes.map((index) => index.name).sort()).toEqual([...dump.indexes.keys()].sort());
  for (const [indexName, index] of dump.indexes) compareIndex(db, table!, indexName, index);
}

function compareIndex(db: Database, table: TableDef, name: string, dump: DumpIndex): void {
  const ours = entriesOf(db, table, name);
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
