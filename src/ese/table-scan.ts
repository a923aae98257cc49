// All records of a table in primary order, whatever the damage: what cannot be read is reported and stepped over.
import type { JetError } from '../errors/jet-error.ts';
import type { TreeFaultHandler } from './btree/cursor.ts';
import { walkLeaves } from './btree/leaf-walk.ts';
import type { TableDef } from './catalog/table-def.ts';
import type { Database } from './database.ts';
import { LongValues } from './lv/long-values.ts';
import { NodeView } from './page/node.ts';
import { PageFlag } from './page/page-flags.ts';
import type { Page } from './page/page.ts';
import { RecordReader, type ValueProblemHandler } from './record/record-reader.ts';

/** What to be told of while scanning. */
export interface TableScanOptions {
  /** Pages of the table or its long values that could not be used. */
  readonly onFault?: TreeFaultHandler;
  /** Lines that are no record. */
  readonly onBadRecord?: (pgno: number, line: number) => void;
  /** Values that could not be given as they should be. */
  readonly onValueProblem?: ValueProblemHandler;
}

/** The current record of a scan. One object serves the whole scan: take what you need before moving on. */
export interface ScannedRow {
  readonly record: RecordReader;
  /** The node: its key is the record's bookmark. */
  readonly node: NodeView;
  readonly page: Page;
  readonly line: number;
}

/** Opens the long values of a table; undefined when it has none. */
export function openLongValues(db: Database, table: TableDef, onFault?: TreeFaultHandler): LongValues | undefined {
  return table.longValueTree === undefined
    ? undefined
    : new LongValues(db.pages, table.longValueTree, table.lvChunkMax, onFault);
}

/** A reader for records of `table`. */
export function recordReader(db: Database, table: TableDef, options: TableScanOptions = {}): RecordReader {
  return new RecordReader(table, db.pages.format, openLongValues(db, table, options.onFault), options.onValueProblem);
}

/** Every record of `table` in the order of its primary index. Deleted records are left out. */
export function* scanTable(db: Database, table: TableDef, options: TableScanOptions = {}): Generator<ScannedRow> {
  const record = recordReader(db, table, options);
  const node = new NodeView();
  const row = { record, node, page: undefined as unknown as Page, line: 0 };
  const walk = { orphans: db.orphans, ...(options.onFault === undefined ? {} : { onFault: options.onFault }) };
  for (const page of walkLeaves(db.pages, table.tree, walk)) {
    row.page = page;
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    for (let line = 0; line < page.lineCount; line++) {
      const readable = node.load(page, line);
      if (readable && node.isDeleted) continue;
      if (!readable || !record.load(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged)) {
        options.onBadRecord?.(page.pgno, line);
        continue;
      }
      row.line = line;
      yield row;
    }
  }
}

/** Reason text of a page fault. */
export function faultText(pgno: number, reason: JetError | string): string {
  return typeof reason === 'string' ? `page ${pgno} ${reason}` : reason.message;
}
