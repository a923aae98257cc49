// Operation: a node is inserted into a page (format 8.1; log record Insert; ErrNDInsert).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeFlag } from '../page/page-flags.ts';
import type { NodeParts } from './node-parts.ts';

/**
 * Inserts a node before line `iline`; the first `prefixLength` bytes of its key are left to the prefix of the page.
 * @throws JetError as EditablePage.insertLine; JET_errLogOperationInconsistentWithDatabase when the prefix of the page
 * is another one. The page is then as it was.
 */
export function insertNode(
  page: EditablePage,
  iline: number,
  prefixLength: number,
  node: NodeParts,
  versioned: boolean,
): void {
  const { key, keyStart } = node;
  if (prefixLength > 0) checkPrefix(page, prefixLength, key, keyStart);
  page.insertLine(
    iline,
    versioned ? NodeFlag.Version : 0,
    prefixLength,
    key,
    keyStart + prefixLength,
    node.keyLength - prefixLength,
    node.data,
    node.dataStart,
    node.dataLength,
  );
}

function checkPrefix(page: EditablePage, length: number, key: Uint8Array, keyStart: number): void {
  const { bytes } = page;
  const start = page.tagStart(0);
  let same = !page.isRoot && length <= page.tagLength(0) && keyStart + length <= key.length;
  for (let i = 0; i < length && same; i++) same = bytes[start + i] === key[keyStart + i];
  if (same) return;
  const message = `page ${page.pgno} does not have the prefix that a node to be inserted is stored with`;
  throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: page.pgno });
}
