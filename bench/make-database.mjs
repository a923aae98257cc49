// Makes a database of any size in the shape of a mailbox store, with the bulk writer: one table of messages with a
// primary and two secondary indexes, text, dates, binary and long values.
//
//   node bench/make-database.mjs OUT BYTES [PAGESIZE]
//
// The same arguments give the same rows. Needs `npm run build`.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { BulkDatabase } from '../dist/ese/build/bulk-database.js';
import { ExternalSort } from '../dist/ese/build/external-sort.js';
import { FilePageSink } from '../dist/ese/io/file-page-sink.js';
import { SpillFolder } from '../dist/ese/io/spill-file.js';

const ROW_SIZE = 1100;
const WORDS = 'mail store page node record index tree space catalog long value header log checkpoint'.split(' ');

/** Rows of a mailbox, from a fixed seed. */
function* messages(count) {
  let seed = 20261123;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);
  for (let i = 0; i < count; i++) {
    const guid = Uint8Array.from({ length: 16 }, () => random() >>> 24);
    const body = Array.from({ length: 60 + (random() >>> 26) }, () => WORDS[random() % WORDS.length]).join(' ');
    yield {
      Guid: guid,
      Received: 45_000 + i / 1440,
      Size: body.length,
      From: `user${random() % 5000}@example.com`,
      Subject: `Message ${i}: ${WORDS[i % WORDS.length]}`,
      Read: i % 3 === 0,
      Body: body,
      Attachment: i % 50 === 0 ? new Uint8Array(20_000).fill(i) : undefined,
    };
  }
}

/** Makes the database; returns its number of rows. */
export function makeDatabase(path, bytes, pageSize = 8192) {
  rmSync(path, { force: true });
  const sink = new FilePageSink(path, pageSize);
  const spill = new SpillFolder(tmpdir());
  const db = new BulkDatabase(sink, {
    pageSize,
    sorter: () => new ExternalSort({ spill }),
    now: new Date(0),
    random: () => 1,
  });
  const table = {
    name: 'Msg',
    columns: [
      { name: 'Guid', type: 'Guid', notNull: true },
      { name: 'Received', type: 'DateTime' },
      { name: 'Size', type: 'Long' },
      { name: 'From', type: 'Text' },
      { name: 'Subject', type: 'Text', codePage: 1200 },
      { name: 'Read', type: 'Bit' },
      { name: 'Body', type: 'LongText' },
      { name: 'Attachment', type: 'LongBinary' },
    ],
    indexes: [
      { name: 'pk', key: ['Guid'], primary: true },
      { name: 'ixReceived', key: ['-Received'] },
      { name: 'ixFrom', key: ['From', 'Received'] },
    ],
  };
  const rows = db.addTable(table, messages(Math.ceil(bytes / ROW_SIZE)));
  db.finish();
  sink.close();
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, bytes, pageSize] = process.argv.slice(2);
  if (out === undefined || !(Number(bytes) > 0)) {
    console.error('node bench/make-database.mjs OUT BYTES [PAGESIZE]');
    process.exit(2);
  }
  console.log(`${makeDatabase(out, Number(bytes), Number(pageSize ?? 8192))} rows`);
}
