import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { corpus, describeCorpus } from '../corpus.ts';
import { exported } from './exported.ts';
import { EditedDatabase } from './page-edit.ts';

const DATABASES = [
  'engine-made/build/p4-default/test.edb',
  'engine-made/build/p32-default/test.edb',
  'ese/dissect/multi.edb',
];

describeCorpus('a database with arbitrary damage behind sound checksums', () => {
  for (const name of DATABASES) {
    it(`${name}: is exported to its end, in every format, in lines that can be read`, async () => {
      const original = readFileSync(corpus(name));
      const flips = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(flips, fc.constantFrom('jsonl', 'csv', 'parquet'), async (changes, format) => {
          const edited = new EditedDatabase(original);
          const pages = edited.bytes.length / edited.format.pageSize - 2;
          for (const [page, offset, value] of changes) {
            // Half of the damage goes where structure is: the header of the page, and its tags.
            const { pageSize } = edited.format;
            const where =
              offset % 4 === 0
                ? 24 + (offset % 64)
                : offset % 4 === 1
                  ? pageSize - 1 - (offset % 200)
                  : offset % pageSize;
            edited.edit(1 + (page % pages), (bytes) => (bytes[where] = value));
          }
          const result = await exported(edited.bytes, { format: format as 'jsonl', deleted: true });
          if (format === 'jsonl')
            for (const table of result.tables)
              expect(result.rows(table.name).length).toBe(table.rows + table.deletedRows!);
        }),
        { numRuns: 700 },
      );
    });
  }
});
