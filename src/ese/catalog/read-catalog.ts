// Reads the catalog: MSysObjects, and where that is damaged its shadow, into table definitions (format 5).
import type { TreeFaultHandler } from '../btree/cursor.ts';
import { walkLeaves, type OrphanFinder } from '../btree/leaf-walk.ts';
import type { TreeRef } from '../btree/tree.ts';
import { PageFlag } from '../page/page-flags.ts';
import { NodeView } from '../page/node.ts';
import type { PageReader } from '../page/page-reader.ts';
import { CatalogRowReader, type CatalogRow } from './catalog-row.ts';
import { OBJID_CATALOG, OBJID_CATALOG_SHADOW, PGNO_CATALOG, PGNO_CATALOG_SHADOW } from './system-schema.ts';

/** The trees of the catalog and of its shadow: the same in every database. */
export const CATALOG_TREE: TreeRef = { pgnoFDP: PGNO_CATALOG, objid: OBJID_CATALOG, kind: 'table' };
export const CATALOG_SHADOW_TREE: TreeRef = {
  pgnoFDP: PGNO_CATALOG_SHADOW,
  objid: OBJID_CATALOG_SHADOW,
  kind: 'table',
};

/** Catalog rows in key order, and whether every page and row of the tree could be read. */
export interface CatalogRows {
  readonly rows: readonly CatalogRow[];
  readonly complete: boolean;
}

/** Reads all rows of one catalog tree. */
export function readCatalogRows(
  pages: PageReader,
  tree: TreeRef,
  options: { onFault?: TreeFaultHandler; orphans?: OrphanFinder } = {},
): CatalogRows {
  const rows: CatalogRow[] = [];
  const reader = new CatalogRowReader(pages.format);
  const node = new NodeView();
  let complete = true;
  const fault: TreeFaultHandler = (pgno, pgnoParent, reason) => {
    complete = false;
    options.onFault?.(pgno, pgnoParent, reason);
  };
  const walk = { onFault: fault, ...(options.orphans === undefined ? {} : { orphans: options.orphans }) };
  for (const page of walkLeaves(pages, tree, walk)) {
    const sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    for (let line = 0; line < page.lineCount; line++) {
      const loaded = node.load(page, line);
      if (loaded && node.isDeleted) continue;
      const row = loaded
        ? reader.read(node.bytes, node.dataStart, node.dataStart + node.dataLength, sortedTagged)
        : undefined;
      if (row === undefined) fault(page.pgno, page.pgno, `line ${line} is no catalog row`);
      else rows.push(row);
    }
  }
  return { rows, complete };
}

const rowKey = (row: CatalogRow): string => `${row.objidTable}/${row.type}/${row.id}`;

/** Rows of both catalogs together, in catalog order; where both have a row, the first one's counts. */
export function mergeCatalogRows(first: readonly CatalogRow[], second: readonly CatalogRow[]): CatalogRow[] {
  const known = new Set(first.map(rowKey));
  const merged = [...first, ...second.filter((row) => !known.has(rowKey(row)))];
  return merged.sort((a, b) => a.objidTable - b.objidTable || a.type - b.type || a.id - b.id);
}
