// An instance: a log stream, the databases attached to it, their sessions; checkpoint and shutdown (format 9.8; inst,
// ErrLGAttachDB, ErrLGIUpdateCheckpointFile, ErrLGTerm).
import { JetError } from '../../errors/jet-error.ts';
import { utf16Bytes } from '../../binary/text.ts';
import type { PageStore } from '../cache/page-store.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import type { Signature } from '../header/signature.ts';
import { buildCheckpointFile } from '../log/log-header-builder.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { AttachedDatabase } from './attached-database.ts';
import type { LogDirectory } from './log-directory.ts';
import { LogStream } from './log-stream.ts';
import type { SpaceOptions } from './space-writer.ts';
import { Transactions } from './transactions.ts';

/** How an instance is set up. */
export interface InstanceOptions extends SpaceOptions {
  readonly directory: LogDirectory;
  /** Base name of the logs. Default `edb`. */
  readonly base?: string;
  /** Segments of 4 KB a log. Default 256 (1 MB); at least 32. */
  readonly csecLGFile?: number;
  readonly pageSize: number;
  readonly signLog: Signature;
  readonly now: () => Date;
  readonly random: () => number;
  readonly logtime: (date: Date) => Logtime;
  /** Bytes of pages kept in memory, a database. */
  readonly cacheSize?: number;
  /** Most bytes of versions. */
  readonly versionLimit?: number;
}

const CSEC_DEFAULT = 256;
const CSEC_LEAST = 32;
const DBID_MOST = 6;
const ATTACH_UNICODE = 8;
/** Session of records about databases. */
const PROCID_SYSTEM = 3;

/** One running instance with a new log stream. */
export class Instance {
  readonly log: LogStream;
  readonly transactions: Transactions;
  readonly #options: InstanceOptions;
  readonly #databases = new Map<number, AttachedDatabase>();
  #lgposCheckpoint: Lgpos;

  /** @throws JetError JET_errInvalidParameter for logs that are too small. */
  constructor(options: InstanceOptions) {
    const { directory, base = 'edb', csecLGFile = CSEC_DEFAULT, pageSize, signLog, versionLimit } = options;
    if (csecLGFile < CSEC_LEAST) {
      throw new JetError('JET_errInvalidParameter', `a log must have at least ${CSEC_LEAST} segments`);
    }
    this.#options = options;
    const now = (): Logtime => options.logtime(options.now());
    this.log = new LogStream({ directory, base, csecLGFile, cbPageSize: pageSize, signLog, now });
    this.#lgposCheckpoint = this.log.position;
    this.log.beginning = () => ({ lgposCheckpoint: this.#lgposCheckpoint, attachInfos: this.#attachInfos() });
    this.log.onGeneration = (lGeneration, tmCreate) => {
      for (const database of this.#databases.values()) database.enterGeneration(lGeneration, tmCreate);
    };
    this.log.append(encodeRecord('Init2', { logtime: now() }));
    this.transactions = new Transactions({ log: this.log, ...(versionLimit === undefined ? {} : { versionLimit }) });
    this.#writeCheckpoint();
  }

  /**
   * Attaches a database that was shut down cleanly.
   * @throws JetError JET_errDatabaseDirtyShutdown, JET_errTooManyAttachedDatabases, JET_errPageSizeMismatch.
   */
  attach(store: PageStore, header: Uint8Array, path: string): AttachedDatabase {
    const { pageSize, signLog, cacheSize, dbExtensionSize, cpgDatabaseSizeMax } = this.#options;
    let dbid = 1;
    while (this.#databases.has(dbid)) dbid++;
    if (dbid > DBID_MOST) throw new JetError('JET_errTooManyAttachedDatabases', `${path}: no more can be attached`);
    if (store.format.pageSize !== pageSize) {
      throw new JetError('JET_errPageSizeMismatch', `${path} has pages of another size`, { file: path });
    }
    const { log } = this;
    const database = new AttachedDatabase(store, header, path, {
      dbid,
      log,
      cacheSize,
      dbExtensionSize,
      cpgDatabaseSizeMax,
    });
    const { lgposConsistent, signDb, signLog: signLogBefore } = database.header;
    const fields = { procid: PROCID_SYSTEM, dbid, lgposConsistent, signDb, signLog: signLogBefore };
    const lgpos = log.append(
      encodeRecord('AttachDB', { ...fields, fLRAttachDbFlags: ATTACH_UNICODE }, { path: utf16Bytes(`${path}\0`) }),
    );
    log.flushTo(lgpos);
    database.setAttached(lgpos, signLog, this.#options, log.tmCreate);
    this.#databases.set(dbid, database);
    this.transactions.versions.attach(database);
    return database;
  }

  /**
   * Moves the checkpoint as far as unwritten pages and open transactions let it; `flush`: all pages are written first.
   */
  checkpoint(flush = false): void {
    let oldest = this.log.position;
    if (flush) this.#writePages();
    for (const lgpos of [
      this.transactions.oldestBegin(),
      ...[...this.#databases.values()].map(({ db }) => db.oldestChange()),
    ]) {
      if (lgpos !== undefined && compareLgpos(lgpos, oldest) < 0) oldest = lgpos;
    }
    if (compareLgpos(oldest, this.#lgposCheckpoint) <= 0) return;
    // Pages that were written must be lasting before the records that made them are no longer needed.
    this.log.flushTo(this.log.position);
    for (const database of this.#databases.values()) {
      database.store.sync();
      // The logs that a header asks for must never begin before those that a replay would begin with.
      database.setMinRequired(oldest.lGeneration);
    }
    this.#lgposCheckpoint = oldest;
    this.#writeCheckpoint();
  }

  /** Shuts down cleanly: open transactions are rolled back, databases closed. The instance is of no use afterwards. */
  close(): void {
    this.transactions.endAll();
    this.transactions.clean();
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
    const logtime = this.#options.logtime(this.#options.now());
    const lgposTerm = log.append(encodeRecord('Term2', { lgpos, lgposRedoFrom: this.#lgposCheckpoint, logtime }));
    log.close();
    this.#lgposCheckpoint = lgposTerm;
    this.#writeCheckpoint();
  }

  #writePages(): void {
    for (const { db } of this.#databases.values()) db.cache.flush();
  }

  #attachInfos(): AttachInfo[] {
    return [...this.#databases.values()].map((database) => database.attachInfo());
  }

  #writeCheckpoint(): void {
    const { directory, base = 'edb', signLog } = this.#options;
    const lgposCheckpoint = this.#lgposCheckpoint;
    // What was attached later the replay learns from the record of that.
    const attachInfos = this.#attachInfos().filter(({ lgposAttach }) => compareLgpos(lgposAttach, lgposCheckpoint) < 0);
    const file = buildCheckpointFile({ lgposCheckpoint, signLog, attachInfos });
    directory.writeInPlace(`${base}.chk`, file);
  }
}
