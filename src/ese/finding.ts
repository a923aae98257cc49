// What a check sees is data, never an exception: one shape for every checker.
import type { JetErrorSymbol } from '../errors/jet-errors.data.ts';

/** How bad a finding is. `error`: data lost or wrong; `warning`: inconsistent but readable; `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Where in a database a finding is. Absent fields are not known or do not apply. */
export interface FindingPlace {
  readonly pgno?: number;
  /** Object id of the tree (table, index, long values). */
  readonly objid?: number;
  /** Byte offset in the file. */
  readonly offset?: number;
  /** Line (node) within the page. */
  readonly line?: number;
  readonly table?: string;
  readonly index?: string;
  readonly column?: string;
}

/** One thing that is wrong (or worth knowing) in a file. */
export interface Finding {
  /** Stable id, `area.what`, e.g. `page.checksum`, `index.missing-entry`. */
  readonly rule: string;
  readonly severity: Severity;
  /** The JET error an administrator would search for. */
  readonly jet?: { readonly symbol: JetErrorSymbol; readonly code: number };
  readonly at: FindingPlace;
  /** One sentence. */
  readonly message: string;
  /** What to do, if that is known. */
  readonly fix?: string;
}
