// Indexes of Unicode text that lost entries: the new database tells the engine not to believe them.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { utf16 } from '../../src/binary/text.ts';
import { walkLeaves } from '../../src/ese/btree/leaf-walk.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { pageOffset } from '../../src/ese/page/page-reader.ts';
import { scanTable } from '../../src/ese/table-scan.ts';
import { checkDatabase } from '../../src/eseutil/check.ts';
import { defragment, type DefragResult } from '../../src/eseutil/defrag.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { CrashDisk } from '../fault/crash-disk.ts';
import { environment, PATH, repairBytes } from './repair/repair-in-memory.ts';

const TABLE = 'alltypes';
const INDEX = 'ixTextW';
const SOURCE = { file: 'engine-made/build/p4-default/test.edb', table: TABLE, index: INDEX };
const open = (bytes: Uint8Array): Database => new Database(new BufferSource(bytes));

/** The database with leaves of the index zeroed: the first, or all. */
function damaged(which: 'first' | 'all', { file, table, index } = SOURCE): Uint8Array {
  const bytes = new Uint8Array(readFileSync(corpus(file)));
  const db = open(bytes);
  const { tree } = db.table(table)!.indexes.find(({ name }) => name === index)!;
  const leaves = [...walkLeaves(db.pages, tree)].map(({ pgno }) => pgno);
  expect(leaves.length).toBeGreaterThan(which === 'first' ? 1 : 0);
  const { pageSize } = db.pages.format;
  for (const pgno of which === 'first' ? leaves.slice(0, 1) : leaves)
    bytes.fill(0, pageOffset(pgno, pageSize), pageOffset(pgno, pageSize) + pageSize);
  return bytes;
}

/** Rows of MSysLocales that count indexes: sort order and number. */
function locales(db: Database): Record<string, number> {
  const table = db.table('MSysLocales')!;
  const column = (name: string) => table.columns.find((candidate) => candidate.name === name)!;
  const found: Record<string, number> = {};
  for (const { record } of scanTable(db, table)) {
    const [key] = record.values(column('Key'));
    const [value] = record.values(column('iValue'));
    const name = utf16(key!, 0, key!.length - 2);
    if (!name.startsWith('.')) found[name] = new DataView(value!.buffer).getInt32(0, true);
  }
  return found;
}

const GOOD = 'LocaleName=en-US,SortID=00000001-57ee-1e5c-00b4-d0000bb1e11e,Ver=6030500060305';
const MARKED = 'LocaleName=en-US,SortID=00000000-0000-0000-0000-000000000000,Ver=0';

function unexpected(db: Database): string[] {
  const found: string[] = [];
  checkDatabase(db, {
    onFinding: ({ rule, at, severity, message }) => {
      if (severity !== 'info' && !(rule === 'index.missing-entry' && at.index === INDEX)) found.push(message);
    },
  });
  return found;
}

function requireMarked(bytes: Uint8Array): void {
  const db = open(bytes);
  expect(unexpected(db)).toEqual([]);
  for (const index of db.table(TABLE)!.indexes.filter(({ flags }) => (flags & 0x400) !== 0))
    expect(
      index.sortVersion.some((byte) => byte !== 0),
      index.name,
    ).toBe(index.name !== INDEX);
  expect(locales(db)).toEqual({ [GOOD]: 5, [MARKED]: 1, MSysLocalesConsistent: 1 });
}

function requireDropped(bytes: Uint8Array): void {
  const db = open(bytes);
  expect(unexpected(db)).toEqual([]);
  const names = db.table(TABLE)!.indexes.map(({ name }) => name);
  expect(names).not.toContain(INDEX);
  expect(names.length).toBeGreaterThan(20);
  expect(locales(db)).toEqual({ [GOOD]: 6, MSysLocalesConsistent: 1 });
}

function salvaged(bytes: Uint8Array): { result: DefragResult; bytes: Uint8Array } {
  const disk = new CrashDisk({ [PATH]: bytes });
  const result = defragment(PATH, { salvage: true }, {}, environment(disk));
  return { result, bytes: disk.files()[PATH]! };
}

describeCorpus('an index of Unicode text that lost entries', () => {
  it('is marked by repair, and MSysLocales leads the engine to it', () => {
    const { bytes, result, report } = repairBytes(damaged('first'));
    const table = result.tables.find(({ table: name }) => name === TABLE)!;
    expect(table.indexesIncomplete.map(({ index }) => index)).toEqual([INDEX]);
    expect(report).toContain('the index is marked so that the engine deletes it');
    requireMarked(bytes);
  });

  it('is marked by repair when only entries of NULL could be made', () => {
    requireMarked(repairBytes(damaged('all')).bytes);
  });

  it('is taken out by repair when no entry is left: the engine would believe an empty one', () => {
    const source = { file: 'ese/dissect/index.edb', table: 'index', index: 'IxUnicode' };
    const { bytes, result } = repairBytes(damaged('all', source));
    expect(result.tables.find(({ table }) => table === source.table)!.indexesDropped).toEqual([source.index]);
    expect(result.lossless).toBe(false);
    const db = open(bytes);
    expect(unexpected(db)).toEqual([]);
    expect(db.table(source.table)!.indexes.map(({ name }) => name)).not.toContain(source.index);
  });

  it('is marked by a defragmentation that salvages', () => {
    const { bytes, result } = salvaged(damaged('first'));
    expect(result.indexesForEngine).toEqual([`${TABLE}.${INDEX}`]);
    expect(result.indexesDropped).toEqual([]);
    requireMarked(bytes);
  });

  it('is left out by a defragmentation that salvages when no entry is left', () => {
    const { bytes, result } = salvaged(damaged('all'));
    expect(result.indexesDropped).toEqual([`${TABLE}.${INDEX}`]);
    requireDropped(bytes);
  });
});
