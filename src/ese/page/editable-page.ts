// A page that can be changed: header fields, lines, accounting of space (format 2.1-2.5; cpage.cxx). Where bytes come to
// lie is what the engine does, so that a page redone from the log equals the engine's.
import { u16 } from '../../binary/little-endian.ts';
import { compactLines, fillGaps } from './compact-lines.ts';
import { EditableHeader, TAGS_MOST } from './editable-header.ts';
import { copyBytes, putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { NodeFlag, PageFlag } from './page-flags.ts';
import type { PageFormat } from './page-format.ts';
import { expectedFree, hasOverlap, pageHeaderProblem, tagProblem } from './page-structure.ts';

const TAG_SIZE = 4;
const KEY_SIZE = 2;
const KEY_SIZE_MASK = 0x1fff;
const FLAG_SHIFT = 13;
const FLAG_BITS = 0xe000;
/** Flags that a caller sets; `Compressed` follows from the prefix. */
const STORED_FLAGS = NodeFlag.Version | NodeFlag.Deleted;

/** Flags that no page has together. */
const CONTRADICTIONS = [PageFlag.Leaf | PageFlag.ParentOfLeaf, PageFlag.Index | PageFlag.LongValue];

const overlapScratch = new Uint32Array(TAGS_MOST + 1);
/** Key of a line that moves while its data is replaced. */
const keyScratch = new Uint8Array(2 * KEY_SIZE + KEY_SIZE_MASK);

/**
 * One page in memory that can be changed, without copies of it. Every change checks its arguments first and throws a
 * JetError with the page as it was: JET_errBadLineCount (no such line), JET_errDatabaseCorrupted (does not fit; or the
 * page itself is damaged, which is looked at before the first change), JET_errLogOperationInconsistentWithDatabase
 * (prefix longer than the page's). Data given to a change must not lie in the page itself.
 */
export class EditablePage extends EditableHeader {
  /** False until header, tags and lines are known to be right. */
  #sound = false;
  /** Longest prefix a line may have, -1: that of the external header. */
  #prefixLimit = -1;

  /** `bytes` is exactly one page; it is changed in place. `statesReservedTags`: see there. */
  constructor(bytes: Uint8Array, format: PageFormat, pgno: number, statesReservedTags = false) {
    super(bytes, format, pgno, statesReservedTags);
  }

  /** Node flags of a line (NodeFlag). */
  lineFlags(iline: number): number {
    return this.tagFlags(this.#itag(iline));
  }

  /** Bytes of the page's prefix that the key of a line begins with. */
  linePrefix(iline: number): number {
    const itag = this.#existing(iline);
    return (this.tagFlags(itag) & NodeFlag.Compressed) === 0 ? 0 : u16(this.bytes, this.tagStart(itag)) & KEY_SIZE_MASK;
  }

  /** To be called when `bytes` were changed behind this object. */
  reload(): void {
    this.readHeader();
    this.#sound = false;
    this.#prefixLimit = -1;
  }

  /**
   * Looks at header, tags, lines and accounting as a whole.
   * @throws JetError JET_errDatabaseCorrupted. Done by itself before the first change.
   */
  verify(): void {
    this.#sound = false;
    const problem = this.#problem();
    if (problem !== undefined) this.refuse('JET_errDatabaseCorrupted', problem);
    this.#sound = true;
  }

  /** Makes this a new page without any tags that only says whose it is (flag PreInit). */
  preinitialize(objidFDP: number, dbtime: number): void {
    const { bytes, format } = this;
    bytes.fill(0);
    this.dbtime = dbtime;
    putU32(bytes, 24, objidFDP);
    putU16(bytes, 28, format.dataSize);
    putU32(bytes, 36, PageFlag.PreInit | PageFlag.NewRecordFormat);
    if (format.extendedHeader) putU32(bytes, 64, this.pgno);
    this.readHeader();
    this.#sound = true;
  }

  /**
   * Makes this a new page without lines and with an empty external header.
   * @throws JetError JET_errDatabaseCorrupted when the flags contradict each other; nothing is changed.
   */
  initialize(objidFDP: number, fFlags: number, dbtime: number): void {
    if (CONTRADICTIONS.some((both) => (fFlags & both) === both)) {
      this.refuse('JET_errDatabaseCorrupted', `cannot have the flags 0x${fFlags.toString(16)}`);
    }
    this.preinitialize(objidFDP, dbtime);
    this.setFree(this.format.dataSize - TAG_SIZE);
    this.setTagCount(1, 1);
    this.setFlags((fFlags | PageFlag.NewRecordFormat) & ~PageFlag.PreInit);
  }

  /**
   * Inserts a line before line `iline`: flags, the key as a length of the page's prefix and a suffix, data (never
   * empty).
   */
  insertLine(
    iline: number,
    flags: number,
    prefixLength: number,
    suffix: Uint8Array,
    suffixStart: number,
    suffixLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): void {
    if (!this.#sound) this.verify();
    const count = this.itagMicFree;
    const itag = this.#itag(iline);
    if (!(iline >= 0 && itag <= count)) this.refuse('JET_errBadLineCount', `has no place for line ${iline}`);
    const size = this.#lineSize(prefixLength, suffix, suffixStart, suffixLength, data, dataStart, dataLength);
    if (size + TAG_SIZE > this.cbFree || count >= TAGS_MOST) this.#refuseSize(size);
    this.#makeContiguous(size + TAG_SIZE);
    const { bytes } = this;
    const tag = this.#tagAt(itag);
    if (itag !== count) bytes.copyWithin(this.#tagAt(count), this.#tagAt(count - 1), tag + TAG_SIZE);
    this.setTagCount(count + 1, this.ctagReserved);
    const ib = this.ibMicFree;
    putU16(bytes, tag, size);
    putU16(bytes, tag + 2, ib);
    this.setUsed(ib + size);
    this.setFree(this.cbFree - size - TAG_SIZE);
    this.#writeLine(itag, flags, prefixLength, suffix, suffixStart, suffixLength, data, dataStart, dataLength);
  }

  /** Writes a whole line anew, in its place where it fits. */
  replaceLine(
    iline: number,
    flags: number,
    prefixLength: number,
    suffix: Uint8Array,
    suffixStart: number,
    suffixLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): void {
    const itag = this.#existing(iline);
    const size = this.#lineSize(prefixLength, suffix, suffixStart, suffixLength, data, dataStart, dataLength);
    this.#resize(itag, size);
    this.#writeLine(itag, flags, prefixLength, suffix, suffixStart, suffixLength, data, dataStart, dataLength);
  }

  /** Replaces the data of a line; its key and flags stay. */
  replaceData(iline: number, data: Uint8Array, dataStart: number, dataLength: number): void {
    const itag = this.#existing(iline);
    const keyEnd = this.#keyEnd(itag);
    if (!(dataLength > 0 && dataStart >= 0 && dataStart + dataLength <= data.length)) {
      this.refuse('JET_errDatabaseCorrupted', `line ${iline} cannot have ${dataLength} bytes of data`);
    }
    if (dataLength > this.format.dataSize) this.#refuseSize(dataLength);
    const start = this.tagStart(itag);
    if (keyEnd + dataLength > this.tagLength(itag)) {
      const flags = this.tagFlags(itag);
      copyBytes(keyScratch, 0, this.bytes, start, keyEnd);
      this.#resize(itag, keyEnd + dataLength);
      copyBytes(this.bytes, this.tagStart(itag), keyScratch, 0, keyEnd);
      this.#setFlags(itag, flags);
    } else this.#resize(itag, keyEnd + dataLength);
    copyBytes(this.bytes, this.tagStart(itag) + keyEnd, data, dataStart, dataLength);
  }

  /** Sets the flags of a line but for `Compressed`, which says how its key is stored. */
  setLineFlags(iline: number, flags: number): void {
    const itag = this.#existing(iline);
    this.#setFlags(itag, (flags & STORED_FLAGS) | (this.tagFlags(itag) & NodeFlag.Compressed));
  }

  /** Removes a line. */
  deleteLine(iline: number): void {
    const itag = this.#existing(iline);
    const { bytes, format } = this;
    const size = this.tagLength(itag);
    const tag = this.#tagAt(itag);
    const ibMicFree = this.ibMicFree;
    if (this.tagStart(itag) + size === format.headerSize + ibMicFree) this.setUsed(ibMicFree - size);
    this.setFree(this.cbFree + size + TAG_SIZE);
    const count = this.itagMicFree - 1;
    bytes.copyWithin(this.#tagAt(count - 1), this.#tagAt(count), tag);
    this.setTagCount(count, this.ctagReserved);
    if (this.cbFree + TAG_SIZE === format.dataSize) this.setUsed(0);
  }

  /** Removes line `iline` and all after it. */
  deleteLinesFrom(iline: number): void {
    for (let last = this.lineCount - 1; last >= Math.max(0, iline); last--) this.deleteLine(last);
  }

  /**
   * Sets the external header, which may be empty: on roots what the space manager keeps there, else the prefix of the
   * page. One too short for a line's prefix is refused.
   */
  setExternalHeader(data: Uint8Array): void {
    if (!this.#sound) this.verify();
    if (this.itagMicFree === 0) this.refuse('JET_errDatabaseCorrupted', 'has no external header');
    if (data.length < this.tagLength(0)) this.#refuseShortPrefix(data.length);
    this.#resize(0, data.length);
    this.#setFlags(0, 0);
    copyBytes(this.bytes, this.tagStart(0), data, 0, data.length);
  }

  /**
   * Begins a change of the page's prefix: until `endPrefixChange` lines may be written with prefixes that are not there
   * yet. `dropOld`: the old prefix goes first. When something fails in between the caller restores the page.
   */
  beginPrefixChange(dropOld: boolean): void {
    if (!this.#sound) this.verify();
    this.#prefixLimit = KEY_SIZE_MASK;
    if (dropOld) this.#resize(0, 0);
  }

  /** Sets the new prefix of the page, which must be long enough for all lines. */
  endPrefixChange(prefix: Uint8Array): void {
    this.#prefixLimit = -1;
    this.#refuseShortPrefix(prefix.length);
    this.setExternalHeader(prefix);
  }

  /** The most bytes of the page's prefix that a line uses. */
  longestPrefix(): number {
    let longest = 0;
    for (let itag = this.ctagReserved; itag < this.itagMicFree; itag++) {
      if ((this.tagFlags(itag) & NodeFlag.Compressed) === 0) continue;
      longest = Math.max(longest, u16(this.bytes, this.tagStart(itag)) & KEY_SIZE_MASK);
    }
    return longest;
  }

  /** Moves all lines together, so that all free bytes are in one piece. */
  compact(): void {
    if (!this.#sound) this.verify();
    this.setUsed(compactLines(this.bytes, this.format, this.itagMicFree));
  }

  /** Overwrites all free bytes with `fill`; lines stay where they are. */
  fillFree(fill: number): void {
    if (!this.#sound) this.verify();
    if (this.#contiguous() !== this.cbFree) {
      this.setUsed(fillGaps(this.bytes, this.format, this.itagMicFree, fill));
    }
    this.bytes.fill(fill, this.format.headerSize + this.ibMicFree, this.tagArrayStart);
  }

  /** Takes over the contents of another page; only the page's own number stays. */
  copyFrom(source: Uint8Array): void {
    if (source.length !== this.bytes.length) throw new RangeError(`a page has ${this.format.pageSize} bytes`);
    this.bytes.set(source);
    if (this.format.extendedHeader) putU32(this.bytes, 64, this.pgno);
    this.reload();
  }

  #problem(): string | undefined {
    const problem = pageHeaderProblem(this);
    if (problem !== undefined) return problem;
    for (let itag = 0; itag < this.itagMicFree; itag++) {
      const found = tagProblem(this, itag);
      if (found !== undefined) return `tag ${itag} ${found}`;
    }
    if (expectedFree(this) !== this.cbFree) return `cbFree ${this.cbFree} is wrong`;
    return hasOverlap(this, overlapScratch) ? 'lines overlap' : undefined;
  }

  #tagAt(itag: number): number {
    return this.format.pageSize - TAG_SIZE * (itag + 1);
  }

  /** The tag of a line, which need not exist. */
  #itag(iline: number): number {
    return iline + this.ctagReserved;
  }

  /** The tag of an existing line of a page that is sound. */
  #existing(iline: number): number {
    if (!this.#sound) this.verify();
    const itag = this.#itag(iline);
    if (!(iline >= 0 && itag < this.itagMicFree)) this.refuse('JET_errBadLineCount', `has no line ${iline}`);
    return itag;
  }

  #contiguous(): number {
    return this.format.dataSize - this.ibMicFree - TAG_SIZE * this.itagMicFree;
  }

  #makeContiguous(size: number): void {
    if (this.#contiguous() < size) this.compact();
  }

  /** Size of a line with these parts, all checked. */
  #lineSize(
    prefixLength: number,
    suffix: Uint8Array,
    suffixStart: number,
    suffixLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): number {
    const limit = this.#prefixLimit >= 0 ? this.#prefixLimit : this.tagLength(0);
    if (!(prefixLength >= 0 && prefixLength <= limit && this.itagMicFree > 0)) {
      this.refuse('JET_errLogOperationInconsistentWithDatabase', `has no prefix of ${prefixLength} bytes`);
    }
    const within =
      suffixLength >= 0 &&
      suffixLength <= KEY_SIZE_MASK &&
      suffixStart >= 0 &&
      suffixStart + suffixLength <= suffix.length &&
      dataLength > 0 &&
      dataStart >= 0 &&
      dataStart + dataLength <= data.length;
    if (!within) this.refuse('JET_errDatabaseCorrupted', `cannot have ${suffixLength} + ${dataLength} bytes in a line`);
    const size = (prefixLength > 0 ? 2 * KEY_SIZE : KEY_SIZE) + suffixLength + dataLength;
    if (size > this.format.dataSize) this.#refuseSize(size);
    return size;
  }

  /** Bytes of a line before its data. */
  #keyEnd(itag: number): number {
    const start = this.tagStart(itag);
    const size = (this.tagFlags(itag) & NodeFlag.Compressed) !== 0 ? KEY_SIZE : 0;
    return size + KEY_SIZE + (u16(this.bytes, start + size) & KEY_SIZE_MASK);
  }

  /** Gives a tag `size` bytes. What it held is kept only where it stays in place. */
  #resize(itag: number, size: number): void {
    const { bytes, format } = this;
    const tag = this.#tagAt(itag);
    const old = u16(bytes, tag) & format.tagMask;
    const ib = u16(bytes, tag + 2) & format.tagMask;
    const ibMicFree = this.ibMicFree;
    const growth = size - old;
    if (growth > this.cbFree) this.#refuseSize(size);
    const last = ib + old === ibMicFree;
    if (growth <= 0 || (last && this.#contiguous() >= growth)) {
      if (last) this.setUsed(ibMicFree + growth);
      this.setFree(this.cbFree - growth);
      putU16(bytes, tag, size);
      return;
    }
    putU16(bytes, tag, 0);
    putU16(bytes, tag + 2, 0);
    this.#makeContiguous(size);
    const end = this.ibMicFree;
    putU16(bytes, tag, size);
    putU16(bytes, tag + 2, end);
    this.setUsed(end + size);
    this.setFree(this.cbFree - growth);
  }

  #setFlags(itag: number, flags: number): void {
    const { bytes } = this;
    const at = this.format.flagsInTag ? this.#tagAt(itag) + 2 : this.tagStart(itag);
    if (!this.format.flagsInTag && (itag === 0 || this.tagLength(itag) < KEY_SIZE)) return;
    putU16(bytes, at, (u16(bytes, at) & ~FLAG_BITS) | (flags << FLAG_SHIFT));
  }

  #writeLine(
    itag: number,
    flags: number,
    prefixLength: number,
    suffix: Uint8Array,
    suffixStart: number,
    suffixLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): void {
    const { bytes } = this;
    let at = this.tagStart(itag);
    let lineFlags = flags & STORED_FLAGS;
    if (prefixLength > 0) {
      putU16(bytes, at, prefixLength);
      at += KEY_SIZE;
      lineFlags |= NodeFlag.Compressed;
    }
    putU16(bytes, at, suffixLength);
    copyBytes(bytes, at + KEY_SIZE, suffix, suffixStart, suffixLength);
    copyBytes(bytes, at + KEY_SIZE + suffixLength, data, dataStart, dataLength);
    this.#setFlags(itag, lineFlags);
  }

  #refuseShortPrefix(length: number): void {
    const longest = this.longestPrefix();
    if (longest <= length || this.#prefixLimit >= 0) return;
    const message = `has a line that takes ${longest} bytes of a prefix of ${length}`;
    this.refuse('JET_errLogOperationInconsistentWithDatabase', message);
  }

  #refuseSize(size: number): never {
    return this.refuse('JET_errDatabaseCorrupted', `has no room for a line of ${size} bytes (${this.cbFree} are free)`);
  }
}
