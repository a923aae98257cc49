// The one place that knows how small (<= 8 KB) and large (16, 32 KB) pages differ (format 2.1-2.3, 6.2; FIsSmallPage).

/** Everything that depends on the page size. One frozen object a size; compare by identity. */
export interface PageFormat {
  /** Bytes a page. */
  readonly pageSize: number;
  /** Bytes of the page header: PGHDR 40, PGHDR2 80. */
  readonly headerSize: number;
  /** True when the header carries its own page number and the sums of blocks 1..3 (PGHDR2). */
  readonly extendedHeader: boolean;
  /** Mask of the length and offset words of a tag. */
  readonly tagMask: number;
  /** True: node flags are the top bits of the tag's offset word; false: of the first word of the line. */
  readonly flagsInTag: boolean;
  /** Mask of the offset in a TAGFLD of a tagged column. */
  readonly taggedOffsetMask: number;
  /** True: every tagged value begins with a header byte; false: only those marked in their TAGFLD. */
  readonly taggedHeaderAlways: boolean;
  /** Block sizes that the page checksum covers one by one (one block on small pages). */
  readonly checksumBlocks: readonly number[];
  /** Bytes of a full long-value chunk when the catalog does not say. */
  readonly lvChunkMax: number;
  /** Most bytes that tags and lines can take. */
  readonly dataSize: number;
}

/** Page sizes of database files. 2 KB was removed from the engine: its headers can still be told. */
export const PAGE_SIZES: readonly number[] = [4096, 8192, 16384, 32768, 2048];

const LARGEST_SMALL_PAGE = 8192;

function makeFormat(pageSize: number): PageFormat {
  const small = pageSize <= LARGEST_SMALL_PAGE;
  const headerSize = small ? 40 : 80;
  const mask = small ? 0x1fff : 0x7fff;
  const block = small ? pageSize : pageSize / 4;
  return Object.freeze({
    pageSize,
    headerSize,
    extendedHeader: !small,
    tagMask: mask,
    flagsInTag: small,
    taggedOffsetMask: mask,
    taggedHeaderAlways: !small,
    checksumBlocks: small ? [block] : [block, block, block, block],
    // Large pages hold several chunks, so that compressed ones can share a page (InitVariablesWithPageSize).
    lvChunkMax: small ? pageSize - 42 - headerSize : pageSize / 4 - (pageSize === 16384 ? 46 : 42),
    dataSize: pageSize - headerSize,
  });
}

const FORMATS = new Map(PAGE_SIZES.map((size) => [size, makeFormat(size)]));

/** The format of pages of `pageSize` bytes; undefined when ESE has no such page size. */
export function pageFormat(pageSize: number): PageFormat | undefined {
  return FORMATS.get(pageSize);
}
