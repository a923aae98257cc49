// The nodes of a tree in key order, out of the leaves a plan names: straight from pages that are in order, sorted where
// pages overlap or contradict themselves (format 10.3: duplicates within and between pages).
import { putU16 } from '../../binary/little-endian-writer.ts';
import type { SortedEntry, Sorter } from '../../ese/build/sorter.ts';
import { u16, u32 } from '../../binary/little-endian.ts';
import { NodeView } from '../../ese/page/node.ts';
import { PageFlag } from '../../ese/page/page-flags.ts';
import type { Page } from '../../ese/page/page.ts';
import { CoveredRanges } from './covered-ranges.ts';
import type { LeafPlan } from './leaf-plan.ts';
import type { LeafRegister } from './leaf-register.ts';
import type { RescuePages } from './rescue-pages.ts';

/** A node on its way. One object serves a whole walk; its bytes are valid during the visit. */
export interface RescuedNode {
  key: Uint8Array;
  keyLength: number;
  bytes: Uint8Array;
  dataStart: number;
  dataLength: number;
  /** Tagged columns of the record are sorted (page flag NewRecordFormat). */
  sortedTagged: boolean;
  pgno: number;
  line: number;
}

/** Why a line of a page was not taken. */
export type LineLoss = 'unreadable' | 'duplicate';

/** What a walk over nodes needs. */
export interface NodeWalkOptions {
  readonly sorter: () => Sorter;
  /** Called for each line that was left out though it is neither deleted nor superseded. */
  readonly onLoss: (pgno: number, line: number, why: LineLoss) => void;
  /**
   * The key a node ought to have, into `target`; its length, or -1 to leave it as it is. Records whose columns make
   * another key are sorted to where they belong.
   */
  readonly rekey?: (node: RescuedNode, target: Uint8Array) => number;
}

const KEY_MOST = 0x4000;
/** Before the data of a sorted node: rank, flags, page, line. */
const PREFIX_SIZE = 8;

export function newNode(): RescuedNode {
  const none = new Uint8Array(0);
  return {
    key: new Uint8Array(KEY_MOST),
    keyLength: 0,
    bytes: none,
    dataStart: 0,
    dataLength: 0,
    sortedTagged: true,
    pgno: 0,
    line: 0,
  };
}

/** Walks the nodes of one tree. */
export class TreeNodes {
  readonly #pages: RescuePages;
  readonly #leaves: LeafRegister;
  readonly #plan: LeafPlan;
  readonly #options: NodeWalkOptions;
  readonly #view = new NodeView();
  readonly #node = newNode();
  readonly #buffer: Uint8Array;
  readonly #rekeyed = new Uint8Array(KEY_MOST);
  readonly #prefix = new Uint8Array(PREFIX_SIZE);
  #data = new Uint8Array(0);
  /** Lines of plain pages whose records belong elsewhere: page * 4096 + line. */
  readonly #moved = new Set<number>();
  #sorter: Sorter | undefined;
  movedCount = 0;
  /** Pages read so far are told here. */
  onPage: () => void = () => undefined;

  constructor(pages: RescuePages, leaves: LeafRegister, plan: LeafPlan, options: NodeWalkOptions) {
    this.#pages = pages;
    this.#leaves = leaves;
    this.#plan = plan;
    this.#options = options;
    this.#buffer = new Uint8Array(pages.format.pageSize);
  }

  /** Visits every live node once, in key order, no key twice. */
  walk(visit: (node: RescuedNode) => void): void {
    this.#findMoved();
    for (const cluster of this.#plan.tangled) this.#untangle(cluster);
    const sorted = this.#sorter?.sorted()[Symbol.iterator]();
    this.#merge(sorted, visit);
    this.#sorter?.close();
  }

  #merge(sorted: Iterator<SortedEntry> | undefined, visit: (node: RescuedNode) => void): void {
    let pending = nextEntry(sorted);
    const last = { key: new Uint8Array(KEY_MOST), length: -1 };
    const give = (node: RescuedNode): void => {
      if (last.length >= 0 && compare(node.key, node.keyLength, last.key, last.length) <= 0) {
        this.#options.onLoss(node.pgno, node.line, 'duplicate');
        return;
      }
      if (sorted !== undefined) {
        last.key.set(node.key.subarray(0, node.keyLength));
        last.length = node.keyLength;
      }
      visit(node);
    };
    const scratch = newNode();
    for (const entry of this.#plan.plain) {
      this.#plainPage(entry, (node) => {
        while (pending !== undefined && this.#isBefore(pending, node)) {
          this.#fromSorted(pending, scratch);
          pending = nextEntry(sorted);
          give(scratch);
        }
        give(node);
      });
      this.onPage();
    }
    for (; pending !== undefined; pending = nextEntry(sorted)) {
      this.#fromSorted(pending, scratch);
      give(scratch);
    }
  }

  #isBefore({ bytes, keyStart, keyLength }: SortedEntry, node: RescuedNode): boolean {
    return compare(bytes.subarray(keyStart, keyStart + keyLength), keyLength, node.key, node.keyLength) < 0;
  }

  /** Live nodes of a page in order, but for those that were moved. */
  #plainPage(entry: number, visit: (node: RescuedNode) => void): void {
    const page = this.#pages.readInto(this.#leaves.pgno[entry]!, this.#buffer);
    if (page === undefined) return;
    for (let line = 0; line < page.lineCount; line++) {
      if (this.#load(page, line, this.#node) && !this.#moved.has(page.pgno * 4096 + line)) visit(this.#node);
    }
  }

  #load(page: Page, line: number, node: RescuedNode, quiet = false): boolean {
    const view = this.#view;
    if (!view.load(page, line) || view.keyLength > KEY_MOST) {
      if (!quiet) this.#options.onLoss(page.pgno, line, 'unreadable');
      return false;
    }
    if (view.isDeleted) return false;
    node.keyLength = view.copyKey(node.key);
    node.bytes = view.bytes;
    node.dataStart = view.dataStart;
    node.dataLength = view.dataLength;
    node.sortedTagged = (page.fFlags & PageFlag.NewRecordFormat) !== 0;
    node.pgno = page.pgno;
    node.line = line;
    return true;
  }

  /** Finds records on plain pages that stand at a key their columns do not make. */
  #findMoved(): void {
    const { rekey } = this.#options;
    if (rekey === undefined) return;
    const node = this.#node;
    for (const entry of this.#plan.plain) {
      const page = this.#pages.readInto(this.#leaves.pgno[entry]!, this.#buffer);
      for (let line = 0; page !== undefined && line < page.lineCount; line++) {
        if (!this.#load(page, line, node, true)) continue;
        const length = rekey(node, this.#rekeyed);
        if (length < 0) continue;
        this.#moved.add(page.pgno * 4096 + line);
        this.movedCount++;
        this.#add(node, this.#rekeyed, length, 1);
      }
    }
  }

  /** Sorts the nodes of pages that overlap: each page counts where no better one has spoken. */
  #untangle(cluster: readonly number[]): void {
    const covered = new CoveredRanges();
    const node = this.#node;
    for (const entry of cluster) {
      const page = this.#pages.readInto(this.#leaves.pgno[entry]!, this.#buffer);
      if (page === undefined) continue;
      for (let line = 0; line < page.lineCount; line++) {
        if (!this.#load(page, line, node) || covered.has(node.key, node.keyLength)) continue;
        const length = this.#options.rekey?.(node, this.#rekeyed) ?? -1;
        if (length >= 0) this.movedCount++;
        this.#add(
          node,
          length < 0 ? node.key : this.#rekeyed,
          length < 0 ? node.keyLength : length,
          length < 0 ? 0 : 1,
        );
      }
      if (cluster.length > 1) covered.add(this.#leaves.key(entry, true), this.#leaves.key(entry, false));
      this.onPage();
    }
  }

  #add(node: RescuedNode, key: Uint8Array, keyLength: number, rank: number): void {
    const size = PREFIX_SIZE + node.dataLength;
    if (this.#data.length < size) this.#data = new Uint8Array(size * 2);
    const prefix = this.#prefix;
    prefix[0] = rank;
    prefix[1] = Number(node.sortedTagged);
    putU16(prefix, 2, node.pgno & 0xffff);
    putU16(prefix, 4, node.pgno >>> 16);
    putU16(prefix, 6, node.line);
    this.#data.set(prefix);
    this.#data.set(node.bytes.subarray(node.dataStart, node.dataStart + node.dataLength), PREFIX_SIZE);
    this.#sorter ??= this.#options.sorter();
    this.#sorter.add(key, 0, keyLength, this.#data, 0, size);
  }

  #fromSorted(entry: SortedEntry, node: RescuedNode): void {
    const { bytes, keyStart, keyLength, dataStart, dataLength } = entry;
    node.key.set(bytes.subarray(keyStart, keyStart + keyLength));
    node.keyLength = keyLength;
    node.sortedTagged = bytes[dataStart + 1] !== 0;
    node.pgno = u32(bytes, dataStart + 2);
    node.line = u16(bytes, dataStart + 6);
    // The sorter's bytes change with the next entry, which may be fetched before this one is done with.
    node.dataLength = dataLength - PREFIX_SIZE;
    node.bytes = bytes.slice(dataStart + PREFIX_SIZE, dataStart + dataLength);
    node.dataStart = 0;
  }
}

function nextEntry(sorted: Iterator<SortedEntry> | undefined): SortedEntry | undefined {
  const step = sorted?.next();
  return step === undefined || step.done === true ? undefined : step.value;
}

function compare(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  const common = Math.min(aLength, bLength);
  for (let i = 0; i < common; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
