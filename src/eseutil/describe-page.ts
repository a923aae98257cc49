// Everything about one page, as data: header, checksum, tags, lines with what they hold. Damaged pages are described as
// far as they can be (format 2; cpage.cxx).
import { toHex } from '../binary/hex.ts';
import { u32 } from '../binary/little-endian.ts';
import { JetError } from '../errors/jet-error.ts';
import type { Database } from '../ese/database.ts';
import { correctPage, describePageChecksum, type PageVerdict } from '../ese/page/checksum-page.ts';
import { describePageFlags, PageFlag } from '../ese/page/page-flags.ts';
import { pageOffset } from '../ese/page/page-reader.ts';
import { pageHeaderProblem, tagProblem } from '../ese/page/page-structure.ts';
import { Page } from '../ese/page/page.ts';
import { readRootField, spaceTreeRoots } from '../ese/space/space-header.ts';
import { splitBuffers } from '../ese/space/extent.ts';
import { LineDescriber, nodeFlagNames, type LineDescription } from './describe-line.ts';
import { ownerOf, ownerText } from './page-owner.ts';
import { plainInteger } from './record-columns.ts';

/** The checksum of a page. Sums are hexadecimal text, one for each block that is summed alone. */
export interface PageChecksum {
  /** `none`: pages of temporary databases carry no checksum. */
  readonly verdict: PageVerdict | 'none';
  readonly format: 'ecc' | 'xor';
  readonly stored: readonly string[];
  readonly computed: readonly string[];
  /** Bits that were corrected for what follows, from the start of the page. */
  readonly corrected: readonly number[];
  /** The page whose contents these are, when they are sound but another page's. */
  readonly pgnoActual?: number;
}

/** The fields of a page header. */
export interface PageHeader {
  readonly dbtimeDirtied: number | string;
  readonly pgnoPrev: number;
  readonly pgnoNext: number;
  readonly objidFDP: number;
  readonly cbFree: number;
  readonly cbUncommittedFree: number;
  readonly ibMicFree: number;
  readonly ctagReserved: number;
  readonly itagMicFree: number;
  readonly fFlags: number;
  /** The flags in words. */
  readonly flags: readonly string[];
  readonly flushType: number;
  /** Pages of 16 and 32 KB: the number the page states itself. */
  readonly pgno?: number;
}

/** A tag: where its bytes lie. `ib` counts from the end of the page header. */
export interface TagDescription {
  readonly itag: number;
  readonly ib: number;
  readonly cb: number;
  readonly start: number;
  readonly flags: readonly string[];
  readonly problem?: string;
}

/** How the tree of a root page keeps its space. */
export interface RootSpace {
  readonly pgnoParent: number;
  readonly multipleExtent: boolean;
  readonly nonUnique: boolean;
  /** Pages of the primary extent, or with `version2` of the last one taken. */
  readonly cpgPrimary: number;
  readonly version2: boolean;
  readonly pgnoOE?: number;
  readonly pgnoAE?: number;
  readonly availBitmap?: number;
  readonly autoInc?: number | string;
}

/** One page. */
export interface PageDescription {
  readonly pgno: number;
  /** First byte in the file. */
  readonly offset: number;
  readonly checksum: PageChecksum;
  /** Absent when the page was never written. */
  readonly header?: PageHeader;
  /** The object the page belongs to, in words. */
  readonly owner?: string;
  readonly space?: RootSpace;
  /** Roots of space trees: pages kept for splits. */
  readonly splitBuffers?: readonly { readonly first: number; readonly last: number; readonly pages: number }[];
  /** Tag 0: root field, or the prefix that compressed keys share. */
  readonly externalHeader?: string;
  readonly tags: readonly TagDescription[];
  readonly lines: readonly LineDescription[];
  /** What is wrong with the page, its checksum aside. */
  readonly problems: readonly string[];
}

function readRaw(db: Database, pgno: number): Uint8Array {
  const { format, pgnoLast } = db.pages;
  if (!Number.isInteger(pgno) || pgno < 1 || pgno > pgnoLast) {
    const message = `page ${pgno} lies outside the file: its pages are 1 to ${pgnoLast}`;
    throw new JetError('JET_errFileIOBeyondEOF', `${db.source.name}: ${message}`, { file: db.source.name, pgno });
  }
  const bytes = new Uint8Array(format.pageSize);
  db.source.read(pageOffset(pgno, format.pageSize), bytes);
  return bytes;
}

/** Judges the checksum and corrects a single-bit error in `bytes`. */
function judgeChecksum(db: Database, bytes: Uint8Array, pgno: number): PageChecksum {
  const { pageSize } = db.pages.format;
  const found = describePageChecksum(bytes, 0, pageSize, pgno);
  const corrected = found.verdict === 'correctable' ? (correctPage(bytes, 0, pageSize, pgno) ?? []) : [];
  const unsummed = db.hasNoChecksums && found.verdict === 'bad' && found.stored.every((sum) => sum === 0n);
  const text = (sums: readonly bigint[]): string[] => sums.map((sum) => sum.toString(16).padStart(16, '0'));
  return {
    verdict: unsummed ? 'none' : found.verdict,
    format: found.format,
    stored: text(found.stored),
    computed: text(found.computed),
    corrected,
    ...(found.pgnoActual === undefined ? {} : { pgnoActual: found.pgnoActual }),
  };
}

function pageHeader(page: Page): PageHeader {
  return {
    dbtimeDirtied: plainInteger(page.dbtimeDirtied),
    pgnoPrev: page.pgnoPrev,
    pgnoNext: page.pgnoNext,
    objidFDP: page.objidFDP,
    cbFree: page.cbFree,
    cbUncommittedFree: page.cbUncommittedFree,
    ibMicFree: page.ibMicFree,
    ctagReserved: page.ctagReserved,
    itagMicFree: page.itagMicFree,
    fFlags: page.fFlags,
    flags: describePageFlags(page.fFlags),
    flushType: (page.fFlags & PageFlag.FlushType) >>> 15,
    ...(page.format.extendedHeader ? { pgno: u32(page.bytes, 64) } : {}),
  };
}

function rootSpace(page: Page): Pick<PageDescription, 'space' | 'splitBuffers'> {
  if (!page.isRoot) return {};
  if ((page.fFlags & PageFlag.SpaceTree) !== 0) {
    const buffers = splitBuffers(page);
    return {
      splitBuffers: buffers.map((e) => ({ first: e.pgnoLast - e.cpg + 1, last: e.pgnoLast, pages: e.cpg })),
    };
  }
  const field = readRootField(page);
  if (field === undefined) return {};
  const { pgnoParent, multipleExtent, nonUnique, cpgPrimary, version2, availBitmap } = field.space;
  return {
    space: {
      ...{ pgnoParent, multipleExtent, nonUnique, cpgPrimary, version2 },
      ...(multipleExtent ? spaceTreeRoots(field.space) : { availBitmap }),
      ...(field.autoInc === undefined ? {} : { autoInc: plainInteger(field.autoInc) }),
    },
  };
}

/** Tags that lie within the page, however many its header claims. */
function tagCount(page: Page): number {
  return Math.min(page.itagMicFree, Math.floor(page.format.dataSize / 4));
}

function pageTags(page: Page): TagDescription[] {
  const tags: TagDescription[] = [];
  for (let itag = 0; itag < tagCount(page); itag++) {
    const start = page.tagStart(itag);
    const problem = tagProblem(page, itag);
    tags.push({
      itag,
      ib: start - page.format.headerSize,
      cb: page.tagLength(itag),
      start,
      flags: nodeFlagNames(page.tagFlags(itag)),
      ...(problem === undefined ? {} : { problem }),
    });
  }
  return tags;
}

function pageProblems(page: Page, checksum: PageChecksum): string[] {
  const problems: string[] = [];
  const header = pageHeaderProblem(page);
  if (header !== undefined) problems.push(header);
  const stated = page.format.extendedHeader ? u32(page.bytes, 64) : page.pgno;
  if (stated !== page.pgno && checksum.verdict !== 'none') problems.push(`it states to be page ${stated}`);
  if (page.pgnoPrev > 0 && page.pgnoPrev === page.pgnoNext) problems.push('its neighbours are one and the same page');
  return problems;
}

/**
 * Describes page `pgno`, however damaged it is.
 * @throws JetError JET_errFileIOBeyondEOF for a page outside the file, JET_errDiskIO when it cannot be read.
 */
export function describePage(db: Database, pgno: number): PageDescription {
  const bytes = readRaw(db, pgno);
  const checksum = judgeChecksum(db, bytes, pgno);
  const place = { pgno, offset: pageOffset(pgno, db.pages.format.pageSize), checksum };
  if (bytes.every((byte) => byte === 0)) return { ...place, tags: [], lines: [], problems: [] };
  const page = new Page(bytes, db.pages.format, pgno);
  const owner = ownerOf(db, page.objidFDP);
  const describer = new LineDescriber(db, owner);
  const lines: LineDescription[] = [];
  for (let line = 0; line < page.lineCount; line++) lines.push(describer.describe(page, line));
  return {
    ...place,
    header: pageHeader(page),
    owner: ownerText(owner),
    ...rootSpace(page),
    externalHeader: toHex(page.externalHeader),
    tags: pageTags(page),
    lines,
    problems: pageProblems(page, checksum),
  };
}
