// Trees written at random: the nodes of a model, a database without findings, and log records that make the same pages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { isJetError } from '../../../src/errors/jet-error.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { decodeRecord, Lr } from '../../../src/ese/log/record-table.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { TreeWriter } from '../../../src/ese/tx/tree-writer.ts';
import { differingPages } from '../recovery/page-comparison.ts';
import { buildFile, findingsOf, nodesOf, openFile, replay, treeOf } from './memory-database.ts';
import { keyOf, NUMBERS, recordOf } from './numbers-table.ts';

type Step = readonly [what: 'insert' | 'replace' | 'delete', id: number, length: number];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Does all steps; the file, the records and the model afterwards. */
function run(steps: readonly Step[], pageSize: number, density: number, cacheSize?: number) {
  const file = buildFile(pageSize, [[NUMBERS, []]]);
  const open = openFile(file, cacheSize === undefined ? {} : { cacheSize });
  const table = new Database(new BufferSource(file)).table('numbers')!;
  const tree = treeOf(table, density);
  const { db, session, space, log, store } = open;
  const writer = new TreeWriter({ db, session, tree, allocator: space });
  const model = new Map<string, string>();
  for (const [what, id, length] of steps) {
    const [key, record] = [keyOf(id), recordOf(id, length)];
    const known = model.has(hex(key));
    try {
      if (what === 'insert') writer.insert(key, record);
      else if (what === 'replace') writer.replace(key, record);
      else writer.flagDelete(key, undefined);
      expect(what === 'insert').toBe(!known);
      if (what === 'delete') model.delete(hex(key));
      else model.set(hex(key), hex(record));
    } catch (error) {
      if (!isJetError(error, what === 'insert' ? 'JET_errKeyDuplicate' : 'JET_errRecordNotFound')) throw error;
      expect(what === 'insert').toBe(known);
    }
  }
  const nodes = nodesOf(db, tree);
  db.cache.flush();
  return { file, store, log, nodes, model };
}

function verify({ file, store, log, nodes, model }: ReturnType<typeof run>): void {
  expect(nodes).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
  expect(findingsOf(store.bytes)).toEqual([]);
  const replayed = replay(file, log.records);
  const padded = new Uint8Array(store.bytes.length);
  padded.set(replayed.subarray(0, padded.length));
  expect(differingPages(padded, store.bytes)).toEqual([]);
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('insert' as const, 'insert' as const, 'insert' as const, 'replace' as const, 'delete' as const),
  fc.integer({ min: -60, max: 200 }),
  fc.integer({ min: 0, max: 1900 }),
);

describe('TreeWriter', () => {
  it('random inserts, replaces and deletes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 250 }), fc.constantFrom(4096, 8192, 16384), (steps, pageSize) => {
        verify(run(steps, pageSize, 0));
      }),
      { numRuns: 25 },
    );
  });

  const ids = Array.from({ length: 1500 }, (_, i) => i);
  const size = (id: number): number => 1200 + ((id * 7919) % 700);
  const orders: Readonly<Record<string, readonly number[]>> = {
    ascending: ids,
    descending: [...ids].reverse(),
    shuffled: ids.map((i) => (i * 611) % 1500),
    'at one place': [...ids.slice(0, 20), ...ids.slice(1400), ...ids.slice(20, 1400)],
  };
  for (const [name, order] of Object.entries(orders)) {
    it(`many rows, ${name}: branches split too, the file grows`, () => {
      const result = run(
        order.map((id) => ['insert', id, size(id)]),
        4096,
        819,
      );
      verify(result);
      expect(result.nodes.length).toBe(1500);
      const types = new Set(result.log.records.map((record) => record[0]));
      // Split2, ConvertFDP2, ExtendDB, SetExternalHeader.
      for (const type of [62, 58, 68, 38]) expect(types).toContain(type);
      const newFlags = result.log.records
        .filter((record) => record[0] === Lr.Split2)
        .map((record) => Number(decodeRecord(record, 0, record.length).fields['fNewPageFlags']));
      const branches = newFlags.filter((flags) => (flags & PageFlag.ParentOfLeaf) !== 0);
      expect(branches.length).toBeGreaterThan(0);
    });
  }

  it('a tree of thousands of pages: the space trees of the database and of the tree split too', () => {
    const result = run(
      Array.from({ length: 11000 }, (_, id): Step => ['insert', id, 1990]),
      4096,
      0,
    );
    verify(result);
    const splits = result.log.records
      .filter((record) => record[0] === Lr.Split2)
      .map((record) => decodeRecord(record, 0, record.length).fields)
      .filter((fields) => (Number(fields['fFlags']) & LogPageFlag.Space) !== 0);
    expect(new Set(splits.map((fields) => Number(fields['objidFDP']))).size).toBe(2);
  });

  it('comes to the same with a cache of a few pages', () => {
    const steps = ids.slice(0, 200).map((i): Step => ['insert', (i * 611) % 1500, size(i)]);
    const [small, large] = [run(steps, 4096, 0, 1), run(steps, 4096, 0)];
    verify(small);
    expect(small.store.bytes).toEqual(large.store.bytes);
  });
});
