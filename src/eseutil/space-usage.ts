// How much space a tree owns and has left, counted as the engine's reports count it (space.cxx, ErrSPGetInfo).
import { extentFirst, POOL_SHELVED, type Extent } from '../ese/space/extent.ts';
import type { TreeSpace } from '../ese/space/tree-space.ts';

/** Pages of one tree. */
export interface SpaceUsage {
  readonly owned: number;
  /** Pages free for the tree: shelved ones and those kept for splits of space trees aside. */
  readonly available: number;
  /** Pages kept for splits of the space trees. */
  readonly reserved: number;
}

/** Pages in all extents together. */
export function countPages(extents: readonly Extent[]): number {
  let pages = 0;
  for (const extent of extents) pages += extent.cpg;
  return pages;
}

/** Counts the pages of a tree's space. */
export function spaceUsage(space: TreeSpace): SpaceUsage {
  return {
    owned: countPages(space.owned),
    available: countPages(space.available.filter((extent) => extent.pool !== POOL_SHELVED)),
    reserved: countPages(space.buffers),
  };
}

/** Shelved extents: pages that must not be handed out when the file grows over them. */
export function shelvedExtents(root: TreeSpace): Extent[] {
  return root.available.filter((extent) => extent.pool === POOL_SHELVED && extent.cpg > 0);
}

/** Lowest and highest page in some extents; undefined when they hold none. */
export function pageSpan(extents: readonly Extent[]): { readonly first: number; readonly last: number } | undefined {
  let span: { first: number; last: number } | undefined;
  for (const extent of extents) {
    if (extent.cpg <= 0) continue;
    const first = extentFirst(extent);
    span ??= { first, last: extent.pgnoLast };
    span = { first: Math.min(span.first, first), last: Math.max(span.last, extent.pgnoLast) };
  }
  return span;
}

/** Where the unused pages at the end of the database begin and end; when there are none: behind its last page. */
export function unusedEnd(root: TreeSpace): { readonly first: number; readonly last: number } {
  const lastOwned = root.owned.at(-1)?.pgnoLast ?? 0;
  const free = [...root.buffers, ...root.available].filter((extent) => extent.pool !== POOL_SHELVED);
  let at = free.length - 1;
  const end = free[at];
  if (end?.pgnoLast !== lastOwned || end.cpg === 0) return { first: lastOwned + 1, last: 0x7fffffff };
  let first = extentFirst(end);
  for (at--; at >= 0 && free[at]!.pgnoLast === first - 1; at--) first = extentFirst(free[at]!);
  return { first, last: end.pgnoLast };
}
