// A rule as data: which evidence it needs, what speaks for and against it, and what to do. Texts may hold placeholders
// ({database}, {path}, {folder}, {base}, {server}, {recipient}, {missing}, {domain}) that are filled from the evidence.
import type { EvidenceKind } from './evidence.ts';
import type { VersionRange } from './version.ts';

/** Where in the system a cause sits, deepest first: damage below shows above. */
export const LEVELS = ['page', 'database', 'store', 'transport', 'authentication', 'configuration', 'host'] as const;

export type Level = (typeof LEVELS)[number];

/** How sure a finding is. */
export const CONFIDENCES = ['possible', 'likely', 'certain'] as const;

export type Confidence = (typeof CONFIDENCES)[number];

/** One kind of evidence a rule asks for. All fields given must hold of the same piece. */
export interface Clue {
  /** Event ids, with the source group they belong to; an empty list is any event of the source. */
  readonly event?: readonly number[];
  readonly source?: string;
  /** A code by one of these names. */
  readonly code?: readonly string[];
  /** Enhanced status codes; `5.x.x` also stands for the same with another class when written `x.1.1`. */
  readonly status?: readonly string[];
  /** Reason of a bounce, as its reader names it. */
  readonly reason?: readonly string[];
  /** Facts of a database, log, checkpoint or the host; one of them. */
  readonly fact?: readonly string[];
  readonly words?: RegExp;
  readonly kinds?: readonly EvidenceKind[];
}

/** What a step can do to the data. */
export type Risk = 'read-only' | 'safe' | 'offline' | 'data-loss';

/** Order of the steps of a fix: what protects and looks comes before what changes, data loss before the store's logic. */
export const PHASES = [
  'protect',
  'dismount',
  'copy',
  'look',
  'cause',
  'configure',
  'recover',
  'restore',
  'rebuild',
  'repair',
  'logic',
  'mount',
  'after',
] as const;

export type Phase = (typeof PHASES)[number];

/** One step of a fix. */
export interface FixStep {
  readonly phase: Phase;
  /** What to do, a sentence. */
  readonly text: string;
  readonly command?: string;
  readonly risk: Risk;
  readonly needsDismount?: true;
  /** How long it takes, roughly. */
  readonly takes?: 'seconds' | 'minutes' | 'hours';
  /** Versions it exists in; all when absent. */
  readonly versions?: VersionRange;
  /** Only for mail stores, or only for databases of other programs, when it is known which the database is. */
  readonly only?: 'mail' | 'other';
  /** Left out when the evidence has this fact of the database already (`checked`). */
  readonly doneBy?: string;
}

/** One cause and its signs. */
export interface Rule {
  /** Stable: `level.what`. */
  readonly id: string;
  readonly level: Level;
  /** What is wrong, in plain words; no full stop. */
  readonly title: string;
  /** Why, one or two sentences. */
  readonly cause: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Each group must be met by one of its clues. */
  readonly needs: readonly (readonly Clue[])[];
  /** Confidence when only the needs are met. */
  readonly confidence: Confidence;
  /** Each of these found makes it surer by a step, up to `most`. */
  readonly supports?: readonly Clue[];
  /** Speaks against: less sure by a step. */
  readonly against?: readonly Clue[];
  /** Any of these: the rule does not hold. */
  readonly unless?: readonly Clue[];
  /** Any of these makes it certain, whatever `most` says. */
  readonly settledBy?: readonly Clue[];
  readonly most?: Confidence;
  /** Evidence it accounts for besides. */
  readonly explains?: readonly Clue[];
  /** Rules whose findings are consequences of this one. A trailing `*` takes all with that beginning. */
  readonly outranks?: readonly string[];
  /** Damage: a finding of a lower level makes those of higher levels its consequences. */
  readonly damage?: true;
  /** A cause behind others: beside another trouble it is not named first. */
  readonly background?: true;
  /** Only for evidence that no other rule is met by. */
  readonly fallback?: true;
  /** The finding is by-catch: seen beside the trouble, not its cause. */
  readonly byCatch?: true;
  /** One finding a database instead of one altogether. */
  readonly perDatabase?: true;
  readonly versions?: VersionRange;
  /** Hours that pieces of evidence may lie apart; 24 when absent. */
  readonly window?: number;
  readonly fixes: readonly FixStep[];
  readonly verify: readonly string[];
  /** Evidence that would settle it. */
  readonly missing?: readonly string[];
  readonly references: readonly string[];
}
