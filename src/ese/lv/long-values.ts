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

/** Whoever can give the bytes of a long value by its id. */
export interface LongValueFinder {
  /** The first `most` bytes of a value; `lid` as in the record. */
  read(lid: Uint8Array, most?: number): LongValueResult;
}

const NOTHING = new Uint8Array(0);

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
  const { length } = lid;
  const key = new Uint8Array(length);
  for (let i = 0; i < length; i++) key[i] = lid[length - 1 - i]!;
  return key;
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
export class LongValues implements LongValueFinder {
  /** Uncompressed bytes of every chunk of a value but its last. */
  readonly chunkMax: number;
  readonly #cursor: BTreeCursor;
  #fault = '';
  /** The value that `open` found, and how far `nextPiece` has got. */
  #key: Uint8Array = NOTHING;
  #root: LongValueRoot | undefined;
  #offset = 0;

  /** `deleted`: find values flagged deleted as well, for records that are deleted themselves. */
  constructor(pages: PageReader, tree: TreeRef, chunkMax: number, onFault?: TreeFaultHandler, deleted = false) {
    this.chunkMax = chunkMax;
    this.#cursor = new BTreeCursor(pages, tree, {
      deleted,
      onFault: (pgno, parent, reason) => {
        this.#fault = typeof reason === 'string' ? `page ${pgno} ${reason}` : reason.message;
        onFault?.(pgno, parent, reason);
      },
    });
  }

  /** Why the last `root` or `open` found nothing. */
  get missingReason(): string {
    return this.#fault === '' ? 'there is no such long value' : `its root cannot be reached: ${this.#fault}`;
  }

  /** Reference count and size of a value; undefined when there is no such value. `lid` as in the record. */
  root(lid: Uint8Array): LongValueRoot | undefined {
    this.#key = longValueKey(lid);
    this.#fault = '';
    const found = this.#cursor.seek(this.#key) && this.#cursor.node.compareKey(this.#key) === 0;
    return found ? parseLongValueRoot(this.#cursor.node.data()) : undefined;
  }

  /** Finds a value and makes ready for `nextPiece`. */
  open(lid: Uint8Array): LongValueRoot | undefined {
    this.#root = this.root(lid);
    this.#offset = 0;
    return this.#root;
  }

  /**
   * The next piece of the value that `open` found, decompressed, at most `chunkMax` bytes and valid until the next
   * call; undefined at the end; a text that says why when it cannot be had, and then there is nothing more.
   */
  nextPiece(): Uint8Array | string | undefined {
    const root = this.#root;
    const offset = this.#offset;
    if (root === undefined || offset >= root.size) return undefined;
    this.#root = undefined;
    const cursor = this.#cursor;
    if (!cursor.next() || !this.#isChunk(this.#key, offset))
      return `the chunk at ${offset} of ${root.size} is missing${this.#fault === '' ? '' : ` (${this.#fault})`}`;
    const expected = Math.min(this.chunkMax, root.size - offset);
    const piece = root.encrypted ? cursor.node.data() : chunkBytes(cursor.node.data(), expected);
    if (typeof piece === 'string') return `the chunk at ${offset} of ${root.size} ${piece}`;
    this.#offset = offset + expected;
    this.#root = root;
    return piece;
  }

  /**
   * The whole value of `lid` (4 or 8 bytes, as in the record), decompressed; of values longer than `most` bytes only
   * the beginning, at least so much.
   */
  read(lid: Uint8Array, most: number = LONG_VALUE_LIMIT): LongValueResult {
    const root = this.open(lid);
    if (root === undefined) return { ok: false, reason: this.missingReason, missing: true, partial: NOTHING };
    const pieces: Uint8Array[] = [];
    let done = 0;
    for (let piece = this.nextPiece(); piece !== undefined; piece = done < most ? this.nextPiece() : undefined) {
      if (typeof piece === 'string') return { ok: false, reason: piece, missing: false, partial: concat(pieces, done) };
      pieces.push(piece);
      done += piece.length;
    }
    return { ok: true, bytes: pieces.length === 1 ? pieces[0]! : concat(pieces, done), encrypted: root.encrypted };
  }

  /** The pieces of a value in order, each at most `chunkMax` bytes; ends with a text when a piece cannot be had. */
  *chunks(lid: Uint8Array): Generator<Uint8Array | string> {
    if (this.open(lid) === undefined) yield this.missingReason;
    for (let piece = this.nextPiece(); piece !== undefined; piece = this.nextPiece()) yield piece;
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
