// Logs without records, made by hand: a sound header and empty segments.
import { xorChecksum } from '../../src/ese/page/checksum-xor.ts';
import { logtimeBytes } from './log-record-bytes.ts';

const SEGMENT = 4096;

/** What the header of a log says. */
export interface TinyLog {
  readonly generation: number;
  /** Hour of creation; that of the log before is one less unless `previousHour` says otherwise. */
  readonly hour?: number;
  readonly previousHour?: number;
  readonly random?: number;
  readonly updateMajor?: number;
  readonly updateMinor?: number;
  readonly major?: number;
  readonly previousChecksum?: bigint;
  readonly segments?: number;
}

/** The bytes of a log. */
export function tinyLog(log: TinyLog): Uint8Array {
  const segments = log.segments ?? 4;
  const hour = log.hour ?? log.generation % 24;
  const bytes = new Uint8Array(segments * SEGMENT);
  const view = new DataView(bytes.buffer);
  view.setInt32(4, log.generation, true);
  view.setUint16(8, SEGMENT, true);
  view.setUint16(10, 1, true);
  view.setUint16(12, segments, true);
  bytes.set(logtimeBytes(2026, 2, 3, hour, 0), 16);
  bytes.set(logtimeBytes(2026, 2, 3, log.previousHour ?? hour - 1, 0), 24);
  view.setUint32(32, log.major ?? 8, true);
  view.setUint32(36, 4000, true);
  view.setUint32(40, log.updateMajor ?? 5, true);
  view.setUint32(44, log.random ?? 4711, true);
  view.setUint32(648, log.updateMinor ?? 16, true);
  view.setBigUint64(653, log.previousChecksum ?? 0n, true);
  view.setUint32(667, 3, true);
  view.setUint32(0, xorChecksum(bytes, 0, SEGMENT), true);
  return bytes;
}
