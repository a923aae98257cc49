// Which records transactions leave in the log, in the order of the engine's; and what must be lasting before a page is.
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { decodeRecord, type DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { Transactions } from '../../../src/ese/tx/transactions.ts';
import { VersionedTree } from '../../../src/ese/tx/versioned-tree.ts';
import { buildFile, openFile, treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

function setUp(versionLimit?: number) {
  const file = buildFile(4096, [[NUMBERS, []]]);
  const open = openFile(file);
  const { log, db, space } = open;
  const transactions = new Transactions({ log, ...(versionLimit === undefined ? {} : { versionLimit }) });
  const database = { db, allocator: space };
  transactions.versions.attach(database);
  const tree = treeOf(new Database(new BufferSource(file)).table('numbers')!);
  const start = (name?: string) => {
    const session = transactions.session(name);
    return { session, tree: new VersionedTree(transactions, session, database, tree) };
  };
  const records = (): DecodedRecord[] => log.records.map((bytes) => decodeRecord(bytes, 0, bytes.length));
  return { ...open, transactions, start, records, names: () => records().map(({ name }) => name) };
}

describe('log records of transactions', () => {
  it('a transaction begins in the log with its first change, all levels at once', () => {
    const { start, records, names } = setUp();
    const { session, tree } = start();
    session.begin();
    session.begin();
    session.commit();
    session.begin();
    tree.insert(keyOf(1), recordOf(1, 10));
    session.commit();
    session.begin();
    tree.replace(keyOf(1), recordOf(1, 12));
    session.rollback();
    expect(session.commit()).toBeDefined();
    expect(names()).toEqual(['Begin0', 'Insert', 'Commit', 'Begin', 'Replace', 'Undo', 'Rollback', 'Commit0']);
    const [begin, insert, , , replace, undo, rollback, commit] = records().map(({ fields }) => fields);
    expect(begin).toMatchObject({ procid: 5, levelBeginFrom: 0, clevelsToBegin: 2, trxBegin0: 4 });
    expect(insert).toMatchObject({ level: 2, fFlags: 5, trxBegin0: 4 });
    expect(undo).toMatchObject({ oper: 2, level: 2, levelUndo: 2, rceid: replace!['rceid'] });
    expect(rollback).toMatchObject({ levelRollback: 1 });
    expect(commit).toMatchObject({ levelCommitTo: 0, trxCommit0: 8 });
  });

  it('a transaction that changes nothing leaves nothing', () => {
    const { start, names } = setUp();
    const { session, tree } = start();
    session.begin();
    expect(tree.get(keyOf(1))).toBeUndefined();
    expect(session.commit()).toBeUndefined();
    session.begin();
    session.rollback();
    expect(names()).toEqual([]);
    expect(() => session.commit()).toThrow('in no transaction');
  });

  it('deleted nodes go from their pages in transactions of the cleaner, when nobody can see them any more', () => {
    const { start, transactions, names, records } = setUp();
    const [a, b] = [start(), start()];
    for (const [i, actor] of [a, b].entries()) {
      actor.session.begin();
      actor.tree.insert(keyOf(i), recordOf(i, 10));
      actor.session.commit();
    }
    b.session.begin();
    a.session.begin();
    a.tree.delete(keyOf(0));
    a.session.commit();
    expect(transactions.clean()).toBe(0);
    expect(b.tree.get(keyOf(0))).toEqual(recordOf(0, 10));
    b.session.commit();
    const before = names().length;
    expect(transactions.clean()).toBe(1);
    expect(names().slice(before)).toEqual(['Begin0', 'Delete', 'Commit0']);
    expect(records()[before]!.fields).toMatchObject({ procid: 4 });
  });

  it('before a page with an uncommitted change is written, the log says how to undo it, and all that changed it', () => {
    const { start, db, log, records, names } = setUp();
    const { session, tree } = start();
    session.begin();
    tree.insert(keyOf(1), recordOf(1, 700));
    session.commit();
    session.begin();
    tree.replace(keyOf(1), recordOf(1, 5));
    expect(log.flushed).toBe(0);
    db.cache.flush();
    expect(names()).toEqual(['Begin0', 'Insert', 'Commit0', 'Begin0', 'Replace', 'UndoInfo']);
    const { fields, tails } = records()[5]!;
    expect(fields).toMatchObject({ oper: 2, dbtime: -1n, dbtimeBefore: -1n, level: 1, fFlags: 4 });
    expect(tails['bookmarkKey']).toEqual(keyOf(1));
    expect(tails['data']).toEqual(recordOf(1, 700));
    expect(log.flushed).toBe(6);
    tree.delete(keyOf(1));
    session.commit();
    db.cache.flush();
    // The commit is lasting with the page: nothing else could undo the change.
    expect(names().slice(6)).toEqual(['FlagDelete', 'Commit0']);
    expect(log.flushed).toBe(8);
  });

  it('a version store that is full ends the change, names the oldest transaction, and takes changes again after it', () => {
    const { start, transactions } = setUp(8000);
    const [reader, writer] = [start('reader'), start('writer')];
    writer.session.begin();
    writer.tree.insert(keyOf(0), recordOf(0, 10));
    writer.session.commit();
    reader.session.begin();
    let changes = 0;
    const fill = (): void => {
      for (; changes < 100; changes++) {
        writer.session.begin();
        try {
          writer.tree.replace(keyOf(0), recordOf(changes, 500));
        } finally {
          writer.session.commit();
        }
        transactions.clean();
      }
    };
    expect(fill).toThrow(/version store is full .* session reader/);
    expect(changes).toBeGreaterThan(5);
    expect(reader.tree.get(keyOf(0))).toEqual(recordOf(0, 10));
    reader.session.commit();
    transactions.clean();
    fill();
    expect(changes).toBe(100);
    expect(writer.tree.get(keyOf(0))).toEqual(recordOf(99, 500));
  });
});

describe('what is done when transactions are over', () => {
  it('is told of rollbacks by level, the last first, after the changes were undone', () => {
    const { start } = setUp();
    const { session, tree } = start();
    const told: string[] = [];
    const note = (what: string) => () => {
      told.push(`${what} ${tree.get(keyOf(1)) === undefined ? 'without' : 'with'}`);
    };
    session.begin();
    session.onRollback(note('outer'));
    session.begin();
    tree.insert(keyOf(1), recordOf(1, 10));
    session.onRollback(note('inner 1'));
    session.onRollback(note('inner 2'));
    session.onCommit(note('never'));
    session.rollback();
    expect(told.splice(0)).toEqual(['inner 2 without', 'inner 1 without']);
    session.begin();
    session.onRollback(note('committed to the outer level'));
    session.commit();
    session.rollback();
    expect(told.splice(0)).toEqual(['committed to the outer level without', 'outer without']);
    session.begin();
    session.onRollback(note('forgotten'));
    session.commit();
    session.begin();
    session.rollback();
    expect(told).toEqual([]);
    expect(() => {
      session.onRollback(note('no'));
    }).toThrow('in no transaction');
  });

  it('is told of the commit of the outermost transaction, and has work done when all see it', () => {
    const { start, transactions } = setUp();
    const [reader, writer] = [start(), start()];
    const told: (string | number)[] = [];
    reader.session.begin();
    writer.session.begin();
    writer.session.begin();
    writer.session.onCommit((trxCommit0) => {
      told.push(trxCommit0);
      transactions.afterAllSee(trxCommit0, () => told.push('work'));
    });
    writer.session.commit();
    expect(told).toEqual([]);
    writer.session.commit();
    expect(told).toEqual([12]);
    transactions.clean();
    expect(told).toEqual([12]);
    reader.session.commit();
    transactions.clean();
    transactions.clean();
    expect(told).toEqual([12, 'work']);
  });

  it('work that fails is done by the next clean', () => {
    const { transactions } = setUp();
    const told: string[] = [];
    transactions.afterAllSee(8, () => {
      told.push('second');
      if (told.length === 2) throw new Error('not now');
    });
    transactions.afterAllSee(4, () => told.push('first'));
    expect(() => transactions.clean()).toThrow('not now');
    transactions.clean();
    transactions.clean();
    expect(told).toEqual(['first', 'second', 'second']);
  });

  it('versions that nobody needs are forgotten with later commits', () => {
    const { start, transactions } = setUp();
    const { session, tree } = start();
    for (let i = 0; i < 600; i++) {
      session.begin();
      tree.insert(keyOf(i), recordOf(i, 10));
      session.commit();
    }
    expect(transactions.versions.size).toBeLessThan(200 * 230);
    session.begin();
    for (let i = 0; i < 600; i++) tree.delete(keyOf(i));
    session.commit();
    expect(transactions.versions.isEmpty).toBe(true);
    expect(transactions.clean()).toBeGreaterThan(500);
  });

  it('pages can be written by the age of their changes', () => {
    const { start, db, log } = setUp();
    const { session, tree } = start();
    const insert = (from: number): void => {
      session.begin();
      for (let i = from; i < from + 20; i++) tree.insert(keyOf(i), recordOf(i, 800));
      session.commit();
    };
    insert(0);
    db.cache.flush();
    expect(db.oldestChange()).toBeUndefined();
    insert(100);
    const between = { lGeneration: 1, isec: log.records.length, ib: 0 };
    insert(200);
    expect(db.oldestChange()!.isec).toBeLessThan(between.isec);
    db.flushBefore(between);
    expect(db.oldestChange()!.isec).toBeGreaterThan(between.isec);
    db.flushBefore({ ...between, lGeneration: 2 });
    expect(db.oldestChange()).toBeUndefined();
  });
});
