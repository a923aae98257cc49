// The catalog: does it make sense in itself, and does its shadow say the same (format 5, 10.1)?
import { toHex } from '../../binary/hex.ts';
import { BTreeCursor } from '../../ese/btree/cursor.ts';
import type { TreeRef } from '../../ese/btree/tree.ts';
import { CatalogType } from '../../ese/catalog/system-schema.ts';
import { CatalogRowReader, type CatalogRow } from '../../ese/catalog/catalog-row.ts';
import { isColtyp } from '../../ese/catalog/column-type.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../../ese/catalog/read-catalog.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import type { CheckContext } from './check-context.ts';

const PLACE: FindingPlace = { objid: CATALOG_TREE.objid, table: 'MSysObjects' };

const rowName = (row: CatalogRow): string => `${row.objidTable}/${row.type}/${row.id} (${row.name})`;

/** One copy of the catalog, walked in key order. */
class Copy {
  readonly cursor: BTreeCursor;
  /** False once a page could not be used: then rows it lacks prove nothing. */
  complete = true;
  more: boolean;
  readonly #reader: CatalogRowReader;

  constructor(ctx: CheckContext, tree: TreeRef) {
    this.#reader = new CatalogRowReader(ctx.db.pages.format);
    this.cursor = new BTreeCursor(ctx.db.pages, tree, { onFault: () => (this.complete = false) });
    this.more = this.cursor.first();
  }

  next(): void {
    this.more = this.cursor.next();
  }

  /** What to call the current row. */
  get name(): string {
    const { node } = this.cursor;
    const row = this.#reader.read(node.bytes, node.dataStart, node.dataStart + node.dataLength, true);
    return row === undefined ? toHex(node.key()) : rowName(row);
  }
}

function sameRow(a: Copy, b: Copy): boolean {
  const [left, right] = [a.cursor.node, b.cursor.node];
  if (left.dataLength !== right.dataLength) return false;
  for (let i = 0; i < left.dataLength; i++) {
    if (left.bytes[left.dataStart + i] !== right.bytes[right.dataStart + i]) return false;
  }
  return true;
}

/** Rows of one kind of difference that are named one by one; more are summed up. */
const NAMED_MOST = 10;

/** Differences of one kind between the copies. */
class Differences {
  readonly #names: string[] = [];
  #count = 0;

  add(copy: Copy): void {
    if (this.#count++ < NAMED_MOST) this.#names.push(copy.name);
  }

  report(ctx: CheckContext, what: string, root: TreeRef): void {
    const add = (message: string): void => {
      const at = { ...PLACE, pgno: root.pgnoFDP };
      ctx.reporter.add({ rule: 'catalog.shadow', severity: 'error', jet: 'JET_errCatalogCorrupted', at, message });
    };
    if (this.#count > NAMED_MOST) add(`${this.#count} rows ${what}${rootAge(ctx, root)}`);
    else for (const name of this.#names) add(`row ${name} ${what}`);
  }
}

/** When the root of a copy was last written: a lost write leaves an old page that is sound in itself. */
function rootAge(ctx: CheckContext, tree: TreeRef): string {
  const root = ctx.db.pages.tryRead(tree.pgnoFDP);
  if (root instanceof Error) return '';
  return `: its root, page ${tree.pgnoFDP}, has ${root.lineCount} lines and was last changed at dbtime 0x${root.dbtimeDirtied.toString(16)}`;
}

/** The engine writes every row twice, byte for byte: both trees are walked side by side. */
function compareCopies(ctx: CheckContext): void {
  const main = new Copy(ctx, CATALOG_TREE);
  const shadow = new Copy(ctx, CATALOG_SHADOW_TREE);
  const [missing, extra, changed] = [new Differences(), new Differences(), new Differences()];
  while (main.more || shadow.more) {
    const order = !main.more ? 1 : !shadow.more ? -1 : main.cursor.node.compareKey(shadow.cursor.node.key());
    if (order < 0 && shadow.complete) missing.add(main);
    if (order > 0 && main.complete) extra.add(shadow);
    if (order === 0 && !sameRow(main, shadow)) changed.add(main);
    if (order <= 0) main.next();
    if (order >= 0) shadow.next();
  }
  // What a copy lacks because its pages cannot be read is said by those pages.
  if (shadow.complete) missing.report(ctx, 'of the catalog are missing from the shadow catalog', CATALOG_SHADOW_TREE);
  if (main.complete) extra.report(ctx, 'stand in the shadow catalog only', CATALOG_TREE);
  changed.report(ctx, 'are not the same in catalog and shadow catalog', CATALOG_SHADOW_TREE);
}

function rowProblem(row: CatalogRow, tables: ReadonlySet<number>, pgnoLast: number): string | undefined {
  if (row.type < CatalogType.Table || row.type > CatalogType.Callback + 2)
    return `has type ${row.type}, which no row has`;
  if (!tables.has(row.objidTable)) return `belongs to table ${row.objidTable}, which the catalog does not have`;
  if (row.type === CatalogType.Column && row.coltypOrPgnoFDP !== 0 && !isColtyp(row.coltypOrPgnoFDP)) {
    return `declares a column of type ${row.coltypOrPgnoFDP}`;
  }
  const hasTree =
    row.type === CatalogType.Table || row.type === CatalogType.Index || row.type === CatalogType.LongValue;
  if (hasTree && !(row.coltypOrPgnoFDP >= 1 && row.coltypOrPgnoFDP <= pgnoLast)) {
    return `names page ${row.coltypOrPgnoFDP} as a root, which is not in the file`;
  }
  return undefined;
}

/** Checks the rows of the catalog and compares them with the shadow's. */
export function checkCatalog(ctx: CheckContext): void {
  const { catalog, pages } = ctx.db;
  const tables = new Set(catalog.rows.filter((row) => row.type === CatalogType.Table).map((row) => row.objidTable));
  for (const row of catalog.rows) {
    const problem = rowProblem(row, tables, pages.pgnoLast);
    if (problem === undefined) continue;
    ctx.reporter.add({
      rule: 'catalog.row',
      severity: 'error',
      jet: 'JET_errCatalogCorrupted',
      at: PLACE,
      message: `catalog row ${rowName(row)} ${problem}`,
    });
  }
  if (catalog.from !== 'catalog') {
    const used =
      catalog.from === 'shadow' ? 'its shadow is used' : 'both copies are damaged: what is left of them is used';
    ctx.reporter.add({
      rule: 'catalog.damaged',
      severity: 'error',
      jet: 'JET_errCatalogCorrupted',
      at: PLACE,
      message: `the catalog is damaged; ${used}`,
    });
  }
  compareCopies(ctx);
}
