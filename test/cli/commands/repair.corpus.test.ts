// The verb: what it asks, what it answers, what it leaves.
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runRepair, type RepairVerbOptions } from '../../../src/cli/commands/repair.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { CollectedIo } from '../collected-io.ts';

describeCorpus('esekit repair', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-repair-'));
    path = join(folder, 'db.edb');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function repair(source: string, options: RepairVerbOptions): Promise<{ status: number; io: CollectedIo }> {
    copyFileSync(corpus(source), path);
    chmodSync(path, 0o644);
    const io = new CollectedIo();
    return { status: await runRepair(path, options, io), io };
  }
  const DAMAGED = 'engine-made/repair/p4-default-leafflip/before.edb';

  it('loses nothing unasked: without a terminal and --yes it tells what would be lost, and refuses', async () => {
    const { status, io } = await repair(DAMAGED, {});
    expect(status).toBe(4);
    expect(io.stdout).toContain('seqtab: about 21 records with page 807');
    expect(io.stderr).toContain('--yes');
    expect(readdirSync(folder)).toEqual(['db.edb']);
    expect(readFileSync(path).equals(readFileSync(corpus(DAMAGED)))).toBe(true);
  });

  it('asks, and does nothing when the answer is no', async () => {
    const questions: string[] = [];
    const ask = (question: string): Promise<boolean> => {
      questions.push(question);
      return Promise.resolve(false);
    };
    const { status } = await repair(DAMAGED, { ask });
    expect(status).toBe(4);
    expect(questions).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['db.edb']);
  });

  it('with --yes and --keep repairs, lists the losses and keeps the original', async () => {
    const { status, io } = await repair(DAMAGED, { yes: true, keep: true });
    expect(status).toBe(3);
    expect(io.stdout).toContain('db.edb.REPAIR.RAW');
    expect(io.stdout).toContain('full backup');
    expect(readdirSync(folder).sort()).toEqual(['db.edb', 'db.edb.REPAIR.RAW', 'db.edb.damaged']);
    expect(readFileSync(`${path}.damaged`).equals(readFileSync(corpus(DAMAGED)))).toBe(true);
    const again = new CollectedIo();
    expect(await runRepair(path, {}, again)).toBe(0);
    expect(again.stdout).toContain('nothing needs repair');
  });

  it('writes nothing in a dry run', async () => {
    const { status, io } = await repair(DAMAGED, { dryRun: true, json: true });
    expect(status).toBe(3);
    expect(JSON.parse(io.stdout)).toMatchObject({ ok: false, outcome: 'planned', lossless: false });
    expect(readdirSync(folder)).toEqual(['db.edb']);
  });

  it('repairs without asking what costs nothing', async () => {
    const { status, io } = await repair('engine-made/repair/p4-default-onebit/before.edb', {});
    expect(status).toBe(0);
    expect(io.stdout).toContain('Nothing was lost');
    expect(io.stdout).toContain('Single-bit errors are corrected in page 807');
  });

  it('says so when nothing is wrong', async () => {
    const { status, io } = await repair('engine-made/build/p4-default/test.edb', { json: true });
    expect(status).toBe(0);
    expect(JSON.parse(io.stdout)).toMatchObject({ ok: true, outcome: 'not-needed' });
    expect(readdirSync(folder)).toEqual(['db.edb']);
  });

  it('sends a dirty database to recovery first', async () => {
    const { status, io } = await repair('recovery/srum-win10-dirty-gen51/Dirty/SRUDB.dat', {});
    expect(status).toBe(4);
    expect(io.stderr).toContain('needs log 81');
    expect(io.stderr).toContain('Recovery comes first');
    expect(readdirSync(folder)).toEqual(['db.edb']);
  });

  it('refuses what is no database, or one it must not write', async () => {
    expect((await repair('README.md', { yes: true })).status).toBe(4);
    expect((await repair('ese/ntds-temp/temp.edb', { yes: true })).status).toBe(4);
    expect((await repair('ese/go-ese/qmgr-build26100.db', { yes: true })).status).toBe(4);
    expect(readdirSync(folder)).toEqual(['db.edb']);
  });
});
