// `esekit check FILE`: everything that can be wrong with a database, as findings.
import { jetError } from '../../errors/jet-error.ts';
import { Database } from '../../ese/database.ts';
import type { Finding } from '../../ese/finding.ts';
import { dbStateName } from '../../ese/header/db-state.ts';
import { identifyFile, type IdentifiedFile } from '../../ese/header/identify.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';
import { checkDatabase, type CheckResult } from '../../eseutil/check.ts';
import { scanChecksums } from '../../eseutil/checksum-scan.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { countsText, findingLine } from '../findings-text.ts';
import { Progress } from '../progress.ts';

export interface CheckVerbOptions {
  readonly json?: boolean;
  /** Verify page checksums alone, on all processors. */
  readonly checksumsOnly?: boolean;
  /** Findings to list at most. */
  readonly most?: number;
}

/** Findings listed when the caller does not say. */
const LISTED_MOST = 1000;

/** What a check came to. */
export interface CheckOutcome {
  readonly findings: readonly Finding[];
  /** Findings that were counted but not kept. */
  readonly more: number;
  readonly result: CheckResult;
}

/** Checks a database fully, keeping at most `most` findings. */
export function runFullCheck(db: Database, most: number): CheckOutcome {
  const findings: Finding[] = [];
  let more = 0;
  const progress = new Progress(`Checking ${db.source.name}:`);
  const result = checkDatabase(db, {
    onFinding: (finding) => {
      if (findings.length < most) findings.push(finding);
      else more++;
    },
    onProgress: (done, total) => {
      progress.update(done, total);
    },
  });
  progress.finish();
  return { findings, more, result };
}

async function runChecksumScan(
  source: FileSource,
  pageSize: number,
  expectNoChecksums: boolean,
  most: number,
): Promise<CheckOutcome> {
  const progress = new Progress(`Verifying checksums of ${source.name}:`);
  const scan = await scanChecksums(source.name, {
    pageSize,
    expectNoChecksums,
    maxListed: most,
    onProgress: (done, total) => {
      progress.update(done, total);
    },
  });
  progress.finish();
  const findings = scan.damaged.map((page): Finding => ({
    rule:
      page.verdict === 'correctable'
        ? 'page.correctable'
        : page.pgno <= 0
          ? page.pgno === -1
            ? 'header.primary'
            : 'header.shadow'
          : 'page.checksum',
    severity: page.verdict === 'correctable' ? 'warning' : 'error',
    jet: jetError('JET_errReadVerifyFailure'),
    at: { pgno: page.pgno, offset: pageOffset(page.pgno, pageSize) },
    message: damageText(page.verdict, page.pgno),
  }));
  if (scan.partialPageBytes > 0) {
    findings.push({
      rule: 'file.partial-page',
      severity: 'error',
      jet: jetError('JET_errDatabaseCorrupted'),
      at: { offset: source.size - scan.partialPageBytes },
      message: `the file ends inside a page: ${scan.partialPageBytes} bytes of it are there`,
    });
  }
  const errors = scan.counts.bad + scan.counts.wrongPageNumber + (scan.partialPageBytes > 0 ? 1 : 0);
  const counts = { error: errors, warning: scan.counts.correctable, info: 0 };
  const listed = scan.damaged.length;
  return {
    findings,
    more: Math.max(0, scan.counts.bad + scan.counts.wrongPageNumber + scan.counts.correctable - listed),
    result: {
      ok: errors === 0 && counts.warning === 0,
      pages: {
        total: scan.pagesSeen,
        checked: scan.pagesSeen,
        bad: scan.counts.bad + scan.counts.wrongPageNumber,
        corrected: scan.counts.correctable,
      },
      counts,
    },
  };
}

function damageText(verdict: string, pgno: number): string {
  const what = pgno === -1 ? 'the header' : pgno === 0 ? 'the shadow header' : `page ${pgno}`;
  if (verdict === 'correctable') return `${what} has a single-bit error, which can be corrected`;
  if (verdict === 'wrong-page-number') return `${what} holds another page`;
  return `${what} fails its checksum`;
}

function isDatabase(file: IdentifiedFile): file is IdentifiedFile & { readonly kind: 'database' | 'temp-database' } {
  return file.kind === 'database' || file.kind === 'temp-database';
}

function print(path: string, outcome: CheckOutcome, options: CheckVerbOptions, io: CommandIo): void {
  const { findings, more, result } = outcome;
  if (options.json === true) {
    io.out(
      JSON.stringify({ ok: result.ok, path, pages: result.pages, counts: result.counts, findings, more }, null, 2) +
        '\n',
    );
    return;
  }
  for (const finding of findings) io.out(findingLine(finding));
  if (more > 0) io.out(`... and ${more} more findings\n`);
  const { pages } = result;
  const corrected = pages.corrected === 0 ? '' : `, ${pages.corrected} with a single-bit error`;
  io.out(
    `${findings.length === 0 ? '' : '\n'}${path}: ${countsText(result.counts)}; ${pages.checked} of ${pages.total} pages checked, ${pages.bad} bad${corrected}\n`,
  );
}

/** Runs the verb; returns the exit status. @throws JetError when the file cannot be read or is no database. */
export async function runCheck(path: string, options: CheckVerbOptions, io: CommandIo): Promise<number> {
  const source = new FileSource(path);
  const file = identifyFile(source);
  if (!isDatabase(file)) {
    io.err(`${path}: this is a ${file.kind.replace('-', ' ')}, not a database: \`esekit info\` tells about it.\n`);
    return ExitStatus.Refused;
  }
  const { found } = file;
  const most = options.most ?? LISTED_MOST;
  if (options.json !== true)
    io.out(`${path}: ${dbStateName(found.header.dbstate)}, pages of ${found.format.pageSize} bytes\n`);
  const db = new Database(source);
  const outcome =
    options.checksumsOnly === true
      ? await runChecksumScan(source, found.format.pageSize, db.hasNoChecksums, most)
      : runFullCheck(db, most);
  print(path, outcome, options, io);
  db.close();
  return outcome.result.ok ? ExitStatus.Clean : ExitStatus.Damage;
}
