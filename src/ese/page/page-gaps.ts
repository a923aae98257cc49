// Space of a page that no line takes: where lines were removed their bytes mostly stay (format 2.2; CPAGE in cpage.cxx
// only moves lines together when it needs the room).
import type { Page } from './page.ts';

/** A stretch of free space: bytes[start..end) of the page. */
export interface PageGap {
  readonly start: number;
  readonly end: number;
  /** True when a line begins at `end`, so that a removed line ended there; false before the tag array. */
  readonly endsAtLine: boolean;
}

/** The gaps between the lines of `page`, and the free space before its tag array. */
export function pageGaps(page: Page): PageGap[] {
  const { format, tagArrayStart } = page;
  const lines: [number, number][] = [];
  for (let itag = 0; itag < page.itagMicFree; itag++) {
    const start = page.tagStart(itag);
    const end = start + page.tagLength(itag);
    if (end > start && end <= tagArrayStart) lines.push([start, end]);
  }
  lines.sort((a, b) => a[0] - b[0]);
  const gaps: PageGap[] = [];
  let at = format.headerSize;
  for (const [start, end] of lines) {
    if (start > at) gaps.push({ start: at, end: start, endsAtLine: true });
    if (end > at) at = end;
  }
  if (at < tagArrayStart) gaps.push({ start: at, end: tagArrayStart, endsAtLine: false });
  return gaps;
}
