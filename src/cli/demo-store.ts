// The sample store of `esekit demo`: a database in the shape of a small mailbox store, and damage as a virus scanner
// does it.
import { closeSync, copyFileSync, openSync, writeSync } from 'node:fs';
import { walkLeaves } from '../ese/btree/leaf-walk.ts';
import { Database } from '../ese/database.ts';
import { FileSource } from '../ese/io/file-source.ts';
import { BulkDatabase, type NewRow } from '../ese/build/bulk-database.ts';
import { ExternalSort } from '../ese/build/external-sort.ts';
import type { TableSpec } from '../ese/build/table-spec.ts';
import { FilePageSink } from '../ese/io/file-page-sink.ts';
import { memorySpillStore } from '../ese/io/memory-spill.ts';
import { pageOffset } from '../ese/page/page-reader.ts';

const PAGE_SIZE = 8192;
const MESSAGES = 3000;
const FOLDERS = ['Inbox', 'Sent Items', 'Deleted Items', 'Projects', 'Archive'];

const FOLDER_TABLE: TableSpec = {
  name: 'Folders',
  columns: [
    { name: 'FID', type: 'Long', notNull: true },
    { name: 'Name', type: 'Text', codePage: 1200 },
    { name: 'Messages', type: 'Long' },
  ],
  indexes: [{ name: 'FID', key: ['FID'], primary: true }],
};

const MESSAGE_TABLE: TableSpec = {
  name: 'Msg',
  columns: [
    { name: 'MID', type: 'LongLong', notNull: true },
    { name: 'FID', type: 'Long', notNull: true },
    { name: 'Received', type: 'DateTime' },
    { name: 'From', type: 'Text' },
    { name: 'Subject', type: 'Text', codePage: 1200 },
    { name: 'Recipients', type: 'Text', multiValued: true },
    { name: 'Body', type: 'LongText', codePage: 1200, compressed: true },
    { name: 'Attachment', type: 'LongBinary' },
  ],
  indexes: [
    { name: 'MID', key: ['MID'], primary: true },
    { name: 'FolderReceived', key: ['FID', '-Received'] },
    { name: 'From', key: ['From'] },
  ],
};

function* messages(): Generator<NewRow> {
  for (let i = 0; i < MESSAGES; i++) {
    yield {
      MID: BigInt(i + 1) << 16n,
      FID: (i % FOLDERS.length) + 1,
      Received: 46_000 + i / 96,
      From: `user${i % 40}@example.com`,
      Subject: `Report ${i + 1} of the week`,
      Recipients: Array.from({ length: 1 + (i % 3) }, (_, n) => `user${(i + n + 1) % 40}@example.com`),
      Body: `Dear all, here is report ${i + 1}. Nothing out of the ordinary happened. `.repeat(4 + (i % 8)),
      Attachment: i % 25 === 0 ? new Uint8Array(12_000).fill(i) : undefined,
    };
  }
}

/** Builds the sample store at `path`. */
export function buildSampleStore(path: string, now: Date, random: () => number): void {
  const sink = new FilePageSink(path, PAGE_SIZE);
  const sorter = (): ExternalSort => new ExternalSort({ spill: memorySpillStore, limit: 16 << 20 });
  const db = new BulkDatabase(sink, { pageSize: PAGE_SIZE, sorter, now, random });
  db.addTable(
    FOLDER_TABLE,
    FOLDERS.map((Name, i) => ({ FID: i + 1, Name, Messages: MESSAGES / FOLDERS.length })),
  );
  db.addTable(MESSAGE_TABLE, messages());
  db.finish();
  sink.close();
}

/** What the scanner writes over the bytes it took for a virus. */
const CLEANED = new TextEncoder().encode('[removed by virus scanner]');

/** Pages of the sample that hold messages, bodies and index entries: some of the middle of each tree. */
function pagesInUse(path: string): number[] {
  const source = new FileSource(path);
  const db = new Database(source);
  const table = db.table('Msg')!;
  const trees = [table.tree, table.longValueTree!, table.indexes.find((index) => index.name === 'From')!.tree];
  const pages = trees.flatMap((tree) => {
    const leaves = [...walkLeaves(db.pages, tree)];
    return [leaves[leaves.length >> 1]!.pgno, leaves[leaves.length >> 2]!.pgno];
  });
  source.close();
  return [...new Set(pages)];
}

/** Copies a database and writes into the middle of some of its pages, as a scanner does that takes mail for a virus. */
export function damageLikeAScanner(from: string, to: string): void {
  copyFileSync(from, to);
  const file = openSync(to, 'r+');
  for (const pgno of pagesInUse(from))
    writeSync(file, CLEANED, 0, CLEANED.length, pageOffset(pgno, PAGE_SIZE) + PAGE_SIZE / 2);
  closeSync(file);
}
