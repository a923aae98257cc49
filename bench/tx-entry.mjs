// One run of the transactional engine, or of SQLite doing the same:
//
//   node bench/tx-entry.mjs esekit|sqlite FOLDER ROWS
//
// Prints what was measured as one line of JSON. SQLite comes from node_modules beside FOLDER.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { BulkDatabase } from '../dist/ese/build/bulk-database.js';
import { ExternalSort } from '../dist/ese/build/external-sort.js';
import { Database } from '../dist/ese/database.js';
import { FileDatabases } from '../dist/ese/io/file-databases.js';
import { FileLogDirectory } from '../dist/ese/io/file-log-directory.js';
import { FilePageSink } from '../dist/ese/io/file-page-sink.js';
import { FileSource } from '../dist/ese/io/file-source.js';
import { memorySpillStore } from '../dist/ese/io/memory-spill.js';
import { logtimeOf } from '../dist/ese/log/put-field.js';
import { Instance } from '../dist/ese/tx/instance.js';
import { TableWriter } from '../dist/ese/tx/table-writer.js';
import { TreeCursor } from '../dist/ese/tx/tree-cursor.js';
import { VersionedTree } from '../dist/ese/tx/versioned-tree.js';

const PAGE_SIZE = 8192;
const CACHE_SIZE = 64 << 20;
/** Rows a durable commit. */
const GROUP = 100;
const BODY = 950;
const READS = 100_000;
/** Rows that are read again and again. */
const WARM = 20_000;
const SESSIONS = 64;
const SINGLE_COMMITS = 5_000;

/** Rows from a fixed seed; row(i) is always the same. */
function rowMaker() {
  const body = new Uint8Array(BODY);
  for (let i = 0; i < BODY; i++) body[i] = (i * 7919) & 0xff;
  return (i) => {
    const guid = new Uint8Array(16);
    const view = new DataView(guid.buffer);
    let seed = Math.imul(i + 1, 0x9e3779b1) >>> 0;
    for (let at = 0; at < 16; at += 4) {
      seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + at + i) >>> 0;
      view.setUint32(at, at === 8 ? i : seed, true);
    }
    const own = body.slice();
    own[0] = i;
    own[1] = i >>> 8;
    return { guid, number: seed & 0x7fffffff, received: 45_000 + i / 1440, body: own };
  };
}

const row = rowMaker();
const secondsSince = (start) => Number(process.hrtime.bigint() - start) / 1e9;

async function rateOf(work) {
  const start = process.hrtime.bigint();
  const count = await work();
  return Math.round(count / secondsSince(start));
}

/** Rows a second of all, and of each tenth; processor time a row. */
async function insertAll(rows, insertGroup) {
  const parts = [];
  const part = Math.max(GROUP, Math.ceil(rows / 10));
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  let since = start;
  for (let at = 0; at < rows; at += GROUP) {
    await insertGroup(at, Math.min(rows, at + GROUP));
    if ((at + GROUP) % part >= GROUP) continue;
    parts.push(Math.round(part / secondsSince(since)));
    since = process.hrtime.bigint();
  }
  const rate = Math.round(rows / secondsSince(start));
  const { user, system } = process.cpuUsage(cpu);
  return { rate, parts, cpu: Math.round((user + system) / rows) };
}

function readOrder(rows) {
  let seed = 1;
  return Array.from({ length: READS }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * Math.min(rows, WARM));
  });
}

/** A database with an empty table. */
function makeDatabase(path) {
  const sink = new FilePageSink(path, PAGE_SIZE);
  const sorter = () => new ExternalSort({ spill: memorySpillStore, limit: 1 << 20 });
  const bulk = new BulkDatabase(sink, { pageSize: PAGE_SIZE, sorter, now: new Date(0), random: () => 1 });
  const columns = [
    { name: 'guid', type: 'Guid', notNull: true },
    { name: 'number', type: 'Long' },
    { name: 'received', type: 'DateTime' },
    { name: 'body', type: 'LongBinary' },
  ];
  const indexes = [
    { name: 'guid', key: ['guid'], primary: true, unique: true },
    { name: 'number', key: ['number'] },
    { name: 'received', key: ['received'] },
  ];
  bulk.addTable({ name: 'rows', columns, indexes }, []);
  bulk.finish();
  sink.close();
  const source = new FileSource(path);
  const table = new Database(source).table('rows');
  source.close();
  return table;
}

async function runEsekit(folder, rows) {
  const table = makeDatabase(join(folder, 'bench.edb'));
  const instance = new Instance({
    directory: new FileLogDirectory(folder),
    files: new FileDatabases(folder),
    csecLGFile: 1280,
    pageSize: PAGE_SIZE,
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 31),
    logtime: logtimeOf,
    cacheSize: CACHE_SIZE,
    circular: true,
  });
  const database = instance.attachFile('bench.edb');
  const { transactions } = instance;
  const session = transactions.session();
  const writer = new TableWriter(transactions, session, database, table);
  const bookmarks = [];
  const inserts = await insertAll(rows, async (from, to) => {
    session.begin();
    for (let i = from; i < to; i++) {
      const bookmark = writer.insert(row(i));
      if (i < WARM) bookmarks.push(bookmark);
    }
    await instance.commit(session);
  });
  const order = readOrder(rows);
  let sum = 0;
  const readAll = () => {
    for (const i of order) sum += writer.get(bookmarks[i])[20];
    return order.length;
  };
  readAll();
  const reads = await rateOf(readAll);
  const { pgnoFDP, objid } = table.tree;
  const tree = { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP: objid, unique: true, space: false, cbDensityFree: 0 };
  const cursor = new TreeCursor(new VersionedTree(transactions, session, database, tree));
  const scan = await rateOf(() => {
    let count = 0;
    for (let more = cursor.first(); more; more = cursor.next(), count++)
      sum += cursor.bytes[cursor.dataStart + cursor.dataLength - 1];
    return count;
  });
  cursor.close();
  const singles = await rateOf(() => insertSingly(instance, database, table, rows));
  const { reads: pagesRead, writes: pagesWritten } = database.db.cache.counts;
  instance.close();
  return { inserts, reads, scan, singles, pagesRead, pagesWritten, sum };
}

/** Sessions that each insert one row a durable commit, all at the same time. */
async function insertSingly(instance, database, table, rows) {
  let next = rows;
  const end = rows + SINGLE_COMMITS * 4;
  const run = async () => {
    const session = instance.transactions.session();
    const writer = new TableWriter(instance.transactions, session, database, table);
    while (next < end) {
      session.begin();
      writer.insert(row(next++));
      await instance.commit(session);
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, run));
  return end - rows;
}

async function runSqlite(folder, rows) {
  const Sqlite = createRequire(resolve(folder, '..', 'package.json'))('better-sqlite3');
  const db = new Sqlite(join(folder, 'bench.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`cache_size = -${CACHE_SIZE / 1024}`);
  db.exec(`CREATE TABLE rows (guid BLOB PRIMARY KEY NOT NULL, number INTEGER, received REAL, body BLOB);
    CREATE INDEX number ON rows (number); CREATE INDEX received ON rows (received);`);
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)');
  const guids = [];
  const insertRow = (i) => {
    const { guid, number, received, body } = row(i);
    insert.run(guid, number, received, body);
    if (i < WARM) guids.push(guid);
  };
  const insertGroup = db.transaction((from, to) => {
    for (let i = from; i < to; i++) insertRow(i);
  });
  const inserts = await insertAll(rows, insertGroup);
  const select = db.prepare('SELECT * FROM rows WHERE guid = ?');
  const order = readOrder(rows);
  let sum = 0;
  const readAll = () => {
    for (const i of order) sum += select.get(guids[i]).body[4];
    return order.length;
  };
  readAll();
  const reads = await rateOf(readAll);
  const all = db.prepare('SELECT * FROM rows');
  const scan = await rateOf(() => {
    let count = 0;
    for (const { body } of all.iterate()) {
      sum += body[BODY - 1];
      count++;
    }
    return count;
  });
  const singles = await rateOf(() => {
    for (let i = rows; i < rows + SINGLE_COMMITS; i++) insertRow(i);
    return SINGLE_COMMITS;
  });
  db.close();
  return { inserts, reads, scan, singles, sum };
}

const [engine, folder, rows] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const result = await (engine === 'sqlite' ? runSqlite : runEsekit)(folder, Number(rows));
console.log(JSON.stringify({ ...result, memory: process.resourceUsage().maxRSS * 1024 }));
