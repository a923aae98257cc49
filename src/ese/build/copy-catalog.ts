// The catalog of a copied database: its rows, each with the root page its object has there now, the shadow, the indexes
// (format 5).
import { i16, i32 } from '../../binary/little-endian.ts';
import { toHex } from '../../binary/hex.ts';
import type { TreeRef } from '../btree/tree.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import { CatalogType, OBJID_CATALOG, OBJID_CATALOG_SHADOW, systemColumn } from '../catalog/system-schema.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { CopyContext } from './copy-context.ts';
import { copyIndex, type IndexCopyTally } from './copy-index.ts';
import type { AppendNode } from './copy-long-values.ts';
import type { BuildingTree } from './database-builder.ts';
import { markForEngine } from './index-mark.ts';
import type { TakeNode } from './node-feed.ts';

const HEAD_END: number = systemColumn('ColtypOrPgnoFDP').recordOffset + 4;

/** Where the rows are read. The shadow holds the same ones where the catalog itself cannot be read. */
export function catalogRowsTree(ctx: CopyContext): TreeRef {
  return ctx.db.catalog.from === 'shadow' ? CATALOG_SHADOW_TREE : CATALOG_TREE;
}

/** The row as the new catalog has it; undefined for an index that the new database does not have. */
export function newCatalogRow(ctx: CopyContext, row: Uint8Array): Uint8Array | undefined {
  if (row.length < HEAD_END) return row;
  const type = i16(row, systemColumn('Type').recordOffset);
  if (type !== CatalogType.Table && type !== CatalogType.Index && type !== CatalogType.LongValue) return row;
  const id = i32(row, systemColumn('Id').recordOffset);
  if (type === CatalogType.Index && ctx.dropped.has(id)) return undefined;
  const pgno = ctx.roots.get(id);
  if (pgno !== undefined) new DataView(row.buffer).setInt32(systemColumn('ColtypOrPgnoFDP').recordOffset, pgno, true);
  if (type === CatalogType.Index && ctx.marked.has(id)) markForEngine(row, ctx.sortedTagged);
  return row;
}

class CatalogCopy {
  readonly #ctx: CopyContext;
  readonly #source: TableDef;
  readonly #rows: TreeRef;
  /** Bookmarks of rows that were left out. */
  readonly #leftOut = new Set<string>();

  constructor(ctx: CopyContext) {
    this.#ctx = ctx;
    this.#source = ctx.db.table('MSysObjects')!;
    this.#rows = catalogRowsTree(ctx);
  }

  run(report: (table: TableDef, index: IndexDef, tally: IndexCopyTally) => void): void {
    const ctx = this.#ctx;
    const index = (name: string): IndexDef => this.#source.indexes.find((candidate) => candidate.name === name)!;
    const [name, rootObjects] = [index('Name'), index('RootObjects')];
    const trees = ctx.builder.catalogTrees(name.tree.objid, rootObjects.tree.objid);
    for (const [objid, tree] of [
      [OBJID_CATALOG, trees.catalog],
      [OBJID_CATALOG_SHADOW, trees.shadow],
      [name.tree.objid, trees.name],
      [rootObjects.tree.objid, trees.rootObjects],
    ] as const) {
      ctx.roots.set(objid, tree.pgnoFDP);
    }
    ctx.place = { objid: OBJID_CATALOG, table: 'MSysObjects' };
    ctx.lost = ctx.db.catalog.from !== 'catalog';
    ctx.feed.run(this.#rows, false, this.#taker(trees.catalog));
    this.#index(name, trees.name, report);
    this.#index(rootObjects, trees.rootObjects, report);
    trees.catalog.finish();
    ctx.feed.run(this.#rows, false, this.#taker(trees.shadow));
    trees.shadow.finish();
  }

  #taker(to: BuildingTree): TakeNode {
    const append = this.#ctx.append(to);
    return (key, keyLength, node) => {
      const row = newCatalogRow(this.#ctx, node.data().slice());
      if (row === undefined) this.#leftOut.add(toHex(key.subarray(0, keyLength)));
      else append(key, keyLength, row, 0, row.length);
    };
  }

  #index(
    from: IndexDef,
    to: BuildingTree,
    report: (table: TableDef, index: IndexDef, tally: IndexCopyTally) => void,
  ): void {
    const ctx = this.#ctx;
    const append = this.#withoutLeftOut(ctx.append(to));
    if (ctx.isUnsound(from.tree.objid)) {
      const table = { ...this.#source, tree: this.#rows };
      report(
        this.#source,
        from,
        copyIndex(ctx.db, table, from, ctx.feed, () => append, ctx.options),
      );
    } else {
      ctx.feed.run(from.tree, false, (key, keyLength, node) => {
        append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
      });
    }
    to.finish();
  }

  #withoutLeftOut(append: AppendNode): AppendNode {
    if (this.#leftOut.size === 0) return append;
    return (key, keyLength, data, start, length) => {
      if (!this.#leftOut.has(toHex(data.subarray(start, start + length)))) append(key, keyLength, data, start, length);
    };
  }
}

/** Copies catalog, shadow and their indexes. `report` is told of indexes that had to be made anew. */
export function copyCatalog(
  ctx: CopyContext,
  report: (table: TableDef, index: IndexDef, tally: IndexCopyTally) => void,
): void {
  new CatalogCopy(ctx).run(report);
}
