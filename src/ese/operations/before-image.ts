// Images of pages in log records: as they were before a split or merge, or before a move; without their free bytes and
// perhaps compressed (format 9.6; ErrLGIDecompressPreimage, CPAGE::RehydratePage, RebuildPageImageHeaderTrailer).
import { u16 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { compressXpressFast } from '../compression/compress-xpress.ts';
import { decompress } from '../compression/decompress.ts';
import type { PageFormat } from '../page/page-format.ts';
import { compactLines } from '../page/compact-lines.ts';
import { putU16 } from '../../binary/little-endian-writer.ts';
import { borrowCopy, giveBack } from './scratch-pages.ts';

/** Bits of a Split2 or Merge2 record's flags: how its image is stored. */
export const ImageFlag = { dehydrated: 1, xpress: 2 } as const;

const TAG_SIZE = 4;
const CB_FREE = 28;
const IB_MIC_FREE = 32;
const ITAG_STATE = 34;

function bad(problem: string): never {
  throw new JetError('JET_errLogFileCorrupt', `the image of a page in a log record ${problem}`);
}

/**
 * The page that `image` was made of, copied: exactly one page, its free bytes zero.
 * @throws JetError JET_errLogFileCorrupt when it is none.
 */
export function restoreImage(image: Uint8Array, flags: number, format: PageFormat): Uint8Array {
  let bytes = image;
  if ((flags & ImageFlag.xpress) !== 0) {
    const plain = decompress(image, format.pageSize);
    if (!plain.ok) bad(`cannot be decompressed: ${plain.reason}`);
    bytes = plain.bytes;
  }
  if ((flags & ImageFlag.dehydrated) !== 0) return rehydrate(bytes, format);
  if (bytes.length !== format.pageSize) bad(`has ${bytes.length} bytes`);
  return new Uint8Array(bytes);
}

/** Puts the free bytes back between lines and tags. */
function rehydrate(bytes: Uint8Array, format: PageFormat): Uint8Array {
  const { pageSize, headerSize } = format;
  if (bytes.length < headerSize || bytes.length > pageSize) bad(`has ${bytes.length} bytes`);
  const tagsSize = (u16(bytes, ITAG_STATE) & 0x0fff) * TAG_SIZE;
  const linesEnd = headerSize + u16(bytes, IB_MIC_FREE);
  if (linesEnd + tagsSize > bytes.length) bad('has more lines and tags than bytes');
  const growth = pageSize - bytes.length;
  const page = joinImage(bytes.subarray(0, linesEnd), bytes.subarray(bytes.length - tagsSize), format);
  const cbFree = u16(page, CB_FREE) + growth;
  if (cbFree > format.dataSize) bad(`has ${cbFree} free bytes`);
  putU16(page, CB_FREE, cbFree);
  return page;
}

/**
 * A page out of its beginning (header and lines) and its end (tags), as PageMove records have it.
 * @throws JetError JET_errLogFileCorrupt when they are longer than a page.
 */
export function joinImage(beginning: Uint8Array, end: Uint8Array, format: PageFormat): Uint8Array {
  if (beginning.length < format.headerSize || beginning.length + end.length > format.pageSize) {
    bad(`has parts of ${beginning.length} and ${end.length} bytes`);
  }
  const page = new Uint8Array(format.pageSize);
  page.set(beginning);
  page.set(end, format.pageSize - end.length);
  return page;
}

/** A page image as a log record holds it. */
export interface PageImage {
  readonly bytes: Uint8Array;
  /** ImageFlag bits. */
  readonly flags: number;
}

/** Makes the image of a sound page: without its free bytes, compressed where that is shorter. */
export function makeImage(page: Uint8Array, format: PageFormat): PageImage {
  const copy = borrowCopy(page);
  try {
    return imageOf(copy, format);
  } finally {
    giveBack(copy);
  }
}

/** The image of a page that may be written over. */
function imageOf(copy: Uint8Array, format: PageFormat): PageImage {
  const itagMicFree = u16(copy, ITAG_STATE) & 0x0fff;
  putU16(copy, IB_MIC_FREE, compactLines(copy, format, itagMicFree));
  const linesEnd = format.headerSize + u16(copy, IB_MIC_FREE);
  const tagsSize = itagMicFree * TAG_SIZE;
  // Tags stay on even offsets.
  const size = (linesEnd + tagsSize + 1) & ~1;
  let bytes = copy;
  let flags = 0;
  if (size < format.pageSize) {
    putU16(copy, CB_FREE, u16(copy, CB_FREE) - (format.pageSize - size));
    copy.copyWithin(size - tagsSize, format.pageSize - tagsSize);
    if (size - tagsSize > linesEnd) copy[linesEnd] = 0;
    bytes = copy.subarray(0, size);
    flags |= ImageFlag.dehydrated;
  }
  const short = compressXpressFast(bytes);
  if (short === undefined || short.length >= bytes.length) return { bytes: new Uint8Array(bytes), flags };
  return { bytes: short, flags: flags | ImageFlag.xpress };
}
