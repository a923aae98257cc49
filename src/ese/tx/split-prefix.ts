// Which line's key is the best prefix for a run of lines (format 8.2; BTISelectPrefix and its incremental forms in
// bt.cxx).
import { NO_LINE } from '../operations/split-plan.ts';
import { PREFIX_OVERHEAD, type SplitLineTable } from './split-lines.ts';

/** The choice for the lines of one page; lines are counted from its first. */
export interface PrefixChoice {
  readonly ilinePrefix: number;
  /** Bytes saved, those of the prefix itself paid. */
  readonly savings: number;
  /** First and last line that the prefix serves. */
  readonly segBegin: number;
  readonly segEnd: number;
}

/** No prefix at all. */
export const NO_PREFIX: PrefixChoice = { ilinePrefix: NO_LINE, savings: 0, segBegin: 0, segEnd: 0 };

/** Where the lines that share bytes with line `iline` end on one side, and what they save. */
function reach(common: Int32Array, from: number, step: 1 | -1): { readonly end: number; readonly savings: number } {
  let least = common[from]!;
  let savings = 0;
  let end = from;
  for (; common[end]! > 0; end += step) {
    least = Math.min(least, common[end]!);
    savings += least;
  }
  return { end, savings };
}

/** True when a neighbour of `iline` is at least as good a prefix, so that the line need not be looked at. */
function neighbourIsBetter(common: Int32Array, iline: number, count: number): boolean {
  if (iline === count - 2) return false;
  const [before, here, after] = [common[iline - 1]!, common[iline]!, common[iline + 1]!];
  if (iline === 1) return false;
  return after >= here || before > here;
}

/** The best prefix for `count` lines from line `from` on. The first and last line are no candidates of more than two. */
export function selectPrefix(lines: SplitLineTable, from: number, count: number): PrefixChoice {
  if (count < 2) return NO_PREFIX;
  if (count === 2) {
    const savings = lines.commonPrev[from + 1]! - PREFIX_OVERHEAD;
    return savings > 0 ? { ilinePrefix: 1, savings, segBegin: 0, segEnd: 1 } : NO_PREFIX;
  }
  // Lines outside the run share nothing with it: zeros at both ends stop the search.
  const common = lines.commonPrev.slice(from, from + count + 1);
  common[0] = 0;
  common[count] = 0;
  let best = NO_PREFIX;
  for (let iline = 1; iline < count - 1; iline++) {
    if (neighbourIsBetter(common, iline, count)) continue;
    const left = reach(common, iline, -1);
    const right = reach(common, iline + 1, 1);
    const savings = left.savings + right.savings - PREFIX_OVERHEAD;
    if (savings > best.savings) best = { ilinePrefix: iline, savings, segBegin: left.end, segEnd: right.end - 1 };
  }
  return best;
}

const shifted = (choice: PrefixChoice, by: number): PrefixChoice =>
  choice.ilinePrefix === NO_LINE
    ? choice
    : {
        ilinePrefix: choice.ilinePrefix + by,
        savings: choice.savings,
        segBegin: choice.segBegin + by,
        segEnd: choice.segEnd + by,
      };

/** The prefixes of both pages of a split. */
export interface PrefixPair {
  readonly split: PrefixChoice;
  readonly added: PrefixChoice;
}

/** Both prefixes where line `ilineSplit` is the first of the new page. */
export function selectPrefixes(lines: SplitLineTable, ilineSplit: number): PrefixPair {
  return {
    split: ilineSplit === 0 ? NO_PREFIX : selectPrefix(lines, 0, ilineSplit),
    added: selectPrefix(lines, ilineSplit, lines.clines - ilineSplit),
  };
}

/** Both prefixes after the split point moved from `from` to `to`, one line away: what cannot have changed is kept. */
export function movedPrefixes(lines: SplitLineTable, pair: PrefixPair, from: number, to: number): PrefixPair {
  let { split, added } = pair;
  const { clines, commonPrev } = lines;
  if (from < to) {
    if (commonPrev[to - 1] !== 0) split = selectPrefix(lines, 0, to);
    added = added.segBegin === 0 ? selectPrefix(lines, to, clines - to) : shifted(added, -1);
  } else {
    if (split.segEnd === to) split = selectPrefix(lines, 0, to);
    added = commonPrev[to + 1] === 0 ? shifted(added, 1) : selectPrefix(lines, to, clines - to);
  }
  return { split, added };
}
