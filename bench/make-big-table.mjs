// Makes a database whose one table is of any size, to measure export on: the records of a table of a real database
// over and over, in new pages under a new tree with keys of its own. Header, catalog and long values are the real
// ones; the trees of free space are not brought up to date, which only a check would notice.
//
//   node bench/make-big-table.mjs OUT BYTES SOURCE TABLE
//
// SOURCE: a clean database with pages of 8 KB or less. Needs `npm run build`.
import { closeSync, copyFileSync, openSync, statSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Database } from '../dist/ese/database.js';
import { FileSource } from '../dist/ese/io/file-source.js';
import { sealPage } from '../dist/ese/page/checksum-page.js';
import { scanTable } from '../dist/ese/table-scan.js';

const HEADER_SIZE = 40;
const TAG_SIZE = 4;
const KEY_SIZE = 8;
const Flag = { Root: 1, Leaf: 2, ParentOfLeaf: 4, NewRecordFormat: 0x800 };
const WRITE_SIZE = 8 * 1024 * 1024;

/** One page in the making. */
class PageBuilder {
  constructor(pageSize, objid, flags, external = new Uint8Array(0)) {
    this.bytes = Buffer.alloc(pageSize);
    this.pageSize = pageSize;
    this.lines = 0;
    this.end = 0;
    this.bytes.writeUInt32LE(objid, 24);
    this.bytes.writeUInt32LE(flags, 36);
    this.#tag(external.length);
    this.bytes.set(external, HEADER_SIZE);
    this.end = external.length;
  }

  #tag(length) {
    const at = this.pageSize - TAG_SIZE * (this.lines + 1);
    this.bytes.writeUInt16LE(length, at);
    this.bytes.writeUInt16LE(this.end, at + 2);
    this.lines++;
  }

  /** Adds a node; false when there is no room. */
  add(key, data) {
    const length = 2 + key.length + data.length;
    if (HEADER_SIZE + this.end + length + TAG_SIZE * (this.lines + 1) > this.pageSize) return false;
    const at = HEADER_SIZE + this.end;
    this.#tag(length);
    this.bytes.writeUInt16LE(key.length, at);
    this.bytes.set(key, at + 2);
    this.bytes.set(data, at + 2 + key.length);
    this.end += length;
    return true;
  }

  finish(pgno, pgnoPrev, pgnoNext) {
    this.bytes.writeUInt32LE(pgnoPrev, 16);
    this.bytes.writeUInt32LE(pgnoNext, 20);
    const free = this.pageSize - HEADER_SIZE - this.end - TAG_SIZE * this.lines;
    this.bytes.writeUInt16LE(free, 28);
    this.bytes.writeUInt16LE(this.end, 32);
    this.bytes.writeUInt16LE(this.lines, 34);
    sealPage(this.bytes, 0, this.pageSize, pgno);
    return this.bytes;
  }
}

/** Collects pages and writes many at once. */
class PageFile {
  constructor(path, pageSize) {
    this.handle = openSync(path, 'r+');
    this.pageSize = pageSize;
    this.next = statSync(path).size / pageSize - 1;
    this.buffer = [];
    this.first = this.next;
  }

  append(builder, pgnoPrev, pgnoNext) {
    const pgno = this.next++;
    this.buffer.push(builder.finish(pgno, pgnoPrev, pgnoNext));
    if (this.buffer.length * this.pageSize >= WRITE_SIZE) this.flush();
    return pgno;
  }

  flush() {
    const bytes = Buffer.concat(this.buffer);
    writeSync(this.handle, bytes, 0, bytes.length, (this.first + 1) * this.pageSize);
    this.first = this.next;
    this.buffer = [];
  }

  replace(pgno, bytes) {
    this.flush();
    writeSync(this.handle, bytes, 0, bytes.length, (pgno + 1) * this.pageSize);
    closeSync(this.handle);
  }
}

function keyOf(number) {
  const key = Buffer.alloc(KEY_SIZE);
  key.writeBigUInt64BE(BigInt(number));
  return key;
}

/** Writes a level of branch pages over `children`; returns the pages of the level. */
function branchLevel(file, table, children, parentOfLeaf) {
  const flags = parentOfLeaf ? Flag.ParentOfLeaf : 0;
  const pages = [];
  let builder = new PageBuilder(file.pageSize, table.tree.objid, flags);
  let high;
  children.forEach((child, i) => {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(child.pgno);
    const key = i === children.length - 1 ? Buffer.alloc(0) : child.high;
    if (!builder.add(key, data)) {
      pages.push({ pgno: file.append(builder, 0, 0), high });
      builder = new PageBuilder(file.pageSize, table.tree.objid, flags);
      builder.add(key, data);
    }
    high = child.high;
  });
  pages.push({ pgno: file.append(builder, 0, 0), high });
  return pages;
}

/** Writes leaf pages until there are `bytes` of them; returns them with the first key after each. */
function writeLeaves(file, table, records, bytes) {
  const flags = Flag.Leaf | Flag.NewRecordFormat;
  const leaves = [];
  let builder = new PageBuilder(file.pageSize, table.tree.objid, flags);
  let row = 0;
  while (leaves.length * file.pageSize < bytes) {
    if (builder.add(keyOf(row), records[row % records.length])) {
      row++;
      continue;
    }
    const pgnoPrev = leaves.length === 0 ? 0 : file.next - 1;
    leaves.push({ pgno: file.append(builder, pgnoPrev, file.next + 1), high: keyOf(row) });
    builder = new PageBuilder(file.pageSize, table.tree.objid, flags);
  }
  return { leaves, rows: row };
}

/** Writes the database; returns the rows of the table. */
export function makeBigTable(out, bytes, source, tableName) {
  const db = new Database(new FileSource(source));
  const table = db.table(tableName);
  const records = Array.from(scanTable(db, table), ({ node }) => Buffer.from(node.data()));
  const root = db.pages.read(table.tree.pgnoFDP);
  const external = Buffer.from(root.externalHeader);
  const { pageSize } = db.pages.format;
  db.close();
  copyFileSync(source, out);
  const file = new PageFile(out, pageSize);
  const { leaves, rows } = writeLeaves(file, table, records, bytes);
  let level = branchLevel(file, table, leaves, true);
  while (level.length > 50) level = branchLevel(file, table, level, false);
  const top = new PageBuilder(pageSize, table.tree.objid, Flag.Root, external);
  level.forEach((child, i) => {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(child.pgno);
    top.add(i === level.length - 1 ? Buffer.alloc(0) : child.high, data);
  });
  file.replace(table.tree.pgnoFDP, top.finish(table.tree.pgnoFDP, 0, 0));
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, bytes, source, table] = process.argv.slice(2);
  if (table === undefined) {
    console.error('usage: node bench/make-big-table.mjs OUT BYTES SOURCE TABLE');
    process.exitCode = 2;
  } else {
    console.log(`${out}: ${makeBigTable(out, Number(bytes), source, table)} rows`);
  }
}
