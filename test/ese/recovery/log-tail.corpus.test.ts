// What recovery appends to the logs: as long as what the engine appended, and good for another recovery.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { archivedLogName } from '../../../src/ese/log/log-set.ts';
import type { StreamTail } from '../../../src/ese/recovery/recover-stream.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { readFolder, recoverFiles, type Files } from './memory-recovery.ts';
import { differingPages } from './page-comparison.ts';

const root = corpus('engine-made/crash');
const folders = hasCorpus ? readdirSync(root).filter((name) => existsSync(`${root}/${name}/before`)) : [];

/** Puts logs and checkpoint where recovery leaves them. */
function putTail(files: Files, tail: StreamTail): void {
  tail.files.forEach(({ lGeneration, bytes }, i) => {
    files.set(i === tail.files.length - 1 ? 'edb.log' : archivedLogName('edb', lGeneration, 'log'), bytes);
  });
  files.set('edb.chk', tail.checkpoint);
}

describeCorpus('the end of the logs', () => {
  for (const name of folders) {
    it(`${name}: ends where the engine's ends, and every further recovery comes to the same`, () => {
      const files = readFolder(`${root}/${name}/before`);
      const dirty = files.get('test.edb')!;
      const { tail } = recoverFiles(files, 'edb', { makeTail: true });
      const recovered = files.get('test.edb')!;
      const engines = parseDbHeader(new Uint8Array(readFileSync(`${root}/${name}/after/test.edb`)));
      const header = parseDbHeader(recovered);
      // Every record before has the length of the engine's: else this position would be another.
      expect(header.lgposConsistent).toEqual(engines.lgposConsistent);
      expect(header.lgposDetach).toEqual(engines.lgposDetach);

      putTail(files, tail!);
      expect(recoverFiles(files, 'edb').nothingToDo).toBe(true);

      // The checkpoint of before the crash with the recovered database: the logs close it, nothing changes.
      const oldCheckpoint = new Uint8Array(readFileSync(`${root}/${name}/before/edb.chk`));
      const again: Files = new Map([...files, ['edb.chk', oldCheckpoint]]);
      recoverFiles(again, 'edb');
      expect(differingPages(again.get('test.edb')!, recovered)).toEqual([]);

      // The database of before the crash with the logs of after it: their undo records do what was done.
      const replayed: Files = new Map([...again, ['test.edb', dirty]]);
      const result = recoverFiles(replayed, 'edb');
      expect(result.undone).toBe(0);
      expect(result.databases.map(({ state }) => state)).toEqual(['closed by the logs']);
      expect(differingPages(replayed.get('test.edb')!, recovered)).toEqual([]);
      expect(parseDbHeader(replayed.get('test.edb')!)).toMatchObject({
        dbstate: DbState.CleanShutdown,
        lgposConsistent: header.lgposConsistent,
        dbtimeDirtied: header.dbtimeDirtied,
      });
    });
  }
});
