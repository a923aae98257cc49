// Indexes of Unicode text whose sort keys can all be made: not only that entries are there is checked, but their keys.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { walkLeaves } from '../../src/ese/btree/leaf-walk.ts';
import { hasUnicodeSegment } from '../../src/ese/catalog/index-def.ts';
import { Database } from '../../src/ese/database.ts';
import { BufferSource } from '../../src/ese/io/buffer-source.ts';
import { corpus, describeCorpus } from '../corpus.ts';
import { Damaged, type Checked } from './damage.ts';

/** A database of Windows 10, and the last line of the last leaf of its first secondary Unicode index. */
function lastEntry(): { damaged: Damaged; pgno: number; line: number } {
  const damaged = new Damaged(new Uint8Array(readFileSync(corpus('ese/dissect/Current.mdb'))));
  const db = new Database(new BufferSource(damaged.bytes));
  const index = db.tables
    .flatMap(({ indexes }) => indexes)
    .find((candidate) => hasUnicodeSegment(candidate) && !candidate.definition.primary)!;
  const pgno = [...walkLeaves(db.pages, index.tree)].at(-1)!.pgno;
  return { damaged, pgno, line: damaged.lines(pgno).length - 1 };
}

const bad = ({ findings }: Checked) =>
  findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, rule, message }) => ({ severity, rule, message }));

describeCorpus('an index of Unicode text', () => {
  const { damaged, pgno, line } = lastEntry();

  it('agrees with its table, keys and all', () => {
    expect(bad(damaged.check())).toEqual([]);
  });

  it('whose entries are all there has a warning for a key that no text makes', () => {
    const copy = new Damaged(damaged.bytes);
    copy.edit(pgno, (lines) => (lines[line] = { ...lines[line]!, key: Uint8Array.of(...lines[line]!.key, 1) }));
    expect(bad(copy.check())).toEqual([
      {
        severity: 'warning',
        rule: 'index.dangling-entry',
        message: expect.stringMatching(/: 1 entries have other sort keys than their texts make$/) as string,
      },
    ]);
  });

  it('names the key of an entry that is missing', () => {
    const copy = new Damaged(damaged.bytes).deleteLine(pgno, line);
    const found = bad(copy.check());
    expect(found.map(({ severity, rule }) => [severity, rule])).toEqual([['error', 'index.missing-entry']]);
    expect(found[0]!.message).toMatch(/a record has no entry \(key \S/);
  });
});
