// One page as such: header, tags, space (format 2.1, 2.2; CPAGE::ErrCheckPage).
import { u32 } from '../../binary/little-endian.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { expectedFree, hasOverlap, pageHeaderProblem, tagProblem } from '../../ese/page/page-structure.ts';
import type { Page } from '../../ese/page/page.ts';

/** Tags of a page that are told of one by one. */
const TAGS_MOST = 3;
/** Where the header of large pages keeps their number. */
const PGNO_OFFSET = 64;
/** Tags are numbered in 12 bits. */
const scratch = new Uint32Array(0x1000);

/**
 * Calls `report` for everything wrong with a page. False when some of its lines cannot be trusted: they lie outside,
 * contradict themselves or share bytes; or when some may be missing.
 */
export function checkPage(page: Page, report: (message: string, jet: JetErrorSymbol) => void): boolean {
  const tag = 'JET_errPageTagCorrupted';
  const stated = page.format.extendedHeader ? u32(page.bytes, PGNO_OFFSET) : page.pgno;
  if (stated !== page.pgno) report(`states that it is page ${stated}`, 'JET_errReadPgnoVerifyFailure');
  const problem = pageHeaderProblem(page);
  if (problem !== undefined) {
    report(problem, tag);
    return false;
  }
  let bad = 0;
  for (let itag = 0; itag < page.itagMicFree; itag++) {
    const wrong = tagProblem(page, itag);
    if (wrong !== undefined && bad++ < TAGS_MOST) report(`tag ${itag} ${wrong}`, tag);
  }
  if (bad > TAGS_MOST) report(`has ${bad - TAGS_MOST} more such tags`, tag);
  if (bad > 0) return false;
  const free = expectedFree(page);
  const overlap = hasOverlap(page, scratch);
  if (overlap) report('has lines that overlap', tag);
  else if (free !== page.cbFree) report(`states ${page.cbFree} free bytes, has ${free}`, tag);
  // More room than is stated: lines may have been lost.
  return !overlap && free <= page.cbFree;
}
