// One record of a log, looked at in place: a single object that the reader moves along (format 9.6; logapi.hxx).
import { i32, i64, u16, u32 } from '../../binary/little-endian.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { decodeRecord, LOG_RECORDS, type DecodedRecord } from './record-table.ts';

/** Bits of fFlags of records on pages. */
export const LogPageFlag = {
  Versioned: 0x01,
  Deleted: 0x02,
  Unique: 0x04,
  Space: 0x08,
  ConcurrentCreateIndex: 0x10,
  SystemTask: 0x20,
} as const;

/** dbtimeBefore of a node record that belongs to a split: the split record carries the real one. */
export const DBTIME_NIL = -1;

/**
 * A 64-bit dbtime as a number: exact up to 2^53, -1 for "none" (all ones), Infinity for what no engine ever reaches
 * (a damaged value).
 */
export function dbtimeAt(bytes: Uint8Array, at: number): number {
  const high = i32(bytes, at + 4);
  const low = u32(bytes, at);
  if (high >= 0 && high < 0x200000) return high * 0x100000000 + low;
  return high === -1 && low === 0xffffffff ? DBTIME_NIL : Infinity;
}

/**
 * The current record. Its bytes are `bytes[start .. start + length)`, valid until the reader's next step. The accessors
 * below `lrtyp` make sense only for records on pages (`page` heads), those from `rceid` on only for `node` heads; others
 * keep such values elsewhere: see `offsetOf`.
 */
export class LogRecordView {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  length = 0;
  lrtyp = 0;
  /** Position as the engine's reader reports it: before padding that was skipped; ib 0 at the start of a segment. */
  lGeneration = 0;
  isec = 0;
  ib = 0;
  /** Segment (sector) that holds the record's last byte. */
  isecLast = 0;

  /** The position as an object. */
  get lgpos(): Lgpos {
    return { lGeneration: this.lGeneration, isec: this.isec, ib: this.ib };
  }
  /** Name of the record type. */
  get name(): string {
    return LOG_RECORDS[this.lrtyp]?.name ?? `type ${this.lrtyp}`;
  }

  /** Session; of all `trx`, `page` and `node` heads. */
  get procid(): number {
    return u16(this.bytes, this.start + 1);
  }
  get dbid(): number {
    return this.bytes[this.start + 3]!;
  }
  get pgno(): number {
    return u32(this.bytes, this.start + 4);
  }
  /** dbtime of the page after the operation. */
  get dbtime(): bigint {
    return i64(this.bytes, this.start + 8);
  }
  /** `dbtime` as `dbtimeAt` gives it. */
  get dbtimeNumber(): number {
    return dbtimeAt(this.bytes, this.start + 8);
  }
  /** dbtime of the page before the operation; -1 inside splits and merges. */
  get dbtimeBefore(): bigint {
    return i64(this.bytes, this.start + 16);
  }
  /** `dbtimeBefore` as `dbtimeAt` gives it. */
  get dbtimeBeforeNumber(): number {
    return dbtimeAt(this.bytes, this.start + 16);
  }
  get trxBegin0(): number {
    return u32(this.bytes, this.start + 24);
  }
  get level(): number {
    return this.bytes[this.start + 28]!;
  }
  get iline(): number {
    return u16(this.bytes, this.start + 29);
  }
  /** LogPageFlag bits. */
  get flags(): number {
    return this.bytes[this.start + 31]!;
  }
  get rceid(): number {
    return u32(this.bytes, this.start + 32);
  }
  get pgnoFDP(): number {
    return u32(this.bytes, this.start + 36);
  }
  get objidFDP(): number {
    return u32(this.bytes, this.start + 40);
  }

  /** Bytes at `offset` of the record, as numbers of the usual widths. */
  u8(offset: number): number {
    return this.bytes[this.start + offset]!;
  }
  u16(offset: number): number {
    return u16(this.bytes, this.start + offset);
  }
  i16(offset: number): number {
    return (u16(this.bytes, this.start + offset) << 16) >> 16;
  }
  u32(offset: number): number {
    return u32(this.bytes, this.start + offset);
  }
  i32(offset: number): number {
    return i32(this.bytes, this.start + offset);
  }
  i64(offset: number): bigint {
    return i64(this.bytes, this.start + offset);
  }
  /** The dbtime at `offset` as `dbtimeAt` gives it. */
  dbtimeAt(offset: number): number {
    return dbtimeAt(this.bytes, this.start + offset);
  }

  /** The record taken apart: for dumps and tests. */
  decode(): DecodedRecord {
    return decodeRecord(this.bytes, this.start, this.length);
  }
  /** A copy of the record's bytes, to keep. */
  copyBytes(): Uint8Array {
    return this.bytes.slice(this.start, this.start + this.length);
  }
}
