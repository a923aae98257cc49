// Offline defragmentation: a new, compact database is built beside the old one, verified, and put in its place
// (eseutil.cxx, defragmentation mode; compact.cxx). Until the last rename the original is not touched.
import { basename, dirname, join } from 'node:path';
import { JetError } from '../errors/jet-error.ts';
import { copyDatabase, type CopyResult } from '../ese/build/copy-database.ts';
import { ExternalSort } from '../ese/build/external-sort.ts';
import { Database } from '../ese/database.ts';
import type { Finding } from '../ese/finding.ts';
import { nodeFileLayer, type FileFacts, type FileLayer } from '../ese/io/file-layer.ts';
import { FilePageSink } from '../ese/io/file-page-sink.ts';
import { LockFile, lockEnvironment, type LockEnvironment } from '../ese/io/lock-file.ts';
import { discardFile } from '../ese/io/safe-replace.ts';
import { SpillFolder } from '../ese/io/spill-file.ts';
import { checkDatabase } from './check.ts';
import { copyFile, requireSpace } from './copy-file.ts';
import { bytesInUse, requireDefragmentable } from './defrag-conditions.ts';
import { DigestThread } from './digest-thread.ts';
import { besidePath, instateDatabase } from './instate-database.ts';
import { stopIfAsked, type IsStopped } from './interruption.ts';
import { judgeCopy } from './judge-copy.ts';
import { PhaseProgress } from './phase-progress.ts';
import { verifyCopy } from './verify-copy.ts';

/** Parts of a defragmentation, in order. */
export type DefragPhase = 'backup' | 'check' | 'copy' | 'verify' | 'replace';

/** What a defragmentation may be asked for. */
export interface DefragOptions {
  /** Where the new database is built: a folder or the path of a file. Default: beside the original. */
  readonly temp?: string;
  /** Keep the new database where it was built; the original stays in its place. */
  readonly preserve?: boolean;
  /** Copy the original to this file first. */
  readonly backup?: string;
  /** Go on past damage, keeping what can be read. */
  readonly salvage?: boolean;
}

/** What the caller is told meanwhile, and how it can stop the work. */
export interface DefragCallbacks {
  readonly onPhase?: (phase: DefragPhase) => void;
  /** Work done of work to do, over all phases. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly onFinding?: (finding: Finding) => void;
  readonly isStopped?: IsStopped;
}

/** The machine. Tests give their own. */
export interface DefragEnvironment {
  readonly layer: FileLayer;
  readonly lock: LockEnvironment;
  readonly now: () => Date;
  readonly random: () => number;
}

/** What a defragmentation came to. */
export interface DefragResult extends Omit<CopyResult, 'digests'> {
  readonly pagesBefore: number;
  readonly pagesAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Where the new database is: the original's path, or with `preserve` that of the temporary one. */
  readonly result: string;
  /** False when something was wrong with the original (all of it was told to `onFinding`). */
  readonly clean: boolean;
}

/** Room asked for: what is to be written, and a tenth for the growth of trees. */
const SPACE_FACTOR = 1.1;
const SORT_MEMORY = 32 << 20;

/** This machine. */
export function defragEnvironment(): DefragEnvironment {
  return {
    layer: nodeFileLayer,
    lock: lockEnvironment(),
    now: () => new Date(),
    random: () => Math.floor(Math.random() * 2 ** 32),
  };
}

class Defragmentation {
  readonly #path: string;
  readonly #options: DefragOptions;
  readonly #callbacks: DefragCallbacks;
  readonly #environment: DefragEnvironment;
  readonly #layer: FileLayer;
  readonly #temp: string;
  readonly #phases: PhaseProgress<DefragPhase>;
  readonly #told = new Set<string>();
  #before: FileFacts;
  #findings = 0;

  constructor(path: string, options: DefragOptions, callbacks: DefragCallbacks, environment: DefragEnvironment) {
    const { layer, lock } = environment;
    this.#layer = layer;
    this.#path = layer.realPath(path);
    this.#options = options;
    this.#callbacks = callbacks;
    this.#environment = environment;
    const name = `TEMPDFRG${lock.pid}.EDB`;
    const { temp, backup, salvage } = options;
    if (temp === undefined) this.#temp = join(dirname(this.#path), name);
    else this.#temp = layer.facts(temp)?.isFolder === true ? join(temp, name) : temp;
    this.#phases = new PhaseProgress<DefragPhase>([
      ['backup', backup === undefined ? 0 : 15],
      ['check', salvage === true ? 30 : 0],
      ['copy', 35],
      ['verify', 60],
      ['replace', 5],
    ]);
    this.#before = this.#facts();
  }

  #facts(): FileFacts {
    const facts = this.#layer.facts(this.#path);
    if (facts !== undefined && !facts.isFolder) return facts;
    throw facts === undefined
      ? new JetError('JET_errFileNotFound', `${this.#path}: there is no such file`, { file: this.#path })
      : new JetError('JET_errInvalidPath', `${this.#path}: this is a folder, not a file`, { file: this.#path });
  }

  run(): DefragResult {
    this.#judge();
    const lock = LockFile.take(this.#path, 'defragmentation', this.#temp, this.#layer, this.#environment.lock);
    try {
      this.#sweep(lock.leftBehind);
      return this.#locked();
    } finally {
      lock.release();
    }
  }

  /** Looks at the database before anything is made: a file that is refused leaves no trace. */
  #judge(): void {
    const source = this.#layer.source(this.#path);
    try {
      requireDefragmentable(new Database(source), this.#path);
    } finally {
      source.close();
    }
  }

  /** Removes what a run that was killed left behind: only a file of the name such runs make. */
  #sweep(leftBehind: string): void {
    if (leftBehind === this.#path || !/^(TEMPDFRG\d+\.EDB)$/i.test(basename(leftBehind))) return;
    discardFile(leftBehind, this.#layer);
    discardFile(besidePath(this.#path, leftBehind), this.#layer);
  }

  #locked(): DefragResult {
    // Someone may have worked on the database until the lock was ours.
    this.#before = this.#facts();
    const source = this.#layer.source(this.#path);
    try {
      const db = new Database(source);
      requireDefragmentable(db, this.#path);
      const bytes = bytesInUse(db);
      requireSpace(this.#temp, Math.ceil(bytes * SPACE_FACTOR), this.#layer);
      if (this.#options.backup !== undefined) this.#backup(this.#options.backup);
      return this.#build(db, bytes);
    } finally {
      source.close();
    }
  }

  #backup(path: string): void {
    this.#enter('backup');
    const { badPages } = copyFile(this.#path, path, {
      layer: this.#layer,
      onProgress: (done, total) => {
        this.#progress(done, total);
      },
      ...(this.#callbacks.isStopped === undefined ? {} : { isStopped: this.#callbacks.isStopped }),
    });
    if (badPages.length === 0) return;
    const message = `${this.#path}: the backup ${path} holds ${badPages.length} damaged pages, as the original does`;
    this.#say({ rule: 'copy.bad-pages', severity: 'warning', at: { pgno: badPages[0]!.pgno }, message });
  }

  #build(db: Database, bytesExpected: number): DefragResult {
    const unsoundIndexes = this.#options.salvage === true ? this.#unsoundIndexes(db) : new Set<number>();
    this.#enter('copy');
    const sink = new FilePageSink(this.#temp, db.pages.format.pageSize, this.#layer);
    let kept = false;
    try {
      const copied = this.#copy(db, sink, bytesExpected, unsoundIndexes);
      this.#reportCorrected(db);
      // While it is verified the system writes it to the disk, and the wait for that is short.
      sink.flush();
      const bytesAfter = this.#verify(db, copied);
      this.#enter('replace');
      sink.close();
      const result = this.#instate();
      kept = true;
      const { pageSize } = db.pages.format;
      return {
        rows: copied.rows,
        longValues: copied.longValues,
        indexEntries: copied.indexEntries,
        longValuesDropped: copied.longValuesDropped,
        referenceCountsCorrected: copied.referenceCountsCorrected,
        indexesRebuilt: copied.indexesRebuilt,
        indexesForEngine: copied.indexesForEngine,
        indexesDropped: copied.indexesDropped,
        pagesBefore: db.pages.pgnoLast,
        pagesAfter: Math.floor(bytesAfter / pageSize) - 2,
        bytesBefore: this.#before.size,
        bytesAfter,
        result,
        clean: this.#findings === 0,
      };
    } finally {
      sink.abandon();
      if (!kept) discardFile(this.#temp, this.#layer);
    }
  }

  /** A salvage wants to know beforehand which indexes do not agree with their tables. */
  #unsoundIndexes(db: Database): Set<number> {
    this.#enter('check');
    const unsound = new Set<number>();
    checkDatabase(db, {
      onFinding: (finding) => {
        const { index, objid } = finding.at;
        if (finding.severity === 'info') return;
        this.#say(finding);
        if (index !== undefined && objid !== undefined) unsound.add(objid);
      },
      onProgress: (done, total) => {
        this.#progress(done, total);
      },
    });
    return unsound;
  }

  #copy(db: Database, sink: FilePageSink, bytesExpected: number, unsoundIndexes: ReadonlySet<number>): CopyResult {
    const total = Math.max(1, Math.ceil(bytesExpected / db.pages.format.pageSize));
    const spill = new SpillFolder(dirname(this.#temp));
    let done = 0;
    return copyDatabase(db, sink, {
      now: this.#environment.now(),
      random: this.#environment.random,
      salvage: this.#options.salvage === true,
      unsoundIndexes,
      newSorter: () => new ExternalSort({ spill, limit: SORT_MEMORY }),
      onFinding: (finding) => {
        // A salvage has told of bad pages already, in the words of the check.
        if (this.#options.salvage !== true || !/^(page|catalog)\./.test(finding.rule)) this.#say(finding);
      },
      onPage: () => {
        this.#progress(Math.min(++done, total), total);
      },
    });
  }

  #reportCorrected(db: Database): void {
    if (this.#options.salvage === true) return; // the check has told
    for (const [pgno, bits] of db.pages.corrected) {
      const message = `page ${pgno} has a single-bit error (bit ${bits.join(', ')}); the new database has it corrected`;
      this.#say({ rule: 'page.correctable', severity: 'warning', at: { pgno }, message });
    }
  }

  /** Verifies the new database; returns its size. */
  #verify(db: Database, copied: CopyResult): number {
    this.#enter('verify');
    const source = this.#layer.source(this.#temp);
    const thread = this.#layer === nodeFileLayer ? DigestThread.start(this.#temp) : undefined;
    try {
      const onProgress = (done: number, total: number): void => {
        this.#progress(done, total);
      };
      const verdict = verifyCopy(source, copied.digests, onProgress, thread);
      judgeCopy(verdict, db, {
        path: this.#path,
        temp: this.#temp,
        salvage: this.#options.salvage === true,
        say: (finding) => {
          this.#say(finding);
        },
      });
      return source.size;
    } finally {
      thread?.stop();
      source.close();
    }
  }

  /** Puts the new database in its place. Returns where it is. */
  #instate(): string {
    if (this.#options.preserve === true) {
      this.#layer.copyPermissions(this.#path, this.#temp);
      this.#layer.syncFolder(dirname(this.#temp));
      return this.#temp;
    }
    stopIfAsked(this.#callbacks.isStopped);
    const problem = instateDatabase(this.#temp, this.#path, this.#before, this.#layer);
    if (problem !== undefined) this.#say({ rule: 'file.flush-map', severity: 'info', at: {}, message: problem });
    return this.#path;
  }

  #enter(phase: DefragPhase): void {
    this.#phases.enter(phase);
    this.#callbacks.onPhase?.(phase);
    this.#progress(0, 1);
  }

  #progress(done: number, total: number): void {
    stopIfAsked(this.#callbacks.isStopped);
    this.#phases.tell(done, total, this.#callbacks.onProgress);
  }

  /** Passes a finding on, once: a page may be met several times. */
  #say(finding: Finding): void {
    const { pgno, line } = finding.at;
    const name = pgno === undefined ? finding.message : `${pgno}/${line ?? ''}/${finding.message}`;
    if (this.#told.has(name)) return;
    this.#told.add(name);
    if (finding.severity !== 'info') this.#findings++;
    this.#callbacks.onFinding?.(finding);
  }
}

/**
 * Defragments the database at `path`. Whatever happens, either the old file or the new one, verified, is there.
 * @throws JetError when it is refused, or damaged and not to be salvaged, or the disk fails; Interrupted. The original
 * is then untouched and nothing is left behind.
 */
export function defragment(
  path: string,
  options: DefragOptions = {},
  callbacks: DefragCallbacks = {},
  environment: DefragEnvironment = defragEnvironment(),
): DefragResult {
  return new Defragmentation(path, options, callbacks, environment).run();
}
