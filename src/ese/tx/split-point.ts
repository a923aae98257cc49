// Where a page is split: vertically, for an append, at a hot point, or in two even halves (format 8.2; BTISelect... in
// bt.cxx).
import { NO_LINE, SplitOper, SplitType } from '../operations/split-plan.ts';
import { PREFIX_LEAST } from '../operations/node-parts.ts';
import { PREFIX_OVERHEAD, type SplitLineTable } from './split-lines.ts';
import { movedPrefixes, NO_PREFIX, selectPrefix, selectPrefixes, type PrefixPair } from './split-prefix.ts';

/** How one page is split. `operation` of the lines is undefined when it does not fit in either half. */
export interface SplitPoint extends PrefixPair {
  readonly splittype: number;
  /** First line of the new page; 0 for vertical splits. */
  readonly ilineSplit: number;
  /** A run of inserts at one place: its pages may be taken one after another. */
  readonly hotpoint: boolean;
}

/** Bytes that lines and their tags can take on a page. */
function roomOf(lines: SplitLineTable): number {
  return lines.page.format.dataSize - 4;
}

/** Bytes by which each half is too large, or negative. */
function overflow(lines: SplitLineTable, ilineSplit: number, pair: PrefixPair): { split: boolean; added: boolean } {
  const room = roomOf(lines);
  const left = ilineSplit === 0 ? 0 : lines.sizeMaxLE[ilineSplit - 1]!;
  const right = lines.sizeMaxLE[lines.clines - 1]! - left;
  return { split: left - pair.split.savings > room, added: right - pair.added.savings > room };
}

function fits(lines: SplitLineTable, ilineSplit: number, pair: PrefixPair): boolean {
  const { split, added } = overflow(lines, ilineSplit, pair);
  return !split && !added;
}

/** A root: all its lines go to a new page. */
export function verticalSplit(lines: SplitLineTable): SplitPoint {
  let pair = selectPrefixes(lines, 0);
  if (!fits(lines, 0, pair) && lines.operation !== undefined) {
    lines.dropOperation();
    pair = selectPrefixes(lines, 0);
  }
  return { splittype: SplitType.vertical, ilineSplit: 0, hotpoint: false, ...pair };
}

/** After the last line of the last leaf: nothing moves, the new node alone is on the new page. */
export function appendSplit(lines: SplitLineTable): SplitPoint {
  const iline = lines.clines - 1;
  const keyLength = lines.key(iline).length;
  const prefixed = lines.size[iline]! + PREFIX_OVERHEAD <= roomOf(lines) && keyLength >= PREFIX_LEAST;
  const added = prefixed ? { ...NO_PREFIX, ilinePrefix: 0 } : NO_PREFIX;
  return { splittype: SplitType.append, ilineSplit: iline, hotpoint: false, split: NO_PREFIX, added };
}

/**
 * True when the lines tell of a run of inserts at one place: the two before the new one were the last to be written to
 * the page, in this order.
 */
export function isHotPoint(lines: SplitLineTable): boolean {
  const { operation, place, page, clines } = lines;
  if (operation?.splitoper !== SplitOper.insert || !page.isLeaf || page.isRoot || operation.iline < 2) return false;
  const { iline } = operation;
  let highest = -1;
  for (let before = 0; before < iline - 2; before++) highest = Math.max(highest, place[before]!);
  const [first, second] = [place[iline - 2]!, place[iline - 1]!];
  if (first <= highest || second <= first) return false;
  for (let after = iline + 1; after < clines; after++) if (place[after]! >= first) return false;
  return true;
}

function hotPointSplit(lines: SplitLineTable): SplitPoint {
  const ilineSplit = lines.operation!.iline;
  // Lines after the hot point go first, by themselves: the operation, tried again, is then the last of its page.
  const isLast = ilineSplit === lines.clines - 1;
  if (!isLast) lines.dropOperation();
  return { splittype: SplitType.right, ilineSplit, hotpoint: isLast, ...selectPrefixes(lines, ilineSplit) };
}

/** The split point that makes the halves most equal; of two equally good ones the one that moves fewer lines. */
function evenPoint(lines: SplitLineTable): number {
  const { clines, sizeLE } = lines;
  const total = sizeLE[clines - 1]!;
  const ideal = Math.floor(total / 2);
  let iline = Math.floor(clines / 2);
  const firstIsSmaller = sizeLE[iline - 1]! < total - sizeLE[iline - 1]!;
  let best = 0;
  let bestSize = 0;
  for (;;) {
    const left = sizeLE[iline - 1]!;
    const isSmaller = left < total - left;
    const gain = Math.abs(bestSize - ideal) - Math.abs(left - ideal);
    if (gain > 0 || (gain === 0 && iline > best)) {
      best = iline;
      bestSize = left;
    }
    if (firstIsSmaller !== isSmaller) return best;
    iline += isSmaller ? 1 : -1;
    if (iline === clines || iline === 0) return best;
  }
}

/** From the even point on towards one where both halves fit. Undefined: there is none. */
function evenSplit(lines: SplitLineTable): SplitPoint | undefined {
  let ilineSplit = evenPoint(lines);
  let pair: PrefixPair = {
    split: selectPrefix(lines, 0, ilineSplit),
    added: selectPrefix(lines, ilineSplit, lines.clines - ilineSplit),
  };
  let direction = 0;
  for (;;) {
    const over = overflow(lines, ilineSplit, pair);
    if (!over.split && !over.added) return { splittype: SplitType.right, ilineSplit, hotpoint: false, ...pair };
    if (over.split && over.added) return undefined;
    const step = over.split ? -1 : 1;
    if (direction === -step) return undefined;
    direction = step;
    const to = ilineSplit + step;
    if (to === lines.clines || to === 0) return undefined;
    pair = movedPrefixes(lines, pair, ilineSplit, to);
    ilineSplit = to;
  }
}

/** Above a leaf that is appended to: as far to the right as possible. */
function rightmostSplit(lines: SplitLineTable): SplitPoint | undefined {
  let ilineSplit = lines.clines - 1;
  let pair = selectPrefixes(lines, ilineSplit);
  for (; ilineSplit > 0; ilineSplit--) {
    if (fits(lines, ilineSplit, pair)) return { splittype: SplitType.right, ilineSplit, hotpoint: false, ...pair };
    const next = selectPrefixes(lines, ilineSplit - 1);
    // The prefix of what stays is chosen anew only when a line it served has gone.
    const keeps = pair.split.ilinePrefix === NO_LINE || pair.split.segEnd !== ilineSplit - 1;
    pair = { split: keeps ? pair.split : next.split, added: next.added };
  }
  return undefined;
}

function prependSplit(lines: SplitLineTable): SplitPoint {
  return { splittype: SplitType.right, ilineSplit: 1, hotpoint: false, ...selectPrefixes(lines, 1) };
}

/**
 * A page that is neither root nor appended to. `leafAppends`: it is a branch, and the leaf below is split by an append.
 * When the operation fits in no half it is dropped.
 */
export function rightSplit(lines: SplitLineTable, leafAppends: boolean): SplitPoint {
  if (isHotPoint(lines)) return hotPointSplit(lines);
  const { page, operation } = lines;
  const inserts = operation?.splitoper === SplitOper.insert;
  const prepends = inserts && page.isLeaf && page.pgnoPrev === 0 && operation.iline === 0;
  for (;;) {
    const point = leafAppends ? rightmostSplit(lines) : prepends ? prependSplit(lines) : evenSplit(lines);
    if (point !== undefined) return point;
    if (lines.operation === undefined) throw new RangeError(`page ${page.pgno} cannot be split`);
    lines.dropOperation();
  }
}
