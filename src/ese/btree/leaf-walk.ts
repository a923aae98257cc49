// All leaf pages of a tree in key order, through its branch pages, past any damage (format 2.3, 8.2).
import type { JetError } from '../../errors/jet-error.ts';
import { compareWholeKeys } from '../norm/compare-keys.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import { PageSet } from '../page/page-set.ts';
import type { Page } from '../page/page.ts';
import type { PageReader } from '../page/page-reader.ts';
import type { TreeFaultHandler } from './cursor.ts';
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from './tree.ts';

/** Finds leaf pages of a tree that no branch page leads to any more. */
export interface OrphanFinder {
  /** Readable leaf pages of `tree` outside `seen`, with keys from `low` on and below `high` (empty: no bound). */
  orphanLeaves(tree: TreeRef, seen: PageSet, low: Uint8Array, high: Uint8Array): Page[];
}

export interface LeafWalkOptions {
  readonly onFault?: TreeFaultHandler;
  /** Where to look for the leaves below a branch page that cannot be read. Without it they are left out. */
  readonly orphans?: OrphanFinder;
  /** True when each page is done with before the next is asked for: all leaves may then share one buffer. */
  readonly transient?: boolean;
}

const NO_BOUND = new Uint8Array(0);

interface Branch {
  readonly page: Page;
  line: number;
  /** Upper bound of the whole branch's keys. */
  readonly high: Uint8Array;
}

/** One walk over the leaves of one tree. */
class LeafWalk {
  readonly #pages: PageReader;
  readonly #tree: TreeRef;
  readonly #options: LeafWalkOptions;
  readonly #seen: PageSet;
  readonly #node = new NodeView();
  /** The buffer of all leaves of a transient walk. */
  readonly #buffer: Uint8Array | undefined;
  /** Last key of the last page given: nothing before it may follow. */
  #low: Uint8Array = NO_BOUND;

  constructor(pages: PageReader, tree: TreeRef, options: LeafWalkOptions) {
    this.#pages = pages;
    this.#tree = tree;
    this.#options = options;
    this.#seen = new PageSet(pages.pgnoLast);
    this.#buffer = options.transient === true ? new Uint8Array(pages.format.pageSize) : undefined;
  }

  *run(): Generator<Page> {
    const root = this.#open(this.#tree.pgnoFDP, 0);
    if (root === undefined) {
      yield* this.#rescue(NO_BOUND);
      return;
    }
    if (root.isLeaf) {
      yield root;
      return;
    }
    const path: Branch[] = [{ page: root, line: 0, high: NO_BOUND }];
    while (path.length > 0) {
      const branch = path.at(-1)!;
      if (branch.line >= branch.page.lineCount) {
        path.pop();
        continue;
      }
      const line = branch.line++;
      const readable = this.#node.load(branch.page, line);
      const separator = readable ? this.#node.key() : NO_BOUND;
      const high = separator.length === 0 ? branch.high : separator;
      const child = readable ? this.#open(childPgno(this.#node), branch.page.pgno, branch.page) : undefined;
      if (!readable) this.#fault(branch.page.pgno, branch.page.pgno, `has an unreadable line ${line}`);
      if (child === undefined) yield* this.#rescue(high);
      else if (!child.isLeaf && path.length < MAX_TREE_DEPTH) path.push({ page: child, line: 0, high });
      else if (child.isLeaf) {
        this.#remember(child);
        yield child;
      }
    }
  }

  #remember(page: Page): void {
    const { lineCount } = page;
    if (lineCount > 0 && this.#node.load(page, lineCount - 1)) this.#low = this.#node.key();
  }

  /** Leaves of a subtree that cannot be reached, found by scanning the file for pages of the tree in its key range. */
  *#rescue(high: Uint8Array): Generator<Page> {
    const found = this.#options.orphans?.orphanLeaves(this.#tree, this.#seen, this.#low, high) ?? [];
    for (const page of found) {
      this.#seen.add(page.pgno);
      this.#remember(page);
      yield page;
    }
  }

  #open(pgno: number, pgnoParent: number, parent?: Page): Page | undefined {
    const buffer = ((parent?.fFlags ?? 0) & PageFlag.ParentOfLeaf) !== 0 ? this.#buffer : undefined;
    let page = buffer === undefined ? this.#pages.tryRead(pgno) : this.#pages.tryReadInto(buffer, pgno);
    // Only leaves may share the buffer, whatever a damaged parent says of its children.
    if (buffer !== undefined && !(page instanceof Error) && !page.isLeaf) page = this.#pages.tryRead(pgno);
    const problem = page instanceof Error ? page : treeMismatch(page, this.#tree);
    if (problem !== undefined) {
      this.#fault(pgno, pgnoParent, problem);
      return undefined;
    }
    if (!this.#seen.add(pgno)) {
      this.#fault(pgno, pgnoParent, 'is linked twice');
      return undefined;
    }
    return page as Page;
  }

  #fault(pgno: number, pgnoParent: number, reason: JetError | string): void {
    this.#options.onFault?.(pgno, pgnoParent, reason);
  }
}

/** The leaf pages of `tree` in key order. Pages that cannot be used are reported to `onFault`. */
export function walkLeaves(pages: PageReader, tree: TreeRef, options: LeafWalkOptions = {}): Generator<Page> {
  return new LeafWalk(pages, tree, options).run();
}

/** Sorts leaf pages by first key and drops those whose keys begin before the page before them ends. */
export function inKeyOrder(leaves: readonly Page[]): Page[] {
  const node = new NodeView();
  const ranges = leaves.flatMap((page) => {
    if (page.lineCount === 0 || !node.load(page, 0)) return [];
    const first = node.key();
    return node.load(page, page.lineCount - 1) ? [{ page, first, last: node.key() }] : [];
  });
  // Of two pages with the same keys the one changed later is the true one.
  ranges.sort((a, b) => compareWholeKeys(a.first, b.first) || (a.page.dbtimeDirtied < b.page.dbtimeDirtied ? 1 : -1));
  const kept: typeof ranges = [];
  for (const range of ranges) {
    const before = kept.at(-1);
    if (before === undefined || compareWholeKeys(range.first, before.last) > 0) kept.push(range);
  }
  return kept.map((range) => range.page);
}
