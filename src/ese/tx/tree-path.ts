// The way from the root of a tree to the place of a node, its pages held in memory (format 2.3; ErrBTDown, ErrNDSeek).
import { JetError } from '../../errors/jet-error.ts';
import { MAX_TREE_DEPTH } from '../btree/tree.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import { pagePointer } from '../operations/page-pointer.ts';
import { NodeView } from '../page/node.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import type { PathStep } from './split-plan-tree.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies, type WriteTree } from './write-tree.ts';

/** One page of a path. */
export interface WriteStep extends PathStep {
  readonly cached: CachedPage;
}

const node = new NodeView();

/** Compares the loaded node with a bookmark; `data` undefined: by key alone. */
export function compareBookmark(view: NodeView, key: Uint8Array, data: Uint8Array | undefined): number {
  const order = view.compareKey(key);
  if (order !== 0 || data === undefined) return order;
  return compareKeys(view.bytes, view.dataStart, view.dataLength, data, 0, data.length);
}

/** First line of a leaf that is at or after the bookmark. */
export function seekLeaf(page: EditablePage, key: Uint8Array, data: Uint8Array | undefined): number {
  let low = 0;
  let high = page.lineCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    node.load(page, middle);
    if (compareBookmark(node, key, data) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Line of a branch whose child holds the place of key‖data: the first separator above them. */
function seekBranch(page: EditablePage, bookmark: Uint8Array): number {
  let low = 0;
  let high = page.lineCount - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    node.load(page, middle);
    if (node.compareKey(bookmark) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function concat(a: Uint8Array, b: Uint8Array | undefined): Uint8Array {
  if (b === undefined || b.length === 0) return a;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** A path whose pages stay in memory until `release`. */
export class TreePath {
  readonly steps: WriteStep[] = [];
  /** True when the leaf's line is the node that was looked for. */
  exact = false;
  readonly #db: WritableDatabase;
  readonly #tree: WriteTree;

  constructor(db: WritableDatabase, tree: WriteTree) {
    this.#db = db;
    this.#tree = tree;
  }

  get leaf(): WriteStep {
    return this.steps.at(-1)!;
  }

  /**
   * To the first line at or after the bookmark (perhaps one after the leaf's last line).
   * @throws JetError when a page cannot be used or belongs to another tree.
   */
  seek(key: Uint8Array, data?: Uint8Array): void {
    const bookmarkData = keyIdentifies(this.#tree) ? undefined : data;
    const bookmark = concat(key, bookmarkData);
    this.#down((page) => seekBranch(page, bookmark));
    const { leaf } = this;
    leaf.iline = seekLeaf(leaf.page, key, bookmarkData);
    this.exact = this.atNode() && compareBookmark(node, key, bookmarkData) === 0;
  }

  /** To the first (0) or last (-1) line; `exact` tells whether there is one. */
  seekEnd(end: 0 | -1): void {
    this.#down((page) => (end === 0 ? 0 : page.lineCount - 1));
    const { leaf } = this;
    leaf.iline = end === 0 ? 0 : Math.max(0, leaf.page.lineCount - 1);
    this.exact = leaf.page.lineCount > 0;
  }

  /** One line on or back, perhaps in the next leaf. False at the end; the path is then released. */
  move(step: 1 | -1): boolean {
    const { leaf } = this;
    leaf.iline += step;
    if (leaf.iline >= 0 && leaf.iline < leaf.page.lineCount) return true;
    let at = this.steps.length - 2;
    while (at >= 0) {
      const branch = this.steps[at]!;
      const to = branch.iline + step;
      if (to >= 0 && to < branch.page.lineCount) break;
      at--;
    }
    if (at < 0) {
      this.release();
      return false;
    }
    for (const { cached } of this.steps.splice(at + 1)) cached.pins--;
    this.steps[at]!.iline += step;
    this.#onward((page) => (step === 1 ? 0 : page.lineCount - 1));
    this.leaf.iline = step === 1 ? 0 : this.leaf.page.lineCount - 1;
    return this.leaf.page.lineCount > 0 || this.move(step);
  }

  /** Points the shared view at the leaf's line; false when the leaf has no such line. */
  atNode(view: NodeView = node): boolean {
    const { page, iline } = this.leaf;
    return iline < page.lineCount && view.load(page, iline) && (view === node || node.load(page, iline));
  }

  /** Lets the pages go. */
  release(): void {
    for (const { cached } of this.steps) cached.pins--;
    this.steps.length = 0;
  }

  #down(choose: (page: EditablePage) => number): void {
    this.release();
    this.#push(this.#tree.pgnoRoot);
    this.#choose(choose);
    this.#onward(choose);
  }

  #choose(choose: (page: EditablePage) => number): void {
    const step = this.leaf;
    if (!step.page.isLeaf) step.iline = choose(step.page);
  }

  #onward(choose: (page: EditablePage) => number): void {
    while (!this.leaf.page.isLeaf) {
      const { page, iline } = this.leaf;
      this.#push(pagePointer(page, iline));
      this.#choose(choose);
    }
  }

  #push(pgno: number): void {
    const cached = this.#db.page(pgno);
    const page = cached.view;
    if (page.objidFDP !== this.#tree.objidFDP || this.steps.length >= MAX_TREE_DEPTH) {
      this.release();
      const message = `page ${pgno} is no page of object ${this.#tree.objidFDP} where one must be`;
      throw new JetError('JET_errBadPageLink', message, { pgno, objid: this.#tree.objidFDP });
    }
    cached.pins++;
    this.steps.push({ cached, page, iline: 0 });
  }
}
