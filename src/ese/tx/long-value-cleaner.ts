// Long values that no record refers to any more are removed in the background, once nobody can see them (format 6.5;
// DELETELVTASK in dbtask.cxx, ErrRECDeleteLV in lv.cxx).
import { isJetError } from '../../errors/jet-error.ts';
import { LongValueSession } from './long-value-session.ts';
import { chunkKey, rootData } from './long-value-keys.ts';
import type { Transactions } from './transactions.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';
import { VersionedTree } from './versioned-tree.ts';
import type { WriteTree } from './write-tree.ts';

/** Chunks that one transaction deletes at most: as many as the engine's. */
const CHUNKS_MOST = 256;

/** The session that removes long values, one for all databases of an instance. */
const sessions = new WeakMap<Transactions, TxSession>();

/** The session of background work for these transactions. */
export function backgroundSession(transactions: Transactions): TxSession {
  let session = sessions.get(transactions);
  if (session === undefined) {
    session = transactions.session('background');
    sessions.set(transactions, session);
  }
  return session;
}

/** Where a long value is. */
export interface LongValuePlace {
  readonly database: VersionedDatabase;
  readonly tree: WriteTree;
  readonly chunkMax: number;
  /** Key of its root. */
  readonly key: Uint8Array;
}

/**
 * Removes a long value if nothing refers to it: marks root and chunks deleted, in transactions of a limited size, from
 * the end; `Transactions.clean` then takes the nodes away.
 */
export function deleteLongValue(transactions: Transactions, place: LongValuePlace): void {
  const session = backgroundSession(transactions);
  const tree = new VersionedTree(transactions, session, place.database, place.tree);
  let more = true;
  while (more) {
    session.begin();
    try {
      more = deleteEnd(tree, place);
    } catch (error) {
      session.rollback();
      // Somebody refers to it again.
      if (isJetError(error, 'JET_errWriteConflict')) return;
      throw error;
    }
    session.commit();
  }
}

/** Deletes the last chunks of a value, or what is left of it with its root. True when there is more to delete. */
function deleteEnd(tree: VersionedTree, { key, chunkMax }: LongValuePlace): boolean {
  const root = new LongValueSession(tree, chunkMax).root(key);
  if (root === undefined || root.refCount !== 0) return false;
  const most = CHUNKS_MOST * chunkMax;
  const keep = root.size > most ? Math.floor((root.size - 1) / most) * most : 0;
  if (keep > 0) tree.replace(key, rootData(0, keep));
  else tree.delete(key);
  for (let offset = keep; offset < root.size; offset += chunkMax) tree.delete(chunkKey(key, offset));
  return keep > 0;
}
