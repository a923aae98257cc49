// The dump verb on databases built by hand, and on real ones where the corpus is at hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDump, type DumpOptions } from '../../../src/cli/commands/dump.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { extentLine, rootPages, tinyDatabase, TWO_LEVELS } from '../../eseutil/tiny-database.ts';
import { CollectedIo } from '../collected-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'esekit-dump-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function dump(args: readonly string[], options: DumpOptions = {}): Promise<CollectedIo & { status: number }> {
  const io = new CollectedIo();
  return Object.assign(io, { status: await runDump(args, options, io) });
}

async function dumpJson(...args: string[]): Promise<unknown> {
  return JSON.parse((await dump(args, { json: true })).stdout) as unknown;
}

describe('dump', () => {
  const file = join(folder, 'tiny.edb');
  writeFileSync(file, tinyDatabase({ ...rootPages(20, [extentLine(20, 5)]), ...TWO_LEVELS }, 20));

  it('says how it is used', async () => {
    for (const args of [
      [],
      ['what', file],
      ['page', file],
      ['page', file, 'x'],
      ['page', file, '0'],
      ['tree', file],
      ['header'],
      ['header', file, 'x'],
    ]) {
      const { status, stdout, stderr } = await dump(args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^esekit dump: .+\nUsage: /);
    }
  });

  it('dumps the header', async () => {
    const { status, stdout } = await dump(['header', file]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Header of .*tiny\.edb\n {2}primary copy {3}sound; checksum 0x[0-9a-f]{8}\n/);
    expect(stdout).toMatch(/\n {2}cbPageSize +4096 \(0x00001000\)\n/);
    expect(await dumpJson('header', file)).toMatchObject({
      ...{ kind: 'header', pageSize: 4096, pages: 20, state: 'Clean Shutdown', used: 'primary' },
      primary: { state: 'good' },
      fields: { ulVersion: 0x620, dbstate: 3, logtimeAttach: null, lgposAttach: { lGeneration: 0, isec: 0, ib: 0 } },
    });
  });

  it('says that the header is damaged', async () => {
    const bytes = tinyDatabase(rootPages(20, []), 20);
    bytes[500]! ^= 1;
    const damaged = join(folder, 'damaged.edb');
    writeFileSync(damaged, bytes);
    const { status, stdout } = await dump(['header', damaged]);
    expect(status).toBe(3);
    expect(stdout).toContain('primary copy   DAMAGED; checksum');
    expect(stdout).toContain('shown is       the shadow copy, since the primary is damaged');
  });

  it('dumps pages, several at once', async () => {
    const { status, stdout, stderr } = await dump(['page', file, '4', '0x5']);
    expect(status).toBe(3);
    expect(stderr).toContain('is no catalog row');
    expect(stdout).toContain('    0     1  0x0038      11    ---       0       5      4  page 5\n');
    expect(stdout).toContain('\n\nPage 5, at byte 0x6000 of the file\n');
    expect(await dumpJson('page', file, '5')).toMatchObject({
      pgno: 5,
      lines: [{ key: '7f80000001', data: '0102' }, {}],
    });
    expect(await dumpJson('page', file, '5', '6')).toMatchObject([{ pgno: 5 }, { pgno: 6 }]);
    await expect(dump(['page', file, '99'])).rejects.toThrow('page 99 lies outside the file: its pages are 1 to 20');
  });

  it('dumps the space of what it can read, and reports the rest', async () => {
    const { status, stdout, stderr } = await dump(['space', file]);
    expect(status).toBe(3);
    expect(stdout).toContain(
      'Database (object 1, root page 1)\n    20 pages owned, 5 available, space trees at pages 2 and 3\n    owned     1-20\n    available 16-20\n',
    );
    expect(stderr).toMatch(/^esekit: page \d+/);
  });

  it('names what may have been meant', async () => {
    await expect(dump(['tree', file, 'MSysObject'])).rejects.toThrow(
      /there is no table or index MSysObject: perhaps MSysObjects/,
    );
  });

  it('throws what the caller turns into a sentence', async () => {
    await expect(dump(['page', join(folder, 'none.edb'), '1'])).rejects.toMatchObject({
      symbol: 'JET_errFileNotFound',
    });
    const other = join(folder, 'other.txt');
    writeFileSync(other, 'x'.repeat(100_000));
    for (const kind of ['header', 'space']) {
      await expect(dump([kind, other])).rejects.toMatchObject({ symbol: 'JET_errFileInvalidType' });
    }
  });
});

describeCorpus('dump of real databases', () => {
  const build = corpus('engine-made/build/p4-default/test.edb');

  it('shows records by column', async () => {
    const page = (await dumpJson('page', build, '78')) as {
      lines: { columns: Record<string, unknown> }[];
      owner: string;
    };
    expect(page.owner).toBe('table alltypes');
    expect(page.lines[0]?.columns).toMatchObject({
      ...{ id: 1, cBit: null, cUByte: 0, cLong: 527699183, cDate: '2016-12-07T07:13:20.000', cDefLong: 42 },
      tMVText: ['中文 naïve', 'charlie DELTA', '😀smile'],
      lBinC: '(long value 00000002)',
    });
    expect((await dump(['page', build, '78'])).stdout).toMatch(/\n {10}cGuid +df5da64f-21ec-a9ce-d8a8-ef673406047f\n/);
  });

  it('shows a tree by the name of its table, its index or its long values', async () => {
    const tree = (await dumpJson('tree', build, 'alltypes/ixTuple')) as {
      tree: string;
      pgnoFDP: number;
      pages: unknown[];
    };
    expect(tree).toMatchObject({ tree: 'alltypes/ixTuple', objid: 20, pgnoFDP: 59 });
    expect(tree.pages).toHaveLength(27);
    expect(await dumpJson('tree', build, 'IXTUPLE')).toEqual(tree);
    expect(await dumpJson('tree', build, 'alltypes', 'lv')).toMatchObject({ tree: 'alltypes/lv', objid: 39 });
    expect(await dumpJson('tree', build, 'alltypes/pk')).toMatchObject({ tree: 'alltypes', objid: 8 });
    await expect(dump(['tree', build, 'tix'])).rejects.toThrow(/several trees go by the name tix: derived1\/tix/);
  });

  it('shows the space of one table', async () => {
    const trees = (await dumpJson('space', build, 'seqtab')) as Record<string, unknown>[];
    expect(trees).toMatchObject([
      { kind: 'table', table: 'seqtab', pgnoFDP: 36, ownedPages: 225 },
      { kind: 'long-values', table: 'seqtab', pgnoFDP: 786 },
    ]);
  });

  it('reads dirty databases', async () => {
    const dirty = corpus('ese/windows-search/Dirty/Windows.edb');
    expect((await dump(['space', dirty])).status).toBe(0);
    expect((await dump(['tree', dirty, 'MSysObjects'])).status).toBe(0);
  });

  it('names other files for what they are', async () => {
    const log = corpus('engine-made/build/p4-default/logs/edb00001.log');
    for (const kind of ['header', 'space'])
      await expect(dump([kind, log])).rejects.toThrow(/this is a log, not a database/);
    await expect(dump(['page', corpus('engine-made/build/p4-default/edb.chk'), '1'])).rejects.toThrow(/a checkpoint/);
  });

  it('says that a page is damaged', async () => {
    const { status, stdout } = await dump(['page', corpus('engine-made/repair/p4-default-leafflip/before.edb'), '807']);
    expect(status).toBe(3);
    expect(stdout).toContain('checksum           WRONG: the page is damaged');
  });
});
