// Builds a database that holds what another holds, node by node: records, long values and index entries as they are,
// in fresh, full pages (format 8.6). Object ids, column ids and long-value ids stay, so records need no change; only
// the root pages in the catalog do. Reference counts of long values are made anew from the records.
import type { TreeRef } from '../btree/tree.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import { OBJID_CATALOG, OBJID_CATALOG_SHADOW } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import type { Database } from '../database.ts';
import { PageFlag } from '../page/page-flags.ts';
import { readRootField } from '../space/space-header.ts';
import { catalogRowsTree, copyCatalog, newCatalogRow } from './copy-catalog.ts';
import { CopyContext, type CopyOptions } from './copy-context.ts';
import { copyIndex, type IndexCopyTally } from './copy-index.ts';
import { LongValueCopier, WholeValues, type AppendNode, type LongValueTally } from './copy-long-values.ts';
import { RecordCopier } from './copy-records.ts';
import { DatabaseBuilder, type BuildingTree } from './database-builder.ts';
import { buildHeader } from './header-builder.ts';
import { LOCALES, LocaleCounts } from './locales-table.ts';
import type { NodeDigest } from './node-digest.ts';
import { objidsMismatch, writeObjids } from './objids-table.ts';
import type { PageSink } from './page-sink.ts';
import { ReferenceCounts } from './reference-counts.ts';
import { PAGE_COUNT_CACHE } from './system-tables.ts';

export type { CopyOptions } from './copy-context.ts';

/** What a copy came to. */
export interface CopyResult {
  readonly rows: number;
  readonly longValues: number;
  readonly indexEntries: number;
  /** Long values that no record refers to, left out. */
  readonly longValuesDropped: number;
  readonly referenceCountsCorrected: number;
  /** Indexes made anew from the records, as `table.index`. */
  readonly indexesRebuilt: readonly string[];
  /** Indexes of Unicode text that are marked for the engine, which alone can complete them, as `table.index`. */
  readonly indexesForEngine: readonly string[];
  /** Indexes of Unicode text of which nothing was left: they are not in the new database, as `table.index`. */
  readonly indexesDropped: readonly string[];
  /** What was written, by object id. */
  readonly digests: ReadonlyMap<number, NodeDigest>;
}

const OBJIDS = 'MSysObjids';

class DatabaseCopy {
  readonly #ctx: CopyContext;
  readonly #records: RecordCopier;
  readonly #rebuilt: string[] = [];
  readonly #forEngine: string[] = [];
  readonly #droppedNames: string[] = [];
  readonly #longValues: LongValueTally = { values: 0, unreferenced: 0, corrected: 0 };
  #rows = 0;
  #indexEntries = 0;

  constructor(ctx: CopyContext) {
    this.#ctx = ctx;
    this.#records = new RecordCopier(ctx.db.pages.format, ctx.sortedTagged);
  }

  run(): CopyResult {
    this.#requireCatalog();
    for (const table of this.#tablesInOrder()) this.#table(table);
    copyCatalog(this.#ctx, (table, index, tally) => {
      this.#reportIndex(table, index, tally);
    });
    this.#ctx.builder.finish();
    return {
      rows: this.#rows,
      longValues: this.#longValues.values,
      indexEntries: this.#indexEntries,
      longValuesDropped: this.#longValues.unreferenced,
      referenceCountsCorrected: this.#longValues.corrected,
      indexesRebuilt: this.#rebuilt,
      indexesForEngine: this.#forEngine,
      indexesDropped: this.#droppedNames,
      digests: this.#ctx.digests,
    };
  }

  /** By object id; in a salvage those come last that tell of indexes, some of which may not come out whole. */
  #tablesInOrder(): TableDef[] {
    const { db, options } = this.#ctx;
    const tables = db.tables
      .filter(({ tree: { objid } }) => objid !== OBJID_CATALOG && objid !== OBJID_CATALOG_SHADOW)
      .sort((a, b) => a.tree.objid - b.tree.objid);
    if (options.salvage !== true) return tables;
    const isAboutIndexes = ({ name }: TableDef): boolean => name === LOCALES || name === OBJIDS;
    return [...tables.filter((table) => !isAboutIndexes(table)), ...tables.filter(isAboutIndexes)];
  }

  #requireCatalog(): void {
    const { catalog } = this.#ctx.db;
    if (catalog.from === 'catalog') return;
    this.#ctx.place = { objid: OBJID_CATALOG, table: 'MSysObjects' };
    const used = catalog.from === 'shadow' ? 'its shadow is whole' : 'so is its shadow';
    this.#ctx.damage('catalog.damaged', 'JET_errCatalogCorrupted', {}, `the catalog is damaged; ${used}`);
  }

  #table(table: TableDef): void {
    const tree = this.#ctx.builder.table({ objid: table.tree.objid, kind: 'table' });
    this.#ctx.roots.set(table.tree.objid, tree.pgnoFDP);
    const autoInc = this.#autoInc(table.tree);
    if (autoInc !== undefined) tree.autoInc = autoInc;
    this.#ctx.lost = false;
    const whole = this.#wholeValues(table);
    const counts = new ReferenceCounts(this.#ctx.options.newSorter);
    this.#copyRecords(table, tree, counts, whole);
    this.#copyLongValues(table, tree, counts, whole);
    for (const index of table.indexes) if (!index.definition.primary) this.#index(table, index, tree);
    tree.finish();
  }

  #autoInc(tree: TreeRef): bigint | undefined {
    const root = this.#ctx.db.pages.tryRead(tree.pgnoFDP);
    return root instanceof Error ? undefined : readRootField(root)?.autoInc;
  }

  #wholeValues(table: TableDef): WholeValues | undefined {
    if (this.#ctx.options.salvage !== true || table.longValueTree === undefined) return undefined;
    this.#ctx.place = { objid: table.longValueTree.objid, table: table.name };
    const whole = WholeValues.of(this.#ctx.feed, table.longValueTree, table.lvChunkMax, (lid, why) => {
      const message = `table ${table.name}: long value ${lid} ${why} and is left out`;
      this.#ctx.damage('lv.incomplete', 'JET_errLVCorrupted', {}, message);
    });
    return whole;
  }

  #copyRecords(table: TableDef, tree: BuildingTree, counts: ReferenceCounts, whole: WholeValues | undefined): void {
    this.#ctx.place = { objid: table.tree.objid, table: table.name };
    if (table.name === PAGE_COUNT_CACHE) {
      this.#ctx.digest(tree.objid);
      return;
    }
    if (table.name === OBJIDS && this.#rebuildObjids(table, tree)) return;
    if (table.name === LOCALES && this.#rebuildLocales(table, tree)) return;
    const append = this.#ctx.append(tree);
    const isWhole = (lid: number): boolean => whole?.has(lid) ?? false;
    const salvage = this.#ctx.options.salvage === true ? isWhole : undefined;
    const take = this.#records.taker(table, counts, append, salvage, {
      onProblem: (rule, message, page, line) => {
        const symbol = rule.startsWith('lv.') ? 'JET_errLVCorrupted' : 'JET_errDatabaseCorrupted';
        this.#ctx.damage(
          rule,
          symbol,
          { pgno: page.pgno, ...(line < 0 ? {} : { line }) },
          `table ${table.name}: ${message}`,
        );
      },
    });
    this.#ctx.feed.run(table.tree, false, take);
    this.#rows += this.#ctx.digests.get(tree.objid)!.nodes;
  }

  /** Writes MSysObjids from the catalog where it says something else. */
  #rebuildObjids(table: TableDef, tree: BuildingTree): boolean {
    const { db, dropped, sortedTagged } = this.#ctx;
    const why = objidsMismatch(db, table, dropped);
    if (why === undefined) return false;
    this.#ctx.say(
      'objids.mismatch',
      'JET_errCatalogCorrupted',
      {},
      `table ${OBJIDS} ${why}: it is written anew`,
      'warning',
    );
    writeObjids(db, table, sortedTagged, dropped, this.#ctx.append(tree));
    this.#rows += this.#ctx.digests.get(tree.objid)!.nodes;
    return true;
  }

  /** Writes MSysLocales from the catalog where that marks indexes for the engine, which looks here for such ones. */
  #rebuildLocales(table: TableDef, tree: BuildingTree): boolean {
    const ctx = this.#ctx;
    if (ctx.marked.size === 0) return false;
    const counts = new LocaleCounts(ctx.db.pages.format, ctx.sortedTagged);
    ctx.feed.run(catalogRowsTree(ctx), false, (_key, _keyLength, node) => {
      const row = newCatalogRow(ctx, node.data().slice());
      if (row !== undefined) counts.add(row);
    });
    if (!counts.write(table, ctx.append(tree))) return false;
    this.#rows += ctx.digests.get(tree.objid)!.nodes;
    return true;
  }

  #copyLongValues(
    table: TableDef,
    parent: BuildingTree,
    counts: ReferenceCounts,
    whole: WholeValues | undefined,
  ): void {
    const from = table.longValueTree;
    counts.sort();
    if (from === undefined) {
      counts.finish();
      if (counts.missing > 0) this.#missing(table, counts.missing);
      return;
    }
    this.#ctx.place = { objid: from.objid, table: table.name };
    const tree = this.#ctx.builder.child(parent, { objid: from.objid, kind: 'long-value' });
    this.#ctx.roots.set(from.objid, tree.pgnoFDP);
    const tally = new LongValueCopier(this.#ctx.feed).copy(from, counts, this.#ctx.append(tree), whole);
    tree.finish();
    this.#longValues.values += tally.values;
    this.#longValues.unreferenced += tally.unreferenced;
    this.#longValues.corrected += tally.corrected;
    this.#reportLongValues(table, tally);
    if (counts.missing > 0) this.#missing(table, counts.missing);
  }

  #reportLongValues(table: TableDef, { unreferenced, corrected }: LongValueTally): void {
    const say = (rule: string, count: number, what: string): void => {
      if (count > 0) this.#ctx.say(rule, 'JET_errLVCorrupted', {}, `table ${table.name}: ${count} ${what}`, 'warning');
    };
    say('lv.orphan', unreferenced, 'long values that no record refers to were left out');
    say('lv.reference-count', corrected, 'long values stated a wrong number of references, which was set right');
  }

  #missing(table: TableDef, count: number): void {
    const message = `table ${table.name}: ${count} references name long values that do not exist`;
    this.#ctx.damage('lv.missing', 'JET_errLVCorrupted', {}, message);
  }

  #index(table: TableDef, index: IndexDef, parent: BuildingTree): void {
    const ctx = this.#ctx;
    const { tree: from, definition } = index;
    const nonUnique = !definition.unique;
    let tree: BuildingTree | undefined;
    const open = (): AppendNode => {
      tree = ctx.builder.child(parent, { objid: from.objid, kind: 'index', nonUnique });
      ctx.roots.set(from.objid, tree.pgnoFDP);
      return ctx.append(tree);
    };
    ctx.place = { objid: from.objid, table: table.name, index: index.name };
    const { lost } = ctx;
    if (ctx.isUnsound(from.objid))
      this.#reportIndex(table, index, copyIndex(ctx.db, table, index, ctx.feed, open, ctx.options));
    else this.#copyEntries(from, nonUnique, open());
    // What an index has lost is no loss of the table.
    ctx.lost = lost;
    tree?.finish();
    this.#indexEntries += ctx.digests.get(from.objid)?.nodes ?? 0;
  }

  #copyEntries(from: TreeRef, nonUnique: boolean, append: AppendNode): void {
    this.#ctx.feed.run(from, nonUnique, (key, keyLength, node) => {
      append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
    });
  }

  #reportIndex(table: TableDef, index: IndexDef, tally: IndexCopyTally): void {
    const name = `${table.name}.${index.name}`;
    if (tally.rebuilt) {
      this.#rebuilt.push(name);
      return;
    }
    const { objid } = index.tree;
    const what = `index ${index.name} of table ${table.name} holds sort keys that only Windows can make`;
    if (tally.lost) {
      this.#ctx.dropped.add(objid);
      this.#droppedNames.push(name);
      const message = `${what}, and none of its entries is left: it is left out, and must be created again`;
      this.#ctx.say('index.incomplete', 'JET_errSecondaryIndexCorrupted', {}, message, 'warning');
      return;
    }
    if (tally.dropped === 0 && tally.missing === 0) return;
    this.#ctx.marked.add(objid);
    this.#forEngine.push(name);
    const message =
      `${what}: ${tally.dropped} entries without a record were left out, ${tally.missing} records have no entry; ` +
      'it is marked so that the engine deletes it, and must be created again';
    this.#ctx.say('index.incomplete', 'JET_errSecondaryIndexCorrupted', {}, message, 'warning');
  }
}

/** Flags of the catalog's root: how the pages of this database are sealed, and how its records are laid out. */
function databaseFlags(db: Database): number {
  for (const { pgnoFDP } of [CATALOG_TREE, CATALOG_SHADOW_TREE]) {
    const root = db.pages.tryRead(pgnoFDP);
    if (!(root instanceof Error)) return root.fFlags;
  }
  return PageFlag.NewRecordFormat | PageFlag.NewChecksumFormat;
}

/**
 * Copies every live record, long value and index entry of `db` into a new database.
 * @throws JetError for the first damage, unless `salvage` is set; damage is told to `onFinding` before.
 */
export function copyDatabase(db: Database, sink: PageSink, options: CopyOptions): CopyResult {
  const { found } = db;
  const flags = databaseFlags(db);
  const sortedTagged = (flags & PageFlag.NewRecordFormat) !== 0;
  const builder = new DatabaseBuilder(sink, {
    format: found.format,
    checksum: (flags & PageFlag.NewChecksumFormat) !== 0 ? 'ecc' : 'xor',
    revision: found.header.ulDaeUpdateMajor,
    sortedTagged,
  });
  const result = new DatabaseCopy(new CopyContext(db, builder, sortedTagged, options)).run();
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
  return result;
}
