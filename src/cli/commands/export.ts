// `esekit export FILE --out DIR`: every row of every table as CSV, JSON lines or Parquet.
import { isSystemTable, type TableDef } from '../../ese/catalog/table-def.ts';
import type { Finding } from '../../ese/finding.ts';
import { FileSource } from '../../ese/io/file-source.ts';
import { plainText } from '../../eseutil/plain-text.ts';
import { EXPORT_FORMATS, exportDatabase, type ExportedTable, type ExportFormat } from '../../export/export-database.ts';
import type { FindingLog } from '../../export/finding-log.ts';
import { openDatabase } from '../../export/open-database.ts';
import type { BinaryForm } from '../../export/value-text.ts';
import type { CommandIo } from '../command-io.ts';
import { ExitStatus } from '../exit-status.ts';

/** Options as they stand on the command line. */
export interface ExportOptions {
  readonly out?: string;
  /** Tables to export; default all. */
  readonly table?: readonly string[];
  readonly format?: string;
  readonly binary?: string;
  readonly deleted?: boolean;
  readonly includeBadPages?: boolean;
  /** False (`--no-system`): leave out the engine's own tables. */
  readonly system?: boolean;
  readonly json?: boolean;
  readonly force?: boolean;
  /** Interrupts the export like Ctrl-C. */
  readonly signal?: AbortSignal;
}

/** The options once they are known to make sense. */
interface Request {
  readonly path: string;
  readonly out: string;
  readonly format: ExportFormat;
  readonly binary: BinaryForm;
}

const DEFAULT_FORMAT: ExportFormat = 'jsonl';
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 250;
/** Examples shown of each kind of finding. */
const EXAMPLES = 3;

function isFormat(format: string): format is ExportFormat {
  return (EXPORT_FORMATS as readonly string[]).includes(format);
}

/** What is wrong with the options, as a sentence; or the request. */
function parseRequest(args: readonly string[], options: ExportOptions): Request | string {
  const [path, ...more] = args;
  const { out, format = DEFAULT_FORMAT, binary = 'hex' } = options;
  if (path === undefined) return 'Say which database to export.';
  if (more.length > 0) return `One database at a time: what is ${more[0]!}?`;
  if (out === undefined || out === '') return 'Say where to put the files: --out DIR.';
  if (!isFormat(format)) return `There is no format ${format}: choose one of ${EXPORT_FORMATS.join(', ')}.`;
  if (binary !== 'hex' && binary !== 'base64')
    return `Binary values can be written as hex or base64, not as ${binary}.`;
  return { path, out, format, binary };
}

/** The tables asked for, each once; or a sentence about the first that does not exist. */
async function chooseTables(
  tables: readonly TableDef[],
  options: ExportOptions,
  path: string,
): Promise<readonly TableDef[] | string> {
  const wanted = options.table ?? [];
  if (wanted.length === 0) return options.system === false ? tables.filter((table) => !isSystemTable(table)) : tables;
  const chosen = new Set<TableDef>();
  for (const name of wanted) {
    const key = name.toLowerCase();
    const found = tables.filter((table) => table.name === name);
    const table = found[0] ?? tables.find((candidate) => candidate.name.toLowerCase() === key);
    if (table === undefined) return unknownTable(name, tables, path);
    chosen.add(table);
  }
  return [...chosen];
}

async function unknownTable(name: string, tables: readonly TableDef[], path: string): Promise<string> {
  const { nearNames } = await import('../../export/near-names.ts');
  const names = tables.map((table) => table.name);
  const near = nearNames(name, names);
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}? ` : '';
  return `There is no table ${name} in ${path}. ${hint}Its tables are: ${names.join(', ')}.`;
}

/** Shows the table at work on one line of standard error, when that is a terminal and the work is long. */
function progressLine(io: CommandIo): { show: (table: TableDef, rows: number) => void; clear: () => void } {
  const started = Date.now();
  let last = started + PROGRESS_AFTER_MS - PROGRESS_EVERY_MS;
  let shown = false;
  return {
    show: (table, rows) => {
      const now = Date.now();
      if (!process.stderr.isTTY || now < last + PROGRESS_EVERY_MS) return;
      last = now;
      shown = true;
      io.err(`\r\u001b[K${plainText(table.name)}: ${grouped(rows)} rows`);
    },
    clear: () => {
      if (shown) io.err('\r\u001b[K');
    },
  };
}

/** Digits in groups of three. (Loading what `toLocaleString` needs takes longer than exporting a small database.) */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function plural(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** What was found wrong, by rule, with a few examples of each. */
function findingsText(log: FindingLog): string {
  let text = '';
  for (const [rule, count] of log.counts) {
    const examples = log.findings.filter((finding) => finding.rule === rule).slice(0, EXAMPLES);
    text += `  ${rule} (${count})\n${examples.map((finding) => `    ${plainText(finding.message)}\n`).join('')}`;
    if (count > examples.length) text += `    ... and ${count - examples.length} more\n`;
  }
  return text;
}

/** What `--json` prints. */
interface ExportReport {
  readonly path: string;
  readonly out: string;
  readonly format: ExportFormat;
  readonly tables: readonly ExportedTable[];
  readonly findings: readonly Finding[];
  /** All of them: `findings` holds the first thousand. */
  readonly findingsTotal: number;
}

function report(
  request: Request,
  tables: readonly ExportedTable[],
  log: FindingLog,
  json: boolean,
  io: CommandIo,
): void {
  const { path, out, format } = request;
  if (json) {
    const { findings, total } = log;
    const document: ExportReport = { path, out, format, tables, findings, findingsTotal: total };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const deleted = tables.reduce((sum, table) => sum + (table.deletedRows ?? 0), 0);
    const also = tables.some((table) => table.deletedRows !== undefined)
      ? ` and ${plural(deleted, 'deleted row')}`
      : '';
    io.out(`${path}: ${plural(rows, 'row')}${also} of ${plural(tables.length, 'table')} written to ${out}\n`);
  }
  if (log.total === 0) return;
  io.err(log.errors > 0 ? 'Not everything could be given:\n' : 'Worth knowing:\n');
  io.err(findingsText(log));
}

/** Listens for Ctrl-C until `stop`; then, or when `outer` is aborted, the signal is. */
function interruption(outer: AbortSignal | undefined): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  if (outer?.aborted === true) abort();
  outer?.addEventListener('abort', abort);
  const stop = (): void => {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
    outer?.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, stop };
}

/**
 * Runs the verb; returns the exit status.
 * @throws JetError when the file cannot be opened as a database, or the output not be written.
 */
export async function runExport(args: readonly string[], options: ExportOptions, io: CommandIo): Promise<number> {
  const request = parseRequest(args, options);
  if (typeof request === 'string') {
    io.err(`${plainText(request)}\n`);
    return ExitStatus.Usage;
  }
  const { db, findings } = openDatabase(new FileSource(request.path), { badPages: options.includeBadPages === true });
  const { signal, stop } = interruption(options.signal);
  const progress = progressLine(io);
  try {
    const tables = await chooseTables(db.tables, options, request.path);
    if (typeof tables === 'string') {
      io.err(`${plainText(tables)}\n`);
      return ExitStatus.Usage;
    }
    const settings = {
      ...request,
      deleted: options.deleted === true,
      force: options.force === true,
      signal,
      onProgress: progress.show,
    };
    const done = await exportDatabase(db, tables, settings, findings);
    progress.clear();
    report(request, done, findings, options.json === true, io);
    return findings.errors > 0 ? ExitStatus.Damage : ExitStatus.Clean;
  } catch (error) {
    progress.clear();
    if (!signal.aborted) throw error;
    io.err('Interrupted: nothing was written.\n');
    return ExitStatus.Interrupted;
  } finally {
    stop();
    db.close();
  }
}
