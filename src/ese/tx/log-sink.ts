// Where the log records of changes go: to the logs of an instance, or to memory.
import type { Lgpos } from '../header/lgpos.ts';

/** Takes log records in order. */
export interface LogSink {
  /** Appends a record and tells where it stands. The bytes belong to the sink from then on. */
  append(record: Uint8Array): Lgpos;
  /** Appends records that must stand in the same log; the position of the last. */
  appendTogether(records: readonly Uint8Array[]): Lgpos;
  /** Returns when the record at `lgpos` and all before it will outlast a crash. */
  flushTo(lgpos: Lgpos): void;
  /** True when `flushTo` would return at once. */
  isLasting?(lgpos: Lgpos): boolean;
}

/** Keeps all records in memory; each has a segment of its own. */
export class MemoryLogSink implements LogSink {
  readonly records: Uint8Array[] = [];
  /** Records that were asked to be made lasting. */
  flushed = 0;

  append(record: Uint8Array): Lgpos {
    this.records.push(record);
    return this.#lgposOf(this.records.length);
  }

  appendTogether(records: readonly Uint8Array[]): Lgpos {
    for (const record of records) this.records.push(record);
    return this.#lgposOf(this.records.length);
  }

  flushTo(lgpos: Lgpos): void {
    this.flushed = Math.max(this.flushed, (lgpos.lGeneration - 1) * 0x8000 + lgpos.isec);
  }

  #lgposOf(count: number): Lgpos {
    return { lGeneration: 1 + Math.floor(count / 0x8000), isec: count % 0x8000, ib: 0 };
  }
}
