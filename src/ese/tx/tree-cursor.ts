// A place in a tree that can be moved along, among the nodes that the session sees; the tree may be changed at any time
// in between (format 2.3; ErrBTNext, ErrBTPrev, ErrBTIRefresh).
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import { compareKeys } from '../norm/compare-keys.ts';
import { NodeView } from '../page/node.ts';
import type { SnapshotView } from './snapshot-view.ts';
import { TreePath } from './tree-path.ts';
import type { VersionedTree } from './versioned-tree.ts';
import type { WritableDatabase } from './writable-database.ts';
import { keyIdentifies } from './write-tree.ts';

const Place = { nowhere: 0, before: 1, at: 2, after: 3 } as const;

/** Currency on one tree. Its leaf stays in memory until `close`, or until a move ends at an end of the tree. */
export class TreeCursor {
  /** Key of the current node: the first `keyLength` bytes. Valid until the next move. */
  keyBytes: Uint8Array = new Uint8Array(64);
  keyLength = 0;
  /** Data of the current node, as the session sees it. Valid until the next call or change of the tree. */
  bytes: Uint8Array = new Uint8Array(0);
  dataStart = 0;
  dataLength = 0;
  readonly #tree: VersionedTree;
  readonly #db: WritableDatabase;
  readonly #seen: SnapshotView;
  readonly #path: TreePath;
  readonly #node = new NodeView();
  readonly #isKey: boolean;
  #place: number = Place.nowhere;
  /** The leaf, pinned; undefined when none is held. */
  #leaf: CachedPage | undefined;
  #pgno = 0;
  #dbtime = 0;
  #iline = 0;
  /** Data part of the current bookmark: the data in the page. */
  #bookmarkData: Uint8Array = new Uint8Array(64);
  #bookmarkDataLength = 0;

  constructor(tree: VersionedTree) {
    this.#tree = tree;
    this.#db = tree.database.db;
    this.#seen = tree.newView();
    this.#path = new TreePath(this.#db, tree.tree);
    this.#isKey = keyIdentifies(tree.tree);
  }

  /** True when there is a current node; it may have been deleted since. */
  get isOnNode(): boolean {
    return this.#place === Place.at;
  }

  /**
   * To the node with this key (and data, in trees whose keys do not identify nodes), or else the next one after it: 0
   * when it is that node, 1 when it is one after it, -1 when there is none: then the place is past the end.
   * @throws JetError when a page cannot be used.
   */
  seek(key: Uint8Array, data?: Uint8Array): -1 | 0 | 1 {
    const bookmarkData = this.#isKey ? undefined : data;
    this.#path.seek(key, bookmarkData);
    this.#takeLeaf();
    if (!this.#settle(1)) return -1;
    if (compareKeys(this.keyBytes, 0, this.keyLength, key, 0, key.length) !== 0) return 1;
    if (bookmarkData === undefined) return 0;
    const order = compareKeys(this.#bookmarkData, 0, this.#bookmarkDataLength, bookmarkData, 0, bookmarkData.length);
    return order === 0 ? 0 : 1;
  }

  /** To the first node; false when the session sees none. @throws JetError as `seek`. */
  first(): boolean {
    this.#path.seekEnd(0);
    this.#takeLeaf();
    return this.#settle(1);
  }

  /** To the last node; false when the session sees none. @throws JetError as `seek`. */
  last(): boolean {
    this.#path.seekEnd(-1);
    this.#takeLeaf();
    return this.#settle(-1);
  }

  /** To the next node; false at the end: the place is past it then. @throws JetError as `seek`. */
  next(): boolean {
    if (this.#place === Place.before) return this.first();
    if (this.#place !== Place.at) return false;
    if (this.#refresh()) this.#iline++;
    return this.#settle(1);
  }

  /** To the node before; false at the beginning: the place is before it then. @throws JetError as `seek`. */
  previous(): boolean {
    if (this.#place === Place.after) return this.last();
    if (this.#place !== Place.at) return false;
    this.#refresh();
    this.#iline--;
    return this.#settle(-1);
  }

  /** Looks at the current node again, after changes; false when the session no longer sees it. The place stays. */
  reload(): boolean {
    if (this.#place !== Place.at || !this.#refresh()) return false;
    return this.#node.load(this.#leaf!.view, this.#iline) && this.#look();
  }

  /** The key of the current node, copied. */
  key(): Uint8Array {
    return this.keyBytes.slice(0, this.keyLength);
  }

  /** The data of the current node, copied. */
  data(): Uint8Array {
    return this.bytes.slice(this.dataStart, this.dataStart + this.dataLength);
  }

  /** Lets the leaf go. The place is lost; the cursor can be used again. */
  close(): void {
    this.#release();
    this.#place = Place.nowhere;
  }

  #release(): void {
    if (this.#leaf !== undefined) this.#leaf.pins--;
    this.#leaf = undefined;
  }

  #hold(cached: CachedPage): void {
    cached.pins++;
    this.#release();
    this.#leaf = cached;
    this.#pgno = cached.pgno;
    this.#dbtime = cached.view.dbtime;
  }

  /** Takes the place over that the path has found. */
  #takeLeaf(): void {
    const { cached, iline } = this.#path.leaf;
    this.#hold(cached);
    this.#iline = iline;
    this.#path.release();
  }

  /**
   * Finds the place of the current node again when its page was changed: its line, or that of the next node when it is
   * gone. True when it is there.
   */
  #refresh(): boolean {
    const leaf = this.#leaf;
    if (leaf !== undefined && leaf.pgno === this.#pgno && leaf.view.dbtime === this.#dbtime) return true;
    const data = this.#isKey ? undefined : this.#bookmarkData.subarray(0, this.#bookmarkDataLength);
    this.#path.seek(this.keyBytes.subarray(0, this.keyLength), data);
    const { exact } = this.#path;
    this.#takeLeaf();
    return exact;
  }

  /** From the line on to the first node that the session sees. */
  #settle(step: 1 | -1): boolean {
    const node = this.#node;
    for (;;) {
      const page = this.#leaf!.view;
      const { lineCount } = page;
      for (; this.#iline >= 0 && this.#iline < lineCount; this.#iline += step) {
        if (!node.load(page, this.#iline)) throw this.#damaged(`line ${this.#iline} cannot be read`);
        if (!this.#look()) continue;
        this.#keep();
        this.#place = Place.at;
        return true;
      }
      const pgno = step === 1 ? page.pgnoNext : page.pgnoPrev;
      if (pgno === 0) {
        this.#release();
        this.#place = step === 1 ? Place.after : Place.before;
        return false;
      }
      this.#toLeaf(pgno);
      this.#iline = step === 1 ? 0 : this.#leaf!.view.lineCount - 1;
    }
  }

  #look(): boolean {
    const seen = this.#seen;
    const isSeen = seen.look(this.#node);
    this.bytes = seen.bytes;
    this.dataStart = seen.dataStart;
    this.dataLength = seen.dataLength;
    return isSeen;
  }

  /** Keeps the bookmark of the loaded node. */
  #keep(): void {
    const node = this.#node;
    const { keyLength, dataLength } = node;
    if (keyLength > this.keyBytes.length) this.keyBytes = new Uint8Array(2 * keyLength);
    this.keyLength = node.copyKey(this.keyBytes);
    if (this.#isKey) return;
    if (dataLength > this.#bookmarkData.length) this.#bookmarkData = new Uint8Array(2 * dataLength);
    for (let i = 0; i < dataLength; i++) this.#bookmarkData[i] = node.bytes[node.dataStart + i]!;
    this.#bookmarkDataLength = dataLength;
  }

  /** To a leaf beside this one. */
  #toLeaf(pgno: number): void {
    const cached = this.#db.page(pgno);
    const { view } = cached;
    if (view.objidFDP !== this.#tree.tree.objidFDP || !view.isLeaf) throw this.#damaged(`leads to page ${pgno}`);
    this.#hold(cached);
  }

  #damaged(problem: string): JetError {
    const { objidFDP } = this.#tree.tree;
    const message = `page ${this.#pgno} of object ${objidFDP}: ${problem}`;
    return new JetError('JET_errBadPageLink', message, { pgno: this.#pgno, objid: objidFDP });
  }
}
