// Our writer against the engine's own logs: from the same pages it must come to the same splits and take the same pages.
import { expect, it } from 'vitest';
import { DBTIME_NIL, LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { Lr } from '../../../src/ese/log/record-table.ts';
import { usablePrefix } from '../../../src/ese/operations/node-parts.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { Page } from '../../../src/ese/page/page.ts';
import { NodeFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat } from '../../../src/ese/page/page-format.ts';
import { nodeSize, prefixOf } from '../../../src/ese/tx/split-plan-tree.ts';
import { seekLeaf } from '../../../src/ese/tx/tree-path.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { replayFromStart } from './engine-replay.ts';
import { compareSpace } from './space-replay.ts';
import { compareSplits, differences } from './split-replay.ts';

const FOLDERS = ['p4-k12-cache64', 'p4-k31', 'p8-k12-cache48', 'p16-k10-cache48', 'p32-k07-cache32'];
const folder = (name: string): string => corpus(`engine-made/crash/${name}/before`);

/** The lines of a page image, as text; version marks left out. */
function linesOf(bytes: Uint8Array): string[] {
  const page = new Page(bytes, pageFormat(bytes.length)!, 1);
  const node = new NodeView();
  return Array.from({ length: page.lineCount }, (_, line) => {
    node.load(page, line);
    const { prefixLength, flags } = node;
    const [key, data] = [node.key(), node.data()].map((part) => Buffer.from(part).toString('hex'));
    return `${flags & ~NodeFlag.Version} ${prefixLength} ${key} ${data}`;
  });
}

describeCorpus('writing as the engine does', () => {
  for (const name of FOLDERS) {
    it(`${name}: every split comes out as the engine's`, () => {
      let levels = 0;
      const found: string[] = [];
      compareSplits(folder(name), ({ where, records, ours, images }) => {
        expect(ours.levels.length, where).toBe(records.length);
        records.forEach((record, i) => {
          const { plan } = ours.levels[i]!;
          expect(plan === undefined, where).toBe(Number(record.fields['pgnoNew']) === 0);
          if (plan === undefined) return;
          levels++;
          found.push(...differences(record, plan).map((text) => `${where} page ${plan.page.pgno}: ${text}`));
        });
        for (const [theirs, before] of images) expect(linesOf(theirs), where).toEqual(linesOf(before));
      });
      expect(found).toEqual([]);
      expect(levels).toBeGreaterThan(20);
    });
  }

  for (const name of FOLDERS) {
    it(`${name}: every insert goes to the line, and is stored with the prefix, of the engine's`, () => {
      let inserts = 0;
      const found: string[] = [];
      replayFromStart(folder(name), (record, cache) => {
        // Those of a split stand on pages that are not as they will be.
        if (record.lrtyp !== Lr.Insert || cache === undefined || record.dbtimeBeforeNumber === DBTIME_NIL) return;
        const { tails, fields } = record.decode();
        const page = cache.get(record.pgno).view;
        const key = new Uint8Array(Buffer.concat([tails['prefix']!, tails['suffix']!]));
        const byKey = (record.flags & (LogPageFlag.Unique | LogPageFlag.Space)) !== 0;
        const line = seekLeaf(page, key, byKey ? undefined : tails['data']);
        const prefix = usablePrefix(prefixOf(page), key, 0, key.length);
        const fits = nodeSize(page, key, tails['data']!.length) <= page.cbFree;
        const [theirs, ours] = [`${record.iline} ${Number(fields['cbPrefix'])} true`, `${line} ${prefix} ${fits}`];
        if (theirs !== ours) found.push(`${record.dbtimeNumber}: ${theirs} ours ${ours}`);
        inserts++;
      });
      expect(found).toEqual([]);
      expect(inserts).toBeGreaterThan(1000);
    });
  }

  for (const name of FOLDERS) {
    it(`${name}: every page for a split is taken with the records the engine wrote`, () => {
      let compared = 0;
      compareSpace(folder(name), 16, ({ where, theirs, ours }) => {
        // Where another session wrote in between, the engine's record of the larger file stands before that.
        const hasExtend = theirs.some((text) => text.startsWith('ExtendDB'));
        expect(hasExtend ? ours : ours.filter((text) => !text.startsWith('ExtendDB')), where).toEqual(theirs);
        compared++;
      });
      expect(compared).toBeGreaterThan(20);
    });
  }
});
