// Pages that no tree led to: their checksums, when they are owned; free space may be damaged without loss.
import { numberRuns } from '../../binary/number-runs.ts';
import { JetError } from '../../errors/jet-error.ts';
import { SYSTEM_ROOT } from '../../ese/catalog/system-schema.ts';
import { looksLikePatchPage, verifyPage } from '../../ese/page/checksum-page.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';
import type { CheckContext } from './check-context.ts';
import { PageUse } from './page-ledger.ts';

const CHUNK = 4 << 20;

/** Verifies every page of the file that the check has not read yet. */
export function sweepUnread(ctx: CheckContext): void {
  const { pages } = ctx.db;
  const { pageSize } = pages.format;
  const perChunk = Math.max(1, Math.floor(CHUNK / pageSize));
  const buffer = new Uint8Array(perChunk * pageSize);
  const unused: number[] = [];
  for (let first = 1; first <= pages.pgnoLast; first += perChunk) {
    const count = Math.min(perChunk, pages.pgnoLast - first + 1);
    let any = false;
    for (let pgno = first; pgno < first + count && !any; pgno++) any = !ctx.read.has(pgno);
    if (any) sweepChunk(ctx, buffer.subarray(0, count * pageSize), first, unused);
  }
  if (unused.length > 0) reportUnused(ctx, unused);
}

/** Verifies the unread pages from `first` on that fill `buffer`; bad ones that nobody owns go to `unused`. */
function sweepChunk(ctx: CheckContext, buffer: Uint8Array, first: number, unused: number[]): void {
  const { pages, source } = ctx.db;
  const { pageSize } = pages.format;
  const count = buffer.length / pageSize;
  let whole = 0;
  try {
    whole = Math.floor(source.read(pageOffset(first, pageSize), buffer) / pageSize);
  } catch (error) {
    if (!(error instanceof JetError)) throw error;
  }
  for (let i = 0; i < count; i++) {
    const pgno = first + i;
    if (ctx.read.has(pgno)) continue;
    if (i < whole) sweepPage(ctx, buffer, i * pageSize, pgno, unused);
    else sweepAlone(ctx, pgno);
  }
}

/** A page that could not be read together with others. */
function sweepAlone(ctx: CheckContext, pgno: number): void {
  const page = ctx.db.pages.tryRead(pgno);
  ctx.notePage(pgno);
  if (page instanceof JetError && page.symbol !== 'JET_errPageNotInitialized')
    ctx.pageFault(pgno, page, { objid: ctx.ledger.owner(pgno) });
}

function sweepPage(ctx: CheckContext, buffer: Uint8Array, at: number, pgno: number, unused: number[]): void {
  ctx.notePage(pgno);
  const { ledger, db, reporter, space } = ctx;
  const verdict = verifyPage(buffer, at, db.pages.format.pageSize, pgno);
  if (verdict === 'good' || verdict === 'uninitialized') return;
  if (ledger.owner(pgno) === 0 && !space.mayOwn(SYSTEM_ROOT.objid, pgno)) {
    // The last page may be the patch page of a backup.
    if (pgno < db.pages.pgnoLast || !looksLikePatchPage(buffer, at)) unused.push(pgno);
    return;
  }
  if (!ctx.reported.add(pgno)) return;
  const correctable = verdict === 'correctable';
  const free = ledger.use(pgno) === PageUse.Available;
  reporter.add({
    rule: correctable ? 'page.correctable' : 'page.checksum',
    severity: 'warning',
    jet: 'JET_errReadVerifyFailure',
    at: { pgno, objid: ledger.owner(pgno) },
    message: `page ${pgno} ${correctable ? 'has a single-bit error' : 'fails its checksum'}; ${free ? 'it is free, so no data is lost' : 'no tree that can be read leads to it'}`,
  });
}

/** Beyond the owned space lies what was on the disk before: the engine never looks at it. */
function reportUnused(ctx: CheckContext, pgnos: readonly number[]): void {
  ctx.reporter.add({
    rule: 'page.checksum',
    severity: 'info',
    jet: 'JET_errReadVerifyFailure',
    at: { pgno: pgnos[0]! },
    message: `pages that the database does not use fail their checksum (${numberRuns(pgnos).join(', ')}): no data is lost`,
  });
}
