// A session of a program: its transactions, and how lasting their commits are (JetBeginSession, JetBeginTransaction,
// JetCommitTransaction with JET_bitCommitLazyFlush, JetRollback).
import { JetError } from '../../errors/jet-error.ts';
import type { TxSession } from './tx-session.ts';

/**
 * How a transaction commits. `durable` (default): the promise is kept once the commit is in the log file, whatever
 * happens to the machine. `lazy`: at once; it becomes lasting with the next durable commit or flush.
 */
export interface CommitOptions {
  readonly commit?: 'durable' | 'lazy';
}

/** What a session asks of its instance. */
export interface SessionHost {
  /** Commits the innermost transaction; kept when it is as lasting as wanted. */
  commit(session: TxSession, grade: 'durable' | 'lazy'): Promise<void>;
  /** A change outside of a transaction was committed, lazily. */
  committed(): void;
  /** Rolls back what is open, and forgets the session. */
  end(session: TxSession): void;
  /** Kept when all that was committed so far is lasting. */
  flush(): Promise<void>;
}

/** One session: one thing at a time. Made by `EngineInstance.session`. */
export class DatabaseSession {
  readonly tx: TxSession;
  readonly #host: SessionHost;
  /** Something was committed lazily. */
  #isPending = false;
  #ended = false;
  /** Notes a change that was made outside of a transaction, and so was committed at once, lazily. */
  readonly committed: () => void;

  constructor(host: SessionHost, tx: TxSession) {
    this.#host = host;
    this.tx = tx;
    this.committed = () => {
      this.#isPending = true;
      host.committed();
    };
  }

  get name(): string {
    return this.tx.name;
  }

  /** How many transactions are open, one within the other. */
  get level(): number {
    return this.tx.level;
  }

  /**
   * Begins a transaction, within the open one if there is one. The outermost one fixes what the session sees.
   * @throws JetError JET_errTransTooDeep beyond seven, JET_errInvalidSesid when the session has ended.
   */
  begin(): void {
    this.#mustLive();
    this.tx.begin();
  }

  /**
   * Commits the innermost transaction; only the outermost one is committed to the database.
   * @throws JetError JET_errNotInTransaction, JET_errLogWriteFail and others when the log cannot be written.
   */
  async commit({ commit = 'durable' }: CommitOptions = {}): Promise<void> {
    this.#isPending ||= commit === 'lazy';
    await this.#host.commit(this.tx, commit);
  }

  /** Undoes the innermost transaction. @throws JetError JET_errNotInTransaction. */
  rollback(): void {
    this.tx.rollback();
  }

  /**
   * Does `work` in a transaction: committed when it is done, rolled back when it throws (which is then thrown on).
   * @throws JetError as `begin` and `commit`; JET_errSessionSharingViolation when `work` left its transactions open, or
   * two callers used the session at once.
   */
  async transaction<T>(work: () => T | Promise<T>, options: CommitOptions = {}): Promise<T> {
    this.begin();
    const { level } = this;
    let result: T;
    try {
      result = await work();
      this.#mustBeAt(level);
    } catch (error) {
      while (this.level >= level) this.rollback();
      throw error;
    }
    await this.commit(options);
    return result;
  }

  /** Waits until everything the session has committed is lasting. */
  async flush(): Promise<void> {
    if (!this.#isPending) return;
    this.#isPending = false;
    await this.#host.flush();
  }

  /** Ends the session: open transactions are rolled back, and what it committed lazily is made lasting. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#host.end(this.tx);
    await this.flush();
  }

  #mustLive(): void {
    if (!this.#ended) return;
    throw new JetError('JET_errInvalidSesid', `session ${this.name} has ended`);
  }

  #mustBeAt(level: number): void {
    if (this.level === level) return;
    const message = `session ${this.name} is at transaction level ${this.level} where its work began at ${level}: is it used twice at once?`;
    throw new JetError('JET_errSessionSharingViolation', message);
  }
}
