// Logs whose checksums hold though their records lie: recovery ends, or fails with a JET error, and never in another way.
import { expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { sealPage } from '../../../src/ese/page/checksum-page.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { readFolder, recoverFiles } from './memory-recovery.ts';

const SEGMENT = 4096;
const RUNS = 50;

/** Pseudo-random numbers below 1, the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

describeCorpus('lying records', () => {
  for (const name of ['p4-k12-cache64', 'p8-k05-cache48', 'p16-k10-cache48', 'p4-k05-cache64']) {
    it(`${name}: ${RUNS} logs with changed bytes and right checksums`, () => {
      const random = generator(name.length * 7919);
      const ends = new Map<string, number>();
      for (let i = 0; i < RUNS; i++) {
        const files = readFolder(corpus(`engine-made/crash/${name}/before`));
        const log = files.get('edb.log')!;
        const isec = 1 + Math.floor(random() * 7);
        const changes = 1 + Math.floor(random() * 4);
        for (let k = 0; k < changes; k++) {
          const at = isec * SEGMENT + 40 + Math.floor(random() * (SEGMENT - 40));
          log[at] = random() < 0.5 ? Math.floor(random() * 256) : log[at]! ^ (1 << Math.floor(random() * 8));
        }
        sealPage(log, isec * SEGMENT, SEGMENT, isec);
        let end = 'recovered';
        try {
          recoverFiles(files, 'edb', { makeTail: true });
        } catch (error) {
          if (!isJetError(error)) throw new Error(`run ${i}, segment ${isec}`, { cause: error });
          end = error.symbol;
        }
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      expect(ends.size).toBeGreaterThan(1);
    });
  }
});
