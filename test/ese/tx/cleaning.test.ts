// Pages that lose their nodes: how each kind of merge shows in the log, what keeps a node from going, and what is left.
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { decodeRecord } from '../../../src/ese/log/record-table.ts';
import { MergeType } from '../../../src/ese/operations/merge-page.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { TreePath } from '../../../src/ese/tx/tree-path.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { CleaningRun } from './cleaning-run.ts';
import { buildFile, findingsOf, nodesOf, openFile, treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

/** A page of 4096 bytes has room for two such records. */
const LARGE = 1900;

/** Rows of a tree of large records, and the records that cleaning it up leaves in the log. */
function setUp(ids: readonly number[], length: number | ((id: number) => number) = LARGE) {
  const open = openFile(buildFile(4096, [[NUMBERS, []]]));
  const { db, space, log, store } = open;
  const transactions = new Transactions({ log });
  const database = { db, allocator: space };
  transactions.versions.attach(database);
  const writeTree = treeOf(new Database(new BufferSource(store.bytes)).table('numbers')!);
  const sessions = [0, 1].map(() => {
    const session = transactions.session();
    return { session, tree: new VersionedTree(transactions, session, database, writeTree) };
  });
  const { session, tree } = sessions[0]!;
  const sizeOf = typeof length === 'number' ? (): number => length : length;
  const within = (work: () => void): void => {
    session.begin();
    work();
    session.commit();
  };
  within(() => {
    for (const id of ids) tree.insert(keyOf(id), recordOf(id, sizeOf(id)));
  });
  const remove = (gone: Iterable<number>): void => {
    within(() => {
      for (const id of gone) tree.delete(keyOf(id));
    });
  };
  const clean = () => {
    const before = log.records.length;
    transactions.clean();
    return log.records.slice(before).map((bytes) => decodeRecord(bytes, 0, bytes.length));
  };
  const findings = (): string[] => {
    db.cache.flush();
    return findingsOf(store.bytes);
  };
  const keys = (): string[] => nodesOf(db, writeTree).map(([key]) => key);
  return { ...open, transactions, sessions, writeTree, remove, clean, findings, keys };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const hexOf = (ids: readonly number[]): string[] => ids.map((id) => Buffer.from(keyOf(id)).toString('hex'));

/** Types of the merges of leaves among records; those of branches have none. */
function mergetypes(records: readonly { readonly name: string; readonly fields: object }[]): number[] {
  const merges = records.filter(({ name }) => name === 'Merge2').map(({ fields }) => fields as Record<string, number>);
  return merges.map((fields) => Number(fields['mergetype'])).filter((type) => type > 0);
}

describe('cleaning up', () => {
  it('goes in the order of the commits, each node in a transaction', () => {
    const { remove, clean } = setUp(range(0, 6), 10);
    remove([4]);
    remove([1]);
    remove([2]);
    const records = clean();
    // All of a page go with the first of them.
    expect(records.map(({ name }) => name)).toEqual(['Begin0', 'Delete', 'Delete', 'Delete', 'Commit0']);
  });

  it('goes from page to page in the order of the commits', () => {
    const { remove, clean, db, writeTree } = setUp(range(0, 30));
    const path = new TreePath(db, writeTree);
    const ids = [21, 2, 11];
    const pgnos = ids.map((id) => {
      path.seek(keyOf(id));
      const { pgno } = path.leaf.page;
      path.release();
      return pgno;
    });
    for (const id of ids) remove([id]);
    const records = clean().filter(({ name }) => name === 'Delete');
    expect(records.map(({ fields }) => Number(fields['pgno']))).toEqual(pgnos);
  });

  it('rolled back inserts go too, in the order they were made', () => {
    const { sessions, clean, keys, findings } = setUp(range(0, 3));
    const { session, tree } = sessions[0]!;
    session.begin();
    for (const id of [20, 10, 30]) tree.insert(keyOf(id), recordOf(id, LARGE));
    session.rollback();
    expect(clean().some(({ name }) => name === 'Delete' || name === 'Merge2')).toBe(true);
    expect(keys()).toEqual(hexOf(range(0, 3)));
    expect(findings()).toEqual([]);
  });

  it('an empty page goes', () => {
    const { remove, clean, keys, findings } = setUp(range(0, 20));
    remove([6, 7]);
    const records = clean();
    expect(mergetypes(records)).toEqual([MergeType.emptyPage]);
    expect(keys()).toHaveLength(18);
    expect(findings()).toEqual([]);
  });

  it('what is left of a page goes to the right one, the last page excepted to the left one', () => {
    const { remove, clean, keys, findings } = setUp(range(0, 20), 900);
    remove([4, 5, 6, 8, 9, 10]);
    const types = mergetypes(clean());
    expect(types).toContain(MergeType.fullRight);
    expect(keys()).toHaveLength(14);
    expect(findings()).toEqual([]);
  });

  it('branches go with their last leaf; the space is free again', () => {
    const ids = range(0, 1600);
    const { remove, clean, keys, findings, db, writeTree } = setUp(ids);
    const root = db.page(writeTree.pgnoFDP).view;
    expect(root.isLeaf).toBe(false);
    const children = root.lineCount;
    expect(children).toBeGreaterThan(2);
    const kept = ids.filter((id) => id < 100 || id >= 1500);
    remove(range(100, 1500));
    const freed = clean().filter(
      ({ name, fields }) => name === 'Merge2' && (Number(fields['fLRMergeFlags']) & 4) !== 0,
    );
    // More than one page a merge: branches are among them.
    const merges = new Map<number, number>();
    for (const { fields } of freed) {
      const time = Number(fields['dbtime']);
      merges.set(time, (merges.get(time) ?? 0) + 1);
    }
    expect(Math.max(...merges.values())).toBe(2);
    expect(root.lineCount).toBeLessThan(children);
    expect(keys()).toEqual(hexOf(kept));
    expect(findings()).toEqual([]);
  });

  it('an empty tree is its root again', () => {
    const { remove, clean, keys, findings, db, writeTree } = setUp(range(0, 900));
    for (const id of range(0, 900)) remove([id]);
    expect(clean().filter(({ name }) => name === 'EmptyTree')).toHaveLength(1);
    expect(db.page(writeTree.pgnoFDP).view.isLeaf).toBe(true);
    expect(keys()).toEqual([]);
    expect(findings()).toEqual([]);
  });

  it('from the end on the last page stays until it is used again, as the pointer before it is out of reach', () => {
    const { sessions, remove, clean, keys, findings, db, writeTree } = setUp(range(0, 900));
    for (const id of range(0, 900).reverse()) remove([id]);
    expect(clean().filter(({ name }) => name === 'EmptyTree')).toHaveLength(0);
    const root = db.page(writeTree.pgnoFDP).view;
    expect(root.lineCount).toBe(1);
    expect(keys()).toEqual([]);
    expect(findings()).toEqual([]);
    const { session, tree } = sessions[0]!;
    session.begin();
    tree.insert(keyOf(5), recordOf(5, 10));
    session.commit();
    remove([5]);
    clean();
    expect(root.isLeaf).toBe(true);
    expect(findings()).toEqual([]);
  });

  it('takes nothing away that a session still sees', () => {
    const { sessions, remove, clean, keys } = setUp(range(0, 20));
    const { session, tree } = sessions[1]!;
    session.begin();
    remove(range(4, 12));
    expect(clean()).toEqual([]);
    expect([...tree.from()]).toHaveLength(20);
    session.commit();
    expect(clean().length).toBeGreaterThan(8);
    expect(keys()).toHaveLength(12);
  });

  it('leaves a deleted node that lives again', () => {
    const { sessions, remove, clean, keys, transactions } = setUp(range(0, 20));
    const [{ session, tree }] = sessions as [(typeof sessions)[0]];
    remove([7]);
    session.begin();
    tree.insert(keyOf(7), recordOf(7, 20));
    expect(clean()).toEqual([]);
    session.commit();
    clean();
    expect(keys()).toEqual(hexOf(range(0, 20)));
    expect(transactions.versions.isEmpty).toBe(true);
  });

  it('goes on with the others when a page cannot be read', () => {
    const { db, remove, clean, keys } = setUp(range(0, 20));
    remove([2]);
    remove([18]);
    const page = db.page.bind(db);
    let failures = 0;
    db.page = (pgno) => {
      if (failures++ === 0) throw new Error('not now');
      return page(pgno);
    };
    expect(() => clean()).toThrow('not now');
    clean();
    expect(keys()).toHaveLength(18);
  });

  it('trees of entries that are not unique are cleaned up as well', () => {
    const run = new CleaningRun();
    const ids = range(0, 1200);
    run.within(() => {
      run.insert(ids, () => 30);
    });
    const full = run.open.store.pgnoLast;
    run.within(() => {
      run.delete(ids.filter((id) => id % 3 !== 0));
    });
    run.begin();
    run.insert(range(1200, 1500), () => 40);
    run.rollback();
    run.cleanAll();
    run.expectSound();
    run.expectRows(run.session, run.view);
    run.within(() => {
      run.delete(ids);
    });
    run.cleanAll();
    run.expectSound();
    run.expectRows(run.session, new Map());
    run.expectReplays();
    expect(run.open.store.pgnoLast).toBeLessThan(full * 1.5);
  });
});
