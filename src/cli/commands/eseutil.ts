// Runs what `eseutil` is asked for and prints it as the old utility did: banner, mode, report, one line about the end.
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { isJetError, JetError } from '../../errors/jet-error.ts';
import type { TreeFaultHandler } from '../../ese/btree/cursor.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import { Database } from '../../ese/database.ts';
import type { Finding } from '../../ese/finding.ts';
import { DbState } from '../../ese/header/db-state.ts';
import type { FoundHeader } from '../../ese/header/read-db-header.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { bannerLines } from '../../eseutil/banner.ts';
import { checkDatabase } from '../../eseutil/check.ts';
import { scanChecksums } from '../../eseutil/checksum-scan.ts';
import { describePage } from '../../eseutil/describe-page.ts';
import { dumpHeader } from '../../eseutil/dump-header.ts';
import { dumpMetadata } from '../../eseutil/dump-metadata.ts';
import { dumpNodes } from '../../eseutil/dump-nodes.ts';
import { dumpPage } from '../../eseutil/dump-page.ts';
import { dumpSpace } from '../../eseutil/dump-space.ts';
import { fileInformationLines } from '../../eseutil/file-information.ts';
import { failureLines, successLines } from '../../eseutil/operation-end.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import {
  checksumBar,
  checksumOpening,
  checksumSummary,
  damagedPageLine,
  hasBadChecksums,
} from '../../eseutil/report-checksums.ts';
import { integrityBar, integrityOpening, integrityRefusal, integrityVerdict } from '../../eseutil/report-integrity.ts';
import type { CommandIo } from '../command-io.ts';
import { databaseHeader } from '../database-header.ts';
import type { EseutilCommand } from '../eseutil-argv.ts';
import { ExitStatus } from '../exit-status.ts';
import { FaultLog } from '../fault-log.ts';
import { findingLine } from '../findings-text.ts';
import { writeLines } from '../write-lines.ts';
import { logExitStatus, reportCheckpoint, reportLogs } from './dump-log.ts';

/** Blocks of `stat` are of this size on every system that tells them. */
const STAT_BLOCK = 512;

/** What a mode came to; with an error the report ends in it. */
interface Outcome {
  readonly error?: JetError;
  /** Empty lines before an error. */
  readonly gap?: number;
}

type Runner = (command: EseutilCommand, io: CommandIo) => Outcome | Promise<Outcome>;

const out = (io: CommandIo, lines: readonly string[]): void => {
  io.out(lines.map((line) => `${line}\n`).join(''));
};

function statusOf(error: JetError): number {
  const isDamage = ['JET_errDatabaseCorrupted', 'JET_errReadVerifyFailure', 'JET_errPageNotInitialized'] as const;
  return isDamage.some((symbol) => isJetError(error, symbol)) ? ExitStatus.Damage : logExitStatus(error);
}

/** Opens the file of `/k` and `/g`. Where it cannot be opened the report is no more than the error. */
function opened<T>(command: EseutilCommand, io: CommandIo, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (isJetError(error)) out(io, [...bannerLines(command.logo), `Error: ${plainText(error.message)}`]);
    throw error;
  }
}

function requireClean(found: FoundHeader, command: EseutilCommand, io: CommandIo): void {
  if (found.header.dbstate === DbState.CleanShutdown) return;
  io.err(`esekit: \`esekit dump\` and \`esekit tables\` read this database all the same.\n`);
  const message = `${command.file}: the database was not shut down cleanly; recovery brings it up to date`;
  throw new JetError('JET_errDatabaseDirtyShutdown', message, { file: command.file });
}

function tableOf(db: Database, command: EseutilCommand): TableDef | undefined {
  if (command.table === undefined) return undefined;
  const table = db.table(command.table);
  if (table !== undefined) return table;
  const message = `${command.file}: there is no table named ${plainText(command.table)}`;
  throw new JetError('JET_errObjectNotFound', message, { file: command.file, table: command.table });
}

function reportLines(db: Database, command: EseutilCommand, onFault: TreeFaultHandler): Iterable<string> {
  const table = tableOf(db, command);
  const only = table === undefined ? {} : { table };
  switch (command.mode) {
    case 'metadata':
      return dumpMetadata(db, basename(command.file), table);
    case 'space':
      return dumpSpace(db, basename(command.file), { verbose: command.verbose, onFault, ...only });
    case 'nodes':
      return dumpNodes(db, { deleted: command.deleted, onFault, ...only });
    default:
      return dumpPage(describePage(db, command.pgno ?? 0), { full: command.verbose });
  }
}

/** `/mm`, `/ms`, `/mn`, and `/p<pgno>`. */
const dumpDatabase: Runner = async (command, io) => {
  const source = new FileSource(command.file);
  try {
    const found = databaseHeader(source);
    if (command.mode === 'space') {
      const { size, blocks } = statSync(command.file);
      const onDisk = blocks > 0 ? { onDisk: blocks * STAT_BLOCK } : {};
      out(io, [...fileInformationLines(plainText(command.file), { logical: size, ...onDisk }), '']);
    }
    out(io, [`         Database: ${plainText(command.file)}`, '']);
    const isPage = command.mode === 'page';
    if (!isPage) requireClean(found, command, io);
    const faults = new FaultLog(io, command.file, 'ERROR: ');
    const db = new Database(source, { onFault: faults.onFault });
    await writeLines(io, reportLines(db, command, faults.onFault));
    faults.finish();
    return faults.first === undefined || isPage ? {} : { error: faults.first };
  } finally {
    source.close();
  }
};

/** `/mh`. */
const dumpHeaderOf: Runner = (command, io) => {
  const source = new FileSource(command.file);
  try {
    const report = dumpHeader(source, databaseHeader(source), command.verbose);
    out(io, [`         Database: ${plainText(command.file)}`, '', ...report.lines]);
    if (report.usable) return {};
    const message = `${command.file}: both copies of the header are damaged`;
    return { error: new JetError('JET_errDatabaseCorrupted', message, { file: command.file }) };
  } finally {
    source.close();
  }
};

const endedIn = (error: JetError | undefined): Outcome => (error === undefined ? {} : { error });

/** `/ml`. */
const dumpLogs: Runner = async (command, io) => {
  const records = !command.verbose ? 'none' : command.obscured === true ? 'structure' : 'data';
  const range = command.range === undefined ? {} : { range: command.range };
  out(io, ['']);
  const request = { path: command.file, records, summary: command.summary ?? false, ...range } as const;
  return endedIn(await reportLogs(request, io));
};

/** `/mk`. */
const dumpCheckpointOf: Runner = (command, io) => endedIn(reportCheckpoint(command.file, io));

/** A dump with its frame. Errors come after the report's own lines, where it has any. */
async function runDump(command: EseutilCommand, io: CommandIo): Promise<Outcome> {
  out(io, [...bannerLines(command.logo), 'Initiating FILE DUMP mode...']);
  const dumps: Readonly<Partial<Record<EseutilCommand['mode'], Runner>>> = {
    header: dumpHeaderOf,
    log: dumpLogs,
    checkpoint: dumpCheckpointOf,
  };
  try {
    const outcome = await (dumps[command.mode] ?? dumpDatabase)(command, io);
    out(io, ['', '']);
    return outcome;
  } catch (error) {
    if (!isJetError(error)) throw error;
    if (error.symbol === 'JET_errDatabaseDirtyShutdown') return { error, gap: 2 };
    out(io, [`Error: ${plainText(error.message)}`]);
    return { error, gap: 1 };
  }
}

/** The page size of the file: what its header says, else what the caller says. */
function checksumPageSize(command: EseutilCommand): { pageSize: number; temporary: boolean } {
  const source = new FileSource(command.file);
  try {
    const found = databaseHeader(source);
    // Pages of 2 KB have a header that can be read; their sums are of the old kind, which nothing else here needs.
    const db = found.format.pageSize === 2048 ? undefined : new Database(source);
    return { pageSize: found.format.pageSize, temporary: db?.hasNoChecksums ?? false };
  } catch (error) {
    if (!isJetError(error) || command.pageSize === undefined) throw error;
    return { pageSize: command.pageSize, temporary: false };
  } finally {
    source.close();
  }
}

/** `/k`. */
const checksum: Runner = async (command, io) => {
  const { pageSize, temporary } = opened(command, io, () => checksumPageSize(command));
  out(io, checksumOpening(command.file, command.logo));
  if (temporary) io.err('This is a temporary database: its pages carry no checksums.\n');
  const bar = checksumBar();
  io.out(bar.begin());
  const scan = await scanChecksums(command.file, {
    pageSize,
    expectNoChecksums: temporary,
    onProgress: (done, total) => {
      io.out(bar.advance(done, total));
    },
  });
  io.out(bar.finish());
  for (const page of scan.damaged) io.err(`${damagedPageLine(page)}\n`);
  out(io, checksumSummary(scan, pageSize));
  if (scan.partialPageBytes > 0) io.err(`WARNING: ${scan.partialPageBytes} bytes after the last whole page\n`);
  if (!hasBadChecksums(scan)) {
    out(io, ['', '']);
    return {};
  }
  const message = `${command.file}: pages fail their checksums`;
  return { error: new JetError('JET_errDatabaseCorrupted', message, { file: command.file }), gap: 4 };
};

/** Findings of a check that are listed; the rest is counted. */
const FINDINGS_MOST = 1000;

/** Checks the whole database behind a progress bar. Findings come after it, on standard error. */
function checkWithBar(db: Database, io: CommandIo): number {
  const bar = integrityBar();
  io.out(`\n${bar.begin()}`);
  const findings: Finding[] = [];
  const result = checkDatabase(db, {
    onFinding: (finding) => {
      if (findings.length < FINDINGS_MOST) findings.push(finding);
    },
    onProgress: (done, total) => {
      io.out(bar.advance(done, total));
    },
  });
  io.out(bar.finish());
  for (const finding of findings) io.err(findingLine(finding));
  const { error, warning, info } = result.counts;
  const more = error + warning + info - findings.length;
  if (more > 0) io.err(`... and ${more} more findings\n`);
  return error;
}

/** `/g`. */
const integrity: Runner = (command, io) => {
  const source = opened(command, io, () => new FileSource(command.file));
  try {
    const { header } = opened(command, io, () => databaseHeader(source));
    const db = opened(command, io, () => new Database(source));
    out(io, integrityOpening(command.file, command.logo));
    const refusal = integrityRefusal(header, command.file);
    if (refusal !== undefined) {
      out(io, refusal.warning);
      const goesOn = !command.logo && refusal.warning.length > 0;
      if (!goesOn) return { error: refusal.error, gap: 4 };
    }
    const errors = checkWithBar(db, io);
    out(io, integrityVerdict(errors === 0, header));
    if (errors === 0) return {};
    const message = `${command.file}: the check found ${errors} errors`;
    return { error: new JetError('JET_errDatabaseCorrupted', message, { file: command.file }), gap: 4 };
  } finally {
    source.close();
  }
};

/** Runs one command; returns the exit status. Errors of the file end the report, they are not thrown. */
export async function runEseutilCommand(command: EseutilCommand, io: CommandIo): Promise<number> {
  const started = performance.now();
  const runners: Readonly<Partial<Record<EseutilCommand['mode'], Runner>>> = { checksum, integrity };
  let outcome: Outcome;
  try {
    outcome = await (runners[command.mode] ?? runDump)(command, io);
  } catch (error) {
    if (!isJetError(error)) throw error;
    outcome = { error, gap: 1 };
  }
  const { error } = outcome;
  const elapsed = performance.now() - started;
  if (error === undefined) {
    out(io, successLines(elapsed));
    return ExitStatus.Clean;
  }
  out(io, [...Array.from({ length: outcome.gap ?? 0 }, () => ''), ...failureLines(error, elapsed)]);
  return statusOf(error);
}
