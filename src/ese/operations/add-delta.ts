// Operation: a number within a node's data is changed by a difference, so that sessions need not wait for each other
// (escrow columns, reference counts; log records Delta, Delta64; ErrNDDelta).
import { u32, u64 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { flagVersion } from './flag-node.ts';
import { putU32, putU64 } from '../../binary/little-endian-writer.ts';

const node = new NodeView();

/** Where the number lies in the page. */
function numberAt(page: EditablePage, iline: number, offset: number, size: number): number {
  if (!(iline >= 0 && iline < page.lineCount)) {
    throw new JetError('JET_errBadLineCount', `page ${page.pgno} has no line ${iline}`, { pgno: page.pgno });
  }
  if (node.load(page, iline) && offset >= 0 && offset + size <= node.dataLength) return node.dataStart + offset;
  const message = `page ${page.pgno}: line ${iline} has no number of ${size} bytes at ${offset}`;
  throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: page.pgno });
}

/**
 * Adds `delta` to the 32-bit number at `offset` of a node's data. Returns the number before.
 * @throws JetError JET_errBadLineCount, JET_errLogOperationInconsistentWithDatabase; nothing is changed.
 */
export function addDelta(page: EditablePage, iline: number, offset: number, delta: number, versioned: boolean): number {
  const at = numberAt(page, iline, offset, 4);
  const before = u32(page.bytes, at);
  if (versioned) flagVersion(page, iline);
  putU32(page.bytes, at, (before + delta) | 0);
  return before | 0;
}

/** As `addDelta`, for a 64-bit number. */
export function addDelta64(
  page: EditablePage,
  iline: number,
  offset: number,
  delta: bigint,
  versioned: boolean,
): bigint {
  const at = numberAt(page, iline, offset, 8);
  const before = u64(page.bytes, at);
  if (versioned) flagVersion(page, iline);
  putU64(page.bytes, at, before + delta);
  return BigInt.asIntN(64, before);
}
