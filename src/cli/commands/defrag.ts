// `esekit defrag FILE`: a compact, verified database in the place of the old one.
import { isJetError, JetError } from '../../errors/jet-error.ts';
import type { Finding } from '../../ese/finding.ts';
import type { DefragOptions, DefragResult } from '../../eseutil/defrag.ts';
import { Interrupted } from '../../eseutil/interruption.ts';
import { maintainInThread } from '../../eseutil/maintenance-thread.ts';
import { defragBar, defragClosing, defragOpening } from '../../eseutil/report-defrag.ts';
import { failureLines, successLines } from '../../eseutil/operation-end.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';
import { findingLine } from '../findings-text.ts';
import { maintenanceStatus } from '../maintenance-status.ts';
import { sizeChange } from '../size-text.ts';

/** Options of the verb. */
export interface DefragVerbOptions extends DefragOptions {
  readonly json?: boolean;
  /** Findings to list at most. */
  readonly most?: number;
}

/** Findings listed when the caller does not say. */
const LISTED_MOST = 1000;

/** What a run came to. */
interface Outcome {
  readonly result?: DefragResult;
  readonly error?: JetError | Interrupted;
  readonly findings: readonly Finding[];
  /** Findings that were counted but not kept. */
  readonly more: number;
}

async function run(path: string, options: DefragVerbOptions, showBar: boolean, io: CommandIo): Promise<Outcome> {
  const most = options.most ?? LISTED_MOST;
  const findings: Finding[] = [];
  let more = 0;
  const bar = defragBar();
  if (showBar) io.out(bar.begin());
  const work: DefragOptions = {
    ...(options.temp === undefined ? {} : { temp: options.temp }),
    ...(options.backup === undefined ? {} : { backup: options.backup }),
    preserve: options.preserve === true,
    salvage: options.salvage === true,
  };
  try {
    const result = await maintainInThread(
      'defrag',
      { path, options: work },
      {
        onFinding: (finding) => {
          if (findings.length < most) findings.push(finding);
          else more++;
        },
        onProgress: (done, total) => {
          if (showBar) io.out(bar.advance(done, total));
        },
      },
    );
    if (showBar) io.out(bar.finish());
    return { result, findings, more };
  } catch (error) {
    if (showBar) io.out('\n');
    if (error instanceof Interrupted || isJetError(error)) return { error, findings, more };
    throw error;
  }
}

function statusOf({ result, error }: Outcome): number {
  if (error instanceof Interrupted) return ExitStatus.Interrupted;
  if (error !== undefined) return maintenanceStatus(error);
  return result?.clean === true ? ExitStatus.Clean : ExitStatus.Damage;
}

function json(path: string, options: DefragVerbOptions, { result, error, findings, more }: Outcome): string {
  const document = {
    ok: result !== undefined,
    path,
    ...(result === undefined ? {} : numbersOf(result)),
    ...(options.preserve === true && result !== undefined ? { preserved: result.result } : {}),
    ...(options.backup !== undefined && result !== undefined ? { backup: options.backup } : {}),
    ...(error === undefined ? {} : { error: errorDocument(error) }),
    findings,
    more,
  };
  return JSON.stringify(document, null, 2) + '\n';
}

/** All of a result but where it is and whether it is clean, which the document says in its own words. */
function numbersOf(result: DefragResult): object {
  return { ...result, result: undefined, clean: undefined };
}

function errorDocument(error: JetError | Interrupted): object {
  return error instanceof JetError
    ? { symbol: error.symbol, code: error.code, message: error.message }
    : { symbol: 'interrupted', message: 'interrupted: the original is untouched' };
}

/** Findings, and what to do about the indexes that only the engine can complete. */
function printFindings({ findings, more, result }: Outcome, io: CommandIo): void {
  for (const finding of findings) io.err(findingLine(finding));
  if (more > 0) io.err(`... and ${more} more findings\n`);
  for (const name of result?.indexesForEngine ?? [])
    io.err(
      `Index ${name} is not complete: its sort keys can only be made by Windows. It is marked: the engine deletes it when the database is attached (with JET_bitDbDeleteCorruptIndexes; else it says -1414), and the program that owns it creates it again.\n`,
    );
  for (const name of result?.indexesDropped ?? [])
    io.err(
      `Index ${name} was lost, and only Windows can make its sort keys: the program that owns it must create it again.\n`,
    );
}

function printError(path: string, error: JetError | Interrupted, options: DefragVerbOptions, io: CommandIo): void {
  if (error instanceof Interrupted) {
    io.err(`${path}: interrupted; the original is untouched\n`);
    return;
  }
  io.err(`esekit: ${error.message} (${error.code} ${error.symbol})\n`);
  if (maintenanceStatus(error) === ExitStatus.Damage) {
    const salvage = options.salvage === true ? '' : '; --salvage keeps what can be read';
    io.err(`The original is untouched${salvage}.\n`);
  }
}

function printResult(path: string, options: DefragVerbOptions, result: DefragResult, io: CommandIo): void {
  const { pagesBefore, pagesAfter, bytesBefore, bytesAfter } = result;
  io.out(`\n${path}: ${pagesBefore} pages before, ${pagesAfter} after: ${sizeChange(bytesBefore, bytesAfter)}\n`);
  io.out(`${result.rows} rows, ${result.longValues} long values, ${result.indexEntries} index entries; verified.\n`);
  if (result.indexesRebuilt.length > 0) io.out(`Rebuilt from the records: ${result.indexesRebuilt.join(', ')}.\n`);
  if (options.backup !== undefined) io.out(`The database as it was: ${options.backup}\n`);
  if (options.preserve === true) io.out(`The original is untouched; the new database is ${result.result}\n`);
}

/** Runs the verb; returns the exit status. */
export async function runDefrag(path: string, options: DefragVerbOptions, io: CommandIo): Promise<number> {
  const isJson = options.json === true;
  const outcome = await run(path, options, !isJson, io);
  if (isJson) io.out(json(path, options, outcome));
  else {
    printFindings(outcome, io);
    if (outcome.error !== undefined) printError(path, outcome.error, options, io);
    if (outcome.result !== undefined) printResult(path, options, outcome.result, io);
  }
  return statusOf(outcome);
}

/** The same in the words of `eseutil /d`. */
export async function runEseutilDefrag(
  path: string,
  options: DefragVerbOptions,
  logo: boolean,
  io: CommandIo,
): Promise<number> {
  const started = performance.now();
  const lines = (texts: readonly string[]): void => {
    io.out(texts.map((text) => `${text}\n`).join(''));
  };
  lines(defragOpening(path, options.temp, logo));
  const outcome = await run(path, options, true, io);
  printFindings(outcome, io);
  const elapsed = performance.now() - started;
  const { result, error } = outcome;
  if (result !== undefined) {
    lines([...defragClosing(options.preserve === true ? result.result : undefined), ...successLines(elapsed)]);
  } else if (error instanceof JetError) lines(['', ...failureLines(error, elapsed)]);
  else lines(['', 'Operation was interrupted; the original is untouched.', '']);
  return statusOf(outcome);
}
