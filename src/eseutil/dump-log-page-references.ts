// Which pages the records of a log refer to, and what reading and writing them once, in order, would cost: the table at
// the end of a log dump (logapi.cxx, ErrLrToPageRef; logdump.cxx).
import { u16, u32, i32 } from '../binary/little-endian.ts';
import { offsetOf, recordType, type LogRecordName } from '../ese/log/record-table.ts';

const READ = 1;
const WRITE = 2;
const BOTH = READ | WRITE;

/** Where a record keeps a database and one page, how redo uses the page, and whether page 0 counts. */
interface ReferenceRule {
  readonly dbid: number;
  readonly pgno: number;
  readonly use: number;
  readonly evenZero: boolean;
}

function rules(name: LogRecordName, pages: readonly [field: string, use: number][], evenZero = false): ReferenceRule[] {
  const dbid = offsetOf(name, 'dbid');
  return pages.map(([field, use]) => ({ dbid, pgno: offsetOf(name, field), use, evenZero }));
}

const SPLIT_PAGES: readonly [string, number][] = [
  ['pgno', BOTH],
  ['pgnoNew', WRITE],
  ['pgnoParent', BOTH],
  ['pgnoRight', BOTH],
];
const MERGE_PAGES: readonly [string, number][] = [
  ['pgno', BOTH],
  ['pgnoRight', BOTH],
  ['pgnoLeft', BOTH],
  ['pgnoParent', BOTH],
];
const ROOT_PAGES: readonly [string, number][] = [
  ['pgno', BOTH],
  ['pgnoOE', WRITE],
  ['pgnoAE', WRITE],
];
const MOVED_PAGES: readonly [string, number][] = [
  ['pgno', BOTH],
  ['pgnoDest', WRITE],
  ['pgnoParent', BOTH],
  ['pgnoLeft', BOTH],
  ['pgnoRight', BOTH],
];
const NODE_NAMES: readonly LogRecordName[] = [
  'Insert',
  'FlagInsert',
  'FlagInsertAndReplaceData',
  'FlagDelete',
  'Replace',
  'ReplaceD',
  'Delete',
  'Delta',
  'Delta64',
  'SetExternalHeader',
  'Undo',
  'Scrub',
];

/** The rules of each record type, by number. */
const RULES: readonly (readonly ReferenceRule[])[] = ((): (readonly ReferenceRule[])[] => {
  const table: (readonly ReferenceRule[])[] = Array.from({ length: 256 }, () => []);
  const set = (name: LogRecordName, pages: readonly [string, number][], evenZero = false): void => {
    table[recordType(name).lrtyp] = rules(name, pages, evenZero);
  };
  for (const name of NODE_NAMES) set(name, [['pgno', BOTH]], true);
  for (const name of ['Split', 'Split2'] as const) set(name, SPLIT_PAGES);
  for (const name of ['Merge', 'Merge2'] as const) set(name, MERGE_PAGES);
  for (const name of ['CreateMultipleExtentFDP', 'ConvertFDP', 'ConvertFDP2'] as const) set(name, ROOT_PAGES, true);
  set('CreateSingleExtentFDP', [['pgno', WRITE]], true);
  set('PageMove', MOVED_PAGES);
  set('ScanCheck', [['pgno', READ]], true);
  set('ScanCheck2', [['pgno', READ]], true);
  set('NewPage', [['pgno', WRITE]], true);
  return table;
})();

const EMPTY_TREE = recordType('EmptyTree').lrtyp;
const EMPTY_TREE_DBID = offsetOf('EmptyTree', 'dbid');
const EMPTY_TREE_SIZE = offsetOf('EmptyTree', 'cbEmptyPageList');
const EMPTY_TREE_TAIL = recordType('EmptyTree').size;
/** EMPTYPAGE: time before, page, flags. */
const EMPTY_PAGE_SIZE = 16;
const EXTENT_FREED: ReadonlySet<number> = new Set([recordType('ExtentFreed').lrtyp, recordType('ExtentFreed2').lrtyp]);
const FREED_DBID = offsetOf('ExtentFreed', 'dbid');
const FREED_FIRST = offsetOf('ExtentFreed', 'pgnoFirst');
const FREED_COUNT = offsetOf('ExtentFreed', 'cpgExtent');
/** Pages of freed extents that are looked at one by one in one log; damaged records could claim any number. */
const FREED_MOST = 1 << 17;

const DBID_SPAN = 2 ** 32;
/** Engine defaults, in bytes: how much is read or written at once, over how large a gap. */
const COALESCE_MOST = 512 * 1024;
const COALESCE_GAP = 512 * 1024;

/** Costs of reading or writing: operations and pages. */
interface Cost {
  operations: number;
  pages: number;
}

/** The line of one database. */
interface DatabaseRow {
  references: number;
  cached: number;
  readonly reads: Cost;
  readonly writes: Cost;
}

const newRow = (): DatabaseRow => ({
  references: 0,
  cached: 0,
  reads: { operations: 0, pages: 0 },
  writes: { operations: 0, pages: 0 },
});

/** Runs of neighbouring pages, for one direction: what one operation can take together. */
class Runs {
  readonly #gap: number;
  readonly #pageSize: number;
  #dbid = -1;
  #start = 0;
  #last = 0;

  /** `gap`: bytes between two pages that one operation may skip. */
  constructor(pageSize: number, gap: number) {
    this.#pageSize = pageSize;
    this.#gap = gap;
  }

  add(dbid: number, pgno: number, cost: Cost): void {
    const next = dbid === this.#dbid && pgno - this.#last === 1;
    const near = dbid === this.#dbid && (next || (pgno - this.#last - 1) * this.#pageSize <= this.#gap);
    const together = near && (pgno - this.#start + 1) * this.#pageSize <= COALESCE_MOST;
    if (together) {
      cost.pages += next ? 1 : pgno - this.#last;
    } else {
      this.#dbid = dbid;
      this.#start = pgno;
      cost.operations++;
      cost.pages++;
    }
    this.#last = pgno;
  }
}

/** Collects page references record by record. */
export class LogPageReferences {
  readonly #perDatabase = new Map<number, number>();
  /** Uses of each page (database * 2^32 + page number) by all records that refer to it. */
  readonly #pages: Map<number, number> | undefined;
  #count = 0;
  #freedLeft = FREED_MOST;

  /** `pages`: remember which pages, for `tableLines`; else only their number is counted. */
  constructor(pages: boolean) {
    this.#pages = pages ? new Map() : undefined;
  }

  /** How many references there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes in the record that is `bytes[start .. start + length)`. */
  add(bytes: Uint8Array, start: number, length: number): void {
    const lrtyp = bytes[start]!;
    for (const { dbid, pgno, use, evenZero } of RULES[lrtyp]!) {
      const page = u32(bytes, start + pgno);
      if (page !== 0 || evenZero) this.#note(bytes[start + dbid]!, page, use);
    }
    if (lrtyp === EMPTY_TREE) this.#addEmptyTree(bytes, start, start + length);
    else if (EXTENT_FREED.has(lrtyp)) this.#addExtent(bytes, start);
  }

  #note(dbid: number, pgno: number, use: number): void {
    this.#count++;
    if (this.#pages === undefined) return;
    this.#perDatabase.set(dbid, (this.#perDatabase.get(dbid) ?? 0) + 1);
    const key = dbid * DBID_SPAN + pgno;
    this.#pages.set(key, (this.#pages.get(key) ?? 0) | use);
  }

  #addEmptyTree(bytes: Uint8Array, start: number, end: number): void {
    const from = start + EMPTY_TREE_TAIL;
    const stop = Math.min(end, from + u16(bytes, start + EMPTY_TREE_SIZE));
    for (let at = from; at + EMPTY_PAGE_SIZE <= stop; at += EMPTY_PAGE_SIZE) {
      this.#note(bytes[start + EMPTY_TREE_DBID]!, u32(bytes, at + 8), BOTH);
    }
  }

  #addExtent(bytes: Uint8Array, start: number): void {
    const first = u32(bytes, start + FREED_FIRST);
    const count = Math.max(0, i32(bytes, start + FREED_COUNT));
    const listed = this.#pages === undefined ? 0 : Math.min(this.#freedLeft, count);
    this.#freedLeft -= listed;
    for (let i = 0; i < listed; i++) this.#note(bytes[start + FREED_DBID]!, (first + i) >>> 0, READ);
    this.#count += count - listed;
  }

  /** What the pages cost, database by database. */
  #rows(pageSize: number): Map<number, DatabaseRow> {
    const rows = new Map<number, DatabaseRow>();
    for (const [dbid, references] of [...this.#perDatabase].sort(([a], [b]) => a - b)) {
      rows.set(dbid, { ...newRow(), references });
    }
    const reads = new Runs(pageSize, COALESCE_GAP);
    const writes = new Runs(pageSize, 0);
    const keys = Float64Array.from(this.#pages?.keys() ?? []).sort();
    for (const key of keys) {
      const dbid = Math.floor(key / DBID_SPAN);
      const pgno = key % DBID_SPAN;
      const row = rows.get(dbid)!;
      row.cached++;
      const use = this.#pages!.get(key)!;
      if ((use & READ) !== 0) reads.add(dbid, pgno, row.reads);
      if ((use & WRITE) !== 0) writes.add(dbid, pgno, row.writes);
    }
    return rows;
  }

  /** The table, for a database with pages of `pageSize` bytes. */
  tableLines(pageSize: number): string[] {
    const rows = this.#rows(pageSize);
    const total = newRow();
    for (const row of rows.values()) {
      total.references += row.references;
      total.cached += row.cached;
      for (const way of ['reads', 'writes'] as const) {
        total[way].operations += row[way].operations;
        total[way].pages += row[way].pages;
      }
    }
    const bar = '='.repeat(HEADINGS.length);
    const lines = [...rows].map(([dbid, row]) => rowLine(String(dbid), row));
    return [bar, HEADINGS, '-'.repeat(HEADINGS.length), ...lines, rowLine('Total', total), bar];
  }
}

const HEADINGS =
  'DBID   # Page Refs  # Cache Pages  # IOs  # Pages IO  # Reads  # Pages Read  # Writes  # Pages Written';
const WIDTHS = [5, 11, 13, 5, 10, 7, 12, 8, 15] as const;

function rowLine(title: string, row: DatabaseRow): string {
  const { references, cached, reads, writes } = row;
  const operations = reads.operations + writes.operations;
  const pages = reads.pages + writes.pages;
  const cells = [references, cached, operations, pages, reads.operations, reads.pages, writes.operations, writes.pages];
  return [title, ...cells.map(String)].map((text, i) => text.padStart(WIDTHS[i]!)).join('  ');
}
