import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { evtRecord, plainLog } from '../../eventlog/evt-fixture.ts';
import { tempFolder } from '../../temp-folder.ts';
import { CollectedIo } from '../collected-io.ts';

const log = plainLog([
  evtRecord({ number: 1, source: 'ESE', id: 326, type: 4, time: 1_052_900_000, strings: ['Information Store', '1', 'SG1: ', '1', 'D:\\priv1.edb', '0'] }),
  evtRecord({ number: 2, source: 'ESE', id: 474, type: 1, time: 1_052_990_000, strings: ['Information Store', '1', 'SG1: ', 'D:\\priv1.edb', '8192', '4096', '-1018'] }),
  evtRecord({ number: 3, source: 'MSExchangeIS', id: 1111, type: 1, time: 1_053_000_000, strings: ['\u001b[2Jx\r\ny'] }),
]); // prettier-ignore

async function run(...args: string[]): Promise<{ status: number; io: CollectedIo; path: string }> {
  const path = join(tempFolder(), 'Application.evt');
  writeFileSync(path, log);
  const io = new CollectedIo();
  return { status: await main(['events', path, ...args], io), io, path };
}

it('prints events for people', async () => {
  const { status, io } = await run();
  expect(status).toBe(0);
  expect(io.stdout).toBe(`2003-05-14 08:13:20Z  information  ESE 326  (ese.database-attached)  SERVER  #1
  The database D:\\priv1.edb was attached (mounted); that took 0 s.
2003-05-15 09:13:20Z  error  ESE 474  (ese.page-checksum)  SERVER  #2
  A page of D:\\priv1.edb at offset 8192 failed its checksum (? against ?): error -1018.
2003-05-15 12:00:00Z  error  MSExchangeIS 1111  (store.log-write-failed)  SERVER  #3
  A log of the store cannot be written: the service stops. [\\x1b[2Jx
  y]
`);
  expect(io.stderr).toBe('3 events\n');
});

it('prints JSON lines in the shape that others rely on', async () => {
  const { status, io, path } = await run('--json', '--id', '474');
  expect(status).toBe(0);
  expect(io.stdout.endsWith('\n')).toBe(true);
  expect(JSON.parse(io.stdout)).toEqual({
    record: 2,
    time: '2003-05-15T09:13:20Z',
    source: 'ESE',
    id: 474,
    level: 'error',
    category: '',
    computer: 'SERVER',
    strings: ['Information Store', '1', 'SG1: ', 'D:\\priv1.edb', '8192', '4096', '-1018'],
    message: 'A page of D:\\priv1.edb at offset 8192 failed its checksum (? against ?): error -1018.',
    messageFrom: 'catalogue',
    parameters: { process: 'Information Store', pid: '1', instance: 'SG1', file: 'D:\\priv1.edb', offset: '8192', size: '4096', error: '-1018' },
    name: 'ese.page-checksum',
    qualifiers: 0,
    file: path,
  }); // prettier-ignore
});

it.each([
  [['--source', 'msexchangeis'], [3]],
  [
    ['--source', 'ESE,MSExchangeIS', '--level', 'error'],
    [2, 3],
  ],
  [
    ['--id', '300-400', '--id', '1111'],
    [1, 3],
  ],
  [['--since', '2003-05-15', '--until', '2003-05-15T09:13'], [2]],
  [['--level', 'info'], [1]],
])('filters: %j', async (args, records) => {
  const { io } = await run('--json', ...args);
  const lines = io.stdout.split('\n').filter((line) => line !== '');
  expect(lines.map((line) => (JSON.parse(line) as { record: number }).record)).toEqual(records);
});

it.each([[['--id', 'x']], [['--id', '5-4']], [['--level', 'bad']], [['--since', 'yesterday']]])(
  'says what is wrong with %j',
  async (args) => {
    const { status, io } = await run(...args);
    expect(status).toBe(2);
    expect(io.stderr).toMatch(/^events: --/);
  },
);

it('tells damage, and files that are no log, by its exit status', async () => {
  const folder = tempFolder();
  const broken = join(folder, 'broken.evt');
  const bytes = log.slice();
  bytes.fill(0, 0, 48);
  writeFileSync(broken, bytes);
  const io = new CollectedIo();
  expect(await main(['events', broken], io)).toBe(3);
  expect(io.stderr).toMatch(/\[evt\.header\]/);
  const other = join(folder, 'other.bin');
  writeFileSync(
    other,
    Uint8Array.from({ length: 4000 }, (_, i) => (i * 31) & 0xff),
  );
  expect(await main(['events', other], new CollectedIo())).toBe(4);
  expect(await main(['events', join(folder, 'none')], new CollectedIo())).toBe(1);
});
