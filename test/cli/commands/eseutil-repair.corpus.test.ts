// `eseutil /p`: the words of the old utility, what it asks, and what it does unasked.
import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runEseutilRepair, type EseutilRepairOptions } from '../../../src/cli/commands/eseutil-repair.ts';
import { runEseutil } from '../../../src/cli/eseutil-argv.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { tempFolder } from '../../temp-folder.ts';
import { CollectedIo } from '../collected-io.ts';

const DAMAGED = 'engine-made/repair/p4-default-leafflip/before.edb';

function copyOf(name: string): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'db.edb');
  copyFileSync(corpus(name), path);
  chmodSync(path, 0o644);
  return { folder, path };
}

async function repair(path: string, options: EseutilRepairOptions): Promise<{ status: number; io: CollectedIo }> {
  const io = new CollectedIo();
  return { status: await runEseutilRepair(path, options, io), io };
}

const answering =
  (yes: boolean, asked: string[] = []) =>
  (question: string): Promise<boolean> => {
    asked.push(question);
    return Promise.resolve(yes);
  };

/** A report without what differs from run to run, and without the parts of the work that are not the engine's. */
function framework(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !/Database:|^(Scanning|Repairing|Verifying) /.test(line))
    .map((line) => line.replace(/\d+\.\d+ seconds/, 'N seconds'))
    .filter((line) => line !== '');
}

describeCorpus('eseutil /p', () => {
  it('speaks as the old utility does when there is something to repair', async () => {
    const { folder, path } = copyOf(DAMAGED);
    const { status, io } = await repair(path, { logo: false });
    expect(status).toBe(3);
    const engine = readFileSync(corpus('engine-made/repair/p4-default-leafflip/p.txt'), 'latin1');
    expect(framework(io.stdout)).toEqual(framework(engine));
    expect(io.stdout).toMatch(/Operation completed successfully with 595 \(JET_wrnDatabaseRepaired, .* after/);
    expect(io.stdout.match(/\n {10}\.{51}\n/g)).toHaveLength(3);
    expect(io.stderr).toContain('seqtab: about 21 records with page 807');
    expect(readdirSync(folder).sort()).toEqual(['db.edb', 'db.edb.REPAIR.RAW']);
    const again = await repair(path, { logo: false });
    expect(again.status).toBe(0);
  });

  it('speaks as the old utility does when nothing is wrong', async () => {
    const { path } = copyOf('engine-made/build/p4-default/test.edb');
    const before = readFileSync(path);
    const { status, io } = await repair(path, { logo: false });
    expect(status).toBe(0);
    const engine = readFileSync(corpus('engine-made/repair/p4-default-hdr/p.txt'), 'latin1');
    expect(io.stdout.replaceAll(/Database:.*|\d+\.\d+ seconds/g, '')).toBe(
      engine.replaceAll('\r', '').replaceAll(/Database:.*|\d+\.\d+ seconds/g, ''),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('asks before anything is done, and does nothing without a yes', async () => {
    const { folder, path } = copyOf(DAMAGED);
    const asked: string[] = [];
    const no = await repair(path, { ask: answering(false, asked) });
    expect(asked).toHaveLength(1);
    expect(no.status).not.toBe(0);
    expect(no.io.stdout).toContain('Operation terminated with error -1003 (JET_errInvalidParameter');
    const nobody = await repair(path, { ask: undefined });
    expect(nobody.status).not.toBe(0);
    expect(nobody.io.stderr).toContain('/o repairs without a question');
    expect(readdirSync(folder)).toEqual(['db.edb']);
    expect(readFileSync(path).equals(readFileSync(corpus(DAMAGED)))).toBe(true);
    expect((await repair(path, { ask: answering(true) })).status).toBe(3);
  });

  it('/g checks first, tells what would be lost, and asks even with /o', async () => {
    const { folder, path } = copyOf(DAMAGED);
    const asked: string[] = [];
    const no = await repair(path, { checkFirst: true, logo: false, ask: answering(false, asked) });
    expect(asked).toHaveLength(1);
    expect(no.status).toBe(3);
    expect(no.io.stderr).toContain('It would lose');
    expect(no.io.stdout).toContain('Integrity check completed.  Database is CORRUPTED!');
    expect(no.io.stdout).toContain('Operation terminated with error -1206 (JET_errDatabaseCorrupted');
    expect(readdirSync(folder)).toEqual(['db.edb']);
    const yes = await repair(path, { checkFirst: true, ask: answering(true) });
    expect(yes.io.stdout).toContain('Database corruption has been repaired!');
    expect(await repair(path, { checkFirst: true, ask: answering(false) })).toMatchObject({ status: 0 });
  });

  it('builds the new database and its list where it is told to', async () => {
    const { folder, path } = copyOf(DAMAGED);
    const elsewhere = tempFolder();
    const io = new CollectedIo();
    const list = join(elsewhere, 'list');
    expect(await runEseutil(['/p', path, '/o', '/t', join(elsewhere, 't.edb'), `/f${list}`], io)).toBe(3);
    expect(io.stdout).toContain(`Temp. Database: ${join(elsewhere, 't.edb')}`);
    expect(readdirSync(folder)).toEqual(['db.edb']);
    expect(readdirSync(elsewhere)).toEqual(['list.REPAIR.RAW']);
    expect(readFileSync(`${list}.REPAIR.RAW`, 'utf8')).toContain('table seqtab');
  });

  it('sends to recovery first, and refuses what it must not write', async () => {
    const dirty = copyOf('recovery/srum-win10-dirty-gen51/Dirty/SRUDB.dat');
    expect((await repair(dirty.path, { ask: undefined })).io.stderr).toContain('Recovery comes first');
    const newer = copyOf('ese/go-ese/qmgr-build26100.db');
    const { status, io } = await repair(newer.path, { logo: false });
    expect(status).toBe(4);
    expect(io.stdout).toMatch(/Operation terminated with error -\d+ \(JET_errInvalidDatabaseVersion/);
    expect((await repair(join(newer.folder, 'absent'), { logo: false })).status).toBe(1);
  });
});
