// The work of the soak test: what each session does is decided by its seed and by the rows it finds, so that whoever
// knows both can tell what must be there afterwards.
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers';
import { pathToFileURL } from 'node:url';

const DIST = resolve(process.env.ESEKIT_DIST ?? join(import.meta.dirname, '..', 'dist'));
const load = (path) => import(pathToFileURL(join(DIST, path)).href);

const [{ BulkDatabase }, { MemoryPageSink }, { ExternalSort }, { memorySpillStore }, { Database }] = await Promise.all([
  load('ese/build/bulk-database.js'),
  load('ese/build/memory-page-sink.js'),
  load('ese/build/external-sort.js'),
  load('ese/io/memory-spill.js'),
  load('ese/database.js'),
]);
const [{ FileSource }, { FileDatabases }, { FileLogDirectory }, { logtimeOf }, { Instance }, { VersionedTree }] =
  await Promise.all([
    load('ese/io/file-source.js'),
    load('ese/io/file-databases.js'),
    load('ese/io/file-log-directory.js'),
    load('ese/recovery/header-changes.js'),
    load('ese/tx/instance.js'),
    load('ese/tx/versioned-tree.js'),
  ]);
const [{ scanTable }, { checkDatabase }] = await Promise.all([load('ese/table-scan.js'), load('eseutil/check.js')]);

export const NAME = 'soak.edb';
const PAGE_SIZE = 8192;
/** Numbers of rows that a session has to itself. */
const RANGE = 100_000;
const IDS = 400;
const PADS = 3;

const TABLE = {
  name: 'soak',
  columns: [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'stamp', type: 'Long' },
    ...Array.from({ length: PADS }, (_, i) => ({ name: `pad${i}`, type: 'Binary' })),
  ],
  indexes: [
    { name: 'id', key: ['id'], primary: true, unique: true },
    { name: 'stamp', key: ['stamp', 'id'] },
  ],
};

/** A generator of numbers from 0 to 1, the same for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts an empty database into a folder that has none. */
export function prepare(folder) {
  const path = join(folder, NAME);
  if (existsSync(path)) return;
  const sink = new MemoryPageSink(PAGE_SIZE);
  const sorter = () => new ExternalSort({ spill: memorySpillStore, limit: 1 << 20 });
  const bulk = new BulkDatabase(sink, { pageSize: PAGE_SIZE, sorter, now: new Date(), random: () => 99 });
  bulk.addTable(TABLE, []);
  bulk.finish();
  writeFileSync(path, sink.bytes);
}

/** The instance of a folder. */
export function open(folder, options) {
  return new Instance({
    directory: new FileLogDirectory(folder),
    files: new FileDatabases(folder),
    pageSize: PAGE_SIZE,
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
    logtime: logtimeOf,
    ...options,
  });
}

/** What a transaction of a session does to its rows (number to stamp): the changes, and how it ends. */
function plan(random, rows) {
  const changes = [];
  const next = new Map(rows);
  const deletes = random() < 0.25;
  for (let left = 1 + Math.floor(random() * 8); left > 0; left--) {
    const id = Math.floor(random() * IDS);
    const stamp = Math.floor(random() * 2 ** 30);
    if (!next.has(id)) {
      if (deletes) continue;
      changes.push({ kind: 'insert', id, stamp });
      next.set(id, stamp);
    } else if (deletes || random() < 0.2) {
      changes.push({ kind: 'delete', id });
      next.delete(id);
    } else {
      changes.push({ kind: 'update', id, stamp });
      next.set(id, stamp);
    }
  }
  const chance = random();
  // A transaction without changes makes nothing lasting that was not.
  const end = chance < 0.08 ? 'rollback' : chance < 0.2 || changes.length === 0 ? 'lazy' : 'durable';
  return { changes, next, end, extra: random() };
}

/** The transactions of a session one after the other, from the rows it begins with. */
export function* transactions(seed, session, rows) {
  const random = seeded(seed * 1009 + session);
  for (let current = rows; ;) {
    const next = plan(random, current);
    yield next;
    if (next.end !== 'rollback') current = next.next;
  }
}

/** The columns of a row: several sizes. */
function valuesOf(session, id, stamp) {
  const values = { id: session * RANGE + id, stamp };
  for (let i = 0; i < PADS; i++) {
    const length = (stamp >>> (4 * i)) % (stamp % 5 === 0 ? 255 : 40);
    if (length > 0) values[`pad${i}`] = new Uint8Array(length).fill(stamp + i);
  }
  return values;
}

/** Rows by session: number to stamp. Throws when a row is not whole. */
export function rowsBySession(folder, sessions) {
  const source = new FileSource(join(folder, NAME));
  try {
    const db = new Database(source);
    const table = db.table('soak');
    const column = (name) => table.columns.find((each) => each.name === name);
    const result = Array.from({ length: sessions }, () => new Map());
    const number = (record, name) => {
      const bytes = record.values(column(name))[0];
      return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
    };
    for (const { record } of scanTable(db, table)) {
      const number_ = number(record, 'id');
      const stamp = number(record, 'stamp');
      const session = Math.floor(number_ / RANGE);
      const expected = valuesOf(session, number_ % RANGE, stamp);
      for (let i = 0; i < PADS; i++) {
        const found = record.values(column(`pad${i}`))[0] ?? new Uint8Array(0);
        const wanted = expected[`pad${i}`] ?? new Uint8Array(0);
        if (Buffer.compare(found, wanted) !== 0) throw new Error(`row ${number_}: pad${i} is not what was written`);
      }
      result[session].set(number_ % RANGE, stamp);
    }
    return result;
  } finally {
    source.close();
  }
}

/** What a check of the database finds, but for pages that were taken by what then did not happen. */
export function findingsOf(folder) {
  const source = new FileSource(join(folder, NAME));
  try {
    const found = [];
    checkDatabase(new Database(source), {
      onFinding: ({ rule, message }) => {
        if (rule !== 'space.leaked') found.push(`${rule}: ${message}`);
      },
    });
    return found;
  } finally {
    source.close();
  }
}

/** A key column of type Long. */
function longKey(value) {
  const bytes = Buffer.alloc(5);
  bytes[0] = 0x7f;
  bytes.writeUInt32BE((value ^ 0x80000000) >>> 0, 1);
  return bytes;
}

/** A record of the table: two fixed columns, the others variable. */
function recordOf({ id, stamp, ...pads }) {
  const values = Array.from({ length: PADS }, (_, i) => pads[`pad${i}`] ?? new Uint8Array(0));
  const record = Buffer.alloc(13 + 2 * PADS);
  record[0] = 2;
  record[1] = 127 + PADS;
  record.writeUInt16LE(13, 2);
  record.writeInt32LE(id, 4);
  record.writeInt32LE(stamp, 8);
  let end = 0;
  values.forEach(({ length }, i) => {
    end += length;
    record.writeUInt16LE(end, 13 + 2 * i);
  });
  return new Uint8Array(Buffer.concat([record, ...values]));
}

/** The rows of a session, in the table and in its index. */
class Rows {
  constructor(instance, database, table, number) {
    this.number = number;
    this.tx = instance.transactions.session();
    const tree = ({ pgnoFDP, objid }, unique) =>
      new VersionedTree(instance.transactions, this.tx, database, {
        pgnoFDP,
        pgnoRoot: pgnoFDP,
        objidFDP: objid,
        unique,
        space: false,
        cbDensityFree: 0,
      });
    this.primary = tree(table.tree, true);
    this.index = tree(table.indexes.find(({ name }) => name === 'stamp').tree, false);
  }

  insert(id, stamp) {
    const values = valuesOf(this.number, id, stamp);
    this.primary.insert(longKey(values.id), recordOf(values));
    this.index.insert(...this.#entry(id, stamp));
  }

  update(id, stamp, before) {
    const values = valuesOf(this.number, id, stamp);
    this.primary.replace(longKey(values.id), recordOf(values));
    if (stamp === before) return;
    this.index.delete(...this.#entry(id, before));
    this.index.insert(...this.#entry(id, stamp));
  }

  delete(id, before) {
    this.primary.delete(longKey(this.number * RANGE + id));
    this.index.delete(...this.#entry(id, before));
  }

  #entry(id, stamp) {
    const key = longKey(this.number * RANGE + id);
    return [new Uint8Array(Buffer.concat([longKey(stamp), key])), new Uint8Array(key)];
  }
}

/** One session at work. `acknowledge` is told of each durable commit that is lasting, by its number. */
async function session(instance, rows, seed, before, acknowledge) {
  const { tx, number } = rows;
  let count = 0;
  let current = before;
  for (const { changes, next, end, extra } of transactions(seed, number, before)) {
    tx.begin();
    const stamps = new Map(current);
    for (const { kind, id, stamp } of changes) {
      if (kind === 'insert') rows.insert(id, stamp);
      else if (kind === 'update') rows.update(id, stamp, stamps.get(id));
      else rows.delete(id, stamps.get(id));
      stamps.set(id, stamp);
    }
    if (end === 'rollback') tx.rollback();
    else {
      await instance.commit(tx, end);
      if (end === 'durable') acknowledge(number, count);
      current = next;
    }
    count++;
    if (extra < 0.05) instance.transactions.clean();
    if (extra > 0.995) instance.checkpoint(extra > 0.998);
    // Others get their turn also when nothing had to be waited for.
    if (count % 16 === 0) await new Promise((done) => setImmediate(done));
  }
}

/** Works until it is killed. */
export async function work(folder, seed, sessions, options, acknowledge) {
  const instance = open(folder, options);
  const database = instance.attachFile(NAME);
  const rows = rowsBySession(folder, sessions);
  const source = new FileSource(join(folder, NAME));
  const table = new Database(source).table('soak');
  source.close();
  await Promise.all(
    rows.map((own, number) => session(instance, new Rows(instance, database, table, number), seed, own, acknowledge)),
  );
}
