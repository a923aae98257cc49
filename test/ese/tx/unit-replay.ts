// Pieces of the engine's logs that one function of ours stands for: from the pages as they were before the first record
// of the piece, we write our own records, and both are compared.
import { readFileSync } from 'node:fs';
import { toHex } from '../../../src/binary/hex.ts';
import type { PageCache } from '../../../src/ese/cache/page-cache.ts';
import type { PageStore } from '../../../src/ese/cache/page-store.ts';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { decodeRecord, Lr, recordSize, type DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { sealPage } from '../../../src/ese/page/checksum-page.ts';
import { MemoryLogSink } from '../../../src/ese/tx/log-sink.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import type { WriteSession } from '../../../src/ese/tx/write-tree.ts';
import { replayFromStart } from './engine-replay.ts';

/** One record of the logs. */
export interface LoggedRecord extends DecodedRecord {
  readonly where: string;
  readonly procid: number;
  /** Time of a change; 0 when it states none. */
  readonly dbtime: number;
}

/** Records of one session that belong together. */
export interface Unit {
  /** Index of its first record among all. */
  readonly start: number;
  readonly records: readonly LoggedRecord[];
  /** Another session changed pages in between: times, and perhaps pages, are not to be foreseen. */
  readonly interleaved: boolean;
}

/** A field of a record as a number. */
export const num = (record: DecodedRecord, field: string): number => Number(record.fields[field]);

const PAGE_RECORDS = new Set<number>([Lr.Split2, Lr.Merge2, Lr.ConvertFDP2, Lr.Scrub, Lr.MacroBegin, Lr.MacroCommit]);

function dbtimeOf(record: DecodedRecord): number {
  const { type, fields } = record;
  const isPage =
    (type >= Lr.CreateMultipleExtentFDP && type <= Lr.Undo && type !== Lr.UndoInfo) || PAGE_RECORDS.has(type);
  return isPage && 'dbtime' in fields ? Number(fields['dbtime']) : 0;
}

/** All records of the logs of `folder`. */
export function allRecords(folder: string): LoggedRecord[] {
  const records: LoggedRecord[] = [];
  let last = 0;
  replayFromStart(folder, (view) => {
    const bytes = view.copyBytes();
    const record = decodeRecord(bytes, 0, recordSize(bytes, 0, bytes.length));
    const where = [view.lGeneration, view.isec, view.ib].map((part) => part.toString(16)).join(',');
    // MacroInfo names no session: it follows the record that ends the macro.
    const procid = 'procid' in record.fields ? num(record, 'procid') : record.type === Lr.MacroInfo ? last : 0;
    last = procid;
    records.push({ ...record, where, procid, dbtime: dbtimeOf(record) });
  });
  return records;
}

/** Set when a page is written, of which the logs tell nothing. */
const UNLOGGED_FLAGS = PageFlag.FlushType | PageFlag.NewChecksumFormat;
/** Records of others, or about transactions. */
const LEFT_OUT = new Set<number>([Lr.NOP2, Lr.Begin, Lr.Begin0, Lr.UndoInfo, Lr.Commit0]);

/** A record as text; images of pages, which may be compressed otherwise, only by their presence. */
function recordText({ name, fields, tails }: DecodedRecord): string {
  const values = Object.entries(fields)
    .filter(([field]) => field !== 'cbPageBeforeImage' && field !== 'flags')
    .map(([field, value]) => {
      return `${field} ${field === 'fCpageFlags' ? Number(value) & ~UNLOGGED_FLAGS : Number(value)}`;
    });
  const ends = Object.entries(tails).map(([tail, bytes]) =>
    tail === 'beforeImage' ? `image ${bytes.length > 0}` : toHex(bytes),
  );
  return [name, ...values, ...ends].join(' ');
}

/** Records as text, without those that other things than the operation decide on. */
export function recordTexts(records: readonly DecodedRecord[]): string[] {
  return records.filter(({ type }) => !LEFT_OUT.has(type)).map(recordText);
}

/** The pages of a cache as they are now, to be read at once; what is written is lost. */
class CachedStore implements PageStore {
  readonly format;
  readonly name = 'snapshot';
  pgnoLast: number;
  readonly #cache: PageCache;
  readonly #written: MemoryPageStore;

  constructor(cache: PageCache, pgnoLast: number) {
    this.#cache = cache;
    this.format = cache.format;
    this.pgnoLast = pgnoLast;
    this.#written = new MemoryPageStore(cache.format, new Uint8Array(2 * cache.format.pageSize));
  }

  read(pgno: number, target: Uint8Array): boolean {
    if (pgno > this.pgnoLast) return false;
    if (pgno > this.#cache.store.pgnoLast) target.fill(0);
    else {
      target.set(this.#cache.get(pgno).bytes);
      if (target.some((byte) => byte !== 0)) sealPage(target, 0, target.length, pgno);
    }
    return true;
  }

  write(): void {
    throw new Error('the cache of a test is too small');
  }

  writeHeader(): void {
    this.#written.sync();
  }

  resize(pgnoLast: number): void {
    this.pgnoLast = pgnoLast;
  }

  sync(): void {
    this.#written.sync();
  }

  close(): void {
    this.#written.sync();
  }
}

/** What our functions work with, as the engine did. */
export interface ReplayedUnit {
  readonly db: WritableDatabase;
  readonly space: SpaceWriter;
  readonly session: WriteSession;
}

/** Where the engine's database stands. */
export interface UnitState {
  readonly cache: PageCache;
  readonly pgnoLast: number;
  readonly dbtime: number;
}

/** Does something with pages as they are, without changing them; the records that it writes, as text. */
export function attemptUnit(unit: Unit, state: UnitState, write: (at: ReplayedUnit) => void): string[] {
  const { cache, pgnoLast, dbtime } = state;
  const log = new MemoryLogSink();
  const db = new WritableDatabase(new CachedStore(cache, pgnoLast), { dbid: 1, dbtime, objidLast: 0, log });
  const first = unit.records.find((record) => 'trxBegin0' in record.fields)!;
  const [procid, level, trxBegin0] = [num(first, 'procid'), num(first, 'level'), num(first, 'trxBegin0')];
  const session = { procid, level: level || 1, trxBegin0, beforeRecord: (): void => undefined };
  write({ db, space: new SpaceWriter(db, { dbExtensionSize: 16 }), session });
  return recordTexts(log.records.map((bytes) => decodeRecord(bytes, 0, recordSize(bytes, 0, bytes.length))));
}

/** Replays `folder`; before the first record of each unit `run` gets the database as it was, any number of times. */
export function replayUnits(
  folder: string,
  records: readonly LoggedRecord[],
  units: readonly Unit[],
  run: (unit: Unit, attempt: (write: (at: ReplayedUnit) => void) => string[]) => void,
): void {
  const byStart = new Map(units.map((unit) => [unit.start, unit]));
  let index = -1;
  let dbtime = 0;
  // The file of a replay has its last size from the beginning.
  let pgnoLast = 0;
  replayFromStart(folder, (_view, cache) => {
    index++;
    const unit = byStart.get(index);
    if (unit !== undefined && cache !== undefined) {
      run(unit, (write) => attemptUnit(unit, { cache, pgnoLast, dbtime }, write));
    }
    const record = records[index]!;
    dbtime = Math.max(dbtime, record.dbtime);
    if (record.type === Lr.ExtendDB) pgnoLast = Math.max(pgnoLast, num(record, 'pgnoLast'));
  });
}

/** Bytes that leaves of each tree leave free, by object id, as the catalog of the recovered database has it. */
export function densities(folder: string): Map<number, number> {
  const database = new Database(new BufferSource(new Uint8Array(readFileSync(`${folder}/../after/test.edb`))));
  const { pageSize } = database.pages.format;
  const found = new Map<number, number>();
  const add = (objid: number, density: number): void => {
    found.set(objid, Math.floor(((100 - density) * pageSize) / 100));
  };
  for (const table of database.tables) {
    add(table.tree.objid, table.density);
    for (const index of table.indexes) add(index.tree.objid, index.density);
    if (table.longValueTree !== undefined) add(table.longValueTree.objid, 100);
  }
  return found;
}
