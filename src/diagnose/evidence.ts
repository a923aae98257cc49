// What the reasoning works on: pieces of evidence, each with the file and place it is from, the time, and the keys by
// which pieces belong together. Readers (bounces, event logs, databases, the host) make them; rules ask for them.
import type { Family } from '../errors/index.ts';

/** Where a piece of evidence stands. */
export interface Place {
  /** The file as the user named it; `host` for facts about this machine. */
  readonly file: string;
  /** `line 12`, `record 7`, `page 185`. */
  readonly at?: string;
}

/** What ties pieces of evidence together. All in small letters; absent when the evidence does not say. */
export interface EvidenceKeys {
  /** Name of the database file without folder and extension: `priv1` for `D:\mdbdata\priv1.edb` and `priv1.stm`. */
  readonly database?: string;
  /** Path of the database as the evidence writes it. */
  readonly databasePath?: string;
  readonly recipient?: string;
  readonly messageId?: string;
  /** Name of the computer, without its domain. */
  readonly server?: string;
  /** GUID of the store. */
  readonly mdb?: string;
}

/** A code as a person would search for it. */
export interface NamedCode {
  readonly family: Family;
  /** `JET_errReadVerifyFailure`, `SEC_E_LOGON_DENIED`; for SMTP the status or reply code itself. */
  readonly symbol: string;
  /** All names it may be asked for by: its symbol, aliases, and the other readings when the first is not sure. */
  readonly names: readonly string[];
  readonly code: number | string;
  /** As it was written. */
  readonly input: string;
  readonly meaning: string;
  readonly advice?: string;
}

interface Common {
  readonly place: Place;
  /** Milliseconds since 1970 of the first and the last of `count` like pieces; absent when not known. */
  readonly first?: number;
  readonly last?: number;
  /** True when the source does not say the zone of its times: they are the clock of some machine. */
  readonly isLocal?: true;
  /** How often the same was seen. */
  readonly count: number;
  readonly keys: EvidenceKeys;
  readonly codes: readonly NamedCode[];
  /** One line for people. */
  readonly summary: string;
}

/** A recipient a mail came back from. */
export interface BounceEvidence extends Common {
  readonly kind: 'bounce';
  readonly status?: string;
  readonly replyCode?: number;
  /** From the reader's vocabulary: `userunknown`, `mailboxfull`, ... */
  readonly reason?: string;
  readonly action?: string;
  readonly recipient?: string;
  /** What made the report: `exchange-5.5`, `exchange-2000`, `exchange-2007`, `postfix`, ... */
  readonly generator?: string;
  /** Diagnostic and the words around it, shortened. */
  readonly text: string;
}

/** An event of a log; like events are one piece. */
export interface EventEvidence extends Common {
  readonly kind: 'event';
  /** Group of sources that number their events alike; see `eventSource`. */
  readonly source: string;
  /** The source's own name. */
  readonly provider: string;
  readonly id: number;
  readonly severity: 'error' | 'warning' | 'information';
  readonly text: string;
}

/** A line of plain text with codes in it. */
export interface CodeEvidence extends Common {
  readonly kind: 'code';
  readonly text: string;
}

/** A plain text, shortened: rules look for words in it. */
export interface TextEvidence extends Common {
  readonly kind: 'text';
  readonly text: string;
}

/** A database file: state, logs, what a check found. */
export interface DatabaseEvidence extends Common {
  readonly kind: 'database';
  readonly path: string;
  readonly size: number;
  /** `dirty`, `clean`, `checked`, `logs-missing`, `header-damaged`, ... and every rule the check reported. */
  readonly facts: ReadonlySet<string>;
  /** Facts in words, for those that have them. */
  readonly details: ReadonlyMap<string, string>;
  /** Revision of the format, the number after the comma of `0x620,20`. */
  readonly revision: number;
  /** Generations of logs it needs. */
  readonly logs?: { readonly first: number; readonly last: number; readonly missing: readonly number[] };
  /** Base name of its logs, `E00`. */
  readonly base?: string;
}

/** A transaction log or a checkpoint. */
export interface LogEvidence extends Common {
  readonly kind: 'log' | 'checkpoint';
  readonly path: string;
  readonly generation: number;
  /** `sound`, `damaged`, `foreign` (of another stream than the database beside it). */
  readonly facts: ReadonlySet<string>;
}

/** A fact about this machine. */
export interface HostEvidence extends Common {
  readonly kind: 'host';
  /** `open-by-scanner`, `open-by-other`, `scanner-runs`, `scanner-watches-data`, `space-short`, `space-enough`. */
  readonly facts: ReadonlySet<string>;
}

/** One piece of evidence. */
export type Evidence =
  BounceEvidence | EventEvidence | CodeEvidence | TextEvidence | DatabaseEvidence | LogEvidence | HostEvidence;

/** Kinds of evidence. */
export type EvidenceKind = Evidence['kind'];
