// Who owns which pages: the space of the database, its tables and their trees, entered into the ledger (format 4).
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { treeMismatch, type TreeRef } from '../../ese/btree/tree.ts';
import { SYSTEM_ROOT } from '../../ese/catalog/system-schema.ts';
import type { TableDef } from '../../ese/catalog/table-def.ts';
import type { FindingPlace } from '../../ese/finding.ts';
import { extentFirst, extentOfNode, POOL_SHELVED, type Extent } from '../../ese/space/extent.ts';
import { spaceTreeRoots } from '../../ese/space/space-header.ts';
import { readTreeSpace, type FoundSpace } from '../../ese/space/tree-space.ts';
import type { CheckContext } from './check-context.ts';
import { checkTree } from './check-tree.ts';
import { PageUse } from './page-ledger.ts';

const ROOT: TreeRef = { ...SYSTEM_ROOT, kind: 'table' };
/** The system root has no parent. */
const NO_PARENT = 0;

/**
 * A page is owned at three levels at most and available at one: extents that name the pages of the file more often
 * than this are nonsense, and there may be very many.
 */
const PASSES_MOST = 8;
const PAGES_LEAST = 1 << 16;

/** What is wrong with a page of an extent. */
interface Wrong {
  readonly rule: string;
  readonly jet: JetErrorSymbol;
  /** What follows `page 5 is` or `pages 5-7 are`. */
  readonly what: string;
}

class SpaceCheck {
  readonly #ctx: CheckContext;
  /** Object ids of trees whose roots say how they keep their space. */
  readonly #readable = new Set<number>([NO_PARENT]);
  #pagesLeft: number;

  constructor(ctx: CheckContext) {
    this.#ctx = ctx;
    this.#pagesLeft = PASSES_MOST * ctx.ledger.pgnoLast + PAGES_LEAST;
  }

  /** Enters the space of `tree`, taken from that of `parent`. */
  enter(tree: TreeRef, parent: TreeRef | undefined, place: FindingPlace): void {
    const { db, space: knowledge } = this.#ctx;
    const expectedParent = parent?.pgnoFDP ?? NO_PARENT;
    const space = this.#read(tree, place);
    const parentObjid = parent?.objid ?? NO_PARENT;
    knowledge.note(tree.objid, parentObjid, {
      owned: space?.ownedComplete === true,
      available: space?.availableComplete === true,
    });
    if (space === undefined) return;
    this.#readable.add(tree.objid);
    const at = { ...place, pgno: tree.pgnoFDP };
    if (space.header.pgnoParent !== expectedParent && this.#readable.has(parentObjid)) {
      this.#report(
        'space.parent',
        at,
        `page ${tree.pgnoFDP} names page ${space.header.pgnoParent} as its parent, not ${expectedParent}`,
      );
    }
    if (parent === undefined) this.#noteEnd(space, place);
    else this.#checkEnd(space, at);
    for (const extent of space.owned) this.#own(tree.objid, parentObjid, extent, at);
    for (const extent of space.available)
      if (extent.pool !== POOL_SHELVED) this.#book(tree.objid, extent, PageUse.Available, at);
    for (const extent of space.buffers) this.#book(tree.objid, extent, PageUse.Buffer, at);
    if (!space.header.multipleExtent) return;
    const { pgnoOE, pgnoAE } = spaceTreeRoots(space.header);
    for (const pgnoFDP of [pgnoOE, pgnoAE]) this.#spaceTree({ pgnoFDP, objid: tree.objid, kind: 'space' }, at);
    if (this.#pagesLeft < 0)
      this.#report('space.tree', {}, `the extents of ${db.source.name} name its pages again and again`);
  }

  #read(tree: TreeRef, place: FindingPlace): FoundSpace | undefined {
    const { db } = this.#ctx;
    const root = db.pages.tryRead(tree.pgnoFDP);
    // The check of the tree itself says what is wrong with a root, that of its space trees what is wrong with them.
    if (root instanceof Error || treeMismatch(root, tree) !== undefined || this.#pagesLeft < 0) return undefined;
    const space = readTreeSpace(db.pages, tree);
    if (space === undefined)
      this.#report('space.tree', { ...place, pgno: tree.pgnoFDP }, `page ${tree.pgnoFDP} holds no space header`);
    return space;
  }

  /** `owner`: the place of the tree whose space it keeps. */
  #spaceTree(tree: TreeRef, owner: FindingPlace): void {
    const { pgno, ...place } = owner;
    checkTree(this.#ctx, tree, {
      place,
      rootNamedBy: { rule: 'space.tree', name: `page ${pgno!}`, pgno: pgno! },
      visit: (node, page, line) => {
        const at = { ...place, pgno: page.pgno, line };
        const extent = extentOfNode(node);
        if (extent === undefined) this.#report('space.tree', at, `page ${page.pgno}: line ${line} is no extent`);
        else if (extentFirst(extent) < 1) {
          this.#report(
            'space.tree',
            at,
            `page ${page.pgno}: the extent of ${extent.cpg} pages up to ${extent.pgnoLast} begins before the first page`,
          );
        }
      },
    });
  }

  /** The database itself: where it should end. */
  #noteEnd({ owned, ownedComplete }: FoundSpace, place: FindingPlace): void {
    const { ledger, space } = this.#ctx;
    let missing = 0;
    let last = 0;
    for (const extent of owned) {
      last = Math.max(last, extent.pgnoLast);
      if (extent.pgnoLast > ledger.pgnoLast)
        missing += extent.pgnoLast - Math.max(ledger.pgnoLast, extentFirst(extent) - 1);
    }
    if (ownedComplete) space.pgnoOwnedLast = last;
    if (missing === 0) return;
    const message = `the file ends at page ${ledger.pgnoLast}, but ${missing} pages up to ${last} are owned`;
    this.#report('file.truncated', { ...place, pgno: ledger.pgnoLast + 1 }, message, 'JET_errFileIOBeyondEOF');
  }

  /** A tree cannot own what the database does not. */
  #checkEnd({ owned }: FoundSpace, at: FindingPlace): void {
    const last = owned.reduce((most, extent) => Math.max(most, extent.pgnoLast), 0);
    const most = Math.max(this.#ctx.ledger.pgnoLast, this.#ctx.space.pgnoOwnedLast);
    if (last <= most) return;
    this.#report(
      'space.not-owned',
      at,
      `object ${at.objid!} claims pages up to ${last}, but the database ends at ${most}`,
      'JET_errSPOwnExtCorrupted',
    );
  }

  /** Calls `take` for each page of an extent that lies in the file, and reports what it finds wrong in runs of pages. */
  #each(extent: Extent, at: FindingPlace, take: (pgno: number) => Wrong | undefined): void {
    const last = Math.min(extent.pgnoLast, this.#ctx.ledger.pgnoLast);
    const first = Math.max(1, extentFirst(extent));
    this.#pagesLeft -= Math.max(0, last - first + 1);
    if (this.#pagesLeft < 0) return;
    let run: { readonly first: number; readonly wrong: Wrong } | undefined;
    for (let pgno = first; pgno <= last + 1; pgno++) {
      const wrong = pgno <= last ? take(pgno) : undefined;
      if (run !== undefined && wrong?.what !== run.wrong.what) {
        this.#reportRun(run.first, pgno - 1, run.wrong, at);
        run = undefined;
      }
      if (wrong !== undefined) run ??= { first: pgno, wrong };
    }
  }

  #reportRun(first: number, last: number, { rule, jet, what }: Wrong, at: FindingPlace): void {
    const message = first === last ? `page ${first} is ${what}` : `pages ${first}-${last} are ${what}`;
    this.#report(rule, { ...at, pgno: first }, message, jet);
  }

  #own(objid: number, parentObjid: number, extent: Extent, at: FindingPlace): void {
    const { ledger, space } = this.#ctx;
    this.#each(extent, at, (pgno) => {
      if (!space.mayOwn(parentObjid, pgno)) return this.#conflict(objid, pgno);
      const available = ledger.use(pgno) !== PageUse.None;
      ledger.setOwner(pgno, objid);
      if (!available) return undefined;
      ledger.setUse(pgno, PageUse.None);
      const what = `owned by object ${objid} but listed as available to the one it got them from`;
      return { rule: 'space.used-and-available', jet: 'JET_errSPAvailExtCorrupted', what };
    });
  }

  /** A page that the parent of tree `objid` had not to give. */
  #conflict(objid: number, pgno: number): Wrong {
    const { ledger, space } = this.#ctx;
    const jet = 'JET_errSPOwnExtCorrupted';
    const owner = ledger.owner(pgno);
    if (owner === objid) return { rule: 'space.owned-twice', jet, what: `owned by object ${objid} twice` };
    space.contested.add(pgno);
    if (owner !== 0 && owner !== ROOT.objid) {
      return { rule: 'space.owned-twice', jet, what: `owned by object ${objid} and by object ${owner}` };
    }
    ledger.setOwner(pgno, objid);
    return { rule: 'space.not-owned', jet, what: `owned by object ${objid}, but not by the one its space comes from` };
  }

  /** Books pages that the tree should own for `use`. */
  #book(objid: number, extent: Extent, use: PageUse, at: FindingPlace): void {
    const { ledger, space } = this.#ctx;
    const jet = 'JET_errSPAvailExtCorrupted';
    this.#each(extent, at, (pgno) => {
      if (!space.mayOwn(objid, pgno)) {
        return {
          rule: 'space.not-owned',
          jet,
          what: `available to object ${objid} but owned by ${ledger.ownerName(pgno)}`,
        };
      }
      if (ledger.use(pgno) !== PageUse.None) {
        return { rule: 'space.available-twice', jet, what: `listed as available to object ${objid} twice` };
      }
      ledger.setUse(pgno, use);
      return undefined;
    });
  }

  #report(rule: string, at: FindingPlace, message: string, jet: JetErrorSymbol = 'JET_errDatabaseCorrupted'): void {
    this.#ctx.reporter.add({ rule, severity: 'error', jet, at, message });
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

/** Enters the space of the whole database into the ledger. */
export function checkSpace(ctx: CheckContext): void {
  const check = new SpaceCheck(ctx);
  check.enter(ROOT, undefined, { objid: ROOT.objid });
  // Tables before their trees: each takes its space from the one before.
  for (const table of ctx.db.tables) {
    const [own, ...children] = treesOf(table).filter(({ tree }) => !ctx.skipped.has(tree));
    if (own?.tree !== table.tree) continue;
    check.enter(own.tree, ROOT, own.place);
    for (const child of children) check.enter(child.tree, table.tree, child.place);
  }
  checkTree(ctx, ROOT, { place: { objid: ROOT.objid } });
}

/** Reports owned pages that serve nothing. Call when every tree was walked. */
export function reportLeaks(ctx: CheckContext, names: ReadonlyMap<number, FindingPlace>): void {
  // Without a whole catalog there may be trees that nobody knows of.
  if (!ctx.db.catalog.complete) return;
  const { space, incompleteTrees } = ctx;
  ctx.ledger.forRuns(
    (owner, use) => owner !== 0 && use === PageUse.None && space.isKnown(owner) && !incompleteTrees.has(owner),
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
