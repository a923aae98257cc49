// The catalog and its shadow: the engine writes every row twice, byte for byte (format 5.3, 10.1).
import { toHex } from '../../binary/hex.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import { CatalogRowReader, type CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../../ese/catalog/read-catalog.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import type { TreeCheck } from './check-tree.ts';
import { visitedLeaves } from './visited-leaves.ts';

const PLACE: FindingPlace = { objid: CATALOG_TREE.objid, table: 'MSysObjects' };

/** What to call a row: the ids of its table, kind and own, and its name. */
export function rowName(row: CatalogRow): string {
  return `${row.objidTable}/${row.type}/${row.id} (${row.name})`;
}

/** One copy of the catalog, row by row in key order. */
class Copy {
  readonly node = new NodeView();
  page: Page | undefined;
  line = -1;
  readonly #pages: Generator<Page>;
  readonly #reader: CatalogRowReader;

  constructor(ctx: CheckContext, tree: TreeRef, check: TreeCheck) {
    this.#reader = new CatalogRowReader(ctx.db.pages.format);
    this.#pages = visitedLeaves(ctx.db.pages, tree, check);
    this.#nextPage();
    this.next();
  }

  get more(): boolean {
    return this.page !== undefined;
  }

  #nextPage(): void {
    const { value, done } = this.#pages.next() as IteratorResult<Page, undefined>;
    this.page = done === true ? undefined : value;
    this.line = -1;
  }

  next(): void {
    while (this.page !== undefined) {
      if (++this.line >= this.page.lineCount) this.#nextPage();
      else if (this.node.load(this.page, this.line) && !this.node.isDeleted) return;
    }
  }

  /** What to call the current row. */
  get name(): string {
    const { node } = this;
    const sortedTagged = (this.page!.fFlags & PageFlag.NewRecordFormat) !== 0;
    const row = this.#reader.read(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged);
    return row === undefined ? toHex(node.key()) : rowName(row);
  }
}

function sameRow(a: NodeView, b: NodeView): boolean {
  return compareKeys(a.bytes, a.dataStart, a.dataLength, b.bytes, b.dataStart, b.dataLength) === 0;
}

/** Rows of one kind of difference that are named one by one; more are summed up. */
const NAMED_MOST = 10;

/** Differences of one kind between the copies. */
class Differences {
  readonly #rows: { readonly name: string; readonly pgno: number; readonly line: number }[] = [];
  #count = 0;

  /** Notes the row that `copy` stands at. */
  add(copy: Copy): void {
    if (this.#count++ < NAMED_MOST) this.#rows.push({ name: copy.name, pgno: copy.page!.pgno, line: copy.line });
  }

  /** `one`, `many`: what is said of one row, of many. `root`: that of the copy which has changed. */
  report(ctx: CheckContext, one: string, many: string, root: TreeRef): void {
    const add = (message: string, at: FindingPlace): void => {
      const where = { ...PLACE, ...at };
      ctx.reporter.add({
        rule: 'catalog.shadow',
        severity: 'error',
        jet: 'JET_errCatalogCorrupted',
        at: where,
        message,
      });
    };
    if (this.#count > NAMED_MOST) add(`${this.#count} rows ${many}${rootAge(ctx, root)}`, { pgno: root.pgnoFDP });
    else for (const { name, pgno, line } of this.#rows) add(`catalog row ${name} ${one}`, { pgno, line });
  }
}

/** When the root of a copy was last written: a lost write leaves an old page that is sound in itself. */
function rootAge(ctx: CheckContext, tree: TreeRef): string {
  const root = ctx.db.pages.tryRead(tree.pgnoFDP);
  if (root instanceof Error) return '';
  return `: its root, page ${tree.pgnoFDP}, has ${root.lineCount} lines and was last changed at dbtime 0x${root.dbtimeDirtied.toString(16)}`;
}

/** Walks both trees, which were checked before, side by side and reports how they differ. */
export function compareCatalogs(ctx: CheckContext, mainCheck: TreeCheck, shadowCheck: TreeCheck): void {
  // Where rows are out of order, walking side by side would find differences that do not exist.
  if (!mainCheck.ordered || !shadowCheck.ordered) return;
  const main = new Copy(ctx, CATALOG_TREE, mainCheck);
  const shadow = new Copy(ctx, CATALOG_SHADOW_TREE, shadowCheck);
  const [missing, extra, changed] = [new Differences(), new Differences(), new Differences()];
  while (main.more || shadow.more) {
    const order = !main.more ? 1 : !shadow.more ? -1 : main.node.compareKey(shadow.node.key());
    // What a copy lacks because its pages cannot be read is said by those pages.
    if (order < 0 && shadowCheck.complete) missing.add(main);
    if (order > 0 && mainCheck.complete) extra.add(shadow);
    if (order === 0 && !sameRow(main.node, shadow.node)) changed.add(main);
    if (order <= 0) main.next();
    if (order >= 0) shadow.next();
  }
  const lacks = 'missing from the shadow catalog';
  missing.report(ctx, `is ${lacks}`, `of the catalog are ${lacks}`, CATALOG_SHADOW_TREE);
  extra.report(ctx, 'stands in the shadow catalog only', 'stand in the shadow catalog only', CATALOG_TREE);
  const differ = 'not the same in catalog and shadow catalog';
  changed.report(ctx, `is ${differ}`, `are ${differ}`, CATALOG_SHADOW_TREE);
}
