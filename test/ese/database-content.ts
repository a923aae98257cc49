// Everything a database holds, as text that can be compared: rows by table, values by column, entries by index. What a
// copy may change (the root pages named in the catalog) is left out.
import { createHash } from 'node:crypto';
import { BTreeCursor } from '../../src/ese/btree/cursor.ts';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { scanTable } from '../../src/ese/table-scan.ts';

/** Fingerprints of one table: how many, and of what. */
export interface TableContent {
  readonly columns: string;
  readonly rows: string;
  readonly indexes: Readonly<Record<string, string>>;
}

const CATALOGS = new Set(['MSysObjects', 'MSysObjectsShadow']);

function rowsOf(db: Database, table: TableDef): string {
  const hash = createHash('sha256');
  let count = 0;
  const fault = (...what: unknown[]): void => {
    throw new Error(`${table.name}: ${what.map(String).join(' ')}`);
  };
  const columns = table.columns.filter(({ name }) => !(CATALOGS.has(table.name) && name === 'ColtypOrPgnoFDP'));
  for (const { record, node } of scanTable(db, table, { onFault: fault, onBadRecord: fault })) {
    count++;
    hash.update(node.key());
    for (const column of columns) {
      for (const value of record.values(column)) hash.update(`${column.name}/${value.length}/`).update(value);
    }
  }
  return `${count} ${hash.digest('hex')}`;
}

function entriesOf(db: Database, table: TableDef, name: string): string {
  const index = table.indexes.find((candidate) => candidate.name === name)!;
  const cursor = new BTreeCursor(db.pages, index.tree);
  const hash = createHash('sha256');
  let count = 0;
  for (let more = cursor.first(); more; more = cursor.next()) {
    count++;
    hash.update(cursor.node.key());
    if (!index.definition.primary) hash.update('/').update(cursor.node.data());
  }
  return `${count} ${hash.digest('hex')}`;
}

/** The content of every table by name. */
export function databaseContent(path: string): Record<string, TableContent> {
  const db = new Database(new FileSource(path));
  try {
    return Object.fromEntries(
      db.tables.map((table) => [
        table.name,
        {
          columns: table.columns.map(({ name, columnId, coltyp }) => `${name} ${columnId} ${coltyp}`).join(', '),
          rows: rowsOf(db, table),
          indexes: Object.fromEntries(table.indexes.map(({ name }) => [name, entriesOf(db, table, name)])),
        },
      ]),
    );
  } finally {
    db.close();
  }
}
