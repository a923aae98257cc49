// A database in memory whose definitions are changed by sessions.
import { RecordReader } from '../../../src/ese/record/record-reader.ts';
import type { NewRow } from '../../../src/ese/build/bulk-database.ts';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import type { DefinitionContext } from '../../../src/ese/tx/definition-context.ts';
import { Schema } from '../../../src/ese/tx/schema.ts';
import { TableWriter } from '../../../src/ese/tx/table-writer.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import type { TxSession } from '../../../src/ese/tx/tx-session.ts';
import { buildFile, findingsOf, openFile, replay } from './memory-database.ts';

/** Sessions on a database in memory. */
export class DefinitionRun {
  readonly file: Uint8Array;
  readonly open: ReturnType<typeof openFile>;
  readonly transactions: Transactions;
  readonly context: DefinitionContext;
  readonly schema: Schema;

  constructor(tables: readonly (readonly [TableSpec, readonly NewRow[]])[], pageSize = 4096) {
    this.file = buildFile(pageSize, tables);
    this.open = openFile(this.file);
    const { db, space, log } = this.open;
    this.transactions = new Transactions({ log });
    const database = { db, allocator: space };
    this.transactions.versions.attach(database);
    this.context = { transactions: this.transactions, database };
    this.schema = Schema.of(database);
  }

  /** A writer of the table as it is to be written now. */
  writer(session: TxSession, name: string): TableWriter {
    const { objid } = this.schema.table(name, session).tree;
    const table = this.schema.tableForWriting(objid, session);
    return new TableWriter(this.transactions, session, this.context.database, table);
  }

  /** The file as it is now, header included. */
  bytes(): Uint8Array {
    this.open.db.cache.flush();
    return this.open.store.bytes.slice();
  }

  /** Findings of a check of the file now. */
  findings(): string[] {
    return findingsOf(this.bytes());
  }

  /** What the log makes of the file as it was. */
  replayed(undo = true): Uint8Array {
    return replay(this.file, this.open.log.records, undo);
  }

  database(): Database {
    return new Database(new BufferSource(this.bytes()));
  }

  /** Values of a column in a session's rows, in hexadecimal digits. */
  values(session: TxSession, name: string, column: string): string[][] {
    const table = this.schema.table(name, session);
    const reader = new RecordReader(table, this.open.db.cache.format, undefined);
    const writer = new TableWriter(this.transactions, session, this.context.database, table);
    const wanted = table.columns.find((each) => each.name === column)!;
    return [...writer.rows()].map(({ record }) => {
      reader.load(record, 0, record.length, true);
      return reader.values(wanted).map((value) => Buffer.from(value).toString('hex'));
    });
  }
}
