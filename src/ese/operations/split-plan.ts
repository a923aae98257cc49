// What a split is to do, as its log record says it, and the nodes it deals with (format 8.2; btsplit.hxx).
import { JetError } from '../../errors/jet-error.ts';
import { NodeFlag } from '../page/page-flags.ts';
import { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';
import { usablePrefix, type NodeParts } from './node-parts.ts';

/** How a page is split. */
export const SplitType = { vertical: 0, right: 1, append: 2 } as const;
/** The node operation that made the split necessary and is done with it. */
export const SplitOper = { none: 0, insert: 1, replace: 2, flagInsertAndReplace: 3 } as const;
/** "No line" of ilinePrefixSplit and ilinePrefixNew. */
export const NO_LINE = -1;

/** One level of a split, as a Split2 log record states it. */
export interface SplitPlan {
  readonly splittype: number;
  readonly splitoper: number;
  readonly pgnoSplit: number;
  readonly pgnoNew: number;
  /** Right sibling of the split leaf; 0: none. */
  readonly pgnoRight: number;
  /** Lines are counted with the operation done. */
  readonly ilineOper: number;
  /** First line of the new page. */
  readonly ilineSplit: number;
  readonly clines: number;
  /** Flags of the new page; for vertical splits also those of the root after it. */
  readonly fNewPageFlags: number;
  readonly fSplitPageFlags: number;
  readonly cbUncFreeSrc: number;
  readonly cbUncFreeDest: number;
  /** Line whose key is the prefix of the new page, counted from its first line; -1: none. */
  readonly ilinePrefixNew: number;
  /** Prefixes of the split page before and after; empty: none. */
  readonly prefixSplitOld: Uint8Array;
  readonly prefixSplitNew: Uint8Array;
}

/** A plan that cannot be: the log says what no engine writes. */
export function badSplit(plan: SplitPlan, problem: string): never {
  const message = `the split of page ${plan.pgnoSplit} into ${plan.pgnoNew} ${problem}`;
  throw new JetError('JET_errLogFileCorrupt', message, { pgno: plan.pgnoSplit });
}

/**
 * True when the new page can only be made from the split page as it was before: nodes move to it. Where the split page
 * is past the split and the new page is not, the before image of the record must take its place.
 */
export function splitNeedsSource(plan: SplitPlan): boolean {
  if (plan.splittype === SplitType.append) return false;
  if (plan.splittype !== SplitType.right) return true;
  const onlyInsertedMoves =
    plan.splitoper === SplitOper.insert && plan.ilineSplit === plan.ilineOper && plan.ilineSplit === plan.clines - 1;
  return !onlyInsertedMoves;
}

/** @throws JetError JET_errLogFileCorrupt when the numbers of a plan contradict each other. */
export function checkPlan(plan: SplitPlan, node: NodeParts | undefined): void {
  const { splittype, splitoper, ilineOper, ilineSplit, clines } = plan;
  if (splittype > SplitType.append || splitoper > SplitOper.flagInsertAndReplace) badSplit(plan, 'is of no known kind');
  if (splittype === SplitType.vertical ? ilineSplit !== 0 : ilineSplit <= 0) badSplit(plan, 'moves the wrong lines');
  if (ilineSplit > clines || ilineOper > clines) badSplit(plan, `names lines beyond its ${clines}`);
  if (splitoper === SplitOper.none) {
    if (splittype === SplitType.append) badSplit(plan, 'appends nothing');
    return;
  }
  if (node === undefined) badSplit(plan, 'has no node');
  if (ilineOper >= clines) badSplit(plan, `names lines beyond its ${clines}`);
  if (splittype === SplitType.append && ilineOper < ilineSplit) badSplit(plan, 'appends to the split page');
}

/** Key of the line last loaded: prefix and suffix each lie within a page, the largest of which has 32 KB. */
const keyBuffer = new Uint8Array(2 * 32768);

/**
 * The lines of a split page with the operation done: line `i` of the plan as key, data and flags. Reads from the page
 * as it was, so that page must not be changed meanwhile. Only one such
 * object is in use at a time.
 */
export class SplitLines {
  readonly #page: Page;
  readonly #plan: SplitPlan;
  readonly #oper: NodeParts | undefined;
  readonly #view = new NodeView();
  /** What `load` last found. */
  key: Uint8Array = keyBuffer;
  keyStart = 0;
  keyLength = 0;
  data: Uint8Array;
  dataStart = 0;
  dataLength = 0;
  flags = 0;

  /** `page`: the split page before the split. */
  constructor(page: Page, plan: SplitPlan, oper: NodeParts | undefined) {
    this.#page = page;
    this.#plan = plan;
    this.#oper = oper;
    this.data = page.bytes;
    const count = page.lineCount + (plan.splitoper === SplitOper.insert ? 1 : 0);
    if (count !== plan.clines) badSplit(plan, `counts ${plan.clines} lines, the page with the operation has ${count}`);
  }

  /** Loads line `iline` of the plan. */
  load(iline: number): void {
    const { splitoper, ilineOper } = this.#plan;
    const isOper = splitoper !== SplitOper.none && iline === ilineOper;
    if (isOper && splitoper === SplitOper.insert) {
      this.#take(this.#oper!);
      return;
    }
    const line = splitoper === SplitOper.insert && iline > ilineOper ? iline - 1 : iline;
    const view = this.#view;
    if (!view.load(this.#page, line)) badSplit(this.#plan, `finds line ${line} unreadable`);
    this.key = keyBuffer;
    this.keyStart = 0;
    this.keyLength = view.copyKey(keyBuffer);
    this.flags = view.flags & (NodeFlag.Version | NodeFlag.Deleted);
    if (isOper) {
      const { data, dataStart, dataLength } = this.#oper!;
      Object.assign(this, { data, dataStart, dataLength });
      return;
    }
    this.data = view.bytes;
    this.dataStart = view.dataStart;
    this.dataLength = view.dataLength;
  }

  /** The data the loaded line has on the page, also where the operation replaces it. */
  get ownData(): NodeView {
    return this.#view;
  }

  /** Length of the part of the loaded line's key that `prefix` holds, as nodes are stored with it. */
  prefixLength(prefix: Uint8Array): number {
    return usablePrefix(prefix, this.key, this.keyStart, this.keyLength);
  }

  /** The loaded line's key, copied. */
  keyCopy(): Uint8Array {
    return new Uint8Array(this.key.subarray(this.keyStart, this.keyStart + this.keyLength));
  }

  #take(oper: NodeParts): void {
    const { key, keyStart, keyLength, data, dataStart, dataLength } = oper;
    Object.assign(this, { key, keyStart, keyLength, data, dataStart, dataLength, flags: 0 });
  }
}
