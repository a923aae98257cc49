// Trees of deleted tables and indexes given back as the engine does it: from the same pages the same records.
import { expect, it } from 'vitest';
import { Lr } from '../../../src/ese/log/record-table.ts';
import { freeingOf, logFreeFdp } from '../../../src/ese/tx/free-tree.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { allRecords, num, recordTexts, replayUnits, type LoggedRecord, type Unit } from './unit-replay.ts';

/** Trees that the logs of each folder free. */
const FOLDERS: Readonly<Record<string, number>> = { 'p4-k25': 2, 'p4-k31': 2 };

/** Each record that announces the end of a tree, with the transaction that follows it. */
function freeUnits(records: readonly LoggedRecord[]): Unit[] {
  return records.flatMap((record, start) => {
    if (record.type !== Lr.FreeFDP) return [];
    const begin = records.findIndex(({ type }, at) => at > start && type === Lr.Begin0);
    const { procid } = records[begin]!;
    const end = records.findIndex((each, at) => at > begin && each.procid === procid && each.type === Lr.Commit0);
    const own = records.slice(begin, end + 1).filter((each) => each.procid === procid);
    return [{ start, records: [record, ...own], interleaved: false }];
  });
}

describeCorpus('freed trees', () => {
  for (const [name, trees] of Object.entries(FOLDERS)) {
    it(`${name}: every tree goes with the engine's records`, () => {
      const folder = corpus(`engine-made/crash/${name}/before`);
      const records = allRecords(folder);
      let compared = 0;
      replayUnits(folder, records, freeUnits(records), (unit, attempt) => {
        const freed = unit.records[0]!;
        const ours = attempt(({ db, session, space }) => {
          const pgnoFDP = num(freed, 'pgnoFDP');
          logFreeFdp(db, pgnoFDP, num(freed, 'trxCommitted'), num(freed, 'bFDPType'));
          freeingOf(db, space, pgnoFDP)(session);
        });
        expect(ours, freed.where).toEqual(recordTexts(unit.records));
        expect(ours.length).toBeGreaterThan(1);
        compared++;
      });
      expect(compared).toBe(trees);
    });
  }
});
