// A cursor over the nodes of one B+ tree: forward, back, seek (format 2.3). Damage is reported and stepped over.
import type { JetError } from '../../errors/jet-error.ts';
import { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';
import type { PageReader } from '../page/page-reader.ts';
import { childPgno, MAX_TREE_DEPTH, treeMismatch, type TreeRef } from './tree.ts';

/** Called for each page a walk could not use: its number, its parent (0 for the root) and why. */
export type TreeFaultHandler = (pgno: number, pgnoParent: number, reason: JetError | string) => void;

interface Step {
  readonly page: Page;
  line: number;
}

/**
 * Walks the nodes of a tree in key order. After a successful move, `node` is at the current node; it and its bytes
 * stay valid until the next move. Nodes flagged deleted are stepped over unless `deleted` is set.
 */
export class BTreeCursor {
  readonly node: NodeView = new NodeView();
  readonly #pages: PageReader;
  readonly #tree: TreeRef;
  readonly #onFault: TreeFaultHandler;
  readonly #deleted: boolean;
  readonly #branch = new NodeView();
  /** Root to leaf; the last step is the leaf once positioned. */
  #path: Step[] = [];
  /** Pages that may still be gone down into in this direction: without damage none is met twice. */
  #descents = 0;
  #direction: 1 | -1 = 1;

  constructor(pages: PageReader, tree: TreeRef, options: { onFault?: TreeFaultHandler; deleted?: boolean } = {}) {
    this.#pages = pages;
    this.#tree = tree;
    this.#onFault = options.onFault ?? (() => undefined);
    this.#deleted = options.deleted ?? false;
  }

  /** The leaf page of the current node. */
  get page(): Page | undefined {
    return this.#path.at(-1)?.page;
  }

  /** Line of the current node in its page. */
  get line(): number {
    return this.#path.at(-1)?.line ?? -1;
  }

  /** To the first node. False when the tree is empty (or nothing of it can be read). */
  first(): boolean {
    return this.#start(0) && this.#settle(1);
  }

  /** To the last node. */
  last(): boolean {
    return this.#start(-1) && this.#settle(-1);
  }

  /** To the next node; false at the end. */
  next(): boolean {
    return this.#advance(1) && this.#settle(1);
  }

  /** To the previous node; false at the beginning. */
  previous(): boolean {
    return this.#advance(-1) && this.#settle(-1);
  }

  /** To the first node whose key is at or after `key`; false when there is none. */
  seek(key: Uint8Array): boolean {
    this.#restart();
    if (!this.#push(this.#tree.pgnoFDP, 0)) return false;
    while (!this.#leaf.page.isLeaf) {
      const step = this.#leaf;
      // A separator equal to the key belongs to the right: the key lies in the first child whose bound is above it.
      step.line = this.#search(step.page, key, true);
      if (step.line >= step.page.lineCount) step.line = step.page.lineCount - 1;
      if (step.line < 0 || !this.#descend()) return this.#advance(1) && this.#seekOnward(key);
    }
    return this.#seekOnward(key);
  }

  /**
   * From the leaf the branches led to, on to the first node at or after `key`. Separators of non-unique trees hold data
   * too, so entries with a key before `key` may go on in the next leaves.
   */
  #seekOnward(key: Uint8Array): boolean {
    for (;;) {
      const { page } = this.#leaf;
      this.#leaf.line = this.#search(page, key, false);
      if (this.#leaf.line < page.lineCount) return this.#settle(1);
      this.#path.pop();
      if (this.#path.length === 0) return false;
      this.#leaf.line++;
      if (!this.#toLeaf(1)) return false;
    }
  }

  #restart(): void {
    this.#path = [];
    this.#descents = this.#pages.pgnoLast + 2 * MAX_TREE_DEPTH;
  }

  get #leaf(): Step {
    return this.#path.at(-1)!;
  }

  /** First line whose key is >= key (or > key when `after`). An empty key in a branch stands for +infinity. */
  #search(page: Page, key: Uint8Array, after: boolean): number {
    let low = 0;
    let high = page.lineCount;
    const node = this.#branch;
    while (low < high) {
      const middle = (low + high) >> 1;
      const infinite = node.load(page, middle) && node.keyLength === 0 && !page.isLeaf;
      const order = infinite ? 1 : node.compareKey(key);
      if (after ? order > 0 : order >= 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Pushes a page on the path, unless it is no page of this tree. */
  #push(pgno: number, pgnoParent: number): boolean {
    if (this.#path.length >= MAX_TREE_DEPTH || this.#path.some((step) => step.page.pgno === pgno)) {
      this.#onFault(pgno, pgnoParent, 'is its own ancestor');
      return false;
    }
    // Branches that share children would lead through them again and again, twice as often with every level.
    if (this.#descents-- <= 0) {
      if (this.#descents === -1) this.#onFault(pgno, pgnoParent, 'is reached again and again');
      return false;
    }
    const page = this.#pages.tryRead(pgno);
    if (page instanceof Error) {
      this.#onFault(pgno, pgnoParent, page);
      return false;
    }
    const mismatch = treeMismatch(page, this.#tree);
    if (mismatch !== undefined) {
      this.#onFault(pgno, pgnoParent, mismatch);
      return false;
    }
    this.#path.push({ page, line: 0 });
    return true;
  }

  /** From the branch at the end of the path to the child of its current line. */
  #descend(): boolean {
    const { page, line } = this.#leaf;
    if (!this.#branch.load(page, line)) {
      this.#onFault(page.pgno, page.pgno, `has an unreadable line ${line}`);
      return false;
    }
    return this.#push(childPgno(this.#branch), page.pgno);
  }

  /** To the leftmost (0) or rightmost (-1) leaf below the end of the path; steps over children that fail. */
  #start(end: 0 | -1): boolean {
    this.#restart();
    if (!this.#push(this.#tree.pgnoFDP, 0)) return false;
    this.#leaf.line = end === 0 ? 0 : this.#leaf.page.lineCount - 1;
    return this.#toLeaf(end === 0 ? 1 : -1);
  }

  /** Goes down until the path ends in a leaf, moving on in `direction` past children that cannot be used. */
  #toLeaf(direction: 1 | -1): boolean {
    for (;;) {
      const step = this.#leaf;
      if (step.page.isLeaf) return true;
      const inside = step.line >= 0 && step.line < step.page.lineCount;
      if (inside && this.#descend()) {
        this.#leaf.line = direction === 1 ? 0 : this.#leaf.page.lineCount - 1;
      } else if (inside) {
        step.line += direction;
      } else {
        this.#path.pop();
        if (this.#path.length === 0) return false;
        this.#leaf.line += direction;
      }
    }
  }

  /** One line on, perhaps into the next leaf. */
  #advance(direction: 1 | -1): boolean {
    if (this.#path.length === 0) return false;
    if (direction !== this.#direction) {
      this.#direction = direction;
      this.#descents = this.#pages.pgnoLast + 2 * MAX_TREE_DEPTH;
    }
    this.#leaf.line += direction;
    if (!this.#leaf.page.isLeaf) return this.#toLeaf(direction);
    return true;
  }

  /** From the current line on to the first line that is a node: past page ends and deleted nodes. */
  #settle(direction: 1 | -1): boolean {
    for (;;) {
      const { page, line } = this.#leaf;
      if (line < 0 || line >= page.lineCount) {
        this.#path.pop();
        if (this.#path.length === 0) return false;
        this.#leaf.line += direction;
        if (!this.#toLeaf(direction)) return false;
      } else {
        if (!this.node.load(page, line)) this.#onFault(page.pgno, page.pgno, `has an unreadable line ${line}`);
        else if (this.#deleted || !this.node.isDeleted) return true;
        this.#leaf.line += direction;
      }
    }
  }
}
