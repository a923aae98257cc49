// The way from the root of a tree to the place of a node, its pages held in memory (format 2.3; ErrBTDown, ErrNDSeek).
import { u16 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { MAX_TREE_DEPTH } from '../btree/tree.ts';
import { PageState, type CachedPage } from '../cache/page-cache.ts';
import { pagePointer } from '../operations/page-pointer.ts';
import { NodeView } from '../page/node.ts';
import { NodeFlag } from '../page/page-flags.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import type { PathStep } from './split-plan-tree.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies, type WriteTree } from './write-tree.ts';

const KEY_SIZE_MASK = 0x1fff;

/** One page of a path. One object serves one page after another. */
export interface WriteStep extends PathStep {
  readonly cached: CachedPage;
}

/** A step as the path fills it in. */
interface OwnStep extends PathStep {
  cached: CachedPage;
  page: EditablePage;
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
  let low = lowerLine(page, key, 0, page.lineCount, 0);
  if (data === undefined || low === page.lineCount) return low;
  if (!node.load(page, low)) throw damagedLine(page, low);
  if (node.compareKey(key) !== 0) return low;
  let high = lowerLine(page, key, low, page.lineCount, 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (!node.load(page, middle)) throw damagedLine(page, middle);
    if (compareKeys(node.bytes, node.dataStart, node.dataLength, data, 0, data.length) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Line of a branch whose child holds the place of key‖data: the first separator above them. */
function seekBranch(page: EditablePage, bookmark: Uint8Array): number {
  return lowerLine(page, bookmark, 0, page.lineCount - 1, 1);
}

function damagedLine(page: EditablePage, line: number): JetError {
  const { pgno } = page;
  return new JetError('JET_errDatabaseCorrupted', `page ${pgno}: line ${line} cannot be read`, { pgno });
}

/**
 * First line of `[from, to)` whose key compares with `key` as `least` (0: not below it, 1: above it) or more; `to` when
 * there is none. This is where a seek spends its time: no object is looked at, and the page's prefix is compared once.
 */
function lowerLine(page: EditablePage, key: Uint8Array, from: number, to: number, least: 0 | 1): number {
  const { bytes, format, ctagReserved } = page;
  const { headerSize, tagMask, flagsInTag } = format;
  const firstTag = format.pageSize - 4 * (ctagReserved + 1);
  const linesEnd = page.tagArrayStart;
  const prefixStart = page.tagStart(0);
  const prefixLength = prefixStart + page.tagLength(0) <= linesEnd ? page.tagLength(0) : 0;
  const keyLength = key.length;
  const common = commonLength(bytes, prefixStart, prefixLength, key);
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const tag = firstTag - 4 * middle;
    const place = u16(bytes, tag + 2);
    let at = headerSize + (place & tagMask);
    const end = at + (u16(bytes, tag) & tagMask);
    const flags = flagsInTag ? place >> 13 : bytes[at + 1]! >> 5;
    let inPrefix = 0;
    if ((flags & NodeFlag.Compressed) !== 0) {
      inPrefix = u16(bytes, at) & KEY_SIZE_MASK;
      at += 2;
    }
    const lineLength = inPrefix + (u16(bytes, at) & KEY_SIZE_MASK);
    at += 2;
    if (end > linesEnd || at + lineLength - inPrefix > end || inPrefix > prefixLength) throw damagedLine(page, middle);
    let order: number;
    if (inPrefix > common) order = common < keyLength ? bytes[prefixStart + common]! - key[common]! : 1;
    else {
      const shared = lineLength < keyLength ? lineLength : keyLength;
      const shift = at - inPrefix;
      let i = inPrefix;
      while (i < shared && bytes[shift + i] === key[i]) i++;
      order = i < shared ? bytes[shift + i]! - key[i]! : lineLength - keyLength;
    }
    if (order >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}

function commonLength(bytes: Uint8Array, start: number, length: number, key: Uint8Array): number {
  const most = length < key.length ? length : key.length;
  let common = 0;
  while (common < most && bytes[start + common] === key[common]) common++;
  return common;
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
  /** Step objects by depth, used again and again. */
  readonly #pool: OwnStep[] = [];

  constructor(db: WritableDatabase, tree: WriteTree) {
    this.#db = db;
    this.#tree = tree;
  }

  get leaf(): WriteStep {
    return this.steps[this.steps.length - 1]!;
  }

  /**
   * To the first line at or after the bookmark (perhaps one after the leaf's last line).
   * @throws JetError when a page cannot be used or belongs to another tree.
   */
  seek(key: Uint8Array, data?: Uint8Array): void {
    const bookmarkData = keyIdentifies(this.#tree) ? undefined : data;
    const bookmark = concat(key, bookmarkData);
    this.release();
    let page = this.#push(this.#tree.pgnoRoot);
    while (!page.isLeaf) {
      const iline = seekBranch(page, bookmark);
      this.leaf.iline = iline;
      page = this.#push(pagePointer(page, iline));
    }
    this.leaf.iline = seekLeaf(page, key, bookmarkData);
    this.exact = this.atNode() && compareBookmark(node, key, bookmarkData) === 0;
  }

  /** To the first (0) or last (-1) line; `exact` tells whether there is one. */
  seekEnd(end: 0 | -1): void {
    this.release();
    const page = this.#toEnd(this.#push(this.#tree.pgnoRoot), end === 0);
    this.leaf.iline = end === 0 ? 0 : Math.max(0, page.lineCount - 1);
    this.exact = page.lineCount > 0;
  }

  /** One line on or back, perhaps in the next leaf. False at the end; the path is then released. */
  move(step: 1 | -1): boolean {
    const { leaf } = this;
    leaf.iline += step;
    if (leaf.iline >= 0 && leaf.iline < leaf.page.lineCount) return true;
    let at = this.steps.length - 2;
    while (at >= 0) {
      const parent = this.steps[at]!;
      const to = parent.iline + step;
      if (to >= 0 && to < parent.page.lineCount) break;
      at--;
    }
    if (at < 0) {
      this.release();
      return false;
    }
    while (this.steps.length > at + 1) this.steps.pop()!.cached.pins--;
    const parent = this.leaf;
    parent.iline += step;
    const page = this.#toEnd(this.#push(pagePointer(parent.page, parent.iline)), step === 1);
    this.leaf.iline = step === 1 ? 0 : page.lineCount - 1;
    return page.lineCount > 0 || this.move(step);
  }

  /** Points the shared view at the leaf's line; false when the leaf has no such line. */
  atNode(view: NodeView = node): boolean {
    const { page, iline } = this.leaf;
    return iline < page.lineCount && view.load(page, iline) && (view === node || node.load(page, iline));
  }

  /** Lets the pages go. */
  release(): void {
    const { steps } = this;
    while (steps.length > 0) steps.pop()!.cached.pins--;
  }

  /** Down to the first or last leaf below `page`, which is the end of the path. */
  #toEnd(from: EditablePage, first: boolean): EditablePage {
    let page = from;
    while (!page.isLeaf) {
      const iline = first ? 0 : page.lineCount - 1;
      this.leaf.iline = iline;
      page = this.#push(pagePointer(page, iline));
    }
    return page;
  }

  #push(pgno: number): EditablePage {
    const depth = this.steps.length;
    let step = this.#pool[depth];
    // Often the page is the one that was there last time: a frame with its number has it.
    const isKnown = step !== undefined && step.cached.pgno === pgno && step.cached.state === PageState.Sound;
    const cached = isKnown ? step!.cached : this.#db.page(pgno);
    cached.used = true;
    const page = cached.view;
    if (page.objidFDP !== this.#tree.objidFDP || depth >= MAX_TREE_DEPTH) {
      this.release();
      const message = `page ${pgno} is no page of object ${this.#tree.objidFDP} where one must be`;
      throw new JetError('JET_errBadPageLink', message, { pgno, objid: this.#tree.objidFDP });
    }
    cached.pins++;
    if (step === undefined) this.#pool.push((step = { cached, page, iline: 0 }));
    else {
      step.cached = cached;
      step.page = page;
      step.iline = 0;
    }
    this.steps.push(step);
    return page;
  }
}
