// Hands out pages to trees under construction and writes down who owns them (format 4; the reader's counterpart is
// space/tree-space.ts). Extents are cut from the end of the file; each belongs to its table and, for an index or a
// long-value tree, to that as well.

/** A run of pages. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
}

/** Source of extents: the end of the file, or the table a tree belongs to. */
export interface ExtentSource {
  /** A new extent of `count` pages. */
  takeExtent(count: number): PageRun;
}

/** The end of the file. */
export class FileSpace implements ExtentSource {
  /** First page not handed out yet. */
  next: number;

  constructor(first: number) {
    this.next = first;
  }

  takeExtent(count: number): PageRun {
    const first = this.next;
    this.next += count;
    return { first, count };
  }
}

/** Sizes of a tree's extents: the first as the engine takes them, then growing so that big trees have few. */
const EXTENT_SIZES = [3, 4, 16] as const;
const GROWTH = 1.5;
const EXTENT_MOST = 1024;

function extentSize(index: number): number {
  if (index < EXTENT_SIZES.length) return EXTENT_SIZES[index]!;
  return Math.min(EXTENT_MOST, Math.ceil(16 * GROWTH ** (index - EXTENT_SIZES.length + 1)));
}

/** The space of one tree under construction. */
export class TreeSpaceBuilder implements ExtentSource {
  readonly pgnoFDP: number;
  readonly pgnoParent: number;
  readonly nonUnique: boolean;
  readonly owned: PageRun[];
  /** Root of the owned-extents tree, once there is one; the available-extents tree follows it. */
  pgnoOE = 0;
  readonly #source: ExtentSource;
  readonly #primaryCount: number;
  /** Unused pages: first and one past the last of each run. */
  #free: { next: number; end: number }[];
  #taken = 0;

  /** `primary` is the extent whose first page is the root; `used` of its pages are spoken for. */
  constructor(source: ExtentSource, pgnoParent: number, primary: PageRun, nonUnique: boolean, used = 1) {
    this.#source = source;
    this.pgnoFDP = primary.first;
    this.pgnoParent = pgnoParent;
    this.nonUnique = nonUnique;
    this.owned = [primary];
    this.#primaryCount = primary.count;
    this.#free = primary.count > used ? [{ next: primary.first + used, end: primary.first + primary.count }] : [];
  }

  /** True when the tree has space trees of its own. */
  get multipleExtent(): boolean {
    return this.pgnoOE !== 0;
  }

  /** One page for this tree. */
  takePage(): number {
    let run = this.#free[0];
    if (run === undefined) {
      this.#grow();
      run = this.#free[0]!;
    }
    const pgno = run.next++;
    if (run.next === run.end) this.#free.shift();
    return pgno;
  }

  /** An extent for a child: taken from the same source, owned by this tree too. */
  takeExtent(count: number): PageRun {
    const extent = this.#source.takeExtent(count);
    this.#own(extent);
    return extent;
  }

  /** Runs of owned pages that nothing uses. */
  get available(): PageRun[] {
    return this.#free.map((run) => ({ first: run.next, count: run.end - run.next }));
  }

  /** Gives the tree its space trees, if it has none yet. */
  convert(): void {
    if (this.multipleExtent) return;
    const extent = this.#source.takeExtent(extentSize(this.#taken++));
    this.owned.push(extent);
    this.pgnoOE = extent.first;
    if (extent.count > 2) this.#free.push({ next: extent.first + 2, end: extent.first + extent.count });
  }

  #grow(): void {
    if (!this.multipleExtent) {
      this.convert();
      if (this.#free.length > 0) return;
    }
    const extent = this.#source.takeExtent(extentSize(this.#taken++));
    this.owned.push(extent);
    this.#free.push({ next: extent.first, end: extent.first + extent.count });
  }

  /** A child's extent makes this tree one of several extents. */
  #own(extent: PageRun): void {
    this.convert();
    this.owned.push(extent);
  }

  /** SPACE_HEADER of the root page, as it stands when the tree is complete. */
  header(): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, this.#primaryCount, true);
    view.setUint32(4, this.pgnoParent, true);
    bytes[8] = (this.multipleExtent ? 1 : 0) | (this.nonUnique ? 2 : 0);
    view.setUint32(12, this.multipleExtent ? this.pgnoOE : this.#bitmap(), true);
    return bytes;
  }

  #bitmap(): number {
    let bits = 0;
    for (const { next, end } of this.#free)
      for (let pgno = next; pgno < end; pgno++) bits |= 1 << (pgno - this.pgnoFDP - 1);
    return bits >>> 0;
  }
}
