// A database of a running instance as programs work with it: its tables, and changes of their definitions, which are
// part of transactions as changes of rows are (JetOpenTable, JetCreateTableColumnIndex, JetAddColumn, JetCreateIndex).
import type { TableSpec, ColumnSpec, IndexSpec } from '../build/table-spec.ts';
import { Coltyp, isTextType } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { DatabaseSession } from './database-session.ts';
import { addColumn, deleteColumn, renameColumn } from './define-column.ts';
import { createIndex, deleteIndex, type CreateIndexOptions } from './define-index.ts';
import { createTable, deleteTable, renameTable } from './define-table.ts';
import type { DefinableDatabase, DefinitionContext } from './definition-context.ts';
import { storedInput, type InputValue } from './input-value.ts';
import { Schema } from './schema.ts';
import { SessionTable } from './session-table.ts';
import type { Transactions } from './transactions.ts';

/** A column to be made. */
export interface NewColumn extends Omit<ColumnSpec, 'defaultValue'> {
  /** Value of rows that are given none. */
  readonly defaultValue?: InputValue;
}

/** A table to be made. */
export interface NewTable extends Omit<TableSpec, 'columns'> {
  readonly columns: readonly NewColumn[];
}

/** Definitions of a database's tables as sessions see them: the part of `Schema` that rows need. */
export type TableDefinitions = Pick<Schema, 'version' | 'table' | 'tables' | 'tableForWriting'>;

/** The pages of a database, and the path of its file. */
export interface NamedDatabase extends DefinableDatabase {
  readonly path: string;
}

const CODE_PAGE_DEFAULT = 1252;

function columnSpec({ defaultValue, ...column }: NewColumn): ColumnSpec {
  if (defaultValue === undefined || defaultValue === null) return column;
  const coltyp = Coltyp[column.type];
  const codePage = isTextType(coltyp) ? (column.codePage ?? CODE_PAGE_DEFAULT) : 0;
  return { ...column, defaultValue: storedInput(coltyp, codePage, defaultValue)!.slice() };
}

/** A database that is created or attached. Made by `EngineInstance`. */
export class OpenDatabase {
  readonly attached: NamedDatabase;
  readonly transactions: Transactions;
  readonly schema: TableDefinitions;
  readonly #context: DefinitionContext;

  constructor(attached: NamedDatabase, transactions: Transactions, schema: TableDefinitions = Schema.of(attached)) {
    this.attached = attached;
    this.transactions = transactions;
    this.schema = schema;
    this.#context = { transactions, database: attached };
  }

  /** Path of the file, as it was given. */
  get path(): string {
    return this.attached.path;
  }

  /** The definitions of all tables, those of the engine too, as the session sees them; without one: as committed. */
  tables(session?: DatabaseSession): TableDef[] {
    return [...this.schema.tables(session?.tx)];
  }

  /** A table, for one session. @throws JetError JET_errObjectNotFound. */
  table(session: DatabaseSession, name: string): SessionTable {
    const { name: own } = this.schema.table(name, session.tx);
    return new SessionTable(session, this, own);
  }

  /**
   * Makes a table with its columns and indexes. Others see it when the transaction commits.
   * @throws JetError JET_errTableDuplicate, JET_errInvalidName, JET_errInvalidParameter, JET_errColumnDuplicate,
   * JET_errIndexDuplicate, JET_errIndexHasPrimary, JET_errColumnNotFound (of an index), JET_errOutOfDatabaseSpace, and
   * others that say what is wrong with a column or an index.
   */
  createTable(session: DatabaseSession, table: NewTable): SessionTable {
    createTable(this.#context, session.tx, { ...table, columns: table.columns.map(columnSpec) });
    return this.table(session, table.name);
  }

  /**
   * Deletes a table with all its rows. Its space is free once all transactions that began before the commit are over.
   * @throws JetError JET_errObjectNotFound, JET_errCannotDeleteSystemTable, JET_errWriteConflict.
   */
  deleteTable(session: DatabaseSession, name: string): void {
    deleteTable(this.#context, session.tx, name);
  }

  /** @throws JetError JET_errObjectNotFound, JET_errInvalidName, JET_errTableDuplicate, JET_errWriteConflict. */
  renameTable(session: DatabaseSession, name: string, nameNew: string): void {
    renameTable(this.#context, session.tx, name, nameNew);
  }

  /**
   * Adds a column. Rows there are have its default value.
   * @throws JetError JET_errObjectNotFound, JET_errColumnDuplicate, JET_errInvalidParameter, JET_errTooManyColumns,
   * JET_errTableNotEmpty (an escrow column), JET_errWriteConflict.
   */
  addColumn(session: DatabaseSession, table: string, column: NewColumn): void {
    addColumn(this.#context, session.tx, table, columnSpec(column));
  }

  /** @throws JetError JET_errObjectNotFound, JET_errColumnNotFound, JET_errColumnInUse, JET_errWriteConflict. */
  deleteColumn(session: DatabaseSession, table: string, column: string): void {
    deleteColumn(this.#context, session.tx, table, column);
  }

  /** @throws JetError JET_errObjectNotFound, JET_errColumnNotFound, JET_errColumnDuplicate, JET_errWriteConflict. */
  renameColumn(session: DatabaseSession, table: string, column: string, nameNew: string): void {
    renameColumn(this.#context, session.tx, table, column, nameNew);
  }

  /**
   * Makes an index of all rows. Until the transaction ends others cannot write to the table.
   * @throws JetError JET_errObjectNotFound, JET_errIndexDuplicate, JET_errIndexHasPrimary, JET_errColumnNotFound,
   * JET_errTableNotEmpty (a primary index), JET_errKeyDuplicate, JET_errNullKeyDisallowed, JET_errWriteConflict.
   */
  createIndex(session: DatabaseSession, table: string, index: IndexSpec, options?: CreateIndexOptions): void {
    createIndex(this.#context, session.tx, table, index, options);
  }

  /** @throws JetError JET_errObjectNotFound, JET_errIndexNotFound, JET_errIndexMustStay, JET_errWriteConflict. */
  deleteIndex(session: DatabaseSession, table: string, index: string): void {
    deleteIndex(this.#context, session.tx, table, index);
  }
}
