// The answer for a terminal: the first line says what is wrong, the second what to run next.
import type { Diagnosis, DiagnosisFinding, ShownEvidence, Unexplained } from './diagnosis.ts';

const WIDTH = 100;
const EVIDENCE_MOST = 6;

function wrap(text: string, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return `${[...lines, line].join('\n')}\n`;
}

function evidenceLine(one: ShownEvidence): string {
  const times = one.count > 1 ? ` (${one.count} times)` : '';
  const codes = one.codes.length === 0 ? '' : ` [${one.codes.join(', ')}]`;
  const place = one.at === undefined ? one.file : `${one.file}, ${one.at}`;
  const time = one.time === undefined ? '' : ` ${one.time.replace('T', ' ')}`;
  return wrap(`${place}${time}: ${one.text}${times}${codes}`, '      - ', '        ');
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `    ${title}\n${items.map((item) => wrap(item, '      - ', '        ')).join('')}`;
}

function fixText({ fix }: DiagnosisFinding): string {
  if (fix.length === 0) return '';
  const steps = fix.map(({ text, command, risk, versions }, i) => {
    const number = `      ${String(i + 1).padStart(2)}. `;
    const notes = [risk === 'data-loss' ? 'LOSES DATA' : risk, versions]
      .filter((note) => note !== undefined)
      .join('; ');
    const run = command === undefined ? '' : `          $ ${command}\n`;
    return `${wrap(`${text} [${notes}]`, number, '          ')}${run}`;
  });
  return `    What to do, in this order\n${steps.join('')}`;
}

/** How much of a finding is shown: fixes of what is merely possible, or follows from another, stand in the JSON and HTML forms. */
const inFull = (finding: DiagnosisFinding, first: boolean): boolean =>
  first || (finding.consequenceOf === undefined && finding.confidence !== 'possible');

function findingText(finding: DiagnosisFinding, first: boolean): string {
  const { evidence, contradicts, consequenceOf, byCatch } = finding;
  const mark = byCatch === true ? 'by-catch' : finding.severity === 'info' ? 'note' : finding.confidence;
  const head = wrap(finding.title, `  ${mark.toUpperCase()}  `, '    ');
  const follows = consequenceOf === undefined ? '' : `    follows from ${consequenceOf}\n`;
  const more = evidence.length > EVIDENCE_MOST ? `      ... and ${evidence.length - EVIDENCE_MOST} more\n` : '';
  const against = contradicts.length === 0 ? '' : `    Speaks against it\n${contradicts.map(evidenceLine).join('')}`;
  return [
    head,
    `    ${finding.id} (${finding.level})\n`,
    follows,
    wrap(finding.cause, '    ', '    '),
    `    Evidence\n${evidence.slice(0, EVIDENCE_MOST).map(evidenceLine).join('')}${more}`,
    against,
    inFull(finding, first) ? fixText(finding) : '',
    inFull(finding, first) ? list('Done when', finding.verify) : '',
    list('Would settle it', finding.settle),
    finding.references.length === 0 ? '' : `    See ${finding.references.join(', ')}\n`,
  ].join('');
}

function unexplainedText(left: readonly Unexplained[]): string {
  if (left.length === 0) return '';
  const shown = left
    .slice(0, 12)
    .map((one) => `${evidenceLine(one)}${one.meaning === undefined ? '' : wrap(one.meaning, '        ', '        ')}`);
  const more = left.length > 12 ? `      ... and ${left.length - 12} more\n` : '';
  return `\nUnexplained:\n${shown.join('')}${more}`;
}

/** The answer as text. Ends with a newline. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { headline, next, findings, unexplained, missing, versions } = diagnosis;
  return [
    `${headline}\n`,
    `Next: ${next}\n`,
    versions === undefined ? '' : `\nThe evidence is of ${versions}.\n`,
    findings.length === 0 ? '' : `\nFindings:\n${findings.map((one, i) => findingText(one, i === 0)).join('\n')}`,
    unexplainedText(unexplained),
    missing.length === 0 ? '' : `\nTo know more:\n${missing.map((one) => wrap(one, '  - ', '    ')).join('')}`,
  ].join('');
}
