// A table: its records, long values and indexes, checked together in one pass over each tree (format 10.2).
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { IndexKeys } from '../../ese/norm/index-keys.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import type { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import { TaggedScan } from '../../ese/record/tagged-scan.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import { recordReader, scanTable } from '../../ese/table-scan.ts';
import { hasUnicodeSegment } from '../../ese/catalog/index-def.ts';
import type { CheckContext } from './check-context.ts';
import { IndexCheck } from './check-index.ts';
import { LongValueCheck } from './check-long-values.ts';
import { RecordCheck, type RecordProblem } from './check-record.ts';
import { checkTree } from './check-tree.ts';

/** Keys are made from no more of a long value than this; tuple indexes reach furthest (32767 steps of two bytes). */
const KEY_SOURCE_MOST = 128 << 10;

class TableCheck {
  readonly #ctx: CheckContext;
  readonly #table: TableDef;
  readonly #place: FindingPlace;
  readonly #indexes: readonly IndexCheck[];
  readonly #longValues: LongValueCheck | undefined;
  readonly #reader: RecordReader;
  readonly #records: RecordCheck;
  readonly #primary: IndexKeys | undefined;
  readonly #bookmark = new Uint8Array(0x4000);
  #bookmarkLength = 0;
  #at = { pgno: 0, line: 0 };

  constructor(ctx: CheckContext, table: TableDef) {
    this.#ctx = ctx;
    this.#table = table;
    this.#place = { objid: table.tree.objid, table: table.name };
    const secondary = table.indexes.filter((index) => !index.definition.primary);
    this.#indexes = secondary.map((index) => new IndexCheck(ctx, table, index));
    this.#longValues =
      table.longValueTree === undefined ? undefined : new LongValueCheck(ctx, table, table.longValueTree);
    this.#reader = recordReader(ctx.db, table);
    this.#reader.longValueMost = KEY_SOURCE_MOST;
    this.#records = new RecordCheck(
      table,
      (problem) => {
        this.#recordProblem(problem);
      },
      (bytes, start, end) => {
        this.#reference(bytes, start, end);
      },
    );
    const primary = table.primaryIndex;
    this.#primary = primary === undefined || hasUnicodeSegment(primary) ? undefined : new IndexKeys(primary.definition);
  }

  run(): void {
    const result = checkTree(this.#ctx, this.#table.tree, {
      place: this.#place,
      visit: (node, page, line) => {
        this.#visit(node, page, line);
      },
    });
    for (const index of this.#indexes) index.walk();
    this.#longValues?.walk();
    this.#details(result.complete);
  }

  #visit(node: NodeView, page: Page, line: number): void {
    this.#at = { pgno: page.pgno, line };
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    if (!this.#reader.load(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged)) {
      this.#recordProblem({
        severity: 'error',
        rule: 'record.structure',
        message: 'is no record: its header contradicts itself',
      });
      for (const index of this.#indexes) index.unknownRecord();
      return;
    }
    this.#records.check(this.#reader);
    this.#bookmarkLength = node.copyKey(this.#bookmark);
    this.#checkBookmark();
    for (const index of this.#indexes) index.record(this.#reader, this.#bookmark, this.#bookmarkLength);
  }

  /** The key a record stands at must be the one its primary columns make. */
  #checkBookmark(): void {
    this.#primary?.of(this.#reader, (key, length, exact) => {
      if (exact && compareKeys(key, 0, length, this.#bookmark, 0, this.#bookmarkLength) !== 0) {
        this.#recordProblem({
          severity: 'error',
          rule: 'record.key',
          message: 'stands at a key that its columns do not make',
        });
      }
    });
  }

  #reference(bytes: Uint8Array, start: number, end: number): void {
    if (this.#longValues !== undefined) {
      this.#longValues.reference(bytes, start, end);
      return;
    }
    this.#recordProblem({
      severity: 'error',
      rule: 'lv.missing',
      message: 'refers to a long value, but the table has no long-value tree',
    });
  }

  #recordProblem(problem: RecordProblem): void {
    const { pgno, line } = this.#at;
    this.#ctx.reporter.add({
      rule: problem.rule,
      severity: problem.severity,
      jet: problem.rule.startsWith('lv.') ? 'JET_errLVCorrupted' : 'JET_errDatabaseCorrupted',
      at: { ...this.#place, pgno, line, ...(problem.column === undefined ? {} : { column: problem.column }) },
      message: `table ${this.#table.name}: the record at line ${line} of page ${pgno} ${problem.message}`,
    });
  }

  /** Where sums differ, the records are read once more to name the entries. */
  #details(tableComplete: boolean): void {
    const indexes = this.#indexes.filter((index) => !index.agrees);
    const longValues = this.#longValues?.agrees === false ? this.#longValues : undefined;
    if (indexes.length === 0 && longValues === undefined) return;
    const tagged = new TaggedScan(this.#ctx.db.pages.format);
    for (const { record, node, page, line } of scanTable(this.#ctx.db, this.#table)) {
      const bookmarkLength = node.copyKey(this.#bookmark);
      for (const index of indexes) index.detailRecord(record, this.#bookmark, bookmarkLength, page.pgno, line);
      if (longValues === undefined) continue;
      tagged.load(record.record);
      while (tagged.next()) {
        if (tagged.separated && !tagged.isNull)
          longValues.detailReference(record.record.bytes, tagged.start, tagged.end, page.pgno);
      }
    }
    for (const index of indexes) index.reportDifferences(tableComplete);
    longValues?.reportDifferences();
  }
}

/** Checks one table with all its trees. */
export function checkTable(ctx: CheckContext, table: TableDef): void {
  new TableCheck(ctx, table).run();
}
