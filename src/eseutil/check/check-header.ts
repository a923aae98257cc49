// Header, state and size of a database (format 1.1, 1.2, 1.5).
import { HEADER_PAGES } from '../../ese/page/page-reader.ts';
import { DbState, dbStateName } from '../../ese/header/db-state.ts';
import type { HeaderCopy } from '../../ese/header/read-db-header.ts';
import type { CheckContext } from './check-context.ts';

/** Newest revision whose rules the public source tells. */
const NEWEST_KNOWN_REVISION = 290;

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

function checkCopy(ctx: CheckContext, name: 'primary' | 'shadow', copy: HeaderCopy): void {
  if (copy.state === 'good') return;
  const { format, used } = ctx.db.found;
  const offset = name === 'primary' ? 0 : format.pageSize;
  const what =
    copy.state === 'missing'
      ? 'is missing: the file ends before it'
      : copy.state === 'differs'
        ? 'is sound but says something else'
        : `fails its checksum: stored ${hex(copy.expectedChecksum)}, computed ${hex(copy.actualChecksum)}`;
  const instead = used === 'none' ? 'No copy of the header is sound.' : `The ${used} header is used.`;
  ctx.reporter.add({
    rule: `header.${name}`,
    severity: used === 'none' ? 'error' : 'warning',
    jet: 'JET_errReadVerifyFailure',
    at: { offset },
    message: `the ${name} header ${what}. ${instead}`,
  });
}

function checkState(ctx: CheckContext): void {
  const { header } = ctx.db.found;
  if (header.dbstate === DbState.CleanShutdown || ctx.db.hasNoChecksums) return;
  const logs =
    header.lGenMinRequired === 0 && header.lGenMaxRequired === 0
      ? 'it names no logs: it was not logged, and recovery cannot help'
      : `it needs logs ${header.lGenMinRequired}-${header.lGenMaxRequired}`;
  ctx.reporter.add({
    rule: 'header.dirty',
    severity: 'warning',
    jet: 'JET_errDatabaseDirtyShutdown',
    at: {},
    message: `the database was not shut down cleanly (${dbStateName(header.dbstate)}): ${logs}. What follows may be put right by recovery`,
  });
}

function checkSize(ctx: CheckContext): void {
  const { source, pages } = ctx.db;
  const rest = source.size % pages.format.pageSize;
  if (rest === 0) return;
  ctx.reporter.add({
    rule: 'file.partial-page',
    severity: 'error',
    jet: 'JET_errDatabaseCorrupted',
    at: { offset: source.size - rest, pgno: pages.pgnoLast + 1 },
    message: `the file ends inside page ${pages.pgnoLast + 1}: ${rest} of ${pages.format.pageSize} bytes are there, as after a copy that was cut off`,
  });
}

/** Checks what the header says of the file. */
export function checkHeader(ctx: CheckContext): void {
  const { found, source } = ctx.db;
  checkCopy(ctx, 'primary', found.primary);
  checkCopy(ctx, 'shadow', found.shadow);
  if (found.header.ulDaeUpdateMajor > NEWEST_KNOWN_REVISION) {
    ctx.reporter.add({
      rule: 'header.revision',
      severity: 'info',
      at: {},
      message: `revision ${found.header.ulDaeUpdateMajor} is newer than any published one: it is read by the rules of revision ${NEWEST_KNOWN_REVISION}`,
    });
  }
  checkState(ctx);
  checkSize(ctx);
  if (source.size < (HEADER_PAGES + 1) * found.format.pageSize) {
    ctx.reporter.add({
      rule: 'file.no-pages',
      severity: 'error',
      jet: 'JET_errDatabaseCorrupted',
      at: {},
      message: 'the file holds headers but no pages',
    });
  }
}
