// Operations on interior pages: nodes that point to child pages (format 2.3, 8.2, 8.4; BTIInsertPgnoNewAndSetPgnoSplit,
// BTIChangeKeyOfPagePointer, BTIUpdatePagePointer).
import { u32 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import { usablePrefix } from './node-parts.ts';

const POINTER_SIZE = 4;
const NO_KEY = new Uint8Array(0);
const node = new NodeView();
const pointer = new Uint8Array(POINTER_SIZE);

function inconsistent(page: EditablePage, problem: string): never {
  const message = `page ${page.pgno} ${problem}`;
  throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: page.pgno });
}

/** Loads a page pointer into `node`; returns the child's number. */
function load(page: EditablePage, iline: number): number {
  if (!(iline >= 0 && iline < page.lineCount)) {
    throw new JetError('JET_errBadLineCount', `page ${page.pgno} has no line ${iline}`, { pgno: page.pgno });
  }
  if ((page.fFlags & PageFlag.Leaf) !== 0) inconsistent(page, 'is a leaf and points to no pages');
  if (!node.load(page, iline) || node.dataLength !== POINTER_SIZE) inconsistent(page, `: line ${iline} is no pointer`);
  return u32(page.bytes, node.dataStart);
}

/** The child that line `iline` of an interior page points to. @throws JetError when it is no such line. */
export function pagePointer(page: EditablePage, iline: number): number {
  return load(page, iline);
}

/** Makes line `iline` point to another child. @throws JetError when it points to no page; nothing is changed. */
export function replacePagePointer(page: EditablePage, iline: number, pgno: number): void {
  load(page, iline);
  putU32(pointer, 0, pgno);
  page.replaceData(iline, pointer, 0, POINTER_SIZE);
}

/** Inserts a page pointer, stored with as much of the page's prefix as its key has. */
function insertPointer(page: EditablePage, iline: number, key: Uint8Array, pgno: number): void {
  const prefix = page.isRoot ? NO_KEY : page.externalHeader;
  const length = usablePrefix(prefix, key, 0, key.length);
  putU32(pointer, 0, pgno);
  page.insertLine(iline, 0, length, key, length, key.length - length, pointer, 0, POINTER_SIZE);
}

/** First line whose key is not below `key`; the empty key of the last line is above all. */
function seekLine(page: EditablePage, key: Uint8Array): number {
  let low = 0;
  let high = page.lineCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    load(page, middle);
    const above = node.keyLength === 0 || node.compareKey(key) >= 0;
    if (above) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * A child was split and its parent had room: before the pointer to `pgnoSplit` goes one with the separator `key`, and
 * the old one leads to `pgnoNew`.
 * @throws JetError when the pointer after `key` does not lead to `pgnoSplit`, or it does not fit; nothing is changed.
 */
export function insertPagePointer(page: EditablePage, key: Uint8Array, pgnoSplit: number, pgnoNew: number): void {
  const iline = seekLine(page, key);
  if (
    iline >= page.lineCount ||
    load(page, iline) !== pgnoSplit ||
    (node.keyLength > 0 && node.compareKey(key) === 0)
  ) {
    inconsistent(page, `does not point to page ${pgnoSplit} where its separator goes`);
  }
  insertPointer(page, iline, key, pgnoSplit);
  replacePagePointer(page, iline + 1, pgnoNew);
}

/** Gives the page pointer of line `iline` another separator. @throws JetError when that does not fit; nothing changes. */
export function changePointerKey(page: EditablePage, iline: number, key: Uint8Array): void {
  const pgno = load(page, iline);
  allOrNothing([page], () => {
    page.deleteLine(iline);
    insertPointer(page, iline, key, pgno);
  });
}
