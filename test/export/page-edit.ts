// Changes pages of a database in memory as deleting and damage would, and seals them again.
import { Database } from '../../src/ese/database.ts';
import { walkLeaves } from '../../src/ese/btree/leaf-walk.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { sealPage } from '../../src/ese/page/checksum-page.ts';
import { Page } from '../../src/ese/page/page.ts';
import type { PageFormat } from '../../src/ese/page/page-format.ts';
import { pageOffset } from '../../src/ese/page/page-reader.ts';

const TAG_SIZE = 4;
const DELETED = 2;
const FLAGS_SHIFT = 13;

/** A database in memory whose pages can be changed. */
export class EditedDatabase {
  readonly bytes: Buffer;
  readonly format: PageFormat;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes);
    this.format = this.open().pages.format;
  }

  open(): Database {
    return new Database(new BufferSource(this.bytes));
  }

  /** Numbers of the leaf pages of a table, in key order. */
  leaves(table: string): number[] {
    const db = this.open();
    return Array.from(walkLeaves(db.pages, db.table(table)!.tree), (page) => page.pgno);
  }

  page(pgno: number): Page {
    return new Page(this.#slice(pgno), this.format, pgno);
  }

  #slice(pgno: number): Buffer {
    const at = pageOffset(pgno, this.format.pageSize);
    return this.bytes.subarray(at, at + this.format.pageSize);
  }

  /** Changes a page; its checksum is made to fit. */
  edit(pgno: number, change: (bytes: Buffer, page: Page) => void): void {
    const bytes = this.#slice(pgno);
    change(bytes, this.page(pgno));
    sealPage(bytes, 0, this.format.pageSize, pgno);
  }

  /** Changes a few bytes, and not the checksum. */
  flip(pgno: number, offset: number): void {
    const bytes = this.#slice(pgno);
    for (let i = 0; i < 16; i++) bytes[offset + i]! ^= (i * i * 37 + 91) & 0xff;
  }

  /** Flags a line deleted, as a delete does at first. */
  flagDeleted(pgno: number, line: number): void {
    this.edit(pgno, (bytes, page) => {
      const itag = line + page.ctagReserved;
      const tag = this.format.pageSize - TAG_SIZE * (itag + 1);
      const word = this.format.flagsInTag ? tag + 2 : page.tagStart(itag);
      bytes.writeUInt16LE(bytes.readUInt16LE(word) | (DELETED << FLAGS_SHIFT), word);
    });
  }

  /** True when no other line's bytes come after those of this line. */
  isLastInSpace(pgno: number, line: number): boolean {
    const page = this.page(pgno);
    const own = page.tagStart(line + page.ctagReserved);
    return Array.from({ length: page.itagMicFree }, (_, itag) => page.tagStart(itag)).every((start) => start <= own);
  }

  /** Takes a line off the page, as clean-up does later: its tag goes, its bytes stay. */
  removeLine(pgno: number, line: number): void {
    this.edit(pgno, (bytes, page) => {
      const { pageSize } = this.format;
      const itag = line + page.ctagReserved;
      const last = pageSize - TAG_SIZE * page.itagMicFree;
      bytes.copyWithin(last + TAG_SIZE, last, pageSize - TAG_SIZE * (itag + 1));
      bytes.fill(0, last, last + TAG_SIZE);
      bytes.writeUInt16LE(bytes.readUInt16LE(34) - 1, 34);
    });
  }
}
