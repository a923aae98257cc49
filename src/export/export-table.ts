// The rows of one table, a few at a time: live ones in the order of the primary index, deleted ones when asked for.
import type { TreeFaultHandler } from '../ese/btree/cursor.ts';
import { walkLeaves } from '../ese/btree/leaf-walk.ts';
import type { ColumnDef } from '../ese/catalog/column-def.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';
import { LongValues } from '../ese/lv/long-values.ts';
import { NodeView } from '../ese/page/node.ts';
import type { PageFormat } from '../ese/page/page-format.ts';
import { PageFlag, TREE_KIND_FLAGS } from '../ese/page/page-flags.ts';
import { PageSet } from '../ese/page/page-set.ts';
import type { Page } from '../ese/page/page.ts';
import type { DeletedRecordSearch } from '../ese/record/deleted-records.ts';
import { RecordReader } from '../ese/record/record-reader.ts';
import type { FindingLog } from './finding-log.ts';
import type { RowPlan } from './row-plan.ts';
import type { RowSink, SinkProblemHandler } from './row-sink.ts';
import { RowWalk, type LossHandler } from './row-walk.ts';

/** What goes where. */
export interface TablePassOptions {
  readonly plan: RowPlan;
  /** Makes what takes the rows; `onProblem` is for values its format cannot hold. */
  readonly makeSink: (onProblem: SinkProblemHandler) => RowSink;
  /** Where losses are noted; undefined for a pass whose losses another pass will note. */
  readonly findings: FindingLog | undefined;
  /** Makes the search for deleted rows; undefined to leave them out. */
  readonly deletedSearch: ((table: TableDef, format: PageFormat) => DeletedRecordSearch) | undefined;
}

/** One pass over the rows of a table. */
export class TablePass {
  /** Live rows given so far. */
  rows = 0;
  /** Deleted rows given so far. */
  deletedRows = 0;
  readonly #db: Database;
  readonly #table: TableDef;
  readonly #options: TablePassOptions;
  readonly #sink: RowSink;
  readonly #walk: RowWalk;
  readonly #pages: Generator;
  readonly #node = new NodeView();
  #pgno = 0;
  #line = 0;

  constructor(db: Database, table: TableDef, options: TablePassOptions) {
    this.#db = db;
    this.#table = table;
    this.#options = options;
    this.#sink = options.makeSink((column, reason, problem) => {
      if (problem === 'beside') options.findings?.valueBeside(table, this.#pgno, this.#line, column.def, reason);
      else this.#lost(column.def, 1, reason);
    });
    this.#walk = this.#rowWalk(false);
    this.#pages = this.#run();
  }

  /** Goes on until `deadline` (as `Date.now` tells it); false when all is done. */
  step(deadline: number): boolean {
    do {
      if (this.#pages.next().done === true) return false;
    } while (Date.now() < deadline);
    return true;
  }

  /** `deleted`: the rows are deleted ones, whose long values may be flagged deleted or gone, which is no loss. */
  #rowWalk(deleted: boolean): RowWalk {
    const { plan, findings } = this.#options;
    const { longValueTree, lvChunkMax } = this.#table;
    const onFault = (pgno: number, _parent: number, reason: Parameters<FindingLog['page']>[1]): void => {
      if (!deleted) findings?.page(pgno, reason, this.#table);
    };
    const onLoss: LossHandler = (column, itag, reason) => {
      if (!deleted) this.#lost(column, itag, reason);
    };
    const longValues =
      longValueTree === undefined
        ? undefined
        : new LongValues(this.#db.pages, longValueTree, lvChunkMax, onFault, deleted);
    const reader = new RecordReader(this.#table, this.#db.pages.format, undefined, onLoss);
    return new RowWalk(plan, reader, longValues, this.#sink, onLoss);
  }

  #lost(column: ColumnDef | undefined, itag: number, reason: string): void {
    this.#options.findings?.value(this.#table, this.#pgno, this.#line, column, itag, reason);
  }

  *#run(): Generator<undefined> {
    const { findings, deletedSearch } = this.#options;
    const { format, pgnoLast } = this.#db.pages;
    const search = deletedSearch?.(this.#table, format);
    const deletedWalk = search === undefined ? undefined : this.#rowWalk(true);
    const seen = new PageSet(search === undefined ? 0 : pgnoLast);
    for (const page of this.#leaves((pgno, _parent, reason) => findings?.page(pgno, reason, this.#table))) {
      this.#livePage(page, search, deletedWalk);
      seen.add(page.pgno);
      search?.searchSlack(page);
      yield;
    }
    if (search !== undefined && deletedWalk !== undefined) yield* this.#deletedRows(search, deletedWalk, seen);
    this.#sink.finish();
  }

  #leaves(onFault: TreeFaultHandler): Generator<Page> {
    return walkLeaves(this.#db.pages, this.#table.tree, { orphans: this.#db.orphans, transient: true, onFault });
  }

  #livePage(page: Page, search: DeletedRecordSearch | undefined, deletedWalk: RowWalk | undefined): void {
    const node = this.#node;
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    const { lineCount } = page;
    this.#pgno = page.pgno;
    for (let line = 0; line < lineCount; line++) {
      this.#line = line;
      const readable = node.load(page, line);
      const end = node.dataStart + node.dataLength;
      if (readable && node.isDeleted) {
        const whole = search?.isWhole(page, node) === true;
        if (whole && deletedWalk?.write(node.bytes, node.dataStart, end, sortedTagged, 'flagged') === true)
          this.deletedRows++;
      } else if (readable && this.#walk.write(node.bytes, node.dataStart, end, sortedTagged)) {
        this.rows++;
      } else {
        this.#options.findings?.badRecord(this.#table, page.pgno, line);
      }
    }
  }

  /** What was deleted and is not even flagged any more: after all live rows, which it is held against. */
  *#deletedRows(search: DeletedRecordSearch, walk: RowWalk, seen: PageSet): Generator<undefined> {
    const { pages, inventory } = this.#db;
    const { tree } = this.#table;
    for (const pgno of [...inventory.leavesOf(tree.objid), ...inventory.emptiedLeavesOf(tree.objid)]) {
      const page = seen.has(pgno) ? undefined : pages.tryRead(pgno);
      if (page === undefined || page instanceof Error || (page.fFlags & TREE_KIND_FLAGS) !== 0) continue;
      search.searchFreed(page);
      yield;
    }
    if (!search.hasCandidates) return;
    for (const page of this.#leaves(() => undefined)) {
      for (let line = 0; line < page.lineCount; line++) if (this.#node.load(page, line)) search.exclude(this.#node);
      yield;
    }
    for (const { origin, pgno, start, end } of search.records()) {
      const page = pages.tryRead(pgno);
      if (!(page instanceof Error) && walk.write(page.bytes, start, end, true, origin)) this.deletedRows++;
      yield;
    }
  }
}
