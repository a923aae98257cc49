// Databases made to hurt whoever reads them: small files that ask for endless time or endless memory.
import { pageFormat } from '../../src/ese/page/page-format.ts';
import { PageFlag } from '../../src/ese/page/page-flags.ts';
import { ascii, be, join, le } from '../fixtures/bytes.ts';
import type { LineSpec } from '../fixtures/compose-page.ts';
import { TinyBuilder } from '../fixtures/tiny-builder.ts';
import {
  catalogLine,
  catalogLines,
  indexValues,
  longKey,
  TINY,
  tinyDatabase,
  type CatalogValues,
  type TinyDatabase,
} from '../fixtures/tiny-database.ts';
import { Damaged } from '../eseutil/damage.ts';

/** Which tree of the tiny database. */
export type TreeName = 'table' | 'index' | 'longValues';

/** Lines that all lead to one page: with every level there are `fanout` times as many ways down. */
function alike(pgno: number, fanout: number): LineSpec[] {
  return Array.from({ length: fanout }, (_, i) => ({
    key: i === fanout - 1 ? new Uint8Array(0) : be(0x7f000000 + i, 4),
    data: le(pgno, 4),
  }));
}

/** A tree of nine branch pages, each leading to the next a hundred times: 10^18 ways to one leaf. */
export function manyWays(tree: TreeName): Uint8Array {
  const tiny = tinyDatabase({ deep: true });
  const damaged = new Damaged(tiny.bytes);
  const { root, branches, leaves } = tiny[tree];
  const way = [root, ...[...branches].reverse(), leaves[0]!];
  for (let i = 0; i + 1 < way.length; i++) {
    const [from, to] = [way[i]!, way[i + 1]!];
    damaged.edit(from, (lines) => lines.splice(0, lines.length, ...alike(to, 100)));
    const overLeaf = i + 2 === way.length;
    const flags = damaged.view(from).fFlags & ~PageFlag.ParentOfLeaf;
    damaged.set(from, 36, flags | (overLeaf ? PageFlag.ParentOfLeaf : 0));
  }
  return damaged.bytes;
}

/** The same in the tree of extents that the table owns; its pages are taken from those that are free. */
export function manyWaysInSpace(): Uint8Array {
  const tiny = tinyDatabase();
  const damaged = new Damaged(tiny.bytes);
  const root = tiny.table.root + 1;
  const way = [root, tiny.tableFree, tiny.tableFree + 1, tiny.tableFree + 2, tiny.rootFree, tiny.rootFree + 1];
  for (let i = 1; i < way.length; i++) {
    damaged.copyPage(root, way[i]!);
    damaged.set(way[i]!, 36, damaged.view(root).fFlags & ~PageFlag.Root);
  }
  for (let i = 0; i + 1 < way.length; i++) {
    damaged.edit(way[i]!, (lines) => lines.splice(0, lines.length, ...alike(way[i + 1]!, 100)));
    const flags = damaged.view(way[i]!).fFlags & ~PageFlag.Leaf;
    damaged.set(way[i]!, 36, flags | (i + 2 === way.length ? PageFlag.ParentOfLeaf : 0));
  }
  return damaged.bytes;
}

/** Every branch leads up again: to the root, and to itself. */
export function circles(tree: TreeName): Uint8Array {
  const tiny = tinyDatabase({ deep: true });
  const damaged = new Damaged(tiny.bytes);
  const { root, branches } = tiny[tree];
  for (const pgno of branches) damaged.edit(pgno, (lines) => lines.push(...alike(root, 20), ...alike(pgno, 20)));
  return damaged.bytes;
}

/** Every leaf links to itself in both directions. */
export function circularLeaves(tree: TreeName): Uint8Array {
  const tiny = tinyDatabase();
  const damaged = new Damaged(tiny.bytes);
  for (const pgno of tiny[tree].leaves) damaged.set(pgno, 16, pgno).set(pgno, 20, pgno);
  return damaged.bytes;
}

/** Extents that each name every page of the file, as many as fit. */
export function greedyExtents(): Uint8Array {
  const tiny = tinyDatabase({ pageSize: 32768 });
  const damaged = new Damaged(tiny.bytes);
  for (const pgno of [2, 3, tiny.table.root + 1, tiny.table.root + 2]) {
    damaged.edit(pgno, (lines) => {
      const extent = (i: number): LineSpec => ({ key: be(0x7fef0000 + i, 4), data: le(0x7fff0000, 4) });
      lines.splice(0, lines.length, ...Array.from({ length: 1500 }, (_, i) => extent(i)));
    });
  }
  return damaged.bytes;
}

/** A long value that says it is four gigabytes. */
export function endlessLongValue(): Uint8Array {
  const tiny = tinyDatabase();
  return new Damaged(tiny.bytes).editData(tiny.longValues.leaves[0]!, 0, (data) => data.fill(0xff, 4)).bytes;
}

/** A record with as many tagged values as a page of 32 KB holds. */
export function fullTaggedArray(): Uint8Array {
  const tiny = tinyDatabase({ pageSize: 32768 });
  const damaged = new Damaged(tiny.bytes);
  const leaf = tiny.table.leaves[0]!;
  damaged.edit(leaf, (lines) => {
    const values = 15_000;
    const record = lines[0]!.data;
    const tagged =
      record[2]! + 2 * (record[1]! - 127) + ((record[record[2]! + 2]! | (record[record[2]! + 3]! << 8)) & 0x7fff);
    const offsets = Array.from({ length: values }, () => le(2 * values, 2));
    const column = join(le(257, 2), le(4, 2), le(8, 1), ...offsets);
    lines.splice(0, lines.length, { ...lines[0]!, data: join(record.slice(0, tagged), column) });
  });
  return damaged.bytes;
}

/** A catalog row. */
export interface JunkRow {
  readonly objidTable: number;
  readonly type: number;
  readonly id: number;
  readonly values: CatalogValues;
}

/** A tiny database whose catalogs hold other rows besides its own. */
export function withRows(rows: readonly JunkRow[]): Uint8Array {
  const builder = new TinyBuilder({ pageSize: 8192 });
  const tiny = tinyDatabase({ pageSize: 8192 });
  const roots = { table: tiny.table.root, index: tiny.index.root, longValues: tiny.longValues.root };
  const junk = rows.map(({ objidTable, type, id, values }) => catalogLine(builder, objidTable, type, id, values));
  const lines = [...catalogLines(builder, roots), ...junk].sort((a, b) => Buffer.compare(a.key, b.key));
  return withCatalog(tiny, builder, lines);
}

/** Columns without a table, and tables without anything. */
export function junkRows(count: number): Uint8Array {
  const row = (i: number): JunkRow => ({
    objidTable: 100 + (i >> 1),
    type: 1 + (i & 1),
    id: 100 + i,
    values: { ColtypOrPgnoFDP: i & 1 ? 300 : 50 + i, Name: `junk ${i}` },
  });
  return withRows(Array.from({ length: count }, (_, i) => row(i)));
}

/** Indexes of one table, all at the same page: under ids of their own, or all under one. */
export function manyIndexes(count: number, oneId: boolean): Uint8Array {
  const tiny = tinyDatabase({ pageSize: 8192 });
  const builder = new TinyBuilder({ pageSize: 8192 });
  const values = (i: number): CatalogValues => ({
    ColtypOrPgnoFDP: tiny.index.root,
    Name: `index ${i}`,
    ...indexValues(builder, 0x0e, [128]),
  });
  return withRows(
    Array.from({ length: count }, (_, i) => ({
      objidTable: TINY.table,
      type: 3,
      id: oneId ? TINY.index : 100 + i,
      values: values(i),
    })),
  );
}

/** A table that derives from itself, and two from each other. */
export function circularTemplates(): Uint8Array {
  const table = (id: number, Name: string, TemplateTable: string): JunkRow[] => [
    { objidTable: id, type: 1, id, values: { ColtypOrPgnoFDP: id, Name, TemplateTable, Flags: 0x10000000 } },
    { objidTable: id, type: 2, id: 1, values: { ColtypOrPgnoFDP: 4, Name: 'Id', RecordOffset: 4, SpaceUsage: 4 } },
  ];
  return withRows([...table(100, 'self', 'self'), ...table(101, 'ping', 'pong'), ...table(102, 'pong', 'ping')]);
}

/** Puts the lines in trees after the end of the tiny database, and makes the catalogs' roots lead there. */
function withCatalog(tiny: TinyDatabase, builder: TinyBuilder, lines: readonly LineSpec[]): Uint8Array {
  const format = pageFormat(tiny.pageSize)!;
  builder.next = tiny.beyond + 2;
  for (const [objid, root] of [
    [2, 4],
    [3, 24],
  ] as const) {
    builder.tree(root, objid, 0, lines, 1000);
    builder.multipleExtents(root, 1, root === 4 ? 20 : 5, root + 3, 2);
  }
  const made = builder.file(builder.next, TINY.longValues);
  const bytes = new Uint8Array(made.length);
  bytes.set(tiny.bytes);
  for (const pgno of builder.pages.keys()) {
    const at = (pgno + 1) * format.pageSize;
    bytes.set(made.subarray(at, at + format.pageSize), at);
  }
  return bytes;
}

/** The table under another name of five characters, in both copies of the catalog. */
export function renamed(name: string, bytes: Uint8Array = tinyDatabase().bytes): Uint8Array {
  const damaged = new Damaged(bytes);
  for (const pgno of [4, 24]) {
    const line = damaged
      .lines(pgno)
      .findIndex(
        ({ key }) => key.join() === join(longKey(TINY.table), Uint8Array.of(0x7f, 0x80, 1), longKey(TINY.table)).join(),
      );
    damaged.editData(pgno, line, (data) => {
      const at = Buffer.from(data).indexOf('items');
      data.set(ascii(name), at);
    });
  }
  return damaged.bytes;
}

/** Both headers say another page size, and their sums are right. */
export function lyingPageSize(size: number): Uint8Array {
  return new Damaged(tinyDatabase().bytes).setHeader(236, size).bytes;
}
