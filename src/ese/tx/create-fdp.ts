// The root of a new tree, with its first extent out of its parent's space (format 4.5; ErrSPIGetExt with a new FDP,
// ErrSPCreate in space.cxx).
import type { CachedPage } from '../cache/page-cache.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { createMultipleExtentTree, createSingleExtentTree } from '../operations/create-tree.ts';
import { PinnedPages } from '../recovery/pinned-pages.ts';
import { NO_DBTIME } from './node-records.ts';
import { firstPage, type PageExtent } from './space-state.ts';
import type { SpaceWriter } from './space-writer.ts';
import { treeAtRoot } from './tree-at-root.ts';
import type { WritableDatabase } from './writable-database.ts';
import { treeLogFlags, type WriteSession } from './write-tree.ts';

/** What is asked for. */
export interface FdpRequest {
  /** Root of the tree whose space it comes from: 1 for tables, that of their table for indexes and long values. */
  readonly pgnoFDPParent: number;
  /** Pages of the first extent; fewer than needed stand for the least there can be. It may become more. */
  readonly pages: number;
  readonly unique: boolean;
  /** Flags of the kind of tree: index, long values, not unique. */
  readonly fPageFlags: number;
  /** Object id. By default the next one of the database. */
  readonly objidFDP?: number;
  /** Space trees from the beginning, in the two pages after the root. */
  readonly multipleExtent?: boolean;
}

/** A new tree. */
export interface NewFdp {
  readonly pgnoFDP: number;
  readonly objidFDP: number;
  /** Pages of its first extent, those in use already counted. */
  readonly cpgPrimary: number;
}

/** Root alone; with the roots of both space trees. */
const SINGLE_EXTENT_LEAST = 1;
const MULTIPLE_EXTENT_LEAST = 3;

function newPages(db: WritableDatabase, pins: PinnedPages, pgnos: readonly number[], objidFDP: number): CachedPage[] {
  return pgnos.map((pgno) => pins.pin(db.newPage(pgno, objidFDP, 0))!);
}

/**
 * Makes the first pages of an extent, which no tree uses any more, a tree. The extent counts as taken from the parent.
 * Space for `createFdp`; for the trees of a new database, whose first one has none to take it from, to be called alone.
 */
export function initializeFdp(
  db: WritableDatabase,
  session: WriteSession,
  extent: PageExtent,
  request: FdpRequest & { readonly objidFDP: number },
): NewFdp {
  const { pgnoFDPParent, unique, fPageFlags, objidFDP, multipleExtent = false } = request;
  const pgnoFDP = firstPage(extent);
  const cpgPrimary = extent.cpg;
  const pins = new PinnedPages();
  try {
    session.beforeRecord();
    // In the engine's order, as each page takes steps of the database's time.
    const pgnos = multipleExtent ? [pgnoFDP + 1, pgnoFDP + 2, pgnoFDP] : [pgnoFDP];
    const pages = newPages(db, pins, pgnos, objidFDP);
    if (multipleExtent) pages.forEach(() => db.nextDbtime());
    const { dbtime } = db;
    const tree = { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP, unique, space: false, cbDensityFree: 0 };
    const name = multipleExtent ? 'CreateMultipleExtentFDP' : 'CreateSingleExtentFDP';
    const record = encodeRecord(name, {
      procid: session.procid,
      dbid: db.dbid,
      pgno: pgnoFDP,
      dbtime,
      dbtimeBefore: NO_DBTIME,
      trxBegin0: session.trxBegin0,
      level: session.level,
      fFlags: treeLogFlags(tree),
      objidFDP,
      ...(multipleExtent ? { pgnoOE: pgnoFDP + 1, pgnoAE: pgnoFDP + 2 } : {}),
      pgnoFDPParent,
      cpgPrimary,
      fPageFlags,
    });
    const lgpos = db.log.append(record);
    const made = { objidFDP, pgnoFDP, pgnoParent: pgnoFDPParent, cpgPrimary, unique, fPageFlags };
    const [first, second, third] = pages.map(({ view }) => view);
    if (multipleExtent) {
      const roots = { root: third, ownedExtents: first, availableExtents: second };
      createMultipleExtentTree(roots, made, pgnoFDP + 1, dbtime);
    } else createSingleExtentTree(first!, made, dbtime);
    for (const page of pages) db.changed(page, dbtime, lgpos, session);
    return { pgnoFDP, objidFDP, cpgPrimary };
  } finally {
    pins.release();
  }
}

/**
 * Makes a new tree without nodes. Giving it back when the transaction is rolled back is left to the caller (`freeingOf`).
 * @throws JetError JET_errOutOfDatabaseSpace, JET_errDiskFull: the parent's space is then as before.
 */
export function createFdp(
  db: WritableDatabase,
  session: WriteSession,
  space: SpaceWriter,
  request: FdpRequest,
): NewFdp {
  const least = request.multipleExtent === true ? MULTIPLE_EXTENT_LEAST : SINGLE_EXTENT_LEAST;
  const parent = treeAtRoot(db, request.pgnoFDPParent);
  const pages = Math.max(request.pages, least);
  const extent = space.getExtent(session, parent, pages, pages, true);
  return initializeFdp(db, session, extent, { ...request, objidFDP: request.objidFDP ?? db.nextObjid() });
}
