// The rows of one table, a few at a time: live ones in the order of the primary index, deleted ones when asked for.
import { walkLeaves } from '../ese/btree/leaf-walk.ts';
import type { ColumnDef } from '../ese/catalog/column-def.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';
import { LongValues } from '../ese/lv/long-values.ts';
import { NodeView } from '../ese/page/node.ts';
import { PageFlag } from '../ese/page/page-flags.ts';
import type { Page } from '../ese/page/page.ts';
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
  /** True to give deleted rows too, marked. */
  readonly deleted: boolean;
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
  readonly #pages: Generator<unknown>;
  readonly #node = new NodeView();
  #pgno = 0;
  #line = 0;

  constructor(db: Database, table: TableDef, options: TablePassOptions) {
    this.#db = db;
    this.#table = table;
    this.#options = options;
    this.#sink = options.makeSink((column, reason) => {
      this.#lost(column.def, 1, reason);
    });
    this.#walk = this.#rowWalk(false);
    this.#pages = this.#run();
  }

  /** Goes on until `deadline` (as `performance.now()` tells it); false when all is done. */
  step(deadline: number): boolean {
    do {
      if (this.#pages.next().done === true) return false;
    } while (performance.now() < deadline);
    return true;
  }

  /** `deleted`: the rows are deleted ones, whose long values may be flagged deleted or gone, which is no loss. */
  #rowWalk(deleted: boolean): RowWalk {
    const { plan, findings } = this.#options;
    const { longValueTree, lvChunkMax } = this.#table;
    const onFault = (pgno: number, _parent: number, reason: Parameters<FindingLog['page']>[2]): void => {
      if (!deleted) findings?.page(this.#table, pgno, reason);
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
    const findings = this.#options.findings;
    const walk = walkLeaves(this.#db.pages, this.#table.tree, {
      orphans: this.#db.orphans,
      onFault: (pgno, _parent, reason) => findings?.page(this.#table, pgno, reason),
    });
    for (const page of walk) {
      this.#livePage(page);
      yield;
    }
    this.#sink.finish();
  }

  #livePage(page: Page): void {
    const node = this.#node;
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    const { lineCount } = page;
    this.#pgno = page.pgno;
    for (let line = 0; line < lineCount; line++) {
      this.#line = line;
      const readable = node.load(page, line);
      if (readable && node.isDeleted) continue;
      const end = node.dataStart + node.dataLength;
      if (readable && this.#walk.write(node.bytes, node.dataStart, end, sortedTagged)) this.rows++;
      else this.#options.findings?.badRecord(this.#table, page.pgno, line);
    }
  }
}
