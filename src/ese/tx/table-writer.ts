// Inserts, changes and deletes rows of a table with all their index entries, each row in a transaction of its own within
// that of the session (format 5.3, 7.5; ErrRECIInsert, ErrRECIReplace, ErrRECIDelete in recupd.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { IndexKeys, KeysKnown } from '../norm/index-keys.ts';
import type { KeyValue } from '../norm/key-value.ts';
import { compareWholeKeys } from '../norm/compare-keys.ts';
import { RecordReader } from '../record/record-reader.ts';
import { RowRecords, type RowValues } from './row-record.ts';
import type { Transactions } from './transactions.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';
import { VersionedTree } from './versioned-tree.ts';
import type { WriteTree } from './write-tree.ts';

/** Rows of tables without a primary index are numbered by keys of this size. */
const NUMBER_KEY_SIZE = 4;

/** A secondary index of the table. */
interface SecondaryIndex {
  readonly index: IndexDef;
  readonly keys: IndexKeys;
  readonly tree: VersionedTree;
}

/** A row as the session sees it. */
export interface FoundRow {
  /** Primary key. */
  readonly bookmark: Uint8Array;
  readonly record: Uint8Array;
}

/** The tree of a table or index as one to write to. */
export function writeTreeOf(tree: TableDef['tree'], unique: boolean, density: number, pageSize: number): WriteTree {
  const { pgnoFDP, objid } = tree;
  const cbDensityFree = Math.floor(((100 - density) * pageSize) / 100);
  return { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP: objid, unique, space: false, cbDensityFree };
}

const without = (keys: readonly Uint8Array[], others: readonly Uint8Array[]): Uint8Array[] =>
  keys.filter((key) => !others.some((other) => compareWholeKeys(key, other) === 0));

/** One table, for one session. Values larger than a record are not taken. */
export class TableWriter {
  readonly #table: TableDef;
  readonly #session: TxSession;
  readonly #primary: VersionedTree;
  readonly #primaryKeys: IndexKeys | undefined;
  readonly #secondary: readonly SecondaryIndex[];
  readonly #records: RowRecords;
  readonly #reader: RecordReader;
  readonly #transactions: Transactions;
  /** Series of numbers: of the auto-increment column, or of the primary keys. */
  readonly #series: string;

  /** @throws JetError JET_errFeatureNotAvailable for indexes on columns that the catalog does not know. */
  constructor(transactions: Transactions, session: TxSession, database: VersionedDatabase, table: TableDef) {
    const { format } = database.db.cache;
    this.#table = table;
    this.#session = session;
    this.#transactions = transactions;
    this.#series = `${database.db.dbid}:${table.tree.objid}`;
    this.#records = new RowRecords(table, format);
    this.#reader = new RecordReader(table, format, undefined);
    const treeFor = (tree: TableDef['tree'], unique: boolean, density: number): VersionedTree =>
      new VersionedTree(transactions, session, database, writeTreeOf(tree, unique, density, format.pageSize));
    this.#primary = treeFor(table.tree, true, table.density);
    const primary = table.primaryIndex;
    this.#primaryKeys = primary === undefined ? undefined : new IndexKeys(primary.definition);
    if (table.indexes.some(({ unresolved }) => unresolved)) {
      throw new JetError('JET_errFeatureNotAvailable', `table ${table.name} has an index on unknown columns`);
    }
    // The engine goes through the indexes from the newest to the oldest.
    this.#secondary = table.indexes
      .filter(({ definition }) => !definition.primary)
      .sort((a, b) => b.tree.objid - a.tree.objid)
      .map((index) => {
        const { definition, tree, density } = index;
        return { index, keys: new IndexKeys(definition), tree: treeFor(tree, definition.unique, density) };
      });
  }

  /**
   * Inserts a row; its bookmark. Outside of a transaction the row is committed: `committed` is then told the position
   * that must be lasting for it.
   * @throws JetError JET_errKeyDuplicate, JET_errNullInvalid, JET_errColumnNotFound, JET_errRecordTooBig,
   * JET_errNullKeyDisallowed, JET_errUnicodeNormalizationNotSupported (a key that only Windows' collation makes), and
   * as VersionedTree.insert.
   */
  insert(row: RowValues, committed?: (lgpos: Lgpos) => void): Uint8Array {
    return this.#inTransaction(committed, () => {
      const record = this.#records.insert(row, () => this.#nextNumber());
      this.#load(record);
      const bookmark = this.#bookmarkOf();
      const entries = this.#secondary.map(({ keys, index }) => this.#keysOf(keys, index));
      this.#primary.insert(bookmark, record);
      this.#secondary.forEach(({ tree }, i) => {
        for (const key of entries[i]!) tree.insert(key, bookmark);
      });
      return bookmark;
    });
  }

  /**
   * Changes the given columns of a row; its bookmark afterwards.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict, JET_errFeatureNotAvailable (a value outside of its
   * record), and as `insert`.
   */
  update(bookmark: Uint8Array, row: RowValues, committed?: (lgpos: Lgpos) => void): Uint8Array {
    return this.#inTransaction(committed, () => {
      this.#load(this.#mustGet(bookmark));
      const before = this.#secondary.map(({ keys, index }) => this.#keysOf(keys, index));
      const record = this.#records.update(this.#reader, row);
      this.#load(record);
      const now = this.#primaryKeys === undefined ? bookmark : this.#bookmarkOf();
      const after = this.#secondary.map(({ keys, index }) => this.#keysOf(keys, index));
      const moved = compareWholeKeys(now, bookmark) !== 0;
      if (moved) {
        this.#primary.delete(bookmark);
        this.#primary.insert(now, record);
      } else this.#primary.replace(bookmark, record);
      this.#secondary.forEach(({ tree }, i) => {
        for (const key of moved ? before[i]! : without(before[i]!, after[i]!)) tree.delete(key, bookmark);
        for (const key of moved ? after[i]! : without(after[i]!, before[i]!)) tree.insert(key, now);
      });
      return now;
    });
  }

  /** Deletes a row. @throws JetError as `update`. */
  delete(bookmark: Uint8Array, committed?: (lgpos: Lgpos) => void): void {
    this.#inTransaction(committed, () => {
      this.#load(this.#mustGet(bookmark));
      this.#records.refuseSeparated(this.#reader);
      for (const { keys, index, tree } of this.#secondary) {
        for (const key of this.#keysOf(keys, index)) tree.delete(key, bookmark);
      }
      this.#primary.delete(bookmark);
      return bookmark;
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

  #inTransaction(committed: ((lgpos: Lgpos) => void) | undefined, change: () => Uint8Array): Uint8Array {
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

  #bookmarkOf(): Uint8Array {
    const keys = this.#primaryKeys;
    if (keys === undefined) {
      const key = new Uint8Array(NUMBER_KEY_SIZE);
      new DataView(key.buffer).setUint32(0, Number(this.#nextNumber()), false);
      return key;
    }
    const [key] = this.#keysOf(keys, this.#table.primaryIndex!);
    if (key !== undefined) return key;
    throw new JetError('JET_errNullKeyDisallowed', `table ${this.#table.name}: a row has no primary key`);
  }

  /** The keys of the loaded record in an index. */
  #keysOf(keys: IndexKeys, index: IndexDef): Uint8Array[] {
    const found: Uint8Array[] = [];
    const known = keys.of(this.#reader, (key, length) => found.push(key.slice(0, length)));
    if (known === KeysKnown.Exact) return found;
    const where = `table ${this.#table.name}, index ${index.name}`;
    if (known === KeysKnown.Refused) throw new JetError('JET_errNullKeyDisallowed', `${where}: a key is not allowed`);
    if (known === KeysKnown.TooMany) throw new JetError('JET_errMultiValuedIndexViolation', `${where}: too many keys`);
    throw new JetError('JET_errUnicodeNormalizationNotSupported', `${where}: keys need the collation of Windows`);
  }

  /** One more than the highest number of all rows, also of those that others are about to insert. */
  #nextNumber(): KeyValue {
    return this.#transactions.nextNumber(this.#series, () => this.#highestNumber());
  }

  #highestNumber(): bigint {
    const column = this.#records.autoIncrement;
    let highest = 0n;
    for (const { key, data } of this.#primary.all()) {
      if (column === undefined) {
        if (key.length === NUMBER_KEY_SIZE) highest = BigInt(new DataView(key.buffer).getUint32(0, false));
      } else if (this.#reader.load(data, 0, data.length, true) && this.#reader.selectColumn(column, 1)) {
        const { bytes, start, end } = this.#reader;
        const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
        const number = end - start === 8 ? view.getBigInt64(0, true) : BigInt(view.getInt32(0, true));
        if (number > highest) highest = number;
      }
    }
    return highest;
  }
}
