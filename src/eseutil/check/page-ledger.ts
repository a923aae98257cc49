// The ledger of a check: for every page who owns it and what it serves, so that leaks and double use show (format 4.1).

/** What a page serves. `None`: in no tree and not available, until something else is learnt. */
export const PageUse = { None: 0, Available: 1, Tree: 2, Space: 3, Buffer: 4 } as const;

/** One of the uses. */
export type PageUse = (typeof PageUse)[keyof typeof PageUse];

/** Owner and use of every page of a database. Five bytes a page. */
export class PageLedger {
  readonly pgnoLast: number;
  /** Object id of the innermost tree that owns the page; 0: nobody. */
  readonly #owner: Uint32Array;
  readonly #use: Uint8Array;

  constructor(pgnoLast: number) {
    this.pgnoLast = pgnoLast;
    this.#owner = new Uint32Array(pgnoLast + 1);
    this.#use = new Uint8Array(pgnoLast + 1);
  }

  owner(pgno: number): number {
    return this.#owner[pgno] ?? 0;
  }

  /** The owner in words. */
  ownerName(pgno: number): string {
    const owner = this.owner(pgno);
    return owner === 0 ? 'nobody' : `object ${owner}`;
  }

  use(pgno: number): PageUse {
    return (this.#use[pgno] ?? PageUse.None) as PageUse;
  }

  setOwner(pgno: number, objid: number): void {
    this.#owner[pgno] = objid;
  }

  setUse(pgno: number, use: PageUse): void {
    this.#use[pgno] = use;
  }

  /** Calls `run` for each run of pages that share owner and satisfy `test`. */
  forRuns(
    test: (owner: number, use: PageUse) => boolean,
    run: (first: number, last: number, owner: number) => void,
  ): void {
    let first = 0;
    for (let pgno = 1; pgno <= this.pgnoLast + 1; pgno++) {
      const hit = pgno <= this.pgnoLast && test(this.owner(pgno), this.use(pgno));
      if (first !== 0 && (!hit || this.owner(pgno) !== this.owner(first))) {
        run(first, pgno - 1, this.owner(first));
        first = 0;
      }
      if (hit && first === 0) first = pgno;
    }
  }
}
