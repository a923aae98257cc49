// A tree goes: all its pages are given back to the tree whose space they came from (format 4.7; ErrSPFreeFDP,
// ErrSPIFreeAllOwnedExtents in space.cxx).
import { encodeRecord } from '../log/record-encoder.ts';
import { ExtentTree } from './extent-trees.ts';
import { spaceHeaderOf, type PageExtent } from './space-state.ts';
import type { SpaceWriter } from './space-writer.ts';
import { treeAtRoot } from './tree-at-root.ts';
import type { WritableDatabase } from './writable-database.ts';
import type { WriteSession, WriteTree } from './write-tree.ts';

/** What kind of tree is freed, as FreeFDP records state it. */
export const FreedKind = { table: 1, index: 2 } as const;

/** Says in the log that a deleted tree is freed now. To be called before the freeing transaction changes anything. */
export function logFreeFdp(db: WritableDatabase, pgnoFDP: number, trxCommitted: number, bFDPType: number): void {
  db.log.append(encodeRecord('FreeFDP', { dbid: db.dbid, pgnoFDP, trxCommitted, bFDPType }));
}

/** All extents of a tree. They are collected first: its space trees lie in them. */
function ownedExtents(db: WritableDatabase, session: WriteSession, space: SpaceWriter, tree: WriteTree): PageExtent[] {
  const header = spaceHeaderOf(db.page(tree.pgnoFDP).view);
  const { cpgPrimary, multipleExtent } = header;
  if (!multipleExtent) return [{ pgnoLast: tree.pgnoFDP + cpgPrimary - 1, cpg: cpgPrimary }];
  const extents: PageExtent[] = [];
  new ExtentTree({ db, session, allocator: space }, tree, 'owned').find(0, (extent) => {
    extents.push(extent);
    return false;
  });
  return extents;
}

/**
 * Gives all extents of the tree with this root back to its parent, trees within it (indexes and long values of a table)
 * with them, in ascending order. Nothing may use the tree any more. What is returned goes on where a failure stopped it:
 * extents that are free already are not to be freed again.
 */
export function freeingOf(db: WritableDatabase, space: SpaceWriter, pgnoFDP: number): (session: WriteSession) => void {
  let left: PageExtent[] | undefined;
  let parent: WriteTree | undefined;
  return (session) => {
    if (left === undefined) {
      const tree = treeAtRoot(db, pgnoFDP);
      parent = space.parentOf(spaceHeaderOf(db.page(pgnoFDP).view));
      if (parent === undefined) throw new RangeError('the root of a database cannot be freed');
      left = ownedExtents(db, session, space, tree);
    }
    for (let extent = left.shift(); extent !== undefined; extent = left.shift()) {
      space.freeExtent(session, parent!, extent);
    }
  };
}
