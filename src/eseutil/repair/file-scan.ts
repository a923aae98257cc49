// One pass over every page of a damaged file: verify, correct, classify (format 10.3; the scan of repair.cxx).
import { JetError } from '../../errors/jet-error.ts';
import { NodeView } from '../../ese/page/node.ts';
import { correctPage, describePageChecksum, looksLikePatchPage, verifyPage } from '../../ese/page/checksum-page.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import { pageOffset } from '../../ese/page/page-reader.ts';
import { Page } from '../../ese/page/page.ts';
import { u32 } from '../../binary/little-endian.ts';
import { readRootField, type RootField } from '../../ese/space/space-header.ts';
import { LeafKind, LeafRegister } from './leaf-register.ts';
import { PageState, type RescuePages } from './rescue-pages.ts';

/** Bytes read at once. */
const CHUNK = 4 << 20;
const KEY_MOST = 0x4000;
const OBJID_OFFSET = 24;
const PGNO_OFFSET = 64;
const UNREADABLE = 0xbd;
/** No object id is as high: the catalog keeps them as signed numbers. */
const OBJID_LIMIT = 0x7fffffff;

/** The root page of some tree (not of a space tree). */
export interface ScannedRoot {
  readonly pgno: number;
  readonly objid: number;
  readonly kind: number;
  readonly dbtime: number;
  readonly field: RootField | undefined;
}

/** What the scan found. */
export class FileScan {
  readonly pages: RescuePages;
  readonly leaves: LeafRegister;
  /** Root pages by object; of several (old ones are left behind when a root moves) all. */
  readonly roots: Map<number, ScannedRoot[]> = new Map();
  /** Branch pages by object. */
  readonly branches: Map<number, number[]> = new Map();
  /** Pages that cannot be used, and the object their unproved header names. */
  readonly bad: Map<number, number> = new Map();
  readonly corrected: number[] = [];
  unwritten = 0;
  dbtimeMost = 0;
  objidMost = 0;
  /** Good pages with sorted tagged columns (NewRecordFormat), with an ECC checksum, and all. */
  sortedTaggedPages = 0;
  eccPages = 0;
  goodPages = 0;
  readonly #node = new NodeView();
  readonly #first = new Uint8Array(KEY_MOST);
  readonly #keys: [Uint8Array, Uint8Array] = [new Uint8Array(KEY_MOST), new Uint8Array(KEY_MOST)];
  readonly #strays: { place: number; pgno: number }[] = [];

  constructor(pages: RescuePages) {
    this.pages = pages;
    this.leaves = new LeafRegister(pages);
  }

  /** Scans the file. `onPages` is told how many pages were read. */
  run(onPages: (count: number) => void): void {
    const { format, pgnoLast } = this.pages;
    const perChunk = Math.max(1, Math.floor(CHUNK / format.pageSize));
    const buffer = new Uint8Array(perChunk * format.pageSize);
    for (let first = 1; first <= pgnoLast; first += perChunk) {
      const count = Math.min(perChunk, pgnoLast - first + 1);
      this.#read(pageOffset(first, format.pageSize), buffer.subarray(0, count * format.pageSize));
      for (let i = 0; i < count; i++) this.#see(buffer, i * format.pageSize, first + i);
      onPages(count);
    }
    this.#adoptStrays();
  }

  /** Reads pages; where the disk refuses, page by page: those it will not give come out as a pattern no page has. */
  #read(offset: number, target: Uint8Array): void {
    const { format, source } = this.pages;
    try {
      source.read(offset, target);
      return;
    } catch (error) {
      if (!(error instanceof JetError)) throw error;
    }
    for (let at = 0; at < target.length; at += format.pageSize) {
      const page = target.subarray(at, at + format.pageSize);
      try {
        source.read(offset + at, page);
      } catch (error) {
        if (!(error instanceof JetError)) throw error;
        page.fill(UNREADABLE);
      }
    }
  }

  /** True when some page that a tree needs cannot be used, or only after correction: no further check is needed. */
  get showsDamage(): boolean {
    const { pages, leaves } = this;
    if (this.corrected.length > 0 || pages.misplaced.size > 0) return true;
    if (this.bad.size + this.unwritten === 0) return false;
    const isGone = (pgno: number): boolean => pgno !== 0 && !pages.isUsable(pgno);
    for (let entry = 0; entry < leaves.count; entry++)
      if (isGone(leaves.pgnoNext[entry]!) || isGone(leaves.pgnoPrev[entry]!)) return true;
    return [...this.branches.values()].some((branches) => branches.some((pgno) => this.#children(pgno).some(isGone)));
  }

  #children(pgno: number): number[] {
    const page = this.pages.read(pgno);
    const children: number[] = [];
    for (let line = 0; page !== undefined && line < page.lineCount; line++)
      if (this.#node.load(page, line) && this.#node.dataLength === 4)
        children.push(u32(this.#node.bytes, this.#node.dataStart));
    return children;
  }

  #see(buffer: Uint8Array, at: number, pgno: number): void {
    const { format, pgnoLast, states } = this.pages;
    const verdict = verifyPage(buffer, at, format.pageSize, pgno, pgnoLast);
    if (verdict === 'good') {
      states[pgno] = PageState.Good;
    } else if (verdict === 'correctable' && correctPage(buffer, at, format.pageSize, pgno) !== undefined) {
      states[pgno] = PageState.Corrected;
      this.corrected.push(pgno);
    } else if (verdict === 'uninitialized') {
      states[pgno] = PageState.Unwritten;
      this.unwritten++;
      return;
    } else {
      this.#bad(buffer, at, pgno, verdict === 'wrong-page-number');
      return;
    }
    const { pageSize } = format;
    this.#classify(new Page(buffer.subarray(at, at + pageSize), format, pgno));
  }

  #bad(buffer: Uint8Array, at: number, pgno: number, stray: boolean): void {
    const { format, pgnoLast, states } = this.pages;
    if (pgno === pgnoLast && looksLikePatchPage(buffer, at)) return;
    states[pgno] = PageState.Bad;
    this.bad.set(pgno, u32(buffer, at + OBJID_OFFSET));
    if (!stray) return;
    const { pgnoActual } = describePageChecksum(buffer, at, format.pageSize, pgno, pgnoLast);
    if (pgnoActual !== undefined) this.#strays.push({ place: pgno, pgno: pgnoActual });
  }

  /**
   * Pages written to the wrong place. Their contents are sound for another number; they are taken when that page is not
   * at its own place and something else than the checksum says so too: a flipped byte can look alike.
   */
  #adoptStrays(): void {
    const { pages } = this;
    const places = new Map<number, number>();
    for (const { place, pgno } of this.#strays) places.set(pgno, places.has(pgno) ? 0 : place);
    for (const [pgno, place] of places) {
      if (place === 0 || pages.isUsable(pgno) || !this.#isWitnessed(pgno, place)) continue;
      pages.states[pgno] = PageState.Misplaced;
      pages.misplaced.set(pgno, place);
      this.bad.delete(pgno);
      const page = pages.readInto(pgno, new Uint8Array(pages.format.pageSize));
      if (page !== undefined) this.#classify(page);
    }
  }

  #isWitnessed(pgno: number, place: number): boolean {
    const { format, source } = this.pages;
    const bytes = new Uint8Array(format.pageSize);
    source.read(pageOffset(place, format.pageSize), bytes);
    if (format.extendedHeader) return u32(bytes, PGNO_OFFSET) === pgno;
    const page = new Page(bytes, format, pgno);
    const linked = (neighbour: number, back: (at: number) => number): number => {
      const entry = this.leaves.entryOf(neighbour);
      if (entry < 0 || this.leaves.objid[entry] !== page.objidFDP) return 0;
      return back(entry) === pgno ? 1 : back(entry) === place ? -1 : 0;
    };
    const votes =
      linked(page.pgnoPrev, (at) => this.leaves.pgnoNext[at]!) +
      linked(page.pgnoNext, (at) => this.leaves.pgnoPrev[at]!);
    return votes > 0 || (votes === 0 && this.#isChild(page.objidFDP, pgno, place));
  }

  /** True when a branch page of the object leads to `pgno` and none to `place`. */
  #isChild(objid: number, pgno: number, place: number): boolean {
    const children = (this.branches.get(objid) ?? []).flatMap((branch) => this.#children(branch));
    return children.includes(pgno) && !children.includes(place);
  }

  #classify(page: Page): void {
    const { fFlags, objidFDP } = page;
    if (objidFDP > this.objidMost && objidFDP < OBJID_LIMIT) this.objidMost = objidFDP;
    if ((fFlags & (PageFlag.Empty | PageFlag.PreInit)) !== 0 || page.itagMicFree === 0) return;
    const dbtime = Number(page.dbtimeDirtied);
    if (dbtime > this.dbtimeMost) this.dbtimeMost = dbtime;
    this.goodPages++;
    if ((fFlags & PageFlag.NewChecksumFormat) !== 0) this.eccPages++;
    if ((fFlags & PageFlag.NewRecordFormat) !== 0) this.sortedTaggedPages++;
    if ((fFlags & PageFlag.SpaceTree) !== 0) return;
    const kind =
      (fFlags & PageFlag.LongValue) !== 0
        ? LeafKind.LongValue
        : (fFlags & PageFlag.Index) !== 0
          ? LeafKind.Index
          : LeafKind.Table;
    if (page.isRoot) {
      const root = { pgno: page.pgno, objid: objidFDP, kind, dbtime, field: readRootField(page) };
      append(this.roots, objidFDP, root);
    }
    if (!page.isLeaf) append(this.branches, objidFDP, page.pgno);
    else this.#leaf(page, kind, dbtime);
  }

  #leaf(page: Page, kind: number, dbtime: number): void {
    const { lineCount } = page;
    if (lineCount === 0) return;
    const node = this.#node;
    let inOrder = true;
    let length = 0;
    let firstLength = -1;
    let which = 0;
    // Entries of indexes are sorted anew: their order does not matter.
    const step = kind === LeafKind.Index ? Math.max(1, lineCount - 1) : 1;
    for (let line = 0; line < lineCount; line += step) {
      if (!node.load(page, line) || node.keyLength > KEY_MOST) {
        inOrder = false;
        continue;
      }
      if (firstLength < 0) {
        firstLength = node.copyKey(this.#first);
      } else if (kind !== LeafKind.Index && node.compareKey(this.#keys[which]!, length) <= 0) {
        inOrder = false;
      }
      which ^= 1;
      length = node.copyKey(this.#keys[which]!);
    }
    if (firstLength < 0) return;
    if (!inOrder) {
      this.#extremes(page, kind, dbtime);
      return;
    }
    const { pgno, objidFDP: objid, pgnoPrev, pgnoNext, isRoot } = page;
    const leaf = { pgno, objid, kind, dbtime, pgnoPrev, pgnoNext, isRoot, inOrder, lines: lineCount };
    this.leaves.add(leaf, this.#first, firstLength, this.#keys[which]!, length);
  }

  /** A page whose keys do not ascend: its range is from the least key to the greatest. */
  #extremes(page: Page, kind: number, dbtime: number): void {
    const node = this.#node;
    let least: Uint8Array | undefined;
    let greatest: Uint8Array | undefined;
    for (let line = 0; line < page.lineCount; line++) {
      if (!node.load(page, line) || node.keyLength > KEY_MOST) continue;
      if (least === undefined || node.compareKey(least) < 0) least = node.key();
      if (greatest === undefined || node.compareKey(greatest) > 0) greatest = node.key();
    }
    if (least === undefined || greatest === undefined) return;
    const { pgno, objidFDP: objid, pgnoPrev, pgnoNext, isRoot, lineCount: lines } = page;
    const leaf = { pgno, objid, kind, dbtime, pgnoPrev, pgnoNext, isRoot, inOrder: false, lines };
    this.leaves.add(leaf, least, least.length, greatest, greatest.length);
  }
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
