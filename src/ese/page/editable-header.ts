// The header of a page as it is written: each field in the page's bytes and in the fields that `Page` read from them
// (format 2.1, 2.5; PGHDR, PGHDR2 in cpage.hxx).
import { u16, u32 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { PageFormat } from '../page/page-format.ts';
import { Page } from '../page/page.ts';
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';

const TAG_SIZE = 4;
/** Most tags a page can count. */
export const TAGS_MOST = 0x0fff;

/** Fields of the header, as they can be written. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A page whose header can be changed. What follows from its lines only `EditablePage` changes. */
export class EditableHeader extends Page {
  /**
   * True: changes write the number of reserved tags to the header, as databases of revision 270.560 and later have it.
   * To be changed when the database is upgraded while the page is held.
   */
  statesReservedTags: boolean;

  /** `bytes` is exactly one page; it is changed in place. */
  constructor(bytes: Uint8Array, format: PageFormat, pgno: number, statesReservedTags: boolean) {
    if (bytes.length !== format.pageSize) throw new RangeError(`a page has ${format.pageSize} bytes`);
    super(bytes, format, pgno);
    this.statesReservedTags = statesReservedTags;
  }

  /** dbtimeDirtied as a number: exact below 2^53, which real ones never reach. */
  get dbtime(): number {
    return u32(this.bytes, 12) * 0x1_0000_0000 + u32(this.bytes, 8);
  }
  set dbtime(dbtime: number) {
    const high = Math.floor(dbtime / 0x1_0000_0000);
    putU32(this.bytes, 8, (dbtime - high * 0x1_0000_0000) | 0);
    putU32(this.bytes, 12, high);
  }

  /** The header's fields as they can be written; their bytes are written with them. */
  get #header(): Writable<Page> {
    return this;
  }

  setPgnoPrev(pgno: number): void {
    this.#header.pgnoPrev = pgno;
    putU32(this.bytes, 16, pgno);
  }

  setPgnoNext(pgno: number): void {
    this.#header.pgnoNext = pgno;
    putU32(this.bytes, 20, pgno);
  }

  setFlags(fFlags: number): void {
    this.#header.fFlags = fFlags >>> 0;
    putU32(this.bytes, 36, fFlags);
  }

  /** Bytes of cbFree that a rollback may want back. More than cbFree is refused. */
  setUncommittedFree(cb: number): void {
    if (!(cb >= 0 && cb <= this.cbFree)) this.refuse('JET_errDatabaseCorrupted', `cannot reserve ${cb} bytes`);
    this.#header.cbUncommittedFree = cb;
    putU16(this.bytes, 30, cb);
  }

  /** Bytes a line may take (without its tag) to be inserted now, what rollbacks may want back left alone. */
  get room(): number {
    return Math.max(0, this.cbFree - this.cbUncommittedFree - TAG_SIZE);
  }

  /** What every change ends with: the database time of the change, and no longer scrubbed. */
  stamp(dbtime: number): void {
    this.dbtime = dbtime;
    if ((this.fFlags & PageFlag.Scrubbed) !== 0) this.setFlags(this.fFlags & ~PageFlag.Scrubbed);
  }

  protected setFree(cbFree: number): void {
    this.#header.cbFree = cbFree;
    putU16(this.bytes, 28, cbFree);
    if (this.cbUncommittedFree > cbFree) this.setUncommittedFree(cbFree);
  }

  protected setTagCount(count: number, reserved: number): void {
    const states = this.statesReservedTags || this.bytes[35]! >= 0x10;
    this.#header.itagMicFree = count;
    putU16(this.bytes, 34, states ? (reserved << 12) | count : count);
  }

  protected setUsed(ibMicFree: number): void {
    this.#header.ibMicFree = ibMicFree;
    putU16(this.bytes, 32, ibMicFree);
  }

  /** Reads all fields anew from the bytes. */
  protected readHeader(): void {
    const { bytes } = this;
    const header = this.#header;
    header.pgnoPrev = u32(bytes, 16);
    header.pgnoNext = u32(bytes, 20);
    header.objidFDP = u32(bytes, 24);
    header.cbFree = u16(bytes, 28);
    header.cbUncommittedFree = u16(bytes, 30);
    header.ibMicFree = u16(bytes, 32);
    header.itagMicFree = u16(bytes, 34) & TAGS_MOST;
    header.ctagReserved = Math.max(1, (bytes[35]! >> 4) & 7);
    header.fFlags = u32(bytes, 36);
  }

  protected refuse(symbol: JetErrorSymbol, problem: string): never {
    throw new JetError(symbol, `page ${this.pgno} ${problem}`, { pgno: this.pgno });
  }
}
