// One normalised key in the making: appends segments to a buffer that is used again for every key, and cuts the key
// where its greatest length is reached. Source: format sections 7.1 and 7.2; fldnorm.cxx (ErrRECIRetrieveKey).
import { CODE_PAGE_UNICODE } from '../catalog/column-def.ts';
import { coltypSize, isTextType } from '../catalog/column-type.ts';
import type { IndexDefinition, KeySegment } from './index-definition.ts';
import { binaryGroupsLength, isBinaryType, normaliseBinaryGroups } from './normalise-binary.ts';
import { normaliseFixed } from './normalise-fixed.ts';
import { isTextAsciiCut, normaliseTextAscii } from './normalise-text-ascii.ts';
import { LCMAP_UPPERCASE, normaliseTextUpper } from './normalise-text-upper.ts';
import type { SortKeyMaker } from './normalise-text-sort-key.ts';
import { SegmentPrefix } from './segment-prefix.ts';
import { sortKeyMaker } from './sort-order.ts';

/** Greatest segment of a fixed-size type: written whole before it is cut, so the buffer has that much to spare. */
const WIDEST_FIXED = 17;
/** Longest key of the first engines, and bytes of Unicode text that keys of that length are made of. */
const KEY_MOST_OLD = 255;
const TEXT_MOST_OLD = 256;
/** A catalog can name no longer key (16 bits). */
const KEY_MOST_LIMIT = 0xffff;

/** Builds keys of one index, one after the other. Allocates nothing after construction. */
export class KeyBuilder {
  /** The key so far is `bytes[0..length)`. */
  readonly bytes: Uint8Array;
  length: number = 0;
  /** False once a segment was appended whose bytes cannot be known; `length` then ends after that segment's prefix. */
  exact: boolean = true;
  /** True once something had to be left out for lack of room. */
  truncated: boolean = false;
  readonly #keyMost: number;
  /** Limit of one text or binary segment; Infinity = none. */
  readonly #segmentMost: number;
  readonly #nullPrefix: number;
  readonly #dotNetGuid: boolean;
  readonly #upper: boolean;
  readonly #sortKeys: SortKeyMaker | undefined;

  constructor(index: IndexDefinition) {
    this.#keyMost = Math.min(index.keyMost, KEY_MOST_LIMIT);
    const limited = index.varSegMac > 0 && index.varSegMac < index.keyMost;
    this.#segmentMost = limited ? index.varSegMac : Infinity;
    this.#nullPrefix = index.sortNullsHigh ? SegmentPrefix.NullHigh : SegmentPrefix.Null;
    this.#dotNetGuid = index.dotNetGuid;
    this.#upper = index.lcMapFlags === LCMAP_UPPERCASE;
    this.#sortKeys = this.#upper ? undefined : sortKeyMaker(index);
    this.bytes = new Uint8Array(this.#keyMost + WIDEST_FIXED);
  }

  /** Begins a new key. */
  reset(): void {
    this.length = 0;
    this.exact = true;
    this.truncated = false;
  }

  /** True when there is no room for another byte. */
  get full(): boolean {
    return this.length >= this.#keyMost;
  }

  /** Appends a NULL. */
  appendNull(segment: KeySegment): void {
    this.#appendPrefix(this.#nullPrefix, segment.descending);
  }

  /** Appends the value `bytes[start..end)`; of no bytes = zero-length value. */
  appendValue(segment: KeySegment, bytes: Uint8Array, start: number, end: number): void {
    if (!this.exact || this.full) {
      this.truncated ||= this.full;
      return;
    }
    if (start >= end) {
      const sized = coltypSize(segment.coltyp) > 0;
      this.#appendPrefix(sized ? this.#nullPrefix : SegmentPrefix.ZeroLength, segment.descending);
      return;
    }
    const from = this.length;
    if (isTextType(segment.coltyp)) this.#appendText(segment, bytes, start, end);
    else if (isBinaryType(segment.coltyp)) this.#appendBinary(segment, bytes, start, end);
    else this.#appendFixed(segment, bytes, start, end);
    if (segment.descending) for (let i = from; i < this.length; i++) this.bytes[i]! ^= 0xff;
  }

  #appendPrefix(prefix: number, descending: boolean): void {
    if (!this.exact) return;
    if (this.full) this.truncated = true;
    else this.bytes[this.length++] = descending ? prefix ^ 0xff : prefix;
  }

  #appendFixed(segment: KeySegment, bytes: Uint8Array, start: number, end: number): void {
    const width = coltypSize(segment.coltyp);
    if (width === 0 || end - start < width) {
      this.#appendUnknown();
      return;
    }
    this.length += normaliseFixed(this.bytes, this.length, segment.coltyp, this.#dotNetGuid, bytes, start);
    if (this.length > this.#keyMost) {
      this.length = this.#keyMost;
      this.truncated = true;
    }
  }

  #appendBinary(segment: KeySegment, bytes: Uint8Array, start: number, end: number): void {
    const whole = 1 + (segment.fixed ? end - start : binaryGroupsLength(end - start));
    const wanted = Math.min(whole, this.#segmentMost);
    const size = Math.min(wanted, this.#keyMost - this.length);
    if (size < wanted) this.truncated = true;
    const body = this.length + 1;
    this.bytes[this.length] = SegmentPrefix.Data;
    if (segment.fixed) for (let i = 0; i < size - 1; i++) this.bytes[body + i] = bytes[start + i]!;
    else normaliseBinaryGroups(this.bytes, body, size - 1, bytes, start, end);
    this.length += size;
  }

  #appendText(segment: KeySegment, bytes: Uint8Array, start: number, end: number): void {
    const room = Math.min(this.#keyMost - this.length, this.#segmentMost) - 1;
    if (room > 0 && segment.codePage === CODE_PAGE_UNICODE) {
      this.#appendUnicode(room, bytes, start, end);
      return;
    }
    // Without room for a byte the prefix alone stands for a text of any kind, and the engine does not call it cut.
    const n = room > 0 ? normaliseTextAscii(this.bytes, this.length + 1, room, bytes, start, end) : 0;
    // Cut at the limit of a segment is meant; cut at the end of the key is what DisallowTruncation forbids.
    if (room < this.#segmentMost - 1 && isTextAsciiCut(n, room, bytes, start, end)) this.truncated = true;
    this.bytes[this.length] = SegmentPrefix.Data;
    this.length += n + 1;
  }

  #appendUnicode(room: number, bytes: Uint8Array, start: number, end: number): void {
    const to = this.length + 1;
    // Keys as long as those of the first engines are made of no more text than those looked at.
    const last = this.#keyMost === KEY_MOST_OLD ? Math.min(end, start + TEXT_MOST_OLD) : end;
    const n = this.#upper
      ? normaliseTextUpper(this.bytes, to, room, bytes, start, last)
      : (this.#sortKeys?.write(this.bytes, to, room, bytes, start, last) ?? -1);
    if (n < 0) {
      this.#appendUnknown();
      return;
    }
    if (n > room && room < this.#segmentMost - 1) this.truncated = true;
    this.bytes[this.length] = SegmentPrefix.Data;
    this.length += Math.min(n, room) + 1;
  }

  /** There is a value, so the prefix byte is known, and nothing after it. */
  #appendUnknown(): void {
    this.bytes[this.length++] = SegmentPrefix.Data;
    this.exact = false;
  }
}
