import { expect, it } from 'vitest';
import { Database } from '../../../src/ese/database.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { RecordProof } from '../../../src/ese/record/record-proof.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { corpus, describeCorpus } from '../../corpus.ts';
import { dumpedDatabases } from '../engine-dump.ts';

describeCorpus('proof of records', () => {
  for (const { name, database } of dumpedDatabases().filter((one) => !one.name.includes('temp.edb'))) {
    it(`${name}: every record of a table proves to be one, and ends where it ends`, () => {
      const db = new Database(new FileSource(database));
      for (const table of db.tables) {
        const proof = new RecordProof(table, db.pages.format);
        for (const { node, page, line } of scanTable(db, table)) {
          if ((page.fFlags & PageFlag.NewRecordFormat) === 0) continue;
          const where = `${table.name} page ${page.pgno} line ${line}`;
          const end = node.dataStart + node.dataLength;
          expect(proof.isRecord(node.bytes, node.dataStart, end), where).toBe(true);
          expect(proof.isRecord(node.bytes, node.dataStart, end - 1) && node.dataLength < 5, where).toBe(false);
          // What follows on the page must not matter.
          const found = proof.endOf(node.bytes, node.dataStart, page.tagArrayStart)!;
          expect(found.exact ? found.end === end : found.end <= end, where).toBe(true);
        }
      }
      db.close();
    });
  }

  it('no record begins elsewhere in a page, but for copies of records', () => {
    const db = new Database(new FileSource(corpus('ese/dsinternals/ntds.dit')));
    const table = db.table('datatable')!;
    const proof = new RecordProof(table, db.pages.format);
    let strays = 0;
    let tried = 0;
    for (const { node } of scanTable(db, table)) {
      const end = node.dataStart + node.dataLength;
      for (let at = node.dataStart + 1; at < end; at++, tried++) if (proof.isRecord(node.bytes, at, end)) strays++;
    }
    expect(tried).toBeGreaterThan(1_000_000);
    expect(strays).toBe(0);
    db.close();
  });

  it('no record of one table is taken for one of another with other columns', () => {
    const db = new Database(new FileSource(corpus('engine-made/build/p8-default/test.edb')));
    const proof = new RecordProof(db.table('alltypes')!, db.pages.format);
    for (const name of ['MSysObjects', 'seqtab', 'derived1']) {
      for (const { node } of scanTable(db, db.table(name)!))
        expect(proof.isRecord(node.bytes, node.dataStart, node.dataStart + node.dataLength), name).toBe(false);
    }
    db.close();
  });
});
