// All evidence of a diagnosis. Like events and like codes are kept once with a count, so that a log of a million events
// takes no more room than the kinds of events in it; an index finds what clues ask for.
import type { Evidence, EvidenceKind } from './evidence.ts';

/** Different pieces kept; what comes after them is counted and left out. */
const PIECES_MOST = 20_000;

function signature(one: Evidence): string | undefined {
  const codes = one.codes.map(({ symbol }) => symbol).join(',');
  const keys = `${one.keys.database ?? ''}|${one.keys.mdb ?? ''}|${one.keys.server ?? ''}`;
  switch (one.kind) {
    case 'event':
      return `event|${one.place.file}|${one.source}|${one.id}|${codes}|${keys}`;
    case 'code':
      return `code|${one.place.file}|${codes}|${keys}`;
    case 'bounce':
      return `bounce|${one.recipient ?? ''}|${one.status ?? ''}|${one.reason ?? ''}|${codes}|${one.keys.messageId ?? ''}`;
    default:
      return undefined;
  }
}

function joined(a: Evidence, b: Evidence): Evidence {
  const first = Math.min(a.first ?? Infinity, b.first ?? Infinity);
  const last = Math.max(a.last ?? -Infinity, b.last ?? -Infinity);
  const times = Number.isFinite(first) ? { first, last } : {};
  return { ...a, ...times, count: a.count + b.count };
}

/** Pieces of evidence, like ones counted, found by kind, event and code. */
export class EvidenceSet {
  readonly #pieces: Evidence[] = [];
  readonly #bySignature = new Map<string, number>();
  /** Pieces that were left out because there are too many different ones. */
  leftOut = 0;

  add(one: Evidence): void {
    const key = signature(one);
    const known = key === undefined ? undefined : this.#bySignature.get(key);
    if (known !== undefined) {
      this.#pieces[known] = joined(this.#pieces[known]!, one);
      return;
    }
    if (this.#pieces.length >= PIECES_MOST) {
      this.leftOut++;
      return;
    }
    if (key !== undefined) this.#bySignature.set(key, this.#pieces.length);
    this.#pieces.push(one);
  }

  /** All pieces in the order they came. */
  get all(): readonly Evidence[] {
    return this.#pieces;
  }

  has(kind: EvidenceKind): boolean {
    return this.#pieces.some((one) => one.kind === kind);
  }

  /** The pieces by kind, event and code. */
  index(): EvidenceIndex {
    return new EvidenceIndex(this.#pieces);
  }
}

const push = <K>(map: Map<K, Evidence[]>, key: K, one: Evidence): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
};

/** Finds evidence fast by what clues name most. */
export class EvidenceIndex {
  readonly all: readonly Evidence[];
  readonly #events = new Map<string, Evidence[]>();
  readonly #codes = new Map<string, Evidence[]>();
  readonly #kinds = new Map<EvidenceKind, Evidence[]>();

  constructor(pieces: readonly Evidence[]) {
    this.all = pieces;
    for (const one of pieces) {
      push(this.#kinds, one.kind, one);
      if (one.kind === 'event') {
        push(this.#events, `${one.source}|${one.id}`, one);
        push(this.#events, one.source, one);
      }
      for (const name of new Set(one.codes.flatMap(({ names }) => names))) push(this.#codes, name, one);
    }
  }

  /** Events of a source, with one of the ids (of any id when the list is empty). */
  events(source: string, ids: readonly number[]): readonly Evidence[] {
    if (ids.length === 0) return this.#events.get(source) ?? [];
    return ids.flatMap((id) => this.#events.get(`${source}|${id}`) ?? []);
  }

  withCode(names: readonly string[]): readonly Evidence[] {
    return [...new Set(names.flatMap((name) => this.#codes.get(name) ?? []))];
  }

  ofKinds(kinds: readonly EvidenceKind[]): readonly Evidence[] {
    return kinds.flatMap((kind) => this.#kinds.get(kind) ?? []);
  }
}
