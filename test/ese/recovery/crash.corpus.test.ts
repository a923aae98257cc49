// What a killed engine left behind, recovered: exactly what the engine's own recovery made of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { expectDump, findings } from './dump-comparison.ts';
import { readFolder, recoverFiles } from './memory-recovery.ts';
import { differingPages } from './page-comparison.ts';

const root = corpus('engine-made/crash');
const folders = hasCorpus ? readdirSync(root).filter((name) => existsSync(`${root}/${name}/before`)) : [];

const engines = (name: string): Uint8Array => new Uint8Array(readFileSync(`${root}/${name}/after/test.edb`));

describeCorpus('crashed databases', () => {
  for (const name of folders) {
    it(`${name}: every row, value and index entry is as the engine recovered it`, () => {
      const files = readFolder(`${root}/${name}/before`);
      const result = recoverFiles(files, 'edb');
      expect(result.databases.map(({ state }) => state)).toEqual(['recovered']);
      const file = files.get('test.edb')!;
      const counts = expectDump(file, `${root}/${name}/dump-after.jsonl`);
      expect(counts.rows).toBeGreaterThan(0);
      // An open transaction that made a table leaves the table's space unused, with the engine as with us.
      expect(findings(file)).toEqual(findings(engines(name)));
    });

    it(`${name}: every page is as the engine recovered it, its dbtime included`, () => {
      const files = readFolder(`${root}/${name}/before`);
      recoverFiles(files, 'edb');
      const file = files.get('test.edb')!;
      const after = engines(name);
      expect(file.length).toBe(after.length);
      expect(differingPages(file, after)).toEqual([]);
      const [ours, theirs] = [file, after].map(parseDbHeader);
      expect(ours!.dbstate).toBe(DbState.CleanShutdown);
      for (const field of [
        'dbtimeDirtied',
        'objidLast',
        'dbstate',
        'lGenMinRequired',
        'lGenMaxRequired',
        'lGenMaxCommitted',
        'lGenMinConsistent',
        'lGenRecovering',
        'signDb',
        'signLog',
        'lgposAttach',
        'dbid',
      ] as const)
        expect(ours![field], field).toEqual(theirs![field]);
    });
  }

  it('comes to the same with a cache far smaller than the database', () => {
    const files = readFolder(`${root}/p4-k12-cache64/before`);
    recoverFiles(files, 'edb', { cacheSize: 1 });
    expect(differingPages(files.get('test.edb')!, engines('p4-k12-cache64'))).toEqual([]);
  });

  it('comes to the same without the checkpoint', () => {
    const files = readFolder(`${root}/p4-k05-cache64/before`);
    files.delete('edb.chk');
    const result = recoverFiles(files, 'edb');
    expect(result.first).toBe(1);
    expect(differingPages(files.get('test.edb')!, engines('p4-k05-cache64'))).toEqual([]);
  });
});
