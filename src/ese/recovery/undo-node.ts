// The inverse of a change, on the page of its node: what rollback does (format 9.7; ErrVERIUndo... in ver.cxx).
import { addDelta, addDelta64 } from '../operations/add-delta.ts';
import { flagDelete, flagInsert } from '../operations/flag-node.ts';
import { replaceNode } from '../operations/replace-node.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { Oper, type Version } from './version-list.ts';

/**
 * Undoes a change of line `iline`: what was inserted is marked deleted, what was deleted lives again, what was replaced
 * or added is as before. Nodes never leave a page here, so nothing else has to move.
 * @throws JetError when the line is not there, or has no room for what it was before.
 */
export function undoOnPage(page: EditablePage, iline: number, version: Version): void {
  switch (version.oper) {
    case Oper.Insert:
      flagDelete(page, iline, false);
      break;
    case Oper.FlagDelete:
      flagInsert(page, iline, false);
      break;
    case Oper.Replace:
      replaceNode(page, iline, version.before, 0, version.before.length, false);
      break;
    case Oper.Delta:
      addDelta(page, iline, version.deltaOffset, -Number(version.delta), false);
      break;
    default:
      addDelta64(page, iline, version.deltaOffset, -version.delta, false);
  }
}
