// The chain of LRCHECKSUM records of a 7.3704 log (Windows 2000 to 7): each protects the bytes around it and says where
// the next one stands (format 9.5; logread_legacy.cxx). Where the chain breaks, what follows tells whether the writer was
// stopped in the middle of a write (nothing but fill) or the log is damaged.
import { i32, u32 } from '../../binary/little-endian.ts';
import { checksumDwords } from '../page/checksum-dwords.ts';
import { Lr } from './record-table.ts';

/** Bytes of an LRCHECKSUM. */
export const LRCHECKSUM_SIZE = 22;

const BACKWARDS = 1;
const FORWARDS = 5;
const NEXT = 9;
const CHECKSUM = 13;
const SHORT_CHECKSUM = 17;
const USE_SHORT = 21;

const SEED = 0xfeedbeaf;
const SHORT_SEED = 0xdeadc0de;
const SHADOW = 0x5ad05ec7;
const SHORT_ON = 0x9a;
const SHORT_OFF = 0xd1;
/** Logs were filled with this many bytes over and over before they were used. */
const FILL_SIZE = 512;

/** What the chain tells. */
export interface SectorScan {
  /** Offsets of the LRCHECKSUM records, in order. */
  readonly checksums: number[];
  /** Where the data ends. */
  end: number;
  /** Why the log is damaged after `end`. */
  fault: string | undefined;
  /** Why the last write is not there as a whole. */
  torn: string | undefined;
  shadowUsed: boolean;
}

/** XOR of the little-endian dwords of bytes[start..end), counted from `start`; bytes left over keep their place. */
export function xorOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at < end && ((bytes.byteOffset + at) & 3) !== 0; at++) sum ^= bytes[at]! << ((at - start) * 8);
  // The dwords of the aligned middle, taken as they stand, are off by the bytes before them.
  const shift = ((at - start) & 3) * 8;
  const length = (end - at) & ~3;
  const middle = xorOfDwords(checksumDwords(bytes, at, length));
  sum ^= shift === 0 ? middle : (middle << shift) | (middle >>> (32 - shift));
  for (at += length; at < end; at++) sum ^= bytes[at]! << (((at - start) & 3) * 8);
  return sum >>> 0;
}

function xorOfDwords(dwords: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < dwords.length; i++) sum ^= dwords[i]!;
  return sum;
}

/** The sum of the LRCHECKSUM at `at` over the bytes up to `end`. */
function sumOf(bytes: Uint8Array, at: number, end: number, seed: number, lGeneration: number): number {
  const back = xorOfBytes(bytes, at - u32(bytes, at + BACKWARDS), at);
  const forward = xorOfBytes(bytes, at + LRCHECKSUM_SIZE, end);
  const pointers = i32(bytes, at + BACKWARDS) ^ i32(bytes, at + FORWARDS) ^ i32(bytes, at + NEXT);
  return (seed ^ back ^ forward ^ pointers ^ bytes[at + USE_SHORT]! ^ lGeneration) >>> 0;
}

class SectorWalk {
  readonly scan: SectorScan = { checksums: [], end: 0, fault: undefined, torn: undefined, shadowUsed: false };
  readonly #bytes: Uint8Array;
  readonly #cbSec: number;
  readonly #lGeneration: number;
  /** Bytes that may hold records; the sector after them is kept for the last shadow. */
  readonly #limit: number;

  constructor(bytes: Uint8Array, cbSec: number, limit: number, lGeneration: number) {
    this.#bytes = bytes;
    this.#cbSec = cbSec;
    this.#limit = Math.min(limit, bytes.length);
    this.#lGeneration = lGeneration;
  }

  run(first: number): SectorScan {
    let at = first;
    this.scan.end = first;
    // Each step goes forward by LRCHECKSUM_SIZE at least.
    while (at >= 0) at = this.#step(at);
    return this.scan;
  }

  /** Judges the LRCHECKSUM that should stand at `at`. Returns where the next one should, or -1: the end. */
  #step(at: number): number {
    if (!this.#isValid(at, at)) return this.#breaks(at, false);
    const forwards = u32(this.#bytes, at + FORWARDS);
    const end = at + LRCHECKSUM_SIZE + forwards;
    if (u32(this.#bytes, at + CHECKSUM) !== sumOf(this.#bytes, at, end, SEED, this.#lGeneration)) {
      if (this.#bytes[at + USE_SHORT] === SHORT_ON) return this.#tornFlush(at, end);
      return this.#breaks(at, true);
    }
    this.scan.checksums.push(at);
    this.scan.end = end;
    const next = u32(this.#bytes, at + NEXT);
    return next === 0 ? -1 : at + LRCHECKSUM_SIZE + next;
  }

  /** The rules for a sound LRCHECKSUM at `at`, standing for position `place` (the same, or that of which it is a shadow). */
  #isValid(at: number, place: number): boolean {
    const bytes = this.#bytes;
    const cbSec = this.#cbSec;
    const ib = at % cbSec;
    if (at < 0 || at - ib + cbSec > bytes.length || ib + LRCHECKSUM_SIZE > cbSec) return false;
    if (bytes[at] !== Lr.Checksum) return false;
    const backwards = u32(bytes, at + BACKWARDS);
    if (backwards !== 0 && backwards !== ib) return false;
    const mode = bytes[at + USE_SHORT]!;
    const short = u32(bytes, at + SHORT_CHECKSUM);
    if (mode === SHORT_ON) {
      if (short !== sumOf(bytes, at, at - ib + cbSec, SHORT_SEED, this.#lGeneration)) return false;
    } else if (mode !== SHORT_OFF || short !== 0) return false;
    const forwards = u32(bytes, at + FORWARDS);
    if (place + LRCHECKSUM_SIZE + forwards > this.#limit) return false;
    const range = ib + LRCHECKSUM_SIZE + forwards;
    const many = range > cbSec;
    if (many !== (mode === SHORT_ON) || (many && range % cbSec !== 0)) return false;
    const next = u32(bytes, at + NEXT);
    if (next === 0) return true;
    // The next one stands in the sector right after the range, which must be filled.
    if (range % cbSec !== 0) return false;
    return Math.floor((place + LRCHECKSUM_SIZE + next) / cbSec) === Math.floor(place / cbSec) + range / cbSec;
  }

  /** True for a sound shadow, in the sector after, of the LRCHECKSUM at `at`. */
  #isShadow(at: number, last: boolean): boolean {
    const copy = at + this.#cbSec;
    const bytes = this.#bytes;
    if (!this.#isValid(copy, at) || bytes[copy + USE_SHORT] !== SHORT_OFF) return false;
    if (last && u32(bytes, copy + NEXT) !== 0) return false;
    const end = copy + LRCHECKSUM_SIZE + u32(bytes, copy + FORWARDS);
    return (sumOf(bytes, copy, end, SEED, this.#lGeneration) ^ SHADOW) >>> 0 === u32(bytes, copy + CHECKSUM);
  }

  /** No sound LRCHECKSUM at `at`, or (`sumWrong`) one of a single sector whose sum does not match. */
  #breaks(at: number, sumWrong: boolean): -1 {
    const cbSec = this.#cbSec;
    const sector = at - (at % cbSec);
    const previous = this.scan.checksums.at(-1);
    const followsPrevious = previous !== undefined && sector === previous - (previous % cbSec) + cbSec;
    if (sumWrong && followsPrevious && previous + cbSec === at && this.#isShadow(previous, true)) {
      return this.#ends(sector, sector + cbSec, false);
    }
    if (this.#isShadow(at, true)) return this.#takeShadow(at, sector);
    if (!sumWrong && followsPrevious && this.#isShadow(previous, false)) {
      return this.#ends(sector, sector + cbSec, true);
    }
    return this.#ends(sector, sector, true);
  }

  #takeShadow(at: number, sector: number): -1 {
    this.#bytes.copyWithin(sector, sector + this.#cbSec, sector + 2 * this.#cbSec);
    this.scan.checksums.push(at);
    this.scan.end = at + LRCHECKSUM_SIZE + u32(this.#bytes, at + FORWARDS);
    this.scan.shadowUsed = true;
    this.scan.torn = `Sector ${sector / this.#cbSec} was damaged; its shadow copy was taken.`;
    return -1;
  }

  /** The data ends at `end`. When there is `check`ing to do, only fill may stand from `from` on. */
  #ends(end: number, from: number, check: boolean): -1 {
    this.scan.end = end;
    const sector = end / this.#cbSec;
    if (this.scan.checksums.length === 0) {
      this.scan.fault = 'the first checksum record is damaged';
    } else if (check && !this.#isFillFrom(from)) {
      this.scan.fault = `the checksum record that should stand in sector ${sector} is damaged`;
    } else this.scan.torn = `The write that should begin in sector ${sector} did not get to disk.`;
    return -1;
  }

  /** The first sector of a flush of several got to disk, not all others. */
  #tornFlush(at: number, end: number): -1 {
    const cbSec = this.#cbSec;
    const sector = at - (at % cbSec);
    this.scan.checksums.push(at);
    this.scan.end = sector + cbSec;
    const fill = this.#isFillFrom(end);
    if (fill && (end >= this.#limit || this.#hasHole(at, sector + cbSec, end))) {
      this.scan.torn = `Of the write that begins in sector ${sector / cbSec} only the first sector is sure.`;
    } else this.scan.fault = `the checksum over the sectors from ${sector / cbSec} on is wrong`;
    return -1;
  }

  /** A sector of the range that was never written explains its wrong sum. */
  #hasHole(at: number, from: number, end: number): boolean {
    if (end - from === this.#cbSec && this.#isShadow(at, false)) return true;
    for (let sector = from; sector < end; sector += this.#cbSec) {
      if (this.#isFill(sector, sector + this.#cbSec)) return true;
    }
    return false;
  }

  #isFillFrom(from: number): boolean {
    return this.#isFill(from, this.#bytes.length);
  }

  /** True when bytes[from..to) are what the end of the file repeats. */
  #isFill(from: number, to: number): boolean {
    const bytes = this.#bytes;
    const pattern = bytes.length - FILL_SIZE;
    if (pattern < 0) return false;
    // The reserved sector itself must be fill, else there is nothing to compare with.
    for (let at = from; at < to; at++) if (bytes[at] !== bytes[pattern + (at % FILL_SIZE)]) return false;
    return true;
  }
}

/**
 * Follows the chain from `first` on in a log of sectors of `cbSec` bytes; `limit`: where the last sector, kept for a
 * shadow, begins. A damaged last sector is replaced by its shadow, in `bytes` itself.
 */
export function scanSectors(
  bytes: Uint8Array,
  cbSec: number,
  first: number,
  limit: number,
  lGeneration: number,
): SectorScan {
  return new SectorWalk(bytes, cbSec, limit, lGeneration).run(first);
}
