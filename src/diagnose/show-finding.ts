// A match in the form of the answer: its evidence shown, its fix ordered and filled in.
import { plainText } from '../eseutil/plain-text.ts';
import type { RuleMatch } from './apply-rules.ts';
import type { DiagnosisFinding, ShownEvidence, ShownStep, Unexplained } from './diagnosis.ts';
import type { DatabaseEvidence, Evidence, NamedCode } from './evidence.ts';
import { commandNames, fillIn, namesOf } from './fill-in.ts';
import type { RankedMatch } from './rank-matches.ts';
import { PHASES } from './rule.ts';
import type { FixStep } from './rule.ts';
import { intersect, rangeText } from './version.ts';
import type { VersionRange } from './version.ts';

/** Pieces of evidence shown of one finding. */
const SHOWN_MOST = 12;

function codeText({ family, code, symbol }: NamedCode): string {
  if (family === 'SMTP') return String(code);
  const number = typeof code === 'number' && code >= 0x10000 ? `0x${code.toString(16).padStart(8, '0')}` : String(code);
  return `${number} ${symbol}`;
}

/** Words of a database that say why it is evidence here. */
function databaseText(one: DatabaseEvidence, facts: readonly string[]): string {
  const details = [...new Set(facts)].map((fact) => one.details.get(fact)).filter((text) => text !== undefined);
  return details.length === 0 ? one.summary : `${one.summary}: ${details.join('; ')}`;
}

const factsOf = (match: RuleMatch | undefined): string[] =>
  match === undefined
    ? []
    : [
        ...match.rule.needs.flat(),
        ...(match.rule.supports ?? []),
        ...(match.rule.settledBy ?? []),
        ...(match.rule.against ?? []),
      ].flatMap(({ fact }) => fact ?? []);

/** ISO 8601 to the second; `Z` only where the zone is known. */
function shownTime(millis: number, isLocal: boolean): string {
  return `${new Date(millis).toISOString().slice(0, 19)}${isLocal ? '' : 'Z'}`;
}

/** A piece of evidence for people and programs; control characters made harmless. */
export function showEvidence(one: Evidence, match?: RuleMatch): ShownEvidence {
  const text = one.kind === 'database' ? databaseText(one, factsOf(match)) : one.summary;
  return {
    kind: one.kind,
    file: plainText(one.place.file),
    ...(one.place.at !== undefined && { at: plainText(one.place.at) }),
    ...(one.first !== undefined && { time: shownTime(one.first, one.isLocal === true) }),
    count: one.count,
    text: plainText(text),
    codes: one.codes.slice(0, 8).map(codeText),
  };
}

/** Steps that replay or throw away logs' work only make sense in some states of the database. */
function suits(step: FixStep, file: DatabaseEvidence | undefined, versions: VersionRange | undefined): boolean {
  if (step.versions !== undefined && versions !== undefined && intersect(step.versions, versions) === undefined)
    return false;
  const kind = file?.facts.has('opened') === true && !file.facts.has('mail-store') ? 'other' : 'mail';
  if (step.only !== undefined && step.only !== kind) return false;
  if (file === undefined) return true;
  if (step.doneBy?.split(',').some((fact) => file.facts.has(fact)) === true) return false;
  // The logs are there: nothing that makes them useless is offered.
  return !(step.risk === 'data-loss' && file.facts.has('dirty') && file.facts.has('logs-present'));
}

function shownSteps(
  match: RuleMatch,
  names: Readonly<Record<string, string>>,
  file: DatabaseEvidence | undefined,
  versions: VersionRange | undefined,
): ShownStep[] {
  return match.rule.fixes
    .filter((step) => suits(step, file, versions))
    .map((step, i) => ({ step, i }))
    .sort((a, b) => PHASES.indexOf(a.step.phase) - PHASES.indexOf(b.step.phase) || a.i - b.i)
    .map(({ step }) => ({
      text: plainText(fillIn(step.text, names)),
      risk: step.risk,
      ...(step.command !== undefined && { command: plainText(fillIn(step.command, commandNames(names))) }),
      ...(step.needsDismount === true && { needsDismount: true as const }),
      ...(step.takes !== undefined && { takes: step.takes }),
      ...(step.versions !== undefined && { versions: rangeText(step.versions) }),
    }));
}

function settling(match: RuleMatch): readonly string[] {
  return match.confidence === 'certain' ? [] : (match.rule.missing ?? []);
}

/** A ranked match as a finding. */
export function showFinding(
  { match, consequenceOf }: RankedMatch,
  all: readonly Evidence[],
  versions: VersionRange | undefined,
): DiagnosisFinding {
  const { rule } = match;
  const names = namesOf(match, all);
  const file = all.find(
    (one): one is DatabaseEvidence =>
      one.kind === 'database' && names['path'] !== 'DATABASE' && names['database'] === one.path.split(/[\\/]/).at(-1),
  );
  const fill = (text: string): string => plainText(fillIn(text, names));
  return {
    id: rule.id,
    title: fill(rule.title),
    cause: fill(rule.cause),
    confidence: match.confidence,
    severity: rule.severity,
    level: rule.level,
    evidence: match.evidence.slice(0, SHOWN_MOST).map((one) => showEvidence(one, match)),
    contradicts: match.contradicts.slice(0, SHOWN_MOST).map((one) => showEvidence(one, match)),
    ...(consequenceOf !== undefined && { consequenceOf: consequenceOf.rule.id }),
    ...(rule.byCatch === true && { byCatch: true }),
    fix: shownSteps(match, names, file, versions ?? rule.versions),
    verify: rule.verify.map(fill),
    settle: settling(match).map(fill),
    references: rule.references,
  };
}

/** Evidence that no rule accounts for, with what the tables know of it. */
export function showUnexplained(one: Evidence): Unexplained {
  const known = one.codes[0];
  return {
    ...showEvidence(one),
    ...(known !== undefined && { meaning: `${codeText(known)}: ${known.meaning}` }),
    ...(known?.advice !== undefined && { advice: known.advice }),
  };
}
