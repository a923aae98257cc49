// Operations: the root pages of a new tree (format 4.5; log records CreateSingleExtentFDP, CreateMultipleExtentFDP;
// ErrSPICreateSingle, SPIPerformCreateMultiple).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { PageFlag } from '../page/page-flags.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { encodeSpaceHeader, insertExtent, newSpaceRoot } from './space-node.ts';

/** What is known of a new tree. */
export interface NewTree {
  readonly objidFDP: number;
  readonly pgnoFDP: number;
  readonly pgnoParent: number;
  /** Pages of its first extent, the root the first of them. */
  readonly cpgPrimary: number;
  readonly unique: boolean;
  /** Flags of the kind of tree. */
  readonly fPageFlags: number;
}

/** Pages a bitmap can tell of. */
export const SMALL_SPACE_MOST = 32;
/** Root, OE and AE. */
const MULTIPLE_EXTENT_LEAST = 3;

function check(tree: NewTree, least: number): void {
  if (tree.cpgPrimary >= least && tree.pgnoFDP + tree.cpgPrimary <= 0xffff_ffff) return;
  const message = `a new tree at page ${tree.pgnoFDP} cannot have an extent of ${tree.cpgPrimary} pages`;
  throw new JetError('JET_errLogFileCorrupt', message, { pgno: tree.pgnoFDP });
}

/** Makes `root` the root of a tree whose few pages a bitmap in it accounts for. @throws JetError as `createMultipleExtentTree`. */
export function createSingleExtentTree(root: EditablePage, tree: NewTree, dbtime: number): void {
  check(tree, 1);
  const { cpgPrimary, pgnoParent, unique } = tree;
  const available = Math.min(cpgPrimary - 1, SMALL_SPACE_MOST);
  const full = cpgPrimary > SMALL_SPACE_MOST || available === SMALL_SPACE_MOST;
  const availBitmap = full ? 0xffff_ffff : 2 ** available - 1;
  root.initialize(tree.objidFDP, tree.fPageFlags | PageFlag.Root | PageFlag.Leaf, dbtime);
  root.setExternalHeader(encodeSpaceHeader({ cpgPrimary, pgnoParent, unique, availBitmap }));
}

/** The roots of a new tree with space trees of its own; those absent are there already. */
export interface TreeRoots {
  readonly root?: EditablePage | undefined;
  readonly ownedExtents?: EditablePage | undefined;
  readonly availableExtents?: EditablePage | undefined;
}

/**
 * Makes the three first pages of an extent a tree with space trees.
 * @throws JetError JET_errLogFileCorrupt (extent), JET_errDatabaseCorrupted (flags); all pages are then as they were.
 */
export function createMultipleExtentTree(roots: TreeRoots, tree: NewTree, pgnoOE: number, dbtime: number): void {
  check(tree, MULTIPLE_EXTENT_LEAST);
  const { objidFDP, pgnoFDP, cpgPrimary, pgnoParent, unique, fPageFlags } = tree;
  const { root, ownedExtents, availableExtents } = roots;
  const pgnoLast = pgnoFDP + cpgPrimary - 1;
  allOrNothing([root, ownedExtents, availableExtents], () => {
    if (root !== undefined) {
      root.initialize(objidFDP, fPageFlags | PageFlag.Root | PageFlag.Leaf, dbtime);
      root.setExternalHeader(encodeSpaceHeader({ cpgPrimary, pgnoParent, unique, pgnoOE }));
    }
    if (ownedExtents !== undefined) {
      newSpaceRoot(ownedExtents, objidFDP, fPageFlags, dbtime);
      insertExtent(ownedExtents, pgnoLast, cpgPrimary);
    }
    if (availableExtents !== undefined) {
      newSpaceRoot(availableExtents, objidFDP, fPageFlags, dbtime);
      const left = cpgPrimary - MULTIPLE_EXTENT_LEAST;
      if (left > 0) insertExtent(availableExtents, pgnoLast, left);
    }
  });
}
