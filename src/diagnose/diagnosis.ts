// What a diagnosis says: findings in the order of their weight, what nobody could explain, what is missing.
import type { Confidence, FixStep, Level } from './rule.ts';

/** A piece of evidence as a finding shows it. */
export interface ShownEvidence {
  readonly kind: string;
  readonly file: string;
  /** Line, record, recipient or page. */
  readonly at?: string;
  /** ISO 8601, of the first of them; ends in `Z` when it is known to be UTC. */
  readonly time?: string;
  readonly count: number;
  readonly text: string;
  /** Codes by name: `-1017 JET_errRecordDeleted`. */
  readonly codes: readonly string[];
}

/** One step of a fix with the user's own names filled in. */
export type ShownStep = Omit<FixStep, 'doneBy' | 'versions' | 'phase' | 'only'> & { readonly versions?: string };

/** One cause, found. */
export interface DiagnosisFinding {
  /** Stable id of the rule. */
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  readonly confidence: Confidence;
  readonly severity: 'error' | 'warning' | 'info';
  readonly level: Level;
  readonly evidence: readonly ShownEvidence[];
  /** Evidence that speaks against it. */
  readonly contradicts: readonly ShownEvidence[];
  /** Id of the finding this one is a consequence of. */
  readonly consequenceOf?: string;
  /** True when it was merely seen beside the trouble. */
  readonly byCatch?: true;
  readonly fix: readonly ShownStep[];
  /** What must be seen after the fix. */
  readonly verify: readonly string[];
  /** Evidence that would settle it. */
  readonly settle: readonly string[];
  readonly references: readonly string[];
}

/** Evidence that no rule accounts for. */
export interface Unexplained extends ShownEvidence {
  /** What the tables know about its codes. */
  readonly meaning?: string;
  readonly advice?: string;
}

/** The whole answer. */
export interface Diagnosis {
  /** What is wrong, in one line. */
  readonly headline: string;
  /** What to run or do next, in one line. */
  readonly next: string;
  readonly findings: readonly DiagnosisFinding[];
  readonly unexplained: readonly Unexplained[];
  /** What to send or look at to know more. */
  readonly missing: readonly string[];
  /** Versions of Exchange the evidence speaks of, in words. */
  readonly versions?: string;
}
