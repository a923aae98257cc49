// A session and its transactions: nested levels, begun in the log only when something is changed (format 9.7; PIB,
// ErrVERBeginTransaction, VERCommitTransaction, ErrVERRollback).
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import type { LogSink } from './log-sink.ts';
import { undoChange } from './undo-change.ts';
import type { Transactions } from './transactions.ts';
import type { NodeVersion, VersionSession } from './version-store.ts';

/** Deepest level of programs. */
const LEVEL_MOST = 7;

/** One session. Made by `Transactions.session`. */
export class TxSession implements VersionSession {
  readonly procid: number;
  readonly name: string;
  level = 0;
  trxBegin0 = 0;
  /** Where the open transaction begins in the log; undefined while it has changed nothing. */
  lgposBegin0: Lgpos | undefined;
  readonly #log: LogSink;
  readonly #transactions: Transactions;
  /** Level of the first transaction whose beginning is not in the log, and how many such there are. */
  #levelBegin = 0;
  #deferred = 0;
  /** Changes of the open transactions, in order. */
  readonly #versions: NodeVersion[] = [];

  constructor(transactions: Transactions, log: LogSink, procid: number, name: string) {
    this.#transactions = transactions;
    this.#log = log;
    this.procid = procid;
    this.name = name;
  }

  /** Begins a transaction, within the open one if there is one. @throws JetError JET_errTransTooDeep. */
  begin(): void {
    if (this.level >= LEVEL_MOST) {
      throw new JetError('JET_errTransTooDeep', `session ${this.name}: transactions cannot be nested deeper`);
    }
    if (this.#deferred === 0) this.#levelBegin = this.level;
    this.#deferred++;
    if (this.level === 0) this.trxBegin0 = this.#transactions.versions.nextTrx();
    this.level++;
  }

  beforeRecord(): void {
    if (this.#deferred === 0) return;
    const levels = { procid: this.procid, levelBeginFrom: this.#levelBegin, clevelsToBegin: this.#deferred };
    this.#deferred = 0;
    if (this.#levelBegin > 0) this.#log.append(encodeRecord('Begin', levels));
    else this.lgposBegin0 = this.#log.append(encodeRecord('Begin0', { ...levels, trxBegin0: this.trxBegin0 }));
  }

  /** A change of the innermost transaction. */
  changed(version: NodeVersion): void {
    this.#versions.push(version);
  }

  /**
   * Commits the innermost transaction. The position of its record, which must be lasting for the commit to be; undefined
   * when nothing was logged or an outer transaction is still open.
   * @throws JetError JET_errNotInTransaction.
   */
  commit(): Lgpos | undefined {
    this.#mustBeOpen();
    const levelCommitTo = this.level - 1;
    const logged = this.#deferred === 0;
    if (!logged) this.#deferred--;
    this.level = levelCommitTo;
    const { procid } = this;
    if (levelCommitTo > 0) {
      if (logged) this.#log.append(encodeRecord('Commit', { procid, levelCommitTo }));
      for (const version of this.#versions) version.level = Math.min(version.level, levelCommitTo);
      return undefined;
    }
    const trxCommit0 = this.#transactions.versions.nextTrx();
    const lgpos = logged ? this.#log.append(encodeRecord('Commit0', { procid, levelCommitTo, trxCommit0 })) : undefined;
    this.lgposBegin0 = undefined;
    this.#transactions.commit(this.#versions.splice(0), trxCommit0, lgpos);
    return lgpos;
  }

  /**
   * Undoes the innermost transaction.
   * @throws JetError JET_errNotInTransaction; what reading or writing pages throws: the transaction is then still open.
   */
  rollback(): void {
    this.#mustBeOpen();
    const undone: NodeVersion[] = [];
    while (this.#versions.at(-1)?.level === this.level) {
      const version = this.#versions.at(-1)!;
      undoChange(this, version);
      this.#versions.pop();
      this.#transactions.versions.remove(version);
      undone.push(version);
    }
    if (this.#deferred > 0) this.#deferred--;
    else this.#log.append(encodeRecord('Rollback', { procid: this.procid, levelRollback: 1 }));
    this.level--;
    if (this.level === 0) this.lgposBegin0 = undefined;
    this.#transactions.undone(undone);
  }

  #mustBeOpen(): void {
    if (this.level > 0) return;
    throw new JetError('JET_errNotInTransaction', `session ${this.name} is in no transaction`);
  }
}
