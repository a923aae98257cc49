// What transactions have changed, as long as someone may still have to see it as it was, or to undo it (RCE and version
// store of ver.cxx). Versions of one node form a chain, newest first.
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { NodeView } from '../page/node.ts';
import { NodeFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { Oper } from '../recovery/version-list.ts';
import { NO_DBTIME } from './node-records.ts';
import type { PageAllocator } from './split-writer.ts';
import type { Reserve } from './tree-writer.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies, treeLogFlags, type WriteSession, type WriteTree } from './write-tree.ts';

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
  /** Oper.Insert, Oper.Replace or Oper.FlagDelete. */
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
  readonly node: string;
  older: NodeVersion | undefined;
  /** Pages whose writing needs an UndoInfo record first; empty when none is needed any more. */
  undoPages: readonly number[];
}

/** A change that is about to be made. */
export interface NewVersion {
  readonly oper: number;
  readonly session: VersionSession;
  readonly database: VersionedDatabase;
  readonly tree: WriteTree;
  readonly key: Uint8Array;
  readonly data?: Uint8Array;
  readonly before?: Uint8Array;
}

/** Memory of versions by default. */
const LIMIT_DEFAULT = 64 << 20;
/** What a version costs besides its bytes, about. */
const VERSION_SIZE = 200;
/** The engine's transaction numbers go up by this much. */
const TRX_STEP = 4;
const RCEID_STEP = 2;
const NO_BYTES = new Uint8Array(0);
const node = new NodeView();

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const sizeOf = (version: NodeVersion): number =>
  VERSION_SIZE + 3 * version.key.length + version.bookmarkData.length + version.before.length;

/** The versions of one instance, and the numbers of its transactions. */
export class VersionStore {
  readonly #limit: number;
  #size = 0;
  #trx = 0;
  #rceid = 1;
  /** Newest version of each node. */
  readonly #newest = new Map<string, NodeVersion>();
  /** Versions whose pages must not be written before an UndoInfo record, by page. */
  readonly #undoPages = new Map<string, Set<NodeVersion>>();
  /** Active versions of replaces: only these keep space reserved. */
  #activeReplaces = 0;

  constructor(limit: number = LIMIT_DEFAULT) {
    this.#limit = limit;
  }

  /** Bytes in use, about. */
  get size(): number {
    return this.#size;
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
  newest(tree: WriteTree, key: Uint8Array, bookmarkData: Uint8Array): NodeVersion | undefined {
    return this.#newest.size === 0 ? undefined : this.#newest.get(nodeName(tree, key, bookmarkData));
  }

  /**
   * Notes a change before it is made.
   * @throws JetError JET_errWriteConflict when another transaction changed the node that this one cannot see,
   * JET_errVersionStoreOutOfMemory.
   */
  add(change: NewVersion, oldest: () => VersionSession | undefined): NodeVersion {
    const { oper, session, database, tree, key, before = NO_BYTES } = change;
    const bookmarkData = keyIdentifies(tree) ? NO_BYTES : (change.data ?? NO_BYTES);
    const name = nodeName(tree, key, bookmarkData);
    const older = this.#newest.get(name);
    if (older !== undefined && older.session !== session && older.trxCommitted > session.trxBegin0) {
      const message = `session ${session.name}: a node of tree ${tree.pgnoFDP} was changed by ${older.session.name}`;
      throw new JetError('JET_errWriteConflict', message, { pgno: tree.pgnoFDP });
    }
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
      node: name,
      older,
      undoPages: [],
    };
    if (this.#size + sizeOf(version) > this.#limit) {
      const holder = oldest() ?? session;
      const message = `the version store is full (${this.#limit} bytes); the oldest transaction is that of session ${holder.name}`;
      throw new JetError('JET_errVersionStoreOutOfMemory', message);
    }
    this.#rceid = (this.#rceid + RCEID_STEP) >>> 0;
    this.#size += sizeOf(version);
    this.#newest.set(name, version);
    if (oper === Oper.Replace) this.#activeReplaces++;
    return version;
  }

  /** The change was made on these pages: they are not written before the log can undo it. */
  placed(version: NodeVersion, pages: readonly number[]): void {
    if (version.oper === Oper.Insert) return;
    version.undoPages = pages;
    for (const pgno of pages) {
      const name = `${version.database.db.dbid}:${pgno}`;
      const versions = this.#undoPages.get(name);
      if (versions === undefined) this.#undoPages.set(name, new Set([version]));
      else versions.add(version);
    }
  }

  /**
   * The transaction of a version is over. Nothing in the log can undo its change on pages not yet written: these must
   * wait until the record of the commit is lasting.
   */
  committed(version: NodeVersion, trxCommitted: number, lgpos: Lgpos | undefined): void {
    version.trxCommitted = trxCommitted;
    if (lgpos !== undefined) for (const pgno of version.undoPages) version.database.db.depend(pgno, lgpos);
    this.#settle(version);
  }

  /** Forgets a version: its change was undone, was never made, or is seen by all. */
  remove(version: NodeVersion): void {
    if (version.trxCommitted === Infinity) this.#settle(version);
    this.#size -= sizeOf(version);
    const newest = this.#newest.get(version.node);
    if (newest === version) {
      if (version.older === undefined) this.#newest.delete(version.node);
      else this.#newest.set(version.node, version.older);
      return;
    }
    for (let newer = newest; newer !== undefined; newer = newer.older) {
      if (newer.older === version) newer.older = version.older;
    }
  }

  /** What tree writers must keep free for rollbacks in `tree`. */
  reserveFor(tree: WriteTree): Reserve {
    const largest = (page: Page, iline: number, dataLength: number): number => {
      if (this.#activeReplaces === 0 || !node.load(page, iline) || (node.flags & NodeFlag.Version) === 0)
        return dataLength;
      const bookmarkData = keyIdentifies(tree) ? NO_BYTES : node.data();
      let most = dataLength;
      let version = this.newest(tree, node.key(), bookmarkData);
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

  /** A version is no longer active: it neither reserves space nor needs to be undone. */
  #settle(version: NodeVersion): void {
    if (version.oper === Oper.Replace) this.#activeReplaces--;
    for (const pgno of version.undoPages) {
      const name = `${version.database.db.dbid}:${pgno}`;
      const versions = this.#undoPages.get(name);
      versions?.delete(version);
      if (versions?.size === 0) this.#undoPages.delete(name);
    }
    version.undoPages = [];
  }

  #logUndoInfo(db: WritableDatabase, pgno: number): Lgpos | undefined {
    const versions = this.#undoPages.get(`${db.dbid}:${pgno}`);
    if (versions === undefined) return undefined;
    let lgpos: Lgpos | undefined;
    for (const version of [...versions]) {
      lgpos = db.log.append(undoInfoRecord(version, pgno));
      for (const other of version.undoPages) this.#undoPages.get(`${db.dbid}:${other}`)?.delete(version);
      version.undoPages = [];
    }
    this.#undoPages.delete(`${db.dbid}:${pgno}`);
    return lgpos;
  }
}

function nodeName(tree: WriteTree, key: Uint8Array, bookmarkData: Uint8Array): string {
  return `${tree.pgnoFDP}:${tree.objidFDP}:${key.length}:${textOf(key)}${textOf(bookmarkData)}`;
}

function undoInfoRecord(version: NodeVersion, pgno: number): Uint8Array {
  const { session, database, tree, key, bookmarkData, before, oper, level, rceid, trxBegin0 } = version;
  const fields = {
    procid: session.procid,
    dbid: database.db.dbid,
    pgno,
    dbtime: NO_DBTIME,
    dbtimeBefore: NO_DBTIME,
    trxBegin0,
    level,
    fFlags: treeLogFlags(tree),
    rceid,
    pgnoFDP: tree.pgnoFDP,
    objidFDP: tree.objidFDP,
    oper,
    cbMaxSize: before.length,
  };
  return encodeRecord('UndoInfo', fields, { bookmarkKey: key, bookmarkData, data: before });
}
