// The merge of a leaf with a sibling, or its end when it is empty, planned before any page is changed (format 8.4;
// ErrBTISelectMerge, ErrBTIMergeCollectPageInfo, BTICheckMergeable in bt.cxx).
import { MergeType } from '../operations/merge-page.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { leafLines, type LeafLines, type LeafRules } from './merge-lines.ts';
import { planParents } from './merge-parents.ts';
import { commonBytes, PREFIX_OVERHEAD } from './split-lines.ts';
import { prefixOf, type PathStep } from './split-plan-tree.ts';

/** The pages beside the leaf, as far as there are any. */
export interface Siblings {
  readonly left: EditablePage | undefined;
  readonly right: EditablePage | undefined;
}

/** What happens on one page of the path. */
export interface MergeLevel {
  readonly step: PathStep;
  /** The separator of the page below changes. */
  keyChange: boolean;
  /** The pointer to the page below goes. */
  deleteNode: boolean;
  /** The page is freed. */
  emptyPage: boolean;
}

/** A planned merge. */
export interface TreeMerge extends Siblings {
  readonly mergetype: number;
  /** The pages that change, from the top down; the last is the leaf. */
  readonly levels: readonly MergeLevel[];
  /** To the right: first line that moves; to the left: the last one. */
  readonly ilineMerge: number;
  /** Bytes of the nodes that move, without prefixes; and with what rollbacks may make of them. */
  readonly cbSizeTotal: number;
  readonly cbSizeMaxTotal: number;
  readonly cbUncFreeDest: number;
  /** Separator that parts the leaf and its sibling, or bounds a branch, afterwards. */
  readonly separator: Uint8Array;
}

/** All leaves of the tree but this one are gone, and it is empty: the root becomes the only page. */
export const EMPTY_TREE = 'empty tree';

const NO_BYTES = new Uint8Array(0);
const NOTHING_MOVES = { ilineMerge: 0, cbSizeTotal: 0, cbSizeMaxTotal: 0 };
const node = new NodeView();

/** What moves, and how. */
interface Moved {
  readonly mergetype: number;
  readonly ilineMerge: number;
  readonly cbSizeTotal: number;
  readonly cbSizeMaxTotal: number;
}

/** As many nodes from one end of the leaf as `target` has room for. Undefined: not one. */
function movedNodes(lines: LeafLines, target: EditablePage, rules: LeafRules, toRight: boolean): Moved | undefined {
  const { page } = lines;
  const prefix = prefixOf(target);
  const last = page.lineCount - 1;
  let [cbSizeTotal, cbSizeMaxTotal, savings, ilineMerge] = [0, 0, 0, 0];
  for (let done = 0; done <= last; done++) {
    const iline = toRight ? last - done : done;
    // Deleted nodes do not move.
    if (!lines.isGone(iline)) {
      node.load(page, iline);
      const common = commonBytes(prefix, node.key());
      const saved = common > PREFIX_OVERHEAD ? common - PREFIX_OVERHEAD : 0;
      const most = cbSizeMaxTotal + lines.sizeMax[iline]!;
      if (!rules.hasRoom(target, most - savings - saved + rules.cbDensityFree)) {
        if (done === 0) return undefined;
        const mergetype = toRight ? MergeType.partialRight : MergeType.partialLeft;
        return { mergetype, ilineMerge, cbSizeTotal, cbSizeMaxTotal };
      }
      savings += saved;
      cbSizeTotal += lines.size[iline]!;
      cbSizeMaxTotal = most;
    }
    ilineMerge = iline;
  }
  const mergetype = toRight ? MergeType.fullRight : MergeType.fullLeft;
  return { mergetype, ilineMerge, cbSizeTotal, cbSizeMaxTotal };
}

/** True when the leaf cannot go, whatever it holds: what would have to change above it is out of reach. */
function isBound(path: readonly PathStep[], toRight: boolean): boolean {
  const parent = path.at(-2);
  if (parent === undefined) return true;
  const { pgnoPrev, pgnoNext } = path.at(-1)!.page;
  // The pointer to the last leaf has no key; the one before it, which would take that part, is on another page.
  if (pgnoPrev !== 0 && pgnoNext === 0 && parent.page.lineCount === 1) return true;
  // So is the separator of the left sibling.
  return !toRight && parent.iline === 0;
}

/**
 * Plans the merge of the leaf at the end of `path` (root first). Undefined: there is to be none in that direction.
 * Merges of some nodes to the right are not made when nodes are cleaned up.
 */
export function planMerge(
  path: readonly PathStep[],
  siblings: Siblings,
  rules: LeafRules,
  toRight: boolean,
): TreeMerge | typeof EMPTY_TREE | undefined {
  if (isBound(path, toRight)) return undefined;
  const { page } = path.at(-1)!;
  const lines = leafLines(page, rules);
  if (lines.isEmpty) {
    if (page.pgnoPrev === 0 && page.pgnoNext === 0) return EMPTY_TREE;
    const parents = planParents(path, MergeType.emptyPage, NO_BYTES, rules);
    if (parents === undefined) return undefined;
    return { ...siblings, ...NOTHING_MOVES, ...parents, mergetype: MergeType.emptyPage, cbUncFreeDest: 0 };
  }
  const target = toRight ? siblings.right : siblings.left;
  if (lines.hasActive || target === undefined) return undefined;
  const moved = movedNodes(lines, target, rules, toRight);
  if (moved === undefined || moved.mergetype === MergeType.partialRight) return undefined;
  const separator = moved.mergetype === MergeType.partialLeft ? lines.separator(moved.ilineMerge + 1) : NO_BYTES;
  const parents = planParents(path, moved.mergetype, separator, rules);
  if (parents === undefined) return undefined;
  const cbUncFreeDest = target.cbUncommittedFree + moved.cbSizeMaxTotal - moved.cbSizeTotal;
  return { ...siblings, ...moved, ...parents, cbUncFreeDest };
}
