// Operations on the external header of a page: set as a whole (log record SetExternalHeader), or its space header alone
// (format 2.4; ErrNDISetExternalHeader).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { SPACE_HEADER_SIZE } from '../space/space-header.ts';

const ROOT_FIELD_SPACE_HEADER = 1;

/** Sets the whole external header. @throws JetError as EditablePage.setExternalHeader; nothing is changed. */
export function setExternalHeader(page: EditablePage, data: Uint8Array): void {
  page.setExternalHeader(data);
}

/**
 * Sets the space header of a root, 16 bytes; other root fields (flagged form of the header) stay as they are.
 * @throws JetError JET_errDatabaseCorrupted when the header is neither form; nothing is changed.
 */
export function setSpaceHeader(page: EditablePage, spaceHeader: Uint8Array): void {
  if (spaceHeader.length !== SPACE_HEADER_SIZE) throw new RangeError(`a space header has ${SPACE_HEADER_SIZE} bytes`);
  const current = page.externalHeader;
  if (current.length === 0 || current.length === SPACE_HEADER_SIZE) {
    page.setExternalHeader(spaceHeader);
    return;
  }
  const flagged = (current[0]! & ROOT_FIELD_SPACE_HEADER) !== 0 && current.length > SPACE_HEADER_SIZE;
  if (!page.isRoot || !flagged) {
    const message = `page ${page.pgno} has an external header of ${current.length} bytes that is no root's`;
    throw new JetError('JET_errDatabaseCorrupted', message, { pgno: page.pgno });
  }
  const whole = new Uint8Array(current);
  whole.set(spaceHeader, 1);
  page.setExternalHeader(whole);
}
