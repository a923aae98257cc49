// What the root page of a tree says of it (format 4.2).
import { spaceHeaderOf } from './space-state.ts';
import type { WritableDatabase } from './writable-database.ts';
import type { WriteTree } from './write-tree.ts';

/**
 * The tree with this root, as one that takes and gives space.
 * @throws JetError JET_errSPAvailExtCorrupted when the page is no root; what reading it throws.
 */
export function treeAtRoot(db: WritableDatabase, pgnoFDP: number): WriteTree {
  const root = db.page(pgnoFDP).view;
  const { nonUnique } = spaceHeaderOf(root);
  const { objidFDP } = root;
  return { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP, unique: !nonUnique, space: false, cbDensityFree: 0 };
}
