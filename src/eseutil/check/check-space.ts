// Who owns which pages: the space of the database, its tables and their trees, entered into the ledger (format 4).
import type { TreeRef } from '../../ese/btree/tree.ts';
import { SYSTEM_ROOT } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { extentFirst, POOL_SHELVED, type Extent } from '../../ese/space/extent.ts';
import { spaceTreeRoots } from '../../ese/space/space-header.ts';
import { readTreeSpace, type TreeSpace } from '../../ese/space/tree-space.ts';
import type { CheckContext } from './check-context.ts';
import { checkTree } from './check-tree.ts';
import { PageUse } from './page-ledger.ts';

/** The system root has no parent. */
const NO_PARENT = 0;

class SpaceCheck {
  readonly #ctx: CheckContext;

  constructor(ctx: CheckContext) {
    this.#ctx = ctx;
  }

  /** Enters the space of `tree`, taken from the tree with object id `parentObjid`. */
  enter(tree: TreeRef, parent: TreeRef | undefined, place: FindingPlace): void {
    const { db } = this.#ctx;
    const space = readTreeSpace(db.pages, tree, (pgno, _from, reason) => {
      if (typeof reason === 'string') this.#report('space.tree', 'error', { ...place, pgno }, `page ${pgno} ${reason}`);
      else this.#ctx.pageFault(pgno, reason, place);
    });
    if (space === undefined) return;
    const expectedParent = parent?.pgnoFDP ?? NO_PARENT;
    if (space.header.pgnoParent !== expectedParent) {
      this.#report(
        'space.parent',
        'error',
        { ...place, pgno: tree.pgnoFDP },
        `page ${tree.pgnoFDP} names page ${space.header.pgnoParent} as its parent, not ${expectedParent}`,
      );
    }
    for (const extent of space.owned) this.#own(tree, parent, extent, place);
    for (const extent of space.available) this.#avail(tree, extent, place);
    for (const extent of space.buffers) this.#each(extent, (pgno) => this.#book(pgno, tree, PageUse.Buffer, place));
    this.#spaceTrees(tree, space, place);
  }

  #spaceTrees(tree: TreeRef, space: TreeSpace, place: FindingPlace): void {
    if (!space.header.multipleExtent) return;
    const { pgnoOE, pgnoAE } = spaceTreeRoots(space.header);
    for (const pgnoFDP of [pgnoOE, pgnoAE])
      checkTree(this.#ctx, { pgnoFDP, objid: tree.objid, kind: 'space' }, { place });
  }

  /** Pages of an extent that lie in the file. */
  #each(extent: Extent, take: (pgno: number) => void): void {
    const last = Math.min(extent.pgnoLast, this.#ctx.ledger.pgnoLast);
    for (let pgno = Math.max(1, extentFirst(extent)); pgno <= last; pgno++) take(pgno);
  }

  #own(tree: TreeRef, parent: TreeRef | undefined, extent: Extent, place: FindingPlace): void {
    const { ledger, db } = this.#ctx;
    if (extent.pgnoLast > db.pages.pgnoLast && extent.pool !== POOL_SHELVED) {
      const missing = extent.pgnoLast - Math.max(db.pages.pgnoLast, extentFirst(extent) - 1);
      this.#report(
        'file.truncated',
        'error',
        place,
        `the file ends at page ${db.pages.pgnoLast}, but ${missing} pages up to ${extent.pgnoLast} are owned`,
        'JET_errFileIOBeyondEOF',
      );
    }
    let doubly = 0;
    let first = 0;
    this.#each(extent, (pgno) => {
      const owner = ledger.owner(pgno);
      const expected = parent?.objid ?? NO_PARENT;
      if (owner !== expected || ledger.use(pgno) !== PageUse.None) {
        doubly++;
        if (first === 0) first = pgno;
      }
      ledger.setOwner(pgno, tree.objid);
    });
    if (doubly === 0) return;
    this.#report(
      'space.owned-twice',
      'error',
      { ...place, pgno: first },
      `${doubly} pages from ${first} on are owned by object ${tree.objid} but were not its parent's to give`,
      'JET_errSPOwnExtCorrupted',
    );
  }

  #avail(tree: TreeRef, extent: Extent, place: FindingPlace): void {
    if (extent.pool === POOL_SHELVED) return;
    this.#each(extent, (pgno) => this.#book(pgno, tree, PageUse.Available, place));
  }

  /** Books a page that the tree owns for `use`. */
  #book(pgno: number, tree: TreeRef, use: PageUse, place: FindingPlace): void {
    const { ledger } = this.#ctx;
    const owner = ledger.owner(pgno);
    if (owner !== tree.objid) {
      const whose = owner === 0 ? 'nobody' : `object ${owner}`;
      this.#report(
        'space.not-owned',
        'error',
        { ...place, pgno },
        `page ${pgno} is available to object ${tree.objid} but owned by ${whose}`,
        'JET_errSPAvailExtCorrupted',
      );
      return;
    }
    if (ledger.use(pgno) !== PageUse.None) {
      this.#report(
        'space.available-twice',
        'error',
        { ...place, pgno },
        `page ${pgno} is listed as available twice`,
        'JET_errSPAvailExtCorrupted',
      );
      return;
    }
    ledger.setUse(pgno, use);
  }

  #report(
    rule: string,
    severity: 'error' | 'warning',
    at: FindingPlace,
    message: string,
    jet: Parameters<CheckContext['reporter']['add']>[0]['jet'] = 'JET_errDatabaseCorrupted',
  ): void {
    this.#ctx.reporter.add({ rule, severity, jet, at, message });
  }
}

/** Trees of a table that have space of their own: the table first, since the others' space is taken from it. */
export function treesOf(table: TableDef): { readonly tree: TreeRef; readonly place: FindingPlace }[] {
  const at = (tree: TreeRef, extra: FindingPlace = {}): { tree: TreeRef; place: FindingPlace } => ({
    tree,
    place: { objid: tree.objid, table: table.name, ...extra },
  });
  const secondary = table.indexes.filter((index) => !index.definition.primary);
  return [
    at(table.tree),
    ...secondary.map((index) => at(index.tree, { index: index.name })),
    ...(table.longValueTree === undefined ? [] : [at(table.longValueTree)]),
  ];
}

const ROOT: TreeRef = { ...SYSTEM_ROOT, kind: 'table' };

/** Enters the space of the whole database into the ledger. */
export function checkSpace(ctx: CheckContext): void {
  const check = new SpaceCheck(ctx);
  check.enter(ROOT, undefined, { objid: ROOT.objid });
  // Tables before their trees: each takes its space from the one before.
  for (const table of ctx.db.tables) {
    const [own, ...children] = treesOf(table);
    check.enter(own!.tree, ROOT, own!.place);
    for (const child of children) check.enter(child.tree, table.tree, child.place);
  }
  checkTree(ctx, ROOT, { place: { objid: ROOT.objid } });
}

/** Reports owned pages that serve nothing. Call when every tree was walked. */
export function reportLeaks(ctx: CheckContext, names: ReadonlyMap<number, FindingPlace>): void {
  ctx.ledger.forRuns(
    (owner, use) => owner !== 0 && use === PageUse.None,
    (first, last, owner) => {
      const what = first === last ? `page ${first} is` : `pages ${first}-${last} are`;
      ctx.reporter.add({
        rule: 'space.leaked',
        // The engine leaks pages by design when it crashes; its own integrity check says nothing of them.
        severity: 'info',
        jet: 'JET_errDatabaseLeakInSpace',
        at: { ...(names.get(owner) ?? { objid: owner }), pgno: first },
        message: `${what} owned by object ${owner} but neither in use nor available`,
        fix: 'The space is lost until the database is defragmented; no data is.',
      });
    },
  );
}
