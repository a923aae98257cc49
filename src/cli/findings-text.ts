// Findings as people read them: one line each, or summed up by kind.
import type { Finding, FindingPlace, Severity } from '../ese/finding.ts';
import { numberRuns } from '../binary/number-runs.ts';
import { plainText } from '../eseutil/plain-text.ts';
import { ruleMeaning } from '../eseutil/rule-meaning.ts';

/** The place of a finding in a few words. */
export function placeText(at: FindingPlace): string {
  const parts = [
    at.pgno === undefined ? (at.offset === undefined ? '' : `offset ${at.offset}`) : `page ${at.pgno}`,
    at.table === undefined ? (at.objid === undefined || at.objid === 0 ? '' : `object ${at.objid}`) : at.table,
    at.index ?? '',
  ];
  return plainText(parts.filter((part) => part !== '').join(', '));
}

/** One finding: severity, place, message, JET error. Ends with a newline. */
export function findingLine(finding: Finding): string {
  const jet = finding.jet === undefined ? '' : ` [${finding.jet.code} ${finding.jet.symbol}]`;
  const place = placeText(finding.at);
  return `${finding.severity.padEnd(7)}  ${place === '' ? '' : `${place}: `}${plainText(finding.message)}${jet}\n`;
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

/** Objects named one by one in a summary, and page runs of each. */
const OBJECTS_MOST = 6;
const RUNS_MOST = 12;
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
  /** Pages by object name. */
  readonly objects: Map<string, Set<number>>;
  count: number;
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Findings summed up by kind: what it means, how often, where. Worst first. */
export function summarize(findings: readonly Finding[]): string {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const group = groups.get(finding.rule) ?? { finding, objects: new Map<string, Set<number>>(), count: 0 };
    groups.set(finding.rule, group);
    group.count++;
    const name = objectText(finding.at);
    const pages = group.objects.get(name) ?? new Set();
    group.objects.set(name, pages);
    if (finding.at.pgno !== undefined) pages.add(finding.at.pgno);
  }
  const sorted = [...groups.values()].sort((a, b) => ORDER[a.finding.severity] - ORDER[b.finding.severity]);
  return sorted.map(groupText).join('');
}

function objectText(at: FindingPlace): string {
  if (at.table !== undefined) return at.index === undefined ? at.table : `${at.table}.${at.index}`;
  return at.objid === undefined || at.objid === 0 ? '' : `object ${at.objid}`;
}

/** `pages 185-188, 214 of PropertyStore`. */
function pagesText(name: string, pages: ReadonlySet<number>): string {
  const runs = numberRuns([...pages].sort((a, b) => a - b));
  const more = runs.length > RUNS_MOST ? ` and ${runs.length - RUNS_MOST} more runs` : '';
  const list = `${pages.size === 1 ? 'page' : 'pages'} ${runs.slice(0, RUNS_MOST).join(', ')}${more}`;
  return pages.size === 0 ? `in ${name}` : name === '' ? list : `${list} of ${name}`;
}

function groupText({ finding, objects, count }: Group): string {
  const jet = finding.jet === undefined ? '' : ` [${finding.jet.code} ${finding.jet.symbol}]`;
  const head = `  ${finding.severity.toUpperCase()} ${finding.rule}${count === 1 ? '' : ` x ${count}`}${jet}\n`;
  const meaning = wrap(ruleMeaning(finding.rule), '      ');
  if (count === 1) return head + wrap(sentence(plainText(finding.message)), '      ') + meaning;
  const places = [...objects]
    .filter(([name, pages]) => name !== '' || pages.size > 0)
    .map(([name, pages]) => pagesText(name, pages));
  const more = places.length > OBJECTS_MOST ? `; and in ${places.length - OBJECTS_MOST} more objects` : '';
  const where =
    places.length === 0 ? '' : wrap(sentence(`${places.slice(0, OBJECTS_MOST).join('; ')}${more}`), '      ');
  return head + where + meaning;
}

/** With a capital and a full stop. */
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
