// The sessions of an instance, and the cleaning up behind their transactions: versions that nobody can need any more go,
// and with them the nodes that were deleted (RCEClean in ver.cxx).
import { Oper } from '../recovery/version-list.ts';
import { compareLgpos, type Lgpos } from '../header/lgpos.ts';
import type { LogSink } from './log-sink.ts';
import { TreePath } from './tree-path.ts';
import { TreeWriter } from './tree-writer.ts';
import { TxSession } from './tx-session.ts';
import { VersionStore, type NodeVersion } from './version-store.ts';
import { NodeView } from '../page/node.ts';

/** The session that cleans up has this number; those of programs come after it. */
const PROCID_CLEANER = 4;
const node = new NodeView();

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
  /** Nodes left deleted by rollbacks of inserts. */
  readonly #leftovers: NodeVersion[] = [];

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

  /** Versions of a transaction that is over; `lgpos`: the record of its commit. */
  commit(versions: readonly NodeVersion[], trxCommitted: number, lgpos: Lgpos | undefined): void {
    for (const version of versions) {
      this.versions.committed(version, trxCommitted, lgpos);
      this.#committed.push(version);
    }
  }

  /** Versions that were rolled back. */
  undone(versions: readonly NodeVersion[]): void {
    for (const version of versions) if (version.oper === Oper.Insert) this.#leftovers.push(version);
  }

  /**
   * Forgets what no transaction can see any more, and removes deleted nodes from their pages, one transaction each. To
   * be called now and then; returns the number of nodes removed.
   */
  clean(): number {
    const before = this.oldest()?.trxBegin0 ?? Infinity;
    let count = 0;
    let removed = 0;
    while (count < this.#committed.length && this.#committed[count]!.trxCommitted < before) {
      const version = this.#committed[count++]!;
      this.versions.remove(version);
      if (version.oper === Oper.FlagDelete && this.#expunge(version)) removed++;
    }
    this.#committed.splice(0, count);
    for (const version of this.#leftovers.splice(0)) if (this.#expunge(version)) removed++;
    return removed;
  }

  /** Removes the node of a version when it is deleted for all, unless its page would be empty then. */
  #expunge({ database, tree, key, bookmarkData }: NodeVersion): boolean {
    const { db, allocator } = database;
    if (this.versions.newest(tree, key, bookmarkData) !== undefined) return false;
    const path = new TreePath(db, tree);
    path.seek(key, bookmarkData);
    const isGarbage = path.exact && path.atNode(node) && node.isDeleted;
    const { page } = path.leaf;
    path.release();
    if (!isGarbage || (page.lineCount === 1 && !page.isRoot)) return false;
    const session = this.#cleaner;
    session.begin();
    new TreeWriter({ db, session, tree, allocator }).delete(key, bookmarkData);
    session.commit();
    return true;
  }
}
