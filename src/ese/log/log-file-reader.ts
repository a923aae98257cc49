// Reads one log file, of either format (format 9.2, 9.4, 9.5; logstream.cxx, logread.cxx).
import { xorChecksum } from '../page/checksum-xor.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { u32 } from '../../binary/little-endian.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { LOG_DBMS_PARAM_OFFSET, parseDbmsParam, type DbmsParam } from './dbms-param.ts';
import type { LogEnd } from './log-end.ts';
import {
  LOG_ATTACH_OFFSET,
  LOG_HEADER_SIZE,
  parseAttachInfos,
  parseLogHeader,
  type AttachInfo,
  type LogHeader,
} from './log-header.ts';
import type { LogRecordView } from './log-record-view.ts';
import type { RecordSource } from './record-source.ts';
import { SectorRecords } from './sector-records.ts';
import { SegmentRecords } from './segment-records.ts';
import { parseSegmentHeader, SEGMENT_SIZE, type SegmentHeader } from './segment-scan.ts';

/** `segments`: version 8.4000, of 4096 bytes with checksums; `sectors`: 7.3704, sums in records. */
export type LogFormat = 'segments' | 'sectors';

/** File type of logs in their header; old ones have none. */
const FILE_TYPE_LOG = 3;
const SECTOR_LEAST = 512;

/** Why no record of a file can be read. */
export interface LogHeaderFault {
  readonly jet: JetErrorSymbol;
  readonly message: string;
}

/** Several logs can be read one after the other through the same buffer. */
export interface LogFileReaderOptions {
  /** Used for the file's bytes when it is large enough. The reader before must not be used any more. */
  readonly buffer?: Uint8Array;
}

/**
 * Reads one log. Damage of any kind is told by `end` and `verify`, never thrown; only a source that cannot be read
 * throws (JetError JET_errDiskIO). The file is read when its records are first asked for, as a whole (a log has at most
 * 65535 segments, 256 MB).
 */
export class LogFileReader {
  readonly source: ByteSource;
  readonly header: LogHeader;
  readonly headerBytes: Uint8Array;
  /** Databases attached when the log was begun. */
  readonly attachInfos: readonly AttachInfo[];
  readonly format: LogFormat;
  /** The file is as long as its header says; the engine accepts no other. */
  readonly sizeMatches: boolean;
  /** The buffer in use, for the next reader. */
  buffer: Uint8Array;
  /** Why no record can be read, when the header says so. */
  readonly headerFault: LogHeaderFault | undefined;
  #records: RecordSource | undefined;
  /** What is told of each end: the same object every time. */
  readonly #told = new Map<LogEnd | undefined, LogEnd>();

  constructor(source: ByteSource, options: LogFileReaderOptions = {}) {
    this.source = source;
    this.headerBytes = new Uint8Array(LOG_HEADER_SIZE);
    const got = source.read(0, this.headerBytes);
    this.header = parseLogHeader(this.headerBytes);
    this.attachInfos = parseAttachInfos(this.headerBytes, LOG_ATTACH_OFFSET);
    this.format = this.header.ulMajor > 7 ? 'segments' : 'sectors';
    this.sizeMatches = source.size === this.header.csecLGFile * this.header.cbSec;
    this.headerFault = judgeHeader(this.header, this.headerBytes, got);
    this.buffer = options.buffer ?? new Uint8Array(0);
  }

  /** Settings of the engine that wrote the log. */
  get dbmsParam(): DbmsParam {
    return parseDbmsParam(this.headerBytes, LOG_DBMS_PARAM_OFFSET);
  }

  /** First segment (sector) with records. */
  get csecHeader(): number {
    return isSectorSize(this.header.cbSec) ? LOG_HEADER_SIZE / this.header.cbSec : 1;
  }

  /**
   * Judges the whole file (all checksums) without going through its records. The engine replays nothing of a log for
   * which this says `jet`.
   */
  verify(): LogEnd {
    return this.#sized(this.#open()?.verdict) ?? this.#faultEnd();
  }

  /** Moves `record` to the next record; false at the end (see `end`). */
  next(record: LogRecordView): boolean {
    const records = this.#records ?? this.#open();
    return records !== undefined && records.next(record);
  }

  /** Why `next` returned false; undefined before. */
  get end(): LogEnd | undefined {
    if (this.headerFault !== undefined) return this.#faultEnd();
    return this.#sized(this.#records?.end);
  }

  /** Goes to the first record at or after `lgpos` (of this generation; before the first: to the first). */
  seek(lgpos: Lgpos): void {
    this.#open()?.seek(lgpos);
  }

  /** Where the next record is looked for: the position after the current one. */
  get position(): Lgpos {
    return this.#open()?.position ?? this.#start();
  }

  /** Segment of the last byte read: what `next` entered, also when it found no more record. */
  get isecLast(): number {
    return this.#open()?.isecLast ?? this.csecHeader;
  }

  /** XOR of the checksums of all segments: what the next log's checksumPrevLogAllSegments must say. 0 for `sectors`. */
  get accumulatedChecksum(): bigint {
    return this.#open()?.checksum ?? 0n;
  }

  /** Header of a segment; undefined in the old format, which has none, and beyond the end of the file. */
  segment(isec: number): SegmentHeader | undefined {
    if (this.format !== 'segments' || this.#open() === undefined) return undefined;
    const inFile = isec >= 0 && (isec + 1) * SEGMENT_SIZE <= Math.min(this.source.size, this.buffer.length);
    return inFile ? parseSegmentHeader(this.buffer, isec * SEGMENT_SIZE) : undefined;
  }

  #start(): Lgpos {
    return { lGeneration: this.header.lGeneration, isec: this.csecHeader, ib: 0 };
  }

  #open(): RecordSource | undefined {
    if (this.#records !== undefined || this.headerFault !== undefined) return this.#records;
    const { cbSec, csecLGFile, lGeneration } = this.header;
    const size = Math.min(this.source.size, csecLGFile * cbSec);
    if (this.buffer.length < size) this.buffer = new Uint8Array(size);
    const bytes = this.buffer.subarray(0, size);
    const whole = bytes.subarray(0, this.source.read(0, bytes));
    this.#records =
      this.format === 'segments'
        ? new SegmentRecords(whole, this.csecHeader, csecLGFile - 1, lGeneration)
        : new SectorRecords(whole, cbSec, csecLGFile - 1, lGeneration);
    return this.#records;
  }

  #faultEnd(): LogEnd {
    const { jet, message } = this.headerFault!;
    const end = this.#told.get(undefined) ?? {
      kind: 'corrupt',
      lgpos: this.#start(),
      closedNormally: false,
      jet,
      message,
    };
    this.#told.set(undefined, end);
    return end;
  }

  /** A file of another length than its header says: what could be read stands, but the engine refuses it. */
  #sized(end: LogEnd | undefined): LogEnd | undefined {
    if (end === undefined || this.sizeMatches) return end;
    const known = this.#told.get(end);
    if (known !== undefined) return known;
    const { csecLGFile, cbSec } = this.header;
    const kind = end.kind === 'end' ? 'torn' : end.kind;
    const message = `The file has ${this.source.size} bytes; its header says ${csecLGFile * cbSec}. ${end.message}`;
    const told: LogEnd = { ...end, kind, jet: 'JET_errLogFileSizeMismatch', message };
    this.#told.set(end, told);
    return told;
  }
}

function judgeHeader(header: LogHeader, bytes: Uint8Array, got: number): LogHeaderFault | undefined {
  const corrupt = (message: string): LogHeaderFault => ({ jet: 'JET_errLogFileCorrupt', message });
  if (got < LOG_HEADER_SIZE) return corrupt(`The file has only ${got} bytes: too few for the header of a log.`);
  if (bytes.every((byte) => byte === 0)) {
    return corrupt('The file has no log header: it is space kept for a log (reserve, or not yet begun).');
  }
  if (u32(bytes, 0) !== xorChecksum(bytes, 0, LOG_HEADER_SIZE)) {
    return corrupt('The checksum of the log header is wrong.');
  }
  const { ulMajor, ulMinor, cbSec, csecLGFile, filetype } = header;
  if (filetype !== 0 && filetype !== FILE_TYPE_LOG) {
    return { jet: 'JET_errFileInvalidType', message: `The file is no log: its header says type ${filetype}.` };
  }
  if (!(ulMajor === 8 && ulMinor === 4000) && !(ulMajor === 7 && ulMinor === 3704)) {
    return { jet: 'JET_errBadLogVersion', message: `Logs of version ${ulMajor}.${ulMinor} are not known.` };
  }
  const sound = ulMajor === 8 ? cbSec === SEGMENT_SIZE : isSectorSize(cbSec);
  if (!sound) return corrupt(`The log header says segments of ${cbSec} bytes, which makes no sense.`);
  if (csecLGFile < LOG_HEADER_SIZE / cbSec + 2) {
    return corrupt(`The log header says a file of ${csecLGFile} segments, which makes no sense.`);
  }
  return undefined;
}

function isSectorSize(cbSec: number): boolean {
  return cbSec >= SECTOR_LEAST && cbSec <= LOG_HEADER_SIZE && (cbSec & (cbSec - 1)) === 0;
}
