// The Error Converter: every code in a text, with every family that knows it, best guess first.
import { replyNameOf, statusNamesOf, symbolsOf } from './families.ts';
import type { Family, NumberFamily } from './families.ts';
import { findCodes } from './find-codes.ts';
import type { FoundCode } from './find-codes.ts';
import { knowledgeOf, wordsOfSymbol } from './knowledge.ts';
import { readingsOf } from './readings.ts';
import type { Reading } from './readings.ts';

/** How sure a match is: `certain` by range, name or context; `likely` the best of several; `possible` the others. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** One family's reading of a code. */
export interface CodeMatch {
  readonly family: Family;
  /** The family's name for the code; for SMTP and Exchange numbers a short description. */
  readonly symbol: string;
  /** The family's own number: signed for JET, unsigned for the others; the text `5.7.1` for an enhanced status code. */
  readonly code: number | string;
  /** Eight hexadecimal digits with `0x`; empty for SMTP codes. */
  readonly hex: string;
  /** One sentence; made from the words of the symbol when `derived` is true. */
  readonly meaning: string;
  readonly derived?: true;
  /** What to do about it. */
  readonly advice?: string;
  /** Other names of the same number in this family. */
  readonly aliases?: readonly string[];
  /** How the number was taken, when not as it stands (an HRESULT around a Win32 code, a missing minus sign). */
  readonly note?: string;
  /** 1 is the best guess. */
  readonly rank: number;
  readonly confidence: Confidence;
}

/** One code of a text. */
export interface CodeExplanation {
  /** The code as it was written. */
  readonly input: string;
  /** Where it starts in the text. */
  readonly index: number;
  /** As a signed 32-bit number; the text of an enhanced status code; absent for an unknown symbol. */
  readonly code?: number | string;
  /** The same, unsigned. */
  readonly unsigned?: number;
  /** Eight hexadecimal digits with `0x`; absent for SMTP codes and unknown symbols. */
  readonly hex?: string;
  /** The part of Windows a large code says it is from. */
  readonly facility?: string;
  /** Best guess first; empty when no family knows the code. */
  readonly matches: readonly CodeMatch[];
}

const FACILITIES: Readonly<Record<number, string>> = {
  1: 'RPC',
  2: 'Dispatch',
  3: 'Storage',
  4: 'Interface (MAPI, OLE, or a program of its own)',
  7: 'Win32',
  8: 'Windows',
  9: 'Security (SSPI)',
  10: 'Control',
  11: 'Certificates',
  13: 'Media server',
  14: 'Message Queuing',
  15: 'Setup',
  16: 'Smart card',
  17: 'COM+',
  0x101: 'Exchange directory',
  0x103: 'Exchange Administrator',
  0x104: 'Exchange information store',
  0xe5e: 'JET (ESE)',
};

/** Eight hexadecimal digits with `0x`. */
const hex32 = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

/** Facility of an HRESULT or message number, or undefined for plain numbers. */
function facilityOf(value: number): string | undefined {
  if (value < 0x80000000 || value >= 0xffff0000) return undefined;
  const facility = (value >>> 16) & 0xfff;
  return FACILITIES[facility] ?? (facility === 0 ? undefined : String(facility));
}

type Draft = Omit<CodeMatch, 'rank' | 'confidence'>;

function describe(family: Family, key: string, name: string): Pick<Draft, 'meaning' | 'advice' | 'derived'> {
  const known = knowledgeOf(family, key);
  if (known !== undefined) return known;
  // Names of status codes and of Exchange's numbers are words already.
  if (family === 'Exchange' || family === 'SMTP') return { meaning: sentence(name) };
  return { meaning: sentence(wordsOfSymbol(name)), derived: true };
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function numberMatch(family: NumberFamily, number: number, symbol: string, note?: string): Draft {
  const symbols = symbolsOf(family, number);
  // The advice may be filed under another name of the same number.
  const key = symbols.find((name) => knowledgeOf(family, name) !== undefined) ?? symbol;
  const aliases = symbols.filter((name) => name !== symbol);
  return {
    family,
    symbol,
    code: family === 'JET' ? number | 0 : number,
    hex: hex32(number),
    ...describe(family, family === 'Exchange' ? number.toString(16) : key, symbol),
    ...(aliases.length > 0 && { aliases }),
    ...(note !== undefined && { note }),
  };
}

function readingMatch({ family, number, note }: Reading): Draft {
  return numberMatch(family, number, symbolsOf(family, number)[0]!, note);
}

function statusMatches(status: string): Draft[] {
  const key = status.slice(2);
  const names = statusNamesOf(key);
  if (names.length > 0) return [statusMatch(status, key, names[0]!, names.slice(1))];
  // RFC 3463: an unknown detail means X.subject.0, an unknown subject X.0.0.
  const general = statusNamesOf(`${key.split('.')[0]!}.0`)[0];
  if (general === undefined) return [];
  const note = `detail not registered, read as ${status.slice(0, 2)}${key.split('.')[0]!}.0`;
  return [{ ...statusMatch(status, `${key.split('.')[0]!}.0`, general, []), note }];
}

const CLASSES: Readonly<Record<string, string>> = {
  '2': 'Delivered. ',
  '4': 'For now: the sender keeps trying. ',
  '5': 'For good: the message comes back. ',
};

function statusMatch(status: string, key: string, name: string, others: readonly string[]): Draft {
  const known = knowledgeOf('SMTP', key);
  const meaning = `${CLASSES[status.charAt(0)] ?? ''}${known?.meaning ?? sentence(name)}`;
  return {
    family: 'SMTP',
    symbol: name,
    code: status,
    hex: '',
    meaning,
    ...(known?.advice !== undefined && { advice: known.advice }),
    ...(others.length > 0 && { aliases: others }),
  };
}

function replyMatch(value: number): Draft | undefined {
  const name = replyNameOf(value);
  if (name === undefined) return undefined;
  return { family: 'SMTP', symbol: name, code: value, hex: '', ...describe('SMTP', String(value), name) };
}

/** Reply codes among the readings of a plain number: 4xx and 5xx are well known, others only with a hint. */
function withReply(found: FoundCode, value: number, readings: readonly Reading[]): { draft: Draft; score: number }[] {
  const matches = readings.map((reading) => ({ draft: readingMatch(reading), score: reading.score }));
  const reply = found.spelling === 'decimal' && found.negative !== true ? replyMatch(value) : undefined;
  if (reply === undefined) return matches;
  const score = (value >= 400 ? 80 : 50) + (found.hints.includes('SMTP') ? 60 : 0);
  return [...matches, { draft: reply, score }].sort((a, b) => b.score - a.score);
}

function rank(matches: readonly { draft: Draft; score: number }[]): CodeMatch[] {
  return matches.map(({ draft, score }, i) => {
    const gap = score - (matches[i + 1]?.score ?? 0);
    const best = score >= 85 && gap >= 10 ? 'certain' : 'likely';
    return { ...draft, rank: i + 1, confidence: i === 0 ? best : 'possible' };
  });
}

const certain = (drafts: readonly Draft[]): CodeMatch[] =>
  drafts.map((draft, i) => ({
    ...draft,
    rank: i + 1,
    confidence: drafts.length === 1 ? 'certain' : i === 0 ? 'likely' : 'possible',
  }));

function explain(found: FoundCode): CodeExplanation {
  const base = { input: found.text, index: found.index };
  if (found.status !== undefined) return { ...base, code: found.status, matches: certain(statusMatches(found.status)) };
  const value = found.value;
  if (value === undefined) return { ...base, matches: [] };
  if (found.spelling === 'reply') {
    const reply = replyMatch(value);
    return { ...base, code: value, matches: certain(reply === undefined ? [] : [reply]) };
  }
  const facility = facilityOf(value);
  const numbers = { code: value | 0, unsigned: value, hex: hex32(value), ...(facility !== undefined && { facility }) };
  const matches =
    found.entries === undefined
      ? rank(withReply(found, value, readingsOf(value, found)))
      : certain(found.entries.map(({ family, number, symbol }) => numberMatch(family, number, symbol)));
  return { ...base, ...numbers, matches };
}

/**
 * Every code in a text explained, in the order of the text; a number written twice (`-1018 (0xfffffc06)`) once. Codes no
 * family knows are listed with no matches. `context` is text that stood before the code and may tell the family. Never
 * throws; a text without codes gives an empty list.
 */
export function explainCode(text: string, context = ''): CodeExplanation[] {
  const seen = new Set<number | string>();
  const explanations: CodeExplanation[] = [];
  for (const found of findCodes(text, context)) {
    const key =
      found.status ?? (found.spelling === 'reply' ? `reply ${String(found.value)}` : (found.value ?? found.text));
    if (seen.has(key)) continue;
    seen.add(key);
    explanations.push(explain(found));
  }
  return explanations;
}
