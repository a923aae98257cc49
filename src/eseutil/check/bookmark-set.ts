// Records that a check cannot use, told by their bookmarks: few as a rule, so that they can be remembered one by one.
import { toHex } from '../../binary/hex.ts';

const BOOKMARKS_MOST = 100_000;

/** A set of bookmarks, of limited size. */
export class BookmarkSet {
  readonly #base: BookmarkSet | undefined;
  readonly #members = new Set<string>();
  #full = false;

  /** `base`: another set whose members are members of this one, too. */
  constructor(base?: BookmarkSet) {
    this.#base = base;
  }

  /** True when members had to be left out: then what `has` denies may be one. */
  get full(): boolean {
    return this.#full || this.#base?.full === true;
  }

  add(bookmark: Uint8Array, length: number): void {
    if (this.#members.size < BOOKMARKS_MOST) this.#members.add(toHex(bookmark, 0, length));
    else this.#full = true;
  }

  has(bookmark: Uint8Array, length: number): boolean {
    return (
      (this.#members.size > 0 && this.#members.has(toHex(bookmark, 0, length))) ||
      this.#base?.has(bookmark, length) === true
    );
  }
}
