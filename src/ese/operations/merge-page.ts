// Operations: a leaf's nodes go to a sibling, or an empty leaf goes; and what that changes on the pages above it (format
// 8.4; log record Merge2; BTIPerformOneMerge, BTIMergeMoveNodes).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { NodeFlag } from '../page/page-flags.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { emptyPage } from './empty-page.ts';
import { usablePrefix } from './node-parts.ts';
import { changePointerKey, pagePointer, replacePagePointer } from './page-pointer.ts';

/** What becomes of the merged leaf. */
export const MergeType = {
  emptyPage: 1,
  fullRight: 2,
  partialRight: 3,
  fullLeft: 5,
  partialLeft: 6,
} as const;

/** The leaf level of a merge, as a Merge2 log record states it. */
export interface MergePlan {
  readonly mergetype: number;
  readonly pgnoLeft: number;
  readonly pgnoRight: number;
  /** To the right: first line that moves; to the left: last one. */
  readonly ilineMerge: number;
  /** Bytes the page that took the nodes keeps for rollbacks. */
  readonly cbUncFreeDest: number;
  /** The leaf is freed. */
  readonly emptyPage: boolean;
}

/** The pages of the leaf level. Those absent are already past the merge (redo) and are left alone. */
export interface MergePages {
  readonly source?: EditablePage | undefined;
  readonly left?: EditablePage | undefined;
  readonly right?: EditablePage | undefined;
}

/** What happens to a page above the merged leaf, as the Merge2 log record of its level states it. */
export interface MergeParent {
  /** The pointer to the page below. */
  readonly iline: number;
  readonly keyChange: boolean;
  readonly deleteNode: boolean;
  readonly emptyPage: boolean;
}

const NO_KEY = new Uint8Array(0);
const node = new NodeView();
/** Key of a node that moves: prefix and suffix each lie within a page, the largest of which has 32 KB. */
const key = new Uint8Array(2 * 32768);

function bad(problem: string, pgno: number): never {
  throw new JetError('JET_errLogFileCorrupt', `the merge of page ${pgno} ${problem}`, { pgno });
}

const movesRight = (mergetype: number): boolean =>
  mergetype === MergeType.fullRight || mergetype === MergeType.partialRight;
const isPartial = (mergetype: number): boolean =>
  mergetype === MergeType.partialRight || mergetype === MergeType.partialLeft;
const moves = (mergetype: number): boolean =>
  movesRight(mergetype) || mergetype === MergeType.fullLeft || isPartial(mergetype);

/**
 * True when nodes move: the page that takes them can only be redone from the merged page as it was before. Where that
 * is past the merge already, the before image of the record must take its place.
 */
export function mergeNeedsSource(mergetype: number): boolean {
  return moves(mergetype);
}

/**
 * Merges a leaf into a sibling, or frees an empty one: moves nodes that are not deleted, links the siblings, empties the
 * leaf. The caller stamps the pages.
 * @throws JetError JET_errLogFileCorrupt (plan), JET_errDatabaseCorrupted (nodes do not fit); all pages are then as they
 * were.
 */
export function mergeLeaf(pages: MergePages, plan: MergePlan): void {
  const { source, left, right } = pages;
  const { mergetype } = plan;
  const pgno = source?.pgno ?? 0;
  if (!moves(mergetype) && mergetype !== MergeType.emptyPage) bad(`is of no known kind (${mergetype})`, pgno);
  allOrNothing([source, left, right], () => {
    const target = movesRight(mergetype) ? right : left;
    if (moves(mergetype) && target !== undefined) {
      if (source === undefined) bad('needs the page as it was before', pgno);
      moveNodes(source, target, plan);
    }
    if (source !== undefined && isPartial(mergetype)) deleteMoved(source, plan);
    if (!isPartial(mergetype)) {
      left?.setPgnoNext(plan.pgnoRight);
      right?.setPgnoPrev(plan.pgnoLeft);
    }
    if (source !== undefined && plan.emptyPage) emptyPage(source);
  });
}

/** Copies the nodes that move, but for deleted ones, to the beginning or end of the target. */
function moveNodes(source: EditablePage, target: EditablePage, plan: MergePlan): void {
  const right = movesRight(plan.mergetype);
  const from = right ? plan.ilineMerge : 0;
  const to = right ? source.lineCount : plan.ilineMerge + 1;
  if (from >= to || to > source.lineCount) bad(`moves lines ${from} to ${to} of ${source.lineCount}`, source.pgno);
  source.verify();
  const prefix = target.isRoot ? NO_KEY : new Uint8Array(target.externalHeader);
  const ilineDest = right ? 0 : target.lineCount;
  target.setUncommittedFree(0);
  for (let line = to - 1; line >= from; line--) {
    if (!node.load(source, line)) bad(`finds line ${line} unreadable`, source.pgno);
    const { flags, dataStart, dataLength } = node;
    if ((flags & NodeFlag.Deleted) !== 0) continue;
    const keyLength = node.copyKey(key);
    const length = usablePrefix(prefix, key, 0, keyLength);
    target.insertLine(ilineDest, flags, length, key, length, keyLength - length, source.bytes, dataStart, dataLength);
  }
  target.setUncommittedFree(plan.cbUncFreeDest);
}

function deleteMoved(source: EditablePage, plan: MergePlan): void {
  if (plan.ilineMerge >= source.lineCount) bad(`moves line ${plan.ilineMerge} of ${source.lineCount}`, source.pgno);
  if (movesRight(plan.mergetype)) {
    source.deleteLinesFrom(plan.ilineMerge);
    return;
  }
  for (let line = plan.ilineMerge; line >= 0; line--) source.deleteLine(line);
}

/**
 * Does on an interior page what the merge below it needs. `leaf`: the plan of the leaf level; `separator`: the key that
 * parts the leaf and its sibling after the merge (empty when none changes). The caller stamps the page.
 * @throws JetError JET_errBadLineCount, JET_errLogOperationInconsistentWithDatabase, JET_errDatabaseCorrupted; the page is
 * then as it was.
 */
export function mergeParent(page: EditablePage, parent: MergeParent, leaf: MergePlan, separator: Uint8Array): void {
  const { iline, keyChange, deleteNode, emptyPage: empties } = parent;
  allOrNothing([page], () => {
    if (deleteNode && keyChange) takeOverPointer(page, iline, leaf);
    else if (deleteNode) deletePointer(page, iline);
    else if (keyChange) {
      // The separator of the left neighbour bounds what moved to it.
      changePointerKey(page, leaf.mergetype === MergeType.partialLeft ? iline - 1 : iline, separator);
    }
    if (empties) emptyPage(page);
  });
}

/** After a full merge to the left, the leaf's pointer leads to the left leaf, whose own goes: so the key need not move. */
function takeOverPointer(page: EditablePage, iline: number, leaf: MergePlan): void {
  if (leaf.mergetype !== MergeType.fullLeft) bad('changes the key of a pointer it deletes', page.pgno);
  if (iline < 1 || pagePointer(page, iline - 1) !== leaf.pgnoLeft) {
    bad(`does not find page ${leaf.pgnoLeft} before line ${iline}`, page.pgno);
  }
  replacePagePointer(page, iline, leaf.pgnoLeft);
  page.deleteLine(iline - 1);
}

/** Removes a pointer; when it was the last, which all higher keys lead to, the one before takes that part. */
function deletePointer(page: EditablePage, iline: number): void {
  pagePointer(page, iline);
  node.load(page, iline);
  const wasLast = node.keyLength === 0;
  if (page.lineCount < 2) bad('deletes the only pointer of a page', page.pgno);
  page.deleteLine(iline);
  if (!wasLast) return;
  if (iline !== page.lineCount) bad(`finds an empty separator at line ${iline}`, page.pgno);
  changePointerKey(page, iline - 1, NO_KEY);
}
