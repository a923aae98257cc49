// From evidence to the answer: rules, causes before consequences, what is unexplained and what is missing.
import { applyRule } from './apply-rules.ts';
import type { RuleMatch } from './apply-rules.ts';
import type { Diagnosis, DiagnosisFinding, Unexplained } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import type { EvidenceSet } from './evidence-set.ts';
import { headFinding } from './head-finding.ts';
import { rankMatches } from './rank-matches.ts';
import type { Level } from './rule.ts';
import { ALL_RULES } from './rules/all-rules.ts';
import { showFinding, showUnexplained } from './show-finding.ts';
import { rangeText, versionsOf } from './version.ts';

/** Pieces listed as unexplained. */
const UNEXPLAINED_MOST = 50;

const claimedBy = (matches: readonly RuleMatch[]): Set<Evidence> =>
  new Set(matches.flatMap((match) => [...match.evidence, ...match.contradicts, ...match.explains]));

/** True when somebody should have explained it: a failure that was reported. */
function begs(one: Evidence): boolean {
  switch (one.kind) {
    case 'event':
      return one.severity !== 'information';
    case 'bounce':
      return true;
    case 'code':
      return one.codes.some(({ code }) => typeof code === 'number' && (code < -99 || code > 0xffff));
    case 'log':
    case 'checkpoint':
      return one.facts.has('header-damaged');
    case 'database':
      return one.facts.has('damaged') || one.facts.has('not-clean');
    default:
      return false;
  }
}

/** Without the matches of fallback rules all of whose evidence another rule is met by. */
function withoutFallbacks(matches: readonly RuleMatch[]): RuleMatch[] {
  const met = new Set(matches.filter(({ rule }) => rule.fallback !== true).flatMap(({ evidence }) => evidence));
  return matches
    .map((match) =>
      match.rule.fallback === true ? { ...match, evidence: match.evidence.filter((one) => !met.has(one)) } : match,
    )
    .filter(({ evidence }) => evidence.length > 0);
}

function unexplained(evidence: readonly Evidence[], matches: readonly RuleMatch[]): Unexplained[] {
  const claimed = claimedBy(matches);
  const symbols = new Set([...claimed].flatMap(({ codes }) => codes.map(({ symbol }) => symbol)));
  return (
    evidence
      .filter((one) => !claimed.has(one) && begs(one))
      // A line of text whose codes are all explained elsewhere asks nothing.
      .filter((one) => one.kind !== 'code' || !one.codes.every(({ symbol }) => symbols.has(symbol)))
      .sort((a, b) => weight(b) - weight(a))
      .slice(0, UNEXPLAINED_MOST)
      .map(showUnexplained)
  );
}

/** Errors of Exchange and the engine first, other programs' last. */
function weight(one: Evidence): number {
  if (one.kind !== 'event') return 3;
  return (/^(?:ESE|MSExchange)/.test(one.source) ? 4 : 0) + (one.severity === 'error' ? 1 : 0);
}

function headlineOf(
  findings: readonly DiagnosisFinding[],
  left: readonly Unexplained[],
  evidence: readonly Evidence[],
): string {
  const first = headFinding(findings);
  if (first !== undefined) {
    const sure = { certain: '', likely: 'Likely: ', possible: 'Possibly: ' }[first.confidence];
    const title = sure === '' ? first.title : first.title.replace(/^The /, 'the ');
    const follows = (level: Level): DiagnosisFinding | undefined =>
      findings.find((one) => one.consequenceOf === first.id && one.severity === 'error' && one.level === level);
    const shows = follows('store') ?? follows('transport');
    return `${sure}${title}.${shows === undefined ? '' : ` It shows as: ${shows.title}.`}`;
  }
  if (left.length > 0)
    return `No rule explains this evidence; the most telling piece: ${left[0]!.meaning ?? left[0]!.text}`;
  if (evidence.length === 0) return 'Nothing was found that could be judged.';
  const info = findings[0];
  return info === undefined
    ? 'Nothing is wrong, as far as this evidence shows.'
    : `Nothing is wrong, as far as this evidence shows. Seen: ${info.title}.`;
}

function nextOf(
  findings: readonly DiagnosisFinding[],
  left: readonly Unexplained[],
  missing: readonly string[],
): string {
  const first = headFinding(findings);
  const step = first?.fix.find(
    ({ command, risk, versions: only }) => command !== undefined && risk !== 'data-loss' && only === undefined,
  );
  if (step?.command !== undefined && !UNKNOWN.test(step.command)) return `${step.command}    (${shortened(step.text)})`;
  // A command whose file is not known is no help: then the first step in words.
  if (first?.fix[0] !== undefined) return first.fix[0].text;
  return left[0]?.advice ?? missing[0] ?? 'nothing needs to be done.';
}

/** A placeholder that nothing was found for. */
const UNKNOWN = /\b(?:DATABASE|LOG|SERVER|DOMAIN|SENDERDOMAIN|DRIVE|RECIPIENT|THE DIAGNOSTIC TEXT)\b/;

/** The first sentence. */
const shortened = (text: string): string => text.split(/(?<=[.;:]) /)[0]!.replace(/[.;:]$/, '');

function missingOf(
  set: EvidenceSet,
  findings: readonly DiagnosisFinding[],
  left: readonly Unexplained[],
  evidence: readonly Evidence[],
): string[] {
  const wanted = new Set(
    findings.filter(({ byCatch, severity }) => byCatch !== true && severity !== 'info').flatMap(({ settle }) => settle),
  );
  const bounce = evidence.find((one) => one.kind === 'bounce');
  const near =
    bounce?.first === undefined
      ? ''
      : ` around ${new Date(bounce.first).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const open = left.length > 0 || findings.some(({ confidence }) => confidence !== 'certain');
  if (open && !set.has('event') && evidence.length > 0)
    wanted.add(`The Application log of the server${near} (.evt, .evtx, or its text).`);
  if (open && !set.has('database') && evidence.some(({ codes }) => codes.some(({ family }) => family === 'JET')))
    wanted.add('The database file itself, or what `esekit info DATABASE` and `esekit check DATABASE` say of it.');
  if (set.leftOut > 0)
    wanted.add(`${set.leftOut} more pieces of evidence were not looked at: give fewer or smaller files.`);
  return [...wanted];
}

/** The answer to a set of evidence. The same evidence gives the same answer: no clock, no network. */
export function diagnose(set: EvidenceSet): Diagnosis {
  const evidence = set.all;
  const index = set.index();
  const versions = versionsOf(evidence);
  const matches = withoutFallbacks(ALL_RULES.flatMap((rule) => applyRule(rule, index, versions)));
  const findings = rankMatches(matches).map((ranked) => showFinding(ranked, evidence, versions));
  const left = unexplained(evidence, matches);
  const missing = missingOf(set, findings, left, evidence);
  return {
    headline: headlineOf(findings, left, evidence),
    next: nextOf(findings, left, missing),
    findings,
    unexplained: left,
    missing,
    ...(versions !== undefined && { versions: rangeText(versions) }),
  };
}
