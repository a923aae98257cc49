// Checkpoints: which copy is taken; what the builder makes; those of the corpus against the engine's report.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatLgpos } from '../../../src/ese/header/lgpos.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { readCheckpointFile, type CheckpointFile } from '../../../src/ese/log/checkpoint-file.ts';
import { buildCheckpointFile } from '../../../src/ese/log/log-header-builder.ts';
import type { AttachInfo } from '../../../src/ese/log/log-header.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { NOW, SIGNATURE } from './log-files.ts';

const lgpos = (lGeneration: number, isec: number, ib: number): AttachInfo['lgposAttach'] => ({ lGeneration, isec, ib });
const ATTACHED: AttachInfo = {
  dbid: 1,
  dbtime: 0x123456789n,
  objidLast: 40,
  cpgDatabaseSizeMax: 7,
  lgposAttach: lgpos(1, 1, 0x268),
  lgposConsistent: lgpos(0, 0, 0),
  signDb: { ...SIGNATURE, random: 77 },
  path: 'C:\\Daten\\Müller.edb',
};
const read = (bytes: Uint8Array): CheckpointFile => readCheckpointFile(new BufferSource(bytes));
const file = (): Uint8Array =>
  buildCheckpointFile({ lgposCheckpoint: lgpos(5, 6, 7), signLog: SIGNATURE, attachInfos: [ATTACHED] });

it('gives back what was built', () => {
  const found = read(file());
  expect(found).toMatchObject({ used: 'primary', primary: { state: 'good' }, shadow: { state: 'good' } });
  expect(found.jet).toBeUndefined();
  expect(found.checkpoint).toMatchObject({
    lgposCheckpoint: lgpos(5, 6, 7),
    lgposDbConsistency: lgpos(5, 6, 7),
    signLog: SIGNATURE,
    fVersion: 1,
    filetype: 4,
  });
  expect(found.attachInfos).toEqual([ATTACHED]);
});

it('takes the second copy when the first is damaged', () => {
  const bytes = file();
  bytes[700]! ^= 4;
  expect(read(bytes)).toMatchObject({ used: 'shadow', primary: { state: 'bad-checksum' }, shadow: { state: 'good' } });
  bytes[4096 + 700]! ^= 4;
  expect(read(bytes)).toMatchObject({ used: 'none', jet: 'JET_errCheckpointCorrupt' });
});

it('says when the copies differ, when one is missing, when there is nothing', () => {
  const bytes = file();
  const other = buildCheckpointFile({ lgposCheckpoint: lgpos(6, 6, 7), signLog: SIGNATURE });
  bytes.set(other.subarray(4096), 4096);
  expect(read(bytes)).toMatchObject({ used: 'primary', shadow: { state: 'differs' } });
  expect(read(bytes.slice(0, 4096))).toMatchObject({ used: 'primary', shadow: { state: 'missing' } });
  expect(read(other).attachInfos).toBeUndefined();
  for (const size of [0, 100, 4096, 8192]) {
    expect(read(new Uint8Array(size))).toMatchObject({ used: 'none', jet: 'JET_errCheckpointCorrupt' });
  }
});

it('keeps the settings of the checkpoint before', () => {
  const before = file().subarray(0, 4096);
  before.set([67, 58], 48);
  const after = buildCheckpointFile({ lgposCheckpoint: lgpos(9, 1, 0), signLog: SIGNATURE, attachInfos: [] }, before);
  expect(read(after).dbmsParam.systemPath).toBe('C:');
  expect(read(after).attachInfos).toEqual([]);
  expect(() =>
    buildCheckpointFile({
      lgposCheckpoint: lgpos(1, 1, 1),
      signLog: SIGNATURE,
      attachInfos: Array.from({ length: 40 }, () => ATTACHED),
    }),
  ).toThrow(RangeError);
  expect(NOW.utc).toBe(true);
});

describeCorpus('checkpoints of the corpus', () => {
  it('say what the engine reports', () => {
    let compared = 0;
    for (const name of readdirSync(corpus('engine-made/crash'))) {
      const folder = corpus(`engine-made/crash/${name}`);
      if (!existsSync(`${folder}/mk-before.txt`)) continue;
      const report = readFileSync(`${folder}/mk-before.txt`, 'latin1');
      const found = read(new Uint8Array(readFileSync(`${folder}/before/edb.chk`)));
      expect(found.jet).toBeUndefined();
      expect(report).toContain(`Checkpoint: ${formatLgpos(found.checkpoint.lgposCheckpoint)}`);
      expect(report).toContain(`DbConsistency: ${formatLgpos(found.checkpoint.lgposDbConsistency)}`);
      for (const { path, dbtime, objidLast, lgposAttach } of found.attachInfos ?? []) {
        expect(report).toContain(path);
        expect(report).toContain(`dbtime: ${dbtime} `);
        expect(report).toContain(`objidLast: ${objidLast}`);
        expect(report).toContain(`Last Attach: ${formatLgpos(lgposAttach)}`);
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });
});
