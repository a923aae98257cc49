import { describe, expect, test } from 'vitest';
import { JetError } from '../../src/errors/jet-error.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import type { ByteSource } from '../../src/ese/io/byte-source.ts';
import { createChecksumKernel } from '../../src/ese/page/checksum-kernel.ts';
import { ChecksumScanShare, SharedCell, chunkCount, type ScanTask } from '../../src/eseutil/checksum-scan-share.ts';
import { mergeTallies, type ChecksumTally } from '../../src/eseutil/checksum-tally.ts';
import { makeDatabase, pageAt } from './checksum-files.ts';

const PAGE_SIZE = 4096;
/** Four chunks of a mebibyte, the last not full. */
const PAGES = 900;

function taskFor(pages: number, more: Partial<ScanTask> = {}): ScanTask {
  return {
    path: '(memory)',
    pageSize: PAGE_SIZE,
    filePages: pages,
    firstPage: 0,
    endPage: pages,
    expectNoChecksums: false,
    maxListed: 100,
    shared: new SharedArrayBuffer(64),
    ...more,
  };
}

function run(share: ChecksumScanShare): ChecksumTally {
  while (share.step());
  return share.tally;
}

/** A source that fails, or ends, at given pages. */
class FailingSource extends BufferSource {
  readonly failingPages: readonly number[];
  readonly error: Error;
  override readonly size: number;

  constructor(bytes: Uint8Array, failingPages: readonly number[], error: Error) {
    super(bytes);
    this.size = bytes.length;
    this.failingPages = failingPages;
    this.error = error;
  }

  override read(offset: number, target: Uint8Array): number {
    const fails = this.failingPages.some(
      (page) => page * PAGE_SIZE < offset + target.length && (page + 1) * PAGE_SIZE > offset,
    );
    if (fails) throw this.error;
    return super.read(offset, target);
  }
}

const diskError = new JetError('JET_errDiskIO', 'read failed');

describe('one share', () => {
  test('counts every page of the file', () => {
    const tally = run(new ChecksumScanShare(taskFor(PAGES), new BufferSource(makeDatabase(PAGES, PAGE_SIZE))));
    expect(tally.counts.good).toBe(PAGES);
    expect(tally.damaged).toEqual([]);
    expect(tally.dbtimeHighest).toBe(BigInt(1000 + PAGES - 2));
    expect(tally.pgnoDbtimeHighest).toBe(PAGES - 2);
    expect(tally.bytes).toBe(PAGES * PAGE_SIZE);
    expect(tally.reads).toBe(chunkCount(taskFor(PAGES)));
    expect(tally.reads).toBe(4);
  });

  test('works the same with the plain kernel', () => {
    const file = makeDatabase(PAGES, PAGE_SIZE);
    pageAt(file, 700, PAGE_SIZE)[2000]! ^= 4;
    pageAt(file, 701, PAGE_SIZE).fill(0);
    const plain = createChecksumKernel(1024 * 1024, 'plain');
    const source = new BufferSource(file);
    expect(run(new ChecksumScanShare(taskFor(PAGES), source, plain))).toEqual(
      run(new ChecksumScanShare(taskFor(PAGES), source)),
    );
  });

  test('does not change the database, and leaves no mended page in the count of good ones', () => {
    const file = makeDatabase(20, PAGE_SIZE);
    pageAt(file, 7, PAGE_SIZE)[2000]! ^= 4;
    const before = file.slice();
    const tally = run(new ChecksumScanShare(taskFor(20), new BufferSource(file)));
    expect(tally.counts).toMatchObject({ good: 19, correctable: 1, bad: 0 });
    expect(Buffer.compare(file, before)).toBe(0);
  });

  test('takes the dbtime of a correctable page as it would be mended', () => {
    const file = makeDatabase(20, PAGE_SIZE);
    // Page 18 has the highest dbtime; a bit flipped in page 5's dbtime would make it far higher.
    pageAt(file, 6, PAGE_SIZE)[14]! ^= 0x40;
    const tally = run(new ChecksumScanShare(taskFor(20), new BufferSource(file)));
    expect(tally.counts.correctable).toBe(1);
    expect([tally.dbtimeHighest, tally.pgnoDbtimeHighest]).toEqual([1018n, 18]);
    pageAt(file, 19, PAGE_SIZE)[3000]! ^= 1;
    const again = run(new ChecksumScanShare(taskFor(20), new BufferSource(file)));
    expect([again.dbtimeHighest, again.pgnoDbtimeHighest]).toEqual([1018n, 18]);
  });

  test('stops when the scan is aborted', () => {
    const task = taskFor(PAGES);
    const share = new ChecksumScanShare(task, new BufferSource(makeDatabase(PAGES, PAGE_SIZE)));
    expect(share.step()).toBe(true);
    Atomics.store(new Int32Array(task.shared), SharedCell.abort, 1);
    expect(share.step()).toBe(false);
    expect(share.tally.counts.good).toBe(256);
  });
});

test('any number of shares find together what one finds', () => {
  const file = makeDatabase(PAGES, PAGE_SIZE);
  for (const page of [3, 300, 301, 555, 898]) pageAt(file, page, PAGE_SIZE)[2000]! ^= 4;
  for (const page of [4, 302, 897]) pageAt(file, page, PAGE_SIZE).fill(0xee, 1000, 1100);
  pageAt(file, 556, PAGE_SIZE).fill(0);
  pageAt(file, 557, PAGE_SIZE).set(pageAt(file, 558, PAGE_SIZE));
  const source = new BufferSource(file);
  const alone = mergeTallies([run(new ChecksumScanShare(taskFor(PAGES), source))], 100);
  expect(alone.damaged.map(({ pgno }) => pgno)).toEqual([2, 3, 299, 300, 301, 554, 556, 896, 897]);
  expect(alone.counts).toMatchObject({ correctable: 5, bad: 3, uninitialized: 1, wrongPageNumber: 1 });
  expect(alone.damaged[6]).toMatchObject({ verdict: 'wrong-page-number', checksum: { pgnoActual: 557 } });
  for (const count of [2, 3, 5]) {
    const task = taskFor(PAGES);
    const shares = Array.from({ length: count }, () => new ChecksumScanShare(task, source));
    while (shares.map((share) => share.step()).includes(true));
    const together = mergeTallies(
      shares.map((share) => share.tally),
      100,
    );
    expect(together).toEqual(alone);
  }
});

describe('a disk that fails', () => {
  test('costs only the pages it does not give', () => {
    const file = makeDatabase(PAGES, PAGE_SIZE);
    pageAt(file, 12, PAGE_SIZE)[2000]! ^= 4;
    const source = new FailingSource(file, [10, 13, 899], diskError);
    const { counts, damaged, bytes } = run(new ChecksumScanShare(taskFor(PAGES), source));
    expect(counts).toMatchObject({ unreadable: 3, correctable: 1, good: PAGES - 4 });
    expect(damaged.map(({ pgno, verdict }) => [pgno, verdict])).toEqual([
      [9, 'unreadable'],
      [11, 'correctable'],
      [12, 'unreadable'],
      [898, 'unreadable'],
    ]);
    expect(bytes).toBe((PAGES - 3) * PAGE_SIZE);
  });

  test('a file that became shorter since it was opened has unreadable pages at its end', () => {
    const file = makeDatabase(PAGES, PAGE_SIZE).subarray(0, (PAGES - 5) * PAGE_SIZE - 1);
    const { counts, damaged } = run(new ChecksumScanShare(taskFor(PAGES), new BufferSource(file)));
    expect(counts).toMatchObject({ good: PAGES - 6, unreadable: 6 });
    expect(damaged[0]).toEqual({ pgno: PAGES - 7, verdict: 'unreadable' });
  });

  test('an abort is obeyed between pages', () => {
    const file = makeDatabase(300, PAGE_SIZE);
    const task = taskFor(300);
    const abort = new Int32Array(task.shared);
    const source: ByteSource = {
      name: 'slow',
      size: file.length,
      read: () => {
        Atomics.store(abort, SharedCell.abort, 1);
        throw diskError;
      },
      close: () => undefined,
    };
    expect(run(new ChecksumScanShare(task, source)).reads).toBe(1);
  });

  test('any other error is not swallowed', () => {
    const source = new FailingSource(makeDatabase(20, PAGE_SIZE), [3], new TypeError('a mistake of ours'));
    expect(() => run(new ChecksumScanShare(taskFor(20), source))).toThrow('a mistake of ours');
  });
});

test('the list of damaged pages is bounded, the counts are not', () => {
  const file = makeDatabase(PAGES, PAGE_SIZE);
  for (let page = 2; page < PAGES; page++) pageAt(file, page, PAGE_SIZE).fill(1, 50, 60);
  const { counts, damaged } = run(new ChecksumScanShare(taskFor(PAGES, { maxListed: 7 }), new BufferSource(file)));
  expect(counts.bad).toBe(PAGES - 2);
  expect(damaged.map(({ pgno }) => pgno)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
