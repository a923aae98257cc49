// Numbers that several sessions add to at once: everybody's differences count, each sees its own and what was committed
// when it began; other changes of the node conflict.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { i64 } from '../../../src/binary/little-endian.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { decodeRecord } from '../../../src/ese/log/record-table.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { buildFile, findingsOf, nodesOf, openFile, replay, treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

const OFFSET = 11;

function setUp(sessions: number) {
  const file = buildFile(4096, [[NUMBERS, []]]);
  const { log, db, space, store } = openFile(file);
  const transactions = new Transactions({ log });
  const database = { db, allocator: space };
  transactions.versions.attach(database);
  const tree = treeOf(new Database(new BufferSource(file)).table('numbers')!);
  const actors = Array.from({ length: sessions }, () => {
    const session = transactions.session();
    return { session, tree: new VersionedTree(transactions, session, database, tree) };
  });
  const [first] = actors;
  first!.session.begin();
  for (const id of [1, 2]) first!.tree.insert(keyOf(id), numberRecord(id, 0n));
  first!.session.commit();
  const names = () => log.records.map((bytes) => decodeRecord(bytes, 0, bytes.length).name);
  return { log, db, store, file, tree, transactions, actors, names };
}

/** A record whose column holds a number at OFFSET. */
function numberRecord(id: number, value: bigint): Uint8Array {
  const record = recordOf(id, 20);
  new DataView(record.buffer).setBigInt64(OFFSET, value, true);
  return record;
}

const valueSeen = (tree: VersionedTree, id: number): bigint => i64(tree.get(keyOf(id))!, OFFSET);

type Step = readonly [who: number, action: 'add' | 'begin' | 'commit' | 'rollback' | 'clean' | 'flush', delta: number];

describe('numbers changed by differences', () => {
  it('sessions do not wait for each other; other changes conflict both ways', () => {
    const { actors, names } = setUp(3);
    const [a, b, c] = actors as [(typeof actors)[0], (typeof actors)[0], (typeof actors)[0]];
    for (const { session } of actors) session.begin();
    expect(a.tree.delta(keyOf(1), OFFSET, 5, 8)).toBe(0n);
    expect(b.tree.delta(keyOf(1), OFFSET, 7n, 8)).toBe(5n);
    expect([a, b, c].map(({ tree }) => valueSeen(tree, 1))).toEqual([5n, 7n, 0n]);
    expect(() => {
      c.tree.replace(keyOf(1), numberRecord(1, 9n));
    }).toThrow('was changed by');
    expect(() => {
      // The newest difference is its own: those of the other session conflict all the same.
      b.tree.delete(keyOf(1));
    }).toThrow('was changed by');
    expect(() => c.tree.delta(keyOf(1), OFFSET, 1, 4)).toThrow('was changed by');
    c.tree.replace(keyOf(2), numberRecord(2, 100n));
    expect(() => a.tree.delta(keyOf(2), OFFSET, 1, 8)).toThrow('was changed by');
    expect(c.tree.delta(keyOf(2), OFFSET, 1, 8)).toBe(100n);
    expect([a, b, c].map(({ tree }) => valueSeen(tree, 2))).toEqual([0n, 0n, 101n]);
    a.session.rollback();
    c.session.rollback();
    expect([b, c].map(({ tree }) => valueSeen(tree, 1))).toEqual([7n, 7n - 7n]);
    b.session.commit();
    expect(valueSeen(c.tree, 1)).toBe(7n);
    expect(valueSeen(c.tree, 2)).toBe(0n);
    expect(names().filter((name) => name === 'Undo')).toHaveLength(3);
    expect(() => a.tree.delta(keyOf(1), OFFSET, 1, 8)).toThrow('in no transaction');
    a.session.begin();
    expect(() => a.tree.delta(keyOf(9), OFFSET, 1, 8)).toThrow('no such node');
    expect(() => a.tree.delta(keyOf(1), 40, 1, 8)).toThrow(RangeError);
    a.session.commit();
    expect(names().at(-1)).toBe('Commit0');
  });

  it('numbers of 32 bits wrap; their undo gives them back', () => {
    const { actors } = setUp(2);
    const [a, b] = actors as [(typeof actors)[0], (typeof actors)[0]];
    a.session.begin();
    b.session.begin();
    a.tree.delta(keyOf(1), OFFSET, 0x7fff_ffff, 4);
    expect(a.tree.delta(keyOf(1), OFFSET, 2, 4)).toBe(0x7fff_ffffn);
    expect(valueSeen(a.tree, 1)).toBe(0x8000_0001n);
    expect(b.tree.delta(keyOf(1), OFFSET, -3, 4)).toBe(-0x7fff_ffffn);
    expect(valueSeen(b.tree, 1)).toBe(0xffff_fffdn);
    a.session.rollback();
    b.session.rollback();
    expect(valueSeen(a.tree, 1)).toBe(0n);
  });

  it('before its page is written nothing has to be said about a difference: its record can be undone', () => {
    const { actors, names, db } = setUp(1);
    actors[0]!.session.begin();
    actors[0]!.tree.delta(keyOf(1), OFFSET, 1, 8);
    db.cache.flush();
    expect(names().slice(-2)).toEqual(['Begin0', 'Delta64']);
  });

  it('random sessions, readers and crashes', () => {
    const step: fc.Arbitrary<Step> = fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom('add', 'add', 'add', 'begin', 'commit', 'rollback', 'clean', 'flush'),
      fc.integer({ min: -9, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { actors, transactions, db, store, log, file, tree } = setUp(3);
        const base = actors.map(() => 0n);
        const added: bigint[][] = actors.map(() => []);
        let committed = 0n;
        for (const [who, action, delta] of steps) {
          const { session, tree: mine } = actors[who]!;
          if (action === 'clean') transactions.clean();
          else if (action === 'flush') db.cache.flush();
          else if (action === 'begin' || session.level === 0) {
            if (session.level >= 3) continue;
            if (session.level === 0) base[who] = committed;
            session.begin();
            added[who]!.push(0n);
          } else if (action === 'add') {
            mine.delta(keyOf(1), OFFSET, delta, 8);
            added[who]![session.level - 1]! += BigInt(delta);
          } else {
            const sum = added[who]!.pop()!;
            if (action === 'rollback') session.rollback();
            else {
              session.commit();
              if (session.level === 0) committed += sum;
              else added[who]![session.level - 1]! += sum;
            }
          }
          actors.forEach((actor, i) => {
            const own = added[i]!.reduce((sum, each) => sum + each, 0n);
            const expected = actor.session.level === 0 ? committed : base[i]! + own;
            expect(valueSeen(actor.tree, 1)).toBe(expected);
          });
        }
        const rows = (bytes: Uint8Array): string[][] => nodesOf(openFile(bytes).db, tree);
        log.flushTo({ lGeneration: 1, isec: log.records.length, ib: 0 });
        const recovered = replay(store.bytes, log.records, true);
        const records = [numberRecord(1, committed), numberRecord(2, 0n)].map((each) =>
          Buffer.from(each).toString('hex'),
        );
        expect(rows(recovered).map(([, data]) => data)).toEqual(records);
        expect(rows(replay(file, log.records, true))).toEqual(rows(recovered));
        for (const { session } of actors) while (session.level > 0) session.rollback();
        transactions.clean();
        expect(transactions.versions.size).toBe(0);
        db.cache.flush();
        expect(rows(store.bytes)).toEqual(rows(recovered));
        expect(findingsOf(store.bytes)).toEqual([]);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
