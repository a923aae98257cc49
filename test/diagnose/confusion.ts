// The confusion table and the list of rules for docs/diagnosis.md.
import { headFinding } from '../../src/diagnose/head-finding.ts';
import { LEVELS } from '../../src/diagnose/rule.ts';
import { ALL_RULES } from '../../src/diagnose/rules/all-rules.ts';
import { ALL_CASES } from './cases/all-cases.ts';
import { runCase } from './run-case.ts';
import { JET_ERRORS } from '../../src/errors/jet-errors.data.ts';
import type { Rule } from '../../src/diagnose/rule.ts';

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** Cases by the level they should end at (rows) and the level that was named (columns), and those with another rule. */
export function confusionTable(): string {
  const columns = [...LEVELS, 'nothing'] as const;
  const counts = new Map<string, number>();
  const wrong: string[] = [];
  for (const one of ALL_CASES) {
    const head = headFinding(runCase(one).findings);
    const expected = one.first === undefined ? 'nothing' : one.level;
    const key = `${expected}>${head?.level ?? 'nothing'}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (head?.id !== one.first)
      wrong.push(`- ${one.name} (${one.from}): ${head?.id ?? 'nothing'} instead of ${one.first ?? 'nothing'}`);
  }
  const lines = columns.map((expected) =>
    row([expected, ...columns.map((named) => counts.get(`${expected}>${named}`) ?? 0)]),
  );
  return [
    row(['expected \\ named', ...columns]),
    row(columns.map(() => '---').concat('---')),
    ...lines,
    '',
    `${ALL_CASES.length - wrong.length} of ${ALL_CASES.length} cases end at the rule they should.`,
    ...(wrong.length === 0 ? [] : ['', ...wrong]),
  ].join('\n');
}

/** Placeholders in words. */
/** The JET errors a rule asks for, by number. */
function codesOf(needs: Rule['needs']): string {
  const symbols = new Set(JSON.stringify(needs).match(/JET_err\w+/g));
  const errors: Readonly<Record<string, number>> = JET_ERRORS;
  return [...symbols].map((symbol) => String(errors[symbol] ?? symbol)).join(', ');
}

const plain = (title: string): string =>
  title
    .replace(/ ?\(\{missing\}\)/, '')
    .replace(/\{database\}/g, 'a database')
    .replace(/\{recipient\}/g, 'a recipient')
    .replace(/\{domain\}/g, 'a domain')
    .replace(/\{base\}/g, 'E00')
    .replaceAll('|', '\\|');

/** Every rule with its sources. */
export function ruleTable(): string {
  const lines = ALL_RULES.map(({ id, title, references, needs }) =>
    row([`\`${id}\``, plain(title).replace('{codes}', codesOf(needs)), references.join(', ')]),
  );
  return [`${ALL_RULES.length} rules:`, '', row(['rule', 'says', 'from']), row(['---', '---', '---']), ...lines].join(
    '\n',
  );
}
