// Builds a database that holds what another holds, node by node: records, long values and index entries as they are,
// in fresh, full pages (format 8.6). Object ids, column ids and long-value ids stay, so records need no change; only
// the root pages in the catalog do. Reference counts of long values are made anew from the records.
import { JetError, jetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { TreeRef } from '../btree/tree.ts';
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import type { IndexDef } from '../catalog/index-def.ts';
import { CatalogType, OBJID_CATALOG, OBJID_CATALOG_SHADOW, systemColumn } from '../catalog/system-schema.ts';
import type { TableDef } from '../catalog/table-def.ts';
import { i16, i32 } from '../../binary/little-endian.ts';
import type { Database } from '../database.ts';
import type { Finding, FindingPlace } from '../finding.ts';
import type { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { pageOffset } from '../page/page-reader.ts';
import { readRootField } from '../space/space-header.ts';
import { copyIndex, type IndexCopyTally } from './copy-index.ts';
import { LongValueCopier, WholeValues, type LongValueTally } from './copy-long-values.ts';
import { RecordCopier } from './copy-records.ts';
import { DatabaseBuilder, type BuildingTree } from './database-builder.ts';
import { buildHeader } from './header-builder.ts';
import { NodeDigest } from './node-digest.ts';
import { NodeFeed, type TakeNode } from './node-feed.ts';
import { objidsMismatch, writeObjids } from './objids-table.ts';
import type { PageSink } from './page-sink.ts';
import { ReferenceCounts } from './reference-counts.ts';
import type { Sorter } from './sorter.ts';

/** How to copy. */
export interface CopyOptions {
  readonly now: Date;
  readonly random: () => number;
  /** Called for each leaf page copied. May throw to stop. */
  readonly onPage?: () => void;
  /** Told of all that is wrong with the source, and of what was put right. */
  readonly onFinding?: (finding: Finding) => void;
  /** Go on past damage and keep what can be read. Without it the first damage stops the copy. */
  readonly salvage?: boolean;
  /** Object ids of secondary indexes that do not agree with their table: made anew, where that can be done. */
  readonly unsoundIndexes?: ReadonlySet<number>;
  /** Makes sorters for what does not fit in memory; without it everything is sorted there. */
  readonly newSorter?: () => Sorter;
}

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
  /** Indexes of Unicode text that only the engine can complete, as `table.index`. */
  readonly indexesForEngine: readonly string[];
  /** What was written, by object id. */
  readonly digests: ReadonlyMap<number, NodeDigest>;
}

/** A cache of page counts (since revision 9400): untrue for new trees, and filled again by the engine as it goes. */
const PAGE_COUNT_CACHE = 'MSysExtentPageCountCache';
const OBJIDS = 'MSysObjids';

class DatabaseCopy {
  readonly #db: Database;
  readonly #builder: DatabaseBuilder;
  readonly #options: CopyOptions;
  readonly #sortedTagged: boolean;
  /** New root page of each object. */
  readonly #roots = new Map<number, number>();
  readonly #feed: NodeFeed;
  readonly #records: RecordCopier;
  readonly #digests = new Map<number, NodeDigest>();
  readonly #rebuilt: string[] = [];
  readonly #forEngine: string[] = [];
  readonly #longValues: LongValueTally = { values: 0, unreferenced: 0, corrected: 0 };
  #place: FindingPlace = {};
  #rows = 0;
  #indexEntries = 0;
  /** True once something of the present table could not be read: its indexes then name records that are gone. */
  #lost = false;

  constructor(db: Database, builder: DatabaseBuilder, sortedTagged: boolean, options: CopyOptions) {
    this.#db = db;
    this.#builder = builder;
    this.#sortedTagged = sortedTagged;
    this.#options = options;
    this.#feed = new NodeFeed(db.pages, {
      onFault: (pgno, line, reason) => {
        this.#fault(pgno, line, reason);
      },
      ...(options.salvage === true ? { orphans: db.orphans } : {}),
      ...(options.onPage === undefined ? {} : { onPage: options.onPage }),
    });
    this.#records = new RecordCopier(db.pages.format, sortedTagged);
  }

  run(): CopyResult {
    this.#requireCatalog();
    const isCatalog = (table: TableDef): boolean =>
      table.tree.objid === OBJID_CATALOG || table.tree.objid === OBJID_CATALOG_SHADOW;
    for (const table of [...this.#db.tables].sort((a, b) => a.tree.objid - b.tree.objid))
      if (!isCatalog(table)) this.#table(table);
    this.#catalog();
    this.#builder.finish();
    return {
      rows: this.#rows,
      longValues: this.#longValues.values,
      indexEntries: this.#indexEntries,
      longValuesDropped: this.#longValues.unreferenced,
      referenceCountsCorrected: this.#longValues.corrected,
      indexesRebuilt: this.#rebuilt,
      indexesForEngine: this.#forEngine,
      digests: this.#digests,
    };
  }

  #requireCatalog(): void {
    const { catalog } = this.#db;
    if (catalog.from === 'catalog') return;
    this.#place = { objid: OBJID_CATALOG, table: 'MSysObjects' };
    const used = catalog.from === 'shadow' ? 'its shadow is whole' : 'so is its shadow';
    this.#damage('catalog.damaged', 'JET_errCatalogCorrupted', {}, `the catalog is damaged; ${used}`);
  }

  #table(table: TableDef): void {
    const tree = this.#builder.table({ objid: table.tree.objid, kind: 'table' });
    this.#roots.set(table.tree.objid, tree.pgnoFDP);
    const autoInc = this.#autoInc(table.tree);
    if (autoInc !== undefined) tree.autoInc = autoInc;
    this.#lost = false;
    const whole = this.#wholeValues(table);
    const counts = new ReferenceCounts(this.#options.newSorter);
    this.#copyRecords(table, tree, counts, whole);
    this.#copyLongValues(table, tree, counts, whole);
    for (const index of table.indexes) if (!index.definition.primary) this.#index(table, index, tree);
    tree.finish();
  }

  #autoInc(tree: TreeRef): bigint | undefined {
    const root = this.#db.pages.tryRead(tree.pgnoFDP);
    return root instanceof Error ? undefined : readRootField(root)?.autoInc;
  }

  #wholeValues(table: TableDef): WholeValues | undefined {
    if (this.#options.salvage !== true || table.longValueTree === undefined) return undefined;
    this.#place = { objid: table.longValueTree.objid, table: table.name };
    const whole = WholeValues.of(this.#feed, table.longValueTree, table.lvChunkMax, (lid, why) => {
      const message = `table ${table.name}: long value ${lid} ${why} and is left out`;
      this.#damage('lv.incomplete', 'JET_errLVCorrupted', {}, message);
    });
    return whole;
  }

  #copyRecords(table: TableDef, tree: BuildingTree, counts: ReferenceCounts, whole: WholeValues | undefined): void {
    this.#place = { objid: table.tree.objid, table: table.name };
    if (table.name === PAGE_COUNT_CACHE) {
      this.#digest(tree.objid);
      return;
    }
    if (table.name === OBJIDS && this.#rebuildObjids(table, tree)) return;
    const append = this.#append(tree);
    const isWhole = (lid: number): boolean => whole?.has(lid) ?? false;
    const salvage = this.#options.salvage === true ? isWhole : undefined;
    const take = this.#records.taker(table, counts, append, salvage, {
      onProblem: (rule, message, page, line) => {
        const symbol = rule.startsWith('lv.') ? 'JET_errLVCorrupted' : 'JET_errDatabaseCorrupted';
        this.#damage(
          rule,
          symbol,
          { pgno: page.pgno, ...(line < 0 ? {} : { line }) },
          `table ${table.name}: ${message}`,
        );
      },
    });
    this.#feed.run(table.tree, false, take);
    this.#rows += this.#digests.get(tree.objid)!.nodes;
  }

  /** Writes MSysObjids from the catalog where it says something else. */
  #rebuildObjids(table: TableDef, tree: BuildingTree): boolean {
    const why = objidsMismatch(this.#db, table);
    if (why === undefined) return false;
    this.#say(
      'objids.mismatch',
      'JET_errCatalogCorrupted',
      {},
      `table ${OBJIDS} ${why}: it is written anew`,
      'warning',
    );
    writeObjids(this.#db, table, this.#sortedTagged, this.#append(tree));
    this.#rows += this.#digests.get(tree.objid)!.nodes;
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
    this.#place = { objid: from.objid, table: table.name };
    const tree = this.#builder.child(parent, { objid: from.objid, kind: 'long-value' });
    this.#roots.set(from.objid, tree.pgnoFDP);
    const tally = new LongValueCopier(this.#feed).copy(from, counts, this.#append(tree), whole);
    tree.finish();
    this.#longValues.values += tally.values;
    this.#longValues.unreferenced += tally.unreferenced;
    this.#longValues.corrected += tally.corrected;
    this.#reportLongValues(table, tally);
    if (counts.missing > 0) this.#missing(table, counts.missing);
  }

  #reportLongValues(table: TableDef, { unreferenced, corrected }: LongValueTally): void {
    const say = (rule: string, count: number, what: string): void => {
      if (count > 0) this.#say(rule, 'JET_errLVCorrupted', {}, `table ${table.name}: ${count} ${what}`, 'warning');
    };
    say('lv.orphan', unreferenced, 'long values that no record refers to were left out');
    say('lv.reference-count', corrected, 'long values stated a wrong number of references, which was set right');
  }

  #missing(table: TableDef, count: number): void {
    const message = `table ${table.name}: ${count} references name long values that do not exist`;
    this.#damage('lv.missing', 'JET_errLVCorrupted', {}, message);
  }

  #index(table: TableDef, index: IndexDef, parent: BuildingTree): void {
    const { tree: from, definition } = index;
    const nonUnique = !definition.unique;
    const tree = this.#builder.child(parent, { objid: from.objid, kind: 'index', nonUnique });
    this.#roots.set(from.objid, tree.pgnoFDP);
    this.#place = { objid: from.objid, table: table.name, index: index.name };
    const append = this.#append(tree);
    const unsound = this.#lost || this.#options.unsoundIndexes?.has(from.objid) === true;
    if (unsound) this.#reportIndex(table, index, copyIndex(this.#db, table, index, this.#feed, append, this.#options));
    else {
      this.#feed.run(from, nonUnique, (key, keyLength, node) => {
        append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
      });
    }
    tree.finish();
    this.#indexEntries += this.#digests.get(tree.objid)!.nodes;
  }

  #reportIndex(table: TableDef, index: IndexDef, tally: IndexCopyTally): void {
    const name = `${table.name}.${index.name}`;
    if (tally.rebuilt) {
      this.#rebuilt.push(name);
      return;
    }
    if (tally.dropped === 0 && tally.missing === 0) return;
    this.#forEngine.push(name);
    const message =
      `index ${index.name} of table ${table.name} holds sort keys that only Windows can make: ` +
      `${tally.dropped} entries without a record were left out, ${tally.missing} records have no entry; let the engine rebuild it`;
    this.#say('index.incomplete', 'JET_errSecondaryIndexCorrupted', {}, message, 'warning');
  }

  #digest(objid: number): NodeDigest {
    const digest = new NodeDigest();
    this.#digests.set(objid, digest);
    return digest;
  }

  /** Appends nodes to a new tree and to its fingerprint. */
  #append(
    tree: BuildingTree,
  ): (key: Uint8Array, keyLength: number, data: Uint8Array, start: number, length: number) => void {
    const digest = this.#digest(tree.objid);
    return (key, keyLength, data, start, length) => {
      digest.add(key, keyLength, data, start, length);
      tree.append(key, keyLength, data, start, length);
    };
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
    this.#place = { objid: OBJID_CATALOG, table: 'MSysObjects' };
    // Where the catalog itself cannot be read, its shadow holds the same rows.
    const rows = this.#db.catalog.from === 'shadow' ? CATALOG_SHADOW_TREE : CATALOG_TREE;
    this.#lost = this.#db.catalog.from !== 'catalog';
    this.#feed.run(rows, false, this.#catalogTaker(trees.catalog));
    for (const [from, to] of [
      [name, trees.name],
      [rootObjects, trees.rootObjects],
    ] as const) {
      const definition = source.indexes.find(({ tree }) => tree.objid === from.objid)!;
      const append = this.#append(to);
      const unsound = this.#lost || this.#options.unsoundIndexes?.has(from.objid) === true;
      if (unsound) {
        const fromRows = { ...source, tree: rows };
        this.#reportIndex(
          source,
          definition,
          copyIndex(this.#db, fromRows, definition, this.#feed, append, this.#options),
        );
      } else {
        this.#feed.run(from, false, (key, keyLength, node) => {
          append(key, keyLength, node.bytes, node.dataStart, node.dataLength);
        });
      }
      to.finish();
    }
    trees.catalog.finish();
    this.#feed.run(rows, false, this.#catalogTaker(trees.shadow));
    trees.shadow.finish();
  }

  /** Copies catalog rows, each with the root page its object has in the new database. */
  #catalogTaker(to: BuildingTree): TakeNode {
    const append = this.#append(to);
    return (key: Uint8Array, keyLength: number, node: NodeView) => {
      const row = this.#withNewRoot(node.data().slice());
      append(key, keyLength, row, 0, row.length);
    };
  }

  #withNewRoot(row: Uint8Array): Uint8Array {
    const end = systemColumn('ColtypOrPgnoFDP').recordOffset + 4;
    if (row.length < end) return row;
    const type = i16(row, systemColumn('Type').recordOffset);
    if (type !== CatalogType.Table && type !== CatalogType.Index && type !== CatalogType.LongValue) return row;
    const pgno = this.#roots.get(i32(row, systemColumn('Id').recordOffset));
    if (pgno !== undefined) new DataView(row.buffer).setInt32(systemColumn('ColtypOrPgnoFDP').recordOffset, pgno, true);
    return row;
  }

  /** A page or line that cannot be used. */
  #fault(pgno: number, line: number | undefined, reason: JetError | string): void {
    this.#lost = true;
    const at = { pgno, ...(line === undefined ? {} : { line }) };
    if (reason instanceof JetError) this.#damage('page.unreadable', reason.symbol, at, reason.message);
    else this.#damage('page.structure', 'JET_errDatabaseCorrupted', at, `page ${pgno} ${reason}`);
  }

  /** Something is lost. Reported; and the end of it, unless this is a salvage. */
  #damage(rule: string, symbol: JetErrorSymbol, at: FindingPlace, message: string): void {
    if (rule.startsWith('record.')) this.#lost = true;
    this.#say(rule, symbol, at, message, 'error');
    if (this.#options.salvage === true) return;
    const { pgno, objid, table } = { ...this.#place, ...at };
    throw new JetError(symbol, message, {
      file: this.#db.source.name,
      ...(pgno === undefined ? {} : { pgno }),
      ...(objid === undefined ? {} : { objid }),
      ...(table === undefined ? {} : { table }),
    });
  }

  #say(rule: string, symbol: JetErrorSymbol, at: FindingPlace, message: string, severity: Finding['severity']): void {
    const { pageSize } = this.#db.pages.format;
    const offset = at.pgno === undefined ? {} : { offset: pageOffset(at.pgno, pageSize) };
    const place = { ...this.#place, ...at, ...offset };
    this.#options.onFinding?.({ rule, severity, jet: jetError(symbol), at: place, message });
  }
}

/** Flags of the catalog's root: how the pages of this database are sealed, and how its records are laid out. */
function databaseFlags(db: Database): number {
  for (const { pgnoFDP } of [CATALOG_TREE, CATALOG_SHADOW_TREE]) {
    const root: Page | JetError = db.pages.tryRead(pgnoFDP);
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
    sortedTagged,
  });
  const result = new DatabaseCopy(db, builder, sortedTagged, options).run();
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
