// Database files for checksum scans: right headers and sealed pages, nothing in them.
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { sealPage } from '../../src/ese/page/checksum-page.ts';

/** Page number of the page at place `page` of a file (0 and 1 are the headers). */
export const pgnoAt = (page: number): number => page - 1;

/** One page of a file, as a view. */
export function pageAt(file: Uint8Array, page: number, pageSize: number): Uint8Array {
  return file.subarray(page * pageSize, (page + 1) * pageSize);
}

/** Writes a legacy sum, as headers have it. */
export function sealHeader(page: Uint8Array): void {
  new DataView(page.buffer, page.byteOffset).setUint32(0, xorChecksum(page, 0, page.length), true);
}

/** Sets the dbtime of a page and seals it. */
export function sealWithDbtime(page: Uint8Array, dbtime: bigint, pgno: number): void {
  new DataView(page.buffer, page.byteOffset).setBigUint64(8, dbtime, true);
  sealPage(page, 0, page.length, pgno);
}

/** A file of `pages` pages, headers included: page number n has dbtime 1000 + n. */
export function makeDatabase(pages: number, pageSize: number): Uint8Array {
  const file = new Uint8Array(pages * pageSize);
  for (let page = 0; page < pages; page++) {
    const bytes = pageAt(file, page, pageSize);
    bytes.fill(page % 251, 100);
    if (page < 2) {
      bytes.set([0xef, 0xcd, 0xab, 0x89], 4);
      sealHeader(bytes);
    } else {
      sealWithDbtime(bytes, BigInt(1000 + pgnoAt(page)), pgnoAt(page));
    }
  }
  return file;
}
