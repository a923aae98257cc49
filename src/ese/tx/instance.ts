// An instance: a log stream, the databases attached to it, their sessions; checkpoint and shutdown (format 9.8; inst,
// ErrLGAttachDB, ErrLGIUpdateCheckpointFile, ErrLGTerm).
import { JetError } from '../../errors/jet-error.ts';
import { utf16Bytes } from '../../binary/text.ts';
import type { PageStore } from '../cache/page-store.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import type { Signature } from '../header/signature.ts';
import { CHECKPOINT_DBMS_PARAM_OFFSET } from '../log/dbms-param.ts';
import { CHECKPOINT_SIZE } from '../log/checkpoint-header.ts';
import { buildCheckpointFile } from '../log/log-header-builder.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { arrangeLogs } from '../log/log-set.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import type { StreamResult } from '../recovery/recover-stream.ts';
import { AttachedDatabase } from './attached-database.ts';
import { NO_DATABASE_FILES, type DatabaseFiles } from './database-files.ts';
import { settingsOf, type CommitGrade, type InstanceOptions } from './instance-options.ts';
import { LazyFlush } from './lazy-flush.ts';
import { LogStream } from './log-stream.ts';
import { createRecord, writeNewHeader } from './new-database.ts';
import { resumeStream, type ResumedStream } from './resume-stream.ts';
import { Transactions } from './transactions.ts';
import type { TxSession } from './tx-session.ts';

const CSEC_DEFAULT = 256;
const CSEC_LEAST = 32;
const DBID_MOST = 6;
const ATTACH_UNICODE = 8;
const DETACH_UNICODE = 0x10;
/** Session of records about databases. */
const PROCID_SYSTEM = 3;
const CHECKPOINT_DEPTH = 20 << 20;
/** Share of that depth at which pages are written one after another, and at which the checkpoint moves. */
const WRITE_SHARE = 1 / 2;
const CHECKPOINT_SHARE = 3 / 4;
/** Pages written while commits wait for the disk. */
const PAGES_AT_ONCE = 256;
const LGPOS_FIRST: Lgpos = { lGeneration: 1, isec: 1, ib: 0 };

/** One running instance. */
export class Instance {
  readonly log: LogStream;
  readonly transactions: Transactions;
  /** What was recovered when the instance began; undefined: the stream is new. */
  readonly recovery: StreamResult | undefined;
  readonly #options: InstanceOptions;
  readonly #base: string;
  readonly #signLog: Signature;
  readonly #dbmsParam: Uint8Array;
  readonly #databases = new Map<number, AttachedDatabase>();
  readonly #lock: { release(): void } | undefined;
  #lgposCheckpoint: Lgpos;
  /** Where the log stood when the checkpoint was last moved for its depth. */
  #lgposTried: Lgpos;
  readonly #lazy: LazyFlush;
  /** Written pages are being made lasting, to move the checkpoint. */
  #isSyncing = false;
  #closed = false;

  /**
   * Begins a stream, or takes up the one that lies in the directory: its databases are recovered first.
   * @throws JetError JET_errInvalidParameter for logs that are too small; JET_errLogFileSizeMismatchDatabasesConsistent,
   * JET_errPageSizeMismatch when the stream is another than was asked for; JET_errDatabaseInUse when another instance has
   * it; what recovery throws.
   */
  constructor(options: InstanceOptions) {
    this.#options = options;
    const { directory, base = 'edb' } = options;
    this.#base = base;
    this.#lock = directory.lock?.(base);
    try {
      const resumed = this.#resume();
      const csecLGFile = resumed?.csecLGFile ?? options.csecLGFile ?? CSEC_DEFAULT;
      this.#signLog = resumed?.signLog ?? options.signLog ?? this.#newSignature();
      this.#dbmsParam = settingsOf(csecLGFile, options.circular === true);
      this.#lgposCheckpoint = resumed?.lgposCheckpoint ?? LGPOS_FIRST;
      this.log = this.#openLog(csecLGFile, resumed);
      this.#lgposTried = this.log.position;
      this.#lazy = new LazyFlush(this.log);
      this.recovery = resumed?.recovery;
      this.log.append(encodeRecord('Init2', { dbms_param: this.#dbmsParam, logtime: this.#now() }));
      const { versionLimit } = options;
      this.transactions = new Transactions({ log: this.log, ...(versionLimit === undefined ? {} : { versionLimit }) });
      if (resumed === undefined) this.#writeCheckpoint();
    } catch (error) {
      this.#lock?.release();
      throw error;
    }
  }

  /** Where a recovery would begin. */
  get lgposCheckpoint(): Lgpos {
    return this.#lgposCheckpoint;
  }

  /** The databases that are attached. */
  get databases(): readonly AttachedDatabase[] {
    return [...this.#databases.values()];
  }

  /**
   * Attaches a database that was shut down cleanly.
   * @throws JetError JET_errDatabaseDirtyShutdown, JET_errTooManyAttachedDatabases, JET_errPageSizeMismatch.
   */
  attach(store: PageStore, header: Uint8Array, path: string): AttachedDatabase {
    const { log } = this;
    const database = this.#newAttachment(store, header, path);
    const { dbid } = database.db;
    const { lgposConsistent, signDb, signLog } = database.header;
    const fields = { procid: PROCID_SYSTEM, dbid, lgposConsistent, signDb, signLog };
    const lgpos = log.append(
      encodeRecord('AttachDB', { ...fields, fLRAttachDbFlags: ATTACH_UNICODE }, { path: utf16Bytes(`${path}\0`) }),
    );
    log.flushTo(lgpos);
    this.#attached(database, lgpos);
    return database;
  }

  /** Attaches a database by its path. @throws JetError as `attach`; JET_errFileNotFound, JET_errDatabaseInUse. */
  attachFile(path: string): AttachedDatabase {
    const opened = this.#files().open(path);
    if (opened === undefined)
      throw new JetError('JET_errFileNotFound', `${path}: there is no such file`, { file: path });
    try {
      return this.attach(opened.store, opened.header.bytes, path);
    } catch (error) {
      opened.store.close();
      throw error;
    }
  }

  /**
   * Creates a database. `build` makes what it is to hold from the first page on; the log tells of all of it.
   * @throws JetError JET_errDatabaseDuplicate when there is such a file, JET_errTooManyAttachedDatabases, JET_errDiskFull.
   */
  create(path: string, build: (database: AttachedDatabase) => void): AttachedDatabase {
    const { log } = this;
    const store = this.#files().create(path, this.#options.pageSize, false);
    let database: AttachedDatabase | undefined;
    try {
      database = this.#newAttachment(store, writeNewHeader(store, this.#options), path);
      const { dbid } = database.db;
      const lgpos = log.append(createRecord(PROCID_SYSTEM, dbid, path, database.header.signDb));
      log.flushTo(lgpos);
      this.#attached(database, lgpos);
      build(database);
      log.flushTo(log.append(encodeRecord('CreateDBFinish', { procid: PROCID_SYSTEM, dbid })));
      database.setCreated();
      return database;
    } catch (error) {
      this.#abandonCreation(store, path, database);
      throw error;
    }
  }

  /**
   * Detaches a database; no transaction must be open that has changed it.
   * @throws JetError JET_errDatabaseInUse when one is; what writing throws.
   */
  detach(database: AttachedDatabase): void {
    const { dbid } = database.db;
    if (this.transactions.oldestBegin() !== undefined) {
      throw new JetError('JET_errDatabaseInUse', `${database.path}: transactions are open`, { file: database.path });
    }
    this.transactions.clean();
    database.db.cache.flush();
    database.store.sync();
    database.setClean(this.#logDetach(database), this.#options);
    this.#databases.delete(dbid);
    database.store.close();
  }

  /**
   * Commits the innermost transaction of a session. `durable`: resolves when it is lasting; `lazy`: at once, it will be
   * soon.
   * @throws JetError JET_errNotInTransaction; JET_errLogWriteFail, JET_errInstanceUnavailable: whether the commit is
   * lasting is not known then.
   */
  async commit(session: TxSession, grade: CommitGrade = 'durable'): Promise<void> {
    const lgpos = session.commit();
    if (lgpos === undefined) return;
    if (grade === 'durable') await this.log.lasting(lgpos);
    else this.#lazy.soon();
    this.#keepDepth();
  }

  /** Resolves when all that was committed so far is lasting. */
  flush(): Promise<void> {
    return this.#lazy.now();
  }

  /** A session has committed a change outside of its transactions: it is lasting soon. */
  committedLazily(): void {
    this.#lazy.soon();
    this.#keepDepth();
  }

  /**
   * Moves the checkpoint as far as unwritten pages and open transactions let it; `flush`: all pages are written first.
   */
  checkpoint(flush = false): void {
    if (flush) this.#writePages();
    const oldest = this.#oldestNeeded();
    if (compareLgpos(oldest, this.#lgposCheckpoint) <= 0) return;
    // Pages that were written must be lasting before the records that made them are no longer needed.
    for (const { store } of this.#databases.values()) store.sync();
    this.#moveCheckpoint(oldest, this.databases);
  }

  /** Where a replay would have to begin now, if all pages that were written were lasting. */
  #oldestNeeded(): Lgpos {
    let oldest = this.log.position;
    for (const lgpos of [this.transactions.oldestBegin(), ...this.databases.map(({ db }) => db.oldestChange())]) {
      if (lgpos !== undefined && compareLgpos(lgpos, oldest) < 0) oldest = lgpos;
    }
    return oldest;
  }

  /** Pages changed before `oldest` are lasting. */
  #moveCheckpoint(oldest: Lgpos, databases: readonly AttachedDatabase[]): void {
    this.log.flushTo(oldest);
    // The logs that a header asks for must never begin before those that a replay would begin with.
    for (const database of databases) database.setMinRequired(oldest.lGeneration);
    this.#lgposCheckpoint = oldest;
    this.#writeCheckpoint();
    if (this.#options.circular === true) this.#removeLogs();
  }

  /**
   * Shuts down cleanly: open transactions are rolled back, databases closed. After a failure only files are closed, and
   * the next instance recovers. The instance is of no use afterwards.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lazy.stop();
    try {
      if (this.log.failure === undefined) this.#shutDown();
    } finally {
      for (const database of this.#databases.values()) database.store.close();
      this.#databases.clear();
      this.log.abandon();
      this.#lock?.release();
    }
  }

  #shutDown(): void {
    this.transactions.endAll();
    if (!this.log.isLow) this.transactions.clean();
    this.#writePages();
    const { log } = this;
    const lgpos = log.append(encodeRecord('ShutDownMark'));
    log.flushTo(lgpos);
    for (const database of this.#databases.values()) {
      database.store.sync();
      database.setClean(lgpos, this.#options);
      database.store.close();
    }
    this.#databases.clear();
    const fields = { lgpos, lgposRedoFrom: this.#lgposCheckpoint, logtime: this.#now() };
    const lgposTerm = log.append(encodeRecord('Term2', fields));
    log.close();
    this.#lgposCheckpoint = lgposTerm;
    this.#writeCheckpoint();
  }

  #resume(): ResumedStream | undefined {
    const { directory, files = NO_DATABASE_FILES, now, random, cacheSize, csecLGFile, pageSize } = this.#options;
    if (csecLGFile !== undefined && csecLGFile < CSEC_LEAST) {
      throw new JetError('JET_errInvalidParameter', `a log must have at least ${CSEC_LEAST} segments`);
    }
    const resumed = resumeStream({ directory, base: this.#base, files, now, random, cacheSize });
    if (resumed === undefined) return undefined;
    if (resumed.pageSize !== pageSize) {
      throw new JetError('JET_errPageSizeMismatch', `the logs tell of pages of ${resumed.pageSize} bytes`);
    }
    if (csecLGFile !== undefined && csecLGFile !== resumed.csecLGFile) {
      const message = `the logs have ${resumed.csecLGFile} segments, not ${csecLGFile}; the databases are consistent`;
      throw new JetError('JET_errLogFileSizeMismatchDatabasesConsistent', message);
    }
    return resumed;
  }

  #openLog(csecLGFile: number, resumed: ResumedStream | undefined): LogStream {
    const { directory, pageSize, reserves = true } = this.#options;
    const log = new LogStream({
      directory,
      base: this.#base,
      csecLGFile,
      cbPageSize: pageSize,
      signLog: this.#signLog,
      now: () => this.#now(),
      dbmsParam: this.#dbmsParam,
      beginning: () => ({ lgposCheckpoint: this.#lgposCheckpoint, attachInfos: this.#attachInfos() }),
      reserves,
      ...(resumed === undefined ? {} : { start: resumed.start }),
    });
    log.whileSyncing = () => {
      this.#useTime();
    };
    log.onGeneration = (lGeneration, tmCreate) => {
      for (const database of this.#databases.values()) database.enterGeneration(lGeneration, tmCreate);
    };
    return log;
  }

  #newSignature(): Signature {
    return { random: this.#options.random() >>> 0, create: this.#now(), computer: '' };
  }

  #now(): Logtime {
    return this.#options.logtime(this.#options.now());
  }

  #files(): DatabaseFiles {
    const { files } = this.#options;
    if (files === undefined) throw new JetError('JET_errInvalidParameter', 'the instance has no files of databases');
    return files;
  }

  #newAttachment(store: PageStore, header: Uint8Array, path: string): AttachedDatabase {
    const { pageSize, cacheSize, dbExtensionSize, cpgDatabaseSizeMax } = this.#options;
    let dbid = 1;
    while (this.#databases.has(dbid)) dbid++;
    if (dbid > DBID_MOST) throw new JetError('JET_errTooManyAttachedDatabases', `${path}: no more can be attached`);
    if (store.format.pageSize !== pageSize) {
      throw new JetError('JET_errPageSizeMismatch', `${path} has pages of another size`, { file: path });
    }
    const { log } = this;
    const onFailure = (error: unknown): void => {
      log.fail(error);
    };
    const space = { cacheSize, dbExtensionSize, cpgDatabaseSizeMax };
    return new AttachedDatabase(store, header, path, { dbid, log, onFailure, ...space });
  }

  /** The record of the attachment is lasting. */
  #attached(database: AttachedDatabase, lgpos: Lgpos): void {
    database.setAttached(lgpos, this.#signLog, this.#options, this.log.tmCreate);
    this.#databases.set(database.db.dbid, database);
    this.transactions.versions.attach(database);
  }

  /** A database that could not be made goes; the logs say that it is not attached. */
  #abandonCreation(store: PageStore, path: string, database: AttachedDatabase | undefined): void {
    store.close();
    if (this.log.failure !== undefined) return;
    if (database !== undefined && this.#databases.delete(database.db.dbid)) this.#logDetach(database);
    this.#files().remove(path);
  }

  #logDetach({ db: { dbid }, path }: AttachedDatabase): Lgpos {
    const fields = { procid: PROCID_SYSTEM, dbid, fLRDetachDbFlags: DETACH_UNICODE };
    const lgpos = this.log.append(encodeRecord('DetachDB', fields, { path: utf16Bytes(`${path}\0`) }));
    this.log.flushTo(lgpos);
    return lgpos;
  }

  /** Recovery must never have more to go through than was asked for. */
  #keepDepth(): void {
    const { position } = this.log;
    const distance = this.#distance(this.#lgposCheckpoint, position);
    if (distance <= this.#depth * (this.#isSyncing ? 1 : CHECKPOINT_SHARE)) return;
    // An old transaction may keep the checkpoint where it is.
    if (this.#distance(this.#lgposTried, position) <= this.#depth / 8) return;
    this.#lgposTried = position;
    this.transactions.clean();
    const old = this.#before(position, this.#depth * WRITE_SHARE);
    for (const { db } of this.#databases.values()) db.flushBefore(old);
    if (distance > this.#depth || this.databases.some(({ store }) => !store.syncsLater)) this.checkpoint();
    else this.#checkpointLater();
  }

  get #depth(): number {
    return this.#options.checkpointDepth ?? CHECKPOINT_DEPTH;
  }

  /** While commits wait for the disk: writes pages that were changed long ago. */
  #useTime(): void {
    if (this.#closed || this.log.failure !== undefined) return;
    const { position } = this.log;
    const old = this.#before(position, this.#depth * WRITE_SHARE);
    try {
      for (const { db } of this.#databases.values()) db.flushOldest(old, PAGES_AT_ONCE);
    } catch (error) {
      this.log.fail(error);
    }
  }

  /** Moves the checkpoint as far as it may, once the disk has what was written; sessions go on meanwhile. */
  #checkpointLater(): void {
    const oldest = this.#oldestNeeded();
    const synced = this.databases;
    this.#isSyncing = true;
    Promise.all(synced.map(({ store }) => store.syncLater()))
      .then(() => {
        if (this.#closed || this.log.failure !== undefined) return;
        const attached = synced.filter((database) => this.#databases.get(database.db.dbid) === database);
        if (compareLgpos(oldest, this.#lgposCheckpoint) > 0) this.#moveCheckpoint(oldest, attached);
      })
      .catch((error: unknown) => {
        this.log.fail(error);
      })
      .finally(() => {
        this.#isSyncing = false;
      });
  }

  /** The beginning of the segment that lies `bytes` before a position; positions before the first are all the same. */
  #before({ lGeneration, isec }: Lgpos, bytes: number): Lgpos {
    const { csecLGFile } = this.log;
    const segment = lGeneration * csecLGFile + isec - Math.ceil(bytes / SEGMENT_SIZE);
    return { lGeneration: Math.floor(segment / csecLGFile), isec: Math.max(0, segment % csecLGFile), ib: 0 };
  }

  /** Bytes of log between two positions. */
  #distance(from: Lgpos, to: Lgpos): number {
    const segments = (to.lGeneration - from.lGeneration) * this.log.csecLGFile + to.isec - from.isec;
    return segments * SEGMENT_SIZE + to.ib - from.ib;
  }

  /** Removes the logs that no recovery needs. */
  #removeLogs(): void {
    const { directory } = this.#options;
    for (const { generation, name } of arrangeLogs(directory.list(), this.#base).archived) {
      if (generation >= this.#lgposCheckpoint.lGeneration) continue;
      if (!this.log.reuse(name, generation)) directory.remove(name);
    }
  }

  #writePages(): void {
    for (const { db } of this.#databases.values()) db.cache.flush();
  }

  #attachInfos(): AttachInfo[] {
    return this.databases.map((database) => database.attachInfo());
  }

  #writeCheckpoint(): void {
    const lgposCheckpoint = this.#lgposCheckpoint;
    // What was attached later the replay learns from the record of that.
    const attachInfos = this.#attachInfos().filter(({ lgposAttach }) => compareLgpos(lgposAttach, lgposCheckpoint) < 0);
    const from = new Uint8Array(CHECKPOINT_SIZE);
    from.set(this.#dbmsParam, CHECKPOINT_DBMS_PARAM_OFFSET);
    const file = buildCheckpointFile({ lgposCheckpoint, signLog: this.#signLog, attachInfos }, from);
    this.#options.directory.writeInPlace(`${this.#base}.chk`, file);
  }
}
