// Pages kept ready for splits of the space trees themselves, so that these never have to ask for space while it is being
// handed out (format 4.4; ErrSPIReserveSPBufPages).
import type { SpaceHeader } from '../space/space-header.ts';
import { PageFlag } from '../page/page-flags.ts';
import { ExtentTree, type SpaceContext } from './extent-trees.ts';
import {
  encodeSplitBuffer,
  preferredBuffer,
  refillBuffer,
  spaceHeaderOf,
  splitBufferOf,
  type PageExtent,
} from './space-state.ts';
import type { WriteTree } from './write-tree.ts';

/** Where the pages come from. */
export interface BufferSource {
  extentFor(parent: WriteTree, request: number, least: number): PageExtent;
  extendFile(request: number, least: number): PageExtent;
  parentOf(header: SpaceHeader): WriteTree | undefined;
  setBuffer(space: WriteTree, data: Uint8Array): void;
  free(extent: PageExtent): void;
}

/** Pages that a split of a space tree can take, by its height. */
const ROOT_SPLIT = 2;
const PARENT_OF_LEAF_SPLIT = 3;
const DEEP_SPLIT = 4;
/** A root with less room is close to its split. */
const CLOSE_TO_SPLIT = 100;

/** One of the space trees gets what it lacks; true when the other has to be looked at again. */
function fillOne(
  context: SpaceContext,
  tree: WriteTree,
  source: BufferSource,
  released: PageExtent[],
  owned: boolean,
): boolean {
  const { db } = context;
  let again = false;
  for (;;) {
    const header = spaceHeaderOf(db.page(tree.pgnoFDP).view);
    const extents = new ExtentTree(context, tree, owned ? 'owned' : 'available');
    const root = db.page(extents.tree.pgnoRoot).view;
    const buffer = splitBufferOf(root);
    const kept = buffer[0].cpg + buffer[1].cpg;
    const isParent = (root.fFlags & PageFlag.ParentOfLeaf) !== 0;
    const leafNeed = root.cbFree < CLOSE_TO_SPLIT ? ROOT_SPLIT : 0;
    const forSplit = root.isLeaf ? leafNeed : isParent ? PARENT_OF_LEAF_SPLIT : DEEP_SPLIT;
    // The owned-extents tree must also be able to take in the extent of its next refill.
    const required = owned ? 2 * forSplit : forSplit;
    if (kept >= required) return again;
    const ownsFirst = !owned || kept >= forSplit || (root.isLeaf && root.cbFree >= 80);
    const parent = source.parentOf(header);
    const least = parent === undefined ? Math.max(required, DEEP_SPLIT) : required;
    const request = preferredBuffer(least, forSplit);
    const extent = parent === undefined ? source.extendFile(request, least) : source.extentFor(parent, request, least);
    again = true;
    if (ownsFirst) new ExtentTree(context, tree, 'owned').add(extent);
    const now = splitBufferOf(db.page(extents.tree.pgnoRoot).view);
    const { filled, released: old } = refillBuffer(now, extent);
    source.setBuffer(extents.tree, encodeSplitBuffer(filled));
    if (old.cpg > 0) released.push(old);
    if (!ownsFirst) new ExtentTree(context, tree, 'owned').add(extent);
    if (!owned) return true;
  }
}

/** Makes both space trees of `tree` ready for any one split. */
export function fillSplitBuffers(context: SpaceContext, tree: WriteTree, source: BufferSource): void {
  const released: PageExtent[] = [];
  for (let again = true; again;) {
    again = fillOne(context, tree, source, released, true);
    again = fillOne(context, tree, source, released, false) || again;
    const back = released.pop();
    if (back === undefined) continue;
    source.free(back);
    again = true;
  }
}
