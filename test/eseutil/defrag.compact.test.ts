// Our defragmentation against the engine's own of the same database: the same rows and index entries, and no more pages.
// The engine packs the ids of columns anew where columns were deleted, so values are compared by column name.
import { copyFileSync, chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toHex } from '../../src/binary/hex.ts';
import { BTreeCursor } from '../../src/ese/btree/cursor.ts';
import { ColumnFlag } from '../../src/ese/catalog/column-def.ts';
import { hasUnicodeSegment } from '../../src/ese/catalog/index-def.ts';
import { isSystemTable, type TableDef } from '../../src/ese/catalog/table-def.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { defragment } from '../../src/eseutil/defrag.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { readDump, type DumpTable } from '../ese/engine-dump.ts';
import { tempFolder } from '../temp-folder.ts';

const COMPACTED = ['p16-default', 'p32-default', 'p4-default', 'p4-efv9180', 'p8-default'];

function compareRows(db: Database, table: TableDef, dump: DumpTable): void {
  const rows = new Map<string, Record<string, string[]>>();
  for (const { record, node } of scanTable(db, table)) {
    const row: Record<string, string[]> = {};
    for (const column of table.columns) {
      if (column.place === 'tagged' && !record.tagged.find(column.fid, column.derived)) continue;
      // The engine counts versions of rows anew; a copy of the file keeps them.
      if ((column.flags & ColumnFlag.Version) !== 0) continue;
      const values = record.values(column).map((value) => toHex(value));
      if (values.length > 0) row[column.name] = values;
    }
    rows.set(toHex(node.key()), row);
  }
  const versions = table.columns.filter(({ flags }) => (flags & ColumnFlag.Version) !== 0).map(({ name }) => name);
  const expected = new Map(
    [...dump.rows].map(([bookmark, row]) => [
      bookmark,
      Object.fromEntries(Object.entries(row).filter(([name]) => !versions.includes(name))),
    ]),
  );
  // Tables without a primary index get numbers as keys, given out anew by the engine: there the order counts.
  if (table.primaryIndex === undefined) expect([...rows.values()], table.name).toEqual([...expected.values()]);
  else expect(Object.fromEntries(rows), table.name).toEqual(Object.fromEntries(expected));
}

function compareIndexes(db: Database, table: TableDef, dump: DumpTable): void {
  expect(table.indexes.map(({ name }) => name).sort()).toEqual([...dump.indexes.keys()].sort());
  for (const [name, { entries }] of dump.indexes) {
    const index = table.indexes.find((candidate) => candidate.name === name)!;
    const cursor = new BTreeCursor(db.pages, index.tree);
    const ours: [string, string][] = [];
    for (let more = cursor.first(); more; more = cursor.next()) {
      const key = toHex(cursor.node.key());
      ours.push([key, index.definition.primary ? key : toHex(cursor.node.data())]);
    }
    if (hasUnicodeSegment(index)) expect(ours.map((entry) => entry[1])).toEqual(entries.map((entry) => entry[1]));
    else expect(ours, `${table.name}.${name}`).toEqual(entries);
  }
}

describeCorpus("against the engine's defragmentation", () => {
  it.each(COMPACTED)('%s: same rows and entries, no larger', (name) => {
    const path = join(tempFolder(), 'test.edb');
    copyFileSync(corpus(`engine-made/build/${name}/test.edb`), path);
    chmodSync(path, 0o644);
    const result = defragment(path);
    const folder = corpus(`engine-made/compact/${name}`);
    expect(result.bytesAfter).toBeLessThanOrEqual(statSync(`${folder}/after-eseutil-d.edb`).size);
    const db = new Database(new FileSource(path));
    let rows = 0;
    for (const [tableName, dump] of readDump(`${folder}/dump-after.jsonl`)) {
      const table = db.table(tableName)!;
      if (isSystemTable(table)) continue;
      rows += dump.rows.size;
      compareRows(db, table, dump);
      compareIndexes(db, table, dump);
    }
    db.close();
    expect(rows).toBeGreaterThan(500);
  });
});
