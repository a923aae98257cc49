// What the two log formats have in common for those who read records.
import type { Lgpos } from '../header/lgpos.ts';
import type { LogEnd } from './log-end.ts';
import type { LogRecordView } from './log-record-view.ts';

/** Reads the records of one log in memory. */
export interface RecordSource {
  /** Verdict on the log as a whole, before any record is read. */
  readonly verdict: LogEnd;
  /** XOR of the segments' checksums; 0 in the old format, which has none. */
  readonly checksum: bigint;
  /** Where the search for the next record begins. */
  readonly position: Lgpos;
  /** Segment of the last byte that was looked at. */
  readonly isecLast: number;
  /** Set once `next` returned false. */
  readonly end: LogEnd | undefined;
  /** Moves `record` to the next record; false at the end. */
  next(record: LogRecordView): boolean;
  /** Goes to the first record at or after `lgpos`. */
  seek(lgpos: Lgpos): void;
}
