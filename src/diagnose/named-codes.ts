// Codes of a text by name, as rules ask for them: the Error Converter's best readings.
import { explainCode } from '../errors/index.ts';
import type { CodeExplanation, CodeMatch } from '../errors/index.ts';
import type { NamedCode } from './evidence.ts';

/** Characters of a text that are looked at. */
const LOOKED_MOST = 8_000;
/** Codes kept of one text. */
const KEPT_MOST = 24;

function namesOf(matches: readonly CodeMatch[]): string[] {
  const best = matches[0]!;
  // 550 is a reply code to a person who reads bounces; that the minus of -550 was left out is only a guess of last resort.
  const others = matches.slice(1, 3).filter(({ note }) => note?.includes('minus sign') !== true);
  const taken = best.confidence === 'certain' ? [best] : [best, ...others];
  return [...new Set(taken.flatMap((match) => [nameOf(match), ...(match.aliases ?? [])]))];
}

const nameOf = (match: CodeMatch): string => (match.family === 'SMTP' ? String(match.code) : match.symbol);

function named({ input, matches }: CodeExplanation): NamedCode | undefined {
  const best = matches[0];
  if (best === undefined) return undefined;
  return {
    family: best.family,
    symbol: nameOf(best),
    names: namesOf(matches),
    code: best.code,
    input,
    meaning: best.meaning,
    ...(best.advice !== undefined && { advice: best.advice }),
  };
}

/** The codes of a text that some table knows, in the order of the text, each once. */
export function namedCodes(text: string): NamedCode[] {
  if (!/[\d_]|\bec[A-Z]|MapiException|WSA/.test(text)) return [];
  return explainCode(text.slice(0, LOOKED_MOST))
    .map(named)
    .filter((code) => code !== undefined)
    .slice(0, KEPT_MOST);
}
