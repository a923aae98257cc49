// The records in the segments of an 8.4000 log: packed, padded with NOPs at the end of a segment, long ones in fragments
// (format 9.4; logread.cxx).
import { u16, u32 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { LogEnd } from './log-end.ts';
import type { LogRecordView } from './log-record-view.ts';
import type { RecordSource } from './record-source.ts';
import { Lr, recordSize } from './record-table.ts';
import { scanSegments, SEGMENT_HEADER_SIZE, SEGMENT_SIZE, type SegmentScan } from './segment-scan.ts';

const OFFSET_MASK = SEGMENT_SIZE - 1;
const FRAGMENT_BEGIN_SIZE = 7;
const FRAGMENT_SIZE = 3;
/** More than a log file can hold. */
const RECORD_MOST = 0x10000000;

/** Reads an 8.4000 log in memory. `bytes` belongs to it: damage that can be mended is mended there. */
export class SegmentRecords implements RecordSource {
  readonly verdict: LogEnd;
  readonly checksum: bigint;
  end: LogEnd | undefined;
  readonly #bytes: Uint8Array;
  readonly #lGeneration: number;
  readonly #first: number;
  /** Where the data ends. */
  readonly #limit: number;
  /** Where the next record is looked for. */
  #next: number;
  /** Where reading has got to. */
  #at: number;
  /** Where the current record begins, as the engine reports it. */
  #start = 0;
  /** The fragments of a record put together. */
  #whole: Uint8Array = new Uint8Array(0);
  #wholeSize = 0;
  #wholeSeen = 0;
  /** After a seek: fragments of a record that began before are passed over. */
  #skipPartial = false;

  /** `first`: first segment with records; `reserved`: the file's last segment, which holds none. */
  constructor(bytes: Uint8Array, first: number, reserved: number, lGeneration: number) {
    const scan = scanSegments(bytes, first, reserved, lGeneration);
    this.#bytes = bytes;
    this.#lGeneration = lGeneration;
    this.#first = first;
    this.#limit = (scan.isecLast + 1) * SEGMENT_SIZE;
    this.#next = first * SEGMENT_SIZE;
    this.#at = this.#next;
    this.checksum = scan.checksum;
    this.verdict = this.#verdictOf(scan);
  }

  get position(): Lgpos {
    return this.#lgposOf(this.#next);
  }

  get isecLast(): number {
    return this.#at > this.#next ? (this.#at - 1) >>> 12 : this.#next >>> 12;
  }

  seek(lgpos: Lgpos): void {
    this.end = undefined;
    const isec = Math.max(lgpos.isec, this.#first);
    const segment = Math.min(isec * SEGMENT_SIZE, this.#limit);
    this.#next = segment;
    this.#at = segment;
    this.#skipPartial = true;
    if (isec !== lgpos.isec || segment >= this.#limit) return;
    const target = segment + Math.min(lgpos.ib, SEGMENT_SIZE);
    let at = segment;
    while (at < target) {
      if (at === segment) at += SEGMENT_HEADER_SIZE;
      const size = recordSize(this.#bytes, at, segment + SEGMENT_SIZE);
      if (size <= 0) break;
      at += size;
    }
    this.#next = at;
    this.#at = at;
  }

  next(record: LogRecordView): boolean {
    if (this.end !== undefined) return false;
    this.#start = this.#next;
    this.#at = this.#next;
    this.#wholeSize = 0;
    for (;;) {
      const at = this.#at;
      if (at >= this.#limit) return this.#finish();
      if ((at & OFFSET_MASK) === 0) {
        this.#at += SEGMENT_HEADER_SIZE;
        continue;
      }
      const end = (at | OFFSET_MASK) + 1;
      const lrtyp = this.#bytes[at]!;
      if (lrtyp === Lr.NOP) this.#skipPadding(end);
      else if (lrtyp === Lr.FragmentBegin) {
        if (!this.#beginFragments(at, end)) return false;
      } else if (lrtyp === Lr.Fragment) {
        if (!this.#addFragment(at, end)) return false;
        if (this.#wholeSize > 0 && this.#wholeSeen === this.#wholeSize) return this.#takeWhole(record);
      } else return this.#takeRecord(record, at, end);
    }
  }

  #skipPadding(end: number): void {
    let at = this.#at;
    while (at < end && this.#bytes[at] === Lr.NOP) at++;
    this.#at = at;
  }

  /** True at the first record of a segment: only there may something follow a record that was cut off. */
  #isSegmentStart(at: number): boolean {
    return (at & OFFSET_MASK) === SEGMENT_HEADER_SIZE;
  }

  #beginFragments(at: number, end: number): boolean {
    if (at + FRAGMENT_BEGIN_SIZE > end) return this.#damaged(at, 'a fragment is cut off by the end of its segment');
    const total = u32(this.#bytes, at + 1);
    const size = u16(this.#bytes, at + 5);
    const data = at + FRAGMENT_BEGIN_SIZE;
    if (this.#wholeSize > 0 && !(this.#isSegmentStart(at) && this.#bytes[data] === Lr.UndoInfo)) {
      return this.#damaged(at, 'a record in fragments begins inside another one');
    }
    if (size >= total || data + size > end || total > RECORD_MOST) {
      return this.#damaged(at, 'the lengths of a fragment make no sense');
    }
    // No more can come than the file has: a wrong total must not take memory.
    const room = Math.min(total, this.#bytes.length);
    if (room > this.#whole.length) this.#whole = new Uint8Array(Math.max(room, 2 * this.#whole.length));
    this.#whole.set(this.#bytes.subarray(data, data + size));
    this.#wholeSize = total;
    this.#wholeSeen = size;
    this.#skipPartial = false;
    this.#at = data + size;
    return true;
  }

  #addFragment(at: number, end: number): boolean {
    const data = at + FRAGMENT_SIZE;
    const size = data <= end ? u16(this.#bytes, at + 1) : SEGMENT_SIZE;
    if (data + size > end) return this.#damaged(at, 'a fragment is cut off by the end of its segment');
    this.#at = data + size;
    if (this.#wholeSize === 0 && this.#skipPartial) {
      this.#next = this.#at;
      this.#start = this.#at;
      return true;
    }
    if (this.#wholeSize === 0) return this.#damaged(at, 'a fragment continues a record that did not begin');
    if (size > this.#wholeSize - this.#wholeSeen) return this.#damaged(at, 'a fragment is longer than its record');
    this.#whole.set(this.#bytes.subarray(data, data + size), this.#wholeSeen);
    this.#wholeSeen += size;
    return true;
  }

  #takeWhole(record: LogRecordView): boolean {
    const size = recordSize(this.#whole, 0, this.#wholeSize);
    if (size < 0) return this.#unknown(this.#start, this.#whole[0]!);
    if (size !== this.#wholeSize) return this.#damaged(this.#start, 'a record in fragments has another length');
    record.bytes = this.#whole;
    record.start = 0;
    return this.#place(record, size, this.#at);
  }

  #takeRecord(record: LogRecordView, at: number, end: number): boolean {
    const lrtyp = this.#bytes[at]!;
    if (this.#wholeSize > 0) {
      const follows = lrtyp === Lr.RecoveryUndo || lrtyp === Lr.RecoveryUndo2 || lrtyp === Lr.UndoInfo;
      if (!follows || !this.#isSegmentStart(at)) return this.#damaged(at, 'a record in fragments is not complete');
      this.#start = at - SEGMENT_HEADER_SIZE;
    }
    const size = recordSize(this.#bytes, at, end);
    if (size < 0) return this.#unknown(at, lrtyp);
    if (size === 0) return this.#damaged(at, 'a record reaches beyond its segment');
    record.bytes = this.#bytes;
    record.start = at;
    return this.#place(record, size, at + size);
  }

  #place(record: LogRecordView, length: number, after: number): true {
    record.length = length;
    record.lrtyp = record.bytes[record.start]!;
    record.lGeneration = this.#lGeneration;
    record.isec = this.#start >>> 12;
    record.ib = this.#start & OFFSET_MASK;
    record.isecLast = (after - 1) >>> 12;
    this.#next = after;
    this.#at = after;
    this.#skipPartial = false;
    return true;
  }

  #lgposOf(at: number): Lgpos {
    return { lGeneration: this.#lGeneration, isec: at >>> 12, ib: at & OFFSET_MASK };
  }

  #verdictOf(scan: SegmentScan): LogEnd {
    const { shadowUsed, corrected, fault, ibTerm, isecLast } = scan;
    const closed = ibTerm >= 0;
    const about = {
      lgpos: this.#lgposOf(this.#limit),
      closedNormally: closed,
      ...(closed ? { lgposTerm: { lGeneration: this.#lGeneration, isec: isecLast, ib: ibTerm } } : {}),
      ...(shadowUsed ? { shadowUsed } : {}),
      ...(corrected.length > 0 ? { corrected } : {}),
    };
    if (fault !== undefined) {
      return { kind: 'corrupt', ...about, jet: 'JET_errLogFileCorrupt', message: `The log is damaged: ${fault}.` };
    }
    if (shadowUsed) {
      return { kind: 'torn', ...about, message: `Segment ${isecLast} was damaged; its shadow copy was taken.` };
    }
    const message = closed ? 'The log was closed normally.' : 'The log ends without having been closed.';
    return { kind: 'end', ...about, message };
  }

  /** No more segments. */
  #finish(): false {
    if (this.#wholeSize > 0 && this.verdict.jet === undefined) {
      const message = 'The last record is not complete: its writer was stopped in the middle of it.';
      this.end = { ...this.verdict, kind: 'torn', lgpos: this.#lgposOf(this.#start), closedNormally: false, message };
    } else this.end = this.verdict;
    this.#next = this.#limit;
    return false;
  }

  #damaged(at: number, what: string): false {
    const lgpos = this.#lgposOf(at);
    const message = `The log is damaged in segment ${lgpos.isec}: ${what}.`;
    this.end = { kind: 'corrupt', lgpos, closedNormally: false, jet: 'JET_errLogFileCorrupt', message };
    return false;
  }

  #unknown(at: number, lrtyp: number): false {
    const lgpos = this.#lgposOf(at);
    const message = `A record of unknown type ${lrtyp} stands in segment ${lgpos.isec}.`;
    this.end = { kind: 'unknown-record', lgpos, closedNormally: false, jet: 'JET_errLogFileCorrupt', message };
    return false;
  }
}
