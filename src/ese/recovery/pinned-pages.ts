// Pages that a change of several pages holds in memory together.
import type { CachedPage } from '../cache/page-cache.ts';

/** A set of pinned pages; `release` lets them all go. */
export class PinnedPages {
  readonly #pages: CachedPage[] = [];

  /** Pins a page, if there is one, and gives it back. */
  pin(page: CachedPage | undefined): CachedPage | undefined {
    if (page !== undefined) {
      page.pins++;
      this.#pages.push(page);
    }
    return page;
  }

  /** Unpins all of them. */
  release(): void {
    for (const page of this.#pages) page.pins--;
    this.#pages.length = 0;
  }
}
