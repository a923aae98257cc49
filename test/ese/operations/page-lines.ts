// Pages for tests as lists of lines.
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import type { PageFormat } from '../../../src/ese/page/page-format.ts';
import { usablePrefix } from '../../../src/ese/operations/node-parts.ts';

/** A node, written as text so that failures can be read. */
export interface TextLine {
  readonly key: string;
  readonly data: string;
  readonly flags?: number;
}

const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Bytes of a text, one a character. */
export { latin };

/** A page with lines, stored with a prefix. Its flags default to a leaf. */
export function pageOf(
  format: PageFormat,
  pgno: number,
  lines: readonly TextLine[],
  prefix = '',
  fFlags: number = PageFlag.Leaf,
): EditablePage {
  const page = new EditablePage(new Uint8Array(format.pageSize), format, pgno);
  page.initialize(1, fFlags, 10);
  const prefixBytes = latin(prefix);
  page.setExternalHeader(prefixBytes);
  lines.forEach((line, i) => {
    const key = latin(line.key);
    const data = latin(line.data);
    const length = usablePrefix(prefixBytes, key, 0, key.length);
    page.insertLine(i, line.flags ?? 0, length, key, length, key.length - length, data, 0, data.length);
  });
  return page;
}

/** The lines of a page; flags only where there are any (`Compressed` left out). */
export function linesOf(page: EditablePage): TextLine[] {
  page.reload();
  page.verify();
  const node = new NodeView();
  return Array.from({ length: page.lineCount }, (_, i) => {
    node.load(page, i);
    const line = { key: text(node.key()), data: text(node.data()) };
    return (node.flags & 3) === 0 ? line : { ...line, flags: node.flags & 3 };
  });
}

/** A page pointer's data. */
export function pointer(pgno: number): string {
  return String.fromCharCode(pgno & 0xff, (pgno >> 8) & 0xff, (pgno >> 16) & 0xff, pgno >>> 24);
}

/** Bytes of pages, to see whether anything changed. */
export function snapshot(...pages: (EditablePage | undefined)[]): string {
  return pages.map((page) => (page === undefined ? '' : Buffer.from(page.bytes).toString('base64'))).join('|');
}
