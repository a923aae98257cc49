// Operation: one level of a B+ tree page split (format 8.2; log record Split2; BTIPerformSplit, BTISplitMoveNodes). The
// parents' share is in page-pointer.ts.
import type { EditablePage } from '../page/editable-page.ts';
import { NodeFlag, PageFlag } from '../page/page-flags.ts';
import { Page } from '../page/page.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { usablePrefix, type NodeParts } from './node-parts.ts';
import { replacePagePointer } from './page-pointer.ts';
import { borrowCopy, giveBack } from './scratch-pages.ts';
import { NO_LINE, SplitLines, SplitOper, SplitType, badSplit, checkPlan, type SplitPlan } from './split-plan.ts';

/** The pages of one level. Those absent are already past the split (redo) and are left alone. */
export interface SplitPages {
  /** The split page. */
  readonly source?: EditablePage | undefined;
  /** The new page, after `newPage`. */
  readonly target?: EditablePage | undefined;
  /** The split leaf's former right sibling. */
  readonly right?: EditablePage | undefined;
}

const NO_KEY = new Uint8Array(0);

/**
 * Splits a page: moves nodes to the new page, does the node operation on whichever page its line falls, sets prefixes,
 * siblings and reserved space. `node`: what the operation inserts or replaces (key and data; of a replace only data).
 * `pgnoChildNew`: on interior levels, the new page of the level below (0: that level is not split), which the pointer
 * after the inserted one leads to. The caller stamps the pages.
 * @throws JetError JET_errLogFileCorrupt (plan), JET_errLogOperationInconsistentWithDatabase, JET_errDatabaseCorrupted
 * (nodes do not fit); all pages are then as they were.
 */
export function splitPage(
  pages: SplitPages,
  plan: SplitPlan,
  node: NodeParts | undefined,
  versioned: boolean,
  pgnoChildNew = 0,
): void {
  checkPlan(plan, node);
  const { source, target, right } = pages;
  if (source === undefined && target === undefined) {
    if (right !== undefined) right.setPgnoPrev(plan.pgnoNew);
    return;
  }
  const before = source === undefined ? undefined : borrowCopy(source.bytes);
  try {
    allOrNothing([source, target, right], () => {
      new PageSplit(pages, plan, node, versioned, before).run(pgnoChildNew);
    });
  } finally {
    if (before !== undefined) giveBack(before);
  }
}

/** One split under way. */
class PageSplit {
  readonly #pages: SplitPages;
  readonly #plan: SplitPlan;
  readonly #node: NodeParts | undefined;
  /** Set on versioned nodes of leaves. */
  readonly #versionFlag: number;
  /** Lines of the source before the split; undefined when only the inserted node goes to the target. */
  readonly #lines: SplitLines | undefined;
  readonly #operInTarget: boolean;
  readonly #inserts: boolean;

  /** `before`: a copy of the source. */
  constructor(
    pages: SplitPages,
    plan: SplitPlan,
    node: NodeParts | undefined,
    versioned: boolean,
    before: Uint8Array | undefined,
  ) {
    this.#pages = pages;
    this.#plan = plan;
    this.#node = node;
    this.#versionFlag = versioned && (plan.fNewPageFlags & PageFlag.Leaf) !== 0 ? NodeFlag.Version : 0;
    this.#operInTarget = plan.splitoper !== SplitOper.none && plan.ilineOper >= plan.ilineSplit;
    this.#inserts = plan.splitoper === SplitOper.insert;
    const { source } = pages;
    if (source !== undefined && before !== undefined) {
      source.verify();
      this.#lines = new SplitLines(new Page(before, source.format, source.pgno), plan, node);
    }
  }

  run(pgnoChildNew: number): void {
    const { source, target } = this.#pages;
    const { splittype, fNewPageFlags } = this.#plan;
    if (target !== undefined) this.#fillTarget(target);
    if (source !== undefined) this.#trimSource(source);
    if (splittype === SplitType.vertical && source !== undefined) this.#makeRootParent(source);
    if ((fNewPageFlags & PageFlag.Leaf) !== 0) {
      target?.setUncommittedFree(this.#plan.cbUncFreeDest);
      source?.setUncommittedFree(this.#plan.cbUncFreeSrc);
      if (splittype !== SplitType.vertical) this.#linkSiblings();
    } else if (pgnoChildNew !== 0) this.#pointToChild(pgnoChildNew);
    source?.verify();
    target?.verify();
  }

  #fillTarget(target: EditablePage): void {
    const { ilineSplit, ilineOper, ilinePrefixNew, clines } = this.#plan;
    const lines = this.#lines;
    if (target.lineCount !== 0) badSplit(this.#plan, 'finds the new page in use');
    if (lines === undefined) {
      this.#fillWithInserted(target);
      return;
    }
    let prefix: Uint8Array = NO_KEY;
    if (ilinePrefixNew !== NO_LINE) {
      if (ilinePrefixNew < 0 || ilineSplit + ilinePrefixNew >= clines) badSplit(this.#plan, 'takes no line as prefix');
      lines.load(ilineSplit + ilinePrefixNew);
      prefix = lines.keyCopy();
      this.#setPrefix(target, prefix);
    }
    for (let iline = ilineSplit; iline < clines; iline++) {
      lines.load(iline);
      const flags = this.#operInTarget && iline === ilineOper ? this.#operFlags(lines.flags) : lines.flags;
      this.#addLine(target, iline - ilineSplit, flags, lines, prefix);
    }
  }

  /** The source is past the split: nothing of it moved, the new page holds the inserted node alone. */
  #fillWithInserted(target: EditablePage): void {
    const { ilineSplit, ilineOper, ilinePrefixNew, clines } = this.#plan;
    if (!this.#inserts || ilineSplit !== ilineOper || ilineSplit !== clines - 1) {
      badSplit(this.#plan, 'needs the split page as it was before');
    }
    const { key, keyStart, keyLength, data, dataStart, dataLength } = this.#node!;
    let prefixLength = 0;
    if (ilinePrefixNew !== NO_LINE) {
      if (ilinePrefixNew !== 0) badSplit(this.#plan, 'takes no line as prefix');
      const prefix = key.subarray(keyStart, keyStart + keyLength);
      this.#setPrefix(target, prefix);
      prefixLength = usablePrefix(prefix, key, keyStart, keyLength);
    }
    const suffixStart = keyStart + prefixLength;
    const flags = this.#versionFlag;
    target.insertLine(0, flags, prefixLength, key, suffixStart, keyLength - prefixLength, data, dataStart, dataLength);
  }

  #setPrefix(page: EditablePage, prefix: Uint8Array): void {
    if (page.isRoot && prefix.length > 0) badSplit(this.#plan, 'gives a root a prefix');
    page.setExternalHeader(prefix);
  }

  #operFlags(flags: number): number {
    const kept = this.#plan.splitoper === SplitOper.flagInsertAndReplace ? flags & ~NodeFlag.Deleted : flags;
    return kept | this.#versionFlag;
  }

  #addLine(page: EditablePage, iline: number, flags: number, line: SplitLines, prefix: Uint8Array): void {
    const length = line.prefixLength(prefix);
    const { key, keyStart, keyLength, data, dataStart, dataLength } = line;
    page.insertLine(iline, flags, length, key, keyStart + length, keyLength - length, data, dataStart, dataLength);
  }

  #trimSource(source: EditablePage): void {
    const { ilineSplit, ilineOper, splitoper, splittype } = this.#plan;
    const lines = this.#lines!;
    const insertedBefore = this.#inserts && !this.#operInTarget ? 1 : 0;
    source.deleteLinesFrom(ilineSplit - insertedBefore);
    if (splittype !== SplitType.append) this.#changePrefix(source, lines, ilineSplit - insertedBefore);
    if (this.#operInTarget || splitoper === SplitOper.none) return;
    if (!this.#inserts) source.deleteLine(ilineOper);
    lines.load(ilineOper);
    this.#addLine(source, ilineOper, this.#versionFlag, lines, this.#plan.prefixSplitNew);
  }

  /** Stores the `count` lines left in the split page with its new prefix: first those that shrink, then the others. */
  #changePrefix(source: EditablePage, lines: SplitLines, count: number): void {
    const { prefixSplitOld, prefixSplitNew } = this.#plan;
    if (source.isRoot) {
      if (prefixSplitNew.length > 0) badSplit(this.#plan, 'gives a root a prefix');
      return;
    }
    source.beginPrefixChange(prefixSplitOld.length > 0);
    for (const shrinking of [true, false]) {
      for (let line = 0; line < count; line++) {
        const oper = this.#inserts && !this.#operInTarget && line >= this.#plan.ilineOper;
        lines.load(oper ? line + 1 : line);
        const now = lines.prefixLength(prefixSplitNew);
        const before = source.linePrefix(line);
        if (shrinking ? now > before : now < before) this.#restore(source, line, lines, now);
      }
    }
    source.endPrefixChange(prefixSplitNew);
  }

  /** Writes a line anew with another prefix length. Its data is still the page's own even where it will be replaced. */
  #restore(source: EditablePage, line: number, lines: SplitLines, length: number): void {
    const { key, keyStart, keyLength } = lines;
    const own = lines.ownData;
    source.replaceLine(
      line,
      source.lineFlags(line),
      length,
      key,
      keyStart + length,
      keyLength - length,
      own.bytes,
      own.dataStart,
      own.dataLength,
    );
  }

  /** After a vertical split the root has one child, which all keys lead to. */
  #makeRootParent(root: EditablePage): void {
    const { fSplitPageFlags, pgnoNew } = this.#plan;
    root.setFlags(fSplitPageFlags | (root.fFlags & PageFlag.FdpDelete));
    const child = new Uint8Array(4);
    new DataView(child.buffer).setUint32(0, pgnoNew, true);
    root.insertLine(0, 0, 0, NO_KEY, 0, 0, child, 0, 4);
  }

  #linkSiblings(): void {
    const { source, target, right } = this.#pages;
    const { pgnoSplit, pgnoNew, pgnoRight } = this.#plan;
    target?.setPgnoPrev(pgnoSplit);
    source?.setPgnoNext(pgnoNew);
    if (pgnoRight === 0) return;
    right?.setPgnoPrev(pgnoNew);
    target?.setPgnoNext(pgnoRight);
  }

  /** The pointer that led to the split child now leads to its new page: the inserted one before it leads to the other. */
  #pointToChild(pgnoChildNew: number): void {
    const { source, target } = this.#pages;
    const { ilineOper, ilineSplit } = this.#plan;
    const line = ilineOper + 1;
    if (line >= ilineSplit) {
      if (target !== undefined) replacePagePointer(target, line - ilineSplit, pgnoChildNew);
    } else if (source !== undefined) replacePagePointer(source, line, pgnoChildNew);
  }
}
