// The sessions of an instance, and the cleaning up behind their transactions: versions that nobody can need any more go,
// and with them the nodes that were deleted (RCEClean in ver.cxx).
import { Oper } from '../recovery/version-list.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { LogSink } from './log-sink.ts';
import { TreeCleaner } from './tree-cleaner.ts';
import { TxSession } from './tx-session.ts';
import { VersionStore, type NodeVersion } from './version-store.ts';

/** The session that cleans up has this number; those of programs come after it. */
const PROCID_CLEANER = 4;
/** So many committed versions are looked at with the next commit. */
const FORGET_LEAST = 512;

/** How transactions are kept. */
export interface TransactionOptions {
  readonly log: LogSink;
  /** Most bytes of versions. */
  readonly versionLimit?: number;
}

/** All transactions of an instance. */
export class Transactions {
  readonly versions: VersionStore;
  readonly #log: LogSink;
  readonly #sessions = new Set<TxSession>();
  readonly #cleaner: TxSession;
  #procid = PROCID_CLEANER;
  /** Committed versions in the order of their commits. */
  readonly #committed: NodeVersion[] = [];
  readonly #numbers = new Map<string, bigint>();
  /** Versions whose nodes are deleted for all: by a commit, or by the rollback of their insert. */
  readonly #garbage: NodeVersion[] = [];
  /** Work that waits until all see a commit, in the order of commits. */
  readonly #waiting: { readonly trxCommit0: number; readonly work: () => void }[] = [];

  constructor({ log, versionLimit }: TransactionOptions) {
    this.#log = log;
    this.versions = new VersionStore(versionLimit);
    this.#cleaner = new TxSession(this, log, PROCID_CLEANER, 'cleaner');
  }

  /** The number after the last one given out in a series that all sessions share; `highest` begins it. */
  nextNumber(series: string, highest: () => bigint): bigint {
    const next = (this.#numbers.get(series) ?? highest()) + 1n;
    this.#numbers.set(series, next);
    return next;
  }

  /** A new session. */
  session(name?: string): TxSession {
    const procid = ++this.#procid;
    const session = new TxSession(this, this.#log, procid, name ?? `${procid}`);
    this.#sessions.add(session);
    return session;
  }

  /** Ends a session; an open transaction is rolled back. */
  end(session: TxSession): void {
    while (session.level > 0) session.rollback();
    this.#sessions.delete(session);
  }

  /** Ends all sessions. */
  endAll(): void {
    for (const session of [...this.#sessions]) this.end(session);
  }

  /** Where the oldest open transaction begins in the log; undefined: none is in it. */
  oldestBegin(): Lgpos | undefined {
    let oldest: Lgpos | undefined;
    for (const { lgposBegin0 } of this.#sessions) {
      if (lgposBegin0 !== undefined && (oldest === undefined || compareLgpos(lgposBegin0, oldest) < 0))
        oldest = lgposBegin0;
    }
    return oldest;
  }

  /** The session whose transaction is the oldest. */
  oldest(): TxSession | undefined {
    let oldest: TxSession | undefined;
    for (const session of this.#sessions) {
      if (session.level > 0 && session.trxBegin0 < (oldest?.trxBegin0 ?? Infinity)) oldest = session;
    }
    return oldest;
  }

  /** Has `clean` do some work when no open transaction began before the commit with this number. */
  afterAllSee(trxCommit0: number, work: () => void): void {
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1]!.trxCommit0 > trxCommit0) at--;
    this.#waiting.splice(at, 0, { trxCommit0, work });
  }

  /** Versions of a transaction that is over; `lgpos`: the record of its commit. */
  commit(versions: readonly NodeVersion[], trxCommitted: number, lgpos: Lgpos | undefined): void {
    for (const version of versions) {
      this.versions.committed(version, trxCommitted, lgpos);
      this.#committed.push(version);
    }
    // Not each time, but soon enough that what is looked for again and again stays small.
    if (this.#committed.length >= FORGET_LEAST) this.#forget(this.oldest()?.trxBegin0 ?? Infinity);
  }

  /** Forgets the versions that no transaction can need; deleted nodes among theirs are garbage now. */
  #forget(before: number): void {
    const committed = this.#committed;
    let count = 0;
    for (; count < committed.length && committed[count]!.trxCommitted < before; count++) {
      const version = committed[count]!;
      this.versions.remove(version);
      if (version.oper === Oper.FlagDelete) this.#garbage.push(version);
    }
    if (count > 0) committed.splice(0, count);
  }

  /** Versions that were rolled back, newest first. */
  undone(versions: readonly NodeVersion[]): void {
    for (let i = versions.length - 1; i >= 0; i--) {
      if (versions[i]!.oper === Oper.Insert) this.#garbage.push(versions[i]!);
    }
  }

  /**
   * Forgets what no transaction can see any more, and removes deleted nodes from their pages, one transaction each, in
   * the order of the commits; then does the work that waited. To be called now and then; returns the number of nodes
   * removed.
   */
  clean(): number {
    const before = this.oldest()?.trxBegin0 ?? Infinity;
    let removed = this.#removeGarbage(before);
    while (this.#waiting.length > 0 && this.#waiting[0]!.trxCommit0 < before) {
      // What the work before has deleted goes first: this work may free the tree in which it is.
      removed += this.#removeGarbage(before);
      // Work that fails is tried again by the next call.
      const [first] = this.#waiting;
      first!.work();
      this.#waiting.splice(this.#waiting.indexOf(first!), 1);
    }
    return removed;
  }

  /** Removes nodes deleted for all by transactions whose commits come before that number. */
  #removeGarbage(before: number): number {
    this.#forget(before);
    // More may come while this goes on, at the end.
    const garbage = this.#garbage;
    let [removed, done] = [0, 0];
    try {
      for (; done < garbage.length; done++) removed += this.#expunge(garbage[done]!);
    } catch (error) {
      // Tried again, but after the others.
      garbage.push(garbage[done++]!);
      throw error;
    } finally {
      garbage.splice(0, done);
    }
    return removed;
  }

  /** Removes the node of a version when it is deleted for all; its page is merged away where that is worth it. */
  #expunge({ database, tree, key, bookmarkData }: NodeVersion): number {
    const { db, allocator } = database;
    const isActive = (nodeKey: Uint8Array, data: Uint8Array): boolean =>
      this.versions.newest(database, tree, nodeKey, data) !== undefined;
    if (isActive(key, bookmarkData)) return 0;
    const session = this.#cleaner;
    const reserve = this.versions.reserveFor(database, tree);
    session.begin();
    try {
      return new TreeCleaner({ db, session, tree, allocator }, { isActive, reserve }).clean(key, bookmarkData);
    } finally {
      session.commit();
    }
  }
}
