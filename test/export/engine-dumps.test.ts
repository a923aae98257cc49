// Every exported row against what the engine itself read from the same database.
import { expect, it } from 'vitest';
import { describeCorpus } from '../corpus.ts';
import { dumpedDatabases, readDump } from '../ese/engine-dump.ts';
import { engineRow } from './engine-values.ts';
import { exported } from './exported.ts';

describeCorpus('JSON lines against the engine', () => {
  for (const { name, database, dump } of dumpedDatabases()) {
    it(`${name}: every row is the engine's, value for value`, async () => {
      const result = await exported(database);
      for (const [tableName, engine] of readDump(dump)) {
        const table = result.db.table(tableName)!;
        const wide = table.columns.length > 5000;
        const rows = result.rows(table.name);
        expect(rows.length, tableName).toBe(engine.rows.size);
        let i = 0;
        for (const row of engine.rows.values()) {
          const ours = rows[i++]!;
          if (wide) expect(ours).toEqual(engineRow({ ...table, columns: table.columns.filter((c) => c.name in ours || c.name in row) }, row));
          else expect(ours, `${tableName} row ${i}`).toEqual(engineRow(table, row));
        }
      }
      expect(result.findings.errors).toBe(0);
    });
  }
});
