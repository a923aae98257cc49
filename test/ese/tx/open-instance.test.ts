// The programming interface on real files: what a program does from an empty folder to a database that is whole.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { openInstance } from '../../../src/ese/io/open-instance.ts';
import type { EngineInstance } from '../../../src/ese/tx/engine-instance.ts';
import type { NewTable, OpenDatabase } from '../../../src/ese/tx/open-database.ts';
import { findings } from '../recovery/dump-comparison.ts';

const MESSAGES: NewTable = {
  name: 'Messages',
  columns: [
    { name: 'Id', type: 'Long', notNull: true, autoIncrement: true },
    { name: 'Subject', type: 'Text' },
    { name: 'Size', type: 'LongLong' },
    { name: 'Received', type: 'DateTime' },
    { name: 'Reads', type: 'Long', escrow: true, defaultValue: 0 },
    { name: 'Tags', type: 'Text', multiValued: true },
    { name: 'Folder', type: 'UnsignedByte', defaultValue: 7 },
  ],
  indexes: [
    { name: 'Primary', key: ['Id'], primary: true },
    { name: 'ByReceived', key: ['-Received'] },
    { name: 'BySubject', key: ['Subject'], unique: true, nulls: 'ignore-any' },
    { name: 'ByTag', key: ['Tags'], nulls: 'ignore-any' },
  ],
};

describe('openInstance', () => {
  let folder: string;
  let instance: EngineInstance;
  const open = (): Promise<EngineInstance> =>
    openInstance(folder, { logFileSize: 131072, circular: true, pageSize: 4096, extensionPages: 16 });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-api-'));
    instance = await open();
  });
  afterEach(async () => {
    await instance.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const fileOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const create = async (): Promise<OpenDatabase> => {
    const db = await instance.createDatabase('mail.edb');
    const session = instance.session('setup');
    await session.transaction(() => db.createTable(session, MESSAGES));
    await session.close();
    return db;
  };

  it('makes a database, fills it, and finds everything again', async () => {
    const db = await create();
    const session = instance.session('importer');
    const table = db.table(session, 'messages');
    const received = new Date('2026-01-02T03:04:05Z');
    const bookmark = await session.transaction(() => {
      table.insert({ subject: 'second', Size: 2, Received: '2026-01-03T00:00:00.000', Tags: ['b', 'c'] });
      return table.insert({ Subject: 'first', Size: 2n ** 40n, Received: received, Tags: ['a', 'b'], Folder: null });
    });
    expect(table.get(bookmark)).toEqual({
      Id: 2,
      Subject: 'first',
      Size: 2n ** 40n,
      Received: '2026-01-02T03:04:05.000',
      Reads: 0,
      Tags: ['a', 'b'],
    });
    expect(table.find('BySubject', ['SECOND'], ['id', 'Folder'])).toEqual({ Id: 1, Folder: 7 });
    expect([...table.range('ByTag', { from: ['b'], to: ['b'], columns: ['Id'] })]).toEqual([{ Id: 1 }, { Id: 2 }]);
    expect([...table.range('ByReceived', { columns: ['Id'] })]).toEqual([{ Id: 1 }, { Id: 2 }]);
    expect(table.count()).toBe(2);
    expect(() => table.find('None', [1])).toThrow('no index None');
    expect(() => table.get(bookmark, ['Nothing'])).toThrow('no column Nothing');
    await session.close();
    await instance.close();
    const file = fileOf('mail.edb');
    expect(findings(file)).toEqual([]);
    expect(new Database(new BufferSource(file)).cursor('Messages').first()).toBe(true);
  });

  it('rolls back what throws, nested or not, and keeps what was committed', async () => {
    const db = await create();
    const session = instance.session();
    const table = db.table(session, 'Messages');
    const boom = new Error('boom');
    await expect(
      session.transaction(async () => {
        table.insert({ Subject: 'one' });
        await session.transaction(() => table.insert({ Subject: 'two' }));
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(table.count()).toBe(0);
    await session.transaction(async () => {
      table.insert({ Subject: 'one' });
      await session
        .transaction(() => {
          table.insert({ Subject: 'two' });
          throw boom;
        })
        .catch(() => undefined);
    });
    expect([...table.range(undefined, { columns: ['Subject'] })]).toEqual([{ Subject: 'one' }]);
    expect(session.level).toBe(0);
    await expect(
      session.transaction(() => {
        session.begin();
      }),
    ).rejects.toThrow('used twice at once');
    expect(session.level).toBe(0);
  });

  it('two sessions: snapshots, and the second writer is refused', async () => {
    const db = await create();
    const [a, b] = [instance.session('a'), instance.session('b')];
    const [ta, tb] = [db.table(a, 'Messages'), db.table(b, 'Messages')];
    const bookmark = ta.insert({ Subject: 'x', Size: 1 });
    b.begin();
    expect(tb.count()).toBe(1);
    a.begin();
    ta.update(bookmark, { Size: 2 });
    expect(tb.get(bookmark, ['Size'])).toEqual({ Size: 1n });
    await a.commit();
    expect(tb.get(bookmark, ['Size'])).toEqual({ Size: 1n });
    expect(() => tb.update(bookmark, { Size: 3 })).toThrow('changed by a');
    b.rollback();
    expect(tb.get(bookmark, ['Size'])).toEqual({ Size: 2n });
    tb.update(bookmark, { Size: 3 });
    expect(ta.get(bookmark, ['Size'])).toEqual({ Size: 3n });
  });

  it('differences of two sessions both count', async () => {
    const db = await create();
    const [a, b] = [instance.session('a'), instance.session('b')];
    const [ta, tb] = [db.table(a, 'Messages'), db.table(b, 'Messages')];
    const bookmark = ta.insert({ Subject: 'x' });
    a.begin();
    b.begin();
    expect(ta.escrow(bookmark, 'Reads', 5)).toBe(0n);
    expect(tb.escrow(bookmark, 'Reads', -2n)).toBe(5n);
    expect(ta.get(bookmark, ['Reads'])).toEqual({ Reads: 5 });
    expect(tb.get(bookmark, ['Reads'])).toEqual({ Reads: -2 });
    expect(() => ta.update(bookmark, { Size: 1 })).toThrow('changed by b');
    expect(() => ta.escrow(bookmark, 'Size', 1)).toThrow('not one that changes by differences');
    await a.commit();
    b.rollback();
    expect(tb.get(bookmark, ['Reads'])).toEqual({ Reads: 5 });
    expect(() => tb.update(bookmark, { Reads: 1 })).toThrow(/differences/);
  });

  it('a cursor stands its ground while rows are changed and deleted', async () => {
    const db = await create();
    const [a, b] = [instance.session('a'), instance.session('b')];
    const [ta, tb] = [db.table(a, 'Messages'), db.table(b, 'Messages')];
    const bookmarks = Array.from({ length: 50 }, (_, i) => ta.insert({ Subject: `s${i}`, Size: i }));
    const cursor = tb.cursor('Primary', { from: [10], to: [20], toInclusive: false });
    expect(cursor.next()).toBe(true);
    expect(cursor.getBigInt('Size')).toBe(9n);
    ta.update(bookmarks[9]!, { Size: 90, Subject: 'y'.repeat(200) });
    expect(cursor.getBigInt('Size')).toBe(90n);
    ta.delete(bookmarks[9]!);
    expect(() => cursor.getBigInt('Size')).toThrow('is gone');
    ta.delete(bookmarks[10]!);
    expect(cursor.next()).toBe(true);
    expect(cursor.getNumber('Id')).toBe(12);
    expect(cursor.previous()).toBe(false);
    expect(cursor.next()).toBe(true);
    expect(cursor.getNumber('Id')).toBe(12);
    expect(cursor.last()).toBe(true);
    expect(cursor.getNumber('Id')).toBe(19);
    expect(cursor.next()).toBe(false);
    expect(() => cursor.get('Id')).toThrow('stands on no row');
    expect(cursor.previous()).toBe(true);
    const into = new Uint8Array(4);
    expect(cursor.getBytes('Subject', into)).toBe(3);
    expect(cursor.getText('Subject')).toBe('s18');
    expect([cursor.isNull('Received'), cursor.isNull('Size')]).toEqual([true, false]);
    expect(() => cursor.getNumber('Size')).toThrow('is a LongLong');
    expect(cursor.count()).toBe(8);
    cursor.close();
  });

  it('definitions change with transactions', async () => {
    const db = await create();
    const session = instance.session();
    const table = db.table(session, 'Messages');
    const bookmark = table.insert({ Subject: 'x', Size: 5 });
    const other = instance.session('other');
    session.begin();
    db.addColumn(session, 'Messages', { name: 'Flags', type: 'Long', defaultValue: 3 });
    expect(table.get(bookmark, ['Flags'])).toEqual({ Flags: 3 });
    expect(() => db.table(other, 'Messages').get(bookmark, ['Flags'])).toThrow('no column');
    await session.commit();
    expect(db.table(other, 'Messages').get(bookmark, ['Flags'])).toEqual({ Flags: 3 });
    db.createIndex(session, 'Messages', { name: 'BySize', key: ['Size'] });
    expect(table.find('BySize', [5], ['Subject'])).toEqual({ Subject: 'x' });
    db.deleteIndex(session, 'Messages', 'BySize');
    expect(() => table.find('BySize', [5])).toThrow('no index BySize');
    db.renameColumn(session, 'Messages', 'Size', 'Bytes');
    expect(table.get(bookmark, ['Bytes'])).toEqual({ Bytes: 5n });
    db.deleteColumn(session, 'Messages', 'Flags');
    db.renameTable(session, 'Messages', 'Mail');
    expect(db.table(session, 'Mail').count()).toBe(1);
    expect(() => db.table(session, 'Messages')).toThrow('no table Messages');
    db.deleteTable(session, 'Mail');
    expect(() => db.table(session, 'Mail')).toThrow('no table Mail');
    await session.close();
    await instance.close();
    expect(findings(fileOf('mail.edb'))).toEqual([]);
  });

  it('databases are detached and attached, and taken up by the next instance', async () => {
    const db = await create();
    const session = instance.session();
    db.table(session, 'Messages').insert({ Subject: 'kept' });
    await session.close();
    expect(() => {
      session.begin();
    }).toThrow('has ended');
    await instance.detachDatabase(db);
    await expect(instance.detachDatabase(db)).rejects.toThrow('not attached');
    expect(findings(fileOf('mail.edb'))).toEqual([]);
    await expect(instance.attachDatabase('none.edb')).rejects.toThrow('no such file');
    const again = await instance.attachDatabase('mail.edb');
    expect(again.table(instance.session(), 'Messages').count()).toBe(1);
    await expect(instance.createDatabase('mail.edb')).rejects.toThrow();
    await instance.close();
    expect(() => instance.session()).toThrow('closed');
    instance = await open();
    const third = await instance.attachDatabase('mail.edb');
    expect(third.tables().some(({ name }) => name === 'Messages')).toBe(true);
  });

  it('refuses what an instance cannot be', async () => {
    const codeOf = async (promise: Promise<unknown>): Promise<string> => {
      const error = await promise.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return isJetError(error) ? error.symbol : 'none';
    };
    expect(await codeOf(openInstance(join(folder, 'x'), { baseName: 'long' }))).toBe('JET_errInvalidParameter');
    expect(await codeOf(openInstance(join(folder, 'x'), { logFileSize: 100_000 }))).toBe('JET_errInvalidParameter');
    expect(await codeOf(openInstance(folder, { pageSize: 4096 }))).toBe('JET_errDatabaseInUse');
  });
});
