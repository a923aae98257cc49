// The hash table of versions against a map of lists.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashBookmark, VersionChains } from '../../../src/ese/tx/version-chains.ts';
import type { NodeVersion } from '../../../src/ese/tx/version-store.ts';

const DBID = 1;

interface Bookmark {
  readonly pgnoFDP: number;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

function bookmarkOf(n: number): Bookmark {
  // Key and data together are the same bytes for many nodes: only their border tells them apart.
  const bytes = new Uint8Array(6).fill(n >> 3);
  return { pgnoFDP: 4 + (n & 1), key: bytes.subarray(0, 2 + (n & 3)), data: bytes.subarray(2 + (n & 3)) };
}

function versionOf({ pgnoFDP, key, data }: Bookmark, hash: number): NodeVersion {
  const links = { older: undefined, newer: undefined, next: undefined };
  return { tree: { pgnoFDP }, database: { db: { dbid: DBID } }, key, bookmarkData: data, hash, ...links } as never;
}

describe('VersionChains', () => {
  it('finds the newest version of each node, in whatever order versions come and go', () => {
    const step = fc.tuple(fc.boolean(), fc.nat(2047), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.boolean(), (steps, collide) => {
        const chains = new VersionChains();
        const model = new Map<number, NodeVersion[]>();
        const find = (n: number, dbid = DBID): NodeVersion | undefined => {
          const { pgnoFDP, key, data } = bookmarkOf(n);
          const { length } = data;
          const hash = collide ? 7 : hashBookmark(DBID, pgnoFDP, key, key.length, data, 0, length);
          return chains.find(hash, dbid, pgnoFDP, key, key.length, data, 0, length);
        };
        for (const [adds, node, which] of steps) {
          const n = node & ~4;
          const versions = model.get(n) ?? [];
          if (adds) {
            const bookmark = bookmarkOf(n);
            const { pgnoFDP, key, data } = bookmark;
            const hash = collide ? 7 : hashBookmark(DBID, pgnoFDP, key, key.length, data, 0, data.length);
            const version = versionOf(bookmark, hash);
            chains.push(version, find(n));
            model.set(n, [version, ...versions]);
          } else if (versions.length > 0) {
            const [gone] = versions.splice(which % versions.length, 1);
            chains.remove(gone!);
            if (versions.length === 0) model.delete(n);
          }
          expect(chains.nodes).toBe(model.size);
        }
        for (const [n, versions] of model) {
          const found: NodeVersion[] = [];
          for (let version = find(n); version !== undefined; version = version.older) found.push(version);
          expect(found).toEqual(versions);
          expect(find(n, 2)).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  });

  it('grows with the number of nodes', () => {
    const chains = new VersionChains();
    const all = Array.from({ length: 5000 }, (_, i) => {
      const key = Uint8Array.of(i & 0xff, i >> 8);
      return { pgnoFDP: 9, key, data: new Uint8Array(0) };
    });
    const hashOf = ({ key, data }: Bookmark): number => hashBookmark(DBID, 9, key, 2, data, 0, 0);
    for (const bookmark of all) chains.push(versionOf(bookmark, hashOf(bookmark)), undefined);
    expect(chains.nodes).toBe(5000);
    for (const bookmark of all) {
      const { key, data } = bookmark;
      const found = chains.find(hashOf(bookmark), DBID, 9, key, 2, data, 0, 0)!;
      expect(found.key).toBe(key);
      chains.remove(found);
    }
    expect(chains.nodes).toBe(0);
  });
});
