// A secondary index of a damaged table, built anew from the records that are kept (format 7, 10.3). Entries with sort keys
// of Unicode text that cannot be made here are copied from what is left of the old index.
import { copyBytes } from '../../ese/build/byte-arena.ts';
import type { BuildingTree } from '../../ese/build/database-builder.ts';
import type { Sorter } from '../../ese/build/sorter.ts';
import { hasUnicodeSegment, type IndexDef } from '../../ese/catalog/index-def.ts';
import { compareKeys } from '../../ese/norm/compare-keys.ts';
import { IndexKeys } from '../../ese/norm/index-keys.ts';
import type { RecordReader } from '../../ese/record/record-reader.ts';
import type { FileScan } from './file-scan.ts';
import { LeafKind } from './leaf-register.ts';
import { OldEntries } from './old-entries.ts';

const KEY_MOST = 0x4000;

/** One index under reconstruction: `record` for every record in primary order, then `write`. */
export class IndexRebuild {
  readonly index: IndexDef;
  /** Records that should have an entry and got none. */
  missing = 0;
  /** Entries so far. */
  entries = 0;
  /** Records left out of a unique index because another has their key. */
  duplicates = 0;
  readonly #keys: IndexKeys;
  readonly #sorter: Sorter;
  readonly #old: OldEntries | undefined;
  readonly #single: boolean;
  /** Of the present record, in indexes of Unicode text: keys known by their beginning, and keys that were made. */
  readonly #prefixes: Uint8Array[] = [];
  readonly #made: Uint8Array[] = [];
  #bookmark: Uint8Array = new Uint8Array(0);
  #bookmarkLength = 0;

  constructor(scan: FileScan, index: IndexDef, sorter: () => Sorter) {
    this.index = index;
    const { definition } = index;
    this.#keys = new IndexKeys(definition);
    this.#sorter = sorter();
    this.#single = definition.tuple === undefined && !definition.segments.some((segment) => segment.multiValued);
    if (!hasUnicodeSegment(index)) return;
    this.#old = new OldEntries(sorter());
    this.#old.collect(scan, scan.leaves.of(index.tree.objid, LeafKind.Index));
  }

  /** Adds the entries of the record that `reader` is at. */
  record(reader: RecordReader, bookmark: Uint8Array, bookmarkLength: number): void {
    this.#bookmark = bookmark;
    this.#bookmarkLength = bookmarkLength;
    this.#prefixes.length = 0;
    this.#made.length = 0;
    this.#keys.of(reader, this.#take);
    if (this.#old !== undefined) this.#copyOld(this.#old);
  }

  readonly #take = (key: Uint8Array, length: number, exact: boolean): void => {
    if (exact) {
      this.#add(key, length);
      if (this.#old !== undefined) this.#made.push(key.slice(0, length));
    } else this.#prefixes.push(key.slice(0, length));
  };

  /** Entries whose keys cannot be made: those that fit what is known of them, and are not the ones that were made. */
  #copyOld(old: OldEntries): void {
    const keys = old.of(this.#bookmark, this.#bookmarkLength);
    if (this.#prefixes.length === 0) return;
    const fitting = keys.filter(
      (key) =>
        this.#prefixes.some((prefix) => prefix.every((byte, i) => key[i] === byte)) &&
        !this.#made.some((made) => made.length === key.length && made.every((byte, i) => key[i] === byte)),
    );
    // Several keys for one value: the index was being changed. The newest page says how it came out.
    const used = this.#single ? fitting.slice(-1) : unique(fitting);
    if (used.length === 0) this.missing++;
    for (const key of used) this.#add(key, key.length);
  }

  #add(key: Uint8Array, length: number): void {
    this.entries++;
    this.#sorter.add(key, 0, length, this.#bookmark, 0, this.#bookmarkLength);
  }

  /** Writes all entries in order. */
  write(tree: BuildingTree): void {
    const { unique: isUnique } = this.index.definition;
    const key = new Uint8Array(KEY_MOST);
    const before = new Uint8Array(KEY_MOST);
    let beforeLength = -1;
    for (const { bytes, keyStart, keyLength, dataStart, dataLength } of this.#sorter.sorted()) {
      copyBytes(bytes, keyStart, keyStart + keyLength, key, 0);
      if (isUnique) {
        if (compareKeys(key, 0, keyLength, before, 0, beforeLength) === 0) {
          this.duplicates++;
          continue;
        }
        copyBytes(key, 0, keyLength, before, 0);
        beforeLength = keyLength;
      }
      tree.append(key, keyLength, bytes, dataStart, dataLength);
    }
    this.close();
  }

  close(): void {
    this.#sorter.close();
    this.#old?.close();
  }
}

function unique(keys: readonly Uint8Array[]): Uint8Array[] {
  const seen = new Set<string>();
  return keys.filter((key) => {
    const name = String.fromCharCode(...key);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
