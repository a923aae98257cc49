// One B+ tree from root to leaves: links, levels, separators, key order, every node (format 2.3, 8.2, 10.2).
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from '../../ese/btree/tree.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import { NodeFlag, PageFlag } from '../../ese/page/page-flags.ts';
import { expectedFree, hasOverlap, pageHeaderProblem, tagProblem } from '../../ese/page/page-structure.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import { PageUse } from './page-ledger.ts';

/** Called for each sound leaf node that is not flagged deleted. */
export type NodeVisitor = (node: NodeView, page: Page, line: number) => void;

/** Outcome of a tree walk. */
export interface TreeCheck {
  /** False when some page of the tree could not be read: nodes are missing. */
  readonly complete: boolean;
  readonly pages: number;
  readonly leaves: number;
  readonly nodes: number;
}

/** How a tree is to be checked. */
export interface TreeCheckOptions {
  readonly place: FindingPlace;
  /** Nodes are told apart by key and data together (non-unique indexes). */
  readonly nonUnique?: boolean;
  readonly visit?: NodeVisitor;
}

/** Keys never get longer; what is longer is cut for the comparison. */
const KEY_SIZE_MOST = 0x4000;
const NO_KEY = new Uint8Array(0);

/** A key (and, in non-unique trees, data) in a buffer that is used again and again. */
class KeyBuffer {
  readonly bytes: Uint8Array = new Uint8Array(KEY_SIZE_MOST);
  /** Key and data together. */
  length = 0;
  keyLength = 0;

  load(node: NodeView, withData: boolean): void {
    this.keyLength = node.copyKey(this.bytes);
    this.length = this.keyLength;
    if (!withData) return;
    const data = Math.min(node.dataLength, KEY_SIZE_MOST - this.keyLength);
    for (let i = 0; i < data; i++) this.bytes[this.keyLength + i] = node.bytes[node.dataStart + i]!;
    this.length += data;
  }

  /** Order of nodes: by key, then by data. */
  compare(other: KeyBuffer): number {
    const byKey = compareKeys(this.bytes, 0, this.keyLength, other.bytes, 0, other.keyLength);
    if (byKey !== 0) return byKey;
    const data = this.length - this.keyLength;
    return compareKeys(this.bytes, this.keyLength, data, other.bytes, other.keyLength, other.length - other.keyLength);
  }

  /** Against a separator, which is cut from key and data together. */
  compareSeparator(separator: Uint8Array): number {
    return compareKeys(this.bytes, 0, this.length, separator, 0, separator.length);
  }
}

interface Branch {
  readonly page: Page;
  line: number;
  /** Bounds of the keys below; empty: none. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  lastSeparator: Uint8Array;
}

class TreeWalk {
  readonly #ctx: CheckContext;
  readonly #tree: TreeRef;
  readonly #options: TreeCheckOptions;
  readonly #node = new NodeView();
  readonly #use: PageUse;
  #key = new KeyBuffer();
  #previous = new KeyBuffer();
  /** Last leaf met; undefined when it could not be read, so that links to it cannot be judged. */
  #lastLeaf: Page | undefined;
  #leafSeen = false;
  #leafDepth = 0;
  readonly #overlap = new Uint32Array(0x1000);
  complete = true;
  pages = 0;
  leaves = 0;
  nodes = 0;

  constructor(ctx: CheckContext, tree: TreeRef, options: TreeCheckOptions) {
    this.#ctx = ctx;
    this.#tree = tree;
    this.#options = options;
    this.#use = tree.kind === 'space' ? PageUse.Space : PageUse.Tree;
  }

  run(): void {
    const root = this.#open(this.#tree.pgnoFDP, 0);
    if (root === undefined) return;
    if (!root.isRoot) this.#report('tree.root', root.pgno, 'is the root but not marked as one');
    if (root.isLeaf) {
      this.#leaf(root, NO_KEY, NO_KEY, 1);
    } else {
      this.#walk({ page: root, line: 0, low: NO_KEY, high: NO_KEY, lastSeparator: NO_KEY });
    }
    if (this.#lastLeaf !== undefined && this.#lastLeaf.pgnoNext !== 0) {
      this.#report(
        'tree.link',
        this.#lastLeaf.pgno,
        `is the last leaf but links on to page ${this.#lastLeaf.pgnoNext}`,
        'JET_errBadPageLink',
      );
    }
  }

  #walk(root: Branch): void {
    const path = [root];
    this.#branch(root.page);
    while (path.length > 0) {
      const branch = path.at(-1)!;
      if (branch.line >= branch.page.lineCount) {
        path.pop();
        continue;
      }
      const child = this.#child(branch, path.length);
      if (child !== undefined) path.push(child);
    }
  }

  /** Opens the child at the branch's current line; returns it when it is a branch itself. */
  #child(branch: Branch, depth: number): Branch | undefined {
    const line = branch.line++;
    const low = line === 0 ? branch.low : branch.lastSeparator;
    if (!this.#node.load(branch.page, line) || this.#node.dataLength !== 4) {
      this.#report('tree.child', branch.page.pgno, `line ${line} names no child page`, 'JET_errBadParentPageLink');
      this.#lose();
      return undefined;
    }
    const separator = this.#node.key();
    this.#checkSeparator(branch, line, separator);
    if (separator.length > 0) branch.lastSeparator = separator;
    const high = separator.length === 0 ? branch.high : separator;
    const page = this.#open(childPgno(this.#node), branch.page.pgno);
    if (page === undefined) return undefined;
    if (page.isRoot)
      this.#note(
        'tree.root',
        page.pgno,
        'is marked as a root below another page, as the engine leaves it after some repairs',
      );
    const parentOfLeaf = (branch.page.fFlags & PageFlag.ParentOfLeaf) !== 0;
    if (page.isLeaf !== parentOfLeaf) {
      this.#report(
        'tree.level',
        page.pgno,
        `${page.isLeaf ? 'is a leaf' : 'is no leaf'}, which its parent ${branch.page.pgno} does not expect`,
      );
    }
    if (page.isLeaf) {
      this.#leaf(page, low, high, depth + 1);
      return undefined;
    }
    if (depth >= MAX_TREE_DEPTH) {
      this.#report('tree.level', page.pgno, `lies deeper than ${MAX_TREE_DEPTH} levels`);
      this.#lose();
      return undefined;
    }
    this.#branch(page);
    return { page, line: 0, low, high, lastSeparator: low };
  }

  #checkSeparator(branch: Branch, line: number, separator: Uint8Array): void {
    const { page } = branch;
    const last = line === page.lineCount - 1;
    if (separator.length === 0) {
      if (!last || branch.high.length > 0)
        this.#report('tree.separator', page.pgno, `line ${line} has no key but is not the last of the tree`);
      return;
    }
    const before = compareKeys(separator, 0, separator.length, branch.lastSeparator, 0, branch.lastSeparator.length);
    if (branch.lastSeparator.length > 0 && before <= 0 && line > 0) {
      this.#report('tree.separator', page.pgno, `line ${line} is not after the line before it`);
    }
    if (branch.high.length > 0 && compareKeys(separator, 0, separator.length, branch.high, 0, branch.high.length) > 0) {
      this.#report('tree.separator', page.pgno, `line ${line} lies beyond the key its parent gives it`);
    }
    if (last && branch.high.length === 0)
      this.#report('tree.separator', page.pgno, 'the last line of the tree has a key');
  }

  /** Checks a branch page as such. */
  #branch(page: Page): void {
    if (page.lineCount === 0)
      this.#report('page.structure', page.pgno, 'is a branch without lines', 'JET_errBadLineCount');
    if (page.pgnoPrev !== 0 || page.pgnoNext !== 0) {
      this.#report('tree.link', page.pgno, 'is a branch page with sibling links', 'JET_errBadPageLink');
    }
  }

  #leaf(page: Page, low: Uint8Array, high: Uint8Array, depth: number): void {
    this.leaves++;
    if (this.#leafDepth === 0) this.#leafDepth = depth;
    else if (depth !== this.#leafDepth)
      this.#report('tree.level', page.pgno, `is at level ${depth}, other leaves at ${this.#leafDepth}`);
    if (page.lineCount === 0 && !page.isRoot)
      this.#report('page.structure', page.pgno, 'is a leaf without lines', 'JET_errBadLineCount');
    this.#links(page);
    this.#lines(page, low, high);
  }

  #links(page: Page): void {
    const last = this.#lastLeaf;
    if (last !== undefined) {
      if (last.pgnoNext !== page.pgno) this.#badLink(last, `links on to page ${last.pgnoNext}, not to ${page.pgno}`);
      if (page.pgnoPrev !== last.pgno) this.#badLink(page, `links back to page ${page.pgnoPrev}, not to ${last.pgno}`);
    } else if (!this.#leafSeen && page.pgnoPrev !== 0) {
      this.#badLink(page, `is the first leaf but links back to page ${page.pgnoPrev}`);
    }
    this.#leafSeen = true;
    this.#lastLeaf = page;
  }

  #badLink(page: Page, message: string): void {
    this.#report('tree.link', page.pgno, message, 'JET_errBadPageLink');
  }

  #lines(page: Page, low: Uint8Array, high: Uint8Array): void {
    const withData = this.#options.nonUnique === true;
    const { visit } = this.#options;
    const node = this.#node;
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line)) continue; // said by #structure
      this.nodes++;
      const key = this.#key;
      key.load(node, withData);
      if (this.nodes > 1 && key.compare(this.#previous) <= 0)
        this.#badOrder(page, line, 'is not after the node before it');
      if (line === 0 && low.length > 0 && key.compareSeparator(low) < 0)
        this.#badOrder(page, line, 'lies before the keys its parent gives the page');
      if (line === page.lineCount - 1 && high.length > 0 && key.compareSeparator(high) >= 0) {
        this.#badOrder(page, line, 'lies beyond the keys its parent gives the page');
      }
      this.#key = this.#previous;
      this.#previous = key;
      if (visit !== undefined && (node.flags & NodeFlag.Deleted) === 0) visit(node, page, line);
    }
  }

  #badOrder(page: Page, line: number, message: string): void {
    const jet = this.#tree.kind === 'index' ? 'JET_errSecondaryIndexCorrupted' : 'JET_errPrimaryIndexCorrupted';
    this.#ctx.reporter.add({
      rule: 'tree.order',
      severity: 'error',
      jet,
      at: { ...this.#options.place, pgno: page.pgno, line },
      message: `page ${page.pgno}: line ${line} ${message}`,
    });
  }

  /** A page of the tree, entered into the ledger and checked as a page. */
  #open(pgno: number, pgnoParent: number): Page | undefined {
    const { db, ledger } = this.#ctx;
    const { place } = this.#options;
    const page = db.pages.tryRead(pgno);
    if (page instanceof Error) {
      this.#ctx.pageFault(pgno, page, place);
      if (pgno >= 1 && pgno <= ledger.pgnoLast && ledger.use(pgno) === PageUse.None) ledger.setUse(pgno, this.#use);
      this.#lose();
      return undefined;
    }
    this.#ctx.notePage(pgno);
    const mismatch = treeMismatch(page, this.#tree);
    if (mismatch !== undefined) {
      const from = pgnoParent === 0 ? 'named as the root' : `linked from page ${pgnoParent}`;
      this.#report('tree.child', pgno, `is ${from} but ${mismatch}`, 'JET_errBadParentPageLink');
      this.#lose();
      return undefined;
    }
    if (!this.#enter(page, pgnoParent)) return undefined;
    this.pages++;
    this.#structure(page);
    return page;
  }

  /** Books the page as used by this tree. False when it already serves something. */
  #enter(page: Page, pgnoParent: number): boolean {
    const { ledger } = this.#ctx;
    const use = ledger.use(page.pgno);
    if (use === PageUse.Tree || use === PageUse.Space) {
      this.#report(
        'tree.linked-twice',
        page.pgno,
        `is linked from page ${pgnoParent}, but it already serves a tree`,
        'JET_errBadParentPageLink',
      );
      this.#lose();
      return false;
    }
    if (use !== PageUse.None) {
      this.#report(
        'space.used-and-available',
        page.pgno,
        'is in use but listed as available',
        'JET_errSPAvailExtCorrupted',
      );
    }
    const owner = ledger.owner(page.pgno);
    if (owner !== this.#tree.objid) {
      const whose = owner === 0 ? 'nobody' : `object ${owner}`;
      this.#report(
        'space.not-owned',
        page.pgno,
        `is in use by object ${this.#tree.objid} but owned by ${whose}`,
        'JET_errSPOwnExtCorrupted',
      );
    }
    ledger.setUse(page.pgno, this.#use);
    return true;
  }

  #structure(page: Page): void {
    const problem = pageHeaderProblem(page);
    if (problem !== undefined) {
      this.#report('page.structure', page.pgno, problem, 'JET_errPageTagCorrupted');
      return;
    }
    let sound = true;
    for (let itag = 0; itag < page.itagMicFree; itag++) {
      const wrong = tagProblem(page, itag);
      if (wrong === undefined) continue;
      sound = false;
      this.#report('page.structure', page.pgno, `tag ${itag} ${wrong}`, 'JET_errPageTagCorrupted');
    }
    if (!sound) return;
    const free = expectedFree(page);
    if (free !== page.cbFree)
      this.#report(
        'page.structure',
        page.pgno,
        `states ${page.cbFree} free bytes, has ${free}`,
        'JET_errPageTagCorrupted',
      );
    else if (hasOverlap(page, this.#overlap))
      this.#report('page.structure', page.pgno, 'has lines that overlap', 'JET_errPageTagCorrupted');
  }

  /** Something odd that does no harm: the engine's own check accepts it. */
  #note(rule: string, pgno: number, message: string): void {
    this.#ctx.reporter.add({
      rule,
      severity: 'info',
      at: { ...this.#options.place, pgno },
      message: `page ${pgno} ${message}`,
    });
  }

  /** Some of the tree is out of reach. */
  #lose(): void {
    this.complete = false;
    this.#lastLeaf = undefined;
    this.#leafSeen = true;
  }

  #report(
    rule: string,
    pgno: number,
    message: string,
    jet: Parameters<CheckContext['reporter']['add']>[0]['jet'] = 'JET_errDatabaseCorrupted',
  ): void {
    this.#ctx.reporter.add({
      rule,
      severity: 'error',
      jet,
      at: { ...this.#options.place, pgno },
      message: `page ${pgno} ${message}`,
    });
  }
}

/** Walks and checks one tree, entering its pages into the ledger. Damage is reported and stepped over. */
export function checkTree(ctx: CheckContext, tree: TreeRef, options: TreeCheckOptions): TreeCheck {
  const walk = new TreeWalk(ctx, tree, options);
  walk.run();
  return walk;
}
