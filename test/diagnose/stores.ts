// Mail stores for the cases, made by our own writer: sound ones, and damaged as programs and disks do it.
import { Database } from '../../src/ese/database.ts';
import { walkLeaves } from '../../src/ese/btree/leaf-walk.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { Damaged } from '../eseutil/damage.ts';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';

let store: Uint8Array | undefined;

/** A small store, sound. */
export function soundStore(): Uint8Array {
  store ??= buildDatabase([messageTable(400)]);
  return store.slice();
}

/** Pages of the middle of a tree of the message table. */
function leavesOf(name: 'table' | 'ixFrom'): number[] {
  const db = new Database(new BufferSource(soundStore()));
  const table = db.table('Msg')!;
  const tree = name === 'table' ? table.tree : table.indexes.find((index) => index.name === name)!.tree;
  return [...walkLeaves(db.pages, tree)].map(({ pgno }) => pgno);
}

/** A store with bytes written into some of its pages, as a scanner does it. */
export function damagedStore(): Uint8Array {
  const damaged = new Damaged(soundStore());
  for (const pgno of leavesOf('table').slice(2, 5)) damaged.flip(pgno);
  return damaged.bytes;
}

/** A store some of whose records are gone while an index still names them. */
export function danglingIndex(): Uint8Array {
  const damaged = new Damaged(soundStore());
  const leaf = leavesOf('table')[3]!;
  return damaged.deleteLine(leaf, 1).bytes;
}
