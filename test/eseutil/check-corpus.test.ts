// The check against the engine's own `/g`: clean where it says so, damaged where it says so.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Database } from '../../src/ese/database.ts';
import type { Finding } from '../../src/ese/finding.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { checkDatabase, type CheckResult } from '../../src/eseutil/check.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { dumpedDatabases } from '../ese/engine-dump.ts';

function check(path: string): { result: CheckResult; findings: Finding[] } {
  const db = new Database(new FileSource(path));
  const findings: Finding[] = [];
  const result = checkDatabase(db, { onFinding: (finding) => findings.push(finding) });
  db.close();
  return { result, findings };
}

/** Fail the engine's check only because its collation library was not the one that made their sort keys. */
const COLLATION_ONLY = /dissect__index\.edb|adamntds\.dit/;

/** What the engine says of a database; undefined where it did not look (dirty, temporary, too new). */
function engineVerdict(reports: string): 'clean' | 'corrupted' | undefined {
  const path = `${reports}/g.txt`;
  const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
  if (text.includes('Integrity check successful')) return 'clean';
  return text.includes('CORRUPTED') && !COLLATION_ONLY.test(reports) ? 'corrupted' : undefined;
}

describeCorpus('check, on real databases', () => {
  for (const { name, database, reports } of dumpedDatabases()) {
    const verdict = engineVerdict(reports);
    if (verdict === undefined) continue;
    it(`${name}: ${verdict}, as the engine says`, () => {
      const { result, findings } = check(database);
      expect(result.ok, JSON.stringify(findings.slice(0, 5))).toBe(verdict === 'clean');
      expect(result.pages.checked).toBe(result.pages.total);
    });
  }

  it('finds nothing in what only the other collation library takes for corrupt', () => {
    for (const name of ['ese/dissect/index.edb', 'ese/dsinternals/adamntds.dit'])
      expect(check(corpus(name)).result.ok).toBe(true);
  });

  it('finds where Catalog1.edb is torn: the shadow catalog was never written again, and one record is lost', () => {
    const { findings } = check(corpus('ese/plaso/Catalog1.edb'));
    const errors = findings.filter((finding) => finding.severity === 'error');
    expect(errors.map(({ rule, at }) => [rule, at.pgno, at.index])).toEqual([
      ['index.dangling-entry', 49, 'timestampIndex'],
      ['catalog.shadow', 24, undefined],
    ]);
  });

  it('says of a dirty database that it is dirty, and which logs it needs', () => {
    const { findings } = check(corpus('recovery/srum-win10-dirty-gen51/Dirty/SRUDB.dat'));
    expect(findings.map((finding) => finding.rule)).toEqual(['header.dirty']);
    expect(findings[0]!.message).toContain('81');
  });
});
