// Logs in memory for tests: written by the writer, read by the reader.
import { toHex } from '../../../src/binary/hex.ts';
import type { Logtime } from '../../../src/ese/header/logtime.ts';
import type { Signature } from '../../../src/ese/header/signature.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import type { LogEnd } from '../../../src/ese/log/log-end.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { buildLogHeader, type NewLogHeader } from '../../../src/ese/log/log-header-builder.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { LogWriter, type LogTarget } from '../../../src/ese/log/log-writer.ts';

export const NOW: Logtime = {
  year: 2026,
  month: 2,
  day: 3,
  hour: 4,
  minute: 5,
  second: 6,
  millisecond: 700,
  utc: true,
  isZero: false,
};

export const SIGNATURE: Signature = { random: 0x12345678, create: NOW, computer: '' };

/** One write to disk. */
export interface LogWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A log file in memory that remembers every write. */
export class MemoryLog implements LogTarget {
  readonly bytes: Uint8Array;
  readonly writes: LogWrite[] = [];

  constructor(size: number, fill: number = 0) {
    this.bytes = new Uint8Array(size).fill(fill);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.writes.push({ offset, bytes: bytes.slice() });
    this.bytes.set(bytes, offset);
  }
}

/** A new log of `csecLGFile` segments, header written. */
export function newLog(
  csecLGFile: number,
  header: Partial<NewLogHeader> = {},
): { log: MemoryLog; writer: LogWriter; header: NewLogHeader } {
  const whole: NewLogHeader = {
    lGeneration: 1,
    csecLGFile,
    cbPageSize: 4096,
    signLog: SIGNATURE,
    tmCreate: NOW,
    ulUpdateMajor: 5,
    ulUpdateMinor: 16,
    ...header,
  };
  const log = new MemoryLog(csecLGFile * 4096);
  log.bytes.set(buildLogHeader(whole));
  const { lGeneration } = whole;
  return { log, header: whole, writer: new LogWriter(log, { lGeneration, csecLGFile, isec: 1, now: () => NOW }) };
}

/** All records of a log as text (position, bytes), and how it ends. */
export function readLog(bytes: Uint8Array): { records: string[]; end: LogEnd; reader: LogFileReader } {
  const reader = new LogFileReader(new BufferSource(bytes));
  const record = new LogRecordView();
  const records: string[] = [];
  while (reader.next(record)) {
    const { isec, ib } = record;
    records.push(`${isec}:${ib} ${toHex(record.copyBytes())}`);
  }
  return { records, end: reader.end!, reader };
}
