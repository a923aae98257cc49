// The nodes that deletes and rollbacks leave behind are taken from their page, and what remains of it goes to a sibling or
// the page goes (format 8.4; ErrBTDelete, ErrBTISinglePageCleanup, ErrBTIMultipageCleanup in bt.cxx).
import type { CachedPage } from '../cache/page-cache.ts';
import { parseLongValueKey } from '../lv/long-values.ts';
import { deleteNode } from '../operations/delete-node.ts';
import { replaceNode } from '../operations/replace-node.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import type { Page } from '../page/page.ts';
import { PinnedPages } from '../recovery/pinned-pages.ts';
import { fitsInto, leafLines, type LeafLines, type LeafRules } from './merge-lines.ts';
import { EMPTY_TREE, planMerge, type Siblings } from './merge-plan.ts';
import { writeEmptyTree, writeMerge, type MergeContext } from './merge-writer.ts';
import { deleteRecord, replaceRecord, setExternalHeaderRecord, type PageChange } from './node-records.ts';
import { prefixOf } from './split-plan-tree.ts';
import { TreePath } from './tree-path.ts';
import type { Reserve } from './tree-writer.ts';
import { keyIdentifies } from './write-tree.ts';

/** What is known of the versions of a tree's nodes. */
export interface CleanRules {
  /** True when a version of a node may still be needed. `data` is empty where keys identify nodes. */
  readonly isActive: (key: Uint8Array, data: Uint8Array) => boolean;
  /** Space that rollbacks may want back. */
  readonly reserve: Reserve;
}

/** What is left of the last node of a page, which cannot be empty. */
const WIPED = new Uint8Array(1);
const NO_BYTES = new Uint8Array(0);
/** A page less full is worth reading its siblings. */
const SPARSE_PERCENT = 30;
const TAG_SIZE = 4;
const node = new NodeView();

/** Roots of long values are looked at even when they are deleted. */
function isLongValueRoot(page: Page, key: Uint8Array): boolean {
  if ((page.fFlags & PageFlag.LongValue) === 0) return false;
  const parsed = parseLongValueKey(key);
  return parsed !== undefined && parsed.offset === undefined;
}

/** Cleans up one tree on behalf of a session that is in a transaction of its own. */
export class TreeCleaner {
  readonly #context: MergeContext;
  readonly #rules: LeafRules;
  /** Nodes taken away so far. */
  #removed = 0;

  constructor(context: MergeContext, { isActive, reserve }: CleanRules) {
    this.#context = context;
    const { tree } = context;
    const byKey = keyIdentifies(tree);
    this.#rules = {
      isActive: (page, iline) => {
        node.load(page, iline);
        return isActive(node.key(), byKey ? NO_BYTES : node.data().slice());
      },
      largest: reserve.largest,
      hasRoom: (page, size) => {
        if (size > page.cbFree) return false;
        if (size <= page.cbFree - page.cbUncommittedFree) return true;
        if (!page.isLeaf) return false;
        page.setUncommittedFree(Math.min(page.cbFree, reserve.reservedOn(page)));
        return size <= page.cbFree - page.cbUncommittedFree;
      },
      cbDensityFree: tree.space ? 0 : tree.cbDensityFree,
    };
  }

  /**
   * Removes a node that is deleted for all, and all others like it on its page; then looks for a merge. How many
   * nodes it removed; 0: there is none.
   */
  clean(key: Uint8Array, data: Uint8Array): number {
    this.#removed = 0;
    const { db, tree } = this.#context;
    const path = new TreePath(db, tree);
    try {
      path.seek(key, data);
      if (!path.exact) return 0;
      const { page, cached, iline } = path.leaf;
      node.load(page, iline);
      if (!node.isDeleted || this.#rules.isActive(page, iline)) return 0;
      this.#deleteGone(cached);
      // A tree of one page is too small for merges.
      if (path.steps.length === 1 || !this.#isWorthMerge(page)) return this.#removed;
    } finally {
      path.release();
    }
    if (!this.#merge(key, data, true)) this.#merge(key, data, false);
    return this.#removed;
  }

  /** Merges the page where a node was, if there is any need. False: not in this direction. */
  #merge(key: Uint8Array, data: Uint8Array, toRight: boolean): boolean {
    const { db, tree } = this.#context;
    const path = new TreePath(db, tree);
    const pins = new PinnedPages();
    const release = (): void => {
      pins.release();
      path.release();
    };
    try {
      path.seek(key, data);
      const { leaf } = path;
      leaf.iline = Math.max(0, Math.min(leaf.iline, leaf.page.lineCount - 1));
      const merge = planMerge(path.steps, this.#siblings(leaf.page, pins), this.#rules, toRight);
      if (merge === EMPTY_TREE) writeEmptyTree(this.#context, path.steps, release);
      else if (merge !== undefined) writeMerge(this.#context, merge, release);
      return merge !== undefined;
    } finally {
      release();
    }
  }

  #siblings({ pgnoPrev, pgnoNext }: Page, pins: PinnedPages): Siblings {
    const { db } = this.#context;
    const view = (pgno: number): EditablePage | undefined => (pgno === 0 ? undefined : pins.pin(db.page(pgno))!.view);
    return { left: view(pgnoPrev), right: view(pgnoNext) };
  }

  #isWorthMerge(page: EditablePage): boolean {
    const lines = leafLines(page, this.#rules);
    if (lines.isEmpty) return true;
    // The last page takes what is appended: it is not to go to the left.
    const siblings = page.pgnoNext === 0 ? [] : [page.pgnoNext, page.pgnoPrev];
    return siblings.some((pgno) => pgno !== 0 && this.#canMergeInto(lines, pgno));
  }

  #canMergeInto(lines: LeafLines, pgno: number): boolean {
    const { db, tree } = this.#context;
    const percent = Math.floor((100 * lines.sizeMaxTotal) / (lines.page.format.dataSize - TAG_SIZE));
    if (percent >= SPARSE_PERCENT - tree.cbDensityFree && !db.cache.has(pgno)) return false;
    const pins = new PinnedPages();
    try {
      const cached = pins.pin(db.page(pgno))!;
      if (!fitsInto(lines, cached.view, this.#rules)) return false;
      // What is deleted there does not go by the merge: it goes now.
      this.#deleteGone(cached);
      return true;
    } finally {
      pins.release();
    }
  }

  /** Removes all nodes that are deleted for all. Of the last one only the data goes, where that is not needed to find it. */
  #deleteGone(cached: CachedPage): void {
    const { view: page } = cached;
    const { tree } = this.#context;
    for (let iline = page.lineCount - 1; iline >= 0; iline--) {
      node.load(page, iline);
      if (!node.isDeleted || this.#rules.isActive(page, iline)) continue;
      if (page.lineCount > 1) this.#deleteLine(cached, iline);
      else if (keyIdentifies(tree)) this.#wipe(cached, iline);
    }
    this.#dropPrefix(cached);
  }

  #deleteLine(cached: CachedPage, iline: number): void {
    this.#removed++;
    this.#apply(cached, iline, deleteRecord, () => {
      deleteNode(cached.view, iline);
    });
  }

  #wipe(cached: CachedPage, iline: number): void {
    const { view: page } = cached;
    node.load(page, iline);
    const { dataLength, dataStart } = node;
    if (isLongValueRoot(page, node.key())) return;
    if (dataLength === WIPED.length && page.bytes[dataStart] === WIPED[0]) return;
    this.#removed++;
    const record = (change: PageChange): Uint8Array => replaceRecord(change, dataLength, WIPED);
    this.#apply(cached, iline, record, () => {
      replaceNode(page, iline, WIPED, 0, WIPED.length, false);
    });
  }

  /** A prefix that no key uses goes; one of which the only key uses a part becomes that part. */
  #dropPrefix(cached: CachedPage): void {
    const { view: page } = cached;
    const prefix = prefixOf(page);
    if (prefix.length === 0) return;
    const used = page.longestPrefix();
    if (used > 0 && (page.lineCount > 1 || used === prefix.length)) return;
    const left = prefix.slice(0, used);
    const record = (change: PageChange): Uint8Array => setExternalHeaderRecord(change, left);
    this.#apply(cached, 0, record, () => {
      page.setExternalHeader(left);
    });
  }

  /** Logs a change of one page that is never undone, then makes it. */
  #apply(cached: CachedPage, iline: number, record: (change: PageChange) => Uint8Array, perform: () => void): void {
    const { db, session, tree } = this.#context;
    const { view } = cached;
    session.beforeRecord();
    const dbtime = db.nextDbtime();
    const change = {
      dbid: db.dbid,
      session,
      tree,
      pgno: view.pgno,
      iline,
      dbtime,
      dbtimeBefore: view.dbtime,
      rceid: 0,
    };
    const lgpos = db.log.append(record(change));
    perform();
    db.changed(cached, dbtime, lgpos, session);
  }
}
