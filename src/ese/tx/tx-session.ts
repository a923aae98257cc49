// A session and its transactions: nested levels, begun in the log only when something is changed (format 9.7; PIB,
// ErrVERBeginTransaction, VERCommitTransaction, ErrVERRollback).
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { LogSink } from './log-sink.ts';
import { begin0Record, beginRecord, commit0Record, commitRecord, rollbackRecord } from './transaction-records.ts';
import type { Transactions } from './transactions.ts';
import { undoChange } from './undo-change.ts';
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
  /** What a rollback that is under way, or failed, has undone. */
  readonly #undone: NodeVersion[] = [];
  readonly #undoActions: { level: number; readonly action: () => void }[] = [];
  readonly #doneActions: { level: number; readonly action: (trxCommit0: number) => void }[] = [];

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
    const levels = this.#deferred;
    this.#deferred = 0;
    if (this.#levelBegin > 0) this.#log.append(beginRecord(this.procid, this.#levelBegin, levels));
    else this.lgposBegin0 = this.#log.append(begin0Record(this.procid, levels, this.trxBegin0));
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
      if (logged) this.#log.append(commitRecord(procid, levelCommitTo));
      this.#lower(this.#versions, levelCommitTo);
      this.#lower(this.#undoActions, levelCommitTo);
      this.#lower(this.#doneActions, levelCommitTo);
      return undefined;
    }
    const trxCommit0 = this.#transactions.versions.nextTrx();
    const lgpos = logged ? this.#log.append(commit0Record(procid, trxCommit0)) : undefined;
    this.lgposBegin0 = undefined;
    this.#undoActions.length = 0;
    this.#transactions.commit(this.#versions, trxCommit0, lgpos);
    this.#versions.length = 0;
    if (this.#doneActions.length > 0) for (const { action } of this.#doneActions.splice(0)) action(trxCommit0);
    return lgpos;
  }

  /**
   * Undoes the newest change of the innermost transaction, which must be rolled back then. False: it has none (left).
   * @throws JetError as `rollback`.
   */
  undoNewest(): boolean {
    const version = this.#versions.at(-1);
    if (version?.level !== this.level) return false;
    undoChange(this, version);
    this.#versions.pop();
    this.#transactions.versions.remove(version);
    this.#undone.push(version);
    return true;
  }

  /**
   * Undoes the innermost transaction.
   * @throws JetError JET_errNotInTransaction; what reading or writing pages throws: the transaction is then still open.
   */
  rollback(): void {
    this.#mustBeOpen();
    while (this.undoNewest());
    if (this.#deferred > 0) this.#deferred--;
    else this.#log.append(rollbackRecord(this.procid, 1));
    const { level } = this;
    this.level--;
    if (this.level === 0) this.lgposBegin0 = undefined;
    this.#transactions.undone(this.#undone.splice(0));
    while (this.#doneActions.at(-1)?.level === level) this.#doneActions.pop();
    while (this.#undoActions.at(-1)?.level === level) this.#undoActions.pop()!.action();
  }

  /**
   * Has `undo` called when the transaction that is open now is rolled back, after its changes were undone, the last
   * registered first. Forgotten when the outermost transaction commits.
   */
  onRollback(undo: () => void): void {
    this.#mustBeOpen();
    this.#undoActions.push({ level: this.level, action: undo });
  }

  /** Has `done` called with the number of the commit, when the outermost transaction commits and this one with it. */
  onCommit(done: (trxCommit0: number) => void): void {
    this.#mustBeOpen();
    this.#doneActions.push({ level: this.level, action: done });
  }

  /** What was done above a level belongs to that level; it is found at the end. */
  #lower(entries: readonly { level: number }[], level: number): void {
    for (let i = entries.length - 1; i >= 0 && entries[i]!.level > level; i--) entries[i]!.level = level;
  }

  #mustBeOpen(): void {
    if (this.level > 0) return;
    throw new JetError('JET_errNotInTransaction', `session ${this.name} is in no transaction`);
  }
}
