import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runExport, type ExportOptions } from '../../src/cli/commands/export.ts';
import { exitStatusOf } from '../../src/cli/exit-status.ts';
import { JetError } from '../../src/errors/jet-error.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { EditedDatabase } from '../export/page-edit.ts';
import { CollectedIo } from './collected-io.ts';

let folder: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'esekit-cli-'));
  out = join(folder, 'out');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(args: readonly string[], options: ExportOptions = {}): Promise<{ status: number; io: CollectedIo }> {
  const io = new CollectedIo();
  return { status: await runExport(args, options, io), io };
}

/** What the command line makes of an error: its status and its symbol. */
async function failure(
  args: readonly string[],
  options: ExportOptions,
): Promise<{ status: number; symbol: string; message: string }> {
  const error = await run(args, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(JetError);
  const jet = error as JetError;
  return { status: exitStatusOf(jet), symbol: jet.symbol, message: jet.message };
}

describe('usage', () => {
  it('says what is missing or unknown, with status 2, and writes nothing', async () => {
    const cases: [readonly string[], ExportOptions, RegExp][] = [
      [[], { out }, /which database/],
      [['a.edb', 'b.edb'], { out }, /One database at a time: what is b\.edb\?/],
      [['a.edb'], {}, /--out DIR/],
      [['a.edb'], { out, format: 'xml' }, /no format xml: choose one of csv, jsonl, parquet/],
      [['a.edb'], { out, binary: 'octal' }, /hex or base64, not as octal/],
    ];
    for (const [args, options, message] of cases) {
      const { status, io } = await run(args, options);
      expect(status).toBe(2);
      expect(io.stderr).toMatch(message);
      expect(io.stdout).toBe('');
    }
    expect(existsSync(out)).toBe(false);
  });

  it('takes no steering characters from the command line to the terminal', async () => {
    const { io } = await run(['a.edb'], { out, format: 'x\u001b[2J' });
    expect(io.stderr).toContain('x\\x1b[2J');
  });
});

describe('files that are no database', () => {
  it('fails with status 1 when there is no such file, 4 when it is something else', async () => {
    expect(await failure([join(folder, 'none.edb')], { out })).toMatchObject({
      status: 1,
      symbol: 'JET_errFileNotFound',
    });
    const text = join(folder, 'text.edb');
    writeFileSync(text, 'no database at all'.repeat(1000));
    expect(await failure([text], { out })).toMatchObject({ status: 4, symbol: 'JET_errFileInvalidType' });
    expect(existsSync(out)).toBe(false);
  });
});

describeCorpus('export', () => {
  const basic = (): string => corpus('ese/dissect/basic.edb');

  it('writes one file a table, all tables, and says so', async () => {
    const { status, io } = await run([basic()], { out });
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(
      ['MSysLocales', 'MSysObjects', 'MSysObjectsShadow', 'MSysObjids', 'basic'].map((name) => `${name}.jsonl`),
    );
    expect(io.stdout).toBe(`${basic()}: 190 rows of 5 tables written to ${out}\n`);
    expect(io.stderr).toBe('');
    expect(readFileSync(join(out, 'basic.jsonl'), 'utf8')).toBe(
      '{"Id":1,"Bit":false,"UnsignedByte":213,"Short":-1337,"Long":-13371337,"Currency":1337133713371337,"IEEESingle":1,"IEEEDouble":13371337.13371337,"DateTime":"1999-03-01T00:00:00.000","UnsignedLong":13371337,"LongLong":-13371337,"GUID":"3f360af1-6766-46dc-9af2-0dacf295c2a1","UnsignedShort":1337}\n' +
        '{"Id":2,"Bit":true,"UnsignedByte":255,"Short":1339,"Long":13391339,"Currency":-1339133913391339,"IEEESingle":-2,"IEEEDouble":-13391339.13391339,"DateTime":"1337-06-09T00:00:00.000"}\n',
    );
  });

  it('leaves out system tables, or all but those named (in any case, each once)', async () => {
    await run([basic()], { out, system: false });
    expect(readdirSync(out)).toEqual(['basic.jsonl']);
    const other = join(folder, 'other');
    await run([basic()], { out: other, table: ['BASIC', 'msysobjids', 'basic'], format: 'csv' });
    expect(readdirSync(other).sort()).toEqual(['MSysObjids.csv', 'basic.csv']);
  });

  it('says which tables there are when one does not exist, and which may have been meant', async () => {
    const { status, io } = await run([basic()], { out, table: ['basik'] });
    expect(status).toBe(2);
    expect(io.stderr).toMatch(
      /There is no table basik in .*basic\.edb\. Did you mean basic\? Its tables are: MSysLocales, MSysObjects/,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('prints one JSON document on request', async () => {
    const { status, io } = await run([basic()], { out, json: true, table: ['basic'] });
    expect(status).toBe(0);
    expect(JSON.parse(io.stdout)).toEqual({
      path: basic(),
      out,
      format: 'jsonl',
      tables: [
        {
          name: 'basic',
          file: join(out, 'basic.jsonl'),
          rows: 2,
          columns: 13,
          bytes: readFileSync(join(out, 'basic.jsonl')).length,
        },
      ],
      findings: [],
      findingsTotal: 0,
    });
  });

  it('writes binary as base64 on request', async () => {
    await run([corpus('ese/dissect/binary.edb')], { out, table: ['binary'] });
    const hex = JSON.parse(readFileSync(join(out, 'binary.jsonl'), 'utf8').split('\n', 1)[0]!) as Record<
      string,
      string
    >;
    await run([corpus('ese/dissect/binary.edb')], { out, table: ['binary'], binary: 'base64', force: true });
    const base64 = JSON.parse(readFileSync(join(out, 'binary.jsonl'), 'utf8').split('\n', 1)[0]!) as Record<
      string,
      string
    >;
    expect(Object.keys(base64)).toEqual(Object.keys(hex));
    for (const [name, value] of Object.entries(hex).filter(([, one]) => typeof one === 'string'))
      expect(base64[name]).toBe(Buffer.from(value, 'hex').toString('base64'));
  });

  it('replaces no file unless told to', async () => {
    await run([basic()], { out, table: ['basic'] });
    writeFileSync(join(out, 'basic.jsonl'), 'precious');
    expect(await failure([basic()], { out })).toMatchObject({
      status: 4,
      symbol: 'JET_errFileAlreadyExists',
      message: expect.stringMatching(/basic\.jsonl exists already/) as string,
    });
    expect(readdirSync(out)).toEqual(['basic.jsonl']);
    expect(readFileSync(join(out, 'basic.jsonl'), 'utf8')).toBe('precious');
    expect((await run([basic()], { out, force: true, table: ['basic'] })).status).toBe(0);
    expect(readFileSync(join(out, 'basic.jsonl'), 'utf8')).toContain('"Id":1');
  });

  it('fails with status 1 where it cannot write', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await failure([basic()], { out: file })).toMatchObject({ status: 1 });
    expect(await failure([basic()], { out: join(file, 'below') })).toMatchObject({ status: 1 });
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    expect(await failure([basic()], { out })).toMatchObject({ status: 1, symbol: 'JET_errPermissionDenied' });
    chmodSync(folder, 0o700);
  });

  it('ends with status 3 and a summary when something could not be given', async () => {
    const edited = new EditedDatabase(readFileSync(corpus('engine-made/build/p8-default/test.edb')));
    const pgno = edited.leaves('alltypes')[3]!;
    edited.flip(pgno, 2000);
    const damaged = join(folder, 'damaged.edb');
    writeFileSync(damaged, edited.bytes);
    const { status, io } = await run([damaged], { out });
    expect(status).toBe(3);
    expect(io.stderr).toContain(
      `Not everything could be given:\n  page.checksum (1)\n    page ${pgno} fails its checksum\n`,
    );
    const json = await run([damaged], { out, force: true, json: true });
    expect(json.status).toBe(3);
    expect(JSON.parse(json.io.stdout)).toMatchObject({
      findingsTotal: 1,
      findings: [{ rule: 'page.checksum', at: { pgno, table: 'alltypes' } }],
    });
    const all = await run([damaged], { out, force: true, json: true, includeBadPages: true });
    expect(all.status).toBe(3);
    const rowsOf = (text: string): number =>
      (JSON.parse(text) as { tables: { name: string; rows: number }[] }).tables.find((t) => t.name === 'alltypes')!
        .rows;
    expect(rowsOf(all.io.stdout)).toBeGreaterThan(rowsOf(json.io.stdout));
  });

  it('tells of a dirty database, which is no loss', async () => {
    const { status, io } = await run([corpus('ese/artemis/qmgr-win10.db')], { out });
    expect(status).toBe(0);
    expect(io.stderr).toMatch(/^Worth knowing:\n {2}header\.dirty \(1\)\n/);
  });

  it('counts deleted rows when they are asked for', async () => {
    const { io } = await run([corpus('engine-made/build/p4-default/test.edb')], { out, deleted: true });
    expect(io.stdout).toMatch(/: 1,150 rows and \d+ deleted rows of 9 tables written/);
  });

  it('refuses a temporary database, which has no catalog', async () => {
    expect(await failure([corpus('ese/ntds-temp/temp.edb')], { out })).toMatchObject({
      status: 4,
      symbol: 'JET_errFileInvalidType',
    });
  });

  for (const [how, interrupt] of [
    [
      'its signal',
      (controller: AbortController): void => {
        controller.abort();
      },
    ],
    ['Ctrl-C', (): void => void process.emit('SIGINT')],
  ] as const) {
    it(`interrupted by ${how} leaves nothing behind`, async () => {
      const controller = new AbortController();
      const listeners = process.listenerCount('SIGINT');
      const running = run([corpus('ese/dissect/large.edb')], { out, signal: controller.signal });
      setTimeout(() => {
        interrupt(controller);
      }, 20);
      const { status, io } = await running;
      expect(status).toBe(130);
      expect(io.stderr).toBe('Interrupted: nothing was written.\n');
      expect(existsSync(out)).toBe(false);
      expect(process.listenerCount('SIGINT')).toBe(listeners);
    });
  }
});
