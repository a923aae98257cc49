// Other readers on repaired databases: they read of a sound database the same before and after it was built anew, and of
// a damaged one as many rows of each table as we do.
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLongType } from '../../../src/ese/catalog/column-type.ts';
import { Database } from '../../../src/ese/database.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { repairDatabase } from '../../../src/eseutil/repair/repair-database.ts';
import { corpus, describeCorpus, hasCorpus } from '../../corpus.ts';
import { askPeer, pythonWith, type PythonPeer } from '../../oracle/python-peer.ts';
import { isCatalogTable, rowsOf } from './repair-in-memory.ts';

const SOUND = ['recovery/srum-win10-clean/SRUDB.dat', 'ese/dissect/basic.edb', 'ese/dsinternals/adamntds.dit'];
const LOSSLESS = ['p4-default-catflip', 'p4-default-spaceflip', 'p4-default-trunc', 'p8-default-catflip'];
const LOSSY = ['p4-default-leafflip', 'p4-default-lvflip'];
const PEERS: readonly PythonPeer[] = ['pyesedb', 'impacket'];

/**
 * What a peer reads, but for the catalog, whose root pages differ, and for long values: libesedb finds them or not,
 * depending on where they lie.
 */
function contents(path: string, lines: readonly string[] | undefined): string[] {
  const db = new Database(new FileSource(path));
  const long = new Set(
    db.tables.flatMap((table) =>
      table.columns.filter(({ coltyp }) => isLongType(coltyp)).map((column) => `${table.name} ${column.name}`),
    ),
  );
  db.close();
  return (lines ?? []).filter((line) => !isCatalogTable(line) && !long.has(line.split(' ').slice(0, 2).join(' ')));
}

/** Rows by table, as a peer counts them. */
function counts(lines: readonly string[] | undefined): Map<string, number> {
  const counted = (lines ?? []).map((line) => line.split(' ')).filter((words) => /^\d+$/.test(words[1] ?? ''));
  return new Map(counted.map(([table, rows]) => [table!, Number(rows)]));
}

describeCorpus('other readers', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'esekit-repair-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function repaired(source: string): string {
    const path = join(folder, 'db.edb');
    copyFileSync(corpus(source), path);
    chmodSync(path, 0o644);
    repairDatabase(path, { force: true });
    return path;
  }

  for (const peer of PEERS) {
    const test = it.skipIf(!hasCorpus || pythonWith(peer) === undefined);
    test.each(SOUND)(`${peer} reads the same of %s before and after`, (name) => {
      const before = contents(corpus(name), askPeer(peer, corpus(name)));
      expect(before.length).toBeGreaterThan(0);
      const path = repaired(name);
      expect(contents(path, askPeer(peer, path))).toEqual(before);
    });

    test.each(LOSSLESS)(`${peer} reads of %s, repaired, what it reads of the undamaged one`, (name) => {
      const source = corpus(`engine-made/build/${/^p\d+-default/.exec(name)![0]}/test.edb`);
      const path = repaired(`engine-made/repair/${name}/before.edb`);
      expect(contents(path, askPeer(peer, path))).toEqual(contents(source, askPeer(peer, source)));
    });

    test.each(LOSSY)(`${peer} reads the rows we read of %s, repaired`, (name) => {
      const path = repaired(`engine-made/repair/${name}/before.edb`);
      const ours = new Map([...rowsOf(new Uint8Array(readFileSync(path)))].map(([table, rows]) => [table, rows.size]));
      const theirs = counts(askPeer(peer, path));
      // Neither gets through table alltypes, damaged or not.
      for (const table of ['MSysObjects', 'MSysObjectsShadow', 'MSysLocales', 'seqtab', 'tmpl'])
        expect(theirs.get(table), table).toBe(ours.get(table));
    });
  }
});
