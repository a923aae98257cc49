// Our repair beside the engine's own, of the same damaged files: it keeps what the engine kept, and invents nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { readDump } from '../../ese/engine-dump.ts';
import { isCatalogTable, repairBytes, rowsOf, unexpectedFindings, type Row } from './repair-in-memory.ts';

const FOLDER = 'engine-made/repair';
const CASES = hasCorpus ? readdirSync(corpus(FOLDER)) : [];

/** What each file must lose; those not named lose nothing. */
const LOSSES: Readonly<Record<string, RegExp>> = {
  'p4-default-leafflip': /table seqtab, page 807: the page cannot be used: its records are lost/,
  'p4-default-leafzero': /table seqtab, page 807: the page cannot be used: its records are lost/,
  'p4-default-chain': /table seqtab, page 807: the page cannot be used: its records are lost/,
  'p4-default-lvflip': /table seqtab, page 800, line 19, column lTxtA: set NULL/,
  'p32-default-lvzero': /table alltypes, page 134: the page cannot be used: its long values are lost/,
};

/** The undamaged database the damaged one was made of. */
const sourceOf = (name: string): string => corpus(`engine-made/build/${/^p\d+-default/.exec(name)![0]}/dump.jsonl`);

/** Columns whose values are not those of the source; only NULL may stand in their place. */
function differences(row: Row, source: Row): string[] {
  return [...new Set([...Object.keys(row), ...Object.keys(source)])].filter(
    (column) => JSON.stringify(row[column]) !== JSON.stringify(source[column]),
  );
}

describeCorpus('beside the repair of the engine', () => {
  it.each(CASES)('%s', (name) => {
    const before = new Uint8Array(readFileSync(corpus(`${FOLDER}/${name}/before.edb`)));
    const repaired = repairBytes(before, { force: true });
    const ours = rowsOf(repaired.bytes);
    const engine = readDump(corpus(`${FOLDER}/${name}/dump-after.jsonl`));
    const source = readDump(sourceOf(name));
    let valuesLost = 0;
    for (const [table, { rows: sourceRows }] of source) {
      const kept = ours.get(table)!;
      if (!isCatalogTable(table)) {
        for (const bookmark of engine.get(table)!.rows.keys())
          expect(kept.has(bookmark), `${table} ${bookmark}`).toBe(true);
        for (const [bookmark, row] of kept) {
          const original = sourceRows.get(bookmark);
          expect(original, `${table} ${bookmark} is invented`).toBeDefined();
          for (const column of differences(row, original!)) {
            expect(row[column], `${table} ${bookmark} ${column}`).toBeUndefined();
            valuesLost++;
          }
        }
      }
    }
    expect(valuesLost).toBe(repaired.result.tables.reduce((sum, table) => sum + table.valuesLost, 0));
    expect(unexpectedFindings(repaired)).toEqual([]);
    const loss = LOSSES[name];
    expect(repaired.result.lossless).toBe(loss === undefined);
    if (loss !== undefined) expect(repaired.report).toMatch(loss);
  });

  it('counts the repair, cuts the database off from its logs and gives it a new identity', () => {
    const before = new Uint8Array(readFileSync(corpus(`${FOLDER}/p4-default-leafflip/before.edb`)));
    const old = parseDbHeader(before);
    const header = parseDbHeader(repairBytes(before).bytes);
    expect(header.ulRepairCount).toBe(old.ulRepairCount + 1);
    expect(header.logtimeRepair.year).toBe(2020);
    expect(header.signLog.random).toBe(0);
    expect(header.signDb).not.toEqual(old.signDb);
    expect(header.dbstate).toBe(3);
    expect(header.lGenMaxRequired).toBe(0);
    expect([header.ulDaeUpdateMajor, header.cbPageSize]).toEqual([old.ulDaeUpdateMajor, old.cbPageSize]);
  });

  it('keeps the records of a bad page apart, never among the others', () => {
    const before = new Uint8Array(readFileSync(corpus(`${FOLDER}/p4-default-leafflip/before.edb`)));
    const { bytes, result } = repairBytes(before);
    const rows = rowsOf(bytes);
    expect(rows.get('seqtab')!.size).toBe(383);
    const apart = rows.get('Unverified_seqtab')!.size;
    expect(apart).toBeGreaterThan(10);
    expect(apart).toBeLessThanOrEqual(17);
    expect(result.tables.find(({ table }) => table === 'seqtab')!.recordsUnverified).toBe(apart);
    expect(rowsOf(repairBytes(before, { unverified: false }).bytes).has('Unverified_seqtab')).toBe(false);
  });
});
