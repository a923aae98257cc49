// Versions by the node they are of: a hash table whose entries are the newest version of each node (hash chains of RCEs
// in ver.cxx).
import type { NodeVersion } from './version-store.ts';

const LEAST_BUCKETS = 1024;

const sameBytes = (a: Uint8Array, b: Uint8Array, start: number, length: number): boolean => {
  if (a.length !== length) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[start + i]) return false;
  return true;
};

const mix = (hash: number, bytes: Uint8Array, start: number, length: number): number => {
  let mixed = hash;
  for (let i = start; i < start + length; i++) mixed = Math.imul(mixed ^ bytes[i]!, 0x01000193);
  return mixed;
};

/** Hash of a bookmark: key and (as a range of bytes) data. */
export function hashBookmark(
  dbid: number,
  pgnoFDP: number,
  key: Uint8Array,
  keyLength: number,
  data: Uint8Array,
  dataStart: number,
  dataLength: number,
): number {
  const seed = Math.imul(pgnoFDP, 0x9e3779b1) ^ dbid;
  const hash = mix(mix(seed, key, 0, keyLength), data, dataStart, dataLength);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The newest version of each node that has versions. Older ones hang on it by `older`. */
export class VersionChains {
  #buckets: (NodeVersion | undefined)[] = new Array<NodeVersion | undefined>(LEAST_BUCKETS).fill(undefined);
  #nodes = 0;

  /** Number of nodes with versions. */
  get nodes(): number {
    return this.#nodes;
  }

  /** The newest version of a node; `hash` is that of its bookmark. */
  find(
    hash: number,
    dbid: number,
    pgnoFDP: number,
    key: Uint8Array,
    keyLength: number,
    data: Uint8Array,
    dataStart: number,
    dataLength: number,
  ): NodeVersion | undefined {
    let version = this.#buckets[hash & (this.#buckets.length - 1)];
    for (; version !== undefined; version = version.next) {
      if (version.hash !== hash || version.tree.pgnoFDP !== pgnoFDP || version.database.db.dbid !== dbid) continue;
      if (!sameBytes(version.key, key, 0, keyLength)) continue;
      if (sameBytes(version.bookmarkData, data, dataStart, dataLength)) return version;
    }
    return undefined;
  }

  /** Puts a version on top of `older`, the newest of its node until now. */
  push(version: NodeVersion, older: NodeVersion | undefined): void {
    if (older === undefined) {
      if (this.#nodes >= this.#buckets.length) this.#grow();
      this.#nodes++;
      const at = version.hash & (this.#buckets.length - 1);
      version.next = this.#buckets[at];
      this.#buckets[at] = version;
      return;
    }
    version.older = older;
    older.newer = version;
    this.#replace(older, version);
  }

  /** Takes a version away. */
  remove(version: NodeVersion): void {
    const { older, newer } = version;
    if (older !== undefined) older.newer = newer;
    if (newer !== undefined) newer.older = older;
    else if (older !== undefined) this.#replace(version, older);
    else this.#drop(version);
    version.older = undefined;
    version.newer = undefined;
  }

  /** The link of the bucket that leads to `version` leads to `by` instead. */
  #replace(version: NodeVersion, by: NodeVersion): void {
    by.next = version.next;
    this.#relink(version, by);
    version.next = undefined;
  }

  #drop(version: NodeVersion): void {
    this.#relink(version, version.next);
    version.next = undefined;
    this.#nodes--;
  }

  #relink(version: NodeVersion, to: NodeVersion | undefined): void {
    const at = version.hash & (this.#buckets.length - 1);
    let before = this.#buckets[at];
    if (before === version) {
      this.#buckets[at] = to;
      return;
    }
    while (before !== undefined && before.next !== version) before = before.next;
    if (before !== undefined) before.next = to;
  }

  #grow(): void {
    const old = this.#buckets;
    const size = 4 * old.length;
    this.#buckets = new Array<NodeVersion | undefined>(size).fill(undefined);
    for (let version of old) {
      while (version !== undefined) {
        const { next } = version;
        const at: number = version.hash & (size - 1);
        version.next = this.#buckets[at];
        this.#buckets[at] = version;
        version = next;
      }
    }
  }
}
