// Pages that some readable space tree lists as available (format 4): evidence against pages that nothing else vouches
// for. Space trees may be old or damaged themselves, so they never outweigh a branch page or a neighbour.
import { u32 } from '../../binary/little-endian.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import { PageSet } from '../../ese/page/page-set.ts';
import type { Page } from '../../ese/page/page.ts';
import { extentFirst, extentOfNode } from '../../ese/space/extent.ts';
import { spaceTreeRoots } from '../../ese/space/space-header.ts';
import type { FileScan, ScannedRoot } from './file-scan.ts';

/** Pages a single extent's bitmap can tell of. */
const BITMAP_PAGES = 32;

/** Collects the available extents of all trees. */
class AvailableCollector {
  readonly available: PageSet;
  readonly #scan: FileScan;
  readonly #node = new NodeView();

  constructor(scan: FileScan) {
    this.#scan = scan;
    this.available = new PageSet(scan.pages.pgnoLast);
  }

  root({ pgno, objid, field }: ScannedRoot): void {
    if (field === undefined) return;
    const { space } = field;
    if (space.multipleExtent) this.#tree(spaceTreeRoots(space).pgnoAE, objid);
    else
      for (let k = 0; k < BITMAP_PAGES; k++) if ((space.availBitmap & (1 << k)) !== 0) this.available.add(pgno + 1 + k);
  }

  /** Space trees have few levels; every page is looked at once. */
  #tree(pgnoRoot: number, objid: number): void {
    const seen = new Set<number>();
    const todo = [pgnoRoot];
    for (let pgno = todo.pop(); pgno !== undefined; pgno = todo.pop()) {
      const page = seen.has(pgno) ? undefined : this.#scan.pages.read(pgno);
      seen.add(pgno);
      const isSpace = page !== undefined && (page.fFlags & PageFlag.SpaceTree) !== 0 && page.objidFDP === objid;
      if (isSpace) this.#page(page, todo);
    }
  }

  #page(page: Page, todo: number[]): void {
    const node = this.#node;
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line) || node.isDeleted) continue;
      if (!page.isLeaf) {
        if (node.dataLength === 4) todo.push(u32(node.bytes, node.dataStart));
        continue;
      }
      const extent = extentOfNode(node);
      if (extent === undefined) continue;
      const last = Math.min(extent.pgnoLast, this.available.pgnoLast);
      for (let pgno = Math.max(1, extentFirst(extent)); pgno <= last; pgno++) this.available.add(pgno);
    }
  }
}

/** All pages that readable space trees list as available. */
export function availablePages(scan: FileScan): PageSet {
  const collector = new AvailableCollector(scan);
  for (const roots of scan.roots.values()) for (const root of roots) collector.root(root);
  return collector.available;
}
