// Tables of a database into files, one a table: all of them, or none when it fails or is interrupted.
import { mkdirSync, existsSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { JetError } from '../errors/jet-error.ts';
import type { TableDef } from '../ese/catalog/table-def.ts';
import type { Database } from '../ese/database.ts';
import { TablePass, type TablePassOptions } from './export-table.ts';
import { fileNames } from './file-names.ts';
import type { FindingLog } from './finding-log.ts';
import { JsonLinesSink } from './json-lines.ts';
import { LargeValues } from './large-values.ts';
import { OutputFile, outputError } from './output-file.ts';
import { planRows, type RowPlan } from './row-plan.ts';
import type { RowSink, SinkProblemHandler } from './row-sink.ts';
import { TextOutput } from './text-output.ts';
import { Turns } from './turns.ts';
import type { BinaryForm } from './value-text.ts';

/** Output formats; each is the ending of its files, too. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
/** One of the output formats. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How to export. */
export interface ExportSettings {
  /** The folder to write to; made when there is none. */
  readonly out: string;
  readonly format: ExportFormat;
  readonly binary: BinaryForm;
  /** True to give deleted rows too, marked in a column of their own. */
  readonly deleted: boolean;
  /** True to replace files that are there already. */
  readonly force: boolean;
  /** Stops the export: nothing is left behind, and the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called now and then: the table at work, and its rows so far. */
  readonly onProgress?: (table: TableDef, rows: number) => void;
}

/** A table that was exported. */
export interface ExportedTable {
  readonly name: string;
  /** Path of its file. */
  readonly file: string;
  readonly rows: number;
  /** Rows given beside the live ones; only when they were asked for. */
  readonly deletedRows?: number;
  readonly columns: number;
  readonly bytes: number;
}

/** One export under way. */
interface Job extends ExportSettings {
  readonly turns: Turns;
  /** All files made so far: they are published together. */
  readonly files: OutputFile[];
}

/** Sealed files that may wait for the disk at once. */
const MOST_SEALING = 16;

/**
 * Exports `tables` of `db`; what cannot be given is noted in `findings`.
 * @throws JetError when a file is there already, or cannot be written.
 */
export async function exportDatabase(
  db: Database,
  tables: readonly TableDef[],
  settings: ExportSettings,
  findings: FindingLog,
): Promise<ExportedTable[]> {
  // Names depend on all tables, so that a table's file is called the same whichever others are chosen.
  const names = fileNames(db.tables.map((table) => table.name));
  const pathOf = new Map(db.tables.map((table, i) => [table, join(settings.out, `${names[i]!}.${settings.format}`)]));
  if (!settings.force) refuseExisting(tables.map((table) => pathOf.get(table)!));
  const made = makeFolder(settings.out);
  const files: OutputFile[] = [];
  const job: Job = { ...settings, turns: new Turns(settings.signal), files };
  try {
    const done: ExportedTable[] = [];
    for (const table of tables) {
      if (files.length >= MOST_SEALING) await files[files.length - MOST_SEALING]!.sealed();
      const file = new OutputFile(pathOf.get(table)!);
      files.push(file);
      done.push(await exportTable(db, table, file, job, findings));
      file.seal();
    }
    for (const pgno of db.pages.corrected.keys()) findings.corrected(pgno);
    for (const file of files) await file.sealed();
    settings.signal?.throwIfAborted();
    for (const file of files) file.publish();
    return done;
  } catch (error) {
    for (const file of files) await file.discard();
    if (made) removeFolder(settings.out);
    throw error;
  }
}

/** @throws JetError JET_errFileAlreadyExists */
function refuseExisting(paths: readonly string[]): void {
  const existing = paths.filter((path) => existsSync(path));
  const [first] = existing;
  if (first === undefined) return;
  const more = existing.length > 1 ? ` (and ${existing.length - 1} more of the files to be written)` : '';
  throw new JetError('JET_errFileAlreadyExists', `${first}${more} exists already`, { file: first });
}

/** True when the folder had to be made. */
function makeFolder(path: string): boolean {
  try {
    return mkdirSync(path, { recursive: true }) !== undefined;
  } catch (error) {
    throw outputError(path, error);
  }
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody put something into it meanwhile: it stays.
  }
}

async function exportTable(
  db: Database,
  table: TableDef,
  file: OutputFile,
  job: Job,
  findings: FindingLog,
): Promise<ExportedTable> {
  findings.table = table;
  const plan = planRows(table);
  const deletedSearch = job.deleted ? await loadDeletedSearch() : undefined;
  const target = await makeTarget(db, table, { plan, deletedSearch }, file, job);
  const pass = new TablePass(db, table, { plan, findings, deletedSearch, makeSink: target.makeSink });
  await runPass(pass, table, job);
  return {
    name: table.name,
    file: file.path,
    rows: pass.rows,
    ...(job.deleted ? { deletedRows: pass.deletedRows } : {}),
    columns: target.columns,
    bytes: target.length(),
  };
}

/** What few ask for is loaded when they do: every file of code takes its time. */
async function loadDeletedSearch(): Promise<TablePassOptions['deletedSearch']> {
  const { DeletedRecordSearch } = await import('../ese/record/deleted-records.ts');
  return (table, format) => new DeletedRecordSearch(table, format);
}

/** Where the rows of a table go. */
interface Target {
  readonly makeSink: (onProblem: SinkProblemHandler) => RowSink;
  /** Columns of the file, the one of deleted rows not counted. */
  readonly columns: number;
  /** Bytes of the file so far. */
  readonly length: () => number;
}

async function makeTarget(
  db: Database,
  table: TableDef,
  { plan, deletedSearch }: Pick<TablePassOptions, 'plan' | 'deletedSearch'>,
  file: OutputFile,
  job: Job,
): Promise<Target> {
  const { format, binary, deleted } = job;
  const mark = deletedName(plan, deleted);
  const write = (bytes: Uint8Array): void => {
    file.write(bytes);
  };
  if (format !== 'parquet') {
    const output = new TextOutput(write);
    const Sink = format === 'jsonl' ? JsonLinesSink : (await import('./csv.ts')).CsvSink;
    const makeSink: Target['makeSink'] = (onProblem) => new Sink(output, plan, mark, binary, onProblem);
    return { makeSink, columns: plan.columns.length, length: () => output.length };
  }
  // Loading the Parquet library takes as long as exporting a small database: only who wants it pays for it.
  const [{ ParquetSink }, { ParquetSurvey }] = await Promise.all([
    import('./parquet.ts'),
    import('./parquet-schema.ts'),
  ]);
  const survey = new ParquetSurvey(plan);
  const first = new TablePass(db, table, { plan, findings: undefined, deletedSearch, makeSink: () => survey });
  await runPass(first, table, job);
  const columns = survey.columns(plan);
  let sink: InstanceType<typeof ParquetSink> | undefined;
  const large = new LargeValues(file.path.slice(0, -'.parquet'.length), job.force, job.files);
  const makeSink: Target['makeSink'] = (onProblem) =>
    (sink = new ParquetSink(write, plan, columns, mark, onProblem, large));
  return { makeSink, columns: columns.length, length: () => sink?.length ?? 0 };
}

/** Name of the field that marks deleted rows, which no column of the table has; undefined when none are wanted. */
function deletedName(plan: RowPlan, wanted: boolean): string | undefined {
  if (!wanted) return undefined;
  const names = new Set(plan.columns.map((column) => column.name));
  let name = '_deleted';
  while (names.has(name)) name += '_';
  return name;
}

/** Works a pass off in turns, so that signals get through. */
async function runPass(pass: TablePass, table: TableDef, { turns, onProgress }: Job): Promise<void> {
  await turns.pause();
  while (pass.step(turns.end)) {
    onProgress?.(table, pass.rows);
    await turns.pause();
  }
}
