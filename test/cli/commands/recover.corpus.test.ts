// `esekit recover` and `eseutil /r` from the command line.
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { parsePosition, parseRecovery } from '../../../src/cli/commands/recover.ts';
import { ExitStatus } from '../../../src/cli/exit-status.ts';
import { parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { tempFolder } from '../../temp-folder.ts';
import { CollectedIo } from '../collected-io.ts';

const crashed = (): string => {
  const folder = tempFolder();
  const from = corpus('engine-made/crash/p4-k12-cache64/before');
  for (const file of readdirSync(from)) copyFileSync(join(from, file), join(folder, file));
  return folder;
};

const stateOf = (folder: string): number =>
  parseDbHeader(new Uint8Array(readFileSync(join(folder, 'test.edb')))).dbstate;

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const io = new CollectedIo();
  const status = await main(args, io);
  return { status, out: io.stdout, err: io.stderr };
}

describe('arguments of recovery', () => {
  it('reads positions', () => {
    expect(parsePosition('0x1A')).toEqual({ lGeneration: 26, isec: 0xffff, ib: 0xffff });
    expect(parsePosition('26:0x10:7')).toEqual({ lGeneration: 26, isec: 16, ib: 7 });
    for (const text of ['', '1:2', '1:2:3:4', 'x', '-1']) expect(parsePosition(text)).toBeUndefined();
  });

  it('reads those of eseutil /r', () => {
    const exists = (): boolean => false;
    expect(
      parseRecovery(['/r', 'SRU', '/i', '/lLOGS', '-sSYS', '/d', '/a', '/nC:\\new.edb:D:\\old.edb'], exists),
    ).toEqual({
      base: 'SRU',
      logs: 'LOGS',
      system: 'SYS',
      database: '.',
      paths: ['D:\\old.edb=C:\\new.edb'],
      ignoreMissing: true,
      ignoreLostLogs: true,
      logo: true,
    });
    expect(() => parseRecovery(['/r'], exists)).toThrow('base name');
    expect(() => parseRecovery(['/r', 'a', 'b'], exists)).toThrow('one base name');
    expect(() => parseRecovery(['/r', 'a', '/z'], exists)).toThrow('/z');
  });

  it('refuses what makes no sense', async () => {
    expect((await run('recover', '.', '--to', 'x')).status).toBe(ExitStatus.Usage);
    expect((await run('recover', '.', '--db-path', 'x')).status).toBe(ExitStatus.Usage);
    expect((await run('recover', '/nowhere')).status).toBe(ExitStatus.Failed);
    expect((await run('eseutil', '/r')).status).toBe(ExitStatus.Usage);
  });
});

describeCorpus('recovery from the command line', () => {
  it('says what it would do, does it, and then has nothing to do', async () => {
    const folder = crashed();
    const dry = await run('recover', folder, '--dry-run');
    expect(dry.status).toBe(ExitStatus.Clean);
    expect(dry.out).toContain('would be recovered');
    expect(dry.out).toContain('Nothing was written.');
    expect(stateOf(folder)).toBe(DbState.DirtyShutdown);
    const done = await run('recover', folder, '--base', 'edb', '--json');
    expect(done.status).toBe(ExitStatus.Clean);
    expect(JSON.parse(done.out)).toMatchObject({
      ok: true,
      base: 'edb',
      undone: 352,
      logsWritten: [25],
      databases: [{ state: 'recovered', name: join(folder, 'test.edb') }],
    });
    expect(stateOf(folder)).toBe(DbState.CleanShutdown);
    expect((await run('recover', folder)).out).toContain('Nothing to do');
  });

  it('is refused for want of a log, and says what to bring', async () => {
    const folder = crashed();
    rmSync(join(folder, 'edb.log'));
    const { status, err } = await run('recover', folder);
    expect(status).toBe(ExitStatus.Refused);
    expect(err).toContain('-528 JET_errMissingLogFile');
    expect(err).toContain('Bring that log');
    const document = JSON.parse((await run('recover', folder, '--json')).out) as {
      ok: boolean;
      error: { code: number };
    };
    expect(document).toMatchObject({ ok: false, error: { code: -528 } });
  });

  it('speaks as eseutil /r does', async () => {
    const folder = crashed();
    const { status, out } = await run('eseutil', '/r', 'edb', '/l', folder, '/s', folder, '/d', folder);
    expect(status).toBe(ExitStatus.Clean);
    const engines = readFileSync(corpus('engine-made/real-recovery/belkasoft-win10-srum/recover.txt'), 'latin1');
    for (const line of ['Initiating RECOVERY mode...', 'Performing soft recovery...']) {
      expect(engines).toContain(line);
      expect(out).toContain(line);
    }
    const bar = engines.split(/\r?\n/).filter((line) => /Status|----|^ +\.+$/.test(line));
    expect(out.split('\n').filter((line) => /Status|----|^ +\.+$/.test(line))).toEqual(bar);
    expect(out).toMatch(/Operation completed successfully in \d+\.\d+ seconds\.\n/);
    expect(stateOf(folder)).toBe(DbState.CleanShutdown);
    const missing = crashed();
    rmSync(join(missing, 'test.edb'));
    const failed = await run('eseutil', '/r', 'edb', '/l', missing, '/s', missing);
    expect(failed.status).toBe(ExitStatus.Refused);
    expect(failed.out).toContain('Operation terminated with error -1216 (JET_errAttachedDatabaseMismatch');
    expect((await run('eseutil', '/r', 'edb', '/l', missing, '/s', missing, '/i')).status).toBe(ExitStatus.Clean);
  });
});
