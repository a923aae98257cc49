// The split of a leaf and of as many branches above it as need it, planned before any page is changed (format 8.2;
// ErrBTISelectSplit, ErrBTISplitComputeSeparatorKey in bt.cxx).
import { usablePrefix } from '../operations/node-parts.ts';
import { SplitOper, SplitType } from '../operations/split-plan.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { commonBytes, NODE_OVERHEAD, PREFIX_OVERHEAD, SplitLineTable } from './split-lines.ts';
import type { LargestData, SplitOperation } from './split-lines.ts';
import { appendSplit, rightSplit, verticalSplit, type SplitPoint } from './split-point.ts';

/** The split of one page, but for the number of its new page. */
export interface LevelPlan {
  readonly page: EditablePage;
  readonly splittype: number;
  readonly splitoper: number;
  readonly ilineOper: number;
  readonly ilineSplit: number;
  readonly clines: number;
  readonly fNewPageFlags: number;
  readonly fSplitPageFlags: number;
  readonly cbUncFreeSrc: number;
  readonly cbUncFreeDest: number;
  readonly ilinePrefixSplit: number;
  readonly ilinePrefixNew: number;
  readonly prefixSplitOld: Uint8Array;
  readonly prefixSplitNew: Uint8Array;
  /** Separator for the level above; empty for a vertical split. */
  readonly keyParent: Uint8Array;
  /** An append, or a run of inserts at one place. */
  readonly append: boolean;
  readonly hotpoint: boolean;
}

/** One page of the way down to a leaf. */
export interface PathStep {
  readonly page: EditablePage;
  /** Line of the child on the way; on the leaf where the operation goes. */
  iline: number;
}

/** All levels of a split. */
export interface TreeSplit {
  /** The pages that change, from the top down; `plan` is absent where only a pointer is inserted. */
  readonly levels: readonly { readonly step: PathStep; readonly plan: LevelPlan | undefined }[];
  /** False: the operation is to be tried again afterwards. */
  readonly operationDone: boolean;
}

const NO_BYTES = new Uint8Array(0);
const node = new NodeView();

/** What the leading bytes of keys on a page can be left to; roots have none. */
export function prefixOf(page: Page): Uint8Array {
  return page.isRoot ? NO_BYTES : page.externalHeader;
}

/** Bytes a node takes on `page`, its tag included. */
export function nodeSize(page: Page, key: Uint8Array, dataLength: number): number {
  const prefix = usablePrefix(prefixOf(page), key, 0, key.length);
  return key.length + dataLength + NODE_OVERHEAD - (prefix > 0 ? prefix - PREFIX_OVERHEAD : 0);
}

/** The shortest string that is above key‖data of one node and not above that of the next. */
export function separatorBetween(
  before: Uint8Array,
  dataBefore: Uint8Array,
  first: Uint8Array,
  dataFirst: Uint8Array,
): Uint8Array {
  const common = commonBytes(before, first);
  if (common < first.length) return first.slice(0, common + 1);
  const inData = commonBytes(dataBefore, dataFirst);
  const key = new Uint8Array(common + inData + 1);
  key.set(first);
  key.set(dataFirst.subarray(0, inData + 1), common);
  return key;
}

function leafSeparator(lines: SplitLineTable, ilineSplit: number): Uint8Array {
  const [before, first] = [lines.key(ilineSplit - 1), lines.key(ilineSplit)];
  return separatorBetween(before, lines.data(ilineSplit - 1).slice(), first, lines.data(ilineSplit));
}

function splitPoint(lines: SplitLineTable, leafAppends: boolean): SplitPoint {
  const { page, operation } = lines;
  if (page.isRoot) return verticalSplit(lines);
  const isLast = operation?.splitoper === SplitOper.insert && operation.iline === page.lineCount;
  if (isLast && page.isLeaf && page.pgnoNext === 0) return appendSplit(lines);
  return rightSplit(lines, leafAppends);
}

function verticalFlags(page: Page): readonly [fNewPageFlags: number, fSplitPageFlags: number] {
  const { fFlags } = page;
  const parent = page.isLeaf ? fFlags | PageFlag.ParentOfLeaf : fFlags & ~PageFlag.ParentOfLeaf;
  return [fFlags & ~PageFlag.Root, parent & ~(PageFlag.Leaf | PageFlag.Repaired)];
}

/** Plans the split of one page. */
export function planLevel(
  page: EditablePage,
  operation: SplitOperation,
  leafAppends: boolean,
  largest?: LargestData,
): LevelPlan {
  const lines = new SplitLineTable(page, operation, page.isLeaf ? largest : undefined);
  const point = splitPoint(lines, leafAppends);
  const { ilineSplit, splittype, split, added } = point;
  const isVertical = splittype === SplitType.vertical;
  const last = lines.clines - 1;
  const reserved = (iline: number): number => (iline < 0 ? 0 : lines.sizeMaxLE[iline]! - lines.sizeLE[iline]!);
  const cbUncFreeSrc = reserved(ilineSplit - 1);
  const separator = page.isLeaf
    ? leafSeparator
    : (all: SplitLineTable, at: number): Uint8Array => all.key(at - 1).slice();
  const [fNewPageFlags, fSplitPageFlags] = isVertical ? verticalFlags(page) : [page.fFlags, page.fFlags];
  return {
    page,
    splittype,
    splitoper: lines.operation?.splitoper ?? SplitOper.none,
    ilineOper: lines.operation?.iline ?? 0,
    ilineSplit,
    clines: lines.clines,
    fNewPageFlags,
    fSplitPageFlags,
    cbUncFreeSrc,
    cbUncFreeDest: reserved(last) - cbUncFreeSrc,
    ilinePrefixSplit: split.ilinePrefix,
    ilinePrefixNew: added.ilinePrefix,
    prefixSplitOld: prefixOf(page).slice(),
    prefixSplitNew: split.ilinePrefix < 0 ? NO_BYTES : lines.key(split.ilinePrefix).slice(),
    keyParent: isVertical ? NO_BYTES : separator(lines, ilineSplit),
    append: splittype === SplitType.append,
    hotpoint: point.hotpoint,
  };
}

/** The line of a branch before which a separator goes: the first whose key is above it. */
export function separatorLine(page: Page, key: Uint8Array): number {
  let low = 0;
  let high = page.lineCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    node.load(page, middle);
    if (node.keyLength === 0 || node.compareKey(key) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** True when `page` has room for `size` bytes, what rollbacks may want back left alone. */
export function hasRoom(page: EditablePage, size: number): boolean {
  return size <= page.cbFree - page.cbUncommittedFree;
}

/**
 * Plans the split of the leaf at the end of `path` (root first) for `operation`. `largest` says what versions may want
 * back.
 */
export function planSplit(path: readonly PathStep[], operation: SplitOperation, largest?: LargestData): TreeSplit {
  const plans: (LevelPlan | undefined)[] = path.map(() => undefined);
  const leafAt = path.length - 1;
  let current = operation;
  for (let at = leafAt; at >= 0; at--) {
    const leafAppends = at < leafAt && plans[leafAt]?.append === true;
    const plan = planLevel(path[at]!.page, current, leafAppends, largest);
    plans[at] = plan;
    // A branch that cannot take the pointer is split by itself: all below waits until that is done.
    if (plan.splitoper === SplitOper.none && at < leafAt) plans.fill(undefined, at + 1);
    if (plan.splittype === SplitType.vertical) break;
    const parent = path[at - 1]!;
    parent.iline = separatorLine(parent.page, plan.keyParent);
    if (hasRoom(parent.page, nodeSize(parent.page, plan.keyParent, 4))) break;
    const data = new Uint8Array(4);
    new DataView(data.buffer).setUint32(0, path[at]!.page.pgno, true);
    current = { splitoper: SplitOper.insert, iline: parent.iline, key: plan.keyParent, data };
  }
  const levels = path
    .map((step, i) => ({ step, plan: plans[i], below: plans[i + 1] }))
    .filter(({ plan, below }) => plan !== undefined || below !== undefined)
    .map(({ step, plan }) => ({ step, plan }));
  const leaf = plans[leafAt];
  return { levels, operationDone: leaf !== undefined && leaf.splitoper !== SplitOper.none };
}
