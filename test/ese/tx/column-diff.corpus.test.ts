// Differences of records and chunks against those in the engine's own logs.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { u16 } from '../../../src/binary/little-endian.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { Lr } from '../../../src/ese/log/record-table.ts';
import { applyDiff } from '../../../src/ese/operations/apply-diff.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { RecordReader } from '../../../src/ese/record/record-reader.ts';
import { storedValues } from '../../../src/ese/build/stored-value.ts';
import { ChunkDiff } from '../../../src/ese/tx/chunk-diff.ts';
import { ColumnDiff } from '../../../src/ese/tx/column-diff.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { replayFromStart } from './engine-replay.ts';

const CRASHES = ['p4-k12-cache64', 'p4-k31', 'p8-k12-cache48', 'p16-k10-cache48', 'p4-efv9360-k12', 'p32-k07-cache32'];
const node = new NodeView();
const hex = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '-' : Buffer.from(bytes).toString('hex'));

/** Offsets in the old data of the entries of a difference. */
function offsetsOf(diff: Uint8Array, wide: boolean): Set<number> {
  const offsets = new Set<number>();
  for (let at = 0; at < diff.length;) {
    const flags = wide ? diff[at + 2]! << 8 : u16(diff, at);
    offsets.add(wide ? u16(diff, at) : flags & 0x1fff);
    at += wide ? 3 : 2;
    const size = (flags & 0x8000) === 0 ? 1 : 2;
    const cbNew = size === 1 ? diff[at]! : u16(diff, at);
    at += size * ((flags & 0x6000) === 0 ? 2 : 1) + cbNew;
  }
  return offsets;
}

/** Field ids of the columns that differ, and of those the engine's difference has though they do not. */
function fidsOf(table: TableDef, db: Database, before: Uint8Array, after: Uint8Array, diff: Uint8Array): Set<number> {
  const { format } = db.pages;
  const [old, now] = [before, after].map((bytes) => {
    const reader = new RecordReader(table, format, undefined);
    reader.load(bytes, 0, bytes.length, true);
    return reader;
  });
  const offsets = offsetsOf(diff, format.extendedHeader);
  const fids = new Set<number>();
  for (const column of table.columns) {
    const [a, b] = [old!, now!].map((reader) => {
      const stored = storedValues(reader.record, reader.tagged, column);
      return stored === undefined
        ? 'absent'
        : stored === null
          ? 'null'
          : JSON.stringify(stored.map((v) => [...Object.entries({ ...v, bytes: hex(v.bytes) })]));
    });
    const isIn =
      column.place === 'fixed'
        ? b !== 'null' && offsets.has(column.recordOffset)
        : column.place === 'variable' &&
          old!.record.findVariable(column.fid) === 'value' &&
          offsets.has(old!.record.start);
    if (a !== b || isIn) fids.add(column.fid);
  }
  return fids;
}

function tableOf(db: Database, objid: number): { table: TableDef; chunks: boolean } | undefined {
  for (const table of db.tables) {
    if (table.tree.objid === objid) return { table, chunks: false };
    if (table.longValueTree?.objid === objid) return { table, chunks: true };
  }
  return undefined;
}

describeCorpus('differences of node data', () => {
  for (const name of CRASHES) {
    it(`${name}: as the engine wrote them`, () => {
      const after = corpus(`engine-made/crash/${name}/after`);
      const file = readdirSync(after).find((each) => each.endsWith('.edb'))!;
      const db = new Database(new BufferSource(new Uint8Array(readFileSync(`${after}/${file}`))));
      const wide = db.pages.format.extendedHeader;
      const found: string[] = [];
      let compared = 0;
      replayFromStart(corpus(`engine-made/crash/${name}/before`), (record, cache) => {
        if (record.lrtyp !== Lr.ReplaceD || cache === undefined) return;
        const { fields, tails } = record.decode();
        const known = tableOf(db, Number(fields['objidFDP']));
        if (known === undefined) return;
        node.load(cache.get(record.pgno).view, record.iline);
        const before = node.data().slice();
        const diff = tails['data']!;
        const target = new Uint8Array(db.pages.format.pageSize);
        const data = target.subarray(0, applyDiff(diff, 0, diff.length, wide, before, 0, before.length, target));
        const ours = known.chunks
          ? new ChunkDiff(db.pages.format).of(before, data)
          : new ColumnDiff(known.table, db.pages.format).of(before, data, fidsOf(known.table, db, before, data, diff));
        if (hex(ours) !== hex(diff))
          found.push(`${name} ${record.dbtimeNumber} ${known.table.name}: ${hex(diff)} ours ${hex(ours)}`);
        compared++;
      });
      expect(found).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    });
  }
});
