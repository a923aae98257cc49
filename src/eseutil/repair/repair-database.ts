// Repair of a database file (eseutil.cxx, repair mode): a new database is built beside the old one out of what its
// pages hold, verified, and put in its place. Until the last rename the original is not touched.
import { linkSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import type { PageSink } from '../../ese/build/page-sink.ts';
import { Database } from '../../ese/database.ts';
import type { Finding } from '../../ese/finding.ts';
import { DbState } from '../../ese/header/db-state.ts';
import { FileType } from '../../ese/header/file-kind.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { nodeFileLayer, type FileFacts, type FileLayer } from '../../ese/io/file-layer.ts';
import { FilePageSink } from '../../ese/io/file-page-sink.ts';
import { LockFile, lockEnvironment, type LockEnvironment } from '../../ese/io/lock-file.ts';
import { discardFile, replaceFile } from '../../ese/io/safe-replace.ts';
import { SpillFolder } from '../../ese/io/spill-file.ts';
import { checkDatabase } from '../check.ts';
import { copyFile, requireSpace } from '../copy-file.ts';
import { stopIfAsked, type IsStopped } from '../interruption.ts';
import { findGeometry, type Geometry } from './geometry.ts';
import type { FileScan } from './file-scan.ts';
import { rebuildDatabase, scanFile, type RebuildResult } from './rebuild-database.ts';
import { ReportFile } from './report-file.ts';
import { tableLine, type RepairResult } from './repair-result.ts';

/** What a repair may be asked for. */
export interface RepairOptions {
  /** Tell what would be lost; write nothing. */
  readonly dryRun?: boolean;
  /** Keep the damaged original as `<database>.damaged`. */
  readonly keep?: boolean;
  /** Repair even when nothing is wrong. */
  readonly force?: boolean;
  /**
   * False: records of pages whose checksum fails are left out altogether. Default: those that look right are kept apart
   * from the others, in tables `Unverified_<name>`.
   */
  readonly unverified?: boolean;
}

/** Parts of the work, in order. */
export type RepairPhase = 'scan' | 'check' | 'rebuild' | 'verify' | 'replace';

/** What the caller is told meanwhile, and how it can stop the work. */
export interface RepairCallbacks {
  readonly onPhase?: (phase: RepairPhase) => void;
  /** Work done of work to do, over all phases. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly isStopped?: IsStopped;
}

/** The machine. Tests give their own. */
export interface RepairEnvironment {
  readonly layer: FileLayer;
  readonly lock: LockEnvironment;
  readonly now: () => Date;
  readonly random: () => number;
}

/** Newest revision whose rules are published: databases newer than that are read, but not written. */
const NEWEST_WRITABLE_REVISION = 290;

const SHARES: Readonly<Record<RepairPhase, number>> = { scan: 10, check: 20, rebuild: 40, verify: 25, replace: 5 };
const SPACE_FACTOR = 1.1;

/** Thrown out of a check that only wants to know whether anything is wrong. */
class SomethingWrong extends Error {}

/** This machine. */
export function repairEnvironment(): RepairEnvironment {
  return {
    layer: nodeFileLayer,
    lock: lockEnvironment(),
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
  };
}

/** Takes pages and keeps none: for a dry run. */
const NO_SINK: PageSink = { write: () => undefined, resize: () => undefined, writeHeader: () => undefined };

class Repair {
  readonly #path: string;
  readonly #temp: string;
  readonly #options: RepairOptions;
  readonly #callbacks: RepairCallbacks;
  readonly #environment: RepairEnvironment;
  readonly #layer: FileLayer;
  #before: FileFacts;
  #phase: RepairPhase = 'scan';
  #made = false;
  /** What was found in the file; let go as soon as the new one is built, before it is verified. */
  #scan: FileScan | undefined;

  constructor(path: string, options: RepairOptions, callbacks: RepairCallbacks, environment: RepairEnvironment) {
    this.#layer = environment.layer;
    this.#path = this.#layer.realPath(path);
    this.#temp = join(dirname(this.#path), `TEMPREPAIR${environment.lock.pid}.EDB`);
    this.#options = options;
    this.#callbacks = callbacks;
    this.#environment = environment;
    this.#before = this.#facts();
  }

  #facts(): FileFacts {
    const facts = this.#layer.facts(this.#path);
    if (facts !== undefined && !facts.isFolder) return facts;
    const at = { file: this.#path };
    if (facts === undefined) throw new JetError('JET_errFileNotFound', `${this.#path}: there is no such file`, at);
    throw new JetError('JET_errInvalidPath', `${this.#path}: this is a folder, not a file`, at);
  }

  run(): RepairResult {
    this.#read((source) => {
      this.#refuse(findGeometry(source), source);
    });
    if (this.#options.dryRun === true) return this.#read((source) => this.#work(source));
    const lock = LockFile.take(this.#path, 'repair', this.#temp, this.#layer, this.#environment.lock);
    try {
      this.#sweep(lock.leftBehind);
      this.#before = this.#facts();
      return this.#read((source) => this.#work(source));
    } finally {
      lock.release();
    }
  }

  #work(source: ByteSource): RepairResult {
    const geometry = findGeometry(source);
    this.#enter('scan');
    this.#scan = scanFile(source, geometry, (done, total) => {
      this.#progress(done, total);
    });
    if (this.#options.force !== true && !this.#isDamaged(source, geometry, this.#scan))
      return this.#nothingToDo(this.#scan);
    return this.#options.dryRun === true ? this.#plan(geometry) : this.#repair(geometry);
  }

  #read<T>(work: (source: ByteSource) => T): T {
    const source = this.#layer.source(this.#path);
    try {
      return work(source);
    } finally {
      source.close();
    }
  }

  /** @throws JetError for what cannot be repaired. */
  #refuse({ found }: Geometry, source: ByteSource): void {
    if (found === undefined) return;
    const { header } = found;
    const refuse = (symbol: JetErrorSymbol, why: string): never => {
      throw new JetError(symbol, `${this.#path}: ${why}`, { file: this.#path });
    };
    if (header.attrib === 1 || header.filetype === FileType.StreamingFile)
      refuse('JET_errDatabaseStreamingFileMismatch', 'this is a streaming file (.stm), not a database');
    if (new Database(source).hasNoChecksums)
      refuse('JET_errFileInvalidType', 'this is a temporary database: there is nothing to keep');
    if (header.ulDaeUpdateMajor > NEWEST_WRITABLE_REVISION) {
      const why = `revision ${header.ulDaeUpdateMajor} is newer than any published one (${NEWEST_WRITABLE_REVISION}): it can be read, but not written`;
      refuse('JET_errInvalidDatabaseVersion', why);
    }
  }

  #isDamaged(source: ByteSource, { found }: Geometry, scan: FileScan): boolean {
    if (found === undefined || found.primary.state !== 'good' || found.shadow.state !== 'good') return true;
    if (found.header.dbstate !== DbState.CleanShutdown || scan.showsDamage) return true;
    return !this.#isSound(new Database(source));
  }

  #isSound(db: Database): boolean {
    this.#enter('check');
    try {
      const { ok } = checkDatabase(db, {
        onFinding: ({ severity }) => {
          if (severity !== 'info') throw new SomethingWrong();
        },
        onProgress: (done, total) => {
          this.#progress(done, total);
        },
      });
      return ok;
    } catch (error) {
      if (error instanceof SomethingWrong) return false;
      throw error;
    }
  }

  #nothingToDo({ pages: { pgnoLast } }: FileScan): RepairResult {
    return {
      path: this.#path,
      outcome: 'not-needed',
      header: 'primary',
      catalog: 'catalog',
      pages: { before: pgnoLast, after: pgnoLast, bad: [], corrected: [], misplaced: [], partial: 0 },
      tables: [],
      general: [],
      losses: [],
      more: 0,
      lossless: true,
    };
  }

  #plan(geometry: Geometry): RepairResult {
    const rebuilt = this.#rebuild(
      geometry,
      () => NO_SINK,
      () => undefined,
    );
    return { path: this.#path, outcome: 'planned', ...rebuilt };
  }

  #rebuild(geometry: Geometry, openSink: () => PageSink, write: (line: string) => void): RebuildResult {
    this.#enter('rebuild');
    const scan = this.#scan!;
    this.#scan = undefined;
    return rebuildDatabase(scan, geometry, openSink, {
      spill: new SpillFolder(dirname(this.#temp)),
      now: this.#environment.now(),
      random: this.#environment.random,
      write,
      keepUnverified: this.#options.unverified !== false,
      onProgress: (done, total) => {
        this.#progress(done, total);
      },
    });
  }

  #repair(geometry: Geometry): RepairResult {
    requireSpace(this.#temp, Math.ceil(this.#before.size * SPACE_FACTOR), this.#layer);
    const report = new ReportFile(this.#path, this.#layer);
    let done = false;
    try {
      report.write(`Repair of ${this.#path}, ${this.#environment.now().toISOString()}`);
      const rebuilt = this.#build(geometry, report.write);
      this.#verify(rebuilt);
      for (const table of rebuilt.tables) report.write(tableLine(table));
      report.close();
      const kept = this.#instate();
      done = true;
      return {
        path: this.#path,
        outcome: 'repaired',
        ...rebuilt,
        report: report.path,
        ...(kept === undefined ? {} : { kept }),
      };
    } finally {
      report.close();
      if (!done) this.#discard(report.path);
    }
  }

  #discard(report: string): void {
    if (this.#made) discardFile(this.#temp, this.#layer);
    discardFile(report, this.#layer);
  }

  #build(geometry: Geometry, write: (line: string) => void): RebuildResult {
    let sink: FilePageSink | undefined;
    const openSink = (): PageSink => {
      sink = new FilePageSink(this.#temp, geometry.format.pageSize, this.#layer);
      this.#made = true;
      return sink;
    };
    try {
      const rebuilt = this.#rebuild(geometry, openSink, write);
      sink?.close();
      return rebuilt;
    } catch (error) {
      sink?.abandon();
      throw error;
    }
  }

  /** The new database must pass the whole check, but for what is known to be incomplete. */
  #verify(rebuilt: RebuildResult): void {
    this.#enter('verify');
    const incomplete = new Set(
      rebuilt.tables.flatMap(({ table, indexesIncomplete }) =>
        indexesIncomplete.map(({ index }) => `${table}/${index}`),
      ),
    );
    const source = this.#layer.source(this.#temp);
    let problem: Finding | undefined;
    try {
      checkDatabase(new Database(source), {
        onFinding: (finding) => {
          const { table, index } = finding.at;
          const known = index !== undefined && incomplete.has(`${table ?? ''}/${index}`);
          if (finding.severity !== 'info' && !known) problem ??= finding;
        },
        onProgress: (done, total) => {
          this.#progress(done, total);
        },
      });
    } finally {
      source.close();
    }
    if (problem === undefined) return;
    const message = `${this.#path}: the repaired copy does not pass its verification: ${problem.message}. The original is untouched`;
    throw new JetError('JET_errReadVerifyFailure', message, { file: this.#path });
  }

  /** Puts the new database in its place; the path of the original, when it is kept. */
  #instate(): string | undefined {
    this.#enter('replace');
    stopIfAsked(this.#callbacks.isStopped);
    const kept = this.#options.keep === true ? this.#keepOriginal() : undefined;
    replaceFile(this.#temp, this.#path, this.#before, this.#layer);
    const flushMap = join(dirname(this.#path), `${basename(this.#path, extname(this.#path))}.jfm`);
    // It tells of pages of the old file. A map that stays is not believed: its signature is not in the new header.
    if (flushMap !== this.#path) discardFile(flushMap, this.#layer);
    return kept;
  }

  /** A second name for the original, so that it stays when the first one goes to the new file. */
  #keepOriginal(): string {
    const path = freeName(`${this.#path}.damaged`, this.#layer);
    try {
      linkSync(this.#path, path);
    } catch {
      // Not every file system has links.
      copyFile(this.#path, path, { layer: this.#layer });
    }
    return path;
  }

  /** Removes what a run that was killed left behind: only a file of the name such runs make. */
  #sweep(leftBehind: string): void {
    if (leftBehind !== this.#path && /^TEMPREPAIR\d+\.EDB$/i.test(basename(leftBehind)))
      discardFile(leftBehind, this.#layer);
  }

  #enter(phase: RepairPhase): void {
    this.#phase = phase;
    this.#callbacks.onPhase?.(phase);
    this.#progress(0, 1);
  }

  #progress(done: number, total: number): void {
    stopIfAsked(this.#callbacks.isStopped);
    if (total === 0) return;
    let before = 0;
    for (const phase of Object.keys(SHARES) as RepairPhase[]) {
      if (phase === this.#phase) break;
      before += SHARES[phase];
    }
    this.#callbacks.onProgress?.(before + SHARES[this.#phase] * Math.min(1, done / total), 100);
  }
}

/** The path, or the first of `path.2`, `path.3`... that is free. */
function freeName(path: string, layer: FileLayer): string {
  let name = path;
  for (let n = 2; layer.facts(name) !== undefined; n++) name = `${path}.${n}`;
  return name;
}

/**
 * Repairs the database at `path`. Whatever happens, either the old file or the new one, verified, is there.
 * @throws JetError when the file is refused (locked, no space, no database, temporary, too new) or the disk fails;
 * Interrupted. The original is then untouched and nothing is left behind.
 */
export function repairDatabase(
  path: string,
  options: RepairOptions = {},
  callbacks: RepairCallbacks = {},
  environment: RepairEnvironment = repairEnvironment(),
): RepairResult {
  return new Repair(path, options, callbacks, environment).run();
}
