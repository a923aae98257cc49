// The two space trees of one tree as sets of extents: looked up, added to, taken from; each change logged (format 4.3,
// 4.7; ErrSPIFindExt, ErrSPIAEFindExt, ErrSPIAEFindPage, ErrSPIAddExtent).
import { NodeView } from '../page/node.ts';
import {
  extentData,
  extentKey,
  generalExtent,
  spaceHeaderOf,
  spaceTreeOf,
  type PageExtent,
  type SpaceTreeKind,
} from './space-state.ts';
import type { PageAllocator } from './split-writer.ts';
import { TreePath } from './tree-path.ts';
import { TreeWriter } from './tree-writer.ts';
import type { WritableDatabase } from './writable-database.ts';
import type { WriteSession, WriteTree } from './write-tree.ts';

const node = new NodeView();

/** What space is changed with. */
export interface SpaceContext {
  readonly db: WritableDatabase;
  readonly session: WriteSession;
  readonly allocator: PageAllocator;
}

/** One space tree of one tree. */
export class ExtentTree {
  readonly tree: WriteTree;
  readonly #db: WritableDatabase;
  readonly #writer: TreeWriter;

  constructor(context: SpaceContext, owner: WriteTree, kind: SpaceTreeKind) {
    const { db, session, allocator } = context;
    this.#db = db;
    this.tree = spaceTreeOf(owner, spaceHeaderOf(db.page(owner.pgnoFDP).view), kind);
    this.#writer = new TreeWriter({ db, session, tree: this.tree, allocator });
  }

  /** The first extent that ends at page `pgno` or after it and that `suits`; undefined: none. */
  find(pgno: number, suits: (extent: PageExtent) => boolean = () => true): PageExtent | undefined {
    const path = new TreePath(this.#db, this.tree);
    try {
      path.seek(extentKey(pgno));
      if (!path.atNode(node) && !path.move(1)) return undefined;
      do {
        const extent = path.atNode(node) ? generalExtent(node) : undefined;
        if (extent !== undefined && suits(extent)) return extent;
      } while (path.move(1));
      return undefined;
    } finally {
      path.release();
    }
  }

  /** The extent with the highest pages. */
  last(): PageExtent | undefined {
    const path = new TreePath(this.#db, this.tree);
    try {
      path.seekEnd(-1);
      while (path.steps.length > 0) {
        const extent = path.atNode(node) ? generalExtent(node) : undefined;
        if (extent !== undefined) return extent;
        if (!path.move(-1)) return undefined;
      }
      return undefined;
    } finally {
      path.release();
    }
  }

  add({ pgnoLast, cpg }: PageExtent): void {
    this.#writer.insert(extentKey(pgnoLast), extentData(cpg));
  }

  /**
   * Takes away an extent as a whole. The engine then has a page of available extents with fewer than 32 nodes that is not
   * the last one merged in the background; here it stays, and takes up extents that become free again.
   */
  remove({ pgnoLast }: PageExtent): void {
    this.#writer.deleteExtent(extentKey(pgnoLast));
  }

  /** Gives an extent another size; its last page stays. */
  resize({ pgnoLast }: PageExtent, cpg: number): void {
    this.#writer.replace(extentKey(pgnoLast), extentData(cpg));
  }

  /** Takes the first `cpg` pages of an extent. */
  consume(extent: PageExtent, cpg: number): void {
    if (cpg === extent.cpg) this.remove(extent);
    else this.resize(extent, extent.cpg - cpg);
  }
}
