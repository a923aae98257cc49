// A database in memory whose tables sessions work with as programs do.
import type { NewRow } from '../../../src/ese/build/bulk-database.ts';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { DatabaseSession, type SessionHost } from '../../../src/ese/tx/database-session.ts';
import { OpenDatabase } from '../../../src/ese/tx/open-database.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { buildFile, openFile, replay } from './memory-database.ts';

/** An open database and its sessions. */
export class MemoryTables {
  readonly open: ReturnType<typeof openFile>;
  readonly transactions: Transactions;
  readonly database: OpenDatabase;

  /** `define` may change what the catalog says, for what the builder of files cannot make. */
  constructor(
    tables: readonly (readonly [TableSpec, readonly NewRow[]])[],
    define: (table: TableDef) => TableDef = (table) => table,
    cacheSize?: number,
  ) {
    const file = buildFile(4096, tables);
    this.open = openFile(file, cacheSize === undefined ? {} : { cacheSize });
    const { db, space, log } = this.open;
    this.transactions = new Transactions({ log });
    const attached = { db, allocator: space, path: 'memory.edb' };
    this.transactions.versions.attach(attached);
    const defined = new Database(new BufferSource(file)).tables.map(define);
    this.database = new OpenDatabase(attached, this.transactions, {
      version: 1,
      table: (name) => defined.find((table) => table.name === name)!,
      tables: () => defined.values() as never,
      tableForWriting: (objid) => defined.find(({ tree }) => tree.objid === objid)!,
    });
  }

  session(name?: string): DatabaseSession {
    const { transactions } = this;
    const { log } = this.open;
    const host: SessionHost = {
      commit: (session, grade) => {
        const lgpos = session.commit();
        if (lgpos !== undefined && grade === 'durable') log.flushTo(lgpos);
        return Promise.resolve();
      },
      committed: () => undefined,
      end: (session) => {
        transactions.end(session);
      },
      flush: () => {
        log.flushed = log.records.length;
        return Promise.resolve();
      },
    };
    return new DatabaseSession(host, transactions.session(name));
  }

  /** The file as recovery makes it of what is on the disk and in the lasting part of the log. */
  recovered(): Uint8Array {
    const { store, log } = this.open;
    return replay(store.bytes, log.records.slice(0, log.flushed), true);
  }

  /** The file with all that was done. */
  file(): Uint8Array {
    this.open.db.cache.flush();
    return this.open.store.bytes.slice();
  }
}
