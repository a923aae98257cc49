// Trees filled and emptied, made and deleted, again and again: after the first rounds the database does not grow, and no
// page is lost.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { readTreeSpace } from '../../../src/ese/space/tree-space.ts';
import { createIndex, deleteIndex } from '../../../src/ese/tx/define-index.ts';
import { createTable, deleteTable } from '../../../src/ese/tx/define-table.ts';
import { CleaningRun, THINGS } from './cleaning-run.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Ids in one of several orders. */
function ordered(ids: readonly number[], order: number): number[] {
  if (order === 0) return [...ids];
  if (order === 1) return [...ids].reverse();
  return ids.map((_, i) => ids[(i * 611) % ids.length]!);
}

/** Pages that the tree of a table owns, those of its indexes among them. */
function ownedBy(run: CleaningRun, name: string): number {
  const { pages, tables } = new Database(new BufferSource(run.bytes()));
  const { tree } = tables.find((table) => table.name === name)!;
  return readTreeSpace(pages, tree)!.owned.reduce((sum, { cpg }) => sum + cpg, 0);
}

describe('space', () => {
  it('a table filled and emptied again and again does not grow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 200 }),
        (orderIn, orderOut, size) => {
          const run = new CleaningRun();
          const ids = range(0, 599);
          const sizes: number[] = [];
          for (let round = 0; round < 8; round++) {
            run.within(() => {
              run.insert(ordered(ids, orderIn), () => size);
            });
            run.within(() => {
              run.delete(ordered(ids, orderOut));
            });
            run.cleanAll();
            run.expectSound();
            sizes.push(run.open.store.pgnoLast);
          }
          expect(sizes.at(-1), sizes.join(' ')).toBe(sizes[2]);
          expect(ownedBy(run, 'things')).toBeLessThan(40);
        },
      ),
      { numRuns: 12, seed: 5, endOnFailure: true },
    );
  }, 120_000);

  it('tables and indexes made, filled and deleted do not make it grow', () => {
    const run = new CleaningRun();
    const { context, session } = run;
    const sizes: number[] = [];
    for (let round = 0; round < 12; round++) {
      run.within(() => {
        run.insert(range(0, 200), () => 100);
        for (const number of range(0, 4)) createTable(context, session, { ...THINGS, name: `more${number}` });
        createIndex(context, session, 'things', { name: 'body', key: ['body'] });
      });
      for (const number of range(0, 4)) fill(run, `more${number}`, 150);
      run.within(() => {
        run.delete(range(0, 200));
        for (const number of range(0, 4)) deleteTable(context, session, `more${number}`);
        deleteIndex(context, session, 'things', 'body');
      });
      run.cleanAll();
      run.expectSound();
      sizes.push(run.open.store.pgnoLast);
    }
    expect(sizes.at(-1), sizes.join(' ')).toBe(sizes[3]);
    run.expectReplays();
  }, 120_000);

  it('what transactions that roll back took is free again', () => {
    const run = new CleaningRun();
    const { context, session } = run;
    const sizes: number[] = [];
    for (let round = 0; round < 10; round++) {
      run.begin();
      run.insert(range(0, 300), () => 100);
      createTable(context, session, { ...THINGS, name: 'other' });
      const writer = run.writer(session, 'other');
      for (const id of range(0, 100)) writer.insert({ id: Uint8Array.of(id), body: new Uint8Array(200) });
      run.rollback();
      run.cleanAll();
      run.expectSound();
      sizes.push(run.open.store.pgnoLast);
    }
    expect(sizes.at(-1), sizes.join(' ')).toBe(sizes[2]);
  });
});

function fill(run: CleaningRun, name: string, count: number): void {
  run.within(() => {
    const writer = run.writer(run.session, name);
    for (const id of range(0, count)) writer.insert({ id: Uint8Array.of(id), body: new Uint8Array(200) });
  });
}
