// Sort keys in databases of real programs, made anew from the rows: what Windows made is the truth.
import { expect, it } from 'vitest';
import { toHex } from '../../../src/binary/hex.ts';
import { BTreeCursor } from '../../../src/ese/btree/cursor.ts';
import { hasUnicodeSegment, type IndexDef } from '../../../src/ese/catalog/index-def.ts';
import type { TableDef } from '../../../src/ese/catalog/table-def.ts';
import { Database } from '../../../src/ese/database.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { IndexKeys } from '../../../src/ese/norm/index-keys.ts';
import { SORT_WEIGHTS_VERSION } from '../../../src/ese/norm/sort-weights.data.ts';
import { scanTable } from '../../../src/ese/table-scan.ts';
import { corpus, describeCorpus } from '../../corpus.ts';

/** Entries of indexes with sort keys: equal to the last byte, other than Windows', and not made for want of certainty. */
interface Agreement {
  equal: number;
  other: number;
  notMade: number;
}

/** Entries as Windows has them, in lines of key and bookmark; the primary index has its key for a bookmark. */
function entriesOf(db: Database, index: IndexDef): Set<string> {
  const found = new Set<string>();
  const cursor = new BTreeCursor(db.pages, index.tree);
  for (let more = cursor.first(); more; more = cursor.next()) {
    const key = toHex(cursor.node.key());
    found.add(`${key} ${index.definition.primary ? key : toHex(cursor.node.data())}`);
  }
  return found;
}

function compare(db: Database, table: TableDef, index: IndexDef, asVersion: number | undefined, sum: Agreement): void {
  const windows = entriesOf(db, index);
  const { sortOrder } = index.definition;
  const definition =
    asVersion === undefined
      ? index.definition
      : { ...index.definition, sortOrder: { ...sortOrder!, nlsVersion: asVersion } };
  const keys = new IndexKeys(definition);
  for (const { record, node } of scanTable(db, table)) {
    const bookmark = toHex(node.key());
    keys.of(record, (key, length, exact) => {
      if (!exact) sum.notMade++;
      else if (windows.has(`${toHex(key, 0, length)} ${bookmark}`)) sum.equal++;
      else sum.other++;
    });
  }
}

function agreement(file: string, asVersion?: number): Agreement & { versions: string[] } {
  const db = new Database(new FileSource(corpus(file)));
  const sum: Agreement = { equal: 0, other: 0, notMade: 0 };
  const versions = new Set<string>();
  for (const table of db.tables)
    for (const index of table.indexes.filter(hasUnicodeSegment)) {
      versions.add((index.definition.sortOrder?.nlsVersion ?? 0).toString(16));
      compare(db, table, index, asVersion, sum);
    }
  db.close();
  return { ...sum, versions: [...versions] };
}

describeCorpus('sort keys that Windows made', () => {
  it.each([
    ['ese/windows-search/Clean/Windows.edb', '60305', 1256, 0],
    ['ese/windows-search/Dirty/Windows.edb', '60305', 1256, 0],
    ['ese/dissect/Current.mdb', '6020f', 50, 0],
    ['ese/dsinternals/ntds.dit', '6020e', 6963, 0],
    // A quotation mark that is no ASCII.
    ['ese/plaso/Catalog1.edb', '6020e', 1013, 1],
    // Both entries are of a text with a fox.
    ['ese/dissect/index.edb', '6020f', 0, 2],
  ])('in %s, version %s', (file, version, equal, notMade) => {
    expect(agreement(file)).toEqual({ equal, other: 0, notMade, versions: [version] });
  });

  it('in a version that is not the table: none are made, and some would be others', () => {
    const file = 'ese/dsinternals/adamntds.dit';
    expect(agreement(file)).toEqual({ equal: 0, other: 0, notMade: 1263, versions: ['50000'] });
    // The digit 1 had another weight.
    expect(agreement(file, SORT_WEIGHTS_VERSION)).toEqual({ equal: 1257, other: 6, notMade: 0, versions: ['50000'] });
  });
});
