// The lines of a page about to be split, with the operation that makes the split necessary done: sizes, sums and common
// key bytes that decide where to split (format 8.2; LINEINFO, ErrBTINewSplit, BTIRecalcWeightsLE).
import { PREFIX_LEAST } from '../operations/node-parts.ts';
import { SplitOper } from '../operations/split-plan.ts';
import { NodeView } from '../page/node.ts';
import type { Page } from '../page/page.ts';

/** The operation a split is made for. `key` is empty for a replace, whose node keeps its own. */
export interface SplitOperation {
  readonly splitoper: number;
  /** Line the operation inserts before, or replaces. */
  readonly iline: number;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/** Bytes of data a rollback may give line `iline` back; never less than it has now. */
export type LargestData = (page: Page, iline: number, dataLength: number) => number;

/** What a node takes besides key and data: its tag and the size of its key. */
export const NODE_OVERHEAD = 6;
/** Bytes of a prefix that save nothing: the second size word. */
export const PREFIX_OVERHEAD: number = PREFIX_LEAST - 1;

/** Room for the keys of a page to begin with. */
const KEYS_SIZE = 1 << 11;
const node = new NodeView();

/** Sizes by line; arrays have one entry more than there are lines, which `selectPrefix` uses as a sentinel. */
export class SplitLineTable {
  readonly page: Page;
  /** Undefined: the split is made without the operation, which is then tried again. */
  operation: SplitOperation | undefined;
  clines = 0;
  size: Int32Array;
  sizeMax: Int32Array;
  /** Sums of the lines up to and including each. */
  sizeLE: Int32Array;
  sizeMaxLE: Int32Array;
  /** Key bytes in common with the line before, beyond the overhead of a prefix. */
  commonPrev: Int32Array;
  /** Where the suffix of each line's key lies in the page; 0 for the line of an insert. */
  place: Int32Array;
  readonly #keyStart: Int32Array;
  readonly #keyLength: Int32Array;
  readonly #largest: LargestData | undefined;
  #keys: Uint8Array;

  constructor(page: Page, operation: SplitOperation | undefined, largest: LargestData | undefined) {
    this.page = page;
    this.operation = operation;
    this.#largest = largest;
    const most = page.lineCount + 2;
    const all = new Int32Array(8 * most);
    let used = 0;
    const array = (): Int32Array => all.subarray(used, (used += most));
    [this.size, this.sizeMax, this.sizeLE, this.sizeMaxLE] = [array(), array(), array(), array()];
    [this.commonPrev, this.place, this.#keyStart, this.#keyLength] = [array(), array(), array(), array()];
    this.#keys = new Uint8Array(KEYS_SIZE);
    this.#fill();
  }

  /** Forgets the operation: lines are those the page has. */
  dropOperation(): void {
    this.operation = undefined;
    this.#fill();
  }

  /** The key of a line, as a view that is valid until `dropOperation`. */
  key(iline: number): Uint8Array {
    return this.#keys.subarray(this.#keyStart[iline], this.#keyStart[iline]! + this.#keyLength[iline]!);
  }

  /** The data of a line with the operation done, as a view. */
  data(iline: number): Uint8Array {
    const { operation } = this;
    if (operation !== undefined && iline === operation.iline) return operation.data;
    node.load(this.page, this.#lineInPage(iline));
    return node.data();
  }

  #lineInPage(iline: number): number {
    const { operation } = this;
    const inserts = operation?.splitoper === SplitOper.insert;
    return inserts && iline > operation.iline ? iline - 1 : iline;
  }

  #fill(): void {
    const { page, operation } = this;
    this.clines = page.lineCount + (operation?.splitoper === SplitOper.insert ? 1 : 0);
    let keyEnd = 0;
    for (let iline = 0; iline < this.clines; iline++) {
      const own = operation !== undefined && iline === operation.iline ? operation : undefined;
      keyEnd = this.#addLine(iline, own, keyEnd);
    }
    this.#sum();
  }

  #addLine(iline: number, own: SplitOperation | undefined, keyEnd: number): number {
    this.#keyStart[iline] = keyEnd;
    if (own?.splitoper === SplitOper.insert) {
      this.#reserve(keyEnd + own.key.length);
      this.#keys.set(own.key, keyEnd);
      this.#setSizes(iline, own.key.length, own.data.length, own.data.length);
      this.place[iline] = 0;
      return keyEnd + own.key.length;
    }
    const line = this.#lineInPage(iline);
    node.load(this.page, line);
    const { keyLength } = node;
    this.#reserve(keyEnd + keyLength);
    node.copyKey(this.#keys, keyEnd);
    this.place[iline] = node.suffixStart;
    const dataLength = own?.data.length ?? node.dataLength;
    const largest = this.#largest?.(this.page, line, node.dataLength) ?? node.dataLength;
    this.#setSizes(iline, keyLength, dataLength, largest);
    return keyEnd + keyLength;
  }

  #setSizes(iline: number, keyLength: number, dataLength: number, dataMost: number): void {
    this.#keyLength[iline] = keyLength;
    this.size[iline] = keyLength + dataLength + NODE_OVERHEAD;
    this.sizeMax[iline] = keyLength + Math.max(dataLength, dataMost) + NODE_OVERHEAD;
  }

  #reserve(length: number): void {
    if (length <= this.#keys.length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#keys.length));
    larger.set(this.#keys);
    this.#keys = larger;
  }

  #sum(): void {
    let size = 0;
    let sizeMax = 0;
    for (let iline = 0; iline < this.clines; iline++) {
      size += this.size[iline]!;
      sizeMax += this.sizeMax[iline]!;
      this.sizeLE[iline] = size;
      this.sizeMaxLE[iline] = sizeMax;
      const common = iline === 0 ? 0 : this.#commonWithBefore(iline);
      this.commonPrev[iline] = Math.max(0, common - PREFIX_OVERHEAD);
    }
  }

  #commonWithBefore(iline: number): number {
    const keys = this.#keys;
    const [a, b] = [this.#keyStart[iline]!, this.#keyStart[iline - 1]!];
    const most = Math.min(this.#keyLength[iline]!, this.#keyLength[iline - 1]!);
    let common = 0;
    while (common < most && keys[a + common] === keys[b + common]) common++;
    return common;
  }
}

/** How many bytes two strings of bytes begin with in common. */
export function commonBytes(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let common = 0;
  while (common < most && a[common] === b[common]) common++;
  return common;
}
