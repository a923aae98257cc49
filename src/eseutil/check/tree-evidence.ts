// Where a page and the line that leads to it disagree: what the rest of the tree says (format 2.3, 8.2). Leaves are
// chained as well as led to, and keys divide them: each of the three can be held against the other two.
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from '../../ese/btree/tree.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { PageReader } from '../../ese/page/page-reader.ts';
import type { Page } from '../../ese/page/page.ts';
import { KeyBuffer } from './key-buffer.ts';

/** Children of the root that are asked how high the tree is. */
const HEIGHT_SAMPLES = 9;

/** A leaf below a page, and how many levels there are from that page to it, both counted. */
export interface EdgeLeaf {
  readonly leaf: Page;
  readonly height: number;
}

/** Looks around in one tree. But for `firstLeaf` it is asked only where something is wrong. */
export class TreeEvidence {
  readonly #pages: PageReader;
  readonly #tree: TreeRef;
  readonly #withData: boolean;
  readonly #node = new NodeView();
  #key: KeyBuffer | undefined;

  /** `withData`: nodes are told apart by key and data together. */
  constructor(pages: PageReader, tree: TreeRef, withData: boolean) {
    this.#pages = pages;
    this.#tree = tree;
    this.#withData = withData;
  }

  #read(pgno: number): Page | undefined {
    if (pgno === 0) return undefined;
    const page = this.#pages.tryRead(pgno);
    return page instanceof Error || treeMismatch(page, this.#tree) !== undefined ? undefined : page;
  }

  #leaf(pgno: number): Page | undefined {
    const page = this.#read(pgno);
    return page?.isLeaf === true ? page : undefined;
  }

  /** True when every neighbour that the leaf names names it too, and there is one. */
  isChained({ pgno, pgnoPrev, pgnoNext }: Page): boolean {
    if (pgnoPrev === 0 && pgnoNext === 0) return false;
    return (
      (pgnoPrev === 0 || this.#leaf(pgnoPrev)?.pgnoNext === pgno) &&
      (pgnoNext === 0 || this.#leaf(pgnoNext)?.pgnoPrev === pgno)
    );
  }

  /** The first leaf below `page`; undefined when the way there is broken. */
  firstLeaf(page: Page): EdgeLeaf | undefined {
    return this.#edgeLeaf(page, () => 0);
  }

  /** The first leaf below page `pgno`, or that page itself. */
  firstLeafAt(pgno: number): Page | undefined {
    const page = this.#read(pgno);
    return page === undefined ? undefined : this.firstLeaf(page)?.leaf;
  }

  #lastLeaf(page: Page): EdgeLeaf | undefined {
    return this.#edgeLeaf(page, ({ lineCount }) => lineCount - 1);
  }

  #edgeLeaf(from: Page, lineOf: (page: Page) => number): EdgeLeaf | undefined {
    let page: Page | undefined = from;
    for (let height = 1; height <= MAX_TREE_DEPTH; height++) {
      if (page.isLeaf) return { leaf: page, height };
      const loaded: boolean = page.lineCount > 0 && this.#node.load(page, lineOf(page));
      page = loaded ? this.#read(childPgno(this.#node)) : undefined;
      if (page === undefined) return undefined;
    }
    return undefined;
  }

  /** Loads the key of a leaf's first or last node. */
  #keyOf(leaf: Page | undefined, end: 'first' | 'last'): KeyBuffer | undefined {
    if (leaf === undefined || leaf.lineCount === 0) return undefined;
    if (!this.#node.load(leaf, end === 'first' ? 0 : leaf.lineCount - 1)) return undefined;
    this.#key ??= new KeyBuffer();
    this.#key.load(this.#node, this.#withData);
    return this.#key;
  }

  /** True unless the leaf after `page` begins with a key that is not after `last`. */
  isFollowed(page: Page, last: KeyBuffer): boolean {
    const first = this.#keyOf(this.#leaf(page.pgnoNext), 'first');
    return first === undefined || first.compare(last) > 0;
  }

  /** True when `separator` lies where it should: between the leaves below page `pgno` and the leaf after them. */
  divides(pgno: number, separator: Uint8Array): boolean {
    const page = this.#read(pgno);
    const edge = page === undefined ? undefined : this.#lastLeaf(page);
    const last = this.#keyOf(edge?.leaf, 'last');
    if (last === undefined || last.compareSeparator(separator) >= 0) return false;
    const { pgnoNext } = edge!.leaf;
    if (pgnoNext === 0) return false;
    const first = this.#keyOf(this.#leaf(pgnoNext), 'first');
    return first === undefined || first.compareSeparator(separator) >= 0;
  }

  /** How many levels the tree below `root` has: what most of its children say. */
  height(root: Page): number {
    let [most, best] = [0, 0];
    // Of as many votes the greater height counts: damage makes ways shorter.
    for (const [height, count] of this.#heights(root)) {
      if (count > most || (count === most && height > best)) [most, best] = [count, height];
    }
    return best;
  }

  /** True when some child of `page` says that it is so high, or none says anything. */
  mayBeHigh(page: Page, height: number): boolean {
    const heights = this.#heights(page);
    return heights.size === 0 || heights.has(height);
  }

  /** Heights of a page as its children tell, and how many tell so. */
  #heights(page: Page): Map<number, number> {
    if (page.isLeaf) return new Map([[1, 1]]);
    if ((page.fFlags & PageFlag.ParentOfLeaf) !== 0) return new Map([[2, 1]]);
    const votes = new Map<number, number>();
    const step = Math.max(1, Math.floor(page.lineCount / HEIGHT_SAMPLES));
    for (let line = 0; line < page.lineCount; line += step) {
      const child = this.#node.load(page, line) ? this.#read(childPgno(this.#node)) : undefined;
      for (const edge of child === undefined ? [] : [this.firstLeaf(child), this.#lastLeaf(child)]) {
        if (edge !== undefined) votes.set(edge.height + 1, (votes.get(edge.height + 1) ?? 0) + 1);
      }
    }
    return votes;
  }
}
