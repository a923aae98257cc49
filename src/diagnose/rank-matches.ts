// Which match is the cause and which its consequence: a rule may outrank others by name, and proven damage explains the
// damage of higher levels. By-catch comes last.
import type { RuleMatch } from './apply-rules.ts';
import { related } from './relation.ts';
import { CONFIDENCES, LEVELS } from './rule.ts';
import type { Rule } from './rule.ts';

/** A match with its place in the answer. */
export interface RankedMatch {
  readonly match: RuleMatch;
  readonly consequenceOf?: RuleMatch;
}

const SEVERITIES = ['info', 'warning', 'error'] as const;

const names = (pattern: string, id: string): boolean =>
  pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;

const outranksByName = (a: Rule, b: Rule): boolean =>
  a !== b && (a.outranks ?? []).some((pattern) => names(pattern, b.id));

const levelOf = ({ rule }: RuleMatch): number => LEVELS.indexOf(rule.level);

const proven = ({ confidence }: RuleMatch): boolean => confidence !== 'possible';

/** True when pieces of both can belong to the same trouble. */
function together(a: RuleMatch, b: RuleMatch): boolean {
  if (a.database !== undefined && b.database !== undefined && a.database !== b.database) return false;
  return a.evidence.some((one) => b.evidence.some((other) => related(one, other)));
}

/** True when `a` explains `b`. */
function explains(a: RuleMatch, b: RuleMatch): boolean {
  if (a === b || a.rule.byCatch === true || b.rule.byCatch === true) return false;
  if (!proven(a) && proven(b)) return false;
  if (outranksByName(b.rule, a.rule)) return false;
  const byName = outranksByName(a.rule, b.rule);
  const byLevel = a.rule.damage === true && b.rule.damage === true && proven(a) && levelOf(a) < levelOf(b);
  return (byName || byLevel) && together(a, b);
}

/** Weight: not a consequence, sure, severe, deep; the order of the rules decides what is left. */
function compare(a: RankedMatch, b: RankedMatch): number {
  const key = ({ match, consequenceOf }: RankedMatch): number[] => [
    match.rule.byCatch === true ? 1 : 0,
    match.rule.severity === 'info' ? 1 : 0,
    consequenceOf === undefined ? 0 : 1,
    match.rule.background === true ? 1 : 0,
    proven(match) ? 0 : 1,
    -SEVERITIES.indexOf(match.rule.severity),
    match.rule.damage === true ? 0 : 1,
    match.rule.damage === true ? levelOf(match) : 0,
    -CONFIDENCES.indexOf(match.confidence),
    levelOf(match),
    -match.evidence.reduce((sum, { count }) => sum + count, 0),
  ];
  const [left, right] = [key(a), key(b)];
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}

/** The matches in the order of the answer. */
export function rankMatches(matches: readonly RuleMatch[]): RankedMatch[] {
  const ranked = matches.map((match): RankedMatch => {
    const causes = matches.filter((other) => explains(other, match));
    // The deepest cause is the one that has none itself.
    const root = causes.find((cause) => !matches.some((other) => explains(other, cause))) ?? causes[0];
    return root === undefined ? { match } : { match, consequenceOf: root };
  });
  return ranked.sort(compare);
}
