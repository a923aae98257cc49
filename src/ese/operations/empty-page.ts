// Operations: all nodes go from a page or a tree (format 4.8, 8.4; log record EmptyTree; NDEmptyPage, NDSetEmptyTree).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { PageFlag } from '../page/page-flags.ts';

const NO_PREFIX = new Uint8Array(0);

/** Removes all nodes and the prefix of a page and marks it free. A root keeps its external header. */
export function emptyPage(page: EditablePage): void {
  const hasPrefix = !page.isRoot && page.itagMicFree > 0;
  // The prefix first: the page is wound up when its last line goes.
  if (hasPrefix) page.beginPrefixChange(true);
  page.deleteLinesFrom(0);
  if (hasPrefix) page.endPrefixChange(NO_PREFIX);
  page.setFlags(page.fFlags | PageFlag.Empty);
}

/**
 * Makes the root of a tree whose other pages are all freed a leaf without nodes.
 * @throws JetError JET_errLogOperationInconsistentWithDatabase when it is no root with exactly one child.
 */
export function emptyRoot(root: EditablePage): void {
  if (!root.isRoot || root.isLeaf || root.lineCount !== 1) {
    const message = `page ${root.pgno} is no root with one child`;
    throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: root.pgno });
  }
  root.deleteLine(0);
  root.setFlags((root.fFlags & ~PageFlag.ParentOfLeaf) | PageFlag.Leaf);
}
