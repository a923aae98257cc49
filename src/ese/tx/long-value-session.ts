// Long values as a session sees them, read whole, by range, or for keys (format 6.5; ErrRECRetrieveSLongField in lv.cxx).
import { JetError } from '../../errors/jet-error.ts';
import {
  chunkBytes,
  LONG_VALUE_LIMIT,
  longValueKey,
  parseLongValueRoot,
  type LongValueFinder,
  type LongValueResult,
  type LongValueRoot,
} from '../lv/long-values.ts';
import { chunkKey } from './long-value-keys.ts';
import type { VersionedTree } from './versioned-tree.ts';

const NOTHING = new Uint8Array(0);

/** Reads the long values of one table for one session. */
export class LongValueSession implements LongValueFinder {
  /** Plain bytes of every chunk of a value but its last. */
  readonly chunkMax: number;
  readonly #tree: VersionedTree;

  constructor(tree: VersionedTree, chunkMax: number) {
    this.#tree = tree;
    this.chunkMax = chunkMax;
  }

  /** The root with this key; undefined: the session sees none. */
  root(key: Uint8Array): LongValueRoot | undefined {
    const data = this.#tree.get(key);
    return data === undefined ? undefined : parseLongValueRoot(data);
  }

  /** The root with this key. @throws JetError JET_errLVCorrupted when there is none. */
  mustHave(key: Uint8Array): LongValueRoot {
    const root = this.root(key);
    if (root !== undefined) return root;
    throw this.#corrupted('a record refers to a long value that is not there');
  }

  /** The plain bytes of a chunk that is `expected` bytes long. @throws JetError JET_errLVCorrupted. */
  chunk(key: Uint8Array, offset: number, expected: number): Uint8Array {
    const piece = this.#piece(key, offset, expected);
    if (typeof piece !== 'string') return piece;
    throw this.#corrupted(`the chunk at ${offset} of a long value ${piece}`);
  }

  /** Bytes of a value, `lid` as in the record. @throws JetError JET_errLVCorrupted. */
  size(lid: Uint8Array): number {
    return this.mustHave(longValueKey(lid)).size;
  }

  /**
   * Reads bytes of a value from `offset` on into `target`, as many as there are and fit; their number.
   * @throws JetError JET_errLVCorrupted, JET_errFeatureNotAvailable (the value is encrypted).
   */
  readRange(lid: Uint8Array, offset: number, target: Uint8Array): number {
    const key = longValueKey(lid);
    const { size, encrypted } = this.mustHave(key);
    if (encrypted) throw new JetError('JET_errFeatureNotAvailable', 'encrypted long values are not decrypted');
    const end = Math.min(size, offset + target.length);
    let done = 0;
    for (let at = offset - (offset % this.chunkMax); at < end; at += this.chunkMax) {
      const piece = this.chunk(key, at, Math.min(this.chunkMax, size - at));
      const from = Math.max(offset - at, 0);
      const part = piece.subarray(from, Math.min(piece.length, end - at));
      target.set(part, done);
      done += part.length;
    }
    return done;
  }

  /** As LongValues.read: the first `most` bytes of a value at least, or what is wrong. */
  read(lid: Uint8Array, most: number = LONG_VALUE_LIMIT): LongValueResult {
    const key = longValueKey(lid);
    const root = this.root(key);
    if (root === undefined) {
      return { ok: false, reason: 'there is no such long value', missing: true, partial: NOTHING };
    }
    const { size, encrypted } = root;
    const chunks = Math.ceil(Math.min(size, most) / this.chunkMax);
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (let i = 0; i < chunks; i++) {
      const offset = i * this.chunkMax;
      const expected = Math.min(this.chunkMax, size - offset);
      const piece = encrypted
        ? (this.#tree.get(chunkKey(key, offset)) ?? 'is missing')
        : this.#piece(key, offset, expected);
      if (typeof piece === 'string') {
        const reason = `the chunk at ${offset} of ${size} ${piece}`;
        return { ok: false, reason, missing: false, partial: joined(pieces, total) };
      }
      pieces.push(piece);
      total += piece.length;
    }
    return { ok: true, bytes: joined(pieces, total), encrypted };
  }

  #piece(key: Uint8Array, offset: number, expected: number): Uint8Array | string {
    const data = this.#tree.get(chunkKey(key, offset));
    return data === undefined ? 'is missing' : chunkBytes(data, expected);
  }

  #corrupted(message: string): JetError {
    const { objidFDP: objid, pgnoFDP: pgno } = this.#tree.tree;
    return new JetError('JET_errLVCorrupted', message, { objid, pgno });
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
