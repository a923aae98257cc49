// The whole check of a database: header, catalog, space, every tree, records, long values, indexes (format 10).
import type { Database } from '../ese/database.ts';
import { isCatalog, OBJID_CATALOG, OBJID_CATALOG_SHADOW } from '../ese/catalog/system-schema.ts';
import type { Finding, FindingPlace, Severity } from '../ese/finding.ts';
import { checkCatalog } from './check/check-catalog.ts';
import { CheckContext } from './check/check-context.ts';
import { compareCatalogs } from './check/compare-catalogs.ts';
import { checkHeader } from './check/check-header.ts';
import { checkSpace, reportLeaks, treesOf } from './check/check-space.ts';
import { skipDuplicateTrees } from './check/duplicate-trees.ts';
import { checkTable } from './check/check-table.ts';
import type { TreeCheck } from './check/check-tree.ts';
import { Reporter } from './check/reporter.ts';
import { sweepUnread } from './check/sweep.ts';

/** What to be told of during a check. */
export interface CheckOptions {
  readonly onFinding?: (finding: Finding) => void;
  /** Pages read so far, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Outcome of a check. */
export interface CheckResult {
  /** True when nothing is wrong: no error and no warning. */
  readonly ok: boolean;
  readonly pages: {
    readonly total: number;
    readonly checked: number;
    readonly bad: number;
    readonly corrected: number;
  };
  readonly counts: Readonly<Record<Severity, number>>;
}

function reportCorrected(ctx: CheckContext): void {
  for (const [pgno, bits] of ctx.db.pages.corrected) {
    ctx.reporter.add({
      rule: 'page.correctable',
      severity: 'warning',
      jet: 'JET_errReadVerifyFailure',
      at: { pgno, objid: ctx.ledger.owner(pgno) },
      message: `page ${pgno} has a single-bit error (bit ${bits.join(', ')}); it was corrected for reading, the file still has it`,
      fix: 'No data is lost. Repair or defragmentation writes the corrected page. Look at the disk, memory and drivers.',
    });
  }
}

/** Checks all that trees and catalog tell. */
function checkLogical(ctx: CheckContext): void {
  skipDuplicateTrees(ctx);
  checkSpace(ctx);
  checkCatalog(ctx);
  const catalogs = new Map<number, TreeCheck>();
  for (const table of ctx.db.tables) {
    if (ctx.skipped.has(table.tree)) continue;
    const records = checkTable(ctx, table);
    if (isCatalog(table.tree.objid)) catalogs.set(table.tree.objid, records);
  }
  const [main, shadow] = [catalogs.get(OBJID_CATALOG), catalogs.get(OBJID_CATALOG_SHADOW)];
  if (main !== undefined && shadow !== undefined) compareCatalogs(ctx, main, shadow);
  const names = new Map<number, FindingPlace>();
  for (const table of ctx.db.tables) for (const { tree, place } of treesOf(table)) names.set(tree.objid, place);
  reportLeaks(ctx, names);
}

/** Checks a whole database. Damage is reported, never thrown; the check always comes to its end. */
export function checkDatabase(db: Database, options: CheckOptions = {}): CheckResult {
  const reporter = new Reporter(db.pages.format.pageSize, (finding) => options.onFinding?.(finding));
  const total = db.pages.pgnoLast;
  let done = 0;
  const ctx = new CheckContext(db, reporter, (count) => {
    done += count;
    options.onProgress?.(done, total);
  });
  checkHeader(ctx);
  // A temporary database has neither catalog nor checksums: there is nothing to hold its pages against.
  if (!db.hasNoChecksums) {
    checkLogical(ctx);
    sweepUnread(ctx);
    reportCorrected(ctx);
  }
  reporter.finish();
  const { counts } = reporter;
  return {
    ok: counts.error === 0 && counts.warning === 0,
    pages: { total, checked: done, bad: ctx.reported.size, corrected: db.pages.corrected.size },
    counts,
  };
}
