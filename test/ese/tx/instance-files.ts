// Instances on real files: a folder with a clean database, and what its rows are.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BTreeCursor } from '../../../src/ese/btree/cursor.ts';
import { BulkDatabase } from '../../../src/ese/build/bulk-database.ts';
import { ExternalSort } from '../../../src/ese/build/external-sort.ts';
import { MemoryPageSink } from '../../../src/ese/build/memory-page-sink.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { FileDatabases } from '../../../src/ese/io/file-databases.ts';
import { nodeFileLayer, type InstanceLayer } from '../../../src/ese/io/file-layer.ts';
import { FileLogDirectory } from '../../../src/ese/io/file-log-directory.ts';
import { memorySpillStore } from '../../../src/ese/io/memory-spill.ts';
import { logtimeOf } from '../../../src/ese/recovery/header-changes.ts';
import type { AttachedDatabase } from '../../../src/ese/tx/attached-database.ts';
import { Instance } from '../../../src/ese/tx/instance.ts';
import type { InstanceOptions } from '../../../src/ese/tx/instance-options.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

export const PAGE_SIZE = 4096;
export const NAME = 'numbers.edb';

/** A database shut down cleanly, never attached, with an empty table of numbers. */
export function cleanFile(): Uint8Array {
  const sink = new MemoryPageSink(PAGE_SIZE);
  const sorter = (): ExternalSort => new ExternalSort({ spill: memorySpillStore, limit: 1 << 20 });
  const bulk = new BulkDatabase(sink, { pageSize: PAGE_SIZE, sorter, now: new Date(0), random: () => 99 });
  bulk.addTable(NUMBERS, []);
  bulk.finish();
  return sink.bytes.slice();
}

/** Puts a clean database into a folder. */
export function putDatabase(folder: string, name: string = NAME): string {
  const path = join(folder, name);
  writeFileSync(path, cleanFile());
  return path;
}

/** An instance on a folder. */
export function openInstance(
  folder: string,
  options: Partial<InstanceOptions> = {},
  layer: InstanceLayer = nodeFileLayer,
): Instance {
  return new Instance({
    directory: new FileLogDirectory(folder, layer),
    files: new FileDatabases(folder, layer),
    pageSize: PAGE_SIZE,
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
    logtime: logtimeOf,
    dbExtensionSize: 16,
    ...options,
  });
}

/** The rows of a session: number to length. */
export class Rows {
  readonly session: TxSession;
  readonly tree: VersionedTree;

  constructor(instance: Instance, database: AttachedDatabase, table: Uint8Array) {
    this.session = instance.transactions.session();
    const definition = new Database(new BufferSource(table)).table('numbers')!;
    this.tree = new VersionedTree(instance.transactions, this.session, database, treeOf(definition));
  }

  insert(id: number, length: number): void {
    this.tree.insert(keyOf(id), recordOf(id, length));
  }

  replace(id: number, length: number): void {
    this.tree.replace(keyOf(id), recordOf(id, length));
  }

  delete(id: number): void {
    this.tree.delete(keyOf(id));
  }
}

/** Numbers of the rows of a database file, and the lengths of their records. */
export function rowsOfFile(file: Uint8Array): Map<number, number> {
  const db = new Database(new BufferSource(file));
  const cursor = new BTreeCursor(db.pages, db.table('numbers')!.tree);
  const rows = new Map<number, number>();
  for (let more = cursor.first(); more; more = cursor.next()) {
    const id = (new DataView(cursor.node.key().slice().buffer).getUint32(1, false) ^ 0x80000000) | 0;
    rows.set(id, cursor.node.data().length);
  }
  return rows;
}

/** Length of the record of `recordOf`. */
export function recordLength(length: number): number {
  return recordOf(0, length).length;
}

/** The bytes of a database in a folder. */
export function fileOf(folder: string, name: string = NAME): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}
