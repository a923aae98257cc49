// Inserts, changes and deletes rows of a table with all their index entries and long values, each row in a transaction
// of its own within that of the session (format 5.3, 6.5, 7.5; ErrRECIInsert, ErrRECIReplace, ErrRECIDelete and
// ErrRECEscrowUpdate in recupd.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { storedValues } from '../build/stored-value.ts';
import { ColumnFlag, type ColumnDef } from '../catalog/column-def.ts';
import { isLongType } from '../catalog/column-type.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { KeyValue } from '../norm/key-value.ts';
import { RecordReader } from '../record/record-reader.ts';
import { ColumnDiff } from './column-diff.ts';
import { changedValues, type LongValueChange } from './long-value-change.ts';
import { LongValueWriter } from './long-value-writer.ts';
import { replaceByDiffRecord } from './replace-diff-record.ts';
import { RowIndexes } from './row-indexes.ts';
import { highestKey, highestNumber, NUMBER_KEY_SIZE } from './row-numbers.ts';
import { RowRecords, type RowValues } from './row-record.ts';
import { storedLongValue, type StoredLongValue } from './stored-long-value.ts';
import type { Transactions } from './transactions.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';
import { VersionedTree } from './versioned-tree.ts';
import { LONG_VALUE_DENSITY, writeTreeOf, type WriteTree } from './write-tree.ts';

export { writeTreeOf } from './write-tree.ts';

/** A row as the session sees it. */
export interface FoundRow {
  /** Primary key. */
  readonly bookmark: Uint8Array;
  readonly record: Uint8Array;
}

/** What a table may need for its rows. */
export interface TableWriterOptions {
  /**
   * Gives the table a tree for long values, if it has none; the tree. Without it, values that do not fit into records of
   * such a table are refused.
   */
  readonly longValues?: () => WriteTree;
}

/** Told the position that must be lasting for a change made outside of a transaction. */
export type Committed = (lgpos: Lgpos) => void;

/** One table, for one session. */
export class TableWriter {
  readonly #table: TableDef;
  readonly #session: TxSession;
  readonly #database: VersionedDatabase;
  readonly #primary: VersionedTree;
  readonly #indexes: RowIndexes;
  readonly #records: RowRecords;
  readonly #diff: ColumnDiff;
  readonly #reader: RecordReader;
  readonly #transactions: Transactions;
  readonly #options: TableWriterOptions;
  #longValues: LongValueWriter | undefined;
  /** Series of numbers: of the auto-increment column, or of the primary keys. */
  readonly #series: string;

  /** @throws JetError JET_errFeatureNotAvailable for indexes on columns that the catalog does not know. */
  constructor(
    transactions: Transactions,
    session: TxSession,
    database: VersionedDatabase,
    table: TableDef,
    options: TableWriterOptions = {},
  ) {
    const { format } = database.db.cache;
    this.#table = table;
    this.#session = session;
    this.#database = database;
    this.#transactions = transactions;
    this.#options = options;
    this.#series = `${database.db.dbid}:${table.tree.objid}`;
    this.#records = new RowRecords(table, format, () => this.#longValueWriter());
    this.#diff = new ColumnDiff(table, format);
    this.#reader = new RecordReader(table, format, {
      read: (lid, most) => this.#longValueWriter().read(lid, most),
    });
    const treeFor = (tree: TableDef['tree'], unique: boolean, density: number): VersionedTree =>
      new VersionedTree(transactions, session, database, writeTreeOf(tree, unique, density, format.pageSize));
    this.#primary = treeFor(table.tree, true, table.density);
    this.#indexes = new RowIndexes(table, this.#reader, ({ tree, definition, density }) =>
      treeFor(tree, definition.unique, density),
    );
  }

  /**
   * Inserts a row; its bookmark. Outside of a transaction the row is committed: `committed` is then told the position
   * that must be lasting for it.
   * @throws JetError JET_errKeyDuplicate, JET_errNullInvalid, JET_errColumnNotFound, JET_errRecordTooBig,
   * JET_errColumnTooBig, JET_errInvalidColumnType (a version column), JET_errNullKeyDisallowed,
   * JET_errUnicodeNormalizationNotSupported (a key that only Windows' collation makes), and as VersionedTree.insert.
   */
  insert(row: RowValues, committed?: Committed): Uint8Array {
    return this.#inTransaction(committed, () => {
      const record = this.#records.insert(row, () => this.#nextNumber());
      this.#load(record);
      const bookmark = this.#indexes.hasPrimary ? this.#indexes.primaryKey() : this.#nextKey();
      this.#primary.insert(bookmark, record);
      this.#indexes.insert(bookmark);
      return bookmark;
    });
  }

  /**
   * Changes the given columns of a row; its bookmark afterwards.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict, JET_errInvalidOperation (an escrow column), and as
   * `insert`.
   */
  update(bookmark: Uint8Array, row: RowValues, committed?: Committed): Uint8Array {
    return this.#inTransaction(committed, () => {
      const before = this.#mustGet(bookmark);
      this.#load(before);
      const records = this.#records;
      records.mark(row);
      return this.#change(bookmark, before, () => records.update(this.#reader, row));
    });
  }

  /** Deletes a row. @throws JetError as `update`. */
  delete(bookmark: Uint8Array, committed?: Committed): void {
    this.#inTransaction(committed, () => {
      this.#load(this.#mustGet(bookmark));
      this.#primary.refuseConflict(bookmark);
      this.#indexes.delete(bookmark);
      this.#records.release(this.#reader);
      this.#primary.delete(bookmark);
      return bookmark;
    });
  }

  /**
   * Adds to an escrow column, which other sessions may do at the same time; the value before, others' differences
   * included.
   * @throws JetError JET_errColumnNotFound, JET_errInvalidOperation (no escrow column), JET_errNullInvalid,
   * JET_errRecordNotFound, JET_errWriteConflict (another session changed the row otherwise).
   */
  escrow(bookmark: Uint8Array, column: string, delta: number | bigint, committed?: Committed): bigint {
    const found = this.#records.column(column);
    if ((found.flags & ColumnFlag.EscrowUpdate) === 0 || found.place !== 'fixed') {
      throw new JetError('JET_errInvalidOperation', `column ${found.name} is not one that changes by differences`);
    }
    const { recordOffset, cbMaxLen } = found;
    let value = 0n;
    this.#inTransaction(committed, () => {
      this.#load(this.#mustGet(bookmark));
      if (this.#reader.record.findFixed(found.fid, recordOffset, cbMaxLen) !== 'value') {
        throw new JetError('JET_errNullInvalid', `table ${this.#table.name}: a row has no ${found.name} to add to`);
      }
      value = this.#primary.delta(bookmark, recordOffset, delta, cbMaxLen === 8 ? 8 : 4);
      return bookmark;
    });
    return value;
  }

  /**
   * A value of a long column, to be read in pieces; undefined: there is none.
   * @throws JetError JET_errRecordNotFound, JET_errColumnNotFound, JET_errInvalidColumnType (not a long column),
   * JET_errLVCorrupted.
   */
  longValue(bookmark: Uint8Array, column: string, itag = 1): StoredLongValue | undefined {
    const found = this.#longColumn(column);
    this.#load(this.#mustGet(bookmark));
    const { tagged } = this.#reader;
    const isThere = tagged.find(found.fid, found.derived) && !tagged.isNull && tagged.toInstance(itag);
    return storedLongValue(
      this.#reader,
      found,
      itag,
      isThere && tagged.separated ? this.#longValueWriter() : undefined,
    );
  }

  /**
   * Changes a value of a long column, as a whole or in part; the bookmark of the row afterwards.
   * @throws JetError JET_errColumnNotFound, JET_errInvalidColumnType (not a long column), JET_errBadItagSequence (there
   * are fewer values), JET_errColumnNoChunk (an offset past the end), JET_errColumnTooBig, and as `update`.
   */
  setLongValue(bookmark: Uint8Array, column: string, change: LongValueChange, committed?: Committed): Uint8Array {
    const found = this.#longColumn(column);
    return this.#inTransaction(committed, () => {
      const before = this.#mustGet(bookmark);
      this.#load(before);
      const records = this.#records;
      records.mark({});
      records.markColumn(found);
      return this.#change(bookmark, before, () => {
        const stored = storedValues(this.#reader.record, this.#reader.tagged, found) ?? [];
        const values = changedValues(found, stored, change, () => this.#longValueWriter());
        return records.updateStored(this.#reader, found, values);
      });
    });
  }

  /** The record of a row, as the session sees it. */
  get(bookmark: Uint8Array): Uint8Array | undefined {
    return this.#primary.get(bookmark);
  }

  /** The rows from a primary key on, in order. */
  *rows(from?: Uint8Array): Generator<FoundRow> {
    for (const { key, data } of this.#primary.from(from)) yield { bookmark: key, record: data };
  }

  /** Changes the row that is loaded: its entries in indexes, then its record. */
  #change(bookmark: Uint8Array, before: Uint8Array, make: () => Uint8Array): Uint8Array {
    const [indexes, { changed }] = [this.#indexes, this.#records];
    // Entries of indexes would conflict too, as duplicates.
    this.#primary.refuseConflict(bookmark);
    if (indexes.isPrimary(changed)) return this.#move(bookmark, before, make);
    const keys = indexes.before(changed);
    const record = make();
    this.#load(record);
    indexes.update(keys, bookmark);
    this.#replace(bookmark, before, record);
    return bookmark;
  }

  /** As `#change`, where the bookmark may become another: a row then is deleted and another inserted. */
  #move(bookmark: Uint8Array, before: Uint8Array, make: () => Uint8Array): Uint8Array {
    const indexes = this.#indexes;
    const keys = indexes.before(this.#records.changed);
    const record = make();
    this.#load(record);
    const now = indexes.primaryKey();
    if (isSame(now, bookmark)) {
      indexes.update(keys, bookmark);
      this.#replace(bookmark, before, record);
      return bookmark;
    }
    this.#load(before);
    indexes.delete(bookmark);
    this.#primary.delete(bookmark);
    this.#load(record);
    this.#primary.insert(now, record);
    indexes.insert(now);
    return now;
  }

  #replace(bookmark: Uint8Array, before: Uint8Array, record: Uint8Array): void {
    const { changedFids, movedOut } = this.#records;
    const diff = this.#diff.of(before, record, changedFids, movedOut);
    if (diff === undefined) this.#primary.replace(bookmark, record);
    // Nothing is logged of changes that change nothing.
    else if (diff.length > 0) {
      const wide = this.#database.db.cache.format.extendedHeader;
      this.#primary.replace(bookmark, record, (change, cbOld) =>
        replaceByDiffRecord(change, cbOld, record.length, diff, wide),
      );
    }
  }

  #inTransaction(committed: Committed | undefined, change: () => Uint8Array): Uint8Array {
    const session = this.#session;
    session.begin();
    let bookmark: Uint8Array;
    try {
      bookmark = change();
    } catch (error) {
      session.rollback();
      throw error;
    }
    const lgpos = session.commit();
    if (lgpos !== undefined) committed?.(lgpos);
    return bookmark;
  }

  #mustGet(bookmark: Uint8Array): Uint8Array {
    const record = this.#primary.get(bookmark);
    if (record !== undefined) return record;
    throw new JetError('JET_errRecordNotFound', `table ${this.#table.name} has no such row`, {
      table: this.#table.name,
    });
  }

  #load(record: Uint8Array): void {
    if (this.#reader.load(record, 0, record.length, true)) return;
    throw new JetError('JET_errDatabaseCorrupted', `table ${this.#table.name} has a damaged record`);
  }

  #longColumn(name: string): ColumnDef {
    const column = this.#records.column(name);
    if (column.place === 'tagged' && isLongType(column.coltyp)) return column;
    throw new JetError('JET_errInvalidColumnType', `column ${column.name} has no long values`, {
      table: this.#table.name,
    });
  }

  #longValueWriter(): LongValueWriter {
    if (this.#longValues !== undefined) return this.#longValues;
    const session = this.#session;
    const { name, longValueTree, lvChunkMax } = this.#table;
    const { format } = this.#database.db.cache;
    const known =
      longValueTree === undefined
        ? this.#options.longValues?.()
        : writeTreeOf(longValueTree, true, LONG_VALUE_DENSITY, format.pageSize);
    if (known === undefined) {
      throw new JetError('JET_errFeatureNotAvailable', `table ${name} has no tree for long values`, { table: name });
    }
    this.#longValues = new LongValueWriter(this.#transactions, session, this.#database, known, lvChunkMax);
    if (longValueTree === undefined && session.level > 0) {
      // With a table that is new the tree may be gone again.
      session.onRollback(() => {
        this.#longValues = undefined;
      });
    }
    return this.#longValues;
  }

  /** The next number of the auto-increment column: one more than the highest of all rows, seen or not. */
  #nextNumber(): KeyValue {
    const column = this.#records.autoIncrement!;
    return this.#transactions.nextNumber(`${this.#series}:${column.columnId}`, () =>
      highestNumber(this.#database, this.#table, column, this.#reader),
    );
  }

  /** The next key of a table without a primary index. */
  #nextKey(): Uint8Array {
    const number = this.#transactions.nextNumber(this.#series, () => highestKey(this.#database, this.#primary.tree));
    const key = new Uint8Array(NUMBER_KEY_SIZE);
    new DataView(key.buffer).setUint32(0, Number(number), false);
    return key;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
