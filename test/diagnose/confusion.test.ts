// docs/diagnosis.md shows what the cases come to now. `node scripts/diagnosis-tables.mjs` writes the tables anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confusionTable, ruleTable } from './confusion.ts';

const DOC = new URL('../../docs/diagnosis.md', import.meta.url);
/** Tables without the blanks that align them. */
const bare = (text: string): string => text.replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---').trim();

function section(doc: string, name: string): [number, number] {
  const begin = `<!-- ${name}: begin -->\n`;
  const start = doc.indexOf(begin) + begin.length;
  const end = doc.indexOf(`<!-- ${name}: end -->`);
  if (start < begin.length || end < start) throw new Error(`docs/diagnosis.md has no section ${name}`);
  return [start, end];
}

describe('docs/diagnosis.md', () => {
  it.each([
    ['confusion', confusionTable],
    ['rules', ruleTable],
  ] as const)('has the table of %s as it is', (name, make) => {
    const doc = readFileSync(DOC, 'utf8');
    const [start, end] = section(doc, name);
    const table = make();
    if (process.env['ESEKIT_WRITE_DOCS'] === '1')
      writeFileSync(DOC, `${doc.slice(0, start)}\n${table}\n\n${doc.slice(end)}`);
    else expect(bare(doc.slice(start, end))).toBe(bare(table));
  });
});
