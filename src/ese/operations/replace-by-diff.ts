// Operation: the data of a node is replaced by a difference to what it was (log record ReplaceD; ErrNDReplace).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { applyDiff } from './apply-diff.ts';
import { replaceNode } from './replace-node.ts';

const node = new NodeView();
/** New data: never longer than the largest page. */
const scratch = new Uint8Array(32768);

/**
 * Replaces the data of a node by what `diff` makes of it, which must be `newLength` bytes. `wide`: see `applyDiff`.
 * @throws JetError JET_errBadLineCount, JET_errLogFileCorrupt (bad difference), JET_errLogOperationInconsistentWithDatabase
 * (another length), JET_errDatabaseCorrupted (no room); nothing is changed.
 */
export function replaceByDiff(
  page: EditablePage,
  iline: number,
  diff: Uint8Array,
  diffStart: number,
  diffLength: number,
  wide: boolean,
  newLength: number,
  versioned: boolean,
): void {
  const at = { pgno: page.pgno };
  if (!(iline >= 0 && iline < page.lineCount && node.load(page, iline)))
    throw new JetError('JET_errBadLineCount', `page ${page.pgno} has no line ${iline}`, at);
  const { bytes, dataStart, dataLength } = node;
  const target = scratch.subarray(0, page.format.pageSize);
  const length = applyDiff(diff, diffStart, diffLength, wide, bytes, dataStart, dataLength, target);
  if (length !== newLength) {
    const message = `page ${page.pgno}: line ${iline} becomes ${length} bytes of data instead of ${newLength}`;
    throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, at);
  }
  replaceNode(page, iline, scratch, 0, length, versioned);
}
