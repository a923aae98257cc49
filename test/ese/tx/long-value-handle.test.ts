// Values of long columns read and written in part and as streams, in the record and beside it.
import { describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../src/ese/build/table-spec.ts';
import { findingsOf } from './memory-database.ts';
import { MemoryTables } from './memory-tables.ts';

const SPEC: TableSpec = {
  name: 't',
  columns: [
    { name: 'id', type: 'Long', notNull: true },
    { name: 'body', type: 'LongBinary' },
  ],
  indexes: [{ name: 'id', key: ['id'], primary: true }],
};
const LARGE = new Uint8Array(300_000).map((_, i) => (i * 7 + (i >> 8)) & 0xff);

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as never).arrayBuffer());
}

describe('LongValueHandle', () => {
  const rows = [{ id: 1, body: LARGE }, { id: 2, body: Uint8Array.of(1, 2, 3) }, { id: 3 }];
  const open = (): MemoryTables => new MemoryTables([[SPEC, rows]]);

  it('reads parts and streams', async () => {
    const tables = open();
    const table = tables.database.table(tables.session(), 't');
    const handle = table.openLongValue(table.findBookmark('id', [1])!, 'Body');
    expect(handle.size).toBe(LARGE.length);
    expect(handle.isNull).toBe(false);
    expect(handle.read({ start: 70_000, end: 70_010 })).toEqual(LARGE.subarray(70_000, 70_010));
    expect(handle.read({ start: 299_990, end: 1e9 })).toEqual(LARGE.subarray(299_990));
    expect(same(await bytesOf(handle.readable()), LARGE)).toBe(true);
    expect(same(await bytesOf(handle.readable({ start: 10, end: 200_000 })), LARGE.subarray(10, 200_000))).toBe(true);
    expect(same(table.find('id', [1])!['body'] as Uint8Array, LARGE)).toBe(true);
    expect(table.openLongValue(table.findBookmark('id', [3])!, 'body').isNull).toBe(true);
    expect(() => table.openLongValue(table.findBookmark('id', [3])!, 'id')).toThrow('no column of long values');
  });

  it('writes, adds, cuts and fills up', async () => {
    const tables = open();
    const session = tables.session();
    const table = tables.database.table(session, 't');
    const bookmark = table.findBookmark('id', [2])!;
    const handle = table.openLongValue(bookmark, 'body');
    handle.append(Uint8Array.of(4, 5));
    handle.writeAt(1, Uint8Array.of(9));
    expect(handle.read()).toEqual(Uint8Array.of(1, 9, 3, 4, 5));
    handle.resize(2);
    handle.resize(4);
    expect(handle.read()).toEqual(Uint8Array.of(1, 9, 0, 0));
    expect(() => {
      handle.writeAt(5, Uint8Array.of(1));
    }).toThrow('has none at 5');
    const writer = handle.writable({ append: true }).getWriter();
    await writer.write(Uint8Array.of(7));
    await writer.write(Uint8Array.of(8));
    await writer.close();
    expect(handle.read()).toEqual(Uint8Array.of(1, 9, 0, 0, 7, 8));
    session.begin();
    handle.write(Uint8Array.of(1));
    session.rollback();
    expect(handle.size).toBe(6);
  });

  it('keeps large values beside their records, and lets them go', async () => {
    const tables = open();
    const session = tables.session();
    const table = tables.database.table(session, 't');
    const bookmark = table.findBookmark('id', [3])!;
    const handle = table.openLongValue(bookmark, 'body');
    await session.transaction(async () => {
      const writer = handle.writable().getWriter();
      for (let at = 0; at < LARGE.length; at += 7000) await writer.write(LARGE.subarray(at, at + 7000));
      await writer.close();
    });
    expect(same(handle.read(), LARGE)).toBe(true);
    handle.writeAt(100_000, new Uint8Array(10));
    const changed = LARGE.slice().fill(0, 100_000, 100_010);
    expect(same(handle.read(), changed)).toBe(true);
    const other = tables.database.table(tables.session(), 't');
    session.begin();
    handle.resize(5000);
    expect(same(other.openLongValue(bookmark, 'body').read(), changed)).toBe(true);
    await session.commit();
    expect(same(other.openLongValue(bookmark, 'body').read(), changed.subarray(0, 5000))).toBe(true);
    table.delete(table.findBookmark('id', [1])!);
    table.update(bookmark, { body: null });
    tables.transactions.clean();
    tables.transactions.clean();
    expect(handle.isNull).toBe(true);
    expect(findingsOf(tables.file())).toEqual([]);
  });
});
