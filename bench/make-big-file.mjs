// Makes a database file of any size to measure on: the pages of a real database over and over, each sealed anew for
// the place it gets. Only headers and checksums of the result are right; its trees are not.
//
//   node bench/make-big-file.mjs OUT BYTES [SOURCE]
//
// SOURCE: any clean database. Without it, pages of pseudo-random bytes are taken. Needs `npm run build`.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sealPage } from '../dist/ese/page/checksum-page.js';
import { xorChecksum } from '../dist/ese/page/checksum-xor.js';

const HEADER_PAGES = 2;
const WRITE_SIZE = 8 * 1024 * 1024;

/** Page size and pages (headers first, unused ones left out) of a database. */
function realPages(path) {
  const file = readFileSync(path);
  const pageSize = file.readUInt32LE(236) || 4096;
  const pages = [];
  for (let at = 0; at + pageSize <= file.length; at += pageSize) {
    const page = file.subarray(at, at + pageSize);
    if (pages.length < HEADER_PAGES || page.some((byte) => byte !== 0)) pages.push(page);
  }
  return { pageSize, pages };
}

/** A header that says no more than that this is a clean database of revision 0x14. */
function bareHeader(pageSize) {
  const header = Buffer.alloc(pageSize);
  header.writeUInt32LE(0x89abcdef, 4);
  header.writeUInt32LE(0x620, 8);
  header.writeUInt32LE(3, 52);
  header.writeUInt32LE(0x14, 232);
  header.writeUInt32LE(pageSize, 236);
  header.writeUInt32LE(1, 667);
  header.writeUInt32LE(xorChecksum(header, 0, pageSize), 0);
  return header;
}

/** The same without a database: headers, then noise. */
function noisePages() {
  const pageSize = 8192;
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  };
  const pages = Array.from({ length: 256 }, () => Uint8Array.from({ length: pageSize }, noise));
  return { pageSize, pages: [bareHeader(pageSize), bareHeader(pageSize), ...pages] };
}

/** Writes a file of `bytes` bytes (rounded down to whole pages) to `out`; returns its page size. */
export function makeBigFile(out, bytes, source) {
  const { pageSize, pages } = source === undefined ? noisePages() : realPages(source);
  const total = Math.floor(bytes / pageSize);
  const perWrite = WRITE_SIZE / pageSize;
  const buffer = new Uint8Array(WRITE_SIZE);
  const data = pages.slice(HEADER_PAGES);
  const file = openSync(out, 'w');
  for (let first = 0; first < total; first += perWrite) {
    const count = Math.min(perWrite, total - first);
    for (let i = 0; i < count; i++) {
      const page = first + i;
      const isHeader = page < HEADER_PAGES;
      buffer.set(isHeader ? pages[page] : data[page % data.length], i * pageSize);
      if (!isHeader) sealPage(buffer, i * pageSize, pageSize, page - HEADER_PAGES + 1);
    }
    writeSync(file, buffer, 0, count * pageSize);
  }
  closeSync(file);
  return pageSize;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, bytes, source] = process.argv.slice(2);
  if (bytes === undefined) {
    console.error('usage: node bench/make-big-file.mjs OUT BYTES [SOURCE]');
    process.exitCode = 2;
  } else {
    console.log(`${out}: pages of ${makeBigFile(out, Number(bytes), source)} bytes`);
  }
}
