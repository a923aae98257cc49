// The arguments of `eseutil /d`, `/p` and `/y`.
import { expect, it } from 'vitest';
import { parseMaintenance, runMaintenance } from '../../src/cli/eseutil-maintenance.ts';
import { parseEseutilArguments, runEseutil } from '../../src/cli/eseutil-argv.ts';
import { CollectedIo } from './collected-io.ts';

const parse = (...args: string[]): unknown => parseMaintenance(args, (path) => path.startsWith('/data/'));
const plain = { logo: true, preserve: false };

it('reads options in any case and form', () => {
  expect(parse('/d', 'priv1.edb')).toEqual({ ...plain, mode: 'defrag', file: 'priv1.edb' });
  expect(parse('-D', '/data/priv1.edb', '/T/data/t.edb', '-b:', 'b.edb', '/P', '/o', '/8', '/i')).toEqual({
    ...{ mode: 'defrag', file: '/data/priv1.edb', temp: '/data/t.edb', backup: 'b.edb' },
    ...{ preserve: true, logo: false },
  });
  expect(parse('/d', '/t', 'temp.edb', 'a.edb')).toEqual({ ...plain, mode: 'defrag', file: 'a.edb', temp: 'temp.edb' });
  expect(parse('/y', 'a.edb', '/dD:\\b.edb')).toEqual({ ...plain, mode: 'copy', file: 'a.edb', target: 'D:\\b.edb' });
  expect(parse('/Y', 'a.edb', '/d', '/data/b.edb', '/o')).toEqual({
    ...{ mode: 'copy', file: 'a.edb', target: '/data/b.edb' },
    ...{ logo: false, preserve: false },
  });
});

it('reads the options of a repair', () => {
  expect(parse('/p', 'a.edb')).toEqual({ ...plain, mode: 'repair', file: 'a.edb' });
  expect(parse('-P', '/data/a.edb', '/G', '/tD:\\t.edb', '/f', 'list', '/n', '/u9060', '/efv9060', '/2', '/O')).toEqual(
    {
      ...{ mode: 'repair', file: '/data/a.edb', temp: 'D:\\t.edb', reportPrefix: 'list' },
      ...{ checkFirst: true, logo: false, preserve: false },
    },
  );
  for (const wrong of ['/b', '/u', '/i', '/d', '/f'])
    expect(() => parse('/p', 'a.edb', wrong), wrong).toThrow(/unknown option|needs the name/);
});

it('says what is wrong', async () => {
  const io = new CollectedIo();
  for (const args of [
    ['/d'],
    ['/d', 'a', 'b'],
    ['/d', 'a', '/t'],
    ['/d', 'a', '/x'],
    ['/y', 'a', '/t', 'b'],
    ['/d', 'a', '/vss'],
  ])
    expect(await runMaintenance(args, io, 'usage\n')).toBe(2);
  expect(io.stderr).toContain('no file given');
  expect(io.stderr).toContain('one file at a time');
  expect(io.stderr).toContain('needs the name of a file');
  expect(io.stderr).toContain('unknown option /x');
  expect(io.stderr.match(/usage/g)?.length).toBe(6);
});

it('is reached through eseutil', async () => {
  const io = new CollectedIo();
  expect(await runEseutil(['/d', '/no/such/file.edb', '/o'], io)).toBe(1);
  expect(io.stdout).toContain('Initiating DEFRAGMENTATION mode...');
  expect(await runEseutil(['/y', 'no-such-file.edb', '/dx'], io)).toBe(1);
  expect(io.stdout).toContain('Initiating COPY FILE mode...');
  expect(parseEseutilArguments(['/mh', 'a.edb'])).toMatchObject({ mode: 'header', file: 'a.edb' });
});
