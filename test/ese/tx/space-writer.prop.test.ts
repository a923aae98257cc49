// Pages taken from a tree's space and given back in any order: nothing is lost, nothing is there twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { readTreeSpace } from '../../../src/ese/space/tree-space.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { differingPages } from '../recovery/page-comparison.ts';
import { buildFile, findingsOf, openFile, replay, treeOf } from './memory-database.ts';
import { NUMBERS } from './numbers-table.ts';

const FILE = buildFile(4096, [[NUMBERS, []]]);
const TREE = treeOf(new Database(new BufferSource(FILE)).table('numbers')!);

describe('SpaceWriter', () => {
  it('takes and frees pages', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 150 }), (steps) => {
        const { db, space, session, store, log } = openFile(FILE);
        const taken: number[] = [];
        for (const step of steps) {
          if (step >= 0 || taken.length === 0) {
            const near = taken[Math.abs(step) % (taken.length + 1)] ?? TREE.pgnoFDP;
            const pgno = space.getPage(session, TREE, near);
            expect(taken).not.toContain(pgno);
            taken.push(pgno);
          } else space.freePage(session, TREE, taken.splice(-step % taken.length, 1)[0]!);
        }
        for (const pgno of taken.reverse()) space.freePage(session, TREE, pgno);
        db.cache.flush();
        expect(findingsOf(store.bytes)).toEqual([]);
        const replayed = new Uint8Array(store.bytes.length);
        replayed.set(replay(FILE, log.records).subarray(0, replayed.length));
        expect(differingPages(replayed, store.bytes)).toEqual([]);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('extents that are free as a whole go back to the database', () => {
    const { db, space, session, store } = openFile(FILE);
    const owned = (): number => {
      db.cache.flush();
      const { pages } = new Database(new BufferSource(store.bytes));
      const found = readTreeSpace(pages, { pgnoFDP: TREE.pgnoFDP, objid: TREE.objidFDP, kind: 'table' })!;
      return found.owned.reduce((sum, { cpg }) => sum + cpg, 0);
    };
    const taken = Array.from({ length: 100 }, () => space.getPage(session, TREE, TREE.pgnoFDP));
    const most = owned();
    expect(most).toBeGreaterThan(100);
    for (const pgno of taken) space.freePage(session, TREE, pgno);
    expect(owned()).toBeLessThan(20);
    expect(findingsOf(store.bytes)).toEqual([]);
  });

  it('a database that may not grow says so, and is as before', () => {
    const { db, session, store } = openFile(FILE);
    const space = new SpaceWriter(db, { dbExtensionSize: 16, cpgDatabaseSizeMax: store.pgnoLast + 20 });
    let error: unknown;
    const taken: number[] = [];
    try {
      for (;;) taken.push(space.getPage(session, TREE, TREE.pgnoFDP));
    } catch (caught) {
      error = caught;
    }
    expect(isJetError(error, 'JET_errOutOfDatabaseSpace')).toBe(true);
    for (const pgno of taken) space.freePage(session, TREE, pgno);
    db.cache.flush();
    expect(findingsOf(store.bytes)).toEqual([]);
  });
});
