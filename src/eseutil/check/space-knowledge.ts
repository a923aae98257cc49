// What a check knows of who owns which pages, and where that knowledge ends because space trees are damaged (format 4.1).
import { PageSet } from '../../ese/page/page-set.ts';
import type { PageLedger } from './page-ledger.ts';

/** The innermost owner of each page stands in the ledger; this class says how far that can be trusted. */
export class SpaceKnowledge {
  /** Highest page the database owns: what its header cannot tell. Infinity while that is not known. */
  pgnoOwnedLast: number = Infinity;
  /** Pages that two trees claim. */
  readonly contested: PageSet;
  readonly #ledger: PageLedger;
  readonly #parents = new Map<number, number>();
  /** Trees that may own pages the ledger gives to their parents. */
  readonly #ownedUnknown = new Set<number>();
  /** Trees that may have available pages the ledger does not show. */
  readonly #availableUnknown = new Set<number>();
  /** Trees among whose pages may be some of a child's. */
  readonly #childUnknown = new Set<number>();

  constructor(ledger: PageLedger) {
    this.#ledger = ledger;
    this.contested = new PageSet(ledger.pgnoLast);
  }

  /** Notes a tree and the one its space comes from (0: none), and what of its space could be read. */
  note(objid: number, parent: number, known: { readonly owned: boolean; readonly available: boolean }): void {
    this.#parents.set(objid, parent);
    if (!known.available) this.#availableUnknown.add(objid);
    if (known.owned) return;
    this.#ownedUnknown.add(objid);
    this.#childUnknown.add(parent);
  }

  /** True when the page is owned by the tree (0: by nobody), or may be for all that is known. */
  mayOwn(objid: number, pgno: number): boolean {
    const owner = this.#ledger.owner(pgno);
    if (owner === objid || this.contested.has(pgno)) return true;
    let at = objid;
    // What a tree owns but cannot tell of seems to be its parent's.
    while (this.#ownedUnknown.has(at)) {
      at = this.#parents.get(at) ?? 0;
      if (owner === at) return true;
    }
    return false;
  }

  /** True when every page that the tree owns, and every one of those that is available, is known. */
  isKnown(objid: number): boolean {
    return !this.#ownedUnknown.has(objid) && !this.#availableUnknown.has(objid) && !this.#childUnknown.has(objid);
  }
}
