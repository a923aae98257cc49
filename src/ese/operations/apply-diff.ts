// The difference between two states of a node's data, as a ReplaceD log record states it (format 9.6; logdiff.cxx):
// entries in the order of the old data, each an offset, lengths and new bytes.
import { u16 } from '../../binary/little-endian.ts';
import { JetError } from '../../errors/jet-error.ts';
import { copyBytes } from '../../binary/little-endian-writer.ts';

/** Bits of an entry's first word; of its third byte (shifted down by 8) where pages are large. */
const DiffFlag = { sameLength: 0x2000, insert: 0x4000, twoByteLengths: 0x8000 } as const;
const OFFSET_MASK = 0x1fff;

/** Where applying stands: positions in old data, difference and new data. */
class DiffCursor {
  readonly #diff: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(diff: Uint8Array, start: number, length: number) {
    this.#diff = diff;
    this.#at = start;
    this.#end = start + length;
    if (!(start >= 0 && length >= 0 && this.#end <= diff.length)) fail('lies outside its record');
  }

  get more(): boolean {
    return this.#at < this.#end;
  }

  word(): number {
    this.#need(2);
    const value = u16(this.#diff, this.#at);
    this.#at += 2;
    return value;
  }

  byte(): number {
    this.#need(1);
    return this.#diff[this.#at++]!;
  }

  copy(target: Uint8Array, to: number, length: number): void {
    this.#need(length);
    copyBytes(target, to, this.#diff, this.#at, length);
    this.#at += length;
  }

  #need(length: number): void {
    if (this.#at + length > this.#end) fail('ends within an entry');
  }
}

function fail(problem: string): never {
  throw new JetError('JET_errLogFileCorrupt', `the difference between two states of a node ${problem}`);
}

/**
 * Applies the difference diff[diffStart..+diffLength) to old[oldStart..+oldLength) and writes the new data to the
 * beginning of `target`; returns its length. `wide`: entries have a flag byte of their own (large pages; bit 15 of the
 * record's size). `target` must be another buffer than `old`.
 * @throws JetError JET_errLogFileCorrupt when the entries are not in order, go beyond old data, difference or target.
 */
export function applyDiff(
  diff: Uint8Array,
  diffStart: number,
  diffLength: number,
  wide: boolean,
  old: Uint8Array,
  oldStart: number,
  oldLength: number,
  target: Uint8Array,
): number {
  const entries = new DiffCursor(diff, diffStart, diffLength);
  let oldAt = 0;
  let newAt = 0;
  while (entries.more) {
    const first = entries.word();
    const offset = wide ? first : first & OFFSET_MASK;
    const flags = wide ? entries.byte() << 8 : first;
    if (offset < oldAt || offset > oldLength) fail(`has an entry at ${offset} of ${oldLength} bytes`);
    const kept = offset - oldAt;
    const two = (flags & DiffFlag.twoByteLengths) !== 0;
    const cbNew = two ? entries.word() : entries.byte();
    let cbOld = cbNew;
    if ((flags & DiffFlag.insert) !== 0) cbOld = 0;
    else if ((flags & DiffFlag.sameLength) === 0) cbOld = two ? entries.word() : entries.byte();
    if (offset + cbOld > oldLength) fail(`replaces ${cbOld} bytes at ${offset} of ${oldLength}`);
    if (newAt + kept + cbNew > target.length) fail('makes more bytes than a page has');
    copyBytes(target, newAt, old, oldStart + oldAt, kept);
    entries.copy(target, newAt + kept, cbNew);
    oldAt = offset + cbOld;
    newAt += kept + cbNew;
  }
  const rest = oldLength - oldAt;
  if (newAt + rest > target.length) fail('makes more bytes than a page has');
  copyBytes(target, newAt, old, oldStart + oldAt, rest);
  return newAt + rest;
}
