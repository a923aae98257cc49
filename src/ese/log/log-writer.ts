// Writes the segments of an 8.4000 log: records packed, long ones in fragments, the segment being filled always followed
// by its shadow (format 9.4; logwrite.cxx).
import { i32 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import { sealPage } from '../page/checksum-page.ts';
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { putLgpos, putLogtime } from './put-field.ts';
import { Lr } from './record-table.ts';
import { SEGMENT_HEADER_SIZE, SEGMENT_SIZE } from './segment-scan.ts';

/** Where a log's bytes go. What was written before must be on disk before `write` is called again. */
export interface LogTarget {
  write(offset: number, bytes: Uint8Array): void;
}

/** Where in which log to begin. */
export interface LogWriterOptions {
  readonly lGeneration: number;
  /** Segments of the file; the last is kept for a shadow. */
  readonly csecLGFile: number;
  /** Segment to begin with: 1 in a new log, else the one after the last with data. */
  readonly isec: number;
  /** XOR of the checksums of the segments before. */
  readonly accumulatedChecksum?: bigint;
  /** `flush` pads a segment that is not full: it is never written again, and needs no shadow. */
  readonly padsFlushes?: boolean;
  readonly now: () => Logtime;
}

/** Segments to be written, sealed. */
export interface SealedSegments {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const FRAGMENT_BEGIN_SIZE = 7;
const FRAGMENT_SIZE = 3;
/** Type and length of a NOP2 record. */
const NOP2_HEAD_SIZE = 5;
const PAYLOAD = SEGMENT_SIZE - SEGMENT_HEADER_SIZE;
/** Less room than this at the end of a segment is padded, when a record does not fit as a whole. */
const FRAGMENT_LEAST = 32;

/**
 * Appends records to one log. `append` keeps them in memory; `flush` brings them to disk. When `append` says that the
 * log is full, flush, and go on in the next generation.
 */
export class LogWriter {
  readonly #target: LogTarget;
  readonly #options: LogWriterOptions;
  /** Segments from `#isec` on, of which the last may be partly filled. */
  #buffer: Uint8Array = new Uint8Array(16 * SEGMENT_SIZE);
  /** First segment in the buffer. */
  #isec: number;
  /** Bytes of the buffer in use. */
  #used = 0;
  /** The first segment in the buffer is on disk already, partly filled, with a shadow after it. */
  #hasShadow = false;
  /** Sum of the segments before `#isec`, as two halves. */
  #low: number;
  #high: number;
  /** Sum of the first segment, as it is on disk. */
  #lowPartial = 0;
  #highPartial = 0;

  constructor(target: LogTarget, options: LogWriterOptions) {
    this.#target = target;
    this.#options = options;
    this.#isec = options.isec;
    const sum = options.accumulatedChecksum ?? 0n;
    this.#low = Number(BigInt.asIntN(32, sum));
    this.#high = Number(BigInt.asIntN(32, sum >> 32n));
  }

  /** Where the next record goes. */
  get position(): Lgpos {
    return this.#lgposOf(this.#used);
  }

  /** XOR of the checksums of all segments on disk. */
  get accumulatedChecksum(): bigint {
    const low = (this.#low ^ this.#lowPartial) >>> 0;
    const high = (this.#high ^ this.#highPartial) >>> 0;
    return (BigInt(high) << 32n) | BigInt(low);
  }

  /** Appends a record; its position, or undefined when the log has no room for it. */
  append(record: Uint8Array): Lgpos | undefined {
    const end = this.#endOf(this.#used, record.length);
    if (end > this.#capacity()) return undefined;
    this.#reserve(end);
    const lgpos = this.position;
    let left = this.#enter();
    if (left < record.length && left < FRAGMENT_LEAST) {
      this.#used += left;
      left = this.#enter();
    }
    if (left >= record.length) this.#put(record);
    else this.#putInFragments(record, left);
    return lgpos;
  }

  /** True when the log has room for all of these records, appended one after the other. */
  fits(records: readonly Uint8Array[]): boolean {
    let end = this.#used;
    for (const { length } of records) end = this.#endOf(end, length);
    return end <= this.#capacity();
  }

  /** Fills the rest of the current segment with padding: the next record begins a new one. */
  fillSegment(): void {
    this.#used += this.#rest();
  }

  /**
   * All that is not yet on disk, the last segment padded, for the caller to write; undefined: there is nothing. For
   * writers with `padsFlushes`.
   */
  take(): SealedSegments | undefined {
    const rest = this.#rest();
    if (rest >= NOP2_HEAD_SIZE) {
      this.#buffer[this.#used] = Lr.NOP2;
      putU32(this.#buffer, this.#used + 1, rest - NOP2_HEAD_SIZE);
    }
    this.#used += rest;
    if (this.#used === 0) return undefined;
    const count = this.#used / SEGMENT_SIZE;
    const offset = this.#isec * SEGMENT_SIZE;
    this.#seal(count);
    const bytes = this.#buffer.slice(0, this.#used);
    this.#isec += count;
    this.#used = 0;
    return { offset, bytes };
  }

  /** Writes all that is not yet on disk; a segment that is not full also gets its shadow, or is padded. */
  flush(): void {
    if (this.#options.padsFlushes === true) {
      const sealed = this.take();
      if (sealed !== undefined) this.#target.write(sealed.offset, sealed.bytes);
      return;
    }
    const full = Math.floor(this.#used / SEGMENT_SIZE);
    if (full > 0) this.#writeFull(full);
    if (this.#used > 0) this.#writePartial();
  }

  /** Bytes left in the segment that is being filled. */
  #rest(): number {
    return (SEGMENT_SIZE - (this.#used % SEGMENT_SIZE)) % SEGMENT_SIZE;
  }

  #capacity(): number {
    return (this.#options.csecLGFile - 1 - this.#isec) * SEGMENT_SIZE;
  }

  /** Where the buffer would end after a record of `length` bytes, when it ends at `at` before. */
  #endOf(at: number, length: number): number {
    if (at % SEGMENT_SIZE === 0) at += SEGMENT_HEADER_SIZE;
    let room = SEGMENT_SIZE - (at % SEGMENT_SIZE);
    if (room < length && room < FRAGMENT_LEAST) {
      at += room + SEGMENT_HEADER_SIZE;
      room = PAYLOAD;
    }
    if (room >= length) return at + length;
    const left = length - (room - FRAGMENT_BEGIN_SIZE);
    const each = PAYLOAD - FRAGMENT_SIZE;
    const whole = Math.floor((left - 1) / each);
    return at + room + whole * SEGMENT_SIZE + SEGMENT_HEADER_SIZE + FRAGMENT_SIZE + (left - whole * each);
  }

  #reserve(end: number): void {
    const size = Math.ceil(end / SEGMENT_SIZE) * SEGMENT_SIZE;
    if (size <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(size, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }

  /** Begins a segment when none is begun; the room left in it. */
  #enter(): number {
    const at = this.#used;
    if (at % SEGMENT_SIZE === 0) {
      this.#buffer.fill(0, at, at + SEGMENT_SIZE);
      putLgpos(this.#buffer, at + 8, this.#lgposOf(at));
      putLogtime(this.#buffer, at + 16, this.#options.now());
      this.#used += SEGMENT_HEADER_SIZE;
    }
    return SEGMENT_SIZE - (this.#used % SEGMENT_SIZE);
  }

  #put(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #putInFragments(record: Uint8Array, room: number): void {
    let done = room - FRAGMENT_BEGIN_SIZE;
    const head = this.#used;
    this.#buffer[head] = Lr.FragmentBegin;
    putU32(this.#buffer, head + 1, record.length);
    putU16(this.#buffer, head + 5, done);
    this.#used += FRAGMENT_BEGIN_SIZE;
    this.#put(record.subarray(0, done));
    while (done < record.length) {
      const size = Math.min(record.length - done, this.#enter() - FRAGMENT_SIZE);
      this.#buffer[this.#used] = Lr.Fragment;
      putU16(this.#buffer, this.#used + 1, size);
      this.#used += FRAGMENT_SIZE;
      this.#put(record.subarray(done, done + size));
      done += size;
    }
  }

  #lgposOf(offset: number): Lgpos {
    const isec = this.#isec + Math.floor(offset / SEGMENT_SIZE);
    return { lGeneration: this.#options.lGeneration, isec, ib: offset % SEGMENT_SIZE };
  }

  /** Gives the first `count` segments of the buffer their checksums. */
  #seal(count: number): void {
    for (let i = 0; i < count; i++) {
      const at = i * SEGMENT_SIZE;
      sealPage(this.#buffer, at, SEGMENT_SIZE, this.#isec + i);
      this.#low ^= i32(this.#buffer, at);
      this.#high ^= i32(this.#buffer, at + 4);
    }
    this.#lowPartial = 0;
    this.#highPartial = 0;
  }

  #writeFull(count: number): void {
    this.#seal(count);
    const segments = this.#buffer.subarray(0, count * SEGMENT_SIZE);
    const offset = this.#isec * SEGMENT_SIZE;
    if (this.#hasShadow) {
      // The segment and its shadow must never be in the same write: one of them is whole at any time.
      const first = segments.subarray(0, SEGMENT_SIZE);
      this.#target.write(offset, first);
      this.#target.write(offset + SEGMENT_SIZE, count > 1 ? segments.subarray(SEGMENT_SIZE) : first);
    } else this.#target.write(offset, segments);
    this.#buffer.copyWithin(0, count * SEGMENT_SIZE, this.#used);
    this.#used -= count * SEGMENT_SIZE;
    this.#isec += count;
    this.#hasShadow = false;
  }

  #writePartial(): void {
    // Only what is in use may be on disk: the rest is padding.
    this.#buffer.fill(0, this.#used, SEGMENT_SIZE);
    sealPage(this.#buffer, 0, SEGMENT_SIZE, this.#isec);
    this.#lowPartial = i32(this.#buffer, 0);
    this.#highPartial = i32(this.#buffer, 4);
    const segment = this.#buffer.subarray(0, SEGMENT_SIZE);
    this.#target.write(this.#isec * SEGMENT_SIZE, segment);
    this.#target.write((this.#isec + 1) * SEGMENT_SIZE, segment);
    this.#hasShadow = true;
  }
}
