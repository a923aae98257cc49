// Pages that no tree led to: their checksums, when they are owned; free space may be damaged without loss.
import { verifyPage } from '../../ese/page/checksum-page.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';
import type { CheckContext } from './check-context.ts';
import { PageUse } from './page-ledger.ts';

const CHUNK = 4 << 20;

/** Verifies every page of the file that the check has not read yet. */
export function sweepUnread(ctx: CheckContext): void {
  const { pages, source } = ctx.db;
  const { pageSize } = pages.format;
  const perChunk = Math.max(1, Math.floor(CHUNK / pageSize));
  const buffer = new Uint8Array(perChunk * pageSize);
  for (let first = 1; first <= pages.pgnoLast; first += perChunk) {
    const count = Math.min(perChunk, pages.pgnoLast - first + 1);
    let any = false;
    for (let pgno = first; pgno < first + count && !any; pgno++) any = !ctx.read.has(pgno);
    if (!any) continue;
    source.read(pageOffset(first, pageSize), buffer.subarray(0, count * pageSize));
    for (let i = 0; i < count; i++) {
      if (!ctx.read.has(first + i)) sweepPage(ctx, buffer, i * pageSize, first + i);
    }
  }
}

function sweepPage(ctx: CheckContext, buffer: Uint8Array, at: number, pgno: number): void {
  ctx.notePage(pgno);
  const { ledger, db, reporter } = ctx;
  const verdict = verifyPage(buffer, at, db.pages.format.pageSize, pgno);
  // Beyond the owned space lies what the engine preallocated, or the patch page of a backup.
  if (verdict === 'good' || verdict === 'uninitialized' || ledger.owner(pgno) === 0 || !ctx.reported.add(pgno)) return;
  const free = ledger.use(pgno) === PageUse.Available;
  reporter.add({
    rule: verdict === 'correctable' ? 'page.correctable' : 'page.checksum',
    severity: 'warning',
    jet: 'JET_errReadVerifyFailure',
    at: { pgno, objid: ledger.owner(pgno) },
    message: `page ${pgno} ${verdict === 'correctable' ? 'has a single-bit error' : 'fails its checksum'}; it is ${free ? 'free' : 'in no tree'}, so no data is lost`,
  });
}
