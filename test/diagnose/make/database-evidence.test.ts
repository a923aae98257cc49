// What a database says, and what it does not say while it waits for its logs.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identifyFile } from '../../../src/ese/header/identify.ts';
import { FileSource } from '../../../src/ese/io/file-source.ts';
import { databaseEvidence } from '../../../src/diagnose/make/database-evidence.ts';
import type { DatabaseEvidence } from '../../../src/diagnose/evidence.ts';
import { tinyDatabase } from '../../fixtures/tiny-database.ts';
import { Damaged } from '../../eseutil/damage.ts';
import { tempFolder } from '../../temp-folder.ts';

const tiny = tinyDatabase({ deep: true });
const LEAF = tiny.table.leaves[1]!;

/** A leaf that names a wrong neighbour; dirty: and the database needs logs 7 to 9. */
function withBrokenLink(dirty: boolean): Damaged {
  const damaged = new Damaged(tiny.bytes).set(LEAF, 20, tiny.table.leaves[3] ?? 1);
  return dirty ? damaged.setHeader(52, 2).setHeader(296, 7).setHeader(300, 9) : damaged;
}

function evidenceOf(damaged: Damaged): DatabaseEvidence {
  const path = join(tempFolder(), 'store.edb');
  writeFileSync(path, damaged.bytes);
  const source = new FileSource(path);
  const file = identifyFile(source);
  if (!('found' in file)) throw new Error('no database');
  const evidence = databaseEvidence(source, file, { check: true });
  source.close();
  return evidence;
}

it('a broken link of a clean database is damage', () => {
  const { facts } = evidenceOf(withBrokenLink(false));
  expect(facts).toContain('damaged');
  expect(facts).toContain('tree.link');
});

it('the same in a database that waits for its logs is how a crash leaves pages', () => {
  const { facts, details, codes } = evidenceOf(withBrokenLink(true));
  expect(facts).toContain('dirty');
  expect(facts).toContain('logs-missing');
  expect(facts).not.toContain('damaged');
  expect(facts).not.toContain('sound');
  expect([...facts].filter((fact) => /^(?:tree|space|index|lv|record)\./.test(fact))).toEqual([]);
  expect(codes).toEqual([]);
  expect(details.get('dirty')).toMatch(/^\d+ contradictions between pages, as a crash leaves them$/);
});

it('a bad checksum is damage in either', () => {
  const damaged = withBrokenLink(true);
  damaged.page(LEAF)[100]! ^= 0x55;
  damaged.page(LEAF)[200]! ^= 0x33;
  const { facts } = evidenceOf(damaged);
  expect(facts).toContain('damaged');
  expect(facts).toContain('page.checksum');
});
