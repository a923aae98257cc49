// One B+ tree from root to leaves: links, levels, separators, key order, every node (format 2.3, 8.2, 10.2).
import { childPgno, MAX_TREE_DEPTH, type TreeRef } from '../../ese/btree/tree.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { NodeView } from '../../ese/page/node.ts';
import { NodeFlag, PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import { KeyBuffer } from './key-buffer.ts';
import { LeafChain } from './leaf-chain.ts';
import { LinkJudge } from './link-judge.ts';
import { PageIntake, type RootName } from './page-intake.ts';
import { TreeEvidence } from './tree-evidence.ts';
import { TreePath, type Branch, type Link } from './tree-path.ts';
import { TreeReports } from './tree-reports.ts';
import { linkName } from './visited-leaves.ts';

/** Called for each sound leaf node that is not flagged deleted. */
export type NodeVisitor = (node: NodeView, page: Page, line: number) => void;

/** Outcome of a tree walk. */
export interface TreeCheck {
  /** False when some page or line of the tree could not be used: nodes are missing. */
  readonly complete: boolean;
  /** False when some nodes are out of order. */
  readonly ordered: boolean;
  readonly pages: number;
  readonly leaves: number;
  readonly nodes: number;
  /** Lines of branch pages (see `linkName`) that were not followed, because what they lead to does not belong there. */
  readonly refused: ReadonlySet<string>;
}

/** How a tree is to be checked. */
export interface TreeCheckOptions {
  readonly place: FindingPlace;
  /** Nodes are told apart by key and data together (non-unique indexes). */
  readonly nonUnique?: boolean;
  readonly visit?: NodeVisitor;
  /** Called where nodes are missing between those visited before and after. */
  readonly onGap?: () => void;
  /** What names the root; without it the catalog. */
  readonly rootNamedBy?: RootName;
}

const NO_KEY = new Uint8Array(0);

class TreeWalk implements TreeCheck {
  readonly #ctx: CheckContext;
  readonly #tree: TreeRef;
  readonly #options: TreeCheckOptions;
  readonly #withData: boolean;
  readonly #reports: TreeReports;
  readonly #path: TreePath;
  readonly #evidence: TreeEvidence;
  readonly #chain: LeafChain;
  readonly #judge: LinkJudge;
  readonly #intake: PageIntake;
  readonly #node = new NodeView();
  #key = new KeyBuffer();
  complete = true;
  pages = 0;
  leaves = 0;
  nodes = 0;
  readonly refused: Set<string> = new Set();

  constructor(ctx: CheckContext, tree: TreeRef, options: TreeCheckOptions) {
    this.#ctx = ctx;
    this.#tree = tree;
    this.#options = options;
    this.#withData = options.nonUnique === true;
    this.#reports = new TreeReports(ctx.reporter, tree, options.place);
    this.#path = new TreePath(this.#reports);
    this.#evidence = new TreeEvidence(ctx.db.pages, tree, this.#withData);
    this.#chain = new LeafChain(this.#path, this.#evidence, this.#reports);
    this.#judge = new LinkJudge(this.#path, this.#chain, this.#evidence, this.#reports, this.#withData);
    this.#intake = new PageIntake(ctx, tree, this.#path, this.#reports, options.rootNamedBy);
  }

  get ordered(): boolean {
    return this.#reports.ordered;
  }

  run(): void {
    const root = this.#intake.read(this.#tree.pgnoFDP);
    if (root === undefined || !this.#intake.enter(root)) {
      this.#lose();
      return;
    }
    if (!root.isRoot) this.#reports.page('tree.root', root.pgno, 'is the root but not marked as one');
    this.#judge.height = this.#evidence.height(root);
    this.#visit(root, undefined, NO_KEY, NO_KEY);
    const { steps } = this.#path;
    while (steps.length > 0) {
      const branch = steps.at(-1)!;
      if (branch.line < branch.page.lineCount) this.#follow(branch, branch.line++);
      else steps.pop();
    }
    if (this.#path.astray) this.#gap();
    else this.#chain.end();
  }

  /** Follows one line of a branch. */
  #follow(branch: Branch, line: number): void {
    const low = line === 0 ? branch.low : branch.lastSeparator;
    const node = this.#node;
    const loaded = node.load(branch.page, line);
    if (!loaded || node.dataLength !== 4) {
      const { pgno } = branch.page;
      // Of lines that cannot be taken apart the check of the page has told.
      if (loaded)
        this.#reports.line('tree.child', pgno, line, `line ${line} names no child page`, 'JET_errBadParentPageLink');
      this.#lose();
      return;
    }
    const pgno = childPgno(node);
    const separator = node.key();
    this.#judge.checkSeparator(branch, line, separator, pgno);
    if (separator.length > 0) branch.lastSeparator = separator;
    const link = { branch, line, low, high: separator.length === 0 ? branch.high : separator };
    const page = this.#intake.read(pgno, link, this.#chain.last);
    const fit = page === undefined ? 'stray' : this.#judge.judge(page, link);
    if (page !== undefined && (fit === 'stray' || fit === 'foreign'))
      this.refused.add(linkName(branch.page.pgno, line));
    if (page === undefined || fit === 'stray' || fit === 'foreign' || !this.#intake.enter(page, link)) this.#lose();
    else this.#visit(page, link, fit === 'low' ? NO_KEY : low, fit === 'high' ? NO_KEY : link.high);
  }

  /** Goes into a page whose keys are from `low` on and before `high`. */
  #visit(page: Page, link: Link | undefined, low: Uint8Array, high: Uint8Array): void {
    this.pages++;
    if (!this.#intake.check(page)) this.#gap();
    if (link !== undefined && page.isRoot) {
      const message = 'is marked as a root below another page, as the engine leaves it after some repairs';
      this.#reports.note('tree.root', page.pgno, message);
    }
    if (page.isLeaf) this.#leaf(page, link);
    else if (this.#path.steps.length < MAX_TREE_DEPTH) this.#branch(page, low, high);
    else {
      this.#reports.page('tree.level', page.pgno, `lies deeper than ${MAX_TREE_DEPTH} levels`);
      this.#lose();
    }
  }

  #branch(page: Page, low: Uint8Array, high: Uint8Array): void {
    const { pgno } = page;
    if (page.lineCount === 0)
      this.#reports.page('page.structure', pgno, 'is a branch without lines', 'JET_errBadLineCount');
    if (page.pgnoPrev !== 0 || page.pgnoNext !== 0) {
      this.#reports.page('tree.link', pgno, 'is a branch page with sibling links', 'JET_errBadPageLink');
    }
    const { height } = this.#judge;
    const overLeaves = this.#path.steps.length + 2 === height;
    if (height > 0 && overLeaves !== ((page.fFlags & PageFlag.ParentOfLeaf) !== 0)) {
      this.#reports.page('tree.level', pgno, `is ${overLeaves ? 'not ' : ''}marked as the parent of leaves`);
    }
    this.#path.push(page, low, high);
  }

  #leaf(page: Page, link: Link | undefined): void {
    this.leaves++;
    if (page.lineCount === 0 && !page.isRoot) {
      this.#reports.page('page.structure', page.pgno, 'is a leaf without lines', 'JET_errBadLineCount');
    }
    if (!this.#chain.add(page, link)) this.#gap();
    this.#lines(page);
  }

  #lines(page: Page): void {
    const { visit } = this.#options;
    const node = this.#node;
    // Where the way to a page is in doubt, nothing follows from the node before its first.
    const doubtful = this.#path.said !== undefined;
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line)) {
        this.#gap(); // the check of the page has told
        continue;
      }
      this.nodes++;
      const key = this.#key;
      key.load(node, this.#withData);
      if (this.nodes > 1 && !(doubtful && line === 0) && key.compare(this.#chain.lastKey) <= 0) {
        this.#reports.order(page.pgno, line, `line ${line} is not after the node before it`);
      }
      this.#key = this.#chain.lastKey;
      this.#chain.lastKey = key;
      if (visit !== undefined && (node.flags & NodeFlag.Deleted) === 0) visit(node, page, line);
    }
  }

  /** Some of the tree is out of reach. */
  #lose(): void {
    this.#chain.break();
    this.#gap();
  }

  #gap(): void {
    this.complete = false;
    this.#ctx.incompleteTrees.add(this.#tree.objid);
    this.#options.onGap?.();
  }
}

/** Walks and checks one tree, entering its pages into the ledger. Damage is reported and stepped over. */
export function checkTree(ctx: CheckContext, tree: TreeRef, options: TreeCheckOptions): TreeCheck {
  const walk = new TreeWalk(ctx, tree, options);
  walk.run();
  return walk;
}
