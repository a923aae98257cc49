// Every kind of damage on several databases: rows whose own page is intact come back, and no row is invented.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KINDS, Victim, type DamageEngine } from '../../../bench/damage/damage-kinds.mjs';
import { toHex } from '../../../src/binary/hex.ts';
import { isSystemTable } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { hasEccFormat, sealLegacyPage, sealPage } from '../../../src/ese/page/checksum-page.ts';
import { xorChecksum } from '../../../src/ese/page/checksum-xor.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { isCatalogTable, repairBytes, rowsOf, unexpectedFindings } from './repair-in-memory.ts';

const ENGINE: DamageEngine = {
  Database,
  BufferSource,
  isSystemTable,
  scanTable,
  hasEccFormat,
  sealPage,
  sealLegacyPage,
  xorChecksum,
};

const DATABASES = [
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p32-default/test.edb',
  'recovery/srum-win10-clean/SRUDB.dat',
  'ese/dsinternals/adamntds.dit',
  'ese/windows-search/Clean/Windows.edb',
  'ese/plaso/Catalog1.edb',
];

/** Kinds that cost no row on any database: what is hit is there twice, or can be told from the rest. */
const LOSSLESS = new Set(['iv', 'iv-b', 'v', 'vi', 'headers', 'catalog-root', 'swapped', 'index']);
/** Catalogs that fit on one page lose everything with their roots: records are then kept raw. */
const MAY_BE_RAW = new Set(['catalog-roots']);

/** Bookmarks of rows on leaf pages that the damage left as they were, by table. */
function intactRows(victim: Victim, damaged: Uint8Array): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  const { pageSize } = victim;
  for (const table of victim.db.tables) {
    if (isCatalogTable(table.name)) continue;
    const rows: string[] = [];
    for (const { node, page } of scanTable(victim.db, table)) {
      const at = victim.offset(page.pgno);
      const [now, then] = [damaged.subarray(at, at + pageSize), victim.bytes.subarray(at, at + pageSize)];
      if (now.length === pageSize && Buffer.compare(now, then) === 0) rows.push(toHex(node.key()));
    }
    tables.set(table.name, rows);
  }
  return tables;
}

describeCorpus('the damage matrix', () => {
  for (const name of hasCorpus ? DATABASES : []) {
    const good = new Uint8Array(readFileSync(corpus(name)));
    const truth = rowsOf(good);
    it.each(Object.keys(KINDS))(`${name}: %s`, (kind) => {
      const victim = new Victim(good, ENGINE);
      const damaged = KINDS[kind]!.damage(victim);
      if (damaged === undefined) return;
      const repaired = repairBytes(damaged, { force: true });
      const kept = rowsOf(repaired.bytes);
      let intact = 0;
      let back = 0;
      for (const [table, bookmarks] of intactRows(victim, damaged)) {
        intact += bookmarks.length;
        for (const bookmark of bookmarks) if (kept.get(table)?.has(bookmark) === true) back++;
      }
      const raw = repaired.result.tables.filter(({ table }) => /^Recovered_\d/.test(table));
      if (MAY_BE_RAW.has(kind)) back += raw.reduce((sum, table) => sum + table.recordsKept, 0);
      expect(back).toBeGreaterThanOrEqual(intact * 0.999);
      for (const [table, rows] of truth) {
        if (isCatalogTable(table)) continue;
        for (const bookmark of kept.get(table)?.keys() ?? [])
          expect(rows.has(bookmark), `${table} ${bookmark} is invented`).toBe(true);
      }
      for (const table of kept.keys())
        expect(truth.has(table) || /^(Recovered|Unverified)_/.test(table), table).toBe(true);
      expect(unexpectedFindings(repaired)).toEqual([]);
      if (LOSSLESS.has(kind)) {
        for (const [table, rows] of truth) if (!isCatalogTable(table)) expect(kept.get(table), table).toEqual(rows);
      }
    });
  }
});
