// The chain of leaves of a tree as a check meets them: each must know the one before it (format 8.2).
import { childPgno } from '../../ese/btree/tree.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { Page } from '../../ese/page/page.ts';
import { KeyBuffer } from './key-buffer.ts';
import type { TreeEvidence } from './tree-evidence.ts';
import type { Branch, Link, TreePath } from './tree-path.ts';
import type { TreeReports } from './tree-reports.ts';

/** Where in the chain a walk is. */
export class LeafChain {
  /** The last leaf met; undefined when it could not be read, so that links to it cannot be judged. */
  last: Page | undefined;
  /** Key of the last node met. */
  lastKey: KeyBuffer = new KeyBuffer();
  #seen = false;
  readonly #path: TreePath;
  readonly #evidence: TreeEvidence;
  readonly #reports: TreeReports;
  readonly #node = new NodeView();

  constructor(path: TreePath, evidence: TreeEvidence, reports: TreeReports) {
    this.#path = path;
    this.#evidence = evidence;
    this.#reports = reports;
  }

  /** Leaves are missing from here to the next. */
  break(): void {
    this.last = undefined;
    this.#seen = true;
  }

  /** True when `leaf` comes next in the chain. */
  isNext(leaf: Page): boolean {
    const { last } = this;
    if (last !== undefined) return last.pgnoNext === leaf.pgno && leaf.pgnoPrev === last.pgno;
    return this.#seen ? this.#evidence.isChained(leaf) : leaf.pgnoPrev === 0;
  }

  /** Moves on to `page`. False when leaves are missing between it and the last, or are to come yet. */
  add(page: Page, link: Link | undefined): boolean {
    const { last } = this;
    const first = !this.#seen;
    this.last = page;
    this.#seen = true;
    if (last !== undefined) return this.#follows(last, page, link);
    return !first || page.pgnoPrev === 0 || this.#beginsWrong(page, link);
  }

  /** The last leaf of the tree must be the last of the chain. */
  end(): void {
    const { last } = this;
    if (last !== undefined && last.pgnoNext !== 0)
      this.#bad(last, `is the last leaf but links on to page ${last.pgnoNext}`);
  }

  #bad(page: Page, message: string): void {
    this.#reports.page('tree.link', page.pgno, message, 'JET_errBadPageLink');
  }

  #beginsWrong(page: Page, link: Link | undefined): boolean {
    if (link === undefined || !this.#evidence.isChained(page)) {
      this.#bad(page, `is the first leaf but links back to page ${page.pgnoPrev}`);
      return true;
    }
    const { said, steps } = this.#path;
    const wrong = said ?? steps.findLast((step) => this.#leadsTo(step, (leaf) => leaf.pgnoPrev === 0)) ?? link.branch;
    const message = `leads to page ${page.pgno} first, but it comes after page ${page.pgnoPrev}`;
    this.#path.blame('tree.child', wrong, wrong.line - 1, message);
    return false;
  }

  #follows(last: Page, page: Page, link: Link | undefined): boolean {
    const [next, previous] = [last.pgnoNext === page.pgno, page.pgnoPrev === last.pgno];
    if (!next && !previous && link !== undefined && this.#evidence.isChained(last) && this.#evidence.isChained(page)) {
      // Both are in their places in the chain: it is the page that leads to one after the other which is wrong.
      const { said, steps } = this.#path;
      const leads = (step: Branch): boolean => this.#leadsTo(step, ({ pgno }) => pgno === last.pgnoNext);
      const fork = said ?? steps.findLast(leads) ?? steps.findLast((step) => step.line > 1) ?? link.branch;
      const message = `leads to page ${page.pgno}, but after page ${last.pgno} comes page ${last.pgnoNext}`;
      this.#path.blame('tree.child', fork, fork.line - 1, message);
      return false;
    }
    if (!next) this.#bad(last, `links on to page ${last.pgnoNext}, not to ${page.pgno}`);
    if (!previous) this.#bad(page, `links back to page ${page.pgnoPrev}, not to ${last.pgno}`);
    return true;
  }

  /** True when a line of the branch other than the one at work leads first to a leaf that passes the test. */
  #leadsTo({ page, line: after }: Branch, test: (leaf: Page) => boolean): boolean {
    for (let line = 0; line < page.lineCount; line++) {
      if (line === after - 1 || !this.#node.load(page, line)) continue;
      const leaf = this.#evidence.firstLeafAt(childPgno(this.#node));
      if (leaf !== undefined && test(leaf)) return true;
    }
    return false;
  }
}
