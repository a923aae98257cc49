// Cursors that are moved while the tree is changed between steps, against sorted lists of what their sessions see.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { TreeCursor } from '../../../src/ese/tx/tree-cursor.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { buildFile, openFile, treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

const IDS = 60;

/** A cursor and what it must find: ids in order. */
class Follower {
  readonly cursor: TreeCursor;
  readonly view: () => ReadonlyMap<number, Uint8Array>;
  /** Id of the current node; -1: before all, IDS: after all; undefined: nowhere. */
  #at: number | undefined;
  #isOn = false;

  constructor(tree: VersionedTree, view: () => ReadonlyMap<number, Uint8Array>) {
    this.cursor = new TreeCursor(tree);
    this.view = view;
  }

  #expect(id: number | undefined, found: boolean, end: number): void {
    expect(found).toBe(id !== undefined);
    this.#at = id ?? end;
    this.#isOn = found;
    expect(this.cursor.isOnNode).toBe(found);
    if (id === undefined) return;
    expect(this.cursor.key()).toEqual(keyOf(id));
    expect(this.cursor.data()).toEqual(this.view().get(id));
  }

  #above(id: number): number | undefined {
    const ids = [...this.view().keys()].filter((each) => each > id);
    return ids.length === 0 ? undefined : Math.min(...ids);
  }

  #below(id: number): number | undefined {
    const ids = [...this.view().keys()].filter((each) => each < id);
    return ids.length === 0 ? undefined : Math.max(...ids);
  }

  step(action: string, id: number): void {
    const { cursor } = this;
    if (action === 'close') {
      cursor.close();
      this.#at = undefined;
      this.#isOn = false;
    } else if (action === 'first') this.#expect(this.#above(-1), cursor.first(), IDS);
    else if (action === 'last') this.#expect(this.#below(IDS), cursor.last(), -1);
    else if (action === 'seek') {
      const expected = this.#above(id - 1);
      const found = cursor.seek(keyOf(id));
      expect(found).toBe(expected === undefined ? -1 : expected === id ? 0 : 1);
      this.#expect(expected, found >= 0, IDS);
    } else if (action === 'reload') {
      const isThere = this.#isOn && this.view().has(this.#at!);
      expect(cursor.reload()).toBe(isThere);
      if (isThere) this.#expect(this.#at, true, 0);
    } else if (this.#at === undefined) expect(action === 'next' ? cursor.next() : cursor.previous()).toBe(false);
    else if (action === 'next') this.#expect(this.#at === IDS ? undefined : this.#above(this.#at), cursor.next(), IDS);
    else this.#expect(this.#at === -1 ? undefined : this.#below(this.#at), cursor.previous(), -1);
  }
}

const CHANGES = ['insert', 'insert', 'replace', 'delete', 'clean', 'commit', 'rollback'] as const;
const MOVES = ['next', 'next', 'previous', 'previous', 'seek', 'first', 'last', 'reload', 'close'] as const;

describe('tree cursor', () => {
  it('finds what its session sees, whatever happens to the tree in between', () => {
    const step = fc.tuple(
      fc.constantFrom(...CHANGES, ...MOVES, ...MOVES),
      fc.constantFrom(0, 1),
      fc.integer({ min: 0, max: IDS - 1 }),
      fc.integer({ min: 0, max: 1200 }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 250 }), (steps) => {
        const file = buildFile(4096, [[NUMBERS, []]]);
        const { log, db, space } = openFile(file, { cacheSize: 1 });
        const transactions = new Transactions({ log });
        const database = { db, allocator: space };
        transactions.versions.attach(database);
        const tree = treeOf(new Database(new BufferSource(file)).table('numbers')!);
        const [writer, reader] = [transactions.session(), transactions.session()];
        const mine = new VersionedTree(transactions, writer, database, tree);
        let now = new Map<number, Uint8Array>();
        writer.begin();
        for (let id = 0; id < IDS; id += 3) {
          now.set(id, recordOf(id, 300));
          mine.insert(keyOf(id), recordOf(id, 300));
        }
        writer.commit();
        let committed = new Map(now);
        let snapshot: ReadonlyMap<number, Uint8Array> = new Map(now);
        reader.begin();
        writer.begin();
        const theirs = new VersionedTree(transactions, reader, database, tree);
        const followers = [new Follower(mine, () => now), new Follower(theirs, () => snapshot)];
        for (const [action, who, id, length] of steps) {
          if (action === 'clean') transactions.clean();
          else if (action === 'commit') {
            writer.commit();
            writer.begin();
            committed = new Map(now);
            if (length > 1000) {
              reader.commit();
              reader.begin();
              snapshot = new Map(committed);
            }
          } else if (action === 'rollback') {
            writer.rollback();
            writer.begin();
            now = new Map(committed);
          } else if (action === 'insert' || action === 'replace' || action === 'delete') {
            if (now.has(id) === (action === 'insert')) continue;
            if (action === 'insert') mine.insert(keyOf(id), recordOf(id, length));
            else if (action === 'replace') mine.replace(keyOf(id), recordOf(id, length));
            else mine.delete(keyOf(id));
            if (action === 'delete') now.delete(id);
            else now.set(id, recordOf(id, length));
          } else followers[who]!.step(action, id);
        }
        for (const { cursor } of followers) cursor.close();
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });
});
