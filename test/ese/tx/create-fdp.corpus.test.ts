// New trees as the engine makes them: from the same pages the same records, those of the space they take before them.
import { expect, it } from 'vitest';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { Lr } from '../../../src/ese/log/record-table.ts';
import { createFdp } from '../../../src/ese/tx/create-fdp.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { allRecords, num, recordTexts, replayUnits, type LoggedRecord, type Unit } from './unit-replay.ts';

const FOLDERS = ['p4-k01', 'p4-k31', 'p4-k12-cache64', 'p8-k12-cache48', 'p16-k10-cache48', 'p32-k07-cache32'];

const isCreate = ({ type }: LoggedRecord): boolean =>
  type === Lr.CreateSingleExtentFDP || type === Lr.CreateMultipleExtentFDP;

/** True for changes of space: of space trees, root headers, conversions. */
function isSpace(record: LoggedRecord): boolean {
  const { type, fields } = record;
  if ([Lr.SetExternalHeader, Lr.ConvertFDP2].some((each) => each === type)) return true;
  return 'fFlags' in fields && (num(record, 'fFlags') & LogPageFlag.Space) !== 0;
}

/** Each record that makes a tree, with those of the space it took. The root of the database has no parent to ask. */
function createUnits(records: readonly LoggedRecord[]): Unit[] {
  const units: Unit[] = [];
  records.forEach((record, at) => {
    if (!isCreate(record) || num(record, 'pgnoFDPParent') === 0) return;
    let start = at;
    for (let i = at - 1; i >= 0; i--) {
      if (isSpace(records[i]!) && records[i]!.procid === record.procid) start = i;
      else if (![Lr.Begin, Lr.Begin0, Lr.ExtendDB, Lr.NOP2].some((type) => type === records[i]!.type)) break;
      if (records[i]!.type === Lr.ExtendDB) start = i;
    }
    const all = records.slice(start, at + 1);
    units.push({
      start,
      records: all,
      interleaved: all.some(({ procid, dbtime }) => dbtime > 0 && procid !== record.procid),
    });
  });
  return units;
}

describeCorpus('new trees', () => {
  for (const name of FOLDERS) {
    it(`${name}: every tree is made with the engine's records`, () => {
      const folder = corpus(`engine-made/crash/${name}/before`);
      const records = allRecords(folder);
      let compared = 0;
      replayUnits(folder, records, createUnits(records), (unit, attempt) => {
        const created = unit.records.at(-1)!;
        const ours = attempt(({ db, space, session }) => {
          createFdp(db, session, space, {
            pgnoFDPParent: num(created, 'pgnoFDPParent'),
            pages: num(created, 'cpgPrimary'),
            unique: (num(created, 'fFlags') & LogPageFlag.Unique) !== 0,
            fPageFlags: num(created, 'fPageFlags'),
            objidFDP: num(created, 'objidFDP'),
            multipleExtent: created.type === Lr.CreateMultipleExtentFDP,
          });
        });
        expect(ours, created.where).toEqual(recordTexts(unit.records));
        compared++;
      });
      expect(compared).toBeGreaterThan(5);
    });
  }
});
