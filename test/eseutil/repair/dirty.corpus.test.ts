// Two databases that were left dirty, and what esentutl's own repair made of them.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../../corpus.ts';
import { isCatalogTable, repairBytes, rowsOf, unexpectedFindings } from './repair-in-memory.ts';

const CASES = [
  ['windows-search', 'ese/windows-search/Dirty/Windows.edb', 'ese/windows-search/Clean/Windows.edb'],
  ['SRUM', 'recovery/srum-win10-dirty-gen51/Dirty/SRUDB.dat', 'recovery/srum-win10-dirty-gen51/Clean/SRUDB.dat'],
] as const;

describeCorpus('dirty databases', () => {
  it.each(CASES)('%s: every row that esentutl kept, with the same values', (_name, dirty, clean) => {
    const repaired = repairBytes(new Uint8Array(readFileSync(corpus(dirty))));
    const ours = rowsOf(repaired.bytes);
    const theirs = rowsOf(new Uint8Array(readFileSync(corpus(clean))));
    let rows = 0;
    for (const [table, kept] of theirs) {
      if (isCatalogTable(table)) continue;
      rows += kept.size;
      for (const [bookmark, row] of kept) expect(ours.get(table)!.get(bookmark), `${table} ${bookmark}`).toEqual(row);
    }
    expect(rows).toBeGreaterThan(2000);
    expect(unexpectedFindings(repaired)).toEqual([]);
  });
});
