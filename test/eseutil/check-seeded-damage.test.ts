// Random damage to real databases: a check names the damaged pages, all of them, and no other.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus, describeCorpus, hasCorpus } from '../corpus.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';
import { check } from './damage.ts';
import { SeededDamager } from './seeded-damage.ts';
import { reachedPages } from './used-pages.ts';

/** 4, 8, 16 and 32 KB pages; revisions 12 to 290. Clean, all of them. */
const DATABASES = [
  'ese/dissect/basic.edb',
  'ese/dissect/SRUDB.dat',
  'ese/dissect/Current.mdb',
  'ese/dsinternals/adamntds.dit',
  'ese/windows-search/Clean/Windows.edb',
  'recovery/srum-win10-clean/SRUDB.dat',
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p4-efv9600/test.edb',
  'engine-made/build/p16-default/test.edb',
  'engine-made/build/p32-default/test.edb',
];
const SEEDS = [1, 2, 3];

/** Rules that follow from pages being lost. */
const CONSEQUENCES = new Set([
  'index.missing-entry',
  'index.dangling-entry',
  'lv.orphan',
  'catalog.damaged',
  'value.unreadable',
]);

const unlike = (bad: readonly string[], rule: RegExp): string[] =>
  bad.filter((finding) => !rule.test(finding) && !CONSEQUENCES.has(finding));

function testDamage(original: Uint8Array): void {
  it.each(SEEDS)('a flipped byte in 20 pages (seed %i)', (seed) => {
    const { damaged, pages } = new SeededDamager(original, seed).flippedBytes();
    const { findings, bad, pages: named } = damaged.check();
    // Pages that nobody owns are told of together, as what they are: no damage.
    const unused = findings.filter(({ rule, severity }) => rule === 'page.checksum' && severity === 'info');
    const used = unused.length === 0 ? pages : pages.filter((pgno) => pgno < unused[0]!.at.pgno!);
    expect(named).toEqual(used);
    expect(unlike(bad, /^page\.checksum@/)).toEqual([]);
  });

  it.each(SEEDS)('5 pages of zeros (seed %i)', (seed) => {
    const { damaged, pages } = new SeededDamager(original, seed).zeroedPages();
    const reached = reachedPages(original, new Set(pages));
    const checked = damaged.check();
    // Zeros where nothing leads to are what free pages look like.
    expect(checked.pages).toEqual(pages.filter((pgno) => reached.has(pgno)));
    expect(unlike(checked.bad, /^page\.uninitialized@/)).toEqual([]);
  });

  it.each([0, 1000])('the end cut off, %i bytes of a page left', (extra) => {
    const damaged = new SeededDamager(original, 1).truncated(extra);
    const { bad } = damaged.check();
    const first = damaged.last + 1;
    expect(bad).toContain(`file.truncated@${first}`);
    expect(bad.includes(`file.partial-page@${first}`)).toBe(extra > 0);
    const reached = [...reachedPages(original, new Set(Array.from({ length: 100_000 }, (_, i) => first + i)))];
    const missing = reached.filter((pgno) => pgno >= first).map((pgno) => `page.missing@${pgno}`);
    expect(bad.filter((finding) => finding.startsWith('page.')).sort()).toEqual(missing.sort());
    expect(unlike(bad, /^(page\.missing|file\.)/)).toEqual([]);
  });

  it('a destroyed header, a flipped byte in it', () => {
    const damager = new SeededDamager(original, 1);
    expect(damager.destroyedHeader().check().bad).toEqual(['header.primary']);
    expect(damager.flippedHeaderByte().check().bad).toEqual(['header.primary']);
  });

  it('not shut down', () => {
    expect(new SeededDamager(original, 1).dirty().check().bad).toEqual(['header.dirty']);
  });

  it('a leaf that links on to itself', () => {
    for (const seed of SEEDS) {
      const reached = reachedPages(original);
      const open = new SeededDamager(original, seed).leafCycle(false);
      if (open !== undefined && reached.has(open.pages[0]!)) {
        expect(unlike(open.damaged.check().bad, /^page\.(checksum|correctable)@/)).toEqual([]);
        expect(open.damaged.check().pages).toEqual(open.pages);
      }
      const sealed = new SeededDamager(original, seed).leafCycle(true);
      if (sealed !== undefined && reached.has(sealed.pages[0]!)) {
        expect(sealed.damaged.check().bad).toEqual([`tree.link@${sealed.pages[0]!}`]);
      }
    }
  });

  it('is sound to begin with', () => {
    expect(check(original).bad).toEqual([]);
  });
}

/** A real database; something else to name the skipped tests by where there is none. */
function bytesOf(name: string): Uint8Array {
  return hasCorpus ? new Uint8Array(readFileSync(corpus(name))) : tinyDatabase().bytes;
}

describeCorpus('seeded damage to real databases', () => {
  for (const name of DATABASES) {
    describe(name, () => {
      testDamage(bytesOf(name));
    });
  }
});

describe('seeded damage to the tiny database', () => {
  for (const options of [{}, { pageSize: 32768 }, { revision: 2 }]) {
    describe(JSON.stringify(options), () => {
      testDamage(tinyDatabase(options).bytes);
    });
  }
});
