// The segments of a log since Windows 8 (8.4000): which of them hold its data (format 9.4; logread.cxx). A log is filled
// from front to back; what follows the last segment of this generation is older, empty, or the shadow of the last.
import { i32, u16, u64 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { parseLogtime, type Logtime } from '../header/logtime.ts';
import { KernelVerdict } from '../page/checksum-kernel-code.ts';
import { createChecksumKernel, type ChecksumKernel } from '../page/checksum-kernel.ts';
import { correctPage } from '../page/checksum-page.ts';
import { Lr, recordSize } from './record-table.ts';

/** Bytes of a segment. */
export const SEGMENT_SIZE = 4096;
/** Bytes of the header every segment begins with. */
export const SEGMENT_HEADER_SIZE = 40;

/** Header of a segment (LGSEGHDR). */
export interface SegmentHeader {
  readonly checksum: bigint;
  readonly lgposSegment: Lgpos;
  readonly logtimeSegmentStart: Logtime;
}

/** Reads the header of the segment at `offset`. */
export function parseSegmentHeader(bytes: Uint8Array, offset: number): SegmentHeader {
  return {
    checksum: u64(bytes, offset),
    lgposSegment: { ib: u16(bytes, offset + 8), isec: u16(bytes, offset + 10), lGeneration: i32(bytes, offset + 12) },
    logtimeSegmentStart: parseLogtime(bytes, offset + 16),
  };
}

/** What a look at all segments tells. */
export interface SegmentScan {
  /** Last segment with data of this log; the segment before the first one when there is none. */
  isecLast: number;
  /** XOR of the checksums of all segments with data; the next generation's header repeats it. */
  checksum: bigint;
  /** Why the log is damaged at segment isecLast + 1. */
  fault: string | undefined;
  /** The last segment's shadow was put in its place. */
  shadowUsed: boolean;
  /** Segments in which one flipped bit was mended. */
  corrected: number[];
  /** Offset, in the last segment, of the record that closes the log; -1: it was not closed. */
  ibTerm: number;
}

/** Segments judged at a time. */
const BATCH = 128;
let kernel: ChecksumKernel | undefined;

/** Verdicts of the segments [first, first + count) of `bytes`. */
function judge(bytes: Uint8Array, first: number, count: number): Uint8Array {
  kernel ??= createChecksumKernel(BATCH * SEGMENT_SIZE);
  kernel.pages.set(bytes.subarray(first * SEGMENT_SIZE, (first + count) * SEGMENT_SIZE));
  kernel.verify(count, SEGMENT_SIZE, first);
  return kernel.verdicts;
}

type SegmentState = 'data' | 'empty' | 'damaged' | 'out-of-place';

/** Walks the segments as the engine does before it replays a log. Mends `bytes` in place. */
class SegmentWalk {
  readonly scan: SegmentScan;
  readonly #bytes: Uint8Array;
  readonly #first: number;
  readonly #lGeneration: number;
  #low = 0;
  #high = 0;
  #emptySeen = false;

  constructor(bytes: Uint8Array, first: number, lGeneration: number) {
    this.#bytes = bytes;
    this.#first = first;
    this.#lGeneration = lGeneration;
    this.scan = { isecLast: first - 1, checksum: 0n, fault: undefined, shadowUsed: false, corrected: [], ibTerm: -1 };
  }

  /** `count`: segments in `bytes`, header and reserved last one included. */
  run(count: number, reserved: number): void {
    const end = Math.min(count, reserved);
    for (let from = this.#first; from < end; from += BATCH) {
      const size = Math.min(BATCH, end - from);
      const verdicts = judge(this.#bytes, from, size);
      for (let i = 0; i < size; i++) {
        const sound = verdicts[i] === KernelVerdict.good;
        if (!this.#step(from + i, sound, verdicts[i] === KernelVerdict.uninitialized, count)) return;
      }
    }
  }

  /** False ends the walk: the log is damaged here. */
  #step(isec: number, sound: boolean, zero: boolean, count: number): boolean {
    const state = sound ? this.#stateOf(isec) : zero ? 'empty' : this.#mend(isec);
    if (state === 'empty') {
      this.#emptySeen = true;
      return true;
    }
    if (state === 'out-of-place') return this.#fail(`segment ${isec} says that it belongs to a later place`);
    if (this.#emptySeen) {
      return this.#fail(
        state === 'data'
          ? `segment ${isec} holds data of this log, but an earlier segment is empty`
          : `segment ${isec} is damaged, and stands after an empty one`,
      );
    }
    if (state === 'damaged' && !this.#takeShadow(isec, count)) {
      return this.#fail(`the checksum of segment ${isec} is wrong, and no shadow copy follows it`);
    }
    this.#accept(isec);
    return true;
  }

  #fail(fault: string): false {
    this.scan.fault = fault;
    return false;
  }

  /** What the position in a sound segment's header says. */
  #stateOf(isec: number): SegmentState {
    const at = isec * SEGMENT_SIZE;
    const difference =
      i32(this.#bytes, at + 12) - this.#lGeneration || u16(this.#bytes, at + 10) - isec || u16(this.#bytes, at + 8);
    return difference < 0 ? 'empty' : difference > 0 ? 'out-of-place' : 'data';
  }

  /** A segment whose checksum does not match at first: a flipped bit, a shadow, or damage. */
  #mend(isec: number): SegmentState {
    const at = isec * SEGMENT_SIZE;
    if (correctPage(this.#bytes, at, SEGMENT_SIZE, isec) !== undefined) {
      this.scan.corrected.push(isec);
      return this.#stateOf(isec);
    }
    const isShadow = isec > this.#first && correctPage(this.#bytes, at, SEGMENT_SIZE, isec - 1) !== undefined;
    return isShadow ? 'empty' : 'damaged';
  }

  /** Puts the copy that follows in the place of a damaged segment. */
  #takeShadow(isec: number, count: number): boolean {
    if (isec + 1 >= count) return false;
    const from = (isec + 1) * SEGMENT_SIZE;
    const copy = this.#bytes.slice(from, from + SEGMENT_SIZE);
    const isOurs = i32(copy, 12) === this.#lGeneration && u16(copy, 10) === isec && u16(copy, 8) === 0;
    if (!isOurs || correctPage(copy, 0, SEGMENT_SIZE, isec) === undefined) return false;
    this.#bytes.set(copy, isec * SEGMENT_SIZE);
    this.scan.shadowUsed = true;
    return true;
  }

  #accept(isec: number): void {
    const at = isec * SEGMENT_SIZE;
    this.#low ^= i32(this.#bytes, at);
    this.#high ^= i32(this.#bytes, at + 4);
    this.scan.isecLast = isec;
  }

  finish(): SegmentScan {
    this.scan.checksum = (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
    if (this.scan.isecLast >= this.#first) this.scan.ibTerm = closingRecord(this.#bytes, this.scan.isecLast);
    return this.scan;
  }
}

/** Offset of the record that closes the log, when nothing but padding follows it in its segment; else -1. */
function closingRecord(bytes: Uint8Array, isec: number): number {
  const start = isec * SEGMENT_SIZE;
  const end = start + SEGMENT_SIZE;
  let found = -1;
  let at = start + SEGMENT_HEADER_SIZE;
  while (at < end) {
    if (bytes[at] === Lr.NOP) {
      at++;
      continue;
    }
    const size = recordSize(bytes, at, end);
    if (size <= 0) break;
    if (isClosing(bytes[at]!)) found = at - start === SEGMENT_HEADER_SIZE ? 0 : at - start;
    else if (bytes[at] !== Lr.NOP2) found = -1;
    at += size;
  }
  return found;
}

/** True for the records that end a run of the engine or a recovery. */
export function isClosing(lrtyp: number): boolean {
  return (
    lrtyp === Lr.Term ||
    lrtyp === Lr.Term2 ||
    lrtyp === Lr.RecoveryQuit ||
    lrtyp === Lr.RecoveryQuit2 ||
    lrtyp === Lr.RecoveryQuitKeepAttachments
  );
}

/**
 * Looks at all segments of the log in `bytes`, from segment `first` on; the one numbered `reserved` (the last of the
 * file) only ever holds a shadow. Mends flipped bits, and a damaged last segment from its shadow, in `bytes` itself.
 */
export function scanSegments(bytes: Uint8Array, first: number, reserved: number, lGeneration: number): SegmentScan {
  const walk = new SegmentWalk(bytes, first, lGeneration);
  walk.run(Math.floor(bytes.length / SEGMENT_SIZE), reserved);
  return walk.finish();
}
