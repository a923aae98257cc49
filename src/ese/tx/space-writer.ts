// Space for trees: single pages and extents, out of a tree's own space, its parent's, or a larger file (format 4.7;
// ErrSPGetPage, ErrSPIGetExt, ErrSPIGetSe, ErrSPIGetFsSe in space.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { setExternalHeader } from '../operations/set-external-header.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { SpaceHeader } from '../space/space-header.ts';
import { convertToMultiple } from './convert-space.ts';
import { ExtentTree, type SpaceContext } from './extent-trees.ts';
import { setExternalHeaderRecord } from './node-records.ts';
import {
  BITMAP_PAGES,
  DB_EXTENSION_DEFAULT,
  fileGrowth,
  lowestRun,
  PGNO_MOST,
  sharesSpace,
  SMALL_DATABASE,
  SMALL_TREE,
  takesAll,
  treeGrowth,
} from './space-policy.ts';
import { fillSplitBuffers } from './split-buffers.ts';
import {
  encodeSplitBuffer,
  firstPage,
  spaceHeaderOf,
  splitBufferOf,
  takeFromBuffer,
  withSpaceHeader,
  type PageExtent,
} from './space-state.ts';
import type { PageAllocator } from './split-writer.ts';
import { treeAtRoot } from './tree-at-root.ts';
import type { WritableDatabase } from './writable-database.ts';
import type { WriteSession, WriteTree } from './write-tree.ts';

/** How a database grows. */
export interface SpaceOptions {
  /** Pages the file grows by at least (JET_paramDbExtensionSize). Default 256. */
  readonly dbExtensionSize?: number;
  /** Most pages of the file; 0 (default): no limit. */
  readonly cpgDatabaseSizeMax?: number;
}

/** Hands out and takes back the pages of one database. */
export class SpaceWriter implements PageAllocator {
  readonly #db: WritableDatabase;
  readonly #extensionSize: number;
  readonly #sizeMax: number;

  constructor(db: WritableDatabase, options: SpaceOptions = {}) {
    this.#db = db;
    this.#extensionSize = options.dbExtensionSize ?? DB_EXTENSION_DEFAULT;
    this.#sizeMax = options.cpgDatabaseSizeMax ?? 0;
  }

  /** The parent of a tree as one that can be changed; undefined for the system root. */
  parentOf(header: SpaceHeader): WriteTree | undefined {
    const { pgnoParent } = header;
    if (pgnoParent === 0) return undefined;
    return treeAtRoot(this.#db, pgnoParent);
  }

  getPage(session: WriteSession, tree: WriteTree, near: number): number {
    if (tree.space) return this.#pageForSpaceTree(session, tree);
    const header = this.#header(tree);
    if (!header.multipleExtent) {
      const pgno = this.#takeFromBitmap(session, tree, header, 1);
      if (pgno !== 0) return pgno;
      this.#convert(session, tree, header, 1, 1);
    }
    const available = this.#available(session, tree);
    const usable = (extent: PageExtent): boolean => extent.pgnoLast <= this.#db.store.pgnoLast;
    let extent = available.find(near, usable) ?? available.find(0, usable);
    extent ??= this.#secondaryExtent(session, tree, 1, 1, true);
    const pgno = firstPage(extent);
    if (near >= pgno && near <= extent.pgnoLast) this.#corrupted(tree, near);
    available.consume(extent, 1);
    return pgno;
  }

  freePage(session: WriteSession, tree: WriteTree, pgno: number): void {
    this.freeExtent(session, tree, { pgnoLast: pgno, cpg: 1 });
  }

  /**
   * Takes `request` pages (or more where little would be left over), at least `least`, for a child of `tree`.
   * @throws JetError JET_errOutOfDatabaseSpace.
   */
  getExtent(session: WriteSession, tree: WriteTree, request: number, least: number, forNewTree = false): PageExtent {
    const header = this.#header(tree);
    if (!header.multipleExtent) {
      const pgno = this.#takeFromBitmap(session, tree, header, least);
      if (pgno !== 0) return { pgnoLast: pgno + least - 1, cpg: least };
      this.#convert(session, tree, header, request, least);
    }
    const available = this.#available(session, tree);
    let wanted = request;
    let extent: PageExtent | undefined;
    if (sharesSpace(tree.pgnoFDP)) {
      extent = available.find(0, ({ cpg, pgnoLast }) => cpg >= least && pgnoLast <= this.#db.store.pgnoLast);
      if (extent !== undefined) wanted = Math.min(extent.cpg, request);
    }
    extent ??=
      header.pgnoParent === 0
        ? this.#extendFile(session, tree, request, least)
        : this.#secondaryExtent(session, tree, request, least, false);
    const isTight = forNewTree && this.#db.store.pgnoLast < SMALL_DATABASE;
    const cpg = takesAll(extent, wanted, tree.pgnoFDP, isTight) ? extent.cpg : wanted;
    available.consume(extent, cpg);
    return { pgnoLast: firstPage(extent) + cpg - 1, cpg };
  }

  /** Gives an extent back to `tree`, joined with those beside it; a whole secondary extent goes back to the parent. */
  freeExtent(session: WriteSession, tree: WriteTree, freed: PageExtent): void {
    const header = this.#header(tree);
    if (!header.multipleExtent) {
      const bit = firstPage(freed) - tree.pgnoFDP - 1;
      const availBitmap = (header.availBitmap | ((2 ** freed.cpg - 1) << bit)) >>> 0;
      this.#setHeader(session, tree, { ...header, availBitmap });
      return;
    }
    const owned = new ExtentTree(this.#context(session), tree, 'owned');
    const containing = owned.find(firstPage(freed));
    if (containing === undefined || firstPage(containing) > firstPage(freed) || containing.pgnoLast < freed.pgnoLast) {
      this.#corrupted(tree, firstPage(freed));
    }
    this.#fillBuffers(session, tree);
    const whole = this.#join(session, tree, freed, containing);
    // The first extent holds the root and is never free as a whole.
    if (whole.cpg < containing.cpg || header.pgnoParent === 0) return;
    this.#available(session, tree).remove(whole);
    owned.remove(containing);
    const parent = this.parentOf(header)!;
    this.freeExtent(session, parent, whole);
  }

  /** Adds an extent to the available ones, joined with its neighbours within the owned extent; the result. */
  #join(session: WriteSession, tree: WriteTree, freed: PageExtent, containing: PageExtent): PageExtent {
    const available = this.#available(session, tree);
    let { cpg } = freed;
    if (cpg < containing.cpg) {
      const left = available.find(firstPage(freed) - 1);
      if (left?.pgnoLast === firstPage(freed) - 1 && firstPage(left) >= firstPage(containing)) {
        cpg += left.cpg;
        available.remove(left);
      }
      const right = cpg < containing.cpg ? available.find(freed.pgnoLast + 1) : undefined;
      if (right !== undefined && firstPage(right) === freed.pgnoLast + 1 && right.pgnoLast <= containing.pgnoLast) {
        cpg += right.cpg;
        available.resize(right, cpg);
        return { pgnoLast: right.pgnoLast, cpg };
      }
    }
    const whole = { pgnoLast: freed.pgnoLast, cpg };
    available.add(whole);
    return whole;
  }

  #context(session: WriteSession): SpaceContext {
    return { db: this.#db, session, allocator: this };
  }

  #available(session: WriteSession, tree: WriteTree): ExtentTree {
    return new ExtentTree(this.#context(session), tree, 'available');
  }

  #header(tree: WriteTree): SpaceHeader {
    return spaceHeaderOf(this.#db.page(tree.pgnoFDP).view);
  }

  #setHeader(session: WriteSession, tree: WriteTree, header: SpaceHeader): void {
    this.#setExternalHeader(session, tree, withSpaceHeader(this.#db.page(tree.pgnoFDP).view, header));
  }

  #setExternalHeader(session: WriteSession, tree: WriteTree, data: Uint8Array): void {
    const db = this.#db;
    session.beforeRecord();
    const page = db.page(tree.pgnoRoot);
    const dbtime = db.nextDbtime();
    const change = { dbid: db.dbid, session, tree, pgno: page.pgno, iline: 0, dbtime, rceid: 0 };
    const lgpos = db.log.append(setExternalHeaderRecord({ ...change, dbtimeBefore: page.view.dbtime }, data));
    setExternalHeader(page.view, data);
    db.changed(page, dbtime, lgpos, session);
  }

  #pageForSpaceTree(session: WriteSession, tree: WriteTree): number {
    const taken = takeFromBuffer(splitBufferOf(this.#db.page(tree.pgnoRoot).view));
    if (taken === undefined) this.#corrupted(tree, tree.pgnoRoot);
    this.#setExternalHeader(session, tree, encodeSplitBuffer(taken.left));
    return taken.pgno;
  }

  /** First page of `count` pages in a row; 0: there are none. */
  #takeFromBitmap(session: WriteSession, tree: WriteTree, header: SpaceHeader, count: number): number {
    const bit = count > BITMAP_PAGES ? -1 : lowestRun(header.availBitmap, count);
    if (bit < 0) return 0;
    const availBitmap = (header.availBitmap ^ ((2 ** count - 1) << bit)) >>> 0;
    this.#setHeader(session, tree, { ...header, availBitmap });
    return tree.pgnoFDP + 1 + bit;
  }

  #convert(session: WriteSession, tree: WriteTree, header: SpaceHeader, request: number, least: number): void {
    const needed = least + 2;
    const wanted = Math.max(needed, request, header.cpgPrimary);
    const secondary = this.getExtent(session, this.parentOf(header)!, wanted, needed);
    convertToMultiple(this.#context(session), tree, header, secondary);
  }

  /** An extent from the parent, owned and available from now on. */
  #secondaryExtent(
    session: WriteSession,
    tree: WriteTree,
    request: number,
    least: number,
    originating: boolean,
  ): PageExtent {
    const header = this.#header(tree);
    const wanted = originating ? this.#growth(session, tree, header, request) : request;
    this.#fillBuffers(session, tree);
    const extent = this.getExtent(session, this.parentOf(header)!, wanted, least);
    new ExtentTree(this.#context(session), tree, 'owned').add(extent);
    this.#available(session, tree).add(extent);
    return extent;
  }

  /** How many pages a tree that needs `request` grows by; remembered in its space header. */
  #growth(session: WriteSession, tree: WriteTree, header: SpaceHeader, request: number): number {
    const { cpgPrimary: cpgLast, version2 } = header;
    const isSmall = !version2 && cpgLast < SMALL_TREE && this.#isSmall(session, tree);
    const wanted = treeGrowth(header, isSmall, request);
    if (wanted !== cpgLast) this.#setHeader(session, tree, { ...header, cpgPrimary: wanted, version2: true });
    return wanted;
  }

  #isSmall(session: WriteSession, tree: WriteTree): boolean {
    const root = this.#db.page(tree.pgnoFDP).view;
    const isShallow = root.isLeaf || (root.lineCount < SMALL_TREE && (root.fFlags & PageFlag.ParentOfLeaf) !== 0);
    if (!isShallow) return false;
    let owned = 0;
    new ExtentTree(this.#context(session), tree, 'owned').find(0, ({ cpg }) => (owned += cpg) > SMALL_TREE);
    return owned <= SMALL_TREE;
  }

  #fillBuffers(session: WriteSession, tree: WriteTree): void {
    fillSplitBuffers(this.#context(session), tree, {
      extentFor: (parent, request, least) => this.getExtent(session, parent, request, least),
      extendFile: (request, least) => this.#growFile(session, tree, request, least),
      parentOf: (header) => this.parentOf(header),
      setBuffer: (space, data) => {
        this.#setExternalHeader(session, space, data);
      },
      free: (released) => {
        this.freeExtent(session, tree, released);
      },
    });
  }

  /** The system root gets new pages at the end of the file, in multiples of the extension size. */
  #extendFile(session: WriteSession, tree: WriteTree, request: number, least: number): PageExtent {
    const wanted = fileGrowth(this.#header(tree), this.#lastOwned(session, tree), this.#extensionSize, request, least);
    this.#fillBuffers(session, tree);
    const extent = this.#growFile(session, tree, wanted, least);
    new ExtentTree(this.#context(session), tree, 'owned').add(extent);
    this.#available(session, tree).add(extent);
    return extent;
  }

  #lastOwned(session: WriteSession, root: WriteTree): number {
    return new ExtentTree(this.#context(session), root, 'owned').last()?.pgnoLast ?? this.#db.store.pgnoLast;
  }

  #growFile(session: WriteSession, root: WriteTree, request: number, least: number): PageExtent {
    const db = this.#db;
    const last = this.#lastOwned(session, root);
    const most = this.#sizeMax === 0 ? PGNO_MOST : Math.min(PGNO_MOST, this.#sizeMax);
    const cpg = Math.max(least, Math.min(request, most - last));
    if (last + cpg > most) {
      const message = `${db.store.name} cannot have more than ${most} pages`;
      throw new JetError('JET_errOutOfDatabaseSpace', message, { file: db.store.name });
    }
    const pgnoLast = last + cpg;
    // The log must say so before the file is longer.
    db.log.flushTo(db.log.append(encodeRecord('ExtendDB', { dbid: db.dbid, pgnoLast })));
    if (db.store.pgnoLast < pgnoLast) db.store.resize(pgnoLast);
    return { pgnoLast, cpg };
  }

  #corrupted(tree: WriteTree, pgno: number): never {
    const message = `the space of tree ${tree.pgnoFDP} is not what page ${pgno} tells of it`;
    throw new JetError('JET_errSPAvailExtCorrupted', message, { pgno });
  }
}
