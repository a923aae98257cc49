// `esekit copy SRC DST`: a copy of a database file, both sides verified.
import { isJetError, JetError, jetError } from '../../errors/jet-error.ts';
import type { Finding } from '../../ese/finding.ts';
import type { BadPage, CopyFileResult } from '../../eseutil/copy-file.ts';
import { Interrupted } from '../../eseutil/interruption.ts';
import { maintainInThread } from '../../eseutil/maintenance-thread.ts';
import { failureLines, successLines } from '../../eseutil/operation-end.ts';
import { copyBar, copyOpening } from '../../eseutil/report-defrag.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { findingLine } from '../findings-text.ts';
import { maintenanceStatus } from '../maintenance-status.ts';
import { Progress } from '../progress.ts';
import { groupedDigits } from '../size-text.ts';

/** Options of the verb. */
export interface CopyVerbOptions {
  readonly json?: boolean;
  /** Replace a target that exists. */
  readonly force?: boolean;
}

function badPageFinding({ pgno, verdict }: BadPage): Finding {
  const what = pgno === -1 ? 'the header' : pgno === 0 ? 'the shadow header' : `page ${pgno}`;
  const how = {
    correctable: 'has a single-bit error',
    'wrong-page-number': 'holds another page',
    bad: 'fails its checksum',
  }[verdict];
  return {
    rule: verdict === 'correctable' ? 'page.correctable' : 'page.checksum',
    severity: verdict === 'correctable' ? 'warning' : 'error',
    jet: jetError('JET_errReadVerifyFailure'),
    at: pgno > 0 ? { pgno } : {},
    message: `${what} of the source ${how}; the copy has it as it is`,
  };
}

function findingsOf(result: CopyFileResult): Finding[] {
  const findings = result.badPages.map(badPageFinding);
  if (result.partialPageBytes > 0) {
    findings.push({
      rule: 'file.partial-page',
      severity: 'error',
      jet: jetError('JET_errDatabaseCorrupted'),
      at: { offset: result.bytes - result.partialPageBytes },
      message: `the source ends inside a page: ${result.partialPageBytes} bytes of it are there`,
    });
  }
  return findings;
}

interface Outcome {
  readonly result?: CopyFileResult;
  readonly error?: JetError | Interrupted;
  readonly findings: readonly Finding[];
}

async function run(
  from: string,
  to: string,
  options: CopyVerbOptions,
  onProgress: (done: number, total: number) => void,
): Promise<Outcome> {
  try {
    const result = await maintainInThread('copy', { from, to, force: options.force === true }, { onProgress });
    return { result, findings: findingsOf(result) };
  } catch (error) {
    if (error instanceof Interrupted || isJetError(error)) return { error, findings: [] };
    throw error;
  }
}

function statusOf({ error, findings }: Outcome): number {
  if (error instanceof Interrupted) return ExitStatus.Interrupted;
  if (error !== undefined) return maintenanceStatus(error);
  return findings.length === 0 ? ExitStatus.Clean : ExitStatus.Damage;
}

function print(from: string, to: string, { result, error, findings }: Outcome, io: CommandIo): void {
  for (const finding of findings) io.err(findingLine(finding));
  if (error instanceof Interrupted) io.err(`${to}: interrupted; nothing was copied\n`);
  else if (error !== undefined) {
    const hint = error.symbol === 'JET_errFileAlreadyExists' ? '; --force replaces it' : '';
    io.err(`esekit: ${error.message} (${error.code} ${error.symbol})${hint}\n`);
  }
  if (result === undefined) return;
  const pages = result.verified
    ? `${groupedDigits(result.pages)} pages verified, ${result.badPages.length} bad`
    : 'no database with checksums: only the copy was compared';
  io.out(`${from}: ${groupedDigits(result.bytes)} bytes copied to ${to} and read back; ${pages}\n`);
}

/** Runs the verb; returns the exit status. */
export async function runCopy(from: string, to: string, options: CopyVerbOptions, io: CommandIo): Promise<number> {
  const progress = new Progress(`Copying ${from}:`);
  const outcome = await run(from, to, options, (done, total) => {
    progress.update(done, total);
  });
  progress.finish();
  if (options.json !== true) print(from, to, outcome, io);
  else {
    const { result, error, findings } = outcome;
    const { badPages, ...numbers } = result ?? { badPages: [] };
    const failure =
      error === undefined
        ? {}
        : {
            error:
              error instanceof JetError
                ? { symbol: error.symbol, code: error.code, message: error.message }
                : { symbol: 'interrupted', message: 'interrupted' },
          };
    const document = {
      ok: result !== undefined,
      path: from,
      target: to,
      ...numbers,
      bad: badPages.length,
      ...failure,
      findings,
    };
    io.out(JSON.stringify(document, null, 2) + '\n');
  }
  return statusOf(outcome);
}

/** The same in the words of `eseutil /y`. */
export async function runEseutilCopy(
  from: string,
  to: string,
  options: CopyVerbOptions,
  logo: boolean,
  io: CommandIo,
): Promise<number> {
  const started = performance.now();
  io.out(
    copyOpening(from, to, logo)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const bar = copyBar();
  io.out(bar.begin());
  const outcome = await run(from, to, options, (done, total) => {
    io.out(bar.advance(done, total));
  });
  io.out(outcome.result === undefined ? '\n' : bar.finish());
  for (const finding of outcome.findings) io.err(findingLine(finding));
  const elapsed = performance.now() - started;
  const end =
    outcome.error instanceof JetError
      ? failureLines(outcome.error, elapsed)
      : outcome.error === undefined
        ? successLines(elapsed)
        : ['Operation was interrupted; nothing was copied.', ''];
  io.out(['', ...end].map((line) => `${line}\n`).join(''));
  return statusOf(outcome);
}
