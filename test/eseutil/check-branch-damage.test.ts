// Random damage to single pages of trees, sealed again: whatever it is, the page that was damaged is the one named.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus, describeCorpus, hasCorpus } from '../corpus.ts';
import { le } from '../fixtures/bytes.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';
import { Random } from '../fuzz/random.ts';
import { Damaged } from './damage.ts';
import { reachedPages } from './used-pages.ts';

const SPACE_TREE = 0x20;
const PREVIOUS = 16;
const NEXT = 20;

/** Pages of a sound database to do damage to. */
interface Targets {
  readonly all: readonly number[];
  readonly branches: readonly number[];
  readonly leaves: readonly number[];
}

function targets(sound: Damaged): Targets {
  const isTree = (pgno: number): boolean => pgno > 4 && (sound.view(pgno).fFlags & SPACE_TREE) === 0;
  const all = [...reachedPages(sound.bytes)].filter(isTree);
  const branches = all.filter((pgno) => !sound.view(pgno).isLeaf && sound.view(pgno).lineCount > 1);
  const leaves = all.filter((pgno) => sound.view(pgno).isLeaf && !sound.view(pgno).isRoot);
  return { all, branches, leaves };
}

/** Does damage to one page; returns its number, or undefined when nothing came of it. */
type Harm = (damaged: Damaged, random: Random, targets: Targets) => number | undefined;

const toOwnPage: Harm = (damaged, random, { all, branches }) => {
  const pgno = random.pick(branches);
  const own = all.filter((other) => damaged.view(other).objidFDP === damaged.view(pgno).objidFDP);
  return toPage(damaged, random, pgno, random.pick(own));
};

const toAnyPage: Harm = (damaged, random, { branches }) =>
  toPage(damaged, random, random.pick(branches), random.below(damaged.last + 20));

function toPage(damaged: Damaged, random: Random, pgno: number, child: number): number | undefined {
  const lines = damaged.lines(pgno);
  const line = random.below(lines.length);
  const data = le(child, 4);
  if (lines[line]!.data.join() === data.join()) return undefined;
  damaged.setData(pgno, line, data);
  return pgno;
}

const otherSeparator: Harm = (damaged, random, { branches }) => {
  const pgno = random.pick(branches);
  const lines = damaged.lines(pgno);
  const line = random.below(lines.length - 1);
  const key = lines[line]!.key.slice();
  key[random.below(key.length)]! ^= 1 + random.below(255);
  damaged.edit(pgno, (edited) => (edited[line] = { ...edited[line]!, key, prefix: 0 }));
  return pgno;
};

const swappedLines: Harm = (damaged, random, { branches }) => {
  const pgno = random.pick(branches);
  const count = damaged.view(pgno).lineCount;
  const a = random.below(count);
  damaged.swapLines(pgno, a, (a + 1 + random.below(count - 1)) % count);
  return pgno;
};

const otherNeighbour =
  (offset: number): Harm =>
  (damaged, random, { leaves }) => {
    const pgno = random.pick(leaves);
    const other = random.below(damaged.last + 1);
    const before = offset === NEXT ? damaged.view(pgno).pgnoNext : damaged.view(pgno).pgnoPrev;
    if (other === before) return undefined;
    damaged.set(pgno, offset, other);
    return pgno;
  };

const otherPage: Harm = (damaged, random, { leaves }) => {
  const pgno = random.pick(leaves);
  const own = leaves.filter((other) => other !== pgno && damaged.view(other).objidFDP === damaged.view(pgno).objidFDP);
  if (own.length === 0) return undefined;
  damaged.copyPage(random.pick(own), pgno);
  return pgno;
};

const HARMS: readonly (readonly [string, Harm])[] = [
  ['a child that is another page of the tree', toOwnPage],
  ['a child that is any page', toAnyPage],
  ['another separator', otherSeparator],
  ['two lines swapped', swappedLines],
  ['another next page', otherNeighbour(NEXT)],
  ['another previous page', otherNeighbour(PREVIOUS)],
  ['the contents of another leaf', otherPage],
];

function testHarm(original: Uint8Array, rounds: number): void {
  const sound = new Damaged(original);
  const pages = targets(sound);
  it.each(HARMS)('%s', (_name, harm) => {
    const random = new Random(20261123);
    for (let round = 0; round < rounds; round++) {
      const damaged = new Damaged(original);
      const pgno = harm(damaged, random, pages);
      if (pgno === undefined) continue;
      const { bad, pages: named } = damaged.check();
      // A separator may be moved without harm as long as it divides the same keys.
      if (harm === otherSeparator && bad.length === 0) continue;
      expect(named, `round ${round}: ${bad.join(' ')}`).toEqual([pgno]);
    }
  });
}

describe('damage to pages of the tiny database', () => {
  for (const options of [{}, { deep: true }, { deep: true, pageSize: 32768 }, { deep: true, revision: 2 }]) {
    describe(JSON.stringify(options), () => {
      testHarm(tinyDatabase(options).bytes, 60);
    });
  }
});

/** A real database; something else to name the skipped tests by where there is none. */
function bytesOf(name: string): Uint8Array {
  return hasCorpus ? new Uint8Array(readFileSync(corpus(name))) : tinyDatabase().bytes;
}

describeCorpus('damage to pages of real databases', () => {
  for (const name of [
    'engine-made/build/p4-default/test.edb',
    'ese/dissect/SRUDB.dat',
    'ese/windows-search/Clean/Windows.edb',
  ]) {
    describe(name, () => {
      testHarm(bytesOf(name), 12);
    });
  }
});
