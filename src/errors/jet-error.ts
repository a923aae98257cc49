// The one exception of the engine layers: an operation failed, named by the JET error an administrator would search
// for. Numbers: jethdr.w. Damage found by a check is not an exception but a Finding (ese/finding.ts).
import { JET_ERRORS } from './jet-errors.data.ts';
import type { JetErrorSymbol } from './jet-errors.data.ts';

/** Where an operation failed. Absent fields are not known or do not apply. */
export interface ErrorPlace {
  /** Path of the file, as it was given. */
  readonly file?: string;
  readonly pgno?: number;
  /** Object id of the tree (table, index, long values). */
  readonly objid?: number;
  /** Byte offset in the file. */
  readonly offset?: number;
  /** Position in the log stream, as text (generation:sector:offset). */
  readonly lgpos?: string;
  readonly table?: string;
}

/** An operation failed; `symbol` and `code` are the engine's own name and (negative) number for it. */
export class JetError extends Error {
  readonly symbol: JetErrorSymbol;
  readonly code: number;
  readonly at: ErrorPlace;

  constructor(symbol: JetErrorSymbol, message: string, at: ErrorPlace = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JetError';
    this.symbol = symbol;
    this.code = JET_ERRORS[symbol];
    this.at = at;
  }
}

/** True for a `JetError`; with `symbol`, only for that error (aliases of the same number count). */
export function isJetError(e: unknown, symbol?: JetErrorSymbol): e is JetError {
  return e instanceof JetError && (symbol === undefined || e.code === JET_ERRORS[symbol]);
}

/** Symbol and number together: the `jet` field of a finding. */
export function jetError(symbol: JetErrorSymbol): { readonly symbol: JetErrorSymbol; readonly code: number } {
  return { symbol, code: JET_ERRORS[symbol] };
}
