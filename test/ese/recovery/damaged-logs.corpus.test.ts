// Missing, cut, zeroed and flipped files: the same error as the engine's, or the same content.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JET_ERRORS } from '../../../src/errors/jet-errors.data.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { expectDump } from './dump-comparison.ts';
import { readFolder, recoverFiles, type Files } from './memory-recovery.ts';
import { differingPages } from './page-comparison.ts';

const root = corpus('engine-made/damaged-logs');
const DAMAGE = Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 1);
const LAST = 'edb.log';
const MIDDLE = 'edb00016.log';

/** What was done to the files (`what.txt` of each folder). */
const DAMAGES: Readonly<Record<string, (files: Files) => void>> = {
  cutlast: (files) => files.set(LAST, files.get(LAST)!.slice(0, 40960)),
  dbhdr: (files) => {
    files.get('test.edb')!.set(DAMAGE, 700);
  },
  dbpageflip: (files) => {
    files.get('test.edb')!.set(DAMAGE, 345000);
  },
  dbpagezero: (files) => files.get('test.edb')!.fill(0, 120 * 4096, 121 * 4096),
  fliplast: (files) => {
    files.get(LAST)!.set(DAMAGE, 13000);
  },
  'fliplog-hdr': (files) => {
    files.get(MIDDLE)!.set(DAMAGE, 300);
  },
  flipmiddle: (files) => {
    files.get(MIDDLE)!.set(DAMAGE, 50000);
  },
  nochk: (files) => files.delete('edb.chk'),
  nodb: (files) => files.delete('test.edb'),
  noedblog: (files) => files.delete(LAST),
  nojfm: (files) => files.delete('test.jfm'),
  nomiddle: (files) => files.delete(MIDDLE),
  zerotail: (files) => files.get(LAST)!.fill(0, 5 * 4096, 32 * 4096),
};

const codeOf = (run: () => void): number => {
  try {
    run();
    return 0;
  } catch (error) {
    if (!isJetError(error)) throw error;
    expect(error.message).not.toBe('');
    return JET_ERRORS[error.symbol];
  }
};

describeCorpus('damaged logs', () => {
  for (const name of hasCorpus ? readdirSync(root) : []) {
    const code = Number(/JetInit -> (-?\d+)/.exec(readFileSync(`${root}/${name}/recover.txt`, 'latin1'))?.[1]);
    it(`${name}: JetInit -> ${code}`, () => {
      const files = readFolder(corpus('engine-made/crash/p4-k12-cache64/before'));
      const kind = name.split('--')[1]!;
      DAMAGES[kind]!(files);
      const before = files.get('test.edb')?.slice();
      expect(codeOf(() => recoverFiles(files, 'edb'))).toBe(code);
      if (code !== 0) expect(Buffer.from(files.get('test.edb') ?? []).equals(before ?? new Uint8Array())).toBe(true);
      else {
        if (existsSync(`${root}/${name}/dump-after.jsonl`))
          expectDump(files.get('test.edb')!, `${root}/${name}/dump-after.jsonl`);
        const after = new Uint8Array(readFileSync(`${root}/${name}/after-test.edb`));
        // A damaged page that the replay does not touch stays as it is.
        expect(differingPages(files.get('test.edb')!, after)).toEqual([]);
      }
    });
  }
});
