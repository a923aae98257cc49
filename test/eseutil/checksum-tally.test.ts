import { expect, test } from 'vitest';
import { emptyTally, mergeTallies, noteDbtime, type DamagedPage } from '../../src/eseutil/checksum-tally.ts';

const bad = (pgno: number): DamagedPage => ({ pgno, verdict: 'bad' });

test('merging adds counts and keeps the first damaged pages in order', () => {
  const a = emptyTally();
  const b = emptyTally();
  Object.assign(a.counts, { good: 10, bad: 3, unreadable: 1 });
  Object.assign(b.counts, {
    good: 5,
    bad: 2,
    correctable: 4,
    wrongPageNumber: 1,
    uninitialized: 6,
    withoutChecksum: 7,
  });
  a.damaged = [bad(1), bad(8), bad(9)];
  b.damaged = [bad(2), bad(3)];
  Object.assign(a, { reads: 2, bytes: 100 });
  Object.assign(b, { reads: 3, bytes: 50, hasPatchPage: true });
  const total = mergeTallies([a, b], 4);
  expect(total.counts).toEqual({
    good: 15,
    uninitialized: 6,
    correctable: 4,
    wrongPageNumber: 1,
    bad: 5,
    unreadable: 1,
    withoutChecksum: 7,
  });
  expect(total.damaged.map(({ pgno }) => pgno)).toEqual([1, 2, 3, 8]);
  expect(total).toMatchObject({ reads: 5, bytes: 150, hasPatchPage: true });
  expect(mergeTallies([], 4)).toEqual(emptyTally());
});

test('of equal dbtimes the lower page counts, whatever the order', () => {
  const notes: [bigint, number][] = [
    [5n, 9],
    [7n, 30],
    [7n, 4],
    [6n, 1],
    [7n, 12],
  ];
  for (const order of [notes, notes.toReversed()]) {
    const tally = emptyTally();
    for (const [dbtime, pgno] of order) noteDbtime(tally, dbtime, pgno);
    expect([tally.dbtimeHighest, tally.pgnoDbtimeHighest]).toEqual([7n, 4]);
  }
  const none = emptyTally();
  noteDbtime(none, 0n, 3);
  expect([none.dbtimeHighest, none.pgnoDbtimeHighest]).toEqual([0n, 0]);
});
