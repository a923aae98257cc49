// Operation: a node goes from its page (format 8.3; log record Delete; ErrNDDelete).
import type { EditablePage } from '../page/editable-page.ts';

/** Removes a node. @throws JetError JET_errBadLineCount; nothing is changed. */
export function deleteNode(page: EditablePage, iline: number): void {
  page.deleteLine(iline);
}
