// The page operations against the engine's own: logs are redone page by page, from the crashed database or from nothing
// at all, and each page must equal the one the engine recovered (or wrote while it ran), byte by byte, lines where the
// engine put them.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { PageReplayer, comparable, logical } from './page-replayer.ts';

const PAGE_SIZE_OFFSET = 236;
const NOTHING = new Uint8Array(0);

/** How the redone pages compare: `later`: changed by the engine afterwards (undo), so not comparable. */
interface Comparison {
  equal: number;
  sameLines: number;
  different: number[];
  later: number;
}

function logsOf(folder: string, base: string): string[] {
  const pattern = new RegExp(`^${base}[0-9A-F]*\\.log$`);
  const archived = readdirSync(folder).filter((name) => pattern.test(name) && name !== `${base}.log`);
  return [...archived.sort(), `${base}.log`].map((name) => `${folder}/${name}`);
}

function compare(replayer: PageReplayer, after: Uint8Array): Comparison {
  const { format } = replayer;
  const result: Comparison = { equal: 0, sameLines: 0, different: [], later: 0 };
  for (const pgno of replayer.changed) {
    const mine = replayer.page(pgno);
    mine.verify();
    const theirs = new Uint8Array(after.subarray((pgno + 1) * format.pageSize, (pgno + 2) * format.pageSize));
    const dbtime = Number(new DataView(theirs.buffer).getBigInt64(8, true));
    const same = (view: typeof comparable): boolean =>
      Buffer.compare(view(mine.bytes, format), view(theirs, format)) === 0;
    if (dbtime > mine.dbtime) result.later++;
    else if (same(comparable)) result.equal++;
    else if (same(logical)) result.sameLines++;
    else result.different.push(pgno);
  }
  return result;
}

function redo(before: Uint8Array, logs: readonly string[], afterPath: string): [PageReplayer, Comparison] {
  const after = readFileSync(afterPath);
  const format = pageFormat(after.readUInt32LE(PAGE_SIZE_OFFSET))!;
  const replayer = new PageReplayer(before, format);
  for (const log of logs) replayer.replay(readFileSync(log));
  expect(replayer.mismatches).toEqual([]);
  return [replayer, compare(replayer, after)];
}

const crashes = hasCorpus ? readdirSync(corpus('engine-made/crash')) : [];

describeCorpus('pages redone from logs', () => {
  it.each(crashes)('%s: as the engine recovered them', (name) => {
    const folder = corpus(`engine-made/crash/${name}`);
    const before = readFileSync(`${folder}/before/test.edb`);
    const [replayer, result] = redo(before, logsOf(`${folder}/before`, 'edb'), `${folder}/after/test.edb`);
    expect(result).toMatchObject({ sameLines: 0, different: [] });
    expect(result.equal + result.later).toBe(replayer.changed.size);
    expect(result.equal).toBeGreaterThan(0);
  });

  it('restores pages from the images of splits and merges', () => {
    const folder = corpus('engine-made/crash/p4-k21');
    const before = readFileSync(`${folder}/before/test.edb`);
    const [replayer, result] = redo(before, logsOf(`${folder}/before`, 'edb'), `${folder}/after/test.edb`);
    expect(replayer.restored).toHaveLength(12);
    expect(result).toEqual({ equal: 255, sameLines: 0, different: [], later: 0 });
  });

  it.each([
    ['p4-k25', 371],
    ['p4-efv9600-k09', 328],
  ])('%s: the whole database from nothing', (name, pages) => {
    const folder = corpus(`engine-made/crash/${name}`);
    const [, result] = redo(NOTHING, logsOf(`${folder}/before`, 'edb'), `${folder}/after/test.edb`);
    expect(result).toEqual({ equal: pages, sameLines: 0, different: [], later: 0 });
  });

  it.each([
    ['p8-k12-cache48', 114, 21],
    ['p16-k10-cache48', 52, 8],
    ['p32-k07-cache32', 35, 3],
  ])('%s: the same lines where the engine compacted pages to save memory', (name, equal, sameLines) => {
    const folder = corpus(`engine-made/crash/${name}`);
    const [, result] = redo(NOTHING, logsOf(`${folder}/before`, 'edb'), `${folder}/after/test.edb`);
    expect(result).toMatchObject({ equal, sameLines, different: [] });
  });

  it.each([
    ['p4-default', 1107],
    ['p4-efv9600', 765],
  ])('build %s: a database that was never recovered, from nothing', (name, pages) => {
    const folder = corpus(`engine-made/build/${name}`);
    const [, result] = redo(NOTHING, logsOf(`${folder}/logs`, 'edb'), `${folder}/test.edb`);
    expect(result).toEqual({ equal: pages, sameLines: 0, different: [], later: 0 });
  });

  it('a database that Windows Server 2022 wrote, from nothing', () => {
    const folder = corpus('recovery/srum-server2022/day1');
    const [, result] = redo(NOTHING, logsOf(folder, 'SRU'), `${folder}/SRUDB.dat`);
    expect(result).toEqual({ equal: 30, sameLines: 0, different: [], later: 0 });
  });
});
