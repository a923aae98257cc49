// Moves the lines of a page together at the lower end, in the order they lie in (format 2.5; CPAGE::ReorganizeData_,
// ZeroOutGaps_).
import { u16 } from '../../binary/little-endian.ts';
import type { PageFormat } from '../page/page-format.ts';
import { putU16 } from '../../binary/little-endian-writer.ts';

const TAG_SIZE = 4;
/** Most tags a page can count. */
const TAGS_MOST = 0x1000;

/** The tags of one page as offset * 2^16 + itag, so that a plain sort brings them in the order of their lines. */
const order = new Uint32Array(TAGS_MOST);

function sortTags(bytes: Uint8Array, format: PageFormat, itagMicFree: number): Uint32Array {
  const tags = order.subarray(0, itagMicFree);
  for (let itag = 0; itag < itagMicFree; itag++) {
    const ib = u16(bytes, format.pageSize - TAG_SIZE * (itag + 1) + 2) & format.tagMask;
    tags[itag] = ib * 0x10000 + itag;
  }
  tags.sort();
  return tags;
}

/** Packs all lines; their tags must be sound. Returns the new ibMicFree. */
export function compactLines(bytes: Uint8Array, format: PageFormat, itagMicFree: number): number {
  let ibDest = 0;
  for (const entry of sortTags(bytes, format, itagMicFree)) {
    const tag = format.pageSize - TAG_SIZE * ((entry & 0xffff) + 1);
    const length = u16(bytes, tag) & format.tagMask;
    const ib = entry >>> 16;
    if (ib !== ibDest) {
      const from = format.headerSize + ib;
      bytes.copyWithin(format.headerSize + ibDest, from, from + length);
      putU16(bytes, tag + 2, (u16(bytes, tag + 2) & ~format.tagMask) | ibDest);
    }
    ibDest += length;
  }
  return ibDest;
}

/** Overwrites all bytes between the lines with `fill`, without moving any line. Returns the new ibMicFree. */
export function fillGaps(bytes: Uint8Array, format: PageFormat, itagMicFree: number, fill: number): number {
  let end = 0;
  for (const entry of sortTags(bytes, format, itagMicFree)) {
    const tag = format.pageSize - TAG_SIZE * ((entry & 0xffff) + 1);
    const length = u16(bytes, tag) & format.tagMask;
    if (length === 0) continue;
    const ib = entry >>> 16;
    bytes.fill(fill, format.headerSize + end, format.headerSize + ib);
    end = ib + length;
  }
  return end;
}
