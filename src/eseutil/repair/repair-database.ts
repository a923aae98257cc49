// Repair of a database file (eseutil.cxx, repair mode): a new database is built beside the old one out of what its
// pages hold, verified, and put in its place. Until the last rename the original is not touched.
import { basename, dirname, join } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { PageSink } from '../../ese/build/page-sink.ts';
import { Database } from '../../ese/database.ts';
import type { ByteSource } from '../../ese/io/byte-source.ts';
import { nodeFileLayer, type FileFacts, type FileLayer } from '../../ese/io/file-layer.ts';
import { FilePageSink } from '../../ese/io/file-page-sink.ts';
import { LockFile, lockEnvironment, type LockEnvironment } from '../../ese/io/lock-file.ts';
import { discardFile } from '../../ese/io/safe-replace.ts';
import { SpillFolder } from '../../ese/io/spill-file.ts';
import { requireSpace } from '../copy-file.ts';
import { besidePath, instateDatabase } from '../instate-database.ts';
import { stopIfAsked, type IsStopped } from '../interruption.ts';
import { PhaseProgress } from '../phase-progress.ts';
import type { FileScan } from './file-scan.ts';
import { findGeometry, type Geometry } from './geometry.ts';
import { keepOriginal } from './keep-original.ts';
import { rebuildDatabase, scanFile, type RebuildResult } from './rebuild-database.ts';
import { isSound, requireRepairable, showsDamage } from './repair-conditions.ts';
import { REPAIR_SHARES, type RepairPhase } from './repair-phases.ts';
import { tableLine, type RepairResult } from './repair-result.ts';
import { ReportFile, reportPath } from './report-file.ts';
import { verifyRepair } from './verify-repair.ts';

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
  /** Where the new database is built: a folder or the path of a file. Default: beside the original. */
  readonly temp?: string;
  /** What the name of the list of losses begins with. Default: the path of the database. */
  readonly reportPrefix?: string;
}

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

const SPACE_FACTOR = 1.1;

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
  readonly #phases = new PhaseProgress(REPAIR_SHARES);
  #made = false;
  /** What was found in the file; let go as soon as the new one is built, before it is verified. */
  #scan: FileScan | undefined;

  constructor(path: string, options: RepairOptions, callbacks: RepairCallbacks, environment: RepairEnvironment) {
    this.#layer = environment.layer;
    this.#path = this.#layer.realPath(path);
    const name = `TEMPREPAIR${environment.lock.pid}.EDB`;
    const { temp } = options;
    if (temp === undefined) this.#temp = join(dirname(this.#path), name);
    else this.#temp = this.#layer.facts(temp)?.isFolder === true ? join(temp, name) : temp;
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
      requireRepairable(source, findGeometry(source), this.#path);
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
    if (this.#options.force !== true && !showsDamage(geometry, this.#scan) && this.#isSound(source))
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

  #isSound(source: ByteSource): boolean {
    this.#enter('check');
    return isSound(new Database(source), (done, total) => {
      this.#progress(done, total);
    });
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
    const report = new ReportFile(reportPath(this.#options.reportPrefix ?? this.#path), this.#layer);
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

  #verify(rebuilt: RebuildResult): void {
    this.#enter('verify');
    const source = this.#layer.source(this.#temp);
    try {
      verifyRepair(source, rebuilt, this.#path, (done, total) => {
        this.#progress(done, total);
      });
    } finally {
      source.close();
    }
  }

  /** Puts the new database in its place; the path of the original, when it is kept. */
  #instate(): string | undefined {
    this.#enter('replace');
    stopIfAsked(this.#callbacks.isStopped);
    const kept = this.#options.keep === true ? keepOriginal(this.#path, this.#layer) : undefined;
    instateDatabase(this.#temp, this.#path, this.#before, this.#layer);
    return kept;
  }

  /** Removes what a run that was killed left behind: only a file of the name such runs make. */
  #sweep(leftBehind: string): void {
    if (leftBehind === this.#path || !/^TEMPREPAIR\d+\.EDB$/i.test(basename(leftBehind))) return;
    discardFile(leftBehind, this.#layer);
    discardFile(besidePath(this.#path, leftBehind), this.#layer);
  }

  #enter(phase: RepairPhase): void {
    this.#phases.enter(phase);
    this.#callbacks.onPhase?.(phase);
    this.#progress(0, 1);
  }

  #progress(done: number, total: number): void {
    stopIfAsked(this.#callbacks.isStopped);
    this.#phases.tell(done, total, this.#callbacks.onProgress);
  }
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
