// Real log streams: what the engine made of a dirty one, what a later state of the same database says, and closed ones.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { expectDump, findings, rowsOf } from './dump-comparison.ts';
import { readFolder, recoverFiles } from './memory-recovery.ts';
import { differingPages } from './page-comparison.ts';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(corpus(name)));
const PAGE = 4096;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);

/** Both have the same tables with the same rows (what esentutl's own repair made of a database has all of them, too). */
function expectSameRows(recovered: Uint8Array, expected: Uint8Array): number {
  const [ours, theirs] = [recovered, expected].map((bytes) => new Database(new BufferSource(bytes)));
  expect(ours!.tables.map(({ name }) => name)).toEqual(theirs!.tables.map(({ name }) => name));
  let count = 0;
  for (const table of theirs!.tables) {
    const rows = rowsOf(theirs!, table);
    expect(rowsOf(ours!, ours!.table(table.name)!), table.name).toEqual(rows);
    count += rows.size;
  }
  return count;
}

describeCorpus('real log streams', () => {
  it('a dirty SRUDB.dat becomes what the engine made of it, page by page', () => {
    const files = readFolder(corpus('recovery/srum-win10-dirty-gen51/Dirty'));
    const result = recoverFiles(files, 'SRU');
    expect(result.databases.map(({ state }) => state)).toEqual(['recovered']);
    const recovered = files.get('SRUDB.dat')!;
    const engines = corpus('engine-made/real-recovery/belkasoft-win10-srum');
    expect(expectDump(recovered, `${engines}/dump-after.jsonl`).rows).toBeGreaterThan(1000);
    expect(differingPages(recovered, new Uint8Array(readFileSync(`${engines}/after-SRUDB.dat`)))).toEqual([]);
    expect(parseDbHeader(recovered).dbstate).toBe(DbState.CleanShutdown);
    expect(findings(recovered)).toEqual([]);
    expectSameRows(recovered, file('recovery/srum-win10-dirty-gen51/Clean/SRUDB.dat'));
  });

  it('the logs of the second day make of the database of the first day that of the second', () => {
    const files = readFolder(corpus('recovery/srum-server2022/day2'));
    const second = files.get('SRUDB.dat')!;
    files.set('SRUDB.dat', file('recovery/srum-server2022/day1/SRUDB.dat'));
    // The second day's checkpoint is at its end; the log that was to be filled next is still that of generation 2.
    files.delete('SRU.chk');
    files.set('SRU00002.log', files.get('SRUtmp.log')!);
    const result = recoverFiles(files, 'SRU');
    const recovered = files.get('SRUDB.dat')!;
    expect(result.databases.map(({ state }) => state)).toEqual(['closed by the logs']);
    expect(parseDbHeader(recovered).dbstate).toBe(DbState.CleanShutdown);
    expect(expectSameRows(recovered, second)).toBeGreaterThan(100);
    // The engine had already reserved room for more, which no log tells of: blank pages after the last one in use.
    const pageLast = recovered.length / PAGE - 2;
    expect(differingPages(recovered, second).filter((pgno) => pgno <= pageLast)).toEqual([]);
    expect(second.subarray(recovered.length).every((byte) => byte === 0)).toBe(true);
    expect(result.redone).toBeGreaterThan(500);
    expect(findings(recovered)).toEqual([]);
  });

  it('stops where it is told to: the database is sound, clean, and out of the stream', () => {
    const rows = (lGeneration: number): number => {
      const files = readFolder(corpus('recovery/srum-server2022/day2'));
      files.set('SRUDB.dat', file('recovery/srum-server2022/day1/SRUDB.dat'));
      files.delete('SRU.chk');
      files.set('SRU00002.log', files.get('SRUtmp.log')!);
      const result = recoverFiles(files, 'SRU', { stopAt: { lGeneration, isec: 9, ib: 0 }, makeTail: true });
      expect(result).toMatchObject({ stopped: true, databases: [{ state: 'recovered' }] });
      expect(result.tail).toBeUndefined();
      const bytes = files.get('SRUDB.dat')!;
      // Space may have been taken for what would have come after.
      expect(findings(bytes).filter((finding) => !finding.startsWith('space.leaked'))).toEqual([]);
      const header = parseDbHeader(bytes);
      expect(header.dbstate).toBe(DbState.CleanShutdown);
      expect(header.signLog.random).toBe(0);
      expect(header.lgposConsistent.lGeneration).toBe(0);
      const db = new Database(new BufferSource(bytes));
      return db.tables.reduce((sum, table) => sum + rowsOf(db, table).size, 0);
    };
    expect(rows(2)).toBeLessThan(rows(3));
  });

  for (const folder of ['srum-win10-clean', 'srum-win10-pair/Clean', 'srum-server2022/day1', 'srum-server2022/day2']) {
    it(`${folder}: a closed stream leaves its database as it is`, () => {
      const files = readFolder(corpus(`recovery/${folder}`));
      const before = files.get('SRUDB.dat')!;
      recoverFiles(files, 'SRU');
      expect(same(files.get('SRUDB.dat')!, before)).toBe(true);
    });
  }

  for (const folder of ['srum-win10-clean', 'srum-win10-pair/Clean', 'srum-win10-pair/Dirty', 'srum-server2022/day1']) {
    it(`${folder}: replayed from the first log on, no page of the database changes`, () => {
      const files = readFolder(corpus(`recovery/${folder}`));
      const before = files.get('SRUDB.dat')!.slice();
      files.delete('SRU.chk');
      const result = recoverFiles(files, 'SRU');
      expect(result.records).toBeGreaterThan(0);
      expect(differingPages(files.get('SRUDB.dat')!, before)).toEqual([]);
      expect(parseDbHeader(files.get('SRUDB.dat')!).dbstate).toBe(DbState.CleanShutdown);
    });
  }
});
