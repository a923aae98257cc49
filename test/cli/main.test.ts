// The command line as a whole: what is made of the arguments, which verb gets them, and how it ends.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';
import { tempFolder } from '../temp-folder.ts';
import { CollectedIo } from './collected-io.ts';

async function run(...args: string[]): Promise<CollectedIo & { status: number }> {
  const io = new CollectedIo();
  return Object.assign(io, { status: await main(args, io) });
}

function store(): string {
  const path = join(tempFolder(), 'store.edb');
  writeFileSync(path, buildDatabase([messageTable(300)]));
  return path;
}

describe('arguments', () => {
  it('without any, it tells what there is', async () => {
    const { status, stdout } = await run();
    expect(status).toBe(2);
    const verbs =
      'verdict info tables check export defrag repair copy demo recover dump events ndr diagnose error eseutil';
    for (const verb of verbs.split(' ')) expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
  });

  it('a file alone is judged', async () => {
    const { status, stdout } = await run(store());
    expect(status).toBe(0);
    expect(stdout).toContain('Clean Shutdown');
    expect(stdout).toContain('Nothing needs to be done.');
  });

  it('unknown verbs and options end with status 2 and one sentence', async () => {
    for (const args of [['nonsense'], ['info', 'a', 'b'], ['info', '--nonsense', 'a'], ['export', 'a']]) {
      const { status, stdout, stderr } = await run(...args);
      expect(status, args.join(' ')).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: .*\n\(esekit --help tells/);
    }
  });

  it('every verb tells its exit statuses', async () => {
    for (const verb of ['info', 'export', 'recover', 'dump', 'diagnose']) {
      const { status, stdout } = await run(verb, '--help');
      expect(status).toBe(0);
      expect(stdout).toContain('Exit status:');
    }
  });
});

describe('what verbs get', () => {
  it('a table and an index to dump', async () => {
    const path = store();
    expect((await run('dump', 'tree', path, 'Msg', 'ixFrom')).stdout).toMatch(
      /^Msg\/ixFrom: object \d+, root page \d+/,
    );
    expect((await run('dump', 'page', path, '1', '4')).stdout).toMatch(/page 1\b[^]*page 4\b/i);
  });

  it('several codes, and options that look like codes', async () => {
    const { status, stdout } = await run('error', '-1018', '-1206');
    expect(status).toBe(0);
    expect(stdout).toContain('JET_errReadVerifyFailure');
    expect(stdout).toContain('JET_errDatabaseCorrupted');
  });

  it('the old names', async () => {
    const { status, stdout } = await run('eseutil', '/mh', store());
    expect(status).toBe(0);
    expect(stdout).toContain('State: Clean Shutdown');
  });
});

describe('files that cannot be read', () => {
  it('are told in one sentence, without a stack', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text.txt'), 'no database\n'.repeat(1000));
    for (const [name, status] of [
      ['missing.edb', 1],
      ['folder', 1],
      ['empty', 4],
      ['text.txt', 4],
    ] as const) {
      for (const verb of ['info', 'check', 'tables', 'verdict']) {
        const result = await run(verb, join(folder, name));
        expect(result.status, `${verb} ${name}`).toBe(status);
        expect(result.stderr.trim().split('\n'), `${verb} ${name}`).toHaveLength(1);
        expect(result.stderr).not.toMatch(/\bat .*\.ts/);
      }
    }
  });
});
