// A tree as transactions see it: each its own changes and what was committed when it began; changes leave versions
// (format 9.7; ErrVERModify, ErrVERAccessNode in ver.cxx).
import { isJetError, JetError } from '../../errors/jet-error.ts';
import { NodeView } from '../page/node.ts';
import { Oper } from '../recovery/version-list.ts';
import type { PageChange } from './node-records.ts';
import type { NodePlace } from './split-writer.ts';
import type { Transactions } from './transactions.ts';
import { SnapshotView } from './snapshot-view.ts';
import { TreeCursor } from './tree-cursor.ts';
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

/** One tree, for one session. */
export class VersionedTree {
  readonly tree: WriteTree;
  readonly database: VersionedDatabase;
  readonly #transactions: Transactions;
  readonly #session: TxSession;
  readonly #writer: TreeWriter;
  readonly #path: TreePath;
  readonly #seen: SnapshotView;
  readonly #node = new NodeView();
  readonly #isKey: boolean;
  readonly #oldest: () => TxSession | undefined;

  constructor(transactions: Transactions, session: TxSession, database: VersionedDatabase, tree: WriteTree) {
    this.#transactions = transactions;
    this.#session = session;
    this.database = database;
    this.tree = tree;
    const { db, allocator } = database;
    const reserve = transactions.versions.reserveFor(database, tree);
    this.#writer = new TreeWriter({ db, session, tree, allocator, reserve });
    this.#path = new TreePath(db, tree);
    this.#seen = this.newView();
    this.#isKey = keyIdentifies(tree);
    this.#oldest = () => transactions.oldest();
  }

  /** A view of the tree's nodes as the session sees them. */
  newView(): SnapshotView {
    return new SnapshotView(this.#transactions.versions, this.#session, this.database, this.tree);
  }

  /**
   * Inserts a node.
   * @throws JetError JET_errNotInTransaction, JET_errKeyDuplicate (also when another transaction has it, seen or not),
   * JET_errMultiValuedIndexViolation, JET_errVersionStoreOutOfMemory, JET_errOutOfDatabaseSpace.
   */
  insert(key: Uint8Array, data: Uint8Array): void {
    const bookmarkData = this.#isKey ? NO_BYTES : data.slice();
    const ownKey = key.slice();
    let inserted: NodeVersion;
    try {
      inserted = this.#note(Oper.Insert, ownKey, bookmarkData);
    } catch (error) {
      if (!isJetError(error, 'JET_errWriteConflict')) throw error;
      throw new JetError('JET_errKeyDuplicate', error.message, error.at, { cause: error });
    }
    let replaced: NodeVersion | undefined;
    const replace = (before: Uint8Array): number => {
      replaced ??= this.#note(Oper.Replace, ownKey, bookmarkData, before);
      return replaced.rceid;
    };
    try {
      const place = this.#writer.insert(key, data, { insert: inserted.rceid, replace });
      this.#made(inserted, place);
      if (replaced !== undefined) this.#made(replaced, place);
    } catch (error) {
      if (replaced !== undefined) this.#transactions.versions.remove(replaced);
      this.#transactions.versions.remove(inserted);
      throw error;
    }
  }

  /**
   * Replaces the data of a node. `record`: see TreeWriter.replace.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict, and as `insert`.
   */
  replace(key: Uint8Array, data: Uint8Array, record?: (change: PageChange, cbOld: number) => Uint8Array): void {
    this.#locate(key);
    const version = this.#noteLocated(Oper.Replace, key, NO_BYTES, this.#seen.data());
    this.#make(version, () => this.#writer.replace(key, data, version.rceid, record));
  }

  /**
   * To be asked before what goes with a change of a node is done, where keys identify nodes.
   * @throws JetError JET_errWriteConflict when the node cannot be replaced or deleted.
   */
  refuseConflict(key: Uint8Array): void {
    this.#transactions.versions.refuse(this.#session, this.database, this.tree, key, Oper.Replace);
  }

  /** Deletes a node. `data`: of the node, where keys do not identify it. @throws JetError as `replace`. */
  delete(key: Uint8Array, data?: Uint8Array): void {
    this.#locate(key, data);
    const bookmarkData = this.#isKey ? NO_BYTES : (data ?? NO_BYTES).slice();
    const version = this.#noteLocated(Oper.FlagDelete, key, bookmarkData);
    this.#make(version, () => this.#writer.flagDelete(key, data, version.rceid));
  }

  /**
   * Adds `delta` to the number of `size` bytes (little-endian) at `offset` of a node's data. Sessions need not wait for
   * each other: all their differences count. Returns the number as it was in the page, others' differences included.
   * @throws JetError JET_errRecordNotFound, JET_errWriteConflict (another transaction changed the node otherwise), and
   * as `insert`. @throws RangeError when the data has no such number, or keys do not identify the tree's nodes.
   */
  delta(key: Uint8Array, offset: number, delta: bigint | number, size: 4 | 8): bigint {
    if (!this.#isKey) throw new RangeError(`tree ${this.tree.pgnoFDP} has no numbers to add to`);
    this.#locate(key);
    const added = BigInt.asIntN(8 * size, BigInt(delta));
    const oper = size === 8 ? Oper.Delta64 : Oper.Delta;
    const version = this.#noteLocated(oper, key, NO_BYTES, undefined, added, offset);
    let before: bigint;
    try {
      before = this.#writer.delta(key, offset, added, size, version.rceid);
    } catch (error) {
      this.#transactions.versions.remove(version);
      throw error;
    }
    this.#session.changed(version);
    return before;
  }

  /** The data of a node, copied; undefined: the transaction sees none. */
  get(key: Uint8Array, data?: Uint8Array): Uint8Array | undefined {
    const path = this.#path;
    try {
      path.seek(key, data);
      const isSeen = path.exact && path.atNode(this.#node) && this.#seen.look(this.#node);
      return isSeen ? this.#seen.data() : undefined;
    } finally {
      path.release();
    }
  }

  /**
   * The nodes from `key` on (from the first without it), in order, as the transaction sees them. The tree may be changed
   * meanwhile.
   */
  *from(key: Uint8Array = NO_BYTES, data?: Uint8Array): Generator<VisibleNode> {
    const cursor = new TreeCursor(this);
    try {
      let more = cursor.seek(key, data) >= 0;
      for (; more; more = cursor.next()) yield { key: cursor.key(), data: cursor.data() };
    } finally {
      cursor.close();
    }
  }

  /** All nodes there are, seen by the transaction or not, deleted or not. The tree must not be changed meanwhile. */
  *all(): Generator<VisibleNode> {
    const path = new TreePath(this.database.db, this.tree);
    try {
      path.seekEnd(0);
      for (let more = path.exact || path.move(1); more; more = path.move(1)) {
        path.atNode(this.#node);
        yield { key: this.#node.key(), data: this.#node.data().slice() };
      }
    } finally {
      path.release();
    }
  }

  /** Finds the node that is to be changed. @throws JetError JET_errRecordNotFound when the session sees none. */
  #locate(key: Uint8Array, data?: Uint8Array): void {
    const found = this.#writer.locate(key, data);
    if (found !== undefined && this.#seen.look(found)) return;
    this.#writer.release();
    const { pgnoFDP } = this.tree;
    throw new JetError('JET_errRecordNotFound', `tree ${pgnoFDP} has no such node`, { pgno: pgnoFDP });
  }

  /** Notes a change of the node that was located. */
  #noteLocated(
    oper: number,
    key: Uint8Array,
    bookmarkData: Uint8Array,
    before?: Uint8Array,
    delta?: bigint,
    deltaOffset?: number,
  ): NodeVersion {
    try {
      return this.#note(oper, key.slice(), bookmarkData, before, delta, deltaOffset);
    } catch (error) {
      this.#writer.release();
      throw error;
    }
  }

  /** Notes a change; the bytes given are kept. */
  #note(
    oper: number,
    key: Uint8Array,
    bookmarkData: Uint8Array,
    before?: Uint8Array,
    delta?: bigint,
    deltaOffset?: number,
  ): NodeVersion {
    const session = this.#session;
    if (session.level === 0) {
      throw new JetError('JET_errNotInTransaction', `session ${session.name} changes something in no transaction`);
    }
    const { database, tree } = this;
    return this.#transactions.versions.add(
      { oper, session, database, tree, key, bookmarkData, before, delta, deltaOffset },
      this.#oldest,
    );
  }

  /** Makes a change whose version was noted; when it fails that is forgotten. */
  #make(version: NodeVersion, change: () => NodePlace): void {
    let place: NodePlace;
    try {
      place = change();
    } catch (error) {
      this.#transactions.versions.remove(version);
      throw error;
    }
    this.#made(version, place);
  }

  #made(version: NodeVersion, { pgno, pgnoSplit }: NodePlace): void {
    this.#transactions.versions.placed(version, pgno, pgnoSplit ?? 0);
    this.#session.changed(version);
  }
}
