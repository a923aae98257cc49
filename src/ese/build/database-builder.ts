// Lays out a whole new database: system root, tables with their trees, catalog and shadow, headers (format 1, 4, 5).
// It knows trees and pages, not records: what the nodes hold is the caller's business.
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import { SYSTEM_ROOT } from '../catalog/system-schema.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { PageFormat } from '../page/page-format.ts';
import { REVISION_RESERVED_TAGS, type ChecksumKind } from './page-builder.ts';
import type { PageSink } from './page-sink.ts';
import { FileSpace, TreeSpaceBuilder, type ExtentSource, type PageRun } from './space-builder.ts';
import { TreeBuilder, type TreeTarget } from './tree-builder.ts';

/** Kinds of trees a table has, with the flags of their pages. */
const KIND_FLAGS: Readonly<Record<'table' | 'index' | 'long-value', number>> = {
  table: 0,
  index: PageFlag.Index,
  'long-value': PageFlag.LongValue,
};

/** Pages 4 to 28 are laid out the same in every database. */
const FIRST_FREE_PAGE = 29;
const CATALOG_EXTENT: PageRun = { first: CATALOG_TREE.pgnoFDP, count: 20 };
const CATALOG_PAGES_SPOKEN_FOR = 9;
const SHADOW_EXTENT: PageRun = { first: CATALOG_SHADOW_TREE.pgnoFDP, count: 5 };
const INDEX_EXTENT_SIZE = 3;
const ROOT_PGNO_OE = 2;

/** First database time of a new database. */
const DBTIME_START = 0x40n;

/** How to build. */
export interface DatabaseBuilderOptions {
  readonly format: PageFormat;
  readonly checksum: ChecksumKind;
  /** Major revision of the database. */
  readonly revision: number;
  /** True since revision 9: tagged columns are sorted arrays. */
  readonly sortedTagged: boolean;
}

/** What a tree is. */
export interface NewTree {
  readonly objid: number;
  readonly kind: 'table' | 'index' | 'long-value';
  readonly nonUnique?: boolean;
}

/** A tree under construction, with its space. */
export class BuildingTree {
  readonly objid: number;
  readonly space: TreeSpaceBuilder;
  readonly #builder: TreeBuilder;
  readonly #target: TreeTarget;
  readonly #flags: number;
  /** Auto-increment value that the root's external header is to keep, in formats that have it there. */
  autoInc: bigint | undefined;

  constructor(target: TreeTarget, space: TreeSpaceBuilder, objid: number, fFlags: number, nonUnique: boolean) {
    this.objid = objid;
    this.space = space;
    this.#target = target;
    this.#flags = fFlags;
    this.#builder = new TreeBuilder(target, {
      objid,
      pgnoFDP: space.pgnoFDP,
      fFlags,
      nonUnique,
      takePage: () => space.takePage(),
    });
  }

  get pgnoFDP(): number {
    return this.space.pgnoFDP;
  }

  get nodes(): number {
    return this.#builder.nodes;
  }

  /** Adds a node after all others. */
  append(key: Uint8Array, keyLength: number, data: Uint8Array, dataStart: number, dataLength: number): void {
    this.#builder.append(key, keyLength, data, dataStart, dataLength);
  }

  /** Writes the rest of the tree, then its space trees. Children must be finished before. */
  finish(): void {
    this.#builder.finish(() => this.#externalHeader());
    if (this.space.multipleExtent) this.#writeSpaceTrees();
  }

  #externalHeader(): Uint8Array {
    const header = this.space.header();
    if (this.autoInc === undefined) return header;
    const bytes = new Uint8Array(1 + header.length + 8);
    bytes[0] = 3;
    bytes.set(header, 1);
    new DataView(bytes.buffer).setBigUint64(1 + header.length, this.autoInc, true);
    return bytes;
  }

  #writeSpaceTrees(): void {
    writeSpaceTrees(this.#target, this.objid, this.#flags, this.space.pgnoOE, {
      owned: () => this.space.owned,
      available: () => this.space.available,
      takePage: () => this.space.takePage(),
    });
  }
}

interface SpaceRuns {
  readonly owned: () => readonly PageRun[];
  readonly available: () => readonly PageRun[];
  readonly takePage: () => number;
}

const SPLIT_BUFFER_SIZE = 16;
const EXTENT_NODE_SIZE = 4 + 2 + 4 + 4;

/** Pages a space tree of so many extents takes besides its root. */
function spaceTreePages(format: PageFormat, extents: number): number {
  const perPage = Math.floor((format.dataSize - 64) / EXTENT_NODE_SIZE);
  return extents <= perPage ? 0 : Math.ceil(extents / (perPage - 2)) + 2;
}

/** Writes the owned- and available-extents trees at `pgnoOE` and the page after it. */
function writeSpaceTrees(target: TreeTarget, objid: number, fFlags: number, pgnoOE: number, runs: SpaceRuns): void {
  // Pages of the owned-extents tree come out of the space it describes, so they are taken before it is written down.
  const reserve = Array.from({ length: spaceTreePages(target.format, runs.owned().length + 8) }, () => runs.takePage());
  const build = (pgnoFDP: number, extents: readonly PageRun[]): void => {
    const takePage = (): number => {
      const pgno = reserve.shift();
      if (pgno === undefined) throw new RangeError('a space tree took more pages than were set aside');
      return pgno;
    };
    const tree = new TreeBuilder(target, {
      objid,
      pgnoFDP,
      fFlags: fFlags | PageFlag.SpaceTree,
      nonUnique: false,
      takePage,
    });
    const key = new Uint8Array(4);
    const data = new Uint8Array(4);
    for (const { first, count } of [...extents].sort((a, b) => a.first - b.first)) {
      new DataView(key.buffer).setUint32(0, first + count - 1, false);
      new DataView(data.buffer).setUint32(0, count, true);
      tree.append(key, 4, data, 0, 4);
    }
    tree.finish(() => new Uint8Array(SPLIT_BUFFER_SIZE));
  };
  build(pgnoOE, runs.owned());
  // Pages set aside but not needed stay available. A bulk build leaves few runs free: one page holds them.
  build(pgnoOE + 1, [...runs.available(), ...reserve.splice(0).map((first) => ({ first, count: 1 }))]);
}

/** Builds one database. Tables first, then the catalog, then `finish`. */
export class DatabaseBuilder {
  readonly format: PageFormat;
  readonly #target: TreeTarget;
  readonly #file = new FileSpace(FIRST_FREE_PAGE);
  readonly #recordFlags: number;
  #dbtime = DBTIME_START;

  constructor(sink: PageSink, options: DatabaseBuilderOptions) {
    this.format = options.format;
    this.#recordFlags = options.sortedTagged ? PageFlag.NewRecordFormat : 0;
    const { format, checksum, revision } = options;
    const layout = { checksum, countsReservedTags: revision >= REVISION_RESERVED_TAGS };
    this.#target = { format, sink, layout, nextDbtime: () => this.#dbtime++ };
  }

  /** Highest database time handed out. */
  get dbtime(): bigint {
    return this.#dbtime - 1n;
  }

  /** Last page of the database so far. */
  get pgnoLast(): number {
    return this.#file.next - 1;
  }

  /** A table's primary tree. */
  table(tree: NewTree): BuildingTree {
    const space = new TreeSpaceBuilder(this.#file, SYSTEM_ROOT.pgnoFDP, this.#file.takeExtent(1), false);
    return this.#tree(space, tree);
  }

  /** An index or long-value tree of `parent`. */
  child(parent: BuildingTree, tree: NewTree): BuildingTree {
    const space = new TreeSpaceBuilder(
      parent.space,
      parent.pgnoFDP,
      parent.space.takeExtent(1),
      tree.nonUnique === true,
    );
    return this.#tree(space, tree);
  }

  #tree(space: TreeSpaceBuilder, { objid, kind, nonUnique = false }: NewTree): BuildingTree {
    const flags = this.#recordFlags | KIND_FLAGS[kind] | (nonUnique && kind === 'index' ? PageFlag.NonUniqueKeys : 0);
    return new BuildingTree(this.#target, space, objid, flags, nonUnique);
  }

  /** The catalog's primary tree and, in order, its Name and RootObjects indexes; the shadow's tree last. */
  catalogTrees(
    objidName: number,
    objidRootObjects: number,
  ): { catalog: BuildingTree; name: BuildingTree; rootObjects: BuildingTree; shadow: BuildingTree } {
    const { first } = CATALOG_EXTENT;
    const catalogSpace = this.#fixed(this.#file, SYSTEM_ROOT.pgnoFDP, CATALOG_EXTENT, CATALOG_PAGES_SPOKEN_FOR);
    const index = (at: number, objid: number): BuildingTree => {
      const space = this.#fixed(catalogSpace, first, { first: at, count: INDEX_EXTENT_SIZE }, INDEX_EXTENT_SIZE);
      return this.#tree(space, { objid, kind: 'index' });
    };
    return {
      catalog: this.#tree(catalogSpace, { objid: CATALOG_TREE.objid, kind: 'table' }),
      name: index(first + INDEX_EXTENT_SIZE, objidName),
      rootObjects: index(first + 2 * INDEX_EXTENT_SIZE, objidRootObjects),
      shadow: this.#tree(this.#fixed(this.#file, SYSTEM_ROOT.pgnoFDP, SHADOW_EXTENT, INDEX_EXTENT_SIZE), {
        objid: CATALOG_SHADOW_TREE.objid,
        kind: 'table',
      }),
    };
  }

  /** Space with its trees right after the root, as the first trees of a database have it. */
  #fixed(source: ExtentSource, pgnoParent: number, extent: PageRun, used: number): TreeSpaceBuilder {
    const space = new TreeSpaceBuilder(source, pgnoParent, extent, false, used);
    space.pgnoOE = extent.first + 1;
    return space;
  }

  /** Writes the system root and its space: every page of the file is owned. */
  finish(): void {
    const { objid, pgnoFDP } = SYSTEM_ROOT;
    const last = this.pgnoLast;
    const header = new Uint8Array(16);
    const view = new DataView(header.buffer);
    view.setInt32(0, last, true);
    header[8] = 1;
    view.setUint32(12, ROOT_PGNO_OE, true);
    const takePage = (): number => {
      throw new RangeError('the system root holds no nodes');
    };
    new TreeBuilder(this.#target, { objid, pgnoFDP, fFlags: this.#recordFlags, nonUnique: false, takePage }).finish(
      () => header,
    );
    writeSpaceTrees(this.#target, objid, this.#recordFlags, ROOT_PGNO_OE, {
      owned: () => [{ first: 1, count: last }],
      available: () => [],
      takePage,
    });
    this.#target.sink.resize(last);
  }
}
