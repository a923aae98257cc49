// Findings as people read them: one line each, or summed up by kind.
import type { Finding, FindingPlace, Severity } from '../ese/finding.ts';
import { ruleMeaning } from '../eseutil/rule-meaning.ts';

/** The place of a finding in a few words. */
export function placeText(at: FindingPlace): string {
  const parts = [
    at.pgno === undefined ? (at.offset === undefined ? '' : `offset ${at.offset}`) : `page ${at.pgno}`,
    at.table === undefined ? (at.objid === undefined || at.objid === 0 ? '' : `object ${at.objid}`) : at.table,
    at.index ?? '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** One finding: severity, place, message, JET error. Ends with a newline. */
export function findingLine(finding: Finding): string {
  const jet = finding.jet === undefined ? '' : ` [${finding.jet.code} ${finding.jet.symbol}]`;
  const place = placeText(finding.at);
  return `${finding.severity.padEnd(7)}  ${place === '' ? '' : `${place}: `}${finding.message}${jet}\n`;
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `2 errors, 1 warning`; `nothing wrong` when there is neither. */
export function countsText(counts: Readonly<Record<Severity, number>>): string {
  const parts = [
    counts.error === 0 ? '' : plural(counts.error, 'error'),
    counts.warning === 0 ? '' : plural(counts.warning, 'warning'),
    counts.info === 0 ? '' : plural(counts.info, 'note'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing wrong' : parts.join(', ');
}

/** Places named one by one in a summary. */
const NAMED_MOST = 12;
const WIDTH = 100;

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  return lines.join('\n') + '\n';
}

interface Group {
  readonly finding: Finding;
  readonly places: Set<string>;
  count: number;
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Findings summed up by kind: what it means, how often, where. Worst first. */
export function summarize(findings: readonly Finding[]): string {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const group = groups.get(finding.rule) ?? { finding, places: new Set<string>(), count: 0 };
    groups.set(finding.rule, group);
    group.count++;
    const place = placeText(finding.at);
    if (place !== '') group.places.add(place);
  }
  const sorted = [...groups.values()].sort((a, b) => ORDER[a.finding.severity] - ORDER[b.finding.severity]);
  return sorted.map(groupText).join('');
}

function groupText({ finding, places, count }: Group): string {
  const jet = finding.jet === undefined ? '' : ` [${finding.jet.code} ${finding.jet.symbol}]`;
  const times = count === 1 ? '' : ` x ${count}`;
  const named = [...places].slice(0, NAMED_MOST);
  const more = places.size > NAMED_MOST ? ` and ${places.size - NAMED_MOST} more` : '';
  const head = `  ${finding.severity.toUpperCase()} ${finding.rule}${times}${jet}\n`;
  const only = count === 1 ? wrap(`${finding.message}.`, '      ') : '';
  const where = count === 1 || named.length === 0 ? '' : wrap(`At ${named.join('; ')}${more}.`, '      ');
  return head + only + where + wrap(ruleMeaning(finding.rule), '      ');
}
