// The records of a 7.3704 log (Windows 2000 to 7): they flow across sectors; LRCHECKSUM records and padding stand among
// them (format 9.5; logread_legacy.cxx).
import { u32 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { LogEnd } from './log-end.ts';
import { LOG_HEADER_SIZE } from './log-header.ts';
import { LogRecordView } from './log-record-view.ts';
import type { RecordSource } from './record-source.ts';
import { Lr, recordSize } from './record-table.ts';
import { scanSectors, type SectorScan } from './sector-scan.ts';
import { isClosing } from './segment-scan.ts';

/** Records that say nothing about how a log ends. */
const SILENT: ReadonlySet<number> = new Set([Lr.Checksum, Lr.NOP2]);

/** Where an LRCHECKSUM keeps its cbBackwards. */
const BACKWARDS = 1;

/**
 * Reads a 7.3704 log in memory. `bytes` belongs to it. Checksum records and NOPs (a byte each) are given out like all
 * others, as the engine does in this format.
 */
export class SectorRecords implements RecordSource {
  readonly verdict: LogEnd;
  /** This format has no sum over a log. */
  readonly checksum = 0n;
  end: LogEnd | undefined;
  readonly #bytes: Uint8Array;
  readonly #cbSec: number;
  readonly #log2CbSec: number;
  readonly #lGeneration: number;
  readonly #scan: SectorScan;
  #judged: LogEnd | undefined;
  #at: number = LOG_HEADER_SIZE;
  /** Number of the first checksum record at or after `#at`. */
  #nextChecksum = 0;

  /** `reserved`: the file's last sector, which holds no records. */
  constructor(bytes: Uint8Array, cbSec: number, reserved: number, lGeneration: number) {
    this.#bytes = bytes;
    this.#cbSec = cbSec;
    this.#log2CbSec = 31 - Math.clz32(cbSec);
    this.#lGeneration = lGeneration;
    this.#scan = scanSectors(bytes, cbSec, LOG_HEADER_SIZE, reserved * cbSec, lGeneration);
    this.verdict = this.#judge();
    this.#judged = this.verdict;
  }

  get position(): Lgpos {
    return this.#lgposOf(this.#at);
  }

  get isecLast(): number {
    return Math.floor(Math.max(LOG_HEADER_SIZE, this.#at - 1) / this.#cbSec);
  }

  seek(lgpos: Lgpos): void {
    this.end = undefined;
    this.#rewind();
    const target = lgpos.isec * this.#cbSec + lgpos.ib;
    const record = new LogRecordView();
    while (this.#at < target) {
      const before = this.#at;
      if (!this.next(record)) return;
      if (record.start < target) continue;
      this.#at = before;
      this.#nextChecksum = Math.max(0, this.#nextChecksum - 1);
      return;
    }
  }

  #rewind(): void {
    this.#at = LOG_HEADER_SIZE;
    this.#nextChecksum = 0;
  }

  next(record: LogRecordView): boolean {
    if (this.end !== undefined) return false;
    const { end, checksums } = this.#scan;
    for (;;) {
      const at = this.#at;
      if (at >= end) return this.#stop(this.#endOf(end));
      while (this.#nextChecksum < checksums.length && checksums[this.#nextChecksum]! < at) this.#nextChecksum++;
      const checksum = checksums[this.#nextChecksum] ?? end;
      const size = recordSize(this.#bytes, at, end);
      const after = at + size;
      // Where a checksum record covers nothing before it, what began there was given up.
      if (size < 0) return this.#unknown(at);
      if (at < checksum && (size === 0 || after > checksum) && this.#isFresh(checksum)) {
        this.#at = checksum;
        continue;
      }
      if (size === 0) return this.#cutOff(at);
      if (at < checksum && after > checksum) return this.#damaged(at, 'a record runs into a checksum record');
      return this.#place(record, at, size);
    }
  }

  /** Padding is of no interest to a judgement. */
  #skipPadding(): void {
    const { end } = this.#scan;
    let at = this.#at;
    while (at < end && this.#bytes[at] === Lr.NOP) at++;
    this.#at = at;
  }

  #isFresh(checksum: number): boolean {
    return checksum < this.#scan.end && u32(this.#bytes, checksum + BACKWARDS) === 0;
  }

  #place(record: LogRecordView, at: number, length: number): true {
    record.bytes = this.#bytes;
    record.start = at;
    record.length = length;
    record.lrtyp = this.#bytes[at]!;
    record.lGeneration = this.#lGeneration;
    record.ib = at & (this.#cbSec - 1);
    record.isec = at >>> this.#log2CbSec;
    this.#at = at + length;
    record.isecLast = (this.#at - 1) >>> this.#log2CbSec;
    return true;
  }

  #lgposOf(at: number): Lgpos {
    return { lGeneration: this.#lGeneration, isec: Math.floor(at / this.#cbSec), ib: at % this.#cbSec };
  }

  /** Goes through all records once: only so it shows whether the log was closed. */
  #judge(): LogEnd {
    const record = new LogRecordView();
    let lgposTerm: Lgpos | undefined;
    for (;;) {
      this.#skipPadding();
      if (!this.next(record)) break;
      if (isClosing(record.lrtyp)) lgposTerm = record.lgpos;
      else if (!SILENT.has(record.lrtyp)) lgposTerm = undefined;
    }
    const end = this.end!;
    this.end = undefined;
    this.#rewind();
    if (end.kind === 'corrupt' || end.kind === 'unknown-record' || lgposTerm === undefined) return end;
    const message = end.kind === 'end' ? 'The log was closed normally.' : end.message;
    return { ...end, closedNormally: true, lgposTerm, message };
  }

  /** How the chain of checksums says that the log ends. */
  #endOf(at: number): LogEnd {
    const { fault, torn, shadowUsed } = this.#scan;
    const about = { lgpos: this.#lgposOf(at), closedNormally: false, ...(shadowUsed ? { shadowUsed } : {}) };
    if (fault !== undefined) {
      return { kind: 'corrupt', ...about, jet: 'JET_errLogFileCorrupt', message: `The log is damaged: ${fault}.` };
    }
    if (torn !== undefined) return { kind: 'torn', ...about, message: torn };
    return { kind: 'end', ...about, message: 'The log ends without having been closed.' };
  }

  /** The data ends in the middle of a record. */
  #cutOff(at: number): false {
    const end = this.#endOf(at);
    const message = 'The last record is not complete: its writer was stopped in the middle of it.';
    return this.#stop(end.kind === 'end' ? { ...end, kind: 'torn', message } : end);
  }

  /** However often the records are read, they end alike. */
  #stop(end: LogEnd): false {
    this.end = this.#judged ?? end;
    return false;
  }

  #damaged(at: number, what: string): false {
    const lgpos = this.#lgposOf(at);
    const message = `The log is damaged in sector ${lgpos.isec}: ${what}.`;
    return this.#stop({ kind: 'corrupt', lgpos, closedNormally: false, jet: 'JET_errLogFileCorrupt', message });
  }

  #unknown(at: number): false {
    const lgpos = this.#lgposOf(at);
    const message = `A record of unknown type ${this.#bytes[at]} stands in sector ${lgpos.isec}.`;
    return this.#stop({ kind: 'unknown-record', lgpos, closedNormally: false, jet: 'JET_errLogFileCorrupt', message });
  }
}
