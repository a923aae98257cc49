// Which pages of a sound database trees lead to: found in the plainest way, to hold a check against.
import type { TreeRef } from '../../src/ese/btree/tree.ts';
import { childPgno } from '../../src/ese/btree/tree.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { NodeView } from '../../src/ese/page/node.ts';
import { readRootField, spaceTreeRoots } from '../../src/ese/space/space-header.ts';

/** Every tree of a database, space trees aside. */
export function allTrees(db: Database): TreeRef[] {
  const ofTables = db.tables.flatMap((table) => [
    table.tree,
    ...table.indexes.map((index) => index.tree),
    ...(table.longValueTree === undefined ? [] : [table.longValueTree]),
  ]);
  return [{ pgnoFDP: 1, objid: 1, kind: 'table' }, ...ofTables];
}

/** Pages of a sound database that are reached when nothing can be reached through the pages in `lost`. */
export function reachedPages(bytes: Uint8Array, lost: ReadonlySet<number> = new Set()): Set<number> {
  const db = new Database(new BufferSource(bytes));
  const reached = new Set<number>();
  const node = new NodeView();
  const visit = (pgno: number): void => {
    if (reached.has(pgno)) return;
    reached.add(pgno);
    if (lost.has(pgno)) return;
    const page = db.pages.read(pgno);
    for (let line = 0; !page.isLeaf && line < page.lineCount; line++) if (node.load(page, line)) visit(childPgno(node));
  };
  for (const { pgnoFDP } of allTrees(db)) {
    visit(pgnoFDP);
    const space = readRootField(db.pages.read(pgnoFDP))!.space;
    if (lost.has(pgnoFDP) || !space.multipleExtent) continue;
    const { pgnoOE, pgnoAE } = spaceTreeRoots(space);
    visit(pgnoOE);
    visit(pgnoAE);
  }
  return reached;
}
