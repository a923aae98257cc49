// The leaves that a check of a tree has visited, once more and in the same order.
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from '../../ese/btree/tree.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageSet } from '../../ese/page/page-set.ts';
import type { Page } from '../../ese/page/page.ts';
import type { PageReader } from '../../ese/page/page-reader.ts';
import type { TreeCheck } from './check-tree.ts';

/** Names a line of a branch page. */
export function linkName(pgno: number, line: number): string {
  return `${pgno}:${line}`;
}

/** The leaves of `tree` that `check` has visited: only what it found no fault with is followed. */
export function* visitedLeaves(pages: PageReader, tree: TreeRef, check: TreeCheck): Generator<Page> {
  const seen = new PageSet(pages.pgnoLast);
  const node = new NodeView();
  const open = (pgno: number): Page | undefined => {
    const page = pages.tryRead(pgno);
    if (page instanceof Error || treeMismatch(page, tree) !== undefined || !seen.add(pgno)) return undefined;
    return page;
  };
  const root = open(tree.pgnoFDP);
  if (root?.isLeaf === true) yield root;
  if (root === undefined || root.isLeaf) return;
  const path = [{ page: root, line: 0 }];
  while (path.length > 0) {
    const branch = path.at(-1)!;
    const line = branch.line++;
    if (line >= branch.page.lineCount) {
      path.pop();
      continue;
    }
    const followed = node.load(branch.page, line) && !check.refused.has(linkName(branch.page.pgno, line));
    const child = followed ? open(childPgno(node)) : undefined;
    if (child?.isLeaf === true) yield child;
    else if (child !== undefined && path.length < MAX_TREE_DEPTH) path.push({ page: child, line: 0 });
  }
}
