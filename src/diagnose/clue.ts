// Short forms for the clues of rules.
import type { EvidenceKind } from './evidence.ts';
import type { Clue } from './rule.ts';

type More = Pick<Clue, 'words' | 'kinds'> & { readonly code?: string | readonly string[] };

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

function withMore(more: More): Clue {
  const { code, ...rest } = more;
  return code === undefined ? rest : { ...rest, code: list(code) };
}

/** An event of a source group. */
export function event(source: string, ids: number | readonly number[], more: More = {}): Clue {
  return { source, event: list(ids), kinds: ['event'], ...withMore(more) };
}

/** An event of the database engine. */
export const ese = (ids: number | readonly number[], more: More = {}): Clue => event('ESE', ids, more);

/** An event of the information store. */
export const store = (ids: number | readonly number[], more: More = {}): Clue => event('MSExchangeIS', ids, more);

/** An event of Exchange's transport. */
export const transport = (ids: number | readonly number[], more: More = {}): Clue =>
  event('MSExchangeTransport', ids, more);

/** A JET error by its name without `JET_err`, anywhere. */
export function jet(...names: readonly string[]): Clue {
  return { code: names.map((name) => `JET_err${name}`) };
}

/** A code of another family by name, anywhere. */
export function code(...names: readonly string[]): Clue {
  return { code: names };
}

/** An enhanced status code in a bounce (or alone in a text). */
export function status(codes: string | readonly string[], words?: RegExp): Clue {
  return { status: list(codes), kinds: ['bounce', 'code'], ...(words !== undefined && { words }) };
}

/** The reason a bounce's reader gives. */
export function reason(...names: readonly string[]): Clue {
  return { reason: names, kinds: ['bounce'] };
}

/** A fact of a database. */
export function database(...facts: readonly string[]): Clue {
  return { fact: facts, kinds: ['database'] };
}

/** A fact of a log or checkpoint. */
export function log(...facts: readonly string[]): Clue {
  return { fact: facts, kinds: ['log', 'checkpoint'] };
}

/** A fact of this machine. */
export function host(...facts: readonly string[]): Clue {
  return { fact: facts, kinds: ['host'] };
}

const SPOKEN: readonly EvidenceKind[] = ['bounce', 'event', 'code', 'text'];

/** Words, in bounces, events and plain text, or only in some of them. */
export function words(pattern: RegExp, kinds: readonly EvidenceKind[] = SPOKEN): Clue {
  return { words: pattern, kinds };
}
