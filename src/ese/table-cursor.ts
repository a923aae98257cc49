// A cursor over the records of a table in the order of any of its indexes, with typed seeks and typed values.
import { JetError } from '../errors/jet-error.ts';
import { BTreeCursor, type TreeFaultHandler } from './btree/cursor.ts';
import type { ColumnDef } from './catalog/column-def.ts';
import type { IndexDef } from './catalog/index-def.ts';
import type { TableDef } from './catalog/table-def.ts';
import type { Database } from './database.ts';
import type { KeyValue } from './norm/key-value.ts';
import { seekKey } from './norm/seek-key.ts';
import type { NodeView } from './page/node.ts';
import { PageFlag } from './page/page-flags.ts';
import { cellOf, type CellValue } from './record/cell-value.ts';
import type { RecordReader, ValueProblemHandler } from './record/record-reader.ts';
import { recordReader } from './table-scan.ts';

/** How to open a cursor. */
export interface TableCursorOptions {
  /** Index to follow; without it the primary order. */
  readonly index?: string;
  readonly onFault?: TreeFaultHandler;
  readonly onValueProblem?: ValueProblemHandler;
}

function findIndex(table: TableDef, name: string): IndexDef {
  const index = table.indexes.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (index !== undefined) return index;
  throw new JetError('JET_errIndexNotFound', `table ${table.name} has no index ${name}`, { table: table.name });
}

/**
 * Moves over records. Values are read from the record the cursor stands on; after a move that returned false there
 * is none. Damaged pages are stepped over (and told to `onFault`).
 */
export class TableCursor {
  readonly table: TableDef;
  readonly index: IndexDef | undefined;
  readonly #entries: BTreeCursor;
  /** Finds records by bookmark; the same cursor as #entries in primary order. */
  readonly #records: BTreeCursor;
  readonly #reader: RecordReader;
  readonly #columns: Map<string, ColumnDef>;
  #loaded = false;
  #standing = false;

  /** @throws JetError JET_errIndexNotFound when the table has no such index. */
  constructor(db: Database, table: TableDef, options: TableCursorOptions = {}) {
    this.table = table;
    this.index = options.index === undefined ? table.primaryIndex : findIndex(table, options.index);
    const faults = options.onFault === undefined ? {} : { onFault: options.onFault };
    this.#records = new BTreeCursor(db.pages, table.tree, faults);
    const primary = this.index === undefined || this.index.definition.primary;
    this.#entries = primary ? this.#records : new BTreeCursor(db.pages, this.index.tree, faults);
    this.#reader = recordReader(db, table, options);
    this.#columns = new Map(table.columns.map((column) => [column.name.toLowerCase(), column]));
  }

  first(): boolean {
    return this.#moved(this.#entries.first());
  }

  last(): boolean {
    return this.#moved(this.#entries.last());
  }

  next(): boolean {
    return this.#moved(this.#entries.next());
  }

  previous(): boolean {
    return this.#moved(this.#entries.previous());
  }

  /**
   * To the first record whose key is at or after `values`, one for each of the first columns of the index (null for
   * NULL). False when there is none.
   * @throws JetError JET_errInvalidParameter for a value that does not fit its column, JET_errKeyIsMade for too many,
   * JET_errNoCurrentIndex when the table has no index, JET_errUnicodeNormalizationNotSupported for Unicode text, whose
   * sort keys only Windows can make.
   */
  seek(...values: readonly KeyValue[]): boolean {
    if (this.index === undefined) {
      throw new JetError('JET_errNoCurrentIndex', `table ${this.table.name} has no index to seek in`, {
        table: this.table.name,
      });
    }
    const { key, exact } = seekKey(this.index.definition, values);
    if (!exact) {
      const message = `index ${this.index.name} of ${this.table.name} sorts Unicode text: it can be walked, not searched`;
      throw new JetError('JET_errUnicodeNormalizationNotSupported', message, { table: this.table.name });
    }
    return this.seekKey(key);
  }

  /** To the first record whose normalised key is at or after `key`. */
  seekKey(key: Uint8Array): boolean {
    return this.#moved(this.#entries.seek(key));
  }

  /** The index entry the cursor stands on: its key, and in a secondary index the bookmark as its data. */
  get entry(): NodeView {
    return this.#entries.node;
  }

  /** The record's bookmark: its key in the primary tree. */
  bookmark(): Uint8Array {
    return this.#entries === this.#records ? this.#entries.node.key() : this.#entries.node.data().slice();
  }

  /**
   * The record the cursor stands on, for raw access.
   * @throws JetError JET_errNoCurrentRecord without one, JET_errRecordDeleted when an index entry has no record.
   */
  record(): RecordReader {
    if (!this.#standing)
      throw new JetError('JET_errNoCurrentRecord', 'the cursor stands on no record', { table: this.table.name });
    if (!this.#loaded) this.#load();
    return this.#reader;
  }

  /**
   * A column of the current record.
   * @throws JetError JET_errColumnNotFound for a column the table does not have, and what `record` throws.
   */
  get(columnName: string): CellValue {
    const column = this.#columns.get(columnName.toLowerCase());
    if (column === undefined) {
      throw new JetError('JET_errColumnNotFound', `table ${this.table.name} has no column ${columnName}`, {
        table: this.table.name,
      });
    }
    return this.#cell(column);
  }

  /** All columns of the current record that have a value. */
  row(): Record<string, Exclude<CellValue, undefined>> {
    const row: Record<string, Exclude<CellValue, undefined>> = {};
    for (const column of this.table.columns) {
      const value = this.#cell(column);
      if (value !== undefined) row[column.name] = value;
    }
    return row;
  }

  #cell(column: ColumnDef): CellValue {
    return cellOf(this.record(), column);
  }

  #moved(found: boolean): boolean {
    this.#standing = found;
    this.#loaded = false;
    return found;
  }

  #load(): void {
    const place = { table: this.table.name };
    if (this.#entries !== this.#records) {
      const bookmark = this.bookmark();
      if (!this.#records.seek(bookmark) || this.#records.node.compareKey(bookmark) !== 0) {
        throw new JetError('JET_errRecordDeleted', `an entry of index ${this.index!.name} has no record`, place);
      }
    }
    const { node, page } = this.#records;
    const sortedTagged = (page!.fFlags & PageFlag.NewRecordFormat) !== 0;
    if (!this.#reader.load(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged)) {
      throw new JetError('JET_errDatabaseCorrupted', `the record on page ${page!.pgno} contradicts itself`, {
        ...place,
        pgno: page!.pgno,
      });
    }
    this.#loaded = true;
  }
}
