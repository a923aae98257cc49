// The report of `eseutil /ms`: what every tree owns and has available, line for line as the engine prints it
// (dbspacedump.cxx).
import type { TreeFaultHandler } from '../ese/btree/cursor.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';
import { PageFlag } from '../ese/page/page-flags.ts';
import { readTreeSpace, type TreeSpace } from '../ese/space/tree-space.ts';
import { leftAligned } from './plain-text.ts';
import { pageSpan, shelvedExtents, spaceUsage, unusedEnd, countPages, type SpaceUsage } from './space-usage.ts';
import { ROOT_TREE, tableTrees, treesOfTable, type ListedTree, type TreeRole } from './tree-listing.ts';

/** How to make a space report. */
export interface SpaceReportOptions {
  /** Trees under 0.5 % of the database too (`/v`). */
  readonly verbose?: boolean;
  /** Only this table (`/t`), its small trees too. */
  readonly table?: TableDef;
  /** Called for pages of space trees that cannot be read. */
  readonly onFault?: TreeFaultHandler;
}

/** Trees smaller than this share of the database are left out unless asked for. */
const SMALL_SHARE = 0.005;
/** From this size on, with so much of it free, the report suggests to defragment. */
const LARGE_DATABASE = 100 * 1024 * 1024;
const MUCH_FREE_PERCENT = 20;

const HEADINGS = 'Name                    Type    Owned(MB)    O%OfDb O%OfTable    Avail(MB) Avail%Tbl    AutoInc';
const WIDTH = 96;
const NAME_WIDTH = 23;
const TYPES: Readonly<Record<TreeRole, string>> = { Db: ' Db ', Pri: ' Pri', LV: ' LV ', Idx: ' Idx' };

/** Megabytes with three decimals, which the engine rounds up: a part of a thousandth counts whole. */
function megabytes(pages: number, pageSize: number): string {
  const kilobytes = Math.floor((pages * pageSize) / 1024);
  const rest = kilobytes % 1024;
  const thousandths = Math.floor((rest * 1000) / 1024) + (rest > 0 ? 1 : 0);
  return `${Math.floor(kilobytes / 1024)}.${String(thousandths).padStart(3, '0')}`.padStart(12);
}

/** A share in percent; of nothing, as a damaged space tree may have it, 0. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}

function percent(part: number, whole: number): string {
  return `${percentOf(part, whole).toFixed(2)}%`.padStart(9);
}

/** One run of the report: counts while it prints. */
class SpaceReport {
  readonly #db: Database;
  readonly #name: string;
  readonly #options: SpaceReportOptions;
  readonly #pageSize: number;
  readonly #counts: Record<TreeRole, number> = { Db: 0, Pri: 0, LV: 0, Idx: 0 };
  #internalTrees = 0;
  #databasePages = 0;
  #tablePages = 0;
  #freePages = 0;
  #used: { first: number; last: number } | undefined;
  #leftOut = false;

  constructor(db: Database, name: string, options: SpaceReportOptions) {
    this.#db = db;
    this.#name = name;
    this.#options = options;
    this.#pageSize = db.pages.format.pageSize;
  }

  *lines(): Generator<string> {
    yield `        PageSize: ${this.#pageSize}`;
    yield '';
    yield `${'*'.repeat(32)} SPACE DUMP `.padEnd(WIDTH, '*');
    yield HEADINGS;
    yield '='.repeat(WIDTH);
    const root = readTreeSpace(this.#db.pages, ROOT_TREE.tree, this.#options.onFault);
    if (root === undefined) {
      yield 'ERROR: the space of the database cannot be read: its root page is damaged.';
      return;
    }
    const usage = spaceUsage(root);
    this.#databasePages = usage.owned;
    this.#count(ROOT_TREE, root, usage);
    yield this.#row(ROOT_TREE, this.#name, usage, root.autoInc);
    yield '';
    const { table } = this.#options;
    for (const listed of table === undefined ? tableTrees(this.#db) : treesOfTable(table)) yield* this.#tree(listed);
    yield* this.#summary(root);
  }

  *#tree(listed: ListedTree): Generator<string> {
    const indent = listed.role === 'Pri' ? '  ' : '    ';
    if (listed.role === 'Pri') this.#tablePages = 0;
    if (this.#isDeleted(listed)) {
      yield this.#row(listed, `${indent}${listed.name}[Deleted]`, { owned: 0, available: 0, reserved: 0 });
      return;
    }
    const space = readTreeSpace(this.#db.pages, listed.tree, this.#options.onFault);
    if (space === undefined) {
      this.#counts[listed.role]++;
      yield `${leftAligned(indent + listed.name, NAME_WIDTH)} ${TYPES[listed.role]}  ERROR: its space cannot be read`;
      return;
    }
    const usage = spaceUsage(space);
    if (listed.role === 'Pri') this.#tablePages = usage.owned;
    this.#count(listed, space, usage);
    const all = this.#options.verbose === true || this.#options.table !== undefined;
    if (all || !(usage.owned / this.#databasePages < SMALL_SHARE)) {
      yield this.#row(listed, indent + listed.name, usage, space.autoInc);
    } else {
      this.#leftOut = true;
    }
  }

  /** A table whose root is marked as deleted, waiting for its space to be given back. */
  #isDeleted(listed: ListedTree): boolean {
    if (listed.role !== 'Pri') return false;
    const root = this.#db.pages.tryRead(listed.tree.pgnoFDP);
    return !(root instanceof Error) && (root.fFlags & PageFlag.FdpDelete) !== 0;
  }

  #count(listed: ListedTree, space: TreeSpace, usage: SpaceUsage): void {
    this.#counts[listed.role]++;
    if (space.header.multipleExtent) this.#internalTrees += 2;
    this.#freePages += usage.available + usage.reserved;
    const span = listed.role === 'Db' ? undefined : pageSpan(space.owned);
    if (span === undefined) return;
    this.#used ??= { ...span };
    this.#used.first = Math.min(this.#used.first, span.first);
    this.#used.last = Math.max(this.#used.last, span.last);
  }

  #row(listed: ListedTree, name: string, usage: SpaceUsage, autoInc?: bigint): string {
    const ofTable = (pages: number): string =>
      listed.role === 'Db' || this.#tablePages === 0 ? ' '.repeat(9) : percent(pages, this.#tablePages);
    return [
      leftAligned(name, NAME_WIDTH),
      TYPES[listed.role],
      megabytes(usage.owned, this.#pageSize),
      percent(usage.owned, this.#databasePages),
      ofTable(usage.owned),
      megabytes(usage.available, this.#pageSize),
      ofTable(usage.available),
      (listed.role === 'Pri' && autoInc !== undefined ? BigInt.asIntN(64, autoInc).toString() : '').padStart(10),
    ].join(' ');
  }

  *#summary(root: TreeSpace): Generator<string> {
    if (this.#leftOut) {
      const share = (SMALL_SHARE * 100).toFixed(1);
      yield `Note: Some small tables/indices were not printed (use /v option to see those smaller than ${share}% of the database).`;
    }
    yield '-'.repeat(WIDTH);
    yield '';
    const { Pri, LV, Idx } = this.#counts;
    const trees = `${this.#internalTrees} Internal Trees, ${LV} Long Value Trees, ${Idx} Secondary Indices`;
    yield `    Enumerated ${Pri} Tables ( ${trees} )`;
    yield '';
    const total = this.#databasePages;
    const pgnoLast = root.owned.at(-1)?.pgnoLast ?? 0;
    const beyondEnd = countPages(shelvedExtents(root).filter((extent) => extent.pgnoLast > pgnoLast));
    const share = (pages: number): string => `(${percentOf(pages, total).toFixed(1)}%)`;
    const used = total - this.#freePages;
    const usage = `${used} Used ${share(used)}, ${this.#freePages} Available ${share(this.#freePages)}`;
    yield `    Pages ${total} ( ${usage} ) + ${beyondEnd} Shelved`;
    yield '';
    yield `    Pgno Ranges (${this.#ranges(root, total)})`;
    if (total * this.#pageSize > LARGE_DATABASE && percentOf(this.#freePages, total) > MUCH_FREE_PERCENT) {
      yield '';
      yield '    Note: over 20% of this database is empty: an offline defragmentation would shrink the file.';
    }
    yield '';
  }

  #ranges(root: TreeSpace, total: number): string {
    const user = this.#used ?? { first: 0, last: 0 };
    const unused = unusedEnd(root);
    const shelved = pageSpan(shelvedExtents(root)) ?? { first: 0, last: 0 };
    return [
      `User min-max: ${user.first} - ${user.last}`,
      `Last: ${total}`,
      `DB End Contiguous Unused: ${unused.first} - ${unused.last}`,
      `Shelved min-max: ${shelved.first} - ${shelved.last}`,
      `Total: ${total}`,
    ].join('; ');
  }
}

/** The report's lines. `name` is what to call the database. */
export function dumpSpace(db: Database, name: string, options: SpaceReportOptions = {}): Generator<string> {
  return new SpaceReport(db, name, options).lines();
}
