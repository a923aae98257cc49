// One run of the transactional engine, or of SQLite doing the same:
//
//   node bench/tx-entry.mjs esekit|sqlite FOLDER ROWS     all figures
//   node bench/tx-entry.mjs load FOLDER                   inserts until it is killed
//   node bench/tx-entry.mjs recover FOLDER                what the next start takes
//   node bench/tx-entry.mjs growth FOLDER ROWS            small rows; microseconds an insert at each doubling
//
// Prints what was measured as one line of JSON. SQLite comes from node_modules beside FOLDER.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { openInstance } from '../dist/ese/io/open-instance.js';

const CACHE_SIZE = 64 << 20;
/** Rows a durable commit. */
const GROUP = 100;
const BODY = 950;
const BODY_SMALL = 40;
const READS = 100_000;
/** Rows that are read again and again. */
const WARM = 20_000;
/** Rows of a range of the secondary index. */
const RANGE = 20_000;
const SESSIONS = 64;
const SINGLE_COMMITS = 5_000;
const LONG_SIZE = 10_000_000;
const LONG_VALUES = 10;

/** Spreads 32 bits evenly (the finalizer of MurmurHash3): different for different words. */
function mix(word) {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Rows from a fixed seed; row(i) is always the same. */
function rowMaker(size) {
  const body = new Uint8Array(size);
  for (let i = 0; i < size; i++) body[i] = (i * 7919) & 0xff;
  return (i) => {
    const guid = new Uint8Array(16);
    const view = new DataView(guid.buffer);
    // All bytes without order, whichever of them an engine sorts by first.
    let seed = i;
    for (let at = 0; at < 16; at += 4) {
      seed = mix(seed + 0x9e3779b9);
      view.setUint32(at, seed, true);
    }
    const own = body.slice();
    own[0] = i;
    own[1] = i >>> 8;
    return { guid, number: seed & 0x7fffffff, received: 45_000 + i / 1440, body: own };
  };
}

const row = rowMaker(BODY);
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

/** Numbers of warm rows in no order. */
function readOrder(rows) {
  let seed = 1;
  return Array.from({ length: READS }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * Math.min(rows, WARM));
  });
}

/** What long values look like: nothing that compresses well. */
function longValue(i) {
  const bytes = new Uint8Array(LONG_SIZE);
  const words = new Uint32Array(bytes.buffer);
  let seed = i + 1;
  for (let at = 0; at < words.length; at++) words[at] = seed = Math.imul(seed, 1664525) + 1013904223;
  return bytes;
}

/** The same steps for both; `api` does them. */
async function measure(rows, api) {
  const guids = [];
  const make = (i) => {
    const made = row(i);
    if (i < WARM) guids.push(made.guid);
    return made;
  };
  const inserts = await insertAll(rows, (from, to) => api.insertGroup(from, to, make));
  const order = readOrder(rows);
  let sum = 0;
  const readAll = () => {
    for (const i of order) sum += api.find(guids[i]).body[4];
    return order.length;
  };
  readAll();
  const reads = await rateOf(readAll);
  const countOf = (found) => {
    let count = 0;
    for (const { body, number } of found) {
      sum += body[BODY - 1] + (number & 1);
      count++;
    }
    return count;
  };
  const scan = await rateOf(() => countOf(api.all()));
  countOf(api.byNumber());
  const range = await rateOf(() => countOf(api.byNumber()));
  const singles = await rateOf(() => api.singles(rows));
  const values = Array.from({ length: LONG_VALUES }, (_, i) => longValue(i));
  const bytes = LONG_SIZE * LONG_VALUES;
  const longIn = await rateOf(async () => {
    for (let i = 0; i < LONG_VALUES; i++) await api.putLong(i, values[i]);
    return bytes;
  });
  const longOut = await rateOf(() => {
    for (let i = 0; i < LONG_VALUES; i++) {
      const read = api.getLong(i);
      if (read.length !== LONG_SIZE || read[LONG_SIZE - 1] !== values[i][LONG_SIZE - 1])
        throw new Error('not as written');
    }
    return bytes;
  });
  return { inserts, reads, scan, range, singles, longIn, longOut, sum };
}

const open = (folder) => openInstance(folder, { logFileSize: 5 << 20, circular: true, cacheSize: CACHE_SIZE });

/** A database with empty tables. */
async function makeDatabase(instance) {
  const db = await instance.createDatabase('bench.edb');
  const session = instance.session();
  const columns = [
    { name: 'guid', type: 'Guid', notNull: true },
    { name: 'number', type: 'Long' },
    { name: 'received', type: 'DateTime' },
    { name: 'body', type: 'LongBinary' },
  ];
  const indexes = [
    { name: 'guid', key: ['guid'], primary: true },
    { name: 'number', key: ['number'] },
    { name: 'received', key: ['received'] },
  ];
  await session.transaction(() => db.createTable(session, { name: 'rows', columns, indexes }));
  const longColumns = [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'bytes', type: 'LongBinary' },
  ];
  const longIndexes = [{ name: 'id', key: ['id'], primary: true }];
  await session.transaction(() =>
    db.createTable(session, { name: 'files', columns: longColumns, indexes: longIndexes }),
  );
  await session.close();
  return db;
}

function* first(rows, count) {
  let left = count;
  for (const found of rows) {
    if (left-- === 0) return;
    yield found;
  }
}

async function runEsekit(folder, rows) {
  const instance = await open(folder);
  const db = await makeDatabase(instance);
  const session = instance.session();
  const table = db.table(session, 'rows');
  const files = db.table(session, 'files');
  const result = await measure(rows, {
    insertGroup: async (from, to, make) => {
      session.begin();
      for (let i = from; i < to; i++) table.insert(make(i));
      await session.commit();
    },
    find: (guid) => table.find('guid', [guid]),
    all: () => table.range(),
    byNumber: () => first(table.range('number'), RANGE),
    singles: (from) => insertSingly(instance, db, from),
    putLong: async (i, bytes) => {
      session.begin();
      files.insert({ id: i, bytes });
      await session.commit();
    },
    getLong: (i) => files.openLongValue(files.findBookmark('id', [i]), 'bytes').read(),
  });
  await instance.close();
  return result;
}

/** Sessions that each insert one row a durable commit, all at the same time. */
async function insertSingly(instance, db, from) {
  let next = from;
  const end = from + SINGLE_COMMITS * 4;
  const run = async () => {
    const session = instance.session();
    const table = db.table(session, 'rows');
    while (next < end) {
      session.begin();
      table.insert(row(next++));
      await session.commit();
    }
    await session.close();
  };
  await Promise.all(Array.from({ length: SESSIONS }, run));
  return end - from;
}

async function runSqlite(folder, rows) {
  const Sqlite = createRequire(resolve(folder, '..', 'package.json'))('better-sqlite3');
  const db = new Sqlite(join(folder, 'bench.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`cache_size = -${CACHE_SIZE / 1024}`);
  db.exec(`CREATE TABLE rows (guid BLOB PRIMARY KEY NOT NULL, number INTEGER, received REAL, body BLOB);
    CREATE INDEX number ON rows (number); CREATE INDEX received ON rows (received);
    CREATE TABLE files (id INTEGER PRIMARY KEY, bytes BLOB);`);
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)');
  const insertRow = ({ guid, number, received, body }) => insert.run(guid, number, received, body);
  const select = db.prepare('SELECT * FROM rows WHERE guid = ?');
  const all = db.prepare('SELECT * FROM rows');
  const byNumber = db.prepare(`SELECT * FROM rows ORDER BY number LIMIT ${RANGE}`);
  const insertLong = db.prepare('INSERT INTO files VALUES (?, ?)');
  const selectLong = db.prepare('SELECT bytes FROM files WHERE id = ?');
  const result = await measure(rows, {
    insertGroup: db.transaction((from, to, make) => {
      for (let i = from; i < to; i++) insertRow(make(i));
    }),
    find: (guid) => select.get(guid),
    all: () => all.iterate(),
    byNumber: () => byNumber.iterate(),
    singles: (from) => {
      for (let i = from; i < from + SINGLE_COMMITS; i++) insertRow(row(i));
      return SINGLE_COMMITS;
    },
    putLong: (i, bytes) => insertLong.run(i, bytes),
    getLong: (i) => selectLong.get(i).bytes,
  });
  db.close();
  return result;
}

/** Until somebody kills it. */
async function runLoad(folder) {
  const instance = await open(folder);
  const db = await makeDatabase(instance);
  let next = 0;
  const run = async () => {
    const session = instance.session();
    const table = db.table(session, 'rows');
    for (;;) {
      session.begin();
      for (let i = 0; i < GROUP; i++) table.insert(row(next++));
      await session.commit();
    }
  };
  await Promise.all([run(), run(), run(), run()]);
}

async function runRecover(folder) {
  const start = process.hrtime.bigint();
  const instance = await open(folder);
  const seconds = secondsSince(start);
  const { wasRecovered } = instance;
  const db = await instance.attachDatabase('bench.edb');
  const rows = db.table(instance.session(), 'rows').count();
  await instance.close();
  return { seconds, wasRecovered, rows };
}

async function runGrowth(folder, rows) {
  const small = rowMaker(BODY_SMALL);
  const instance = await open(folder);
  const db = await makeDatabase(instance);
  const session = instance.session();
  const table = db.table(session, 'rows');
  let start = process.hrtime.bigint();
  let since = 0;
  let limit = 10_000;
  for (let at = 0; at < rows;) {
    session.begin();
    const end = Math.min(rows, limit, at + GROUP);
    for (; at < end; at++) table.insert(small(at));
    await session.commit();
    if (at < limit && at < rows) continue;
    console.log(`${at} rows: ${((secondsSince(start) * 1e6) / (at - since)).toFixed(1)} microseconds an insert`);
    since = at;
    limit *= 2;
    start = process.hrtime.bigint();
  }
  await instance.close();
  return { rows };
}

const RUNS = { esekit: runEsekit, sqlite: runSqlite, load: runLoad, recover: runRecover, growth: runGrowth };
const [name, folder, rows] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const result = await RUNS[name](folder, Number(rows));
console.log(JSON.stringify({ ...result, memory: process.resourceUsage().maxRSS * 1024 }));
