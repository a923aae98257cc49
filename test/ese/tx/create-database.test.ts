// Databases made through the log, of all page sizes, with tables, rows and indexes: sound, and read by other readers.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { createDatabase } from '../../../src/ese/tx/create-database.ts';
import { addColumn, deleteColumn } from '../../../src/ese/tx/define-column.ts';
import { createIndex } from '../../../src/ese/tx/define-index.ts';
import { createTable, deleteTable } from '../../../src/ese/tx/define-table.ts';
import { Schema } from '../../../src/ese/tx/schema.ts';
import { TableWriter } from '../../../src/ese/tx/table-writer.ts';
import { askCells, pythonWith } from '../../oracle/python-peer.ts';
import { tempFolder } from '../../temp-folder.ts';
import { entriesOf, findings } from '../recovery/dump-comparison.ts';
import { fileOf, openInstance } from './instance-files.ts';

const PEOPLE: TableSpec = {
  name: 'people',
  columns: [
    { name: 'number', type: 'Long', autoIncrement: true },
    { name: 'name', type: 'Text', notNull: true },
    { name: 'nick', type: 'Text', codePage: 1200 },
    { name: 'tags', type: 'Text', place: 'tagged', multiValued: true },
  ],
  indexes: [
    { name: 'number', key: ['number'], primary: true },
    { name: 'name', key: ['name', '-number'], unique: true },
    { name: 'nick', key: ['nick'] },
    { name: 'tags', key: ['tags'], nulls: 'ignore-any' },
  ],
};
const ROWS = 120;

/** Makes a database in a folder, with one table that is as it was made and one that was changed. */
function make(folder: string, pageSize: number): Uint8Array {
  const instance = openInstance(folder, { pageSize, dbExtensionSize: 16 });
  const database = createDatabase(instance, 'new.edb', { dbExtensionSize: 16 });
  const { transactions } = instance;
  const context = { transactions, database };
  const session = transactions.session();
  const writerOf = (name: string): TableWriter =>
    new TableWriter(transactions, session, database, Schema.of(database).table(name, session));
  createTable(context, session, PEOPLE);
  const people = writerOf('people');
  for (let i = 0; i < ROWS; i++) people.insert({ name: `Name ${i % 40}`, nick: `Nick ${i % 9}`, tags: ['a', `t${i}`] });
  createTable(context, session, { name: 'changed', columns: [{ name: 'a', type: 'Long' }] });
  const before = writerOf('changed');
  for (let i = 0; i < ROWS; i++) before.insert({ a: i });
  addColumn(context, session, 'changed', { name: 'b', type: 'Text', defaultValue: Uint8Array.of(0x78) });
  addColumn(context, session, 'changed', { name: 'gone', type: 'Short' });
  createIndex(context, session, 'changed', { name: 'a', key: ['-a'], unique: true });
  writerOf('changed').insert({ a: ROWS, b: 'last', gone: 7 });
  deleteColumn(context, session, 'changed', 'gone');
  createTable(context, session, { ...PEOPLE, name: 'dropped' });
  deleteTable(context, session, 'dropped');
  instance.close();
  return fileOf(folder, 'new.edb');
}

describe('a database made through the log', () => {
  for (const pageSize of [4096, 8192, 16384, 32768]) {
    it(`is sound with pages of ${pageSize / 1024} KB`, () => {
      const file = make(tempFolder(), pageSize);
      expect(findings(file)).toEqual([]);
      const db = new Database(new BufferSource(file));
      const own = ['MSysLocales', 'MSysObjects', 'MSysObjectsShadow', 'MSysObjids'];
      expect(db.tables.map(({ name }) => name)).toEqual([...own, 'changed', 'people']);
      for (const name of ['name', 'nick']) expect(entriesOf(db, db.table('people')!, name).length).toBe(ROWS);
      expect(entriesOf(db, db.table('people')!, 'tags').length).toBe(2 * ROWS);
      expect(entriesOf(db, db.table('changed')!, 'a').length).toBe(ROWS + 1);
    });
  }

  for (const peer of ['pyesedb', 'impacket'] as const) {
    it.skipIf(pythonWith(peer) === undefined)(`is read by ${peer}`, () => {
      const folder = tempFolder();
      make(folder, 8192);
      const rows = askCells(peer, join(folder, 'new.edb'));
      expect(rows).toBeDefined();
      const of = (name: string): number => rows!.filter(([table]) => table === name).length;
      expect(of('people')).toBe(ROWS);
      expect(of('changed')).toBe(ROWS + 1);
      const [, cells] = rows!.filter(([table]) => table === 'people')[3]!;
      expect(cells['name']).toBe(Buffer.from('Name 3').toString('hex'));
      const last = rows!.filter(([table]) => table === 'changed').at(-1)!;
      expect(last[1]['b']).toBe(Buffer.from('last').toString('hex'));
      expect(Object.keys(last[1])).not.toContain('gone');
    });
  }
});
