// `esekit dump log` and `dump checkpoint`: what they print and how they end.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDump, type DumpOptions } from '../../../src/cli/commands/dump.ts';
import { parseEseutilArguments, runEseutil } from '../../../src/cli/eseutil-argv.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { tinyLog } from '../../eseutil/tiny-log.ts';
import { CollectedIo } from '../collected-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'esekit-dump-log-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string): string => join(folder, name);

async function dump(args: readonly string[], options: DumpOptions = {}): Promise<CollectedIo & { status: number }> {
  const io = new CollectedIo();
  return Object.assign(io, { status: await runDump(args, options, io) });
}

const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('dump log', () => {
  writeFileSync(inFolder('E0000001.log'), tinyLog({ generation: 1 }));
  writeFileSync(inFolder('E00.log'), tinyLog({ generation: 2 }));
  const bad = inFolder('bad');
  mkdirSync(bad);
  writeFileSync(join(bad, 'E0000001.log'), new Uint8Array(8192));
  writeFileSync(join(bad, 'E00.log'), tinyLog({ generation: 2, major: 9 }));
  const empty = inFolder('empty');
  mkdirSync(empty);

  it('takes files, base names and folders', async () => {
    const one = await dump(['log', inFolder('E00.log')]);
    expect(one.status).toBe(0);
    expect(one.stdout).toMatch(/^ {6}Base name: E00\n {6}Log file: .*E00\.log\n {6}lGeneration: 2 \(0x2\)\n/);
    expect(one.stdout).toMatch(/\nTotal +0( +0){7}\n=+\n\nIntegrity check passed for log file: .*E00\.log\n\n$/);
    for (const path of [inFolder('E00'), folder]) {
      const { status, stdout } = await dump(['log', path]);
      expect(status).toBe(0);
      expect(stdout.match(/ - OK\n/g)).toHaveLength(2);
    }
  });

  it('gives JSON, a line a log', async () => {
    const { status, stdout } = await dump(['log', folder], { json: true });
    expect(status).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { kind: 'log', generation: 1, version: '8.4000.5.16', end: { kind: 'end' }, created: '2026-02-03T01:00:07.005Z' },
      { kind: 'log', generation: 2, segments: 4, pageSize: 4096, attached: [], previousChecksum: '0x0000000000000000' },
    ]);
  });

  it('ends with the status of damage, or of an unknown format', async () => {
    expect((await dump(['log', bad])).status).toBe(3);
    expect((await dump(['log', join(bad, 'E0000001.log')])).status).toBe(3);
    const unknown = await dump(['log', join(bad, 'E00.log')]);
    expect(unknown.status).toBe(4);
    expect(unknown.stderr).toMatch(/^esekit: .*E00\.log: .* \(JET_errBadLogVersion -514\)\n$/);
    const json = await dump(['log', bad], { json: true });
    expect(json.status).toBe(3);
    expect(jsonLines(json.stdout)).toMatchObject([{ error: { code: -501 } }, { error: { code: -514 } }]);
  });

  it('fails where there is no log', async () => {
    for (const path of [inFolder('none.log'), inFolder('E99'), empty]) {
      for (const json of [false, true]) {
        const result = await dump(['log', path], { json }).catch((error: unknown) => error);
        if (result instanceof CollectedIo) expect(result).toMatchObject({ status: 1 });
        else expect(isJetError(result, 'JET_errFileNotFound')).toBe(true);
      }
    }
  });
});

describe('dump checkpoint', () => {
  it('says that a file is damaged', async () => {
    writeFileSync(inFolder('E00.chk'), new Uint8Array(8192).fill(7));
    const { status, stderr } = await dump(['checkpoint', inFolder('E00.chk')]);
    expect(status).toBe(3);
    expect(stderr).toContain('JET_errCheckpointCorrupt -533');
    expect((await dump(['checkpoint', inFolder('E00.chk')], { json: true })).status).toBe(3);
    expect((await dump(['checkpoint', inFolder('E00.chk'), 'more'])).status).toBe(2);
    rmSync(inFolder('E00.chk'));
  });
});

describe('arguments of /ml', () => {
  const parse = (...args: string[]): unknown => parseEseutilArguments(args, () => false);

  it('are read', () => {
    expect(parse('/ml', 'E00')).toMatchObject({ mode: 'log', file: 'E00', verbose: false });
    expect(parse('-M', 'E00', '-L', '-V')).toMatchObject({ mode: 'log', verbose: true, obscured: false });
    expect(parse('/ml', 'E00', '/v1', '/s', '/x')).toMatchObject({ verbose: true, obscured: true, summary: true });
    expect(parse('/ml', 'E00', '/r1a-2F')).toMatchObject({ range: { first: 0x1a, last: 0x2f } });
    expect(parse('/ml', 'E00', '/r5')).toMatchObject({ range: { first: 5 } });
    expect(parse('/mk', 'E00.chk')).toMatchObject({ mode: 'checkpoint', file: 'E00.chk' });
  });

  it('are refused', () => {
    for (const option of ['/r', '/rx', '/r5-2', '/v3', '/t', '/c', '/q'])
      expect(parse('/ml', 'E00', option)).toMatchObject({ refused: 'usage' });
  });

  it('obscure keys and data on request', async () => {
    const io = new CollectedIo();
    expect(await runEseutil(['/ml', inFolder('E00.log'), '/v1', '/o'], io)).toBe(0);
    expect(io.stdout).toContain('>00000002,0001,0000 NOP      \n');
    expect(await runEseutil(['/ml', inFolder('none.log')], new CollectedIo())).toBe(1);
  });
});

describeCorpus('dump log of real logs', () => {
  const crash = corpus('engine-made/crash/p4-k12-cache64');

  it('gives every record as a line of JSON', async () => {
    const file = `${crash}/before/edb00001.log`;
    const { status, stdout } = await dump(['log', file], { json: true, records: true });
    expect(status).toBe(0);
    const [header, ...rest] = jsonLines(stdout);
    const end = rest.pop();
    expect(header).toMatchObject({ kind: 'log', generation: 1 });
    expect(end).toMatchObject({ end: { kind: 'end' }, checksum: expect.stringMatching(/^0x[0-9a-f]{16}$/) as string });
    const report = readFileSync(`${crash}/ml-verbose/edb00001.log.txt`, 'utf8');
    expect(rest).toHaveLength(Number(/clrTotal += {2}(\d+)/.exec(report)![1]));
    const lengths = rest.map((line) => (line as { length: number }).length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(Number(/cbTotal += {2}(\d+)/.exec(report)![1]));
    const created = rest.find((line) => (line as { record: string }).record === 'CreateDB');
    expect(created).toMatchObject({
      type: 14,
      fields: { dbid: 1, path: expect.stringMatching(/test\.edb$/) as string },
    });
  });

  it('agrees with itself in both forms', async () => {
    const { stdout } = await dump(['log', `${crash}/before`], { json: true });
    const logs = jsonLines(stdout) as { records: number; end: { kind: string }; generation: number }[];
    expect(logs.map(({ generation }) => generation)).toEqual(Array.from({ length: logs.length }, (_, i) => i + 1));
    expect(logs.every(({ records, end }) => records > 0 && end.kind === 'end')).toBe(true);
  });

  it('survives any flipped byte and any cut', { timeout: 300_000 }, async () => {
    const bytes = readFileSync(`${crash}/before/edb00002.log`);
    const file = inFolder('flip.log');
    for (let i = 0; i < 150; i++) {
      const copy = Uint8Array.from(bytes);
      const at = (i * 7919 * 131) % copy.length;
      copy[at]! ^= 1 << (i % 8);
      copy[(at + 1) % copy.length]! ^= 0x55;
      writeFileSync(file, i % 3 === 0 ? copy.subarray(0, at) : copy);
      const { status, stdout, stderr } = await dump(['log', file], { records: true });
      expect([0, 3, 4]).toContain(status);
      expect(stdout).not.toMatch(/undefined|NaN/);
      expect(stderr === '').toBe(status === 0);
    }
  });

  it('shows a checkpoint as JSON', async () => {
    const { status, stdout } = await dump(['checkpoint', `${crash}/before/edb.chk`], { json: true });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ kind: 'checkpoint', used: 'primary', primary: { state: 'good' }, shadow: { state: 'good' } },
      attached: [{ dbid: 1, path: expect.stringMatching(/test\.edb$/) as string }],
    });
  });

  it('finds its way around names in capitals', async () => {
    const loud = inFolder('loud');
    mkdirSync(loud);
    for (const name of readdirSync(`${crash}/before`).filter((each) => each.endsWith('.log'))) {
      copyFileSync(`${crash}/before/${name}`, join(loud, name.toUpperCase()));
    }
    const { status, stdout } = await dump(['log', join(loud, 'edb')]);
    expect(status).toBe(0);
    expect(stdout).toContain('EDB00018.LOG - OK');
  });
});
