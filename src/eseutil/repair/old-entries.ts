// Entries of an index as its readable leaves have them, in the order of the records they belong to (format 7.5).
import { copyBytes } from '../../ese/build/byte-arena.ts';
import type { Sorter, SortedEntry } from '../../ese/build/sorter.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { NodeView } from '../../ese/page/node.ts';
import type { FileScan } from './file-scan.ts';

const KEY_MOST = 0x4000;
const DBTIME_SIZE = 8;

/** Entries of the old index, by bookmark. */
export class OldEntries {
  readonly #sorter: Sorter;
  #iterator: Iterator<SortedEntry> | undefined;
  #entry: SortedEntry | undefined;
  /** Bookmarks that were passed over: nobody asked for them. */
  unclaimed = 0;
  #lastUnclaimed = new Uint8Array(KEY_MOST);
  #lastLength = -1;

  constructor(sorter: Sorter) {
    this.#sorter = sorter;
  }

  /** Collects what leaves hold, by their numbers in the register. Of several keys of a record the newest page's is last. */
  collect(scan: FileScan, entries: Iterable<number>): void {
    const { leaves, pages } = scan;
    const node = new NodeView();
    const buffer = new Uint8Array(pages.format.pageSize);
    const data = new Uint8Array(DBTIME_SIZE + KEY_MOST);
    const view = new DataView(data.buffer);
    for (const entry of entries) {
      const page = pages.readInto(leaves.pgno[entry]!, buffer);
      if (page === undefined) continue;
      view.setBigUint64(0, page.dbtimeDirtied, false);
      for (let line = 0; line < page.lineCount; line++) {
        if (!node.load(page, line) || node.isDeleted || node.keyLength > KEY_MOST) continue;
        const length = node.copyKey(data, DBTIME_SIZE);
        this.#sorter.add(node.bytes, node.dataStart, node.dataStart + node.dataLength, data, 0, DBTIME_SIZE + length);
      }
    }
  }

  /** Keys that the old index has for a bookmark; bookmarks must be asked for in ascending order. */
  of(bookmark: Uint8Array, length: number): Uint8Array[] {
    this.#start();
    const keys: Uint8Array[] = [];
    while (this.#entry !== undefined) {
      const { bytes, keyStart, keyLength, dataStart, dataLength } = this.#entry;
      const order = compareKeys(bytes, keyStart, keyLength, bookmark, 0, length);
      if (order > 0) break;
      if (order < 0) this.#note(this.#entry);
      if (order === 0) keys.push(bytes.slice(dataStart + DBTIME_SIZE, dataStart + dataLength));
      this.#advance();
    }
    return keys;
  }

  /** Nobody will ask any more: what is left is unclaimed. */
  finish(): void {
    this.#start();
    while (this.#entry !== undefined) {
      this.#note(this.#entry);
      this.#advance();
    }
  }

  #start(): void {
    if (this.#iterator !== undefined) return;
    this.#iterator = this.#sorter.sorted()[Symbol.iterator]();
    this.#advance();
  }

  #note({ bytes, keyStart, keyLength }: SortedEntry): void {
    if (compareKeys(bytes, keyStart, keyLength, this.#lastUnclaimed, 0, this.#lastLength) === 0) return;
    this.unclaimed++;
    copyBytes(bytes, keyStart, keyStart + keyLength, this.#lastUnclaimed, 0);
    this.#lastLength = keyLength;
  }

  #advance(): void {
    const step = this.#iterator!.next();
    this.#entry = step.done === true ? undefined : step.value;
  }

  close(): void {
    this.#sorter.close();
  }
}
