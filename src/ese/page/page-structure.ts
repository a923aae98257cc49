// Is a page put together as the engine does it? Header, tag array, accounting of space (format 2.1; CPAGE::ErrCheckPage).
import { u16 } from '../../binary/little-endian.ts';
import { NodeFlag, PageFlag } from './page-flags.ts';
import type { Page } from './page.ts';

const TAG_SIZE = 4;
const KEY_SIZE_MASK = 0x1fff;

/** What is wrong with a page as a whole; undefined when its header and tag array agree with each other. */
export function pageHeaderProblem(page: Page): string | undefined {
  const { format, fFlags, itagMicFree } = page;
  if (page.cbFree > format.dataSize) return `cbFree ${page.cbFree} exceeds the page`;
  if (page.cbUncommittedFree > page.cbFree)
    return `cbUncommittedFree ${page.cbUncommittedFree} exceeds cbFree ${page.cbFree}`;
  if (page.ibMicFree > format.dataSize) return `ibMicFree ${page.ibMicFree} exceeds the page`;
  if (itagMicFree === 0) {
    const known = (fFlags & (PageFlag.Empty | PageFlag.PreInit)) !== 0;
    return known ? undefined : 'it has no tags but is not marked empty';
  }
  if (itagMicFree < page.ctagReserved) return `${itagMicFree} tags cannot hold ${page.ctagReserved} reserved ones`;
  if (page.ibMicFree > format.dataSize - TAG_SIZE * itagMicFree) return `its data runs into its ${itagMicFree} tags`;
  const kinds = fFlags & (PageFlag.Index | PageFlag.LongValue);
  if (kinds === (PageFlag.Index | PageFlag.LongValue)) return 'it is marked both index and long value';
  if ((fFlags & PageFlag.Leaf) !== 0 && (fFlags & PageFlag.ParentOfLeaf) !== 0)
    return 'it is marked both leaf and parent of leaf';
  return undefined;
}

/** What is wrong with tag `itag` of a page whose header is sound; undefined when nothing is. */
export function tagProblem(page: Page, itag: number): string | undefined {
  const length = page.tagLength(itag);
  const start = page.tagStart(itag);
  const end = start + length;
  if (itag >= page.ctagReserved && length === 0) return 'is empty';
  if (length > 0 && end > page.format.headerSize + page.ibMicFree) {
    return `ends at ${end}, after the last data of the page`;
  }
  return itag < page.ctagReserved ? undefined : nodeProblem(page, itag, start, end);
}

/** Checks key sizes of a node against its line. */
function nodeProblem(page: Page, itag: number, start: number, end: number): string | undefined {
  const { bytes } = page;
  let at = start;
  if ((page.tagFlags(itag) & NodeFlag.Compressed) !== 0) {
    if (at + 2 > end) return 'is too short for its prefix size';
    const cbPrefix = u16(bytes, at) & KEY_SIZE_MASK;
    if (cbPrefix > page.tagLength(0)) return `takes ${cbPrefix} bytes of a prefix of ${page.tagLength(0)}`;
    at += 2;
  }
  if (at + 2 > end) return 'is too short for its key size';
  const cbSuffix = u16(bytes, at) & KEY_SIZE_MASK;
  if (at + 2 + cbSuffix > end) return `has a key of ${cbSuffix} bytes in a line of ${end - start}`;
  if (at + 2 + cbSuffix === end) return 'has no data';
  return undefined;
}

/** Free bytes that the page should state: what neither header nor tags nor lines take. Sound tags assumed. */
export function expectedFree(page: Page): number {
  let used = TAG_SIZE * page.itagMicFree;
  for (let itag = 0; itag < page.itagMicFree; itag++) used += page.tagLength(itag);
  return page.format.dataSize - used;
}

/** True when two lines of the page share bytes. Sound tags assumed. */
export function hasOverlap(page: Page, scratch: Uint32Array): boolean {
  const count = page.itagMicFree;
  const ranges = scratch.subarray(0, count);
  for (let itag = 0; itag < count; itag++) ranges[itag] = page.tagStart(itag) * 0x10000 + page.tagLength(itag);
  ranges.sort();
  let end = 0;
  for (const range of ranges) {
    const start = range >>> 16;
    const length = range & 0xffff;
    if (length > 0 && start < end) return true;
    end = Math.max(end, start + length);
  }
  return false;
}
