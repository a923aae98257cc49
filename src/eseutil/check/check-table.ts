// A table: its records, long values and indexes, checked together in one pass over each tree (format 10.2).
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { IndexKeys } from '../../ese/norm/index-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import { TaggedScan } from '../../ese/record/tagged-scan.ts';
import { recordReader } from '../../ese/table-scan.ts';
import type { CheckContext } from './check-context.ts';
import { BookmarkSet } from './bookmark-set.ts';
import { IndexCheck } from './check-index.ts';
import { LongValueCheck } from './check-long-values.ts';
import { RecordCheck, type RecordProblem } from './check-record.ts';
import { checkTree, type TreeCheck } from './check-tree.ts';
import { visitedLeaves } from './visited-leaves.ts';

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
  /** Records that contradict themselves: what they seem to hold proves nothing, and what they lack neither. */
  readonly #unsound = new BookmarkSet();
  #allSound = true;

  constructor(ctx: CheckContext, table: TableDef) {
    this.#ctx = ctx;
    this.#table = table;
    this.#place = { objid: table.tree.objid, table: table.name };
    const secondary = table.indexes.filter((index) => !index.definition.primary && !ctx.skipped.has(index.tree));
    this.#indexes = secondary.map((index) => new IndexCheck(ctx, table, index, secondary.length, this.#unsound));
    const { longValueTree } = table;
    const hasLongValues = longValueTree !== undefined && !ctx.skipped.has(longValueTree);
    this.#longValues = hasLongValues ? new LongValueCheck(ctx, table, longValueTree) : undefined;
    this.#reader = recordReader(ctx.db, table);
    this.#reader.longValueMost = KEY_SOURCE_MOST;
    this.#records = new RecordCheck(
      table,
      ctx.db.pages.format,
      (problem) => {
        this.#recordProblem(problem);
      },
      (bytes, start, end) => {
        this.#reference(bytes, start, end);
      },
    );
    const primary = table.primaryIndex;
    this.#primary = primary === undefined || primary.unresolved ? undefined : new IndexKeys(primary.definition);
  }

  run(): TreeCheck {
    const result = checkTree(this.#ctx, this.#table.tree, {
      place: this.#place,
      visit: (node, page, line) => {
        this.#visit(node, page, line);
      },
    });
    for (const index of this.#indexes) index.walk();
    this.#longValues?.walk();
    this.#details(result);
    return result;
  }

  #visit(node: NodeView, page: Page, line: number): void {
    this.#at = { pgno: page.pgno, line };
    this.#bookmarkLength = node.copyKey(this.#bookmark);
    const loaded = loadRecord(this.#reader, node, page);
    if (!loaded) {
      this.#recordProblem({
        severity: 'error',
        rule: 'record.structure',
        message: 'is no record: its header contradicts itself',
      });
    }
    if (!loaded || !this.#records.check(this.#reader)) {
      this.#allSound = false;
      this.#unsound.add(this.#bookmark, this.#bookmarkLength);
      return;
    }
    if (!this.#checkBookmark()) return;
    for (const index of this.#indexes) index.record(this.#reader, this.#bookmark, this.#bookmarkLength);
  }

  /** The key a record stands at must be the one its primary columns make. False when it is not. */
  #checkBookmark(): boolean {
    let right = true;
    this.#primary?.of(this.#reader, (key, length, exact) => {
      right = !exact || compareKeys(key, 0, length, this.#bookmark, 0, this.#bookmarkLength) === 0;
      if (right) return;
      this.#recordProblem({
        severity: 'error',
        rule: 'record.key',
        message: 'stands at a key that its columns do not make',
      });
      // Either of the two may be the one that the indexes know.
      this.#unsound.add(this.#bookmark, this.#bookmarkLength);
      this.#unsound.add(key, length);
    });
    return right;
  }

  #reference(bytes: Uint8Array, start: number, end: number): void {
    if (this.#longValues !== undefined) this.#longValues.reference(bytes, start, end);
    else if (this.#table.longValueTree === undefined) {
      const message = 'refers to a long value, but the table has no long-value tree';
      this.#recordProblem({ severity: 'error', rule: 'lv.missing', message });
    }
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
  #details(result: TreeCheck): void {
    const indexes = this.#indexes.filter((index) => !index.agrees);
    const longValues = this.#longValues?.agrees === false ? this.#longValues : undefined;
    if (indexes.length === 0 && longValues === undefined) return;
    const node = new NodeView();
    for (const page of visitedLeaves(this.#ctx.db.pages, this.#table.tree, result)) {
      for (let line = 0; line < page.lineCount; line++) {
        if (!node.load(page, line) || node.isDeleted || !loadRecord(this.#reader, node, page)) continue;
        const bookmarkLength = node.copyKey(this.#bookmark);
        for (const index of indexes) index.detailRecord(this.#reader, this.#bookmark, bookmarkLength, page.pgno, line);
        if (longValues !== undefined) this.#detailReferences(longValues, page.pgno, line);
      }
    }
    for (const index of indexes) index.reportDifferences(result.complete);
    longValues?.reportDifferences(result.complete && this.#allSound);
  }

  #detailReferences(longValues: LongValueCheck, pgno: number, line: number): void {
    const { record } = this.#reader;
    const tagged = new TaggedScan(this.#ctx.db.pages.format);
    tagged.load(record);
    while (tagged.next()) {
      if (tagged.separated && !tagged.isNull)
        longValues.detailReference(record.bytes, tagged.start, tagged.end, pgno, line);
    }
  }
}

function loadRecord(reader: RecordReader, node: NodeView, page: Page): boolean {
  const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
  return reader.load(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged);
}

/** Checks one table with all its trees; returns what became of the tree of its records. */
export function checkTable(ctx: CheckContext, table: TableDef): TreeCheck {
  return new TableCheck(ctx, table).run();
}
