// Pages of a tree on their way into a check: read, told from pages of other things, entered into the ledger.
import type { JetError } from '../../errors/jet-error.ts';
import { treeMismatch, type TreeRef } from '../../ese/btree/tree.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import type { CheckContext } from './check-context.ts';
import { checkPage } from './check-page.ts';
import { PageUse } from './page-ledger.ts';
import type { Link, TreePath } from './tree-path.ts';
import type { TreeReports } from './tree-reports.ts';

/** What names the root of a tree: the catalog, unless it is a space tree. */
export interface RootName {
  readonly rule: string;
  /** `the catalog`, `page 29`. */
  readonly name: string;
  readonly pgno?: number;
}

const CATALOG: RootName = { rule: 'catalog.row', name: 'the catalog' };

/** Takes in the pages of one tree. A page without a link is its root. */
export class PageIntake {
  readonly #ctx: CheckContext;
  readonly #tree: TreeRef;
  readonly #path: TreePath;
  readonly #reports: TreeReports;
  readonly #rootName: RootName;
  readonly #use: PageUse;
  #buffers: readonly [Uint8Array, Uint8Array] | undefined;

  constructor(ctx: CheckContext, tree: TreeRef, path: TreePath, reports: TreeReports, rootName: RootName = CATALOG) {
    this.#ctx = ctx;
    this.#tree = tree;
    this.#path = path;
    this.#reports = reports;
    this.#rootName = rootName;
    this.#use = tree.kind === 'space' ? PageUse.Space : PageUse.Tree;
  }

  /**
   * Reads a page of the tree. Where there is none, that or what leads to it is reported. A leaf stays as it is until the
   * next one is read, and beyond that as long as it is `last`.
   */
  read(pgno: number, link?: Link, last?: Page): Page | undefined {
    const page = this.#page(pgno, link, last);
    const wrong = page instanceof Error ? page : treeMismatch(page, this.#tree);
    if (wrong === undefined) return page as Page;
    const stray = this.#strayReason(pgno) ?? this.#ownPageReason(page);
    if (stray !== undefined) this.#badReference(pgno, stray, link);
    else if (typeof wrong !== 'string') {
      this.#ctx.pageFault(pgno, wrong, this.#reports.place);
      if (this.#ctx.ledger.use(pgno) === PageUse.None) this.#ctx.ledger.setUse(pgno, this.#use);
    } else if (link === undefined) {
      this.#reports.page('tree.root', pgno, `is named as the root but ${wrong}`);
    } else {
      const message = `is linked from page ${link.branch.page.pgno} but ${wrong}`;
      this.#reports.page('tree.child', pgno, message, 'JET_errBadParentPageLink');
    }
    return undefined;
  }

  /** Leaves are looked at once: memory for each would cost more than reading it. */
  #page(pgno: number, link: Link | undefined, last: Page | undefined): Page | JetError {
    const { pages } = this.#ctx.db;
    if (link === undefined || (link.branch.page.fFlags & PageFlag.ParentOfLeaf) === 0) return pages.tryRead(pgno);
    const buffers = (this.#buffers ??= [new Uint8Array(pages.format.pageSize), new Uint8Array(pages.format.pageSize)]);
    const page = pages.tryReadInto(last?.bytes === buffers[0] ? buffers[1] : buffers[0], pgno);
    return page instanceof Error || page.isLeaf ? page : pages.tryRead(pgno);
  }

  /** Why a page that cannot be used cannot have been meant either. Undefined: it may have been. */
  #strayReason(pgno: number): string | undefined {
    const { ledger, space } = this.#ctx;
    if (pgno === 0 || pgno > Math.max(ledger.pgnoLast, space.pgnoOwnedLast)) return 'the database does not have';
    if (pgno > ledger.pgnoLast) return undefined;
    const use = ledger.use(pgno);
    if (use === PageUse.Available) return 'is free';
    if (use !== PageUse.None) return 'serves something else';
    return space.mayOwn(this.#tree.objid, pgno) ? undefined : `belongs to ${ledger.ownerName(pgno)}`;
  }

  /** A page of the very tree whose space is looked for keeps no space: what names it is wrong, not the page. */
  #ownPageReason(page: Page | JetError): string | undefined {
    if (this.#tree.kind !== 'space' || page instanceof Error) return undefined;
    const own = page.objidFDP === this.#tree.objid && (page.fFlags & (PageFlag.Empty | PageFlag.SpaceTree)) === 0;
    return own ? 'keeps no space' : undefined;
  }

  /** What leads to a page of the tree leads to one that cannot be meant. */
  #badReference(pgno: number, stray: string, link: Link | undefined): void {
    if (link === undefined) {
      const { rule, name, pgno: from } = this.#rootName;
      this.#reports.elsewhere(rule, from, `${name} names page ${pgno} as the root of a tree, which ${stray}`);
      return;
    }
    const { branch, line } = link;
    const message = `line ${line} leads to page ${pgno}, which ${stray}`;
    this.#reports.line('tree.child', branch.page.pgno, line, message, 'JET_errBadParentPageLink');
  }

  /** Enters a page as used by this tree. False when it already serves something, which is reported. */
  enter({ pgno }: Page, link?: Link): boolean {
    const { ledger, space } = this.#ctx;
    this.#ctx.notePage(pgno);
    const use = ledger.use(pgno);
    if (use === PageUse.Tree || use === PageUse.Space) {
      this.#linkedTwice(pgno, link);
      return false;
    }
    if (use !== PageUse.None) {
      const message = 'is in use but listed as available';
      this.#reports.page('space.used-and-available', pgno, message, 'JET_errSPAvailExtCorrupted');
    }
    if (!space.mayOwn(this.#tree.objid, pgno)) {
      const message = `is in use by object ${this.#tree.objid} but owned by ${ledger.ownerName(pgno)}`;
      this.#reports.page('space.not-owned', pgno, message, 'JET_errSPOwnExtCorrupted');
    }
    ledger.setUse(pgno, this.#use);
    return true;
  }

  #linkedTwice(pgno: number, link: Link | undefined): void {
    if (link === undefined) {
      this.#badReference(pgno, 'serves something else', link);
      return;
    }
    const { branch, line } = link;
    const jet = 'JET_errBadParentPageLink';
    if (this.#path.has(pgno)) {
      this.#reports.line('tree.child', branch.page.pgno, line, `line ${line} leads back up to page ${pgno}`, jet);
    } else {
      const message = `is linked from page ${branch.page.pgno}, but it already serves a tree`;
      this.#reports.page('tree.linked-twice', pgno, message, jet);
    }
  }

  /** Checks the page as such. False when its lines cannot all be trusted. */
  check(page: Page): boolean {
    return checkPage(page, (message, jet) => {
      this.#reports.page('page.structure', page.pgno, message, jet);
    });
  }
}
