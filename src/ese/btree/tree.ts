// What identifies a B+ tree, and what one of its pages must look like (format 2.1, 2.3, 10.2).
import { u32 } from '../../binary/little-endian.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';

/** Kinds of trees, each with its own page flags. */
export type TreeKind = 'table' | 'index' | 'long-value' | 'space';

/** A B+ tree: its root page (father data page) and the object id that all its pages carry. */
export interface TreeRef {
  readonly pgnoFDP: number;
  readonly objid: number;
  readonly kind: TreeKind;
}

/** No tree of ESE is deeper; a walk below it is led by damage. */
export const MAX_TREE_DEPTH = 32;

const KIND_MASK = PageFlag.SpaceTree | PageFlag.Index | PageFlag.LongValue;

const KIND_FLAGS: Readonly<Record<TreeKind, number>> = {
  table: 0,
  index: PageFlag.Index,
  'long-value': PageFlag.LongValue,
  space: PageFlag.SpaceTree,
};

/** Why `page` cannot be a page of `tree`, or undefined when it can. */
export function treeMismatch(page: Page, tree: TreeRef): string | undefined {
  if (page.objidFDP !== tree.objid) return `belongs to object ${page.objidFDP}, not to ${tree.objid}`;
  if ((page.fFlags & PageFlag.Empty) !== 0) return 'is an empty (freed) page';
  // Space trees carry the flags of the tree they serve as well, so only their own bit tells.
  const kind = page.fFlags & (tree.kind === 'space' ? PageFlag.SpaceTree : KIND_MASK);
  if (kind !== KIND_FLAGS[tree.kind]) return `is not a page of a ${tree.kind} tree`;
  return undefined;
}

/** The child page a branch node points to; 0 when its data is no page number. */
export function childPgno(node: NodeView): number {
  return node.dataLength === 4 ? u32(node.bytes, node.dataStart) : 0;
}
