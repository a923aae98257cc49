// Two databases page by page: everything a page says but its checksum, and marks that only matter while the engine runs.
import { toHex } from '../../../src/binary/hex.ts';
import { headerPageSize, parseDbHeader } from '../../../src/ese/header/db-header.ts';
import { pageFormat, type PageFormat } from '../../../src/ese/page/page-format.ts';
import { NodeFlag, PageFlag } from '../../../src/ese/page/page-flags.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { Page } from '../../../src/ese/page/page.ts';

/** Everything a page says, as text. Left out: version marks, reserved space and flush type, which outlive nothing. */
function describePage(bytes: Uint8Array, format: PageFormat, pgno: number): string {
  const page = new Page(bytes, format, pgno);
  const { pgnoPrev, pgnoNext, objidFDP, cbFree, fFlags, dbtimeDirtied, externalHeader } = page;
  const flags = fFlags & ~PageFlag.FlushType;
  const lines = [`${dbtimeDirtied} ${pgnoPrev} ${pgnoNext} ${objidFDP} ${cbFree} ${flags} ${toHex(externalHeader)}`];
  const node = new NodeView();
  for (let line = 0; line < page.lineCount; line++) {
    if (!node.load(page, line)) lines.push('unreadable');
    else {
      const { prefixLength } = node;
      lines.push(`${node.flags & ~NodeFlag.Version} ${prefixLength} ${toHex(node.key())} ${toHex(node.data())}`);
    }
  }
  return lines.join('\n');
}

/** Pages on which two databases of the same size differ. */
export function differingPages(a: Uint8Array, b: Uint8Array): number[] {
  const format = pageFormat(headerPageSize(parseDbHeader(b)))!;
  const { pageSize } = format;
  const differing: number[] = [];
  for (let pgno = 1; (pgno + 2) * pageSize <= Math.max(a.length, b.length); pgno++) {
    const from = (pgno + 1) * pageSize;
    const [ours, theirs] = [a, b].map((file) => file.subarray(from, from + pageSize));
    const same =
      ours!.length === theirs!.length && describePage(ours!, format, pgno) === describePage(theirs!, format, pgno);
    if (!same) differing.push(pgno);
  }
  return differing;
}
