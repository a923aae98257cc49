// What a merge of leaves does to the pages above: pointers go, separators change, branches without children are freed
// (format 8.4; ErrBTISelectMergeInternalPages in bt.cxx).
import { MergeType } from '../operations/merge-page.ts';
import { NodeView } from '../page/node.ts';
import type { LeafRules } from './merge-lines.ts';
import type { MergeLevel } from './merge-plan.ts';
import { NODE_OVERHEAD, PREFIX_OVERHEAD } from './split-lines.ts';
import { nodeSize, type PathStep } from './split-plan-tree.ts';

/** The levels that change, from the top down, and the separator they need. */
export interface ParentsPlan {
  readonly levels: readonly MergeLevel[];
  readonly separator: Uint8Array;
}

const POINTER_SIZE = 4;
const node = new NodeView();

/** True when the pointer at a line can get the separator: it may be longer than the one it has. */
function canTakeKey({ page }: PathStep, iline: number, separator: Uint8Array, rules: LeafRules): boolean {
  node.load(page, iline);
  const { suffixLength, dataLength, prefixLength } = node;
  const size = suffixLength + dataLength + NODE_OVERHEAD + (prefixLength > 0 ? PREFIX_OVERHEAD : 0);
  const needed = nodeSize(page, separator, POINTER_SIZE);
  return needed <= size || rules.hasRoom(page, needed - size);
}

const isLast = ({ page, iline }: PathStep): boolean => iline === page.lineCount - 1;

function keyAt({ page }: PathStep, iline: number): Uint8Array {
  node.load(page, iline);
  return node.key();
}

/** Decides level by level; `separator` is found on the way when a branch loses its last pointer. */
class ParentsPlanner {
  separator: Uint8Array;
  readonly levels: MergeLevel[];
  readonly #mergetype: number;
  readonly #rules: LeafRules;

  constructor(path: readonly PathStep[], mergetype: number, separator: Uint8Array, rules: LeafRules) {
    this.separator = separator;
    this.#mergetype = mergetype;
    this.#rules = rules;
    this.levels = path.map((step) => ({ step, keyChange: false, deleteNode: false, emptyPage: false }));
    this.levels.at(-1)!.emptyPage = mergetype !== MergeType.partialRight && mergetype !== MergeType.partialLeft;
  }

  /** One level above the leaf. False: no room for a separator; 'done': pages further up stay as they are. */
  plan(at: number): boolean | 'done' {
    const level = this.levels[at]!;
    const { step } = level;
    if (this.#mergetype === MergeType.partialLeft) {
      // The separator before the leaf's own is that of the sibling, which grows.
      level.keyChange = canTakeKey(step, step.iline - 1, this.separator, this.#rules);
      return level.keyChange && 'done';
    }
    if (this.#mergetype === MergeType.fullLeft) {
      level.keyChange = true;
      level.deleteNode = true;
      return 'done';
    }
    if (step.page.lineCount === 1) return this.#planOnly(level, this.levels[at + 1]!);
    if (isLast(step)) return this.#planLast(level);
    return this.#planMiddle(level, this.levels[at + 1]!);
  }

  #changeKey(level: MergeLevel): boolean {
    const { step } = level;
    level.keyChange = canTakeKey(step, step.iline, this.separator, this.#rules);
    return level.keyChange;
  }

  #planOnly(level: MergeLevel, below: MergeLevel): boolean {
    if (level.step.page.isRoot) return false;
    if (!below.emptyPage) return this.#changeKey(level);
    level.emptyPage = true;
    return true;
  }

  #planLast(level: MergeLevel): boolean | 'done' {
    const { step } = level;
    if (this.separator.length > 0) return this.#changeKey(level);
    // All that is left of the page is bounded by the pointer before.
    this.separator = keyAt(step, step.iline - 1);
    level.deleteNode = true;
    return keyAt(step, step.iline).length === 0 ? 'done' : true;
  }

  #planMiddle(level: MergeLevel, below: MergeLevel): boolean | 'done' {
    const boundMoves = below.keyChange || (below.deleteNode && isLast(below.step));
    if (boundMoves) return this.#changeKey(level) && 'done';
    if (below.emptyPage) level.deleteNode = true;
    return 'done';
  }
}

/** Plans the pages above a leaf that is merged so. Undefined: a separator has no room, the merge is not to be. */
export function planParents(
  path: readonly PathStep[],
  mergetype: number,
  separator: Uint8Array,
  rules: LeafRules,
): ParentsPlan | undefined {
  const planner = new ParentsPlanner(path, mergetype, separator, rules);
  for (let at = path.length - 2; at >= 0; at--) {
    const planned = planner.plan(at);
    if (planned === false) return undefined;
    if (planned === 'done') break;
  }
  const leafAt = path.length - 1;
  const levels = planner.levels.filter(
    ({ keyChange, deleteNode, emptyPage }, at) => at === leafAt || keyChange || deleteNode || emptyPage,
  );
  return { levels, separator: planner.separator };
}
