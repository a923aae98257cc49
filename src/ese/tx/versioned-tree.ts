// A tree as transactions see it: each its own changes and what was committed when it began; changes leave versions
// (format 9.7; ErrVERModify, ErrVERAccessNode in ver.cxx).
import { isJetError, JetError } from '../../errors/jet-error.ts';
import { NodeView } from '../page/node.ts';
import { Oper } from '../recovery/version-list.ts';
import type { PageChange } from './node-records.ts';
import type { NodePlace } from './split-writer.ts';
import type { Transactions } from './transactions.ts';
import { TreePath } from './tree-path.ts';
import { TreeWriter } from './tree-writer.ts';
import type { TxSession } from './tx-session.ts';
import type { NodeVersion, VersionedDatabase } from './version-store.ts';
import { keyIdentifies, type WriteTree } from './write-tree.ts';

const NO_BYTES = new Uint8Array(0);

/** A node as a transaction sees it. */
export interface VisibleNode {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

const pagesOf = ({ pgno, pgnoSplit }: NodePlace): readonly number[] =>
  pgnoSplit === undefined ? [pgno] : [pgno, pgnoSplit];

/** One tree, for one session. */
export class VersionedTree {
  readonly tree: WriteTree;
  readonly #transactions: Transactions;
  readonly #session: TxSession;
  readonly #database: VersionedDatabase;
  readonly #writer: TreeWriter;
  readonly #node = new NodeView();

  constructor(transactions: Transactions, session: TxSession, database: VersionedDatabase, tree: WriteTree) {
    this.#transactions = transactions;
    this.#session = session;
    this.#database = database;
    this.tree = tree;
    const { db, allocator } = database;
    this.#writer = new TreeWriter({ db, session, tree, allocator, reserve: transactions.versions.reserveFor(tree) });
  }

  /**
   * Inserts a node.
   * @throws JetError JET_errNotInTransaction, JET_errKeyDuplicate (also when another transaction has it, seen or not),
   * JET_errMultiValuedIndexViolation, JET_errVersionStoreOutOfMemory, JET_errOutOfDatabaseSpace.
   */
  insert(key: Uint8Array, data: Uint8Array): void {
    let inserted: NodeVersion;
    try {
      inserted = this.#note(Oper.Insert, key, data);
    } catch (error) {
      if (!isJetError(error, 'JET_errWriteConflict')) throw error;
      throw new JetError('JET_errKeyDuplicate', error.message, error.at, { cause: error });
    }
    let replaced: NodeVersion | undefined;
    const replace = (before: Uint8Array): number => {
      replaced ??= this.#note(Oper.Replace, key, undefined, before);
      return replaced.rceid;
    };
    this.#make([inserted, () => replaced], () => this.#writer.insert(key, data, { insert: inserted.rceid, replace }));
  }

  /**
   * Replaces the data of a node. `record`: see TreeWriter.replace.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict, and as `insert`.
   */
  replace(key: Uint8Array, data: Uint8Array, record?: (change: PageChange, cbOld: number) => Uint8Array): void {
    const before = this.#mustSee(key);
    const version = this.#note(Oper.Replace, key, undefined, before);
    this.#make([version], () => this.#writer.replace(key, data, version.rceid, record));
  }

  /** Deletes a node. `data`: of the node, where keys do not identify it. @throws JetError as `replace`. */
  delete(key: Uint8Array, data?: Uint8Array): void {
    this.#mustSee(key, data);
    const version = this.#note(Oper.FlagDelete, key, data);
    this.#make([version], () => this.#writer.flagDelete(key, data, version.rceid));
  }

  /** The data of a node, copied; undefined: the transaction sees none. */
  get(key: Uint8Array, data?: Uint8Array): Uint8Array | undefined {
    const path = new TreePath(this.#database.db, this.tree);
    try {
      path.seek(key, data);
      return path.exact && path.atNode(this.#node) ? this.#visible(key) : undefined;
    } finally {
      path.release();
    }
  }

  /**
   * The nodes from `key` on (from the first without it), in order, as the transaction sees them. The tree may be changed
   * meanwhile.
   */
  *from(key: Uint8Array = NO_BYTES, data?: Uint8Array): Generator<VisibleNode> {
    for (const next of this.#walk(key, data)) {
      if (next.seen !== undefined) yield { key: next.key, data: next.seen };
    }
  }

  /** All nodes there are, seen by the transaction or not, deleted or not. */
  *all(): Generator<VisibleNode> {
    for (const { key, data } of this.#walk(NO_BYTES)) yield { key, data };
  }

  *#walk(key: Uint8Array, data?: Uint8Array): Generator<VisibleNode & { readonly seen: Uint8Array | undefined }> {
    const path = new TreePath(this.#database.db, this.tree);
    let after: VisibleNode | undefined;
    for (;;) {
      // Others may have changed the tree since: each step seeks its place anew.
      const next = this.#next(path, after?.key ?? key, after?.data ?? data, after !== undefined);
      path.release();
      if (next === undefined) return;
      after = next;
      yield next;
    }
  }

  #next(
    path: TreePath,
    key: Uint8Array,
    data: Uint8Array | undefined,
    past: boolean,
  ): (VisibleNode & { readonly seen: Uint8Array | undefined }) | undefined {
    path.seek(key, data);
    if (past && path.exact ? !path.move(1) : !path.atNode(this.#node) && !path.move(1)) return undefined;
    path.atNode(this.#node);
    const found = this.#node.key();
    return { key: found, data: this.#node.data().slice(), seen: this.#visible(found) };
  }

  /** What the transaction sees of the loaded node. */
  #visible(key: Uint8Array): Uint8Array | undefined {
    const view = this.#node;
    let exists = !view.isDeleted;
    let data = view.data();
    const bookmarkData = keyIdentifies(this.tree) ? NO_BYTES : data;
    const { level, trxBegin0 } = this.#session;
    const begun = level > 0 ? trxBegin0 : Infinity;
    let version = this.#transactions.versions.newest(this.tree, key, bookmarkData);
    for (; version !== undefined; version = version.older) {
      const isOwn = version.session === this.#session && version.trxCommitted === Infinity;
      if (isOwn || version.trxCommitted < begun) break;
      if (version.oper === Oper.Insert) exists = false;
      else if (version.oper === Oper.FlagDelete) exists = true;
      else data = version.before;
    }
    return exists ? data.slice() : undefined;
  }

  #mustSee(key: Uint8Array, data?: Uint8Array): Uint8Array {
    const seen = this.get(key, data);
    if (seen !== undefined) return seen;
    const { pgnoFDP } = this.tree;
    throw new JetError('JET_errRecordNotFound', `tree ${pgnoFDP} has no such node`, { pgno: pgnoFDP });
  }

  #note(oper: number, key: Uint8Array, data?: Uint8Array, before?: Uint8Array): NodeVersion {
    const session = this.#session;
    if (session.level === 0) {
      throw new JetError('JET_errNotInTransaction', `session ${session.name} changes something in no transaction`);
    }
    const { versions } = this.#transactions;
    const change = { oper, session, database: this.#database, tree: this.tree, key: key.slice() };
    return versions.add(
      { ...change, ...(data === undefined ? {} : { data: data.slice() }), ...(before === undefined ? {} : { before }) },
      () => this.#transactions.oldest(),
    );
  }

  /** Makes a change whose versions were noted; when it fails they are forgotten. */
  #make(noted: readonly (NodeVersion | (() => NodeVersion | undefined))[], change: () => NodePlace): void {
    const { versions } = this.#transactions;
    const all = (): NodeVersion[] => noted.flatMap((each) => (typeof each === 'function' ? each() : each) ?? []);
    try {
      const place = change();
      for (const version of all()) {
        versions.placed(version, pagesOf(place));
        this.#session.changed(version);
      }
    } catch (error) {
      for (const version of all().reverse()) versions.remove(version);
      throw error;
    }
  }
}
