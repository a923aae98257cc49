// Whole logs of the engine done by our own sessions, trees and space, operation by operation: every record of every
// session is the engine's, those of splits, merges, undone changes, freed and taken space among them.
import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../../corpus.ts';
import { compareStreams } from './stream-replay.ts';

/** What is to come of a log. */
interface Expected {
  /** Records and operations that are compared. */
  readonly records: number;
  readonly operations: number;
  /** Records that are others than the engine's at most. */
  readonly different?: number;
  /** Where the comparison ends before the log does. */
  readonly stopped?: string;
}

/**
 * Different records: with us a page is cleaned up at the first record of that transaction, so that the space a merge frees
 * is free a little earlier, and a session that takes space meanwhile finds another line in the tree of free extents.
 * The comparison ends where other sessions change the very page while it is cleaned up.
 */
const LOGS: Readonly<Record<string, Expected>> = {
  'p4-k07': { records: 17360, operations: 8826 },
  'p4-k09': { records: 18921, operations: 9025 },
  'p4-k11': { records: 19441, operations: 9394, stopped: '16,2,826' },
  'p4-k31': { records: 18538, operations: 8882, stopped: '15,17,276' },
  'p8-k12-cache48': { records: 19922, operations: 10542, stopped: '37,11,3798' },
  'p16-k10-cache48': { records: 18245, operations: 9764, different: 1 },
  'p32-k07-cache32': { records: 17580, operations: 10483 },
};

describeCorpus('the records of whole logs', () => {
  for (const [name, { records, operations, different = 0, stopped }] of Object.entries(LOGS)) {
    it(`${name}: ${stopped === undefined ? 'all' : 'those up to a certain place'} are the engine's`, () => {
      const compared = compareStreams(corpus(`engine-made/crash/${name}/before`));
      expect(compared.stopped?.split(':')[0]).toBe(stopped);
      expect(compared.operations).toBe(operations);
      let equal = 0;
      const others: string[] = [];
      for (const { procid, theirs, ours } of compared.streams) {
        theirs.forEach((text, at) => {
          if (text === ours[at]) equal++;
          // Of the transaction at which the comparison ends, there is nothing of ours.
          else if (stopped === undefined || at < ours.length)
            others.push(`session ${procid}: ${text}, not ${ours[at]}`);
        });
        if (stopped === undefined) expect(ours.length).toBe(theirs.length);
      }
      if (others.length > different) expect(others).toEqual([]);
      expect(equal).toBe(records);
    }, 120_000);
  }
});
