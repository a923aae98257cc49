// Operations: data that is no longer needed is overwritten (log record Scrub; NDScrubOneUsedPage, NDScrubOneUnusedPage).
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { NodeFlag, PageFlag } from '../page/page-flags.ts';

/** What is done with a line. */
export const ScrubOper = { none: 0, data: 1, longValueData: 2 } as const;

const Fill = { deletedData: 0x44, longValue: 0x4c, usedPage: 0x5a, unusedPage: 0x55 } as const;
/** Scheme byte that marks a long-value chunk as scrubbed, so that nobody tries to decompress it. */
const SCRUBBED_CHUNK = 4 << 3;

const node = new NodeView();

function refuse(page: EditablePage, problem: string): never {
  const message = `page ${page.pgno}: ${problem}`;
  throw new JetError('JET_errLogOperationInconsistentWithDatabase', message, { pgno: page.pgno });
}

/**
 * Overwrites the data of some lines (`opers`: one ScrubOper a line) and all free bytes.
 * @throws JetError JET_errLogOperationInconsistentWithDatabase when `opers` do not suit the page; nothing is changed.
 */
export function scrubUsedPage(page: EditablePage, opers: Uint8Array, dbtime: number): void {
  page.verify();
  if (opers.length !== page.lineCount) refuse(page, `has ${page.lineCount} lines, not ${opers.length}`);
  for (const [line, oper] of opers.entries()) {
    const deleted = (page.lineFlags(line) & NodeFlag.Deleted) !== 0;
    if (oper > ScrubOper.longValueData) refuse(page, `unknown way ${oper} to scrub`);
    if (oper === ScrubOper.data && !deleted) refuse(page, `line ${line} is not deleted and cannot be scrubbed`);
  }
  for (const [line, oper] of opers.entries()) {
    if (oper === ScrubOper.none || !node.load(page, line)) continue;
    const fill = oper === ScrubOper.data ? Fill.deletedData : Fill.longValue;
    page.bytes.fill(fill, node.dataStart, node.dataStart + node.dataLength);
    if (oper === ScrubOper.longValueData) page.bytes[node.dataStart] = SCRUBBED_CHUNK;
    page.setLineFlags(line, node.flags & ~NodeFlag.Version);
  }
  finish(page, Fill.usedPage, dbtime);
}

/** Removes all lines of a page that no tree uses and overwrites what they held. */
export function scrubUnusedPage(page: EditablePage, dbtime: number): void {
  page.verify();
  page.deleteLinesFrom(0);
  finish(page, Fill.unusedPage, dbtime);
}

function finish(page: EditablePage, fill: number, dbtime: number): void {
  page.fillFree(fill);
  page.stamp(dbtime);
  page.setFlags(page.fFlags | PageFlag.Scrubbed);
}
