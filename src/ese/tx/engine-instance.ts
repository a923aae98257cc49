// A running instance as programs work with it: databases and sessions (JetInit, JetCreateDatabase, JetAttachDatabase,
// JetDetachDatabase, JetBeginSession, JetTerm).
import { JetError } from '../../errors/jet-error.ts';
import type { AttachedDatabase } from './attached-database.ts';
import { BackgroundCleaning } from './background-cleaning.ts';
import { createDatabase, type NewDatabaseOptions } from './create-database.ts';
import { DatabaseSession, type SessionHost } from './database-session.ts';
import type { Instance } from './instance.ts';
import type { CommitGrade } from './instance-options.ts';
import { OpenDatabase } from './open-database.ts';
import type { TxSession } from './tx-session.ts';

/** The promise of something that is done at once; what it throws is a rejection. */
const promised = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });

/** One running instance: a log stream, up to six databases, any number of sessions. Made by `openInstance`. */
export class EngineInstance implements SessionHost {
  readonly #instance: Instance;
  readonly #cleaning: BackgroundCleaning;
  readonly #newDatabase: NewDatabaseOptions;
  readonly #databases = new Map<OpenDatabase, AttachedDatabase>();
  #closed = false;

  /** `newDatabase`: how databases that are created begin. */
  constructor(instance: Instance, newDatabase: NewDatabaseOptions = {}) {
    this.#instance = instance;
    this.#newDatabase = newDatabase;
    const mayClean = (): boolean => !this.#closed && instance.log.failure === undefined;
    this.#cleaning = new BackgroundCleaning(instance.transactions, mayClean);
  }

  /** The parts below, for programs that write to trees themselves. */
  get instance(): Instance {
    return this.#instance;
  }

  /** True when logs had to be replayed at the start: the last run did not end with `close`. */
  get wasRecovered(): boolean {
    return this.#instance.recovery !== undefined && !this.#instance.recovery.nothingToDo;
  }

  /** The databases that are created or attached. */
  get databases(): readonly OpenDatabase[] {
    return [...this.#databases.keys()];
  }

  /**
   * Creates a database and attaches it. It is lasting when the promise is kept.
   * @throws JetError JET_errDatabaseDuplicate when there is such a file, JET_errTooManyAttachedDatabases,
   * JET_errDiskFull, JET_errFileAccessDenied.
   */
  createDatabase(path: string): Promise<OpenDatabase> {
    return promised(() => this.#opened(createDatabase(this.#instance, path, this.#newDatabase)));
  }

  /**
   * Attaches a database.
   * @throws JetError JET_errFileNotFound, JET_errDatabaseDirtyShutdown (it belongs to the logs of another instance, or
   * these are lost), JET_errPageSizeMismatch, JET_errDatabaseInUse, JET_errTooManyAttachedDatabases,
   * JET_errFeatureNotAvailable for formats that are not written.
   */
  attachDatabase(path: string): Promise<OpenDatabase> {
    return promised(() => this.#opened(this.#instance.attachFile(path)));
  }

  /**
   * Detaches a database: its file is complete without the logs then.
   * @throws JetError JET_errDatabaseInUse when a transaction is open, JET_errInvalidDatabaseId when it is detached.
   */
  detachDatabase(database: OpenDatabase): Promise<void> {
    return promised(() => {
      const attached = this.#databases.get(database);
      if (attached === undefined) {
        throw new JetError('JET_errInvalidDatabaseId', `${database.path} is not attached`, { file: database.path });
      }
      this.#instance.detach(attached);
      this.#databases.delete(database);
    });
  }

  /** A new session. The name stands in messages. @throws JetError JET_errTermInProgress after `close`. */
  session(name?: string): DatabaseSession {
    if (this.#closed) throw new JetError('JET_errTermInProgress', 'the instance is closed');
    return new DatabaseSession(this, this.#instance.transactions.session(name));
  }

  /** Writes what is in memory, and moves the checkpoint: a recovery has less to do then. @throws JetError of the disk. */
  checkpoint(): Promise<void> {
    return promised(() => {
      this.#instance.transactions.clean();
      this.#instance.checkpoint(true);
    });
  }

  /**
   * Shuts down: open transactions are rolled back, pages written, databases detached. After a failure of the disk only
   * files are closed, and the next `openInstance` recovers.
   */
  close(): Promise<void> {
    return promised(() => {
      this.#closed = true;
      this.#cleaning.stop();
      this.#databases.clear();
      this.#instance.close();
    });
  }

  async commit(session: TxSession, grade: CommitGrade): Promise<void> {
    const committed = this.#instance.commit(session, grade);
    if (session.level === 0) this.#cleaning.committed();
    await committed;
  }

  committed(): void {
    this.#instance.committedLazily();
    this.#cleaning.committed();
  }

  end(session: TxSession): void {
    this.#instance.transactions.end(session);
  }

  flush(): Promise<void> {
    return this.#instance.flush();
  }

  #opened(attached: AttachedDatabase): OpenDatabase {
    const database = new OpenDatabase(attached, this.#instance.transactions);
    this.#databases.set(database, attached);
    return database;
  }
}
