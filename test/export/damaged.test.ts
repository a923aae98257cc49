import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NodeView } from '../../src/ese/page/node.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { exported } from './exported.ts';
import { EditedDatabase } from './page-edit.ts';

const P8 = 'engine-made/build/p8-default/test.edb';

function edited(name: string = P8): EditedDatabase {
  return new EditedDatabase(readFileSync(corpus(name)));
}

describeCorpus('a damaged database', () => {
  it('gives every row that can be reached, and reports the page that could not be used', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    const pgno = db.leaves('alltypes')[3]!;
    const lost = db.page(pgno).lineCount;
    db.flip(pgno, 3000);
    const after = await exported(db.bytes);
    expect(after.rows('alltypes').length).toBe(before.rows('alltypes').length - lost);
    expect(after.rows('seqtab')).toEqual(before.rows('seqtab'));
    expect(after.findings.errors).toBe(1);
    expect(after.findings.findings).toMatchObject([
      {
        rule: 'page.checksum',
        severity: 'error',
        jet: { symbol: 'JET_errReadVerifyFailure', code: -1018 },
        at: { pgno, table: 'alltypes' },
      },
    ]);
  });

  it('gives rows of pages whose checksum fails on request, and reports them all the same', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    const pgno = db.leaves('alltypes')[3]!;
    const end = db.page(pgno).tagArrayStart;
    // The damage lies where no record is, so that all rows are still right.
    db.flip(pgno, end - 20);
    expect((await exported(db.bytes)).rows('alltypes').length).toBeLessThan(before.rows('alltypes').length);
    const after = await exported(db.bytes, { badPages: true });
    expect(after.rows('alltypes')).toEqual(before.rows('alltypes'));
    expect(after.findings.findings).toMatchObject([{ rule: 'page.checksum', at: { pgno, table: 'alltypes' } }]);
    expect(after.findings.errors).toBe(1);
  });

  it('mends a single flipped bit, which is worth knowing but no loss', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    const pgno = db.leaves('alltypes')[3]!;
    db.bytes[(pgno + 1) * db.format.pageSize + 1000]! ^= 0x10;
    const after = await exported(db.bytes);
    expect(after.rows('alltypes')).toEqual(before.rows('alltypes'));
    expect(after.findings.errors).toBe(0);
    expect(after.findings.findings).toMatchObject([{ rule: 'page.correctable', severity: 'warning', at: { pgno } }]);
  });

  it('reports lines that are no records, and gives the others', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    const [pgno] = db.leaves('alltypes');
    db.edit(pgno!, (bytes, page) => {
      const node = new NodeView();
      // Where the record says its fixed columns end: beyond all bounds.
      node.load(page, 2);
      bytes.writeUInt16LE(0x7000, node.dataStart + 2);
    });
    const after = await exported(db.bytes);
    expect(after.rows('alltypes').length).toBe(before.rows('alltypes').length - 1);
    expect(after.findings.findings).toMatchObject([{ rule: 'record.bad', at: { pgno, line: 2, table: 'alltypes' } }]);
  });

  it('gives what is left of long values, and reports what is not', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    const open = db.open();
    const tree = open.table('alltypes')!.longValueTree!;
    const pages = [...Array(open.pages.pgnoLast).keys()]
      .map((i) => i + 1)
      .filter((pgno) => {
        const page = db.page(pgno);
        return page.objidFDP === tree.objid && page.isLeaf && page.lineCount > 0;
      });
    const pgno = pages[Math.floor(pages.length / 2)]!;
    db.flip(pgno, 2000);
    const after = await exported(db.bytes);
    const was = before.rows('alltypes');
    const is = after.rows('alltypes');
    expect(is.length).toBe(was.length);
    const rules = [...after.findings.counts.keys()].sort();
    expect(rules).toEqual(['page.checksum', 'value.unreadable']);
    const reported = new Set(after.findings.findings.map((finding) => finding.at.column));
    let changed = 0;
    is.forEach((row, i) => {
      for (const [name, value] of Object.entries(was[i]!)) {
        if (JSON.stringify(row[name], big) === JSON.stringify(value, big)) continue;
        changed++;
        expect(reported.has(name), name).toBe(true);
        // What is given is the beginning of what was there.
        if (typeof value === 'string' && row[name] !== undefined)
          expect(value.startsWith(row[name] as string)).toBe(true);
      }
    });
    expect(changed).toBe(after.findings.counts.get('value.unreadable'));
  });

  it('is read by its shadow header and shadow catalog', async () => {
    const before = await exported(corpus(P8));
    const db = edited();
    db.bytes.fill(0x77, 0, 4000);
    for (const pgno of [4, 10]) db.flip(pgno, 500);
    const after = await exported(db.bytes);
    expect(after.rows('alltypes')).toEqual(before.rows('alltypes'));
    expect([...after.findings.counts.keys()]).toEqual(
      expect.arrayContaining(['header.damaged', 'catalog.damaged', 'page.checksum']),
    );
  });

  it('cut in the middle ends in findings, not in an error', async () => {
    const whole = readFileSync(corpus(P8));
    const after = await exported(whole.subarray(0, Math.floor(whole.length * 0.6)));
    expect(after.findings.counts.get('page.missing')).toBeGreaterThan(0);
    const before = await exported(corpus(P8));
    for (const table of after.tables) {
      const known = new Set(before.rows(table.name).map((row) => JSON.stringify(row, big)));
      const partial = new Set(
        after.findings.findings.filter((f) => f.at.table === table.name && f.rule === 'value.unreadable'),
      );
      if (partial.size === 0)
        for (const row of after.rows(table.name)) expect(known.has(JSON.stringify(row, big))).toBe(true);
    }
  });

  it('with a tree in a loop comes to an end', async () => {
    const db = edited();
    const open = db.open();
    const root = open.table('seqtab')!.tree.pgnoFDP;
    const [first] = db.leaves('seqtab');
    // Every child of the root becomes the first one.
    db.edit(root, (bytes, page) => {
      for (let line = 0; line < page.lineCount; line++) {
        const itag = line + page.ctagReserved;
        bytes.writeUInt32LE(first!, page.tagStart(itag) + page.tagLength(itag) - 4);
      }
    });
    const after = await exported(db.bytes);
    expect(after.findings.counts.get('page.structure')).toBeGreaterThan(0);
    const before = await exported(corpus(P8));
    expect(after.rows('seqtab')).toEqual(before.rows('seqtab'));
  });

  it('lists a thousand findings at most, and counts them all', async () => {
    const after = await exported(corpus('ese/windows-search/Dirty/Windows.edb'));
    expect(after.findings.findings.length).toBe(after.findings.total);
    const { findings } = after;
    for (let i = 0; i < 2000; i++) findings.badRecord(after.db.tables[0]!, 5, i);
    expect(findings.findings.length).toBe(1000);
    expect(findings.counts.get('record.bad')).toBe(2000);
  });
});

function big(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
