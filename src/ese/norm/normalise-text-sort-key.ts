// Windows sort keys of Unicode text: what LCMapStringEx makes with LCMAP_SORTKEY in the default sort (invariant, en-US
// and all locales without an order of their own).
// Source: [MS-UCODEREF] 3.1.5.2.4 (GetWindowsSortKey); norm.cxx (ErrNORMMapString).
import { Script, sortWeights, type SortWeights } from './sort-weights.ts';

/** Flags of LCMapStringEx that say how sort keys are made. */
export const SortFlag = {
  IgnoreCase: 0x1,
  IgnoreNonSpace: 0x2,
  IgnoreSymbols: 0x4,
  LinguisticIgnoreCase: 0x10,
  LinguisticIgnoreDiacritic: 0x20,
  SortKey: 0x400,
  StringSort: 0x1000,
  IgnoreKanaType: 0x10000,
  IgnoreWidth: 0x20000,
} as const;

const KNOWN_FLAGS: number = Object.values(SortFlag).reduce<number>((sum, flag) => sum | flag, 0);

/** True when a sort key with these flags can be made: LCMAP_SORTKEY, and nothing that is not in `SortFlag`. */
export function areSortFlagsKnown(lcMapFlags: number): boolean {
  return (lcMapFlags & SortFlag.SortKey) !== 0 && (lcMapFlags & ~KNOWN_FLAGS) === 0;
}

/**
 * Which texts get a key. `ascii`: those of ASCII alone. `table`: those for which the table and the specification leave
 * no doubt, so not those with surrogates, ideographs, kana or parts of Hangul. `most`: all but those with parts of Hangul.
 */
export type SortCertainty = 'ascii' | 'table' | 'most';

/** First UTF-16 unit that needs a closer look. */
const DOUBT_FROM: Readonly<Record<SortCertainty, number>> = { ascii: 0x80, table: 0x1100, most: 0x10000 };

/** Bits of a case weight. */
const Case = { FullWidth: 0x01, FullSize: 0x02, Subscript: 0x08, Upper: 0x10, Hiragana: 0x20, All: 0x3f } as const;
/** The least weight: at the end of a level it is left out. */
const LEAST = 2;
const SEPARATOR = 1;
/** Bits set in each of the extra weights of kana, so that none is 0 or 1. */
const EXTRA = 0xc4;
/** Fifth weight of kana: itself, then 4 + primary weight of a mark that repeats (0) or prolongs (1). */
const EXTRA_KANA = 3;
const EXTRA_MARK = 4;
/** Greatest primary weight of those marks. */
const MARK_MOST = 1;
/** A prolonging mark after kana counts as their vowel. */
const VOWEL = 0x87;

/** Bytes in the making; grows. */
class Level {
  bytes = new Uint8Array(64);
  length = 0;

  push(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array((this.length + more) * 2);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Takes bytes of no consequence off the end. */
  trim(isIdle: (byte: number) => boolean): void {
    while (this.length > 0 && isIdle(this.bytes[this.length - 1]!)) this.length--;
  }
}

const isLeast = (byte: number): boolean => byte <= LEAST;

/** Makes sort keys, one after the other. Keep it: it holds the buffers. */
export class SortKeyMaker {
  readonly #flags: number;
  readonly #caseMask: number;
  readonly #linguistic: boolean;
  readonly #ignoresCases: boolean;
  readonly #ignoresDiacritics: boolean;
  readonly #certainty: SortCertainty;
  readonly #doubtFrom: number;
  #weights: SortWeights | undefined;
  readonly #primary = new Level();
  readonly #diacritics = new Level();
  readonly #cases = new Level();
  readonly #special = new Level();
  /** Weights 4 to 7 of kana: size, kind, hiragana or katakana, width. */
  readonly #extra: readonly [Level, Level, Level, Level] = [new Level(), new Level(), new Level(), new Level()];
  #unknown = false;

  /** `lcMapFlags` must be known (`areSortFlagsKnown`). */
  constructor(lcMapFlags: number, certainty: SortCertainty) {
    this.#flags = lcMapFlags;
    this.#certainty = certainty;
    this.#doubtFrom = DOUBT_FROM[certainty];
    this.#linguistic = (lcMapFlags & (SortFlag.LinguisticIgnoreCase | SortFlag.LinguisticIgnoreDiacritic)) !== 0;
    let mask: number = Case.All;
    if (this.#has(SortFlag.IgnoreCase)) mask &= ~(Case.Upper | Case.Subscript);
    if (this.#has(SortFlag.IgnoreWidth)) mask &= ~Case.FullWidth;
    if (this.#has(SortFlag.IgnoreKanaType)) mask &= ~Case.Hiragana;
    this.#caseMask = mask;
    // Nothing of the level is stored then, not even what no flag asks to ignore.
    this.#ignoresCases = this.#has(SortFlag.IgnoreCase) && this.#has(SortFlag.IgnoreWidth);
    this.#ignoresDiacritics = this.#has(SortFlag.IgnoreNonSpace);
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  /**
   * Writes the sort key of the UTF-16LE text `bytes[start..end)` to `out[at]`, at most `room` bytes. Answers the length
   * it has without that limit (a lower bound of it, more than `room`, when it does not fit), or -1 when the key
   * cannot be known. A trailing odd byte is dropped.
   */
  write(out: Uint8Array, at: number, room: number, bytes: Uint8Array, start: number, end: number): number {
    this.#reset();
    if (!this.#weighText(room, bytes, start, start + ((end - start) & ~1))) return -1;
    return this.#put(out, at, room);
  }

  #reset(): void {
    for (const level of [this.#primary, this.#diacritics, this.#cases, this.#special]) level.length = 0;
    for (const level of this.#extra) level.length = 0;
    this.#unknown = false;
  }

  /** Collects the weights of a text, until the primary ones alone fill the room. False when one is not known. */
  #weighText(room: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { units } = (this.#weights ??= sortWeights());
    const doubtFrom = this.#doubtFrom;
    for (let at = start; at < end && this.#primary.length <= room; at += 2) {
      const unit = bytes[at]! | (bytes[at + 1]! << 8);
      const weight = units[unit]!;
      if (unit >= doubtFrom && this.#isDoubtful(unit, weight)) return false;
      if ((weight & 0xff) > Script.SymbolLast) this.#plain(weight);
      else this.#particular(weight, bytes, start, at);
      if (this.#unknown) return false;
    }
    return true;
  }

  #isDoubtful(unit: number, weight: number): boolean {
    if (this.#certainty === 'ascii') return true;
    const script = weight & 0xff;
    const isSurrogate = unit >= 0xd800 && unit < 0xe000;
    return isSurrogate || script === Script.EastAsiaSpecial || script === Script.ExtensionA;
  }

  /** A character without peculiarities. */
  #plain(weight: number): void {
    const script = weight & 0xff;
    const primary = this.#primary;
    primary.push(script);
    primary.push((weight >>> 8) & 0xff);
    let diacritic = (weight >>> 16) & 0xff;
    let caseWeight = (weight >>> 24) & this.#caseMask;
    if (script >= Script.PrivateFirst && script <= Script.PrivateLast) {
      primary.push(diacritic);
      this.#cases.push(caseWeight);
      return;
    }
    if (this.#linguistic && script <= Script.Arabic && script !== Script.Hebrew) {
      if (this.#has(SortFlag.LinguisticIgnoreDiacritic)) diacritic = LEAST;
      if (this.#has(SortFlag.LinguisticIgnoreCase)) caseWeight = LEAST;
    }
    this.#diacritics.push(diacritic);
    this.#cases.push(caseWeight);
  }

  /** A character whose script member says that it is treated in a way of its own. */
  #particular(weight: number, bytes: Uint8Array, start: number, at: number): void {
    switch (weight & 0xff) {
      case Script.Unsortable:
        return;
      case Script.NonspaceMark:
        this.#mark(weight);
        return;
      case Script.Expansion:
        this.#expand(weight);
        return;
      case Script.EastAsiaSpecial:
        this.#kana(weight, bytes, start, at);
        return;
      case Script.Jamo:
        // Old Hangul is composed in ways that the specification does not say.
        this.#unknown = true;
        return;
      case Script.ExtensionA:
        this.#primary.push(0xfd);
        this.#primary.push(0xff);
        this.#primary.push((weight >>> 8) & 0xff);
        this.#primary.push((weight >>> 16) & 0xff);
        this.#diacritics.push(LEAST);
        this.#cases.push(LEAST);
        return;
      default:
        if (this.#has(SortFlag.IgnoreSymbols)) return;
        if ((weight & 0xff) === Script.Punctuation && !this.#has(SortFlag.StringSort)) this.#punctuation(weight);
        else this.#symbol(weight);
    }
  }

  #mark(weight: number): void {
    const diacritic = this.#has(SortFlag.LinguisticIgnoreDiacritic) ? LEAST : (weight >>> 16) & 0xff;
    const { bytes, length } = this.#diacritics;
    if (length > 0) bytes[length - 1] = (bytes[length - 1]! + diacritic) & 0xff;
    else this.#diacritics.push(diacritic);
  }

  #expand(weight: number): void {
    const { units, expansions } = this.#weights!;
    let next = weight;
    // The second character may expand again, as in the ligature of f, f and i.
    for (let rounds = 0; (next & 0xff) === Script.Expansion && rounds < 3; rounds++) {
      const pair = (next >>> 16) * 2;
      this.#plain(units[expansions[pair]!]!);
      next = units[expansions[pair + 1]!]!;
    }
    this.#plain(next);
  }

  #symbol(weight: number): void {
    this.#primary.push(weight & 0xff);
    this.#primary.push((weight >>> 8) & 0xff);
    this.#diacritics.push((weight >>> 16) & 0xff);
    this.#cases.push((weight >>> 24) & this.#caseMask);
  }

  /** Goes to the end of the key: where it was, counted back from 0xffff, and what it was. */
  #punctuation(weight: number): void {
    const position = 0xffff - (this.#primary.length >>> 1);
    const diacritic = this.#has(SortFlag.LinguisticIgnoreDiacritic) ? LEAST : (weight >>> 16) & 0xff;
    const caseWeight = this.#has(SortFlag.LinguisticIgnoreCase) ? LEAST : (weight >>> 24) & this.#caseMask;
    this.#special.push((position >>> 8) & 0xff);
    this.#special.push(position & 0xff);
    this.#special.push((weight >>> 8) & 0xff);
    this.#special.push((caseWeight | (diacritic << 3)) & 0xff);
  }

  #kana(weight: number, bytes: Uint8Array, start: number, at: number): void {
    let primary = (weight >>> 8) & 0xff;
    let caseWeight = (weight >>> 24) & this.#caseMask;
    let kind = EXTRA_KANA;
    if (primary <= MARK_MOST) {
      const before = this.#beforeMark(bytes, start, at);
      if (before === undefined) {
        // Nothing to repeat: after everything else.
        this.#primary.push(0xff);
        this.#primary.push(0xff);
        return;
      }
      if ((before & 0xff) !== Script.EastAsiaSpecial) {
        this.#plain(((before & 0xffffff) | (LEAST << 24)) >>> 0);
        return;
      }
      kind = EXTRA_MARK + primary;
      const prolongs = primary === MARK_MOST;
      const width = prolongs ? caseWeight & Case.FullWidth : undefined;
      caseWeight = (before >>> 24) & this.#caseMask;
      if (width !== undefined) caseWeight = (caseWeight & ~Case.FullWidth) | width;
      primary = (before >>> 8) & 0xff & (prolongs ? VOWEL : 0xff);
    }
    this.#extra[0].push(EXTRA | (caseWeight & Case.FullSize));
    this.#extra[1].push(kind);
    this.#extra[2].push(EXTRA | (caseWeight & Case.Hiragana));
    this.#extra[3].push(EXTRA | (caseWeight & Case.FullWidth));
    this.#plain((Script.Kana | (primary << 8) | (weight & 0xff0000) | (LEAST << 24)) >>> 0);
  }

  /** Weight of the character that a mark repeats or prolongs. */
  #beforeMark(bytes: Uint8Array, start: number, at: number): number | undefined {
    const { units } = this.#weights!;
    for (let i = at - 2; i >= start; i -= 2) {
      const weight = units[bytes[i]! | (bytes[i + 1]! << 8)]!;
      const script = weight & 0xff;
      if (script === Script.Unsortable || script === Script.NonspaceMark) continue;
      if (script === Script.Expansion) return undefined;
      if (script === Script.EastAsiaSpecial && ((weight >>> 8) & 0xff) <= MARK_MOST) continue;
      return weight;
    }
    return undefined;
  }

  /** Puts the levels together. */
  #put(out: Uint8Array, at: number, room: number): number {
    const end = at + room;
    if (this.#ignoresDiacritics) this.#diacritics.length = 0;
    if (this.#ignoresCases) this.#cases.length = 0;
    this.#diacritics.trim(isLeast);
    this.#cases.trim(isLeast);
    let to = putLevel(out, at, end, this.#primary, SEPARATOR);
    to = putLevel(out, to, end, this.#diacritics, SEPARATOR);
    to = putLevel(out, to, end, this.#cases, SEPARATOR);
    if (this.#extra[2].length > 0) {
      const idle = [EXTRA | Case.FullSize, EXTRA_KANA, EXTRA | Case.Hiragana, EXTRA | Case.FullWidth];
      this.#extra.forEach((level, i) => {
        if (this.#ignoresDiacritics && i < 2) level.length = 0;
        level.trim((byte) => byte === idle[i]);
        to = putLevel(out, to, end, level, i === 1 ? LEAST : 0xff);
      });
    }
    if (to < end) out[to] = SEPARATOR;
    to = putLevel(out, to + 1, end, this.#special, 0);
    return to - at;
  }
}

/** Writes a level and what ends it, as far as there is room before `end`; answers where the next one starts. */
function putLevel(out: Uint8Array, at: number, end: number, level: Level, terminator: number): number {
  const { bytes, length } = level;
  const most = Math.min(length, end - at);
  for (let i = 0; i < most; i++) out[at + i] = bytes[i]!;
  if (at + length < end) out[at + length] = terminator;
  return at + length + 1;
}
