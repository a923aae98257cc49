// Repair of a damaged database, always on a copy (format 10.3): everything is built anew from leaf pages alone, into a
// file beside the old one, which is verified before it takes the old one's place.
import { DatabaseBuilder } from '../../ese/build/database-builder.ts';
import { ExternalSort } from '../../ese/build/external-sort.ts';
import { LOCALES } from '../../ese/build/locales-table.ts';
import type { PageSink } from '../../ese/build/page-sink.ts';
import { PAGE_COUNT_CACHE } from '../../ese/build/system-tables.ts';
import { OBJID_CATALOG, OBJID_CATALOG_SHADOW } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import type { SpillStore } from '../../ese/io/spill-store.ts';
import { HEADER_PAGES } from '../../ese/page/page-reader.ts';
import { availablePages } from './available-pages.ts';
import { rescueCatalog, type RescuedCatalog } from './catalog-rescue.ts';
import { builtRows, writeCatalog, writeLocales, writeObjids } from './catalog-rebuild.ts';
import { declaredTables, inCatalogOrder } from './declared-tables.ts';
import { FileScan } from './file-scan.ts';
import type { Geometry } from './geometry.ts';
import { LeafPlanner } from './leaf-plan.ts';
import { revisionOfCatalog, revisionOfPages, type Revision } from './lost-header.ts';
import { LossList, type RepairResult, type TableOutcome } from './repair-result.ts';
import { repairedHeader } from './repaired-header.ts';
import { recoverUndeclared } from './undeclared-objects.ts';
import { RescuePages } from './rescue-pages.ts';
import type { RebuildContext, RescueContext } from './rescue-context.ts';
import { rebuildTable } from './table-rebuild.ts';

/** What a rebuild needs of its surroundings. */
export interface RebuildOptions {
  readonly spill: SpillStore;
  readonly now: Date;
  readonly random: () => number;
  /** Takes the lines of the list of losses. */
  readonly write: (line: string) => void;
  /** Called with the number of pages done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** False: records of pages whose checksum fails are not even kept apart. */
  readonly keepUnverified?: boolean;
  /** Bytes of memory for sorting. */
  readonly sortMemory?: number;
}

/** What a rebuild came to: a `RepairResult` without what only the caller knows. */
export type RebuildResult = Omit<RepairResult, 'path' | 'outcome' | 'report' | 'kept'>;

const SORT_MEMORY = 48 << 20;
const SORT_LEAST = 1 << 20;
const REVISION_ECC = 0x0b;
const OBJIDS_TABLE = 'MSysObjids';

/** One rebuild. */
class Rebuild {
  readonly #source: ByteSource;
  readonly #geometry: Geometry;
  readonly #options: RebuildOptions;
  readonly #scan: FileScan;
  readonly #losses: LossList;
  #done = 0;
  /** Highest object id in use. */
  #objidAdded = 0;

  constructor(scan: FileScan, geometry: Geometry, options: RebuildOptions) {
    this.#source = scan.pages.source;
    this.#geometry = geometry;
    this.#options = options;
    this.#scan = scan;
    this.#losses = new LossList(options.write);
  }

  run(openSink: () => PageSink): RebuildResult {
    this.#objidAdded = Math.max(this.#scan.objidMost, this.#geometry.found?.header.objidLast ?? 0);
    const context = this.#context();
    const revision = this.#revision();
    const catalog = rescueCatalog(context, revision.major);
    const sink = openSink();
    const builder = new DatabaseBuilder(sink, {
      format: this.#geometry.format,
      checksum: this.#hasEcc(revision) ? 'ecc' : 'xor',
      revision: revision.major,
      sortedTagged: context.sortedTagged,
    });
    const ctx: RebuildContext = {
      ...context,
      builder,
      roots: new Map(),
      revision: revision.major,
      nextObjid: () => ++this.#objidAdded,
      added: [],
      marked: new Set(),
      keepUnverified: this.#options.keepUnverified !== false,
    };
    const tables = this.#rebuild(ctx, catalog);
    builder.finish();
    this.#writeHeaders(
      sink,
      builder,
      this.#geometry.found === undefined ? revisionOfCatalog(revision, catalog) : revision,
    );
    this.#tellPages(tables);
    return this.#result(catalog, tables, builder.pgnoLast);
  }

  #context(): RescueContext {
    const scan = this.#scan;
    const { spill, sortMemory = SORT_MEMORY } = this.#options;
    return {
      scan,
      planner: new LeafPlanner(scan, availablePages(scan)),
      losses: this.#losses,
      sortedTagged: scan.sortedTaggedPages * 2 >= scan.goodPages,
      sorter: (count) => new ExternalSort({ spill, limit: Math.max(SORT_LEAST, Math.floor(sortMemory / count)) }),
      onPage: () => {
        this.#progress(1);
      },
    };
  }

  #progress(count: number): void {
    this.#done += count;
    const { pgnoLast } = this.#scan.pages;
    this.#options.onProgress?.(Math.min(this.#done, pgnoLast), pgnoLast);
  }

  #revision(): Revision {
    const header = this.#geometry.found?.header;
    if (header === undefined) return revisionOfPages(this.#scan);
    return { major: header.ulDaeUpdateMajor, minor: header.ulDaeUpdateMinor };
  }

  #hasEcc(revision: Revision): boolean {
    const { eccPages, goodPages } = this.#scan;
    if (this.#geometry.format.extendedHeader) return true;
    return goodPages === 0 ? revision.major >= REVISION_ECC : eccPages > 0;
  }

  #rebuild(ctx: RebuildContext, catalog: RescuedCatalog): TableOutcome[] {
    const declared = declaredTables(ctx, catalog);
    const { tables } = declared;
    let { rows } = declared;
    const outcomes: TableOutcome[] = [];
    const isCatalog = ({ tree }: TableDef): boolean =>
      tree.objid === OBJID_CATALOG || tree.objid === OBJID_CATALOG_SHADOW;
    const dropped = new Set<number>();
    let objids: TableDef | undefined;
    let locales: TableDef | undefined;
    for (const table of [...tables].sort((a, b) => a.tree.objid - b.tree.objid)) {
      if (isCatalog(table)) continue;
      if (table.name === OBJIDS_TABLE) {
        objids = table;
        continue;
      }
      // It tells of indexes, some of which may not come out whole.
      if (table.name === LOCALES) {
        locales = table;
        continue;
      }
      if (table.name === PAGE_COUNT_CACHE) {
        emptyTable(ctx, table);
        continue;
      }
      const outcome = rebuildTable(ctx, table);
      outcomes.push(outcome);
      for (const name of outcome.indexesDropped)
        dropped.add(table.indexes.find((index) => index.name === name)!.tree.objid);
    }
    rows = rows.filter(({ row }) => !(row.type === 3 && dropped.has(row.id)));
    if (!catalog.complete) {
      const recovered = recoverUndeclared(ctx, rows);
      rows = inCatalogOrder([...rows, ...recovered.rows]);
      outcomes.push(...recovered.outcomes);
    }
    rows = inCatalogOrder([...rows, ...builtRows(ctx, ctx.added)]);
    const writesLocales = locales !== undefined && ctx.marked.size > 0 && writeLocales(ctx, locales, rows);
    if (locales !== undefined && !writesLocales) outcomes.push(rebuildTable(ctx, locales));
    if (objids !== undefined) writeObjids(ctx, objids, rows);
    writeCatalog(ctx, rows, tables);
    return outcomes;
  }

  #writeHeaders(sink: PageSink, builder: DatabaseBuilder, revision: Revision): void {
    const { format, found } = this.#geometry;
    const objidLast = Math.max(this.#objidAdded, found?.header.objidLast ?? 0);
    const header = repairedHeader(
      { format, revision, dbtime: builder.dbtime, objidLast, now: this.#options.now, random: this.#options.random },
      found?.bytes,
    );
    sink.writeHeader(1, header);
    sink.writeHeader(0, header);
  }

  /** Bad pages that no tree misses. */
  #tellPages(tables: readonly TableOutcome[]): void {
    const told = new Set(tables.flatMap((table) => [...table.pagesLost, ...table.longValues.pagesLost]));
    for (const [pgno, objid] of this.#scan.bad) {
      if (told.has(pgno)) continue;
      const whose = objid > 0 && objid <= this.#scan.objidMost ? `; its header names object ${objid}` : '';
      this.#losses.note(`page ${pgno} cannot be used: no tree is known to need it${whose}`);
    }
    for (const pgno of this.#scan.corrected) this.#losses.note(`page ${pgno}: a single-bit error was corrected`);
    for (const [pgno, place] of this.#scan.pages.misplaced)
      this.#losses.note(`page ${pgno} was found at the place of page ${place}`);
  }

  #result(catalog: RescuedCatalog, tables: readonly TableOutcome[], after: number): RebuildResult {
    const { format, found } = this.#geometry;
    const { pages, bad, corrected } = this.#scan;
    const lossless = tables.every(isWhole) && this.#losses.list.length === 0 && catalog.from !== 'reconstructed';
    return {
      header: found === undefined ? 'rebuilt' : found.used === 'shadow' ? 'shadow' : 'primary',
      catalog: catalog.from,
      pages: {
        before: pages.pgnoLast,
        after,
        bad: [...bad.keys()],
        corrected,
        misplaced: [...pages.misplaced],
        partial: this.#source.size < HEADER_PAGES * format.pageSize ? 0 : this.#source.size % format.pageSize,
      },
      tables,
      general: this.#losses.list.filter((loss) => loss.table === undefined),
      losses: this.#losses.list,
      more: this.#losses.more,
      lossless,
    };
  }
}

/** A table without rows. */
function emptyTable({ builder, roots }: RebuildContext, { tree: { objid } }: TableDef): void {
  const tree = builder.table({ objid, kind: 'table' });
  roots.set(objid, tree.pgnoFDP);
  tree.finish();
}

function isWhole(table: TableOutcome): boolean {
  const { pagesLost, recordsDropped, recordsMissed, valuesLost, longValues, indexesIncomplete, indexesDropped } = table;
  const lost =
    pagesLost.length + recordsDropped + recordsMissed + valuesLost + longValues.lost + longValues.pagesLost.length;
  return lost === 0 && indexesIncomplete.length === 0 && indexesDropped.length === 0;
}

/** Scans a damaged file, which is what a rebuild starts from. `onProgress`: pages done, of how many. */
export function scanFile(source: ByteSource, geometry: Geometry, onProgress?: RebuildOptions['onProgress']): FileScan {
  const scan = new FileScan(new RescuePages(source, geometry.format));
  let done = 0;
  scan.run((count) => {
    done += count;
    onProgress?.(done, scan.pages.pgnoLast);
  });
  return scan;
}

/** Builds a new database into a sink out of what a scan found. `openSink` is called once. */
export function rebuildDatabase(
  scan: FileScan,
  geometry: Geometry,
  openSink: () => PageSink,
  options: RebuildOptions,
): RebuildResult {
  return new Rebuild(scan, geometry, options).run(openSink);
}
