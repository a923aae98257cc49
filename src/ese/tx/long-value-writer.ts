// Long values written in transactions: inserted, grown, cut, changed in part, shared and let go (format 6.5;
// ErrRECAOSeparateLV, ErrRECAffectSeparateLV, ErrRECIBurstSeparateLV in lv.cxx).
import { u32be, u64be } from '../../binary/big-endian.ts';
import { u32 } from '../../binary/little-endian.ts';
import { isJetError, JetError } from '../../errors/jet-error.ts';
import { LONG_VALUE_LIMIT, longValueKey, type LongValueRoot } from '../lv/long-values.ts';
import { NodeView } from '../page/node.ts';
import { Oper } from '../recovery/version-list.ts';
import { ChunkDiff } from './chunk-diff.ts';
import { deleteLongValue } from './long-value-cleaner.ts';
import { chunkKey, REFERENCES_AT, reversed, rootData } from './long-value-keys.ts';
import { LongValueSession } from './long-value-session.ts';
import { replaceByDiffRecord } from './replace-diff-record.ts';
import type { Transactions } from './transactions.ts';
import { TreePath } from './tree-path.ts';
import type { TxSession } from './tx-session.ts';
import type { VersionedDatabase } from './version-store.ts';
import { VersionedTree } from './versioned-tree.ts';
import type { WriteTree } from './write-tree.ts';

const LID32_MOST = 0x7ffffeffn;
const LID64_FLAG = 1n << 63n;
const NO_BYTES = new Uint8Array(0);
const node = new NodeView();

/** A value that may be changed: it belongs to one record alone. */
interface OwnValue {
  readonly key: Uint8Array;
  /** Bytes before the change. */
  readonly size: number;
}

/** The long values of one table, for one session. Ids are as records hold them: little-endian. */
export class LongValueWriter extends LongValueSession {
  readonly tree: VersionedTree;
  readonly #transactions: Transactions;
  readonly #session: TxSession;
  readonly #database: VersionedDatabase;
  readonly #diff: ChunkDiff;
  readonly #series: string;

  constructor(
    transactions: Transactions,
    session: TxSession,
    database: VersionedDatabase,
    tree: WriteTree,
    chunkMax: number,
  ) {
    const versioned = new VersionedTree(transactions, session, database, tree);
    super(versioned, chunkMax);
    this.tree = versioned;
    this.#transactions = transactions;
    this.#session = session;
    this.#database = database;
    this.#diff = new ChunkDiff(database.db.cache.format);
    this.#series = `lid:${database.db.dbid}:${tree.objidFDP}`;
  }

  /**
   * Stores a value that one record refers to; its id.
   * @throws JetError JET_errColumnTooBig, JET_errOutOfLongValueIDs, and as VersionedTree.insert.
   */
  insert(bytes: Uint8Array): Uint8Array {
    const key = this.#newKey();
    refuseSize(bytes.length);
    const first = Math.min(bytes.length, this.chunkMax);
    // The root comes after the first chunk: so the engine fills the last page better.
    if (first > 0) this.tree.insert(chunkKey(key, 0), bytes.subarray(0, first));
    this.tree.insert(key, rootData(1, first));
    if (bytes.length > first) {
      this.tree.replace(key, rootData(1, bytes.length));
      this.#insertChunks(key, first, bytes, first);
    }
    return reversed(key);
  }

  /** One more record refers to the value; the id it is to use. @throws JetError as VersionedTree.delta. */
  reference(lid: Uint8Array): Uint8Array {
    const key = longValueKey(lid);
    try {
      this.tree.delta(key, REFERENCES_AT, 1, 4);
      return lid;
    } catch (error) {
      if (!isJetError(error, 'JET_errWriteConflict')) throw error;
      return reversed(this.#copy(key, this.mustHave(key)));
    }
  }

  /**
   * One record refers to the value no longer. With the last one it is removed, once no transaction sees it any more.
   * @throws JetError JET_errWriteConflict, JET_errLVCorrupted when there is no such value.
   */
  release(lid: Uint8Array): void {
    const key = longValueKey(lid);
    this.mustHave(key);
    const before = this.tree.delta(key, REFERENCES_AT, -1, 4);
    if (before < 1n) throw new JetError('JET_errWriteConflict', 'another session has let the long value go');
    if (before > 1n) return;
    const transactions = this.#transactions;
    const place = { database: this.#database, tree: this.tree.tree, chunkMax: this.chunkMax, key };
    this.#session.onCommit((trxCommit0) => {
      transactions.afterAllSee(trxCommit0, () => {
        deleteLongValue(transactions, place);
      });
    });
  }

  /** Adds bytes at the end; the id to use from now on. @throws JetError as `overwrite`. */
  append(lid: Uint8Array, bytes: Uint8Array): Uint8Array {
    const { key, size } = this.#own(lid, (old) => old + bytes.length);
    this.#append(key, size, bytes);
    return reversed(key);
  }

  /**
   * Writes bytes from `offset` on; `cut`: they are the last of the value. The id to use from now on: another one when
   * other records share the value.
   * @throws JetError JET_errColumnNoChunk (`offset` is past the end), JET_errColumnTooBig, JET_errWriteConflict,
   * JET_errLVCorrupted, JET_errFeatureNotAvailable (an encrypted value), and as VersionedTree.insert.
   */
  overwrite(lid: Uint8Array, offset: number, bytes: Uint8Array, cut = false): Uint8Array {
    const end = offset + bytes.length;
    const { key, size } = this.#own(lid, (old) => {
      if (offset > old)
        throw new JetError('JET_errColumnNoChunk', `a long value of ${old} bytes has none at ${offset}`);
      return cut ? end : Math.max(old, end);
    });
    if (cut && end < size) this.#truncate(key, size, end);
    const now = cut ? Math.min(size, end) : size;
    const within = Math.min(bytes.length, now - offset);
    this.#replaceRange(key, now, offset, bytes.subarray(0, within));
    this.#append(key, now, bytes.subarray(within));
    return reversed(key);
  }

  /** Cuts the value, or fills it up with zeros; the id to use from now on. @throws JetError as `overwrite`. */
  resize(lid: Uint8Array, size: number): Uint8Array {
    const { key, size: old } = this.#own(lid, () => size);
    if (size < old) this.#truncate(key, old, size);
    const zeros = new Uint8Array(this.chunkMax);
    for (let at = old; at < size;) {
      const length = Math.min(size - at, this.chunkMax - (at % this.chunkMax));
      this.#append(key, at, zeros.subarray(0, length));
      at += length;
    }
    return reversed(key);
  }

  /** A value for this record alone, its root stating the size it is going to have. */
  #own(lid: Uint8Array, newSize: (size: number) => number): OwnValue {
    const shared = longValueKey(lid);
    const root = this.mustHave(shared);
    if (root.encrypted) throw new JetError('JET_errFeatureNotAvailable', 'encrypted long values are not written');
    const { size } = root;
    const wanted = newSize(size);
    refuseSize(wanted);
    if (root.refCount === 1 && this.#references(shared) === 1) {
      try {
        this.tree.replace(shared, rootData(1, wanted));
        return { key: shared, size };
      } catch (error) {
        if (!isJetError(error, 'JET_errWriteConflict') || !this.#isOthersDelta(shared)) throw error;
      }
    }
    const key = this.#copy(shared, root);
    if (wanted !== size) this.tree.replace(key, rootData(1, wanted));
    this.release(lid);
    return { key, size };
  }

  /** Another value with the same bytes; its key. */
  #copy(from: Uint8Array, { size }: LongValueRoot): Uint8Array {
    const key = this.#newKey();
    this.tree.insert(key, rootData(1, 0));
    for (let offset = 0; offset < size; offset += this.chunkMax) {
      const stored = this.tree.get(chunkKey(from, offset));
      // Reading it tells what is wrong.
      this.tree.insert(chunkKey(key, offset), stored ?? this.chunk(from, offset, 0));
    }
    this.tree.replace(key, rootData(1, size));
    return key;
  }

  /** References in the page: also those that other sessions are about to add or take. */
  #references(key: Uint8Array): number {
    const path = new TreePath(this.#database.db, this.tree.tree);
    try {
      path.seek(key);
      return path.exact && path.atNode(node) ? u32(node.bytes, node.dataStart + REFERENCES_AT) : 0;
    } finally {
      path.release();
    }
  }

  #isOthersDelta(key: Uint8Array): boolean {
    const version = this.#transactions.versions.newest(this.#database, this.tree.tree, key, NO_BYTES);
    return version !== undefined && version.session !== this.#session && version.oper === Oper.Delta;
  }

  #append(key: Uint8Array, size: number, bytes: Uint8Array): void {
    const used = size % this.chunkMax;
    if (used === 0 || bytes.length === 0) {
      this.#insertChunks(key, size, bytes, 0);
      return;
    }
    const added = Math.min(bytes.length, this.chunkMax - used);
    const grown = new Uint8Array(used + added);
    grown.set(this.chunk(key, size - used, used));
    grown.set(bytes.subarray(0, added), used);
    this.tree.replace(chunkKey(key, size - used), grown);
    this.#insertChunks(key, size + added, bytes, added);
  }

  /** Inserts bytes[from..] as chunks from `offset` on, where one begins. */
  #insertChunks(key: Uint8Array, offset: number, bytes: Uint8Array, from: number): void {
    for (let at = from; at < bytes.length; at += this.chunkMax) {
      this.tree.insert(chunkKey(key, offset + at - from), bytes.subarray(at, at + this.chunkMax));
    }
  }

  #truncate(key: Uint8Array, size: number, end: number): void {
    const kept = end % this.chunkMax;
    let offset = end - kept;
    if (kept > 0) {
      const expected = Math.min(this.chunkMax, size - offset);
      this.#replaceChunk(key, offset, this.chunk(key, offset, expected).subarray(0, kept));
      offset += this.chunkMax;
    }
    for (; offset < size; offset += this.chunkMax) this.tree.delete(chunkKey(key, offset));
  }

  /** Replaces bytes of chunks that are there. */
  #replaceRange(key: Uint8Array, size: number, offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const start = at - (at % this.chunkMax);
      const length = Math.min(this.chunkMax, size - start);
      const part = bytes.subarray(done, done + start + length - at);
      const whole = part.length === length;
      const chunk = whole ? part : this.chunk(key, start, length).slice();
      if (!whole) chunk.set(part, at - start);
      this.#replaceChunk(key, start, chunk);
      done += part.length;
    }
  }

  /** Replaces a chunk, logging what differs where that is shorter. */
  #replaceChunk(key: Uint8Array, offset: number, data: Uint8Array): void {
    const whole = chunkKey(key, offset);
    const before = this.tree.get(whole);
    const diff = before === undefined ? undefined : this.#diff.of(before, data);
    if (diff?.length === 0) return;
    const wide = this.#database.db.cache.format.extendedHeader;
    if (diff === undefined) this.tree.replace(whole, data);
    else this.tree.replace(whole, data, (change, cbOld) => replaceByDiffRecord(change, cbOld, data.length, diff, wide));
  }

  #newKey(): Uint8Array {
    const lid = this.#transactions.nextNumber(this.#series, () => this.#highest());
    const wide = lid > LID32_MOST;
    if (wide && (lid & LID64_FLAG) === 0n) throw new JetError('JET_errOutOfLongValueIDs', 'no long-value ids are left');
    const key = new Uint8Array(wide ? 8 : 4);
    const view = new DataView(key.buffer);
    if (wide) view.setBigUint64(0, lid, false);
    else view.setUint32(0, Number(lid), false);
    return key;
  }

  /** The highest id in the tree, seen by the session or not. */
  #highest(): bigint {
    const path = new TreePath(this.#database.db, this.tree.tree);
    try {
      path.seekEnd(-1);
      if (!path.exact || !path.atNode(node)) return 0n;
      const key = node.key();
      const wide = key.length >= 8 && (key[0]! & 0x80) !== 0;
      return wide ? u64be(key, 0) : BigInt(u32be(key, 0));
    } finally {
      path.release();
    }
  }
}

function refuseSize(size: number): void {
  if (size <= LONG_VALUE_LIMIT) return;
  throw new JetError('JET_errColumnTooBig', `a long value cannot have ${size} bytes`);
}
