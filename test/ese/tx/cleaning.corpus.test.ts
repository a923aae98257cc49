// Nodes cleaned up and pages merged as the engine does it: from the same pages the same records, freed space with them.
import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../../corpus.ts';
import { compareCleaning, type ComparedCleaning } from './clean-replay.ts';

/**
 * Of each log: pieces of cleaning; those with other records than ours at most; merges; and how often another thread was
 * using the page (writing it to the disk, say), which the engine then merges without looking any further.
 */
const LOGS: Readonly<Record<string, readonly [compared: number, different: number, merges: number, straight: number]>> =
  {
    'p4-k07': [1972, 0, 79, 0],
    'p4-k11': [2073, 2, 126, 1],
    'p4-k31': [3869, 11, 434, 1],
    'p4-k10-cache64': [2155, 2, 143, 18],
    'p4-efv9180-k07': [1966, 0, 77, 3],
    'p8-k12-cache48': [2129, 4, 65, 6],
    'p16-k10-cache48': [2017, 0, 21, 2],
    'p32-k07-cache32': [2003, 0, 5, 0],
  };

const withoutTimes = (texts: readonly string[]): string => texts.join('\n').replace(/ dbtime\w* -?\d+/g, '');

/** Why the engine's records may be others than ours. */
function reasonOf({ theirs, ours, interleaved }: ComparedCleaning): string | undefined {
  // Other sessions changed the same pages, or took space, between the records.
  if (interleaved) return 'other sessions';
  // Merges depend on what is not known here: space kept for the rollbacks of open transactions (cbUncFreeDest), and pages
  // that another thread was using, where the node with which it began may be gone already.
  if (theirs.some((text) => text.startsWith('Merge2'))) return 'merge';
  // Another thread took a step of the database's time for which there is no record.
  if (withoutTimes(theirs) === withoutTimes(ours)) return 'times';
  return undefined;
}

describeCorpus('cleaning up', () => {
  for (const [name, [all, most, allMerges, allStraight]] of Object.entries(LOGS)) {
    it(`${name}: nodes and pages go with the records of the engine`, () => {
      let [compared, different, merges, straight] = [0, 0, 0, 0];
      compareCleaning(corpus(`engine-made/crash/${name}/before`), (cleaning) => {
        const { where, theirs, ours } = cleaning;
        compared++;
        merges += cleaning.merges;
        if (cleaning.straight) straight++;
        if (theirs.join('\n') === ours.join('\n')) return;
        different++;
        if (reasonOf(cleaning) === undefined) expect(ours, where).toEqual(theirs);
      });
      expect(compared).toBe(all);
      expect(different).toBeLessThanOrEqual(most);
      expect(merges).toBe(allMerges);
      expect(straight).toBe(allStraight);
    }, 120_000);
  }
});
