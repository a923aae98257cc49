// Every exported row against what the engine itself read from the same database.
import { expect, it } from 'vitest';
import type { TableDef } from '../../src/ese/catalog/table-def.ts';
import { describeCorpus } from '../corpus.ts';
import { dumpedDatabases, readDump } from '../ese/engine-dump.ts';
import { engineRow } from './engine-values.ts';
import { exported } from './exported.ts';

/** These are damaged or dirty: they give the engine's rows, and findings. */
const DAMAGED = ['engine-dumps/ese__windows-search__Dirty__Windows.edb'];
/** Temporary databases have no catalog. */
const REFUSED = ['engine-dumps/ese__ntds-temp__temp.edb'];

/** The dump does not tell a tagged column's default from an explicit NULL: without a value either will do. */
function expectedRow(
  table: TableDef,
  row: Readonly<Record<string, readonly string[]>>,
  ours: Record<string, unknown>,
): Record<string, unknown> {
  const columns = table.columns.filter((column) => column.name in row || column.name in ours);
  return engineRow({ ...table, columns }, row);
}

describeCorpus('JSON lines against the engine', () => {
  for (const { name, database, dump } of dumpedDatabases().filter((one) => !REFUSED.includes(one.name))) {
    it(`${name}: every row is the engine's, value for value`, async () => {
      const result = await exported(database);
      for (const [tableName, engine] of readDump(dump)) {
        const table = result.db.table(tableName)!;
        const rows = result.rows(table.name);
        expect(rows.length, tableName).toBe(engine.rows.size);
        let i = 0;
        for (const row of engine.rows.values()) {
          const ours = rows[i++]!;
          expect(ours, `${tableName} row ${i}`).toEqual(expectedRow(table, row, ours));
        }
      }
      if (!DAMAGED.includes(name)) expect(result.findings.errors).toBe(0);
    });
  }
});
