// Which Exchange the evidence is from, as far as it says so: names of event sources, makers of bounces, revisions of
// database formats. Rules and fixes hold for ranges of versions.
import type { Evidence } from './evidence.ts';

/** Versions in order; Windows' own databases and other products have none. */
export const VERSIONS = ['4.0', '5.0', '5.5', '2000', '2003', '2007', '2010', '2013'] as const;

/** `2013` stands for all that came later, too. */
export type Version = (typeof VERSIONS)[number];

/** From and to, both included. */
export type VersionRange = readonly [Version, Version];

const rank = (version: Version): number => VERSIONS.indexOf(version);

/** The part two ranges share; undefined when they share none. */
export function intersect(a: VersionRange, b: VersionRange): VersionRange | undefined {
  const from = rank(a[0]) > rank(b[0]) ? a[0] : b[0];
  const to = rank(a[1]) < rank(b[1]) ? a[1] : b[1];
  return rank(from) > rank(to) ? undefined : [from, to];
}

/** `Exchange 2000 to 2007`. */
export function rangeText([from, to]: VersionRange): string {
  if (from === to) return `Exchange ${from}${to === '2013' ? ' and later' : ''}`;
  if (to === '2013') return `Exchange ${from} and later`;
  return from === '4.0' ? `Exchange up to ${to}` : `Exchange ${from} to ${to}`;
}

const PROVIDERS: readonly (readonly [RegExp, VersionRange])[] = [
  [/^edb$/i, ['4.0', '5.0']],
  [/^ese ?97$/i, ['5.5', '5.5']],
  [/^ese ?98$/i, ['2000', '2000']],
  [/^msexchangeims?c?$|^msexchangeds$/i, ['4.0', '5.5']],
  [/^msexchangeis (?:private|public)$/i, ['4.0', '5.5']],
  [/^msexchangeis (?:mailbox|public) store$/i, ['2000', '2010']],
  [/^msexchangedsaccess$/i, ['2000', '2003']],
  [/^msexchange ?adaccess$|^msexchangerepl$/i, ['2007', '2013']],
];

const GENERATORS: readonly (readonly [RegExp, VersionRange])[] = [
  [/4\.0/, ['4.0', '5.0']],
  [/5\.5/, ['5.5', '5.5']],
  [/-5$/, ['4.0', '5.5']],
  [/200[03]/, ['2000', '2003']],
  [/2007|2010|2013|2016|2019/, ['2007', '2013']],
];

/** Revisions that only Exchange wrote its stores in; newer ones others write, too. */
function ofRevision(revision: number): VersionRange | undefined {
  if (revision <= 3) return ['4.0', '5.5'];
  return revision <= 0xb ? ['2000', '2003'] : undefined;
}

function ofOne(evidence: Evidence): VersionRange | undefined {
  switch (evidence.kind) {
    case 'event':
      return PROVIDERS.find(([pattern]) => pattern.test(evidence.provider.trim()))?.[1];
    case 'bounce':
      return /exchange/i.test(evidence.generator ?? '')
        ? GENERATORS.find(([pattern]) => pattern.test(evidence.generator!))?.[1]
        : undefined;
    case 'database':
      return evidence.facts.has('mail-store') ? ofRevision(evidence.revision) : undefined;
    default:
      return undefined;
  }
}

/** The versions all evidence agrees on; undefined when none says, or pieces contradict each other. */
export function versionsOf(evidence: readonly Evidence[]): VersionRange | undefined {
  let range: VersionRange | undefined;
  for (const one of evidence) {
    const said = ofOne(one);
    if (said === undefined) continue;
    range = range === undefined ? said : intersect(range, said);
    if (range === undefined) return undefined;
  }
  return range;
}
