// Long values: the tree of a table's values too big for its records (format 6.5; LVROOT in lv.hxx).
import { u32be } from '../../binary/big-endian.ts';
import { u32 } from '../../binary/little-endian.ts';
import { BTreeCursor, type TreeFaultHandler } from '../btree/cursor.ts';
import type { TreeRef } from '../btree/tree.ts';
import { decompress } from '../compression/decompress.ts';
import type { PageReader } from '../page/page-reader.ts';

/** Size of a long value's root data: reference count and size, and in the newer form a flag byte. */
const LVROOT_SIZE = 8;
const LVROOT2_SIZE = 9;
const LVROOT_ENCRYPTED = 1;

/** The root node of a long value. */
export interface LongValueRoot {
  readonly refCount: number;
  /** Bytes of the whole value, decompressed. */
  readonly size: number;
  readonly encrypted: boolean;
}

/** Outcome of reading a long value: its bytes, or what is wrong. `partial` holds what comes before the damage. */
export type LongValueResult =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly encrypted: boolean }
  | { readonly ok: false; readonly reason: string; readonly missing: boolean; readonly partial: Uint8Array };

/** Largest long value that is gathered into one piece; greater ones are read by `chunks`. */
export const LONG_VALUE_LIMIT = 0x7fffffff;

/** Parses the data of a long value's root node; undefined when it is none. */
export function parseLongValueRoot(data: Uint8Array): LongValueRoot | undefined {
  if (data.length !== LVROOT_SIZE && data.length !== LVROOT2_SIZE) return undefined;
  const flags = data.length === LVROOT2_SIZE ? data[LVROOT_SIZE]! : 0;
  return { refCount: u32(data, 0), size: u32(data, 4), encrypted: (flags & LVROOT_ENCRYPTED) !== 0 };
}

/** The tree key of a long-value id: the id as it stands in a record is little-endian, the key big-endian. */
export function longValueKey(lid: Uint8Array): Uint8Array {
  return Uint8Array.from(lid).reverse();
}

/** What a key of a long-value tree names. `offset` is undefined for a root, else the chunk's place in the value. */
export interface LongValueKey {
  /** Bytes of the id at the beginning of the key: 4 or 8. */
  readonly lidLength: number;
  readonly offset?: number;
}

/** Tells roots from chunks: 4 bytes LID32, 12 LID64 chunk, 8 LID64 root when its top bit is set, else LID32 chunk. */
export function parseLongValueKey(key: Uint8Array): LongValueKey | undefined {
  switch (key.length) {
    case 4:
      return { lidLength: 4 };
    case 8:
      return (key[0]! & 0x80) !== 0 ? { lidLength: 8 } : { lidLength: 4, offset: u32be(key, 4) };
    case 12:
      return { lidLength: 8, offset: u32be(key, 8) };
    default:
      return undefined;
  }
}

/** The long values of one table. */
export class LongValues {
  /** Uncompressed bytes of every chunk of a value but its last. */
  readonly chunkMax: number;
  readonly #cursor: BTreeCursor;
  #fault = '';

  constructor(pages: PageReader, tree: TreeRef, chunkMax: number, onFault?: TreeFaultHandler) {
    this.chunkMax = chunkMax;
    this.#cursor = new BTreeCursor(pages, tree, {
      onFault: (pgno, parent, reason) => {
        this.#fault = typeof reason === 'string' ? `page ${pgno} ${reason}` : reason.message;
        onFault?.(pgno, parent, reason);
      },
    });
  }

  /** Reference count and size of a value; undefined when there is no such value. `lid` as in the record. */
  root(lid: Uint8Array): LongValueRoot | undefined {
    const key = longValueKey(lid);
    this.#fault = '';
    if (!this.#cursor.seek(key) || this.#cursor.node.compareKey(key) !== 0) return undefined;
    return parseLongValueRoot(this.#cursor.node.data());
  }

  /** The whole value of `lid` (4 or 8 bytes, as in the record), decompressed. */
  read(lid: Uint8Array): LongValueResult {
    const root = this.root(lid);
    const nothing = new Uint8Array(0);
    if (root === undefined) {
      const reason = this.#fault === '' ? 'there is no such long value' : `its root cannot be reached: ${this.#fault}`;
      return { ok: false, reason, missing: true, partial: nothing };
    }
    const pieces: Uint8Array[] = [];
    let done = 0;
    for (const piece of this.#chunks(longValueKey(lid), root)) {
      if (typeof piece === 'string') return { ok: false, reason: piece, missing: false, partial: concat(pieces, done) };
      pieces.push(piece);
      done += piece.length;
    }
    return { ok: true, bytes: pieces.length === 1 ? pieces[0]! : concat(pieces, done), encrypted: root.encrypted };
  }

  /** The pieces of a value in order, each at most `chunkMax` bytes; ends with a text when a piece cannot be had. */
  *chunks(lid: Uint8Array): Generator<Uint8Array | string> {
    const root = this.root(lid);
    if (root === undefined) yield 'there is no such long value';
    else yield* this.#chunks(longValueKey(lid), root);
  }

  *#chunks(key: Uint8Array, root: LongValueRoot): Generator<Uint8Array | string> {
    const cursor = this.#cursor;
    for (let offset = 0; offset < root.size;) {
      if (!cursor.next() || !this.#isChunk(key, offset)) {
        yield `the chunk at ${offset} of ${root.size} is missing${this.#fault === '' ? '' : ` (${this.#fault})`}`;
        return;
      }
      const expected = Math.min(this.chunkMax, root.size - offset);
      const piece = root.encrypted ? cursor.node.data() : chunkBytes(cursor.node.data(), expected);
      if (typeof piece === 'string') {
        yield `the chunk at ${offset} of ${root.size} ${piece}`;
        return;
      }
      yield piece;
      offset += expected;
    }
  }

  /** True when the cursor stands at the chunk of `key` at `offset`. */
  #isChunk(key: Uint8Array, offset: number): boolean {
    const { node } = this.#cursor;
    if (node.keyLength !== key.length + 4) return false;
    const chunkKey = node.key();
    return u32be(chunkKey, key.length) === offset && key.every((byte, i) => chunkKey[i] === byte);
  }
}

/** A chunk's plain bytes: shorter than expected means compressed (there is no flag). A text says what is wrong. */
export function chunkBytes(data: Uint8Array, expected: number): Uint8Array | string {
  if (data.length === expected) return data;
  if (data.length > expected) return `has ${data.length} bytes where ${expected} were expected`;
  const result = decompress(data, expected);
  if (!result.ok) return `cannot be decompressed (${result.scheme}: ${result.reason})`;
  if (result.bytes.length !== expected) return `decompresses to ${result.bytes.length} bytes, not ${expected}`;
  return result.bytes;
}

function concat(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
