// Inserts, replaces and deletes nodes of one B+ tree, splitting pages as they fill; every change is logged first (format
// 8.1-8.3; ErrBTInsert, ErrBTReplace, ErrBTFlagDelete in bt.cxx, ErrND... in node.cxx).
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import { addDelta, addDelta64 } from '../operations/add-delta.ts';
import { deleteNode } from '../operations/delete-node.ts';
import { flagDelete, flagInsert } from '../operations/flag-node.ts';
import { insertNode } from '../operations/insert-node.ts';
import { nodeParts, PREFIX_LEAST } from '../operations/node-parts.ts';
import { flagInsertAndReplace, replaceNode } from '../operations/replace-node.ts';
import { SplitOper } from '../operations/split-plan.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import {
  deleteRecord,
  deltaRecord,
  flagDeleteRecord,
  flagInsertAndReplaceRecord,
  flagInsertRecord,
  insertRecord,
  NO_DBTIME,
  replaceRecord,
  type PageChange,
} from './node-records.ts';
import { NODE_OVERHEAD, PREFIX_OVERHEAD, type LargestData, type SplitOperation } from './split-lines.ts';
import { planSplit } from './split-plan-tree.ts';
import { writeSplit, type NodePlace, type OperationRecord, type PageAllocator } from './split-writer.ts';
import { TreePath, type WriteStep } from './tree-path.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies, type WriteSession, type WriteTree } from './write-tree.ts';

/** Keeps the space on pages that rollbacks may want back. */
export interface Reserve {
  /** Bytes of data a rollback may give the node at a line back; at least those it has. */
  readonly largest: LargestData;
  /** Counts anew what is reserved on a page: less, when transactions ended since. */
  reservedOn(page: EditablePage): number;
}

/** What a writer works with. */
export interface TreeWriterOptions {
  readonly db: WritableDatabase;
  readonly session: WriteSession;
  readonly tree: WriteTree;
  readonly allocator: PageAllocator;
  readonly reserve?: Reserve;
}

/** Numbers of the versions that a change belongs to; 0: it cannot be undone. */
export interface InsertVersions {
  readonly insert: number;
  /** Asked for only when a deleted node is used again, with its data before; perhaps more than once. */
  readonly replace: (before: Uint8Array) => number;
}

const UNVERSIONED: InsertVersions = { insert: 0, replace: () => 0 };
const node = new NodeView();

/** How many leading bytes of a key a node on `page` leaves to its prefix; roots have none. */
function prefixOn(page: EditablePage, key: Uint8Array): number {
  if (page.isRoot) return 0;
  const { bytes } = page;
  const start = page.tagStart(0);
  const most = Math.min(page.tagLength(0), key.length);
  let common = 0;
  while (common < most && bytes[start + common] === key[common]) common++;
  return common >= PREFIX_LEAST ? common : 0;
}

/** Changes one tree on behalf of one session. */
export class TreeWriter {
  readonly tree: WriteTree;
  readonly #db: WritableDatabase;
  readonly #session: WriteSession;
  readonly #options: TreeWriterOptions;
  readonly #path: TreePath;
  /** The path is at the node that the next change is about. */
  #located = false;

  constructor(options: TreeWriterOptions) {
    this.#options = options;
    this.#db = options.db;
    this.#session = options.session;
    this.tree = options.tree;
    this.#path = new TreePath(options.db, options.tree);
  }

  /**
   * Finds a node, deleted or not, that is to be replaced, marked deleted or added to next: that change then need not look
   * for it. The view is valid until then; undefined: there is none. Nothing else may happen to the tree in between; when
   * the change does not follow, `release` must.
   */
  locate(key: Uint8Array, data: Uint8Array | undefined): NodeView | undefined {
    this.#path.seek(key, data);
    this.#located = this.#path.exact && this.#path.atNode(node);
    if (this.#located) return node;
    this.#path.release();
    return undefined;
  }

  /** Forgets what `locate` has found. */
  release(): void {
    this.#located = false;
    this.#path.release();
  }

  /**
   * Inserts a node; one that is there but deleted is used again. Where it is now.
   * @throws JetError JET_errKeyDuplicate, JET_errMultiValuedIndexViolation (key and data are there in a non-unique
   * tree); JET_errOutOfDatabaseSpace.
   */
  insert(key: Uint8Array, data: Uint8Array, versions: InsertVersions = UNVERSIONED): NodePlace {
    const path = this.#path;
    try {
      for (;;) {
        path.seek(key, data);
        const done = path.exact ? this.#insertAgain(key, data, versions) : this.#insertNew(key, data, versions.insert);
        if (done !== undefined) return done;
      }
    } finally {
      path.release();
    }
  }

  /**
   * Replaces the data of the node with this key. `diff`: the record to log instead of the whole data.
   * @throws JetError JET_errRecordNotFound.
   */
  replace(
    key: Uint8Array,
    data: Uint8Array,
    rceid = 0,
    record: (change: PageChange, cbOld: number) => Uint8Array = (change, cbOld) => replaceRecord(change, cbOld, data),
  ): NodePlace {
    const path = this.#path;
    try {
      for (;;) {
        this.#find(key, undefined);
        const done = this.#replaceAt(data, rceid, record);
        if (done !== undefined) return done;
      }
    } finally {
      path.release();
    }
  }

  /** Marks a node deleted. @throws JetError JET_errRecordNotFound. */
  flagDelete(key: Uint8Array, data: Uint8Array | undefined, rceid = 0): NodePlace {
    try {
      this.#find(key, data);
      const step = this.#path.leaf;
      this.#apply(step, rceid, flagDeleteRecord, ({ view }) => {
        flagDelete(view, step.iline, rceid !== 0);
      });
      return { pgno: step.page.pgno, iline: step.iline };
    } finally {
      this.#path.release();
    }
  }

  /**
   * Adds `delta` to the number of `size` bytes at `offset` of a node's data; the number before.
   * @throws JetError JET_errRecordNotFound. @throws RangeError when the data has no such number.
   */
  delta(key: Uint8Array, offset: number, delta: bigint, size: 4 | 8, rceid = 0): bigint {
    try {
      this.#find(key, undefined);
      const step = this.#path.leaf;
      if (offset < 0 || offset + size > node.dataLength) throw new RangeError(`no number at ${offset} of the data`);
      let before = 0n;
      const record = (change: PageChange): Uint8Array => deltaRecord(change, key, delta, offset, size);
      this.#apply(step, rceid, record, ({ view }) => {
        if (size === 8) before = addDelta64(view, step.iline, offset, delta, rceid !== 0);
        else before = BigInt(addDelta(view, step.iline, offset, Number(BigInt.asIntN(32, delta)), rceid !== 0));
      });
      return before;
    } finally {
      this.#path.release();
    }
  }

  /** Takes a node from its page for good. @throws JetError JET_errRecordNotFound. */
  delete(key: Uint8Array, data?: Uint8Array): void {
    try {
      this.#find(key, data, true);
      const step = this.#path.leaf;
      this.#apply(step, 0, deleteRecord, ({ view }) => {
        deleteNode(view, step.iline);
      });
    } finally {
      this.#path.release();
    }
  }

  /**
   * Removes a node of a space tree: at once, but for the first of a page, which is only marked.
   * @throws JetError JET_errRecordNotFound.
   */
  deleteExtent(key: Uint8Array): void {
    this.#find(key, undefined);
    const isFirst = this.#path.leaf.iline === 0;
    this.#path.release();
    if (isFirst) this.flagDelete(key, undefined);
    else this.delete(key);
  }

  #find(key: Uint8Array, data: Uint8Array | undefined, evenDeleted = false): void {
    if (!this.#located) this.#path.seek(key, data);
    this.#located = false;
    const found = this.#path.exact && this.#path.atNode(node) && (evenDeleted || !node.isDeleted);
    if (found) return;
    const { pgnoFDP } = this.tree;
    throw new JetError('JET_errRecordNotFound', `tree ${pgnoFDP} has no such node`, { pgno: pgnoFDP });
  }

  #insertNew(key: Uint8Array, data: Uint8Array, rceid: number): NodePlace | undefined {
    const step = this.#path.leaf;
    const { page, iline } = step;
    const prefix = prefixOn(page, key);
    const size = key.length + data.length + NODE_OVERHEAD - (prefix > 0 ? prefix - PREFIX_OVERHEAD : 0);
    if (this.#mustAppend(step, size) || !this.#hasRoom(page, size)) {
      const operation = { splitoper: SplitOper.insert, iline, key, data };
      return this.#split(operation, rceid !== 0, (dbtime, leaf) =>
        insertRecord(this.#change(leaf, dbtime, NO_DBTIME, rceid), key, 0, data),
      );
    }
    const record = (change: PageChange): Uint8Array => insertRecord(change, key, prefix, data);
    this.#apply(step, rceid, record, ({ view }) => {
      insertNode(view, iline, prefix, nodeParts(key, data), rceid !== 0);
    });
    return { pgno: page.pgno, iline };
  }

  /** The node is there: it must be deleted, and then lives again. */
  #insertAgain(key: Uint8Array, data: Uint8Array, versions: InsertVersions): NodePlace | undefined {
    const step = this.#path.leaf;
    const { page, iline } = step;
    node.load(page, iline);
    const isKey = keyIdentifies(this.tree);
    if (!node.isDeleted) {
      const jet = isKey ? 'JET_errKeyDuplicate' : 'JET_errMultiValuedIndexViolation';
      throw new JetError(jet, `tree ${this.tree.pgnoFDP} has that node already`, { pgno: page.pgno });
    }
    const versioned = versions.insert !== 0;
    if (!isKey) {
      const record = (change: PageChange): Uint8Array => flagInsertRecord(change, key, data);
      this.#apply(step, versions.insert, record, ({ view }) => {
        flagInsert(view, iline, versioned);
      });
      return { pgno: page.pgno, iline };
    }
    const growth = data.length - node.dataLength;
    const rceidReplace = versions.replace(node.data().slice());
    const record = (change: PageChange): Uint8Array => flagInsertAndReplaceRecord(change, rceidReplace, key, data);
    if (growth > 0 && this.#overflows(step, growth)) {
      const operation = { splitoper: SplitOper.flagInsertAndReplace, iline, key, data };
      return this.#split(operation, versioned, (dbtime, leaf) =>
        record(this.#change(leaf, dbtime, NO_DBTIME, versions.insert)),
      );
    }
    this.#apply(step, versions.insert, record, ({ view }) => {
      flagInsertAndReplace(view, iline, data, 0, data.length, versioned);
    });
    this.#reserveOn(page, rceidReplace);
    return { pgno: page.pgno, iline };
  }

  #replaceAt(
    data: Uint8Array,
    rceid: number,
    record: (change: PageChange, cbOld: number) => Uint8Array,
  ): NodePlace | undefined {
    const step = this.#path.leaf;
    const { page, iline } = step;
    node.load(page, iline);
    const cbOld = node.dataLength;
    const growth = data.length - cbOld;
    if (growth > 0 && this.#overflows(step, growth)) {
      const operation = { splitoper: SplitOper.replace, iline, key: new Uint8Array(0), data };
      return this.#split(operation, rceid !== 0, (dbtime, leaf) =>
        replaceRecord(this.#change(leaf, dbtime, NO_DBTIME, rceid), cbOld, data),
      );
    }
    const logRecord = (change: PageChange): Uint8Array => record(change, cbOld);
    this.#apply(step, rceid, logRecord, ({ view }) => {
      replaceNode(view, iline, data, 0, data.length, rceid !== 0);
    });
    this.#reserveOn(page, rceid);
    return { pgno: page.pgno, iline };
  }

  /** Inserts at the end of the tree leave some of the last page free. */
  #mustAppend({ page, iline }: WriteStep, size: number): boolean {
    if (page.pgnoNext !== 0 || iline !== page.lineCount) return false;
    return !this.#hasRoom(page, size + (this.tree.space ? 0 : this.tree.cbDensityFree));
  }

  #hasRoom(page: EditablePage, size: number): boolean {
    if (size > page.cbFree) return false;
    if (size <= page.cbFree - page.cbUncommittedFree) return true;
    const { reserve } = this.#options;
    page.setUncommittedFree(Math.min(page.cbFree, reserve?.reservedOn(page) ?? 0));
    return size <= page.cbFree - page.cbUncommittedFree;
  }

  /** What a versioned replace makes free a rollback may want back. */
  #reserveOn(page: EditablePage, rceid: number): void {
    const { reserve } = this.#options;
    if (rceid !== 0 && reserve !== undefined) page.setUncommittedFree(Math.min(page.cbFree, reserve.reservedOn(page)));
  }

  /** A node cannot grow: what is reserved for itself it may use. */
  #overflows({ page, iline }: WriteStep, growth: number): boolean {
    if (this.#hasRoom(page, growth)) return false;
    const { reserve } = this.#options;
    node.load(page, iline);
    const own = (reserve?.largest(page, iline, node.dataLength) ?? node.dataLength) - node.dataLength;
    return growth > own + page.cbFree - page.cbUncommittedFree;
  }

  #change(step: WriteStep, dbtime: number, dbtimeBefore: number, rceid: number): PageChange {
    const { dbid } = this.#db;
    const { page, iline } = step;
    return { dbid, session: this.#session, tree: this.tree, pgno: page.pgno, iline, dbtime, dbtimeBefore, rceid };
  }

  /** Logs a change of one page, then makes it. */
  #apply(
    step: WriteStep,
    rceid: number,
    record: (change: PageChange) => Uint8Array,
    perform: (page: CachedPage) => void,
  ): void {
    const db = this.#db;
    this.#session.beforeRecord();
    const dbtime = db.nextDbtime();
    const lgpos = db.log.append(record(this.#change(step, dbtime, step.page.dbtime, rceid)));
    perform(step.cached);
    db.changed(step.cached, dbtime, lgpos, this.#session);
  }

  #split(operation: SplitOperation, versioned: boolean, operationRecord: OperationRecord): NodePlace | undefined {
    const { db, session, allocator, reserve } = this.#options;
    const split = planSplit(this.#path.steps, operation, reserve?.largest);
    const leaf = this.#path.leaf;
    leaf.iline = operation.iline;
    return writeSplit({
      db,
      session,
      tree: this.tree,
      allocator,
      split,
      node: split.operationDone ? nodeParts(operation.key, operation.data) : undefined,
      versioned,
      operationRecord,
    });
  }
}
