// A mutation fuzzer with a fixed seed: whatever is done to a database, reading and checking it end, and end well.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpus, hasCorpus } from '../corpus.ts';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';
import { exercise } from './exercise.ts';
import { mutate } from './mutate.ts';

const SEED = 20261123;

interface Base {
  readonly name: string;
  readonly pageSize: number;
  readonly bytes: Uint8Array;
  readonly mutants: number;
}

function bases(): Base[] {
  const built = [4096, 8192, 32768].map((pageSize) => ({
    name: `built, ${pageSize} bytes a page`,
    pageSize,
    bytes: buildDatabase([messageTable(60)], { pageSize }),
    mutants: 500,
  }));
  const old = {
    name: 'built, revision 9',
    pageSize: 4096,
    bytes: buildDatabase([messageTable(60)], { pageSize: 4096, revision: 9 }),
    mutants: 300,
  };
  const real = {
    name: 'a real SRUDB.dat',
    pageSize: 4096,
    file: 'recovery/srum-server2022/day1/SRUDB.dat',
    mutants: 400,
  };
  const tiny = [
    { deep: true },
    { deep: true, pageSize: 16384 },
    { revision: 9 },
    { revision: 8 },
    { deep: true, revision: 2 },
  ].map((options) => {
    const { bytes, pageSize } = tinyDatabase(options);
    return { name: `tiny ${JSON.stringify(options)}`, pageSize, bytes, mutants: 200 };
  });
  return hasCorpus
    ? [...built, old, ...tiny, { ...real, bytes: new Uint8Array(readFileSync(corpus(real.file))) }]
    : [...built, old, ...tiny];
}

describe('fuzz', () => {
  for (const { name, pageSize, bytes, mutants } of bases()) {
    it(`${name}: ${mutants} mutants are read and checked to their end`, () => {
      const sound = exercise(bytes);
      expect(sound).toMatchObject({ opened: true, findings: 0 });
      let damaged = 0;
      for (let i = 0; i < mutants; i++) {
        const mutant = mutate(bytes, pageSize, SEED + i);
        try {
          const result = exercise(mutant.bytes);
          if (!result.opened || result.findings > 0) damaged++;
        } catch (error) {
          throw new Error(`seed ${SEED + i} (${mutant.what})`, { cause: error });
        }
      }
      // Some mutations hit free space or change nothing; most must be noticed.
      expect(damaged).toBeGreaterThan(mutants * 0.5);
    });
  }
});
