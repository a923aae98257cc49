// What a checksum scan counts: the numbers of `eseutil /k` (_esefile/checksum.cxx) and the pages behind them. Each
// thread keeps a tally of its share; tallies are merged at the end.
import type { PageChecksumDescription, PageVerdict } from '../ese/page/checksum-page.ts';

/** A page that is not in order. Headers have pgno -1 and 0. */
export interface DamagedPage {
  readonly pgno: number;
  /** `unreadable`: the disk did not give the page, or the file ended before it. */
  readonly verdict: Exclude<PageVerdict, 'good' | 'uninitialized'> | 'unreadable';
  /** Sums and bits; absent for unreadable pages, headers and the patch page. */
  readonly checksum?: PageChecksumDescription;
}

/** Counts of pages, each page in exactly one of them. */
export interface ChecksumCounts {
  good: number;
  /** Every byte zero. */
  uninitialized: number;
  correctable: number;
  /** Sound contents of another page. `eseutil /k` counts these as bad checksums. */
  wrongPageNumber: number;
  bad: number;
  unreadable: number;
  /** Pages that cannot be judged, where no checksums are expected (temp databases). */
  withoutChecksum: number;
}

/** What one thread, or all, found. Plain data, fit to be sent between threads. */
export interface ChecksumTally {
  readonly counts: ChecksumCounts;
  /** Pages not in order, in order of pgno: the first ones only, where there are many. */
  damaged: DamagedPage[];
  /** Highest dbtime (unsigned) of all readable pages, headers aside; 0 when there is none. */
  dbtimeHighest: bigint;
  /** The first page that has it. */
  pgnoDbtimeHighest: number;
  /** The last page of the file is the patch page of a streaming backup. */
  hasPatchPage: boolean;
  reads: number;
  bytes: number;
}

/** A tally of nothing. */
export function emptyTally(): ChecksumTally {
  return {
    counts: {
      good: 0,
      uninitialized: 0,
      correctable: 0,
      wrongPageNumber: 0,
      bad: 0,
      unreadable: 0,
      withoutChecksum: 0,
    },
    damaged: [],
    dbtimeHighest: 0n,
    pgnoDbtimeHighest: 0,
    hasPatchPage: false,
    reads: 0,
    bytes: 0,
  };
}

/** Takes note of a dbtime: the highest counts, of equal ones that of the lower page. */
export function noteDbtime(tally: ChecksumTally, dbtime: bigint, pgno: number): void {
  if (dbtime < tally.dbtimeHighest || dbtime === 0n) return;
  if (dbtime === tally.dbtimeHighest && pgno > tally.pgnoDbtimeHighest) return;
  tally.dbtimeHighest = dbtime;
  tally.pgnoDbtimeHighest = pgno;
}

/** All tallies as one; lists at most `maxListed` damaged pages. */
export function mergeTallies(tallies: readonly ChecksumTally[], maxListed: number): ChecksumTally {
  const total = emptyTally();
  for (const tally of tallies) {
    for (const key of Object.keys(total.counts) as (keyof ChecksumCounts)[]) total.counts[key] += tally.counts[key];
    noteDbtime(total, tally.dbtimeHighest, tally.pgnoDbtimeHighest);
    total.hasPatchPage ||= tally.hasPatchPage;
    total.reads += tally.reads;
    total.bytes += tally.bytes;
  }
  // Every thread walks upwards, so the first pages of all are among the first of each.
  total.damaged = tallies
    .flatMap((tally) => tally.damaged)
    .sort((a, b) => a.pgno - b.pgno)
    .slice(0, maxListed);
  return total;
}
