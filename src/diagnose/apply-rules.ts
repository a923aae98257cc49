// Holds every rule against the evidence: which are met, how sure they are, by which pieces.
import type { Evidence } from './evidence.ts';
import type { EvidenceIndex } from './evidence-set.ts';
import { matchAny } from './match-clue.ts';
import { related } from './relation.ts';
import { CONFIDENCES } from './rule.ts';
import type { Clue, Confidence, Rule } from './rule.ts';
import { intersect } from './version.ts';
import type { VersionRange } from './version.ts';

/** A rule that is met. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly confidence: Confidence;
  /** Pieces that meet its needs, then those that support it. */
  readonly evidence: readonly Evidence[];
  readonly contradicts: readonly Evidence[];
  /** Pieces it accounts for besides. */
  readonly explains: readonly Evidence[];
  /** Name of the database it is about, when it is about one. */
  readonly database?: string;
}

/** Pieces met by groups of needs when they belong together; undefined when a group is not met. */
function meetNeeds(rule: Rule, groups: readonly (readonly Evidence[])[]): Evidence[] | undefined {
  const [anchors = [], ...others] = groups;
  const kept = anchors.filter((anchor) =>
    others.every((group) => group.some((one) => related(anchor, one, rule.window))),
  );
  if (kept.length === 0) return undefined;
  const joined = others.flat().filter((one) => kept.some((anchor) => related(anchor, one, rule.window)));
  return [...new Set([...kept, ...joined])];
}

/** The evidence by database; pieces that name none belong to all. */
function partitions(rule: Rule, groups: readonly (readonly Evidence[])[]): (string | undefined)[] {
  if (rule.perDatabase !== true) return [undefined];
  const names = new Set(groups.flat().map(({ keys }) => keys.database));
  names.delete(undefined);
  return names.size === 0 ? [undefined] : [...names];
}

const about =
  (name: string | undefined) =>
  (one: Evidence): boolean =>
    name === undefined || one.keys.database === undefined || one.keys.database === name;

function confidenceOf(rule: Rule, supports: number, against: number, settled: boolean): Confidence {
  if (settled) return 'certain';
  const most = CONFIDENCES.indexOf(rule.most ?? 'certain');
  const raised = Math.min(most, CONFIDENCES.indexOf(rule.confidence) + Math.min(supports, 2));
  return CONFIDENCES[Math.max(0, raised - (against > 0 ? 1 : 0))]!;
}

/** Without the pieces near which something says that the rule does not hold; a rule of several needs falls as a whole. */
function withoutExcluded(rule: Rule, met: readonly Evidence[], excluding: readonly Evidence[]): readonly Evidence[] {
  if (excluding.length === 0) return met;
  const left = met.filter((one) => !excluding.some((other) => related(one, other, rule.window)));
  return rule.needs.length > 1 && left.length < met.length ? [] : left;
}

function matchPartition(
  rule: Rule,
  groups: readonly (readonly Evidence[])[],
  index: EvidenceIndex,
  database: string | undefined,
): RuleMatch | undefined {
  const candidates = meetNeeds(
    rule,
    groups.map((group) => group.filter(about(database))),
  );
  if (candidates === undefined) return undefined;
  const met = withoutExcluded(rule, candidates, matchAny(index, rule.unless ?? []).filter(about(database)));
  if (met.length === 0) return undefined;
  const near = (clues: readonly Clue[] | undefined): Evidence[] =>
    clues === undefined
      ? []
      : matchAny(index, clues).filter(
          (one) => about(database)(one) && met.some((anchor) => related(anchor, one, rule.window)),
        );
  const supporting = (rule.supports ?? []).map((clue) => near([clue])).filter((found) => found.length > 0);
  const settling = near(rule.settledBy);
  const contradicts = near(rule.against);
  return {
    rule,
    confidence: confidenceOf(rule, supporting.length, contradicts.length, settling.length > 0),
    evidence: [...new Set([...met, ...settling, ...supporting.flat()])],
    contradicts,
    explains: near(rule.explains),
    ...(database !== undefined && { database }),
  };
}

/** All matches of one rule: none, one, or one a database. */
export function applyRule(rule: Rule, index: EvidenceIndex, versions: VersionRange | undefined): RuleMatch[] {
  if (versions !== undefined && rule.versions !== undefined && intersect(rule.versions, versions) === undefined)
    return [];
  const groups = rule.needs.map((clues) => matchAny(index, clues));
  if (groups.some((group) => group.length === 0)) return [];
  return partitions(rule, groups)
    .map((database) => matchPartition(rule, groups, index, database))
    .filter((match) => match !== undefined);
}
