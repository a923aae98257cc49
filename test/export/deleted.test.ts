import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import { childPgno } from '../../src/ese/btree/tree.ts';
import { NodeView } from '../../src/ese/page/node.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { dumpedDatabases } from '../ese/engine-dump.ts';
import { exported, type Exported } from './exported.ts';
import { EditedDatabase } from './page-edit.ts';

type Row = Record<string, unknown>;

/** Rows of a table, live ones and those marked, the marks taken off. */
function split(result: Exported, table: string): { live: Row[]; deleted: { mark: string; row: Row }[] } {
  const live: Row[] = [];
  const deleted: { mark: string; row: Row }[] = [];
  for (const { _deleted: mark, ...row } of result.rows(table))
    if (mark === undefined) live.push(row);
    else deleted.push({ mark: mark as string, row });
  return { live, deleted };
}

const text = (row: Row): string =>
  JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

const P4 = 'engine-made/build/p4-default/test.edb';
const P32 = 'engine-made/build/p32-default/test.edb';

describeCorpus('deleted rows', () => {
  for (const name of [P4, P32]) {
    it(`${name}: a row flagged deleted is given on request, and marked`, async () => {
      const before = split(await exported(corpus(name)), 'alltypes').live;
      const edited = new EditedDatabase(readFileSync(corpus(name)));
      edited.flagDeleted(edited.leaves('alltypes')[2]!, 1);
      const without = split(await exported(edited.bytes), 'alltypes');
      expect(without.live.length).toBe(before.length - 1);
      expect(without.deleted).toEqual([]);
      const left = new Set(without.live.map(text));
      const [victim] = before.filter((row) => !left.has(text(row)));
      const found = split(await exported(edited.bytes, { deleted: true }), 'alltypes');
      expect(found.live).toEqual(without.live);
      expect(found.deleted.filter(({ mark }) => mark === 'flagged')).toEqual([{ mark: 'flagged', row: victim }]);
    });

    for (const table of ['alltypes', 'seqtab', 'MSysObjects', 'derived1']) {
      it(`${name}: rows taken off the pages of ${table} are found in free space, value for value`, async () => {
        const before = split(await exported(corpus(name), { deleted: true }), table);
        const edited = new EditedDatabase(readFileSync(corpus(name)));
        let removed = 0;
        for (const pgno of edited.leaves(table)) {
          for (let line = edited.page(pgno).lineCount - 3; line > 0; line -= 4) {
            if (edited.isLastInSpace(pgno, line)) continue;
            edited.removeLine(pgno, line);
            removed++;
          }
        }
        const after = split(await exported(edited.bytes, { deleted: true }), table);
        expect(after.live.length).toBe(before.live.length - removed);
        const left = new Set(after.live.map(text));
        const victims = new Set(before.live.map(text).filter((row) => !left.has(row)));
        const known = new Set(before.deleted.map(({ row }) => text(row)));
        const found = after.deleted.map(({ row }) => text(row));
        // Nothing is made up: what is shown was a row, or was found before, or is an older state of a removed row.
        const ids = new Set(before.live.filter((row) => !left.has(text(row))).map((row) => row['id']));
        const others = after.deleted.filter(({ row }) => !victims.has(text(row)) && !known.has(text(row)));
        expect(others.filter(({ row }) => row['id'] === undefined || !ids.has(row['id']))).toEqual([]);
        // All are found. (Not so a record at the very end of a page's data, when it ends in a value of unknown length.)
        expect(new Set(found.filter((row) => victims.has(row))).size).toBe(removed);
      });
    }

    it(`${name}: rows of a page that was freed are found`, async () => {
      const before = split(await exported(corpus(name)), 'alltypes').live;
      const edited = new EditedDatabase(readFileSync(corpus(name)));
      const db = edited.open();
      const root = db.table('alltypes')!.tree.pgnoFDP;
      const node = new NodeView();
      node.load(db.pages.read(root), 1);
      const freed = childPgno(node);
      const rowsOnPage = db.pages.read(freed).lineCount;
      edited.removeLine(root, 1);
      const { live, deleted } = split(await exported(edited.bytes, { deleted: true }), 'alltypes');
      const left = new Set(live.map(text));
      const victims = before.map(text).filter((row) => !left.has(row));
      const onFreed = new Set(deleted.filter(({ mark }) => mark === 'freed-page').map(({ row }) => text(row)));
      expect(victims.length).toBe(rowsOnPage);
      for (const victim of victims) expect(onFreed.has(victim), victim).toBe(true);
    });

    it(`${name}: noise in free space is no row`, async () => {
      const edited = new EditedDatabase(readFileSync(corpus(name)));
      const before = split(await exported(edited.bytes, { deleted: true }), 'alltypes');
      let state = 7;
      for (const pgno of edited.leaves('alltypes')) {
        edited.edit(pgno, (bytes, page) => {
          const end = Math.max(
            ...Array.from({ length: page.itagMicFree }, (_, i) => page.tagStart(i) + page.tagLength(i)),
          );
          for (let at = end; at < page.tagArrayStart; at++)
            bytes[at] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24;
        });
      }
      const after = split(await exported(edited.bytes, { deleted: true }), 'alltypes');
      expect(after.live).toEqual(before.live);
      const known = new Set(before.deleted.map(({ row }) => text(row)));
      expect(after.deleted.filter(({ row }) => !known.has(text(row)))).toEqual([]);
    });
  }

  it('are the rows that were there before, whatever the page size', async () => {
    // All these databases were made alike, so what was deleted in one was deleted in all.
    const names = [P4, 'engine-made/build/p4-efv9180/test.edb', 'engine-made/build/p4-efv9600/test.edb', P32];
    const states = new Map<unknown, Set<string>>();
    const liveIds = new Set<unknown>();
    let repeated = 0;
    for (const name of names) {
      const { live, deleted } = split(await exported(corpus(name), { deleted: true }), 'alltypes');
      for (const row of live) liveIds.add(row['id']);
      for (const { row } of deleted) {
        const fixed = text(
          Object.fromEntries(Object.entries(row).filter(([key]) => key.startsWith('c') || key.startsWith('v'))),
        );
        const known = states.get(row['id']) ?? new Set();
        states.set(row['id'], known);
        if (known.has(fixed)) repeated++;
        known.add(fixed);
      }
    }
    expect(states.size).toBeGreaterThan(10);
    expect(repeated).toBeGreaterThan(10);
    for (const id of states.keys()) expect(liveIds.has(id), String(id)).toBe(false);
  });

  it('tells the columns of a table that was dropped', async () => {
    const { deleted } = split(await exported(corpus(P4), { deleted: true }), 'MSysObjects');
    const dropped = deleted.filter(({ row }) => row['Type'] === 1);
    expect(dropped.map(({ row }) => row['Name'])).toContain('droppme');
    const objid = dropped.find(({ row }) => row['Name'] === 'droppme')!.row['ObjidTable'];
    expect(deleted.filter(({ row }) => row['ObjidTable'] === objid && row['Type'] === 2).length).toBeGreaterThan(2);
  });

  it('are never live rows, in any database', async () => {
    let remains = 0;
    for (const { database } of dumpedDatabases()) {
      if (/temp\.edb|large\.edb/.test(database)) continue;
      const result = await exported(database, { deleted: true });
      const without = await exported(database);
      for (const table of result.tables) {
        const { live, deleted } = split(result, table.name);
        expect(live, `${database} ${table.name}`).toEqual(without.rows(table.name));
        expect(table.rows).toBe(live.length);
        expect(table.deletedRows).toBe(deleted.length);
        const rows = new Set(live.map(text));
        for (const { row, mark } of deleted)
          expect(rows.has(text(row)) && mark !== 'flagged', `${database} ${table.name}`).toBe(false);
        expect(new Set(deleted.map(({ row }) => text(row))).size, `${database} ${table.name}`).toBe(deleted.length);
        remains += deleted.length;
      }
    }
    expect(remains).toBeGreaterThan(500);
  });

  it('stand in CSV and Parquet with a last column that tells them apart', async () => {
    const path = corpus(P4);
    const options = { tables: ['alltypes'], deleted: true };
    const json = await exported(path, options);
    const marks = json.rows('alltypes').map((row) => row['_deleted'] ?? null);
    const csv = await exported(path, { ...options, format: 'csv' });
    expect(csv.text('alltypes').split('\r\n', 1)[0]!.endsWith(',_deleted')).toBe(true);
    const lastCells = csv.text('alltypes').match(/,(?:flagged|slack|freed-page)\r\n/g);
    expect(lastCells?.length).toBe(marks.filter((mark) => mark !== null).length);
    const parquet = await exported(path, { ...options, format: 'parquet' });
    const file = parquet.bytes('alltypes').slice().buffer;
    const rows = await parquetReadObjects({ file, columns: ['_deleted'] });
    expect(rows.map((row) => (row['_deleted'] as string | undefined) ?? null)).toEqual(marks);
  });
});
