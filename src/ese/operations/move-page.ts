// Operations: a page's contents go to another page (format 8.4; log record PageMove; BTPerformPageMove).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { emptyPage } from './empty-page.ts';
import { pagePointer, replacePagePointer } from './page-pointer.ts';

/** The pages of a move. Those absent are past it already (redo) and are left alone. */
export interface MovePages {
  /** As it was before, or (restored from the record) as it must become again. Needed when `target` is given. */
  readonly source?: EditablePage | undefined;
  readonly target?: EditablePage | undefined;
  readonly parent?: EditablePage | undefined;
  readonly left?: EditablePage | undefined;
  readonly right?: EditablePage | undefined;
}

/**
 * Moves a page: copies it with the database time of the move, frees the old one, turns parent and siblings to the new
 * one. The caller stamps parent and siblings.
 * @throws JetError JET_errLogFileCorrupt (no source), JET_errLogOperationInconsistentWithDatabase (the parent does not
 * point to the source); all pages are then as they were.
 */
export function movePage(
  pages: MovePages,
  pgnoSource: number,
  pgnoTarget: number,
  ilineParent: number,
  dbtime: number,
): void {
  const { source, target, parent, left, right } = pages;
  if (target !== undefined && source === undefined) {
    const message = `page ${pgnoSource} is no longer what was moved to page ${pgnoTarget}`;
    throw new JetError('JET_errLogFileCorrupt', message, { pgno: pgnoSource });
  }
  allOrNothing([source, target, parent, left, right], () => {
    if (source !== undefined) {
      source.verify();
      source.stamp(dbtime);
      target?.copyFrom(source.bytes);
      emptyPage(source);
    }
    if (parent !== undefined) {
      if (pagePointer(parent, ilineParent) !== pgnoSource) {
        const message = `page ${parent.pgno}: line ${ilineParent} does not point to page ${pgnoSource}`;
        throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: parent.pgno });
      }
      replacePagePointer(parent, ilineParent, pgnoTarget);
    }
    left?.setPgnoNext(pgnoTarget);
    right?.setPgnoPrev(pgnoTarget);
  });
}
