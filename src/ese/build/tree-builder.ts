// Builds a B+ tree from nodes that come in key order: leaves left to right, branches above them as they fill, the root
// last (format 2.3, 8.2). Nothing is read back; memory holds one page a level.
import { PageFlag } from '../page/page-flags.ts';
import type { PageFormat } from '../page/page-format.ts';
import { PageBuilder, type PageLayout } from './page-builder.ts';
import type { PageSink } from './page-sink.ts';

/** What a tree under construction needs to know of the database. */
export interface TreeTarget {
  readonly format: PageFormat;
  readonly sink: PageSink;
  readonly layout: PageLayout;
  /** A new database time for every page written. */
  readonly nextDbtime: () => bigint;
}

/** How one tree is to be built. */
export interface TreeOptions {
  readonly objid: number;
  readonly pgnoFDP: number;
  /** Flags of all its pages: kind of tree, record format. */
  readonly fFlags: number;
  /** Nodes are told apart by key and data together. */
  readonly nonUnique: boolean;
  readonly takePage: () => number;
}

const NO_KEY = new Uint8Array(0);
/** Longer than any root of a long value with its key. */
const SPARE_SIZE = 64;

/** One level of branches under construction. */
class BranchLevel {
  readonly builder: PageBuilder;
  readonly #child = new Uint8Array(4);
  readonly #childView = new DataView(this.#child.buffer);

  constructor(format: PageFormat) {
    this.builder = new PageBuilder(format);
  }

  add(separator: Uint8Array, pgno: number): boolean {
    this.#childView.setUint32(0, pgno, true);
    return this.builder.add(separator, separator.length, this.#child, 0, 4);
  }
}

/** Builds one tree. Call `append` for each node in order, then `finish`. */
export class TreeBuilder {
  readonly #target: TreeTarget;
  readonly #options: TreeOptions;
  readonly #leaf: PageBuilder;
  readonly #page: Uint8Array;
  readonly #levels: BranchLevel[] = [];
  /** Holds a node that moves to the next page: the root of a long value. */
  readonly #spare = new Uint8Array(SPARE_SIZE);
  /** Number of the leaf being filled: 0 until a second one is needed. */
  #leafPgno = 0;
  #leafPrev = 0;
  nodes = 0;
  pages = 0;

  constructor(target: TreeTarget, options: TreeOptions) {
    this.#target = target;
    this.#options = options;
    this.#leaf = new PageBuilder(target.format);
    this.#page = new Uint8Array(target.format.pageSize);
  }

  /** Adds a node after all others. Its key (and data) must be greater than the last one's. */
  append(key: Uint8Array, keyLength: number, data: Uint8Array, dataStart: number, dataLength: number): void {
    this.nodes++;
    if (this.#leaf.add(key, keyLength, data, dataStart, dataLength)) return;
    if (this.#leaf.count === 0)
      throw new RangeError(`a node of ${keyLength + dataLength} bytes does not fit on a page`);
    if (this.#mustStayTogether(key, keyLength)) this.#breakBeforeRoot();
    else this.#flushLeaf(this.#separator(key, keyLength, data, dataStart, dataLength));
    if (!this.#leaf.add(key, keyLength, data, dataStart, dataLength)) {
      throw new RangeError(`a node of ${keyLength + dataLength} bytes does not fit on a page`);
    }
  }

  /**
   * True for the first chunk of a long value whose root ends the page: the engine never parts the two (it inserts the
   * chunk first), and readers exist that rely on it.
   */
  #mustStayTogether(key: Uint8Array, keyLength: number): boolean {
    if ((this.#options.fFlags & PageFlag.LongValue) === 0 || !this.#leaf.canTakeBack) return false;
    if (keyLength > 12) return false;
    const last = this.#leaf.lastKey;
    if (last.length !== keyLength - 4) return false;
    for (let i = 0; i < last.length; i++) if (last[i] !== key[i]) return false;
    return true;
  }

  /** Ends the page before the root of a long value, which begins the next one. */
  #breakBeforeRoot(): void {
    const { keyLength, dataLength } = this.#leaf.takeBack(this.#spare);
    const data = this.#spare.slice(keyLength, keyLength + dataLength);
    this.#flushLeaf(this.#separator(this.#spare, keyLength, data, 0, dataLength));
    this.#leaf.add(this.#spare, keyLength, data, 0, dataLength);
  }

  /** Writes what is left and the root. `externalHeader`: what tag 0 of the root holds, asked for when all is laid out. */
  finish(externalHeader: () => Uint8Array, rootFlags: number = PageFlag.Root): void {
    const single = this.#leafPgno === 0 && this.#levels.length === 0;
    if (single && this.#leaf.fitsPlain(externalHeader().length)) {
      this.#write(this.#leaf, this.#options.pgnoFDP, 0, 0, PageFlag.Leaf | rootFlags, externalHeader());
      return;
    }
    this.#leafPgno ||= this.#options.takePage();
    this.#write(this.#leaf, this.#leafPgno, this.#leafPrev, 0, PageFlag.Leaf);
    this.#finishLevels(externalHeader, rootFlags);
  }

  #finishLevels(externalHeader: () => Uint8Array, rootFlags: number): void {
    let child = this.#leafPgno;
    for (let level = 0; ; level++) {
      if (!this.#level(level).add(NO_KEY, child)) {
        this.#flushBranch(level);
        this.#level(level).add(NO_KEY, child);
      }
      const top = level === this.#levels.length - 1;
      if (top && this.#level(level).builder.fitsPlain(externalHeader().length)) {
        this.#write(
          this.#level(level).builder,
          this.#options.pgnoFDP,
          0,
          0,
          levelFlags(level) | rootFlags,
          externalHeader(),
        );
        return;
      }
      child = this.#options.takePage();
      this.#write(this.#level(level).builder, child, 0, 0, levelFlags(level));
    }
  }

  /** The shortest key that lies after the last node and not after the next one. */
  #separator(key: Uint8Array, keyLength: number, data: Uint8Array, dataStart: number, dataLength: number): Uint8Array {
    const { nonUnique } = this.#options;
    const last = nonUnique ? this.#leaf.lastKeyAndData : this.#leaf.lastKey;
    const next = new Uint8Array(keyLength + (nonUnique ? dataLength : 0));
    next.set(key.subarray(0, keyLength));
    if (nonUnique) next.set(data.subarray(dataStart, dataStart + dataLength), keyLength);
    let i = 0;
    while (i < last.length && i < next.length && last[i] === next[i]) i++;
    return next.slice(0, Math.min(i + 1, next.length));
  }

  #flushLeaf(separator: Uint8Array): void {
    this.#leafPgno ||= this.#options.takePage();
    const next = this.#options.takePage();
    this.#write(this.#leaf, this.#leafPgno, this.#leafPrev, next, PageFlag.Leaf);
    this.#leaf.clear();
    this.#addChild(0, separator, this.#leafPgno);
    this.#leafPrev = this.#leafPgno;
    this.#leafPgno = next;
  }

  #addChild(level: number, separator: Uint8Array, pgno: number): void {
    if (this.#level(level).add(separator, pgno)) return;
    this.#flushBranch(level);
    this.#level(level).add(separator, pgno);
  }

  /** Writes a full branch page; its last separator bounds it in the level above. */
  #flushBranch(level: number): void {
    const { builder } = this.#level(level);
    const pgno = this.#options.takePage();
    const bound = builder.lastKey.slice();
    this.#write(builder, pgno, 0, 0, levelFlags(level));
    builder.clear();
    this.#addChild(level + 1, bound, pgno);
  }

  #level(level: number): BranchLevel {
    return (this.#levels[level] ??= new BranchLevel(this.#target.format));
  }

  #write(
    builder: PageBuilder,
    pgno: number,
    pgnoPrev: number,
    pgnoNext: number,
    flags: number,
    header?: Uint8Array,
  ): void {
    const { layout, nextDbtime, sink } = this.#target;
    const { objid, fFlags } = this.#options;
    const identity = { pgno, pgnoPrev, pgnoNext, objidFDP: objid, fFlags: fFlags | flags, dbtime: nextDbtime() };
    builder.encode(this.#page, identity, layout, header);
    sink.write(pgno, this.#page);
    this.pages++;
  }
}

/** Flags of branch pages by their height over the leaves. */
function levelFlags(level: number): number {
  return level === 0 ? PageFlag.ParentOfLeaf : 0;
}
