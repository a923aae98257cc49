// Operations: a page becomes a new one (format 4.8; log record NewPage; CPAGE::ErrGetNewPreInitPage, ConsumePreInitPage).
import type { EditablePage } from '../page/editable-page.ts';

/** Reserves a page for a tree: nothing in it yet, not even tags. Whatever it held is gone. */
export function reservePage(page: EditablePage, objidFDP: number, dbtime: number): void {
  page.preinitialize(objidFDP, dbtime);
}

/** Makes a page a new, empty one of a tree. Whatever it held is gone. */
export function newPage(page: EditablePage, objidFDP: number, fFlags: number, dbtime: number): void {
  page.initialize(objidFDP, fFlags, dbtime);
}
