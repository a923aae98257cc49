// Nodes cleaned up and pages merged as the engine does it: from the same pages the same records, freed space with them.
import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../../corpus.ts';
import { compareCleaning } from './clean-replay.ts';

describeCorpus('cleaning up', () => {
  it('p32-k07-cache32: every node and page goes with the records of the engine', () => {
    let compared = 0;
    let merges = 0;
    compareCleaning(corpus('engine-made/crash/p32-k07-cache32/before'), ({ where, theirs, ours, merges: count }) => {
      expect(ours, where).toEqual(theirs);
      compared++;
      merges += count;
    });
    expect(compared).toBeGreaterThan(2000);
    expect(merges).toBe(5);
  });
});
