// The space of one tree: which pages it owns, which of them are available, which serve the space trees themselves.
import { BTreeCursor, type TreeFaultHandler } from '../btree/cursor.ts';
import type { TreeRef } from '../btree/tree.ts';
import type { Page } from '../page/page.ts';
import type { PageReader } from '../page/page-reader.ts';
import { extentOfNode, splitBuffers, type Extent } from './extent.ts';
import { readRootField, spaceTreeRoots, type SpaceHeader } from './space-header.ts';

/** The space of one tree, as its root and space trees tell. */
export interface TreeSpace {
  readonly header: SpaceHeader;
  readonly autoInc?: bigint;
  readonly owned: readonly Extent[];
  readonly available: readonly Extent[];
  /** Pages held back for splits of the two space trees: owned, neither available nor in use. */
  readonly buffers: readonly Extent[];
}

/** The space of a tree, and whether it is all there is. */
export interface FoundSpace extends TreeSpace {
  /** False when some of `owned` may be missing: its tree could not be read whole. */
  readonly ownedComplete: boolean;
  /** The same of `available`. */
  readonly availableComplete: boolean;
}

/** Pages a single extent's bitmap can tell of. */
const BITMAP_PAGES = 32;

function singleExtent(header: SpaceHeader, pgnoFDP: number): Omit<FoundSpace, 'header' | 'autoInc'> {
  const cpg = Math.max(1, header.cpgPrimary);
  const available: Extent[] = [];
  for (let k = 0; k < BITMAP_PAGES && k < cpg - 1; k++) {
    if ((header.availBitmap & (1 << k)) !== 0) available.push({ pgnoLast: pgnoFDP + 1 + k, cpg: 1, pool: 0 });
  }
  // Pages the bitmap cannot tell of stay untouched until the tree gets space trees.
  const untold = cpg - 1 - BITMAP_PAGES;
  if (untold > 0) available.push({ pgnoLast: pgnoFDP + cpg - 1, cpg: untold, pool: 0 });
  const owned = [{ pgnoLast: pgnoFDP + cpg - 1, cpg, pool: 0 }];
  return { owned, available, buffers: [], ownedComplete: true, availableComplete: true };
}

/** The extents in one space tree, in key order. Unreadable parts are reported and left out. */
export function readExtents(pages: PageReader, objid: number, pgnoRoot: number, onFault: TreeFaultHandler): Extent[] {
  const extents: Extent[] = [];
  const cursor = new BTreeCursor(pages, { pgnoFDP: pgnoRoot, objid, kind: 'space' }, { onFault });
  for (let more = cursor.first(); more; more = cursor.next()) {
    const extent = extentOfNode(cursor.node);
    if (extent === undefined) onFault(cursor.page!.pgno, pgnoRoot, `line ${cursor.line} is no extent`);
    else extents.push(extent);
  }
  return extents;
}

function rootBuffers(pages: PageReader, pgno: number): Extent[] {
  const root: Page | Error = pages.tryRead(pgno);
  return root instanceof Error ? [] : splitBuffers(root);
}

/**
 * Reads the space of `tree`. Undefined when its root cannot be read or holds no space header (reported).
 * Extents are as found: they may overlap or lie outside the file where the space trees are damaged.
 */
export function readTreeSpace(
  pages: PageReader,
  tree: TreeRef,
  onFault: TreeFaultHandler = () => undefined,
): FoundSpace | undefined {
  const root = pages.tryRead(tree.pgnoFDP);
  if (root instanceof Error) {
    onFault(tree.pgnoFDP, 0, root);
    return undefined;
  }
  const field = readRootField(root);
  if (field === undefined || root.objidFDP !== tree.objid) {
    onFault(tree.pgnoFDP, 0, 'holds no space header of this tree');
    return undefined;
  }
  const common = { header: field.space, ...(field.autoInc === undefined ? {} : { autoInc: field.autoInc }) };
  if (!field.space.multipleExtent) return { ...common, ...singleExtent(field.space, tree.pgnoFDP) };
  const { pgnoOE, pgnoAE } = spaceTreeRoots(field.space);
  const read = (pgnoRoot: number): { extents: Extent[]; complete: boolean } => {
    let complete = true;
    const extents = readExtents(pages, tree.objid, pgnoRoot, (pgno, pgnoParent, reason) => {
      complete = false;
      onFault(pgno, pgnoParent, reason);
    });
    return { extents, complete };
  };
  const [owned, available] = [read(pgnoOE), read(pgnoAE)];
  return {
    ...common,
    owned: owned.extents,
    available: available.extents,
    buffers: [...rootBuffers(pages, pgnoOE), ...rootBuffers(pages, pgnoAE)],
    ownedComplete: owned.complete,
    availableComplete: available.complete,
  };
}
