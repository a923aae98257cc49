// A tree for a table, an index or long values, given back when its transaction is rolled back (ErrDIRCreateDirectory in
// dir.cxx, operAllocExt in ver.cxx).
import { PageFlag } from '../page/page-flags.ts';
import { createFdp } from './create-fdp.ts';
import type { DefinitionContext } from './definition-context.ts';
import { backgroundSession } from './long-value-cleaner.ts';
import { FreedKind, freeingOf, logFreeFdp } from './free-tree.ts';
import type { TxSession } from './tx-session.ts';
import type { TreeRef } from '../btree/tree.ts';

/** Flags of the pages of each kind of tree. */
const KIND_FLAGS: Readonly<Record<TreeRef['kind'], number>> = {
  table: 0,
  index: PageFlag.Index,
  'long-value': PageFlag.LongValue,
} as Readonly<Record<TreeRef['kind'], number>>;

/** What is asked for. */
export interface TreeRequest {
  /** Root of the tree whose space it comes from: 1 for tables, that of the table for indexes and long values. */
  readonly pgnoFDPParent: number;
  readonly kind: TreeRef['kind'];
  readonly unique?: boolean;
  /** Pages of its first extent. Default 1. */
  readonly pages?: number;
  /** Object id. Default: the next one of the database. */
  readonly objid?: number;
  /** The tree goes with its parent when the transaction is rolled back: nothing is to be given back then. */
  readonly goesWithParent?: boolean;
}

/**
 * Makes a tree without nodes. The session must be in a transaction.
 * @throws JetError JET_errOutOfDatabaseSpace, JET_errDiskFull.
 */
export function createTree(context: DefinitionContext, session: TxSession, request: TreeRequest): TreeRef {
  const { db, allocator } = context.database;
  const { pgnoFDPParent, kind, unique = true, pages = 1, objid, goesWithParent = false } = request;
  const nonUnique = kind === 'index' && !unique ? PageFlag.NonUniqueKeys : 0;
  const { pgnoFDP, objidFDP } = createFdp(db, session, allocator, {
    pgnoFDPParent,
    pages,
    unique,
    fPageFlags: KIND_FLAGS[kind] | nonUnique,
    ...(objid === undefined ? {} : { objidFDP: objid }),
  });
  const tree = { pgnoFDP, objid: objidFDP, kind };
  if (!goesWithParent) {
    session.onRollback(() => {
      dropLater(context, tree);
    });
  }
  return tree;
}

/**
 * Gives all space of a tree back to its parent once every transaction is over that is open now, and all that is to be
 * cleaned up in the tree was. Nobody may begin to use it any more. `trxCommit0`: of the transaction that deleted it.
 */
export function dropLater(context: DefinitionContext, tree: TreeRef, trxCommit0?: number): void {
  const { transactions, database } = context;
  const { db, allocator } = database;
  const { pgnoFDP, kind } = tree;
  const free = freeingOf(db, allocator, pgnoFDP);
  transactions.afterAllSee(transactions.versions.nextTrx(), () => {
    if (trxCommit0 !== undefined) {
      logFreeFdp(db, pgnoFDP, trxCommit0 >>> 0, kind === 'table' ? FreedKind.table : FreedKind.index);
    }
    // The transaction of a session that rolls back is over, or an outer one that may end otherwise.
    const session = backgroundSession(transactions);
    session.begin();
    try {
      free(session);
    } finally {
      session.commit();
    }
  });
}
