// Which pieces of evidence meet a clue.
import type { Evidence } from './evidence.ts';
import type { EvidenceIndex } from './evidence-set.ts';
import type { Clue } from './rule.ts';

/** `x.1.1` stands for 4.1.1 and 5.1.1. */
function isStatus(wanted: string, status: string | undefined): boolean {
  if (status === undefined) return false;
  return wanted.startsWith('x.') ? status.slice(2) === wanted.slice(2) : status === wanted;
}

function statusesOf(one: Evidence): readonly string[] {
  if (one.kind === 'bounce') return one.status === undefined ? [] : [one.status];
  return one.codes.filter(({ family }) => family === 'SMTP').map(({ code }) => String(code));
}

const factsOf = (one: Evidence): ReadonlySet<string> | undefined => ('facts' in one ? one.facts : undefined);

/** Text of a piece that words are looked for in. */
const textOf = (one: Evidence): string => ('text' in one ? one.text : one.summary);

/** True when this piece meets all that the clue asks for. */
export function meets(one: Evidence, clue: Clue): boolean {
  const { event, source, code, status, reason, fact, words, kinds } = clue;
  if (kinds !== undefined && !kinds.includes(one.kind)) return false;
  if (event !== undefined) {
    if (one.kind !== 'event' || one.source !== source) return false;
    if (event.length > 0 && !event.includes(one.id)) return false;
  }
  // What a check found is asked for by its facts: the codes of its findings are for people to search for.
  if (code !== undefined && one.kind === 'database') return false;
  if (code !== undefined && !one.codes.some(({ names }) => names.some((name) => code.includes(name)))) return false;
  if (status !== undefined && !statusesOf(one).some((said) => status.some((wanted) => isStatus(wanted, said))))
    return false;
  if (reason !== undefined && !(one.kind === 'bounce' && reason.includes(one.reason ?? ''))) return false;
  if (fact !== undefined && !fact.some((wanted) => factsOf(one)?.has(wanted) === true)) return false;
  return words === undefined || words.test(textOf(one));
}

function candidates(index: EvidenceIndex, clue: Clue): readonly Evidence[] {
  if (clue.event !== undefined) return index.events(clue.source!, clue.event);
  if (clue.code !== undefined) return index.withCode(clue.code);
  return clue.kinds === undefined ? index.all : index.ofKinds(clue.kinds);
}

/** All pieces that meet one of the clues, each once, in the order of the evidence. */
export function matchAny(index: EvidenceIndex, clues: readonly Clue[]): Evidence[] {
  const found = new Set<Evidence>();
  for (const clue of clues)
    for (const one of candidates(index, clue)) if (!found.has(one) && meets(one, clue)) found.add(one);
  return [...found];
}
