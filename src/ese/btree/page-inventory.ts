// Which leaf pages each object has, found by scanning every page header: the way back when branch pages are lost.
import { JetError } from '../../errors/jet-error.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { u16, u32 } from '../../binary/little-endian.ts';
import { inKeyOrder } from './leaf-walk.ts';
import { treeMismatch, type TreeRef } from './tree.ts';
import { NodeView } from '../page/node.ts';
import { PageFlag } from '../page/page-flags.ts';
import { pageOffset, type PageReader } from '../page/page-reader.ts';
import type { PageSet } from '../page/page-set.ts';
import type { Page } from '../page/page.ts';

/** Bytes read at once. */
const CHUNK = 4 << 20;

/** Reads pages; returns how many came whole. What cannot be read holds no leaf that could be used. */
function readPages(source: ByteSource, offset: number, target: Uint8Array, pageSize: number): number {
  try {
    return Math.floor(source.read(offset, target) / pageSize);
  } catch (error) {
    if (!(error instanceof JetError)) throw error;
  }
  let whole = 0;
  for (let at = 0; at < target.length; at += pageSize) {
    const page = target.subarray(at, at + pageSize);
    page.fill(0);
    try {
      source.read(offset + at, page);
      whole = at / pageSize + 1;
    } catch (error) {
      if (!(error instanceof JetError)) throw error;
    }
  }
  return whole;
}

/** Leaf pages by object, told by page headers alone. Built in one scan of the file. */
export class PageInventory {
  readonly #pages: PageReader;
  readonly #leaves = new Map<number, number[]>();
  readonly #emptied = new Map<number, number[]>();

  constructor(pages: PageReader) {
    this.#pages = pages;
    this.#scan();
  }

  #scan(): void {
    const { format, pgnoLast, source } = this.#pages;
    const perChunk = Math.max(1, Math.floor(CHUNK / format.pageSize));
    const buffer = new Uint8Array(perChunk * format.pageSize);
    for (let first = 1; first <= pgnoLast; first += perChunk) {
      const count = Math.min(perChunk, pgnoLast - first + 1);
      const whole = readPages(
        source,
        pageOffset(first, format.pageSize),
        buffer.subarray(0, count * format.pageSize),
        format.pageSize,
      );
      for (let i = 0; i < whole; i++) this.#note(buffer, i * format.pageSize, first + i);
    }
  }

  #note(buffer: Uint8Array, at: number, pgno: number): void {
    const flags = u32(buffer, at + 36);
    if ((flags & PageFlag.Leaf) === 0 || (flags & PageFlag.SpaceTree) !== 0) return;
    const isEmptied = (flags & PageFlag.Empty) !== 0 || (u16(buffer, at + 34) & 0x0fff) < 2;
    const pages = isEmptied ? this.#emptied : this.#leaves;
    const objid = u32(buffer, at + 24);
    const known = pages.get(objid);
    if (known === undefined) pages.set(objid, [pgno]);
    else known.push(pgno);
  }

  /** Leaf pages that name `objid` and have no lines (any more), in file order: freed ones, mostly. */
  emptiedLeavesOf(objid: number): readonly number[] {
    return this.#emptied.get(objid) ?? [];
  }

  /** Numbers of the leaf pages that name `objid`, in file order. They may be stale. */
  leavesOf(objid: number): readonly number[] {
    return this.#leaves.get(objid) ?? [];
  }

  /** Objects that have leaf pages. */
  get objids(): number[] {
    return [...this.#leaves.keys()];
  }

  /** Readable leaf pages of `tree` outside `seen`, keys after `low` and below `high` (empty: no bound), in key order. */
  orphanLeaves(tree: TreeRef, seen: PageSet, low: Uint8Array, high: Uint8Array): Page[] {
    const found: Page[] = [];
    const node = new NodeView();
    for (const pgno of this.leavesOf(tree.objid)) {
      if (seen.has(pgno)) continue;
      const page = this.#pages.tryRead(pgno);
      if (page instanceof Error || treeMismatch(page, tree) !== undefined || page.lineCount === 0) continue;
      if (low.length > 0 && !(node.load(page, 0) && node.compareKey(low) > 0)) continue;
      if (high.length > 0 && !(node.load(page, page.lineCount - 1) && node.compareKey(high) < 0)) continue;
      found.push(page);
    }
    return inKeyOrder(found);
  }
}
