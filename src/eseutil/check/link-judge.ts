// A line of a branch page and the page it leads to: which of the two is wrong when they disagree (format 2.3, 8.2).
import { childPgno } from '../../ese/btree/tree.ts';
import { compareWholeKeys } from '../../ese/norm/compare-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { Page } from '../../ese/page/page.ts';
import { KeyBuffer } from './key-buffer.ts';
import type { LeafChain } from './leaf-chain.ts';
import type { TreeEvidence } from './tree-evidence.ts';
import type { Branch, Link, TreePath } from './tree-path.ts';
import type { TreeReports } from './tree-reports.ts';

/**
 * How a page agrees with the line that leads to it. `low`, `high`: the key that bounds it on that side is wrong;
 * `order`: some of its own keys are; `stray`: the line leads to the wrong page; `foreign`: the page holds what does not
 * belong there; `level`: it is a leaf where none should be, or none where one should be.
 */
export type Fit = 'fits' | 'low' | 'high' | 'order' | 'stray' | 'foreign' | 'level';

/** Judges the links of one tree. */
export class LinkJudge {
  /** Levels of the tree; 0: not known. */
  height: number = 0;
  readonly #path: TreePath;
  readonly #chain: LeafChain;
  readonly #evidence: TreeEvidence;
  readonly #reports: TreeReports;
  readonly #withData: boolean;
  readonly #node = new NodeView();
  readonly #first = new KeyBuffer();
  readonly #last = new KeyBuffer();

  /** `withData`: nodes are told apart by key and data together. */
  constructor(path: TreePath, chain: LeafChain, evidence: TreeEvidence, reports: TreeReports, withData: boolean) {
    this.#path = path;
    this.#chain = chain;
    this.#evidence = evidence;
    this.#reports = reports;
    this.#withData = withData;
  }

  /** Checks the key of a line of `branch`, which leads to page `pgno`, against those around it. */
  checkSeparator(branch: Branch, line: number, separator: Uint8Array, pgno: number): void {
    const { page, high, lastSeparator } = branch;
    const path = this.#path;
    const last = line === page.lineCount - 1;
    const wrong = (message: string): void => {
      path.blame('tree.separator', branch, line, message);
    };
    if (separator.length === 0) {
      if (!last || high.length > 0) wrong('has no key but is not the last of the tree');
    } else if (lastSeparator.length > 0 && compareWholeKeys(separator, lastSeparator) <= 0) {
      // Of two keys in the wrong order one still divides what it should.
      if (this.#evidence.divides(pgno, separator)) path.blameLow(line, 'does not come before the line after it');
      else wrong('does not come after the line before it');
    } else if (high.length > 0 && compareWholeKeys(separator, high) > 0) {
      if (!this.#evidence.divides(pgno, separator)) wrong('lies beyond the key its parent gives it');
      else path.blameHigh(path.steps.length - 2, 'has a key before the last one below it');
    } else if (last && high.length === 0 && path.steps.every((step) => step.line >= step.page.lineCount)) {
      wrong('has a key but is the last of the tree');
    }
  }

  /** How `page` agrees with the line that leads to it; what is wrong is said. */
  judge(page: Page, link: Link): Fit {
    const fit = this.#fit(page, link);
    const { pgno } = page;
    const path = this.#path;
    if (fit === 'low') path.blameLow(link.line, `does not divide page ${pgno} from the page before it`);
    if (fit === 'high') path.blameHigh(path.steps.length - 1, `does not divide page ${pgno} from the page after it`);
    if (fit === 'order') this.#reports.order(pgno, 0, 'the keys reach outside those its parent gives the page');
    if (fit === 'foreign') {
      this.#reports.order(pgno, 0, 'the keys are not those its parent gives the page, nor do its neighbours know it');
    }
    if (fit === 'level') {
      this.#reports.page(
        'tree.level',
        pgno,
        `${page.isLeaf ? 'is a leaf' : 'is no leaf'}, unlike others at its height of the tree`,
      );
    }
    if (fit === 'stray') {
      path.blame('tree.child', link.branch, link.line, `leads to page ${pgno}, which belongs elsewhere in the tree`);
    }
    return fit;
  }

  #fit(page: Page, link: Link): Fit {
    if (this.#path.has(page.pgno)) return 'fits'; // who enters it says what it is
    if (this.height > 0 && page.isLeaf !== (this.#path.steps.length + 1 === this.height)) {
      const leaf = this.#evidence.firstLeaf(page)?.leaf;
      return leaf !== undefined && this.#evidence.isChained(leaf) ? 'stray' : 'level';
    }
    return page.isLeaf ? this.#leafFit(page, link) : this.#branchFit(page, link);
  }

  #leafFit(page: Page, { low, high }: Link): Fit {
    const [first, last] = [this.#first, this.#last];
    const node = this.#node;
    if (page.lineCount === 0 || !node.load(page, 0)) return 'fits';
    first.load(node, this.#withData);
    if (!node.load(page, page.lineCount - 1)) return 'fits';
    last.load(node, this.#withData);
    const early = low.length > 0 && first.compareSeparator(low) < 0;
    const late = high.length > 0 && last.compareSeparator(high) >= 0;
    if (!early && !late) return 'fits';
    if (this.#chain.isNext(page)) {
      if (!early) return this.#evidence.isFollowed(page, last) ? 'high' : 'order';
      return this.#chain.last === undefined || first.compare(this.#chain.lastKey) > 0 ? 'low' : 'order';
    }
    const wholly = early ? last.compareSeparator(low) < 0 : first.compareSeparator(high) >= 0;
    if (!wholly) return 'order';
    return this.#evidence.isChained(page) ? 'stray' : 'foreign';
  }

  #branchFit(page: Page, { line, low, high }: Link): Fit {
    const expected = this.height - this.#path.steps.length;
    if (this.height > 0 && !this.#evidence.mayBeHigh(page, expected)) return 'stray';
    const end = page.lineCount - 1;
    const first = this.#separator(page, 0);
    const last = this.#separator(page, end) ?? this.#separator(page, end - 1);
    const leaf = this.#evidence.firstLeaf(page)?.leaf;
    const isElsewhere = leaf !== undefined && !this.#chain.isNext(leaf) && this.#evidence.isChained(leaf);
    // One line without a key: only where it leads to tells whether it is the last of the tree.
    if (first === undefined || last === undefined) return high.length > 0 && isElsewhere ? 'stray' : 'fits';
    const before = low.length > 0 && compareWholeKeys(last, low) <= 0;
    const after = high.length > 0 && compareWholeKeys(first, high) > 0;
    if (!before && !after) return 'fits';
    if (leaf === undefined || isElsewhere) return 'stray';
    const source = this.#path.sourceOfLow(line);
    const bounded = after ? page.pgno : this.#node.load(source.branch.page, source.line) ? childPgno(this.#node) : 0;
    if (this.#evidence.divides(bounded, after ? high : low)) return 'fits';
    return after ? 'high' : 'low';
  }

  /** The key of a line of a branch; undefined when it has none. */
  #separator(page: Page, line: number): Uint8Array | undefined {
    return line >= 0 && this.#node.load(page, line) && this.#node.keyLength > 0 ? this.#node.key() : undefined;
  }
}
