// `npm run fuzz`: the fuzzer without end, from a seed of the day. A mutant that breaks something is kept in .fuzz/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { buildDatabase, messageTable } from '../fixtures/built-database.ts';
import { tinyDatabase } from '../fixtures/tiny-database.ts';
import { exercise } from './exercise.ts';
import { mutate } from './mutate.ts';

const REPORT_EACH = 1000;

it('mutants without end', () => {
  const bases: { readonly pageSize: number; readonly bytes: Uint8Array }[] = [
    [4096, 20],
    [8192, 20],
    [32768, 20],
    [4096, 9],
  ].map(([pageSize, revision]) => ({
    pageSize: pageSize!,
    bytes: buildDatabase([messageTable(80)], { pageSize: pageSize!, revision: revision! }),
  }));
  for (const options of [{ deep: true }, { deep: true, pageSize: 16384 }, { revision: 8 }, { deep: true, revision: 2 }])
    bases.push(tinyDatabase(options));
  const first = Math.floor(Date.now() / 1000) >>> 0;
  for (let i = 0; ; i++) {
    const seed = (first + i) >>> 0;
    const { pageSize, bytes } = bases[i % bases.length]!;
    const mutant = mutate(bytes, pageSize, seed);
    try {
      exercise(mutant.bytes);
    } catch (error) {
      mkdirSync('.fuzz', { recursive: true });
      writeFileSync(`.fuzz/${seed}.edb`, mutant.bytes);
      throw new Error(`seed ${seed}, ${pageSize} bytes a page (${mutant.what}): kept as .fuzz/${seed}.edb`, {
        cause: error,
      });
    }
    if (i % REPORT_EACH === REPORT_EACH - 1)
      console.log(`${i + 1} mutants, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  }
});
