// Random work of several sessions on a disk that can crash, and what may be there after a crash.
import { logtimeOf } from '../../../src/ese/recovery/header-changes.ts';
import { Instance } from '../../../src/ese/tx/instance.ts';
import type { InstanceOptions } from '../../../src/ese/tx/instance-options.ts';
import { CrashDisk, type DiskState } from './crash-disk.ts';
import { cleanFile, NAME, PAGE_SIZE, recordLength, Rows, rowsOfFile } from './instance-files.ts';

/** A generator of numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What one session did. */
interface History {
  /** Its rows after each commit; the first: before any. */
  readonly states: string[];
  /** How many changes of the disk there were when a commit was asked for, and when it was lasting. */
  readonly asked: number[];
  readonly kept: number[];
}

/** The work of all sessions. */
export interface CrashWork {
  readonly disk: CrashDisk;
  readonly histories: readonly History[];
  /** Changes of the disk before the database was attached. */
  readonly first: number;
}

/** Numbers a session has to itself. */
const RANGE = 10_000;
const IDS = 60;

const stateOf = (rows: ReadonlyMap<number, number>): string =>
  [...rows]
    .sort(([a], [b]) => a - b)
    .map(([id, length]) => `${id}:${length}`)
    .join(' ');

/** An instance on a disk. */
export function instanceOn(disk: CrashDisk, options: Partial<InstanceOptions> = {}): Instance {
  let time = 0;
  return new Instance({
    directory: disk,
    files: disk,
    csecLGFile: 32,
    pageSize: PAGE_SIZE,
    now: () => new Date(Date.UTC(2026, 0, 1) + 10 * time++),
    random: () => 5,
    logtime: logtimeOf,
    dbExtensionSize: 16,
    cacheSize: 1,
    reserves: false,
    ...options,
  });
}

/** One session works: each transaction inserts, replaces and deletes; some are rolled back, some commits are lazy. */
async function work(
  rows: Rows,
  instance: Instance,
  disk: CrashDisk,
  base: number,
  count: number,
  random: () => number,
): Promise<History> {
  const history: History = { states: [''], asked: [], kept: [] };
  const current = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const next = new Map(current);
    rows.session.begin();
    const deletes = random() < 0.2;
    let changes = 0;
    for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
      const id = base + Math.floor(random() * IDS);
      const length = random() < 0.1 ? Math.floor(random() * 1500) : Math.floor(random() * 200);
      if (!next.has(id)) {
        if (deletes) continue;
        changes++;
        rows.insert(id, length);
        next.set(id, recordLength(length));
      } else if (deletes || random() < 0.3) {
        changes++;
        rows.delete(id);
        next.delete(id);
      } else {
        changes++;
        rows.replace(id, length);
        next.set(id, recordLength(length));
      }
    }
    if (random() < 0.1) {
      rows.session.rollback();
      continue;
    }
    current.clear();
    for (const [id, length] of next) current.set(id, length);
    history.states.push(stateOf(current));
    history.asked.push(disk.changes.length);
    const isLazy = random() < 0.15;
    await instance.commit(rows.session, isLazy ? 'lazy' : 'durable');
    // A transaction without changes makes nothing lasting that was not.
    history.kept.push(isLazy || changes === 0 ? Infinity : disk.changes.length);
    if (random() < 0.1) instance.transactions.clean();
    if (random() < 0.05) instance.checkpoint(random() < 0.5);
  }
  return history;
}

/** Has `sessions` sessions do `transactions` transactions in all. */
export async function crashWork(
  seed: number,
  sessions: number,
  transactions: number,
  options: Partial<InstanceOptions> = {},
): Promise<CrashWork> {
  const file = cleanFile();
  const disk = new CrashDisk(file, NAME);
  const instance = instanceOn(disk, options);
  const database = instance.attachFile(NAME);
  const first = disk.changes.length;
  const histories = await Promise.all(
    Array.from({ length: sessions }, (_, i) => {
      const rows = new Rows(instance, database, file);
      return work(rows, instance, disk, i * RANGE, Math.ceil(transactions / sessions), seeded(seed * 100 + i));
    }),
  );
  instance.close();
  return { disk, histories, first };
}

/** What is wrong with a recovered database for a crash after `count` changes; undefined: nothing. */
export function contradiction({ histories }: CrashWork, file: Uint8Array, count: number): string | undefined {
  const rows = rowsOfFile(file);
  for (const [i, { states, asked, kept }] of histories.entries()) {
    const own = [...rows].filter(([id]) => Math.floor(id / RANGE) === i);
    const found = stateOf(new Map(own));
    const least = kept.reduce((most, at, n) => (at <= count ? n + 1 : most), 0);
    const most = asked.filter((at) => at <= count).length;
    if (!states.slice(least, most + 1).includes(found)) {
      return `session ${i}: of states ${least} to ${most} none is there: ${states.lastIndexOf(found)}`;
    }
  }
  return undefined;
}

/** Takes up what a crash left. The disk after the instance was closed again. */
export function resume(state: DiskState, options: Partial<InstanceOptions> = {}): CrashDisk {
  const disk = diskOf(state);
  instanceOn(disk, options).close();
  return disk;
}

/** A disk that begins with a state. */
export function diskOf({ files }: DiskState): CrashDisk {
  const copy = new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));
  return new CrashDisk(copy.get(NAME)!, NAME, copy);
}
