import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJetError } from '../../src/errors/jet-error.ts';
import { SharedCell, WorkerState, type ScanTask } from '../../src/eseutil/checksum-scan-share.ts';
import { scanChecksums, type ChecksumScanResult } from '../../src/eseutil/checksum-scan.ts';
import type { ChecksumTally } from '../../src/eseutil/checksum-tally.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { makeDatabase, pageAt, sealHeader, sealWithDbtime } from './checksum-files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checksum-scan-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function save(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.edb`);
  writeFileSync(path, bytes);
  return path;
}

/** Page numbers and verdicts of what was found. */
const found = ({ damaged }: ChecksumScanResult): unknown[] => damaged.map(({ pgno, verdict }) => [pgno, verdict]);

describe.each([4096, 8192, 16384, 32768])('a database with pages of %i bytes', (pageSize) => {
  test('that is in order', async () => {
    const result = await scanChecksums(save(makeDatabase(30, pageSize)), { pageSize });
    expect(result).toMatchObject({ pagesSeen: 30, counts: { good: 30 }, damaged: [], partialPageBytes: 0, threads: 1 });
    expect([result.dbtimeHighest, result.pgnoDbtimeHighest]).toEqual([1028n, 28]);
    expect(result.bytes).toBe(30 * pageSize);
    expect(result.hasPatchPage).toBe(false);
  });

  test('that has every kind of damage', async () => {
    const file = makeDatabase(30, pageSize);
    pageAt(file, 1, pageSize)[200]! ^= 1;
    pageAt(file, 5, pageSize)[200]! ^= 1;
    pageAt(file, 6, pageSize).fill(0);
    pageAt(file, 7, pageSize).fill(0xc7, 100, 120);
    pageAt(file, 8, pageSize).set(pageAt(file, 9, pageSize));
    const result = await scanChecksums(save(file), { pageSize });
    expect(found(result)).toEqual([
      [0, 'bad'],
      [4, 'correctable'],
      [6, 'bad'],
      [7, 'wrong-page-number'],
    ]);
    expect(result.counts).toMatchObject({ good: 25, correctable: 1, uninitialized: 1, bad: 2, wrongPageNumber: 1 });
    expect(result.damaged[1]!.checksum!.bits).toEqual([1600]);
    expect(result.damaged[3]!.checksum!.pgnoActual).toBe(8);
  });
});

describe('the ends of a file', () => {
  const pageSize = 4096;

  test('a partial last page is told, not judged', async () => {
    const file = makeDatabase(10, pageSize);
    const result = await scanChecksums(save(file.subarray(0, 9 * pageSize + 100)), { pageSize });
    expect(result).toMatchObject({ pagesSeen: 9, partialPageBytes: 100, counts: { good: 9 } });
  });

  test('an empty file has no pages', async () => {
    const result = await scanChecksums(save(new Uint8Array(0)), { pageSize });
    expect(result).toMatchObject({ pagesSeen: 0, damaged: [], dbtimeHighest: 0n, partialPageBytes: 0 });
  });

  test('a patch page is no damage, unless its own sum is wrong', async () => {
    const file = makeDatabase(11, pageSize);
    const patch = pageAt(file, 10, pageSize);
    patch.fill(0, 0, 100);
    sealHeader(patch);
    const result = await scanChecksums(save(file), { pageSize });
    expect(result).toMatchObject({ pagesSeen: 11, hasPatchPage: true, counts: { good: 11 }, damaged: [] });
    expect(result.pgnoDbtimeHighest).toBe(8);
    patch[2000]! ^= 1;
    const again = await scanChecksums(save(file), { pageSize });
    expect(again).toMatchObject({ hasPatchPage: true, counts: { good: 10, bad: 1 } });
    // Anywhere else such a page is damage.
    const elsewhere = makeDatabase(11, pageSize);
    patch[2000]! ^= 1;
    pageAt(elsewhere, 9, pageSize).set(patch);
    expect(found(await scanChecksums(save(elsewhere), { pageSize }))).toEqual([[8, 'bad']]);
  });

  test('headers are judged by their own sum, and an empty one is uninitialized', async () => {
    const file = makeDatabase(10, pageSize);
    pageAt(file, 0, pageSize)[500]! ^= 1;
    pageAt(file, 1, pageSize).fill(0);
    const result = await scanChecksums(save(file), { pageSize });
    expect(found(result)).toEqual([[-1, 'bad']]);
    expect(result.counts).toMatchObject({ good: 8, uninitialized: 1, bad: 1 });
  });
});

describe('options', () => {
  const pageSize = 8192;

  test('a range of pages', async () => {
    const file = makeDatabase(20, pageSize);
    for (const page of [5, 10, 15]) pageAt(file, page, pageSize).fill(0xc7, 100, 120);
    const path = save(file);
    const middle = await scanChecksums(path, { pageSize, firstPgno: 5, lastPgno: 9 });
    expect(middle).toMatchObject({ pagesSeen: 5, damaged: [{ pgno: 9 }], pgnoDbtimeHighest: 8 });
    expect(found(await scanChecksums(path, { pageSize, firstPgno: 10 }))).toEqual([[14, 'bad']]);
    expect(await scanChecksums(path, { pageSize, lastPgno: 0 })).toMatchObject({ pagesSeen: 2, damaged: [] });
    expect(await scanChecksums(path, { pageSize, firstPgno: 1, lastPgno: 99 })).toMatchObject({ pagesSeen: 18 });
    expect(await scanChecksums(path, { pageSize, firstPgno: 50 })).toMatchObject({ pagesSeen: 0 });
    expect(await scanChecksums(path, { pageSize, firstPgno: 9, lastPgno: 5 })).toMatchObject({ pagesSeen: 0 });
  });

  test('pages without checksum, where none is expected', async () => {
    const file = makeDatabase(20, pageSize);
    for (let page = 2; page < 20; page++) pageAt(file, page, pageSize).fill(0, 0, 8);
    pageAt(file, 9, pageSize).fill(0);
    pageAt(file, 19, pageSize)[1] = 1;
    const path = save(file);
    const temp = await scanChecksums(path, { pageSize, expectNoChecksums: true });
    expect(temp.counts).toMatchObject({ good: 2, uninitialized: 1, withoutChecksum: 17, bad: 0 });
    expect(temp.damaged).toEqual([]);
    expect(temp.dbtimeHighest).toBe(1017n);
    const normal = await scanChecksums(path, { pageSize });
    expect(normal.counts).toMatchObject({ good: 2, uninitialized: 1, withoutChecksum: 0 });
    expect(normal.counts.bad + normal.counts.wrongPageNumber).toBe(17);
    expect(normal.dbtimeHighest).toBe(0n);
  });

  test('progress ends at the whole', async () => {
    const calls: number[][] = [];
    const path = save(makeDatabase(20, pageSize));
    await scanChecksums(path, { pageSize, onProgress: (...args) => calls.push(args) });
    expect(calls.at(-1)).toEqual([20, 20]);
  });

  test('a signal that was given before stops the scan', async () => {
    const path = save(makeDatabase(20, pageSize));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(scanChecksums(path, { pageSize, signal })).rejects.toThrow('enough');
  });

  test('errors: no such file, a folder, no such page size', async () => {
    const missing = scanChecksums(join(folder, 'missing.edb'), { pageSize });
    await expect(missing).rejects.toSatisfy((error) => isJetError(error, 'JET_errFileNotFound'));
    await expect(scanChecksums(folder, { pageSize })).rejects.toSatisfy((error) => isJetError(error));
    await expect(scanChecksums(folder, { pageSize: 1000 })).rejects.toThrow(RangeError);
  });
});

/** The compiled form: only that can start threads. */
const compiled = new URL('../../dist/eseutil/checksum-scan.js', import.meta.url);

describe.skipIf(!existsSync(compiled))('compiled, with threads', () => {
  const pageSize = 8192;
  const PAGES = 20_000;

  /** 160 MB, nearly all of it a hole, with damage at both ends. */
  function sparseFile(): string {
    const start = makeDatabase(1000, pageSize);
    for (const page of [3, 500, 999]) pageAt(start, page, pageSize).fill(0xc7, 100, 120);
    const end = new Uint8Array(2 * pageSize);
    sealWithDbtime(pageAt(end, 0, pageSize), 0x123456789an, PAGES - 3);
    sealWithDbtime(pageAt(end, 1, pageSize), 0x123456789bn, PAGES - 3);
    const path = save(start);
    const file = openSync(path, 'r+');
    ftruncateSync(file, PAGES * pageSize);
    writeSync(file, end, 0, end.length, (PAGES - 2) * pageSize);
    closeSync(file);
    return path;
  }

  test('threads find what one finds; a signal stops them', async () => {
    const scan = ((await import(compiled.href)) as { scanChecksums: typeof scanChecksums }).scanChecksums;
    const path = sparseFile();
    const alone = await scan(path, { pageSize, threads: 1 });
    expect(alone).toMatchObject({ pagesSeen: PAGES, threads: 1, dbtimeHighest: 0x123456789an });
    expect(alone.counts).toMatchObject({ good: 998, bad: 3, wrongPageNumber: 1, uninitialized: PAGES - 1002 });
    expect(found(alone)).toEqual([
      [2, 'bad'],
      [499, 'bad'],
      [998, 'bad'],
      [PAGES - 2, 'wrong-page-number'],
    ]);
    const together = await scan(path, { pageSize, threads: 4 });
    expect(together.threads).toBeGreaterThanOrEqual(1);
    expect(together).toEqual({ ...alone, threads: together.threads, elapsedMs: together.elapsedMs });

    const controller = new AbortController();
    const stopped = scan(path, { pageSize, threads: 2, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
  });

  test('a worker does its share, or none when it comes too late', async () => {
    const path = save(makeDatabase(600, pageSize));
    const task: ScanTask = {
      ...{ path, pageSize, filePages: 600, firstPage: 0, endPage: 600, expectNoChecksums: false, maxListed: 10 },
      shared: new SharedArrayBuffer(64),
    };
    const url = new URL('./checksum-scan-worker.js', compiled);
    const cells = new Int32Array(task.shared);
    const tally = await new Promise<ChecksumTally>((resolve, reject) => {
      new Worker(url, { workerData: { task, worker: 1 } }).once('message', resolve).once('error', reject);
    });
    expect(tally.counts.good).toBe(600);
    expect(cells[SharedCell.firstWorker + 1]).toBe(WorkerState.working);

    cells.fill(0);
    cells[SharedCell.firstWorker] = WorkerState.notNeeded;
    const messages: unknown[] = [];
    await new Promise((resolve) => {
      new Worker(url, { workerData: { task, worker: 0 } })
        .on('message', (message) => messages.push(message))
        .once('exit', resolve);
    });
    expect(messages).toEqual([]);
    expect(cells[SharedCell.nextChunk]).toBe(0);
  });
});

describeCorpus('what the engine counts (eseutil /k)', () => {
  /** A report and the database it is about. */
  function reports(): [report: string, database: string][] {
    const at = (name: string): string => corpus(`engine-made/${name}`);
    return [
      ...readdirSync(at('build')).map((name): [string, string] => [
        at(`build/${name}/k.txt`),
        at(`build/${name}/test.edb`),
      ]),
      ...readdirSync(at('engine-dumps')).map((name): [string, string] => [
        at(`engine-dumps/${name}/k.txt`),
        corpus(readFileSync(at(`engine-dumps/${name}/source.txt`), 'utf8').trim()),
      ]),
      ...readdirSync(at('repair')).flatMap((name) =>
        ['before', 'after'].map((when): [string, string] => [
          at(`repair/${name}/k-${when}.txt`),
          at(`repair/${name}/${when}.edb`),
        ]),
      ),
    ];
  }

  /** The engine's threads count pages seen without a lock: here two got lost (the file has 1296). */
  const MISCOUNTED: Readonly<Record<string, number>> = { 'p4-default-leafzero/k-after.txt': 1296 };

  function parse(report: string): unknown {
    const text = readFileSync(report, 'latin1');
    const number = (pattern: RegExp): number => Number(pattern.exec(text)![1]);
    const miscounted = Object.entries(MISCOUNTED).find(([name]) => report.endsWith(name));
    return {
      pagesSeen: miscounted?.[1] ?? number(/^(\d+) pages seen/m),
      bad: number(/^(\d+) bad checksums/m),
      correctable: number(/^(\d+) correctable/m),
      uninitialized: number(/^(\d+) uninitialized/m),
      dbtimeHighest: BigInt(/^(0x\w+) highest dbtime/m.exec(text)![1]!),
      pgnoDbtimeHighest: number(/\(pgno (0x\w+)\)/),
      failed: [...text.matchAll(/ERROR: page (-?\d+)(?: \(header\))? checksum/g)].map((m) => Number(m[1])),
      bits: [...text.matchAll(/page (\d+) checksum .* \( bit (\d+) \)/g)].map((m) => [Number(m[1]), [Number(m[2])]]),
    };
  }

  function asReported({ pagesSeen, counts, damaged, dbtimeHighest, pgnoDbtimeHighest }: ChecksumScanResult): unknown {
    const { correctable, uninitialized } = counts;
    return {
      ...{ pagesSeen, correctable, uninitialized, dbtimeHighest, pgnoDbtimeHighest },
      // The engine has a line for wrong page numbers, but counts them here.
      bad: counts.bad + counts.wrongPageNumber,
      failed: damaged.filter(({ verdict }) => verdict !== 'correctable').map(({ pgno }) => pgno),
      bits: damaged.filter(({ verdict }) => verdict === 'correctable').map((d) => [d.pgno, d.checksum?.bits]),
    };
  }

  test('is what we count', async () => {
    const all = reports();
    expect(all.length).toBeGreaterThanOrEqual(55);
    for (const [report, database] of all) {
      const pageSize = readFileSync(database).readUInt32LE(236) || 4096;
      const result = await scanChecksums(database, { pageSize });
      expect({ report, ...(asReported(result) as object) }).toEqual({ report, ...(parse(report) as object) });
      expect(result.pagesSeen).toBe(Math.floor(statSync(database).size / pageSize));
    }
  });

  test('a temp database has no damaged pages where none are expected to be sealed', async () => {
    const path = corpus('ese/ntds-temp/temp.edb');
    const result = await scanChecksums(path, { pageSize: 8192, expectNoChecksums: true });
    expect(result).toMatchObject({ pagesSeen: 258, damaged: [] });
    expect(result.counts).toMatchObject({ good: 2, uninitialized: 22, withoutChecksum: 234 });
    expect([result.dbtimeHighest, result.pgnoDbtimeHighest]).toEqual([0xae8n, 3]);
  });
});
