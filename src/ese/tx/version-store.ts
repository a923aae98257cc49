// What transactions have changed, as long as someone may still have to see it as it was, or to undo it (RCE and version
// store of ver.cxx). Versions of one node form a chain, newest first.
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { NodeView } from '../page/node.ts';
import { NodeFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { Oper } from '../recovery/version-list.ts';
import type { PageAllocator } from './split-writer.ts';
import { undoInfoRecord } from './transaction-records.ts';
import type { Reserve } from './tree-writer.ts';
import { hashBookmark, VersionChains } from './version-chains.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies, type WriteSession, type WriteTree } from './write-tree.ts';

/** A database whose changes are versioned. */
export interface VersionedDatabase {
  readonly db: WritableDatabase;
  readonly allocator: PageAllocator;
}

/** A session as the versions it makes know it. */
export interface VersionSession extends WriteSession {
  /** For messages. */
  readonly name: string;
}

/** One change of one node. */
export interface NodeVersion {
  readonly rceid: number;
  /** One of Oper. */
  readonly oper: number;
  readonly session: VersionSession;
  level: number;
  readonly trxBegin0: number;
  /** Infinity until the transaction commits. */
  trxCommitted: number;
  readonly database: VersionedDatabase;
  readonly tree: WriteTree;
  readonly key: Uint8Array;
  /** Data part of the bookmark: empty where keys identify nodes. */
  readonly bookmarkData: Uint8Array;
  /** Data before a replace. */
  readonly before: Uint8Array;
  /** What a delta added at which offset of the data. */
  readonly delta: bigint;
  readonly deltaOffset: number;
  readonly hash: number;
  /** The versions of the same node before and after this one. */
  older: NodeVersion | undefined;
  newer: NodeVersion | undefined;
  /** The newest version of another node with the same place in the hash table. */
  next: NodeVersion | undefined;
  /** Pages whose writing needs an UndoInfo record first; 0: none is needed (any more). */
  pgnoUndo: number;
  pgnoUndoSplit: number;
}

/** A change that is about to be made. `key`, `data` and `before` are kept as they are. */
export interface NewVersion {
  readonly oper: number;
  readonly session: VersionSession;
  readonly database: VersionedDatabase;
  readonly tree: WriteTree;
  readonly key: Uint8Array;
  /** Data part of the bookmark: empty where keys identify nodes. */
  readonly bookmarkData: Uint8Array;
  readonly before?: Uint8Array | undefined;
  readonly delta?: bigint | undefined;
  readonly deltaOffset?: number | undefined;
}

/** Memory of versions by default. */
const LIMIT_DEFAULT = 64 << 20;
/** What a version costs besides its bytes, about. */
const VERSION_SIZE = 200;
/** The engine's transaction numbers go up by this much. */
const TRX_STEP = 4;
const RCEID_STEP = 2;
const NO_BYTES = new Uint8Array(0);
const PAGES = 0x1_0000_0000;
const node = new NodeView();
const keyScratch = new Uint8Array(0x4000);

const sizeOf = (version: NodeVersion): number =>
  VERSION_SIZE + version.key.length + version.bookmarkData.length + version.before.length;

/** True for changes that commute with each other. */
const commutes = (oper: number): boolean => oper === Oper.Delta || oper === Oper.Delta64;

/** The versions of one instance, and the numbers of its transactions. */
export class VersionStore {
  readonly #limit: number;
  #size = 0;
  /** Never wraps here; records hold its lower 32 bits, which is what the engine's numbers are. */
  #trx = 0;
  #rceid = 1;
  readonly #chains = new VersionChains();
  /** Versions whose pages must not be written before an UndoInfo record, by database and page. */
  readonly #undoPages = new Map<number, Set<NodeVersion>>();
  /** Active versions of replaces: only these keep space reserved. */
  #activeReplaces = 0;

  constructor(limit: number = LIMIT_DEFAULT) {
    this.#limit = limit;
  }

  /** Bytes in use, about. */
  get size(): number {
    return this.#size;
  }

  /** True when no node has versions. */
  get isEmpty(): boolean {
    return this.#chains.nodes === 0;
  }

  /** The next transaction number. */
  nextTrx(): number {
    this.#trx += TRX_STEP;
    return this.#trx;
  }

  /** Has the database tell of pages that are about to be written. */
  attach(database: VersionedDatabase): void {
    const { db } = database;
    db.onWrite = (pgno) => this.#logUndoInfo(db, pgno);
  }

  /** The newest version of a node. */
  newest(
    database: VersionedDatabase,
    tree: WriteTree,
    key: Uint8Array,
    bookmarkData: Uint8Array,
  ): NodeVersion | undefined {
    if (this.#chains.nodes === 0) return undefined;
    return this.#find(database.db.dbid, tree, key, key.length, bookmarkData, 0, bookmarkData.length);
  }

  /** The newest version of the node that `view` is at. */
  newestAt(dbid: number, tree: WriteTree, view: NodeView): NodeVersion | undefined {
    // Nodes without the flag have none: it is set with the first version, and no version outlives an attachment.
    if (this.#chains.nodes === 0 || (view.flags & NodeFlag.Version) === 0) return undefined;
    const keyLength = view.copyKey(keyScratch);
    if (keyIdentifies(tree)) return this.#find(dbid, tree, keyScratch, keyLength, NO_BYTES, 0, 0);
    return this.#find(dbid, tree, keyScratch, keyLength, view.bytes, view.dataStart, view.dataLength);
  }

  /** @throws JetError JET_errWriteConflict when a change of this kind of a node that its key identifies would. */
  refuse(session: VersionSession, database: VersionedDatabase, tree: WriteTree, key: Uint8Array, oper: number): void {
    const newest = this.newest(database, tree, key, NO_BYTES);
    if (newest !== undefined) refuseConflict(newest, oper, session, tree);
  }

  /**
   * Notes a change before it is made.
   * @throws JetError JET_errWriteConflict when another transaction changed the node that this one cannot see (but for
   * numbers that all change by differences), JET_errVersionStoreOutOfMemory.
   */
  add(change: NewVersion, oldest: () => VersionSession | undefined): NodeVersion {
    const { oper, session, database, tree, key, bookmarkData, before = NO_BYTES } = change;
    const { dbid } = database.db;
    const hash = hashBookmark(dbid, tree.pgnoFDP, key, key.length, bookmarkData, 0, bookmarkData.length);
    const { length } = bookmarkData;
    const older = this.#chains.find(hash, dbid, tree.pgnoFDP, key, key.length, bookmarkData, 0, length);
    if (older !== undefined) refuseConflict(older, oper, session, tree);
    const version: NodeVersion = {
      rceid: this.#rceid,
      oper,
      session,
      level: session.level,
      trxBegin0: session.trxBegin0,
      trxCommitted: Infinity,
      database,
      tree,
      key,
      bookmarkData,
      before,
      delta: change.delta ?? 0n,
      deltaOffset: change.deltaOffset ?? 0,
      hash,
      older: undefined,
      newer: undefined,
      next: undefined,
      pgnoUndo: 0,
      pgnoUndoSplit: 0,
    };
    const size = sizeOf(version);
    if (this.#size + size > this.#limit) {
      const holder = oldest() ?? session;
      const message = `the version store is full (${this.#limit} bytes); the oldest transaction is that of session ${holder.name}`;
      throw new JetError('JET_errVersionStoreOutOfMemory', message);
    }
    this.#rceid = (this.#rceid + RCEID_STEP) >>> 0;
    this.#size += size;
    this.#chains.push(version, older);
    if (oper === Oper.Replace) this.#activeReplaces++;
    return version;
  }

  /** The change was made on these pages (0: no second one): they are not written before the log can undo it. */
  placed(version: NodeVersion, pgno: number, pgnoSplit: number): void {
    if (version.oper !== Oper.Replace && version.oper !== Oper.FlagDelete) return;
    version.pgnoUndo = pgno;
    version.pgnoUndoSplit = pgnoSplit;
    this.#await(version, pgno);
    if (pgnoSplit !== 0) this.#await(version, pgnoSplit);
  }

  /**
   * The transaction of a version is over. Nothing in the log can undo its change on pages not yet written: these must
   * wait until the record of the commit is lasting.
   */
  committed(version: NodeVersion, trxCommitted: number, lgpos: Lgpos | undefined): void {
    version.trxCommitted = trxCommitted;
    if (lgpos !== undefined && version.pgnoUndo !== 0) {
      const { db } = version.database;
      db.depend(version.pgnoUndo, lgpos);
      if (version.pgnoUndoSplit !== 0) db.depend(version.pgnoUndoSplit, lgpos);
    }
    this.#settle(version);
  }

  /** Forgets a version: its change was undone, was never made, or is seen by all. */
  remove(version: NodeVersion): void {
    if (version.trxCommitted === Infinity) this.#settle(version);
    this.#size -= sizeOf(version);
    this.#chains.remove(version);
  }

  /** What tree writers must keep free for rollbacks in `tree`. */
  reserveFor(database: VersionedDatabase, tree: WriteTree): Reserve {
    const { dbid } = database.db;
    const largest = (page: Page, iline: number, dataLength: number): number => {
      if (this.#activeReplaces === 0 || !node.load(page, iline)) return dataLength;
      let most = dataLength;
      let version = this.newestAt(dbid, tree, node);
      for (; version !== undefined && version.trxCommitted === Infinity; version = version.older) {
        if (version.oper === Oper.Replace) most = Math.max(most, version.before.length);
      }
      return most;
    };
    return {
      largest,
      reservedOn: (page) => {
        let reserved = 0;
        for (let iline = 0; this.#activeReplaces > 0 && iline < page.lineCount; iline++) {
          node.load(page, iline);
          const { dataLength } = node;
          reserved += largest(page, iline, dataLength) - dataLength;
        }
        return reserved;
      },
    };
  }

  #find(
    dbid: number,
    { pgnoFDP }: WriteTree,
    key: Uint8Array,
    keyLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): NodeVersion | undefined {
    const hash = hashBookmark(dbid, pgnoFDP, key, keyLength, data, dataStart, dataLength);
    return this.#chains.find(hash, dbid, pgnoFDP, key, keyLength, data, dataStart, dataLength);
  }

  #await(version: NodeVersion, pgno: number): void {
    const page = version.database.db.dbid * PAGES + pgno;
    const versions = this.#undoPages.get(page);
    if (versions === undefined) this.#undoPages.set(page, new Set([version]));
    else versions.add(version);
  }

  /** A version is no longer active: it neither reserves space nor needs to be undone. */
  #settle(version: NodeVersion): void {
    if (version.oper === Oper.Replace) this.#activeReplaces--;
    this.#forgetPages(version);
  }

  #forgetPages(version: NodeVersion): void {
    const { pgnoUndo, pgnoUndoSplit } = version;
    if (pgnoUndo === 0) return;
    this.#forgetPage(version, pgnoUndo);
    if (pgnoUndoSplit !== 0) this.#forgetPage(version, pgnoUndoSplit);
    version.pgnoUndo = 0;
    version.pgnoUndoSplit = 0;
  }

  #forgetPage(version: NodeVersion, pgno: number): void {
    const page = version.database.db.dbid * PAGES + pgno;
    const versions = this.#undoPages.get(page);
    versions?.delete(version);
    if (versions?.size === 0) this.#undoPages.delete(page);
  }

  #logUndoInfo(db: WritableDatabase, pgno: number): Lgpos | undefined {
    if (this.#undoPages.size === 0) return undefined;
    const versions = this.#undoPages.get(db.dbid * PAGES + pgno);
    if (versions === undefined) return undefined;
    let lgpos: Lgpos | undefined;
    for (const version of [...versions]) {
      lgpos = db.log.append(undoInfoRecord(version, pgno));
      this.#forgetPages(version);
    }
    return lgpos;
  }
}

/** True when another transaction made the version, and this one began too early to see it. */
function isActiveFor(version: NodeVersion, session: VersionSession): boolean {
  const isOwn = version.session === session && version.trxCommitted === Infinity;
  return !isOwn && version.trxCommitted > session.trxBegin0;
}

/** @throws JetError JET_errWriteConflict when a change of this kind cannot be made on top of `newest`. */
function refuseConflict(newest: NodeVersion, oper: number, session: VersionSession, tree: WriteTree): void {
  let version: NodeVersion | undefined = newest;
  if (commutes(oper)) {
    if (!isActiveFor(newest, session)) return;
    while (version?.oper === oper) version = version.older;
    if (version === undefined || version.trxCommitted < session.trxBegin0) return;
  } else {
    // Only below changes that commute can there be others' that the newest one hides.
    while (version !== undefined && commutes(version.oper) && !isActiveFor(version, session)) version = version.older;
    if (version === undefined || !isActiveFor(version, session)) return;
  }
  const message = `session ${session.name}: a node of tree ${tree.pgnoFDP} was changed by ${version.session.name}`;
  throw new JetError('JET_errWriteConflict', message, { pgno: tree.pgnoFDP });
}
