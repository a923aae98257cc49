// Builds the long-value tree of a table: values get ascending ids and go into chunks (format 6.5).
import { u32 } from '../../binary/little-endian.ts';
import type { LongValueFinder, LongValueResult } from '../lv/long-values.ts';
import type { DatabaseBuilder, BuildingTree } from './database-builder.ts';

const LID_SIZE = 4;
const LVROOT_SIZE = 8;

/**
 * Long values of one table under construction. The tree is made with the first value. Values can be read back until
 * `forget`: keys of the row they belong to are made of them.
 */
export class LongValueBuilder implements LongValueFinder {
  readonly #builder: DatabaseBuilder;
  readonly #parent: BuildingTree;
  readonly #chunkMax: number;
  readonly #nextObjid: () => number;
  readonly #key = new Uint8Array(LID_SIZE + 4);
  readonly #keyView = new DataView(this.#key.buffer);
  readonly #root = new Uint8Array(LVROOT_SIZE);
  #tree: BuildingTree | undefined;
  #lid = 0;
  readonly #recent = new Map<number, Uint8Array>();

  constructor(builder: DatabaseBuilder, parent: BuildingTree, chunkMax: number, nextObjid: () => number) {
    this.#builder = builder;
    this.#parent = parent;
    this.#chunkMax = chunkMax;
    this.#nextObjid = nextObjid;
  }

  /** The tree, when any value was added. */
  get tree(): { readonly objid: number; readonly pgnoFDP: number } | undefined {
    return this.#tree;
  }

  /** Stores a value referred to once; returns its id as records hold it. `pack` gives the shorter form of a chunk. */
  add(value: Uint8Array, pack?: (chunk: Uint8Array) => Uint8Array | undefined): Uint8Array {
    this.#tree ??= this.#builder.child(this.#parent, { objid: this.#nextObjid(), kind: 'long-value' });
    this.#lid++;
    this.#keyView.setUint32(0, this.#lid, false);
    const root = new DataView(this.#root.buffer);
    root.setUint32(0, 1, true);
    root.setUint32(4, value.length, true);
    this.#tree.append(this.#key, LID_SIZE, this.#root, 0, LVROOT_SIZE);
    for (let offset = 0; offset < value.length; offset += this.#chunkMax) {
      const chunk = value.subarray(offset, offset + this.#chunkMax);
      const stored = pack?.(chunk) ?? chunk;
      this.#keyView.setUint32(LID_SIZE, offset, false);
      this.#tree.append(this.#key, this.#key.length, stored, 0, stored.length);
    }
    const lid = new Uint8Array(LID_SIZE);
    new DataView(lid.buffer).setUint32(0, this.#lid, true);
    this.#recent.set(this.#lid, value);
    return lid;
  }

  /** A value added since `forget`, whole. */
  read(lid: Uint8Array): LongValueResult {
    const bytes = this.#recent.get(u32(lid, 0));
    if (bytes !== undefined) return { ok: true, bytes, encrypted: false };
    return { ok: false, reason: 'it was not kept', missing: true, partial: new Uint8Array(0) };
  }

  /** Lets go of the values so far; they stay in the tree. */
  forget(): void {
    this.#recent.clear();
  }

  /** Writes what is left of the tree. */
  finish(): void {
    this.#tree?.finish();
  }
}
