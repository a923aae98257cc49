import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseEseutilArguments, runEseutil, type EseutilCommand } from '../../src/cli/eseutil-argv.ts';
import { rootPages, extentLine, tinyDatabase, tinyHeader, TWO_LEVELS } from '../eseutil/tiny-database.ts';
import { CollectedIo } from './collected-io.ts';

const parse = (...args: string[]): ReturnType<typeof parseEseutilArguments> =>
  parseEseutilArguments(args, (path) => path === '/there.edb');
const command = (mode: EseutilCommand['mode'], more: Partial<EseutilCommand> = {}): EseutilCommand => ({
  mode,
  file: 'a.edb',
  logo: true,
  verbose: false,
  deleted: false,
  ...more,
});

describe('parseEseutilArguments', () => {
  it('knows the modes, with - or /, in any case', () => {
    expect(parse('/mh', 'a.edb')).toEqual(command('header'));
    expect(parse('-MH', 'a.edb')).toEqual(command('header'));
    expect(parse('/mM', 'a.edb')).toEqual(command('metadata'));
    expect(parse('/ms', 'a.edb')).toEqual(command('space'));
    expect(parse('/mn', 'a.edb')).toEqual(command('nodes'));
    expect(parse('/k', 'a.edb')).toEqual(command('checksum'));
    expect(parse('-g', 'a.edb')).toEqual(command('integrity'));
  });

  it('takes the kind of a dump from a later argument too, and the header without any', () => {
    expect(parse('/m', 'a.edb')).toEqual(command('header'));
    expect(parse('/m', 'a.edb', '/s', '/v')).toEqual(command('space', { verbose: true }));
  });

  it('knows options', () => {
    expect(parse('/ms', 'a.edb', '/v', '/o', '/tMSysObjects', '/8')).toEqual(
      command('space', { verbose: true, logo: false, table: 'MSysObjects', pageSize: 8192 }),
    );
    expect(parse('/mn', '/a', 'a.edb')).toEqual(command('nodes', { deleted: true }));
    expect(parse('/mh', 'a.edb', '/p0x1f')).toEqual(command('page', { pgno: 31 }));
    expect(parse('/g', 'a.edb', '/tD:\\TEMP.EDB', '/fREPORT', '-O')).toEqual(command('integrity', { logo: false }));
    expect(parse('/k', '/t', 'temp.edb', 'a.edb', '/i')).toEqual(command('checksum'));
    expect(parse('/g', 'a.edb', '/!', '/config', '/b', '/32')).toEqual(command('integrity', { pageSize: 32768 }));
  });

  it('tells absolute paths from options', () => {
    expect(parse('/mh', '/data/a.edb')).toEqual(command('header', { file: '/data/a.edb' }));
    expect(parse('/k', '/there.edb')).toEqual(command('checksum', { file: '/there.edb' }));
    expect(parse('/k', '/tmp/a.edb')).toEqual(command('checksum', { file: '/tmp/a.edb' }));
    expect(parse('/k', 'a.edb', '/t/tmp/temp.edb')).toEqual(command('checksum'));
  });

  it('refuses what it cannot do in one sentence', () => {
    for (const mode of ['/r', '/c', '/z', '/mp', '/mc', '/mr']) {
      expect(parse(mode, 'a.edb')).toMatchObject({ refused: 'unsupported' });
    }
    for (const args of [
      [],
      ['a.edb'],
      ['/x', 'a.edb'],
      ['/mx', 'a.edb'],
      ['/mh'],
      ['/mh', 'a', 'b'],
      ['/mh', 'a', '/x'],
    ]) {
      expect(parse(...args)).toMatchObject({ refused: 'usage' });
    }
    expect(parse('/mh', 'a', '/a')).toMatchObject({ refused: 'usage' });
    expect(parse('/ms', 'a', '/t')).toMatchObject({ refused: 'usage' });
    expect(parse('/mh', 'a', '/px')).toMatchObject({ refused: 'usage' });
    expect(parse('/k', 'a', '/vss')).toMatchObject({ refused: 'usage' });
    expect(parse('/?')).toMatchObject({ refused: 'help' });
  });

  it('never throws', () => {
    const word = fc.oneof(
      fc.constantFrom('/mh', '/m', '-g', '/k', '/t', '/p1', '/', '-', '/8', '/vss', 'a.edb', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        const result = parseEseutilArguments(args, () => false);
        if ('refused' in result) expect(result.message).toEqual(expect.any(String));
        else expect(result.file).toEqual(expect.any(String));
      }),
    );
  });
});

describe('runEseutil', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esekit-eseutil-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(file: Uint8Array, ...args: string[]): Promise<CollectedIo & { status: number }> {
    const path = join(folder, 'a.edb');
    writeFileSync(path, file);
    const io = new CollectedIo();
    const [mode, ...options] = args;
    return Object.assign(io, { status: await runEseutil([mode!, path, ...options], io) });
  }

  const sound = tinyDatabase({ ...rootPages(20, [extentLine(20, 5)]), ...TWO_LEVELS }, 20);

  it('prints usage for wrong arguments', async () => {
    const io = new CollectedIo();
    expect(await runEseutil([], io)).toBe(2);
    expect(io.stderr).toMatch(/^eseutil: no mode given\nUsage: /);
    expect(io.stdout).toBe('');
    expect(await runEseutil(['/c', 'a.edb'], io)).toBe(1);
    expect(io.stderr).toMatch(/this version of esekit cannot restore \(\/c\)\n$/);
    expect(await runEseutil(['/?'], io)).toBe(0);
    expect(io.stdout).toMatch(/^Usage: /);
  });

  it('says what is wrong with a file in the words of the original', async () => {
    for (const mode of ['/mh', '/ms', '/mm', '/mn', '/k', '/g']) {
      const io = new CollectedIo();
      expect(await runEseutil([mode, join(folder, 'nothing.edb'), '/o'], io)).toBe(1);
      expect(io.stdout).toContain(`Error: ${join(folder, 'nothing.edb')}: there is no such file\n`);
      expect(io.stdout).toMatch(
        /Operation terminated with error -1811 \(JET_errFileNotFound, .*\) after \d+\.\d{3} seconds\.\n/,
      );
    }
    const other = await run(new TextEncoder().encode('no database at all'.repeat(1000)), '/mh');
    expect(other.status).toBe(4);
    expect(other.stdout).toContain('Operation terminated with error -1812 (JET_errFileInvalidType,');
  });

  it('refuses databases that were not closed, but for the header and checksums', async () => {
    const dirty = tinyDatabase(
      rootPages(20, []),
      20,
      tinyHeader((view) => {
        view.setUint32(52, 2, true);
      }),
    );
    for (const mode of ['/ms', '/mm', '/mn', '/g']) {
      const { status, stdout } = await run(dirty, mode);
      expect(status).toBe(4);
      expect(stdout).toContain('Operation terminated with error -550 (JET_errDatabaseDirtyShutdown,');
    }
    expect((await run(dirty, '/mh')).status).toBe(0);
    expect((await run(dirty, '/k')).status).toBe(0);
    const checked = await run(dirty, '/g', '/o');
    expect(checked.stdout).toContain('Scanning Status (% complete)');
    expect(checked.status).toBe(3);
  });

  it('shows the space of a database whose catalog is damaged, and fails', async () => {
    const { status, stdout, stderr } = await run(sound, '/ms', '/v');
    expect(status).toBe(3);
    expect(stdout).toContain('a.edb                    Db         0.079   100.00%                  0.020');
    expect(stdout).toMatch(/ {4}Pages 20 \( \d+ Used/);
    expect(stderr).toMatch(/^ERROR: /);
    expect(stdout).toMatch(/Operation terminated with error -\d+ \(JET_err\w+, /);
  });

  it('shows one page', async () => {
    const { status, stdout } = await run(sound, '/mh', '/p5');
    expect(status).toBe(0);
    expect(stdout).toContain('Page 5, at byte 0x6000 of the file');
    expect((await run(sound, '/mh', '/p99')).stdout).toContain('Operation terminated with error -4001');
  });

  it('reports damaged pages of a checksum scan on the other stream', async () => {
    const file = Uint8Array.from(sound);
    file[6 * 4096 + 100]! ^= 0xff;
    const { status, stdout, stderr } = await run(file, '/k');
    expect(status).toBe(3);
    expect(stderr).toBe('ERROR: page 5 checksum failed\n');
    expect(stdout).toContain('\n22 pages seen\n1 bad checksums\n0 correctable checksums\n');
    expect(stdout).toContain('Operation terminated with error -1206 (JET_errDatabaseCorrupted,');
  });
});
