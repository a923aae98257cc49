// A table as a session works with it: rows in, changed, out, by bookmark, by index, by range (JetUpdate, JetDelete,
// JetSeek, JetEscrowUpdate).
import { JetError } from '../../errors/jet-error.ts';
import type { ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { RecordReader } from '../record/record-reader.ts';
import { createLongValueTree } from './create-long-value-tree.ts';
import { IndexCursor, type Row } from './index-cursor.ts';
import { IndexKeyMaker, type IndexRange } from './index-range.ts';
import { RowInputs, type InputValue, type RowInput } from './input-value.ts';
import { LongValueHandle } from './long-value-handle.ts';
import { LongValueSession } from './long-value-session.ts';
import { storedLongValue, type StoredLongValue } from './stored-long-value.ts';
import { TableWriter, writeTreeOf } from './table-writer.ts';
import { TreeCursor } from './tree-cursor.ts';
import type { DatabaseSession } from './database-session.ts';
import type { OpenDatabase } from './open-database.ts';
import { VersionedTree } from './versioned-tree.ts';
import { LONG_VALUE_DENSITY, type WriteTree } from './write-tree.ts';

/** Which rows of an index, and what of them. */
export interface RangeOptions extends IndexRange {
  /** From the last row to the first. */
  readonly reverse?: boolean;
  /** Columns of the rows that are given. Default: all. */
  readonly columns?: readonly string[];
}

/** What depends on the definition of the table as the session sees it: made anew when that changes. */
interface Parts {
  readonly table: TableDef;
  readonly inputs: RowInputs;
  /** One cursor an index, for reads of single rows. */
  readonly finders: Map<string, IndexCursor>;
}

/** What depends on the definition that rows are written by. */
interface WriteParts {
  readonly table: TableDef;
  readonly inputs: RowInputs;
  readonly writer: TableWriter;
}

const PRIMARY = '';

/** One table in one session. Made by `OpenDatabase.table`; as good as free, so it need not be kept. */
export class SessionTable {
  readonly name: string;
  readonly #session: DatabaseSession;
  readonly #database: OpenDatabase;
  #parts: Parts | undefined;
  #writeParts: WriteParts | undefined;
  /** Version of the definitions, and the transaction, for which the parts were last found right. */
  #version = -1;
  #view = -1;
  #writeVersion = -1;
  #writeView = -1;

  constructor(session: DatabaseSession, database: OpenDatabase, name: string) {
    this.name = name;
    this.#session = session;
    this.#database = database;
  }

  /** Its columns and indexes as they are now. @throws JetError JET_errObjectNotFound. */
  get definition(): TableDef {
    return this.#current().table;
  }

  /**
   * Inserts a row; its bookmark. Columns not given have their default.
   * @throws JetError JET_errKeyDuplicate, JET_errNullInvalid, JET_errColumnNotFound, JET_errInvalidParameter,
   * JET_errRecordTooBig, JET_errWriteConflict, JET_errVersionStoreOutOfMemory, JET_errUnicodeNormalizationNotSupported.
   */
  insert(row: RowInput): Uint8Array {
    const { writer, inputs } = this.#forWriting();
    return writer.insert(inputs.values(row), this.#session.committed);
  }

  /**
   * Changes the given columns of a row (null: to NULL); its bookmark afterwards, another one only when columns of the
   * primary key changed.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict (another session changed it since the transaction
   * began), and as `insert`.
   */
  update(bookmark: Uint8Array, row: RowInput): Uint8Array {
    const { writer, inputs } = this.#forWriting();
    return writer.update(bookmark, inputs.values(row), this.#session.committed);
  }

  /** Deletes a row. @throws JetError JET_errRecordNotFound, JET_errWriteConflict. */
  delete(bookmark: Uint8Array): void {
    this.#forWriting().writer.delete(bookmark, this.#session.committed);
  }

  /**
   * Adds to an escrow column of a row, which others may do at the same time; its value before, uncommitted additions of
   * others included. Reads show the session's own additions and what was committed when it began.
   * @throws JetError JET_errColumnNotFound, JET_errInvalidOperation (no escrow column), JET_errNullInvalid,
   * JET_errRecordNotFound, JET_errWriteConflict (another session changed the row otherwise).
   */
  escrow(bookmark: Uint8Array, column: string, delta: bigint | number): bigint {
    const { writer, inputs } = this.#forWriting();
    return writer.escrow(bookmark, inputs.column(column).name, delta, this.#session.committed);
  }

  /**
   * A value of a long column, to be read and written piece by piece. `itag`: which of several values; one more than
   * there are: a new one.
   * @throws JetError JET_errColumnNotFound, JET_errInvalidColumnType for a column of another type.
   */
  openLongValue(bookmark: Uint8Array, column: string, itag = 1): LongValueHandle {
    const { name, coltyp } = this.#current().inputs.column(column);
    if (!isLongType(coltyp)) {
      const message = `${name} of table ${this.name} is no column of long values`;
      throw new JetError('JET_errInvalidColumnType', message, { table: this.name });
    }
    return new LongValueHandle({
      size: () => this.#valueIn(bookmark, name, itag)?.size,
      read: (offset, into) => this.#valueIn(bookmark, name, itag)?.read(offset, into) ?? 0,
      change: (change) => {
        const { writer } = this.#forWriting();
        writer.setLongValue(bookmark, name, { ...change, itag }, this.#session.committed);
      },
    });
  }

  /** The row with this bookmark, all columns or those named; undefined: the session sees none. */
  get(bookmark: Uint8Array, columns?: readonly string[]): Row | undefined {
    const finder = this.#finder(undefined);
    return finder.goto(bookmark) ? finder.row(this.#columns(columns)) : undefined;
  }

  /**
   * The first row with these values of the first columns of an index; undefined: there is none.
   * @throws JetError JET_errIndexNotFound, and as IndexCursor.seek.
   */
  find(index: string, values: readonly InputValue[], columns?: readonly string[]): Row | undefined {
    const finder = this.#finder(index);
    return finder.seek('=', values) ? finder.row(this.#columns(columns)) : undefined;
  }

  /** The bookmark of that row. @throws JetError as `find`. */
  findBookmark(index: string, values: readonly InputValue[]): Uint8Array | undefined {
    const finder = this.#finder(index);
    return finder.seek('=', values) ? finder.bookmark() : undefined;
  }

  /**
   * The rows of a range of an index (undefined: in primary order), in order, each as it is when it is reached.
   * @throws JetError JET_errIndexNotFound, JET_errColumnNotFound, and as IndexCursor.setIndexRange.
   */
  *range(index?: string, options: RangeOptions = {}): Generator<Row> {
    const columns = this.#columns(options.columns);
    for (const cursor of this.#walk(index, options)) yield cursor.row(columns);
  }

  /** The bookmarks of the same rows. */
  *bookmarks(index?: string, options: RangeOptions = {}): Generator<Uint8Array> {
    for (const cursor of this.#walk(index, options)) yield cursor.bookmark();
  }

  /** The number of entries in a range of an index. @throws JetError as `range`. */
  count(index?: string, range?: IndexRange): number {
    const cursor = this.cursor(index, range);
    try {
      return cursor.count();
    } finally {
      cursor.close();
    }
  }

  /** A cursor over an index, before its first row; to be closed. @throws JetError as `range`. */
  cursor(index?: string, range?: IndexRange): IndexCursor {
    const cursor = this.#open(this.#current(), index);
    if (range !== undefined) cursor.setIndexRange(range);
    return cursor;
  }

  *#walk(index: string | undefined, options: RangeOptions): Generator<IndexCursor> {
    const cursor = this.cursor(index, options);
    try {
      const { reverse = false } = options;
      for (let more = reverse ? cursor.last() : cursor.first(); more;) {
        yield cursor;
        more = reverse ? cursor.previous() : cursor.next();
      }
    } finally {
      cursor.close();
    }
  }

  /** A value of a row, where it is now; undefined: NULL. */
  #valueIn(bookmark: Uint8Array, columnName: string, itag: number): StoredLongValue | undefined {
    const { table, inputs } = this.#current();
    const finder = this.#finder(undefined);
    if (!finder.goto(bookmark)) {
      throw new JetError('JET_errRecordNotFound', `table ${table.name} has no such row`, { table: table.name });
    }
    return storedLongValue(finder.record(), inputs.column(columnName), itag, this.#longValues(table));
  }

  #longValues(table: TableDef): LongValueSession | undefined {
    if (table.longValueTree === undefined) return undefined;
    return new LongValueSession(this.#tree(table.longValueTree, true, LONG_VALUE_DENSITY), table.lvChunkMax);
  }

  #columns(names: readonly string[] | undefined): readonly ColumnDef[] | undefined {
    const { inputs } = this.#current();
    return names?.map((name) => inputs.column(name));
  }

  #finder(index: string | undefined): IndexCursor {
    const parts = this.#current();
    const name = index ?? PRIMARY;
    let finder = parts.finders.get(name);
    if (finder === undefined) {
      finder = this.#open(parts, index);
      parts.finders.set(name, finder);
    }
    return finder;
  }

  #current(): Parts {
    const { schema } = this.#database;
    const { tx } = this.#session;
    const view = tx.level > 0 ? tx.trxBegin0 : 0;
    if (this.#parts !== undefined && this.#version === schema.version && this.#view === view) return this.#parts;
    const table = schema.table(this.name, tx);
    this.#version = schema.version;
    this.#view = view;
    if (this.#parts?.table === table) return this.#parts;
    for (const finder of this.#parts?.finders.values() ?? []) finder.close();
    this.#parts = { table, inputs: new RowInputs(table.name, table.columns), finders: new Map() };
    return this.#parts;
  }

  #forWriting(): WriteParts {
    const { schema, attached, transactions } = this.#database;
    const { tx } = this.#session;
    const view = tx.level > 0 ? tx.trxBegin0 : 0;
    const known = this.#writeParts;
    if (known !== undefined && this.#writeVersion === schema.version && this.#writeView === view) return known;
    const table = schema.tableForWriting(this.#current().table.tree.objid, tx);
    this.#writeVersion = schema.version;
    this.#writeView = view;
    if (known?.table === table) return known;
    const longValues = (): WriteTree => {
      const { longValueTree } = createLongValueTree({ transactions, database: attached }, tx, table);
      return writeTreeOf(longValueTree!, true, LONG_VALUE_DENSITY, attached.db.cache.format.pageSize);
    };
    const writer = new TableWriter(transactions, tx, attached, table, { longValues });
    this.#writeParts = { table, inputs: new RowInputs(table.name, table.columns), writer };
    return this.#writeParts;
  }

  #open({ table, inputs }: Parts, name: string | undefined): IndexCursor {
    const index = name === undefined ? table.primaryIndex : indexOf(table, name);
    const records = this.#treeCursor(table.tree, true, table.density);
    const primary = index === undefined || index.definition.primary;
    const { db } = this.#database.attached;
    const { tx } = this.#session;
    return new IndexCursor({
      table: table.name,
      index: index?.name ?? PRIMARY,
      entries: primary ? records : this.#treeCursor(index.tree, index.definition.unique, index.density),
      records,
      keys: index === undefined ? undefined : new IndexKeyMaker(table.name, index),
      reader: new RecordReader(table, db.cache.format, this.#longValues(table)),
      column: (column) => inputs.column(column),
      columns: table.columns,
      db,
      tx,
    });
  }

  #treeCursor(tree: TableDef['tree'], unique: boolean, density: number): TreeCursor {
    return new TreeCursor(this.#tree(tree, unique, density));
  }

  #tree(tree: TableDef['tree'], unique: boolean, density: number): VersionedTree {
    const { attached, transactions } = this.#database;
    const { pageSize } = attached.db.cache.format;
    return new VersionedTree(transactions, this.#session.tx, attached, writeTreeOf(tree, unique, density, pageSize));
  }
}

function indexOf(table: TableDef, name: string): IndexDef {
  const index =
    table.indexes.find((each) => each.name === name) ??
    table.indexes.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (index !== undefined) return index;
  throw new JetError('JET_errIndexNotFound', `table ${table.name} has no index ${name}`, { table: table.name });
}
