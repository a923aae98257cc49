// Where a database ends: the last page its root owns. The file ends there after recovery (ErrDBSetLastPage).
import { MAX_TREE_DEPTH } from '../btree/tree.ts';
import { PageState } from '../cache/page-cache.ts';
import { pagePointer } from '../operations/page-pointer.ts';
import { NodeView } from '../page/node.ts';
import { extentOfNode } from '../space/extent.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

/** Root of the owned extents of the database root. */
const PGNO_OWNED_EXTENTS = 2;

/** The last page that the database owns; undefined when its space tree cannot be read. */
export function lastOwnedPage(db: RecoveringDatabase): number | undefined {
  const node = new NodeView();
  let pgno = PGNO_OWNED_EXTENTS;
  for (let depth = 0; depth < MAX_TREE_DEPTH; depth++) {
    const page = db.cache.get(pgno);
    const last = page.view.lineCount - 1;
    if (page.state !== PageState.Sound || last < 0) return undefined;
    if (!page.view.isLeaf) {
      pgno = pagePointer(page.view, last);
      continue;
    }
    if (!node.load(page.view, last)) return undefined;
    return extentOfNode(node)?.pgnoLast;
  }
  return undefined;
}
