// A small database in memory that is written to, and what its log records make of the state before.
import { BulkDatabase, type NewRow } from '../../../src/ese/build/bulk-database.ts';
import { MemoryPageSink } from '../../../src/ese/build/memory-page-sink.ts';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { DB_HEADER, parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { sealHeader } from '../../../src/ese/page/checksum-xor.ts';
import { setAttached } from '../../../src/ese/recovery/header-changes.ts';
import { RedoEngine } from '../../../src/ese/recovery/redo-engine.ts';
import { MemoryLogSink } from '../../../src/ese/tx/log-sink.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { TreePath } from '../../../src/ese/tx/tree-path.ts';
import { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import type { WriteSession, WriteTree } from '../../../src/ese/tx/write-tree.ts';
import { checkDatabase } from '../../../src/eseutil/check.ts';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { memorySpillStore } from '../../../src/ese/io/memory-spill.ts';

const SIGN_LOG = new Uint8Array(28).fill(7);
const ATTACHED = { lGeneration: 1, isec: 0, ib: 0 };

/** A database file with these tables, attached to a log stream. */
export function buildFile(pageSize: number, tables: readonly (readonly [TableSpec, readonly NewRow[]])[]): Uint8Array {
  const sink = new MemoryPageSink(pageSize);
  const random = (): number => 99;
  const sorter = (): ExternalSort => new ExternalSort({ spill: memorySpillStore, limit: 1 << 20 });
  const bulk = new BulkDatabase(sink, { pageSize, sorter, now: new Date(0), random });
  for (const [spec, rows] of tables) bulk.addTable(spec, rows);
  bulk.finish();
  const file = sink.bytes.slice();
  const header = file.slice(0, pageSize);
  setAttached({ headerBytes: header, dbid: 1 } as never, ATTACHED, SIGN_LOG, new Date(0));
  const view = new DataView(header.buffer);
  view.setInt32(DB_HEADER.lGenMinRequired[1], 1, true);
  view.setInt32(DB_HEADER.lGenMaxRequired[1], 1000, true);
  sealHeader(header);
  file.set(header);
  file.set(header, pageSize);
  return file;
}

/** An open database of `file`, writing to memory. */
export interface OpenDatabase {
  readonly store: MemoryPageStore;
  readonly log: MemoryLogSink;
  readonly db: WritableDatabase;
  readonly space: SpaceWriter;
  readonly session: WriteSession;
}

/** Opens a copy of `file` for changes. */
export function openFile(
  file: Uint8Array,
  options: { cacheSize?: number; dbExtensionSize?: number } = {},
): OpenDatabase {
  const { pageSize } = new Database(new BufferSource(file)).pages.format;
  const header = parseDbHeader(file.subarray(0, pageSize));
  const store = new MemoryPageStore(pageFormat(pageSize)!, file);
  const log = new MemoryLogSink();
  const { cacheSize, dbExtensionSize } = options;
  const db = new WritableDatabase(store, {
    dbid: 1,
    dbtime: Number(header.dbtimeDirtied),
    objidLast: header.objidLast,
    log,
    ...(cacheSize === undefined ? {} : { cacheSize }),
  });
  const space = new SpaceWriter(db, { dbExtensionSize: dbExtensionSize ?? 16 });
  const session = { procid: 5, level: 1, trxBegin0: 4, beforeRecord: (): void => undefined };
  return { store, log, db, space, session };
}

/** The primary tree of a table as one to write to. */
export function treeOf(table: TableDef, cbDensityFree = 0): WriteTree {
  const { pgnoFDP, objid } = table.tree;
  return { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP: objid, unique: true, space: false, cbDensityFree };
}

/** All live nodes of a tree: [key, data] in hexadecimal digits. */
export function nodesOf(db: WritableDatabase, tree: WriteTree): [string, string][] {
  const path = new TreePath(db, tree);
  const node = new NodeView();
  const found: [string, string][] = [];
  path.seekEnd(0);
  let more = path.exact || path.move(1);
  for (; more; more = path.move(1)) {
    if (!path.atNode(node) || node.isDeleted) continue;
    found.push([Buffer.from(node.key()).toString('hex'), Buffer.from(node.data()).toString('hex')]);
  }
  path.release();
  return found;
}

/** Findings of the whole check, as text; that the database is in use is none. */
export function findingsOf(file: Uint8Array): string[] {
  const found: string[] = [];
  checkDatabase(new Database(new BufferSource(file)), {
    onFinding: ({ rule, message }) => {
      if (rule !== 'header.dirty') found.push(`${rule}: ${message}`);
    },
  });
  return found;
}

/** What the records make of `file`, by the replay of recovery; `undo`: open transactions are rolled back after it. */
export function replay(file: Uint8Array, records: readonly Uint8Array[], undo = false): Uint8Array {
  const { format } = new Database(new BufferSource(file)).pages;
  const headerBytes = file.slice(0, format.pageSize);
  const store = new MemoryPageStore(format, file);
  const { signDb, signLog, lgposConsistent } = parseDbHeader(headerBytes);
  const engine = new RedoEngine({
    host: { find: () => ({ kind: 'found', name: 'memory', headerBytes, open: () => store }) },
    now: () => new Date(0),
    random: () => 1,
    signLog,
    signLogBytes: SIGN_LOG,
  });
  const info = { dbid: 1, dbtime: 0n, objidLast: 0, cpgDatabaseSizeMax: 0, lgposAttach: ATTACHED, lgposConsistent };
  engine.begin([{ ...info, signDb, path: 'memory' }], { lGeneration: 1, isec: 1, ib: 0 });
  const database = engine.attachments.databases()[0];
  if (database === undefined) throw new Error(JSON.stringify(engine.attachments.decisions));
  // Without transactions the one session writes as if its own had begun before.
  if (!undo) engine.sessions.get(5).beginTo(1, 4);
  const view = new LogRecordView();
  records.forEach((bytes, i) => {
    view.bytes = bytes;
    view.start = 0;
    view.length = bytes.length;
    view.lrtyp = bytes[0]!;
    view.lGeneration = 1 + Math.floor((i + 1) / 0x8000);
    view.isec = (i + 1) % 0x8000;
    engine.apply(view);
  });
  if (undo) engine.undo();
  database.cache.flush();
  return store.bytes.slice();
}
