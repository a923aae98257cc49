// Builds a database that holds what another holds, node by node: records, long values and index entries as they are,
// in fresh, full pages (format 8.6). Object ids, column ids and long-value ids stay, so records need no change; only
// the root pages in the catalog do.
import { walkLeaves, type LeafWalkOptions } from '../btree/leaf-walk.ts';
import type { TreeRef } from '../btree/tree.ts';
import { CATALOG_TREE } from '../catalog/read-catalog.ts';
import { CatalogType, OBJID_CATALOG, OBJID_CATALOG_SHADOW, systemColumn } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { i16, i32 } from '../../binary/little-endian.ts';
import type { Database } from '../database.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import { readRootField } from '../space/space-header.ts';
import { DatabaseBuilder, type BuildingTree } from './database-builder.ts';
import { buildHeader } from './header-builder.ts';
import type { PageSink } from './page-sink.ts';

/** How to copy. */
export interface CopyOptions extends LeafWalkOptions {
  readonly now: Date;
  readonly random: () => number;
  /** Leaf pages copied so far. */
  readonly onPage?: () => void;
}

const KEY_SIZE_MOST = 0x4000;

class DatabaseCopy {
  readonly #db: Database;
  readonly #builder: DatabaseBuilder;
  readonly #options: CopyOptions;
  /** New root page of each object. */
  readonly #roots = new Map<number, number>();
  readonly #node = new NodeView();
  readonly #key = new Uint8Array(KEY_SIZE_MOST);

  constructor(db: Database, builder: DatabaseBuilder, options: CopyOptions) {
    this.#db = db;
    this.#builder = builder;
    this.#options = options;
  }

  run(): void {
    const isCatalog = (table: TableDef): boolean =>
      table.tree.objid === OBJID_CATALOG || table.tree.objid === OBJID_CATALOG_SHADOW;
    for (const table of [...this.#db.tables].sort((a, b) => a.tree.objid - b.tree.objid))
      if (!isCatalog(table)) this.#table(table);
    this.#catalog();
    this.#builder.finish();
  }

  #table(table: TableDef): void {
    const tree = this.#builder.table({ objid: table.tree.objid, kind: 'table' });
    this.#roots.set(table.tree.objid, tree.pgnoFDP);
    const autoInc = this.#autoInc(table.tree);
    if (autoInc !== undefined) tree.autoInc = autoInc;
    this.#copy(table.tree, tree);
    if (table.longValueTree !== undefined) this.#child(tree, table.longValueTree, false);
    for (const index of table.indexes)
      if (!index.definition.primary) this.#child(tree, index.tree, !index.definition.unique);
    tree.finish();
  }

  #child(parent: BuildingTree, from: TreeRef, nonUnique: boolean): void {
    const kind = from.kind === 'long-value' ? 'long-value' : 'index';
    const tree = this.#builder.child(parent, { objid: from.objid, kind, nonUnique });
    this.#roots.set(from.objid, tree.pgnoFDP);
    this.#copy(from, tree);
    tree.finish();
  }

  #autoInc(tree: TreeRef): bigint | undefined {
    const root = this.#db.pages.tryRead(tree.pgnoFDP);
    return root instanceof Error ? undefined : readRootField(root)?.autoInc;
  }

  /** Copies all live nodes of a tree. `change` may alter the data of a node (a copy of it) before it is written. */
  #copy(from: TreeRef, to: BuildingTree, change?: (data: Uint8Array) => Uint8Array): void {
    const node = this.#node;
    for (const page of walkLeaves(this.#db.pages, from, this.#options)) {
      for (let line = 0; line < page.lineCount; line++) {
        if (!node.load(page, line) || node.isDeleted) continue;
        const keyLength = node.copyKey(this.#key);
        if (change === undefined) to.append(this.#key, keyLength, node.bytes, node.dataStart, node.dataLength);
        else {
          const data = change(node.data().slice());
          to.append(this.#key, keyLength, data, 0, data.length);
        }
      }
      this.#options.onPage?.();
    }
  }

  #catalog(): void {
    const source = this.#db.table('MSysObjects')!;
    const index = (name: string): TreeRef => source.indexes.find((candidate) => candidate.name === name)!.tree;
    const [name, rootObjects] = [index('Name'), index('RootObjects')];
    const trees = this.#builder.catalogTrees(name.objid, rootObjects.objid);
    for (const [objid, tree] of [
      [OBJID_CATALOG, trees.catalog],
      [OBJID_CATALOG_SHADOW, trees.shadow],
      [name.objid, trees.name],
      [rootObjects.objid, trees.rootObjects],
    ] as const) {
      this.#roots.set(objid, tree.pgnoFDP);
    }
    const patch = (row: Uint8Array): Uint8Array => this.#withNewRoot(row);
    this.#copy(CATALOG_TREE, trees.catalog, patch);
    this.#copy(name, trees.name);
    trees.name.finish();
    this.#copy(rootObjects, trees.rootObjects);
    trees.rootObjects.finish();
    trees.catalog.finish();
    this.#copy(CATALOG_TREE, trees.shadow, patch);
    trees.shadow.finish();
  }

  /** A catalog row with the root page its object has in the new database. */
  #withNewRoot(row: Uint8Array): Uint8Array {
    const type = i16(row, systemColumn('Type').recordOffset);
    if (type !== CatalogType.Table && type !== CatalogType.Index && type !== CatalogType.LongValue) return row;
    const pgno = this.#roots.get(i32(row, systemColumn('Id').recordOffset));
    if (pgno !== undefined) new DataView(row.buffer).setInt32(systemColumn('ColtypOrPgnoFDP').recordOffset, pgno, true);
    return row;
  }
}

/** Copies every live record, long value and index entry of `db` into a new database. */
export function copyDatabase(db: Database, sink: PageSink, options: CopyOptions): void {
  const { found, pages } = db;
  const catalogRoot = pages.tryRead(CATALOG_TREE.pgnoFDP);
  const flags =
    catalogRoot instanceof Error ? PageFlag.NewRecordFormat | PageFlag.NewChecksumFormat : catalogRoot.fFlags;
  const builder = new DatabaseBuilder(sink, {
    format: found.format,
    checksum: (flags & PageFlag.NewChecksumFormat) !== 0 ? 'ecc' : 'xor',
    sortedTagged: (flags & PageFlag.NewRecordFormat) !== 0,
  });
  new DatabaseCopy(db, builder, options).run();
  const header = buildHeader(
    {
      format: found.format,
      revision: { major: found.header.ulDaeUpdateMajor, minor: found.header.ulDaeUpdateMinor },
      dbtime: builder.dbtime,
      objidLast: found.header.objidLast,
      now: options.now,
      random: options.random,
    },
    found.bytes,
  );
  sink.writeHeader(1, header);
  sink.writeHeader(0, header);
}
