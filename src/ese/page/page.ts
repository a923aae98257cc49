// A page: header fields and tag array (format 2.1, 2.2; PGHDR, PGHDR2, TAG in cpage.hxx).
import { i64, u16, u32 } from '../../binary/little-endian.ts';
import { PageFlag } from './page-flags.ts';
import type { PageFormat } from './page-format.ts';

/** Bytes of one tag at the end of the page. */
const TAG_SIZE = 4;

/**
 * A read-only view of one page. Nothing is trusted: `structureProblem` says what is wrong with header and tags, and
 * the line accessors give only ranges that lie inside the page.
 */
export class Page {
  readonly bytes: Uint8Array;
  readonly format: PageFormat;
  /** Number of the page by its place in the file (1-based). */
  readonly pgno: number;
  readonly pgnoPrev: number;
  readonly pgnoNext: number;
  readonly objidFDP: number;
  readonly cbFree: number;
  readonly cbUncommittedFree: number;
  readonly ibMicFree: number;
  /** Tags in use, tag 0 included. */
  readonly itagMicFree: number;
  /** Tags before the first line: 1, more where reserved tags exist. */
  readonly ctagReserved: number;
  readonly fFlags: number;

  /** `bytes` is exactly one page. */
  constructor(bytes: Uint8Array, format: PageFormat, pgno: number) {
    this.bytes = bytes;
    this.format = format;
    this.pgno = pgno;
    this.pgnoPrev = u32(bytes, 16);
    this.pgnoNext = u32(bytes, 20);
    this.objidFDP = u32(bytes, 24);
    this.cbFree = u16(bytes, 28);
    this.cbUncommittedFree = u16(bytes, 30);
    this.ibMicFree = u16(bytes, 32);
    const itagState = u16(bytes, 34);
    this.itagMicFree = itagState & 0x0fff;
    this.ctagReserved = Math.max(1, (itagState >> 12) & 7);
    this.fFlags = u32(bytes, 36);
  }

  /** Database time of the last change. */
  get dbtimeDirtied(): bigint {
    return i64(this.bytes, 8);
  }

  get isLeaf(): boolean {
    return (this.fFlags & PageFlag.Leaf) !== 0;
  }

  get isRoot(): boolean {
    return (this.fFlags & PageFlag.Root) !== 0;
  }

  /** Number of lines (nodes); 0 when the tag array cannot be right. */
  get lineCount(): number {
    const count = this.itagMicFree - this.ctagReserved;
    return count > 0 && this.itagMicFree * TAG_SIZE <= this.format.dataSize ? count : 0;
  }

  /** Bytes of a tag's data. */
  tagLength(itag: number): number {
    return u16(this.bytes, this.format.pageSize - TAG_SIZE * (itag + 1)) & this.format.tagMask;
  }

  /** Where a tag's data begins, from the start of the page. May lie outside on a damaged page. */
  tagStart(itag: number): number {
    const word = u16(this.bytes, this.format.pageSize - TAG_SIZE * (itag + 1) + 2);
    return this.format.headerSize + (word & this.format.tagMask);
  }

  /** Node flags (NodeFlag) of a tag. */
  tagFlags(itag: number): number {
    if (this.format.flagsInTag) return u16(this.bytes, this.format.pageSize - TAG_SIZE * (itag + 1) + 2) >> 13;
    if (itag === 0 || this.tagLength(itag) < 2) return 0;
    const start = this.tagStart(itag);
    return start + 2 <= this.format.pageSize ? this.bytes[start + 1]! >> 5 : 0;
  }

  /** The external header: tag 0 (root field, or prefix of compressed keys). Empty when it cannot be right. */
  get externalHeader(): Uint8Array {
    if (this.itagMicFree === 0) return this.bytes.subarray(0, 0);
    const start = this.tagStart(0);
    const end = start + this.tagLength(0);
    return end <= this.format.pageSize ? this.bytes.subarray(start, end) : this.bytes.subarray(0, 0);
  }

  /** First byte of the tag array. */
  get tagArrayStart(): number {
    return this.format.pageSize - TAG_SIZE * this.itagMicFree;
  }
}
