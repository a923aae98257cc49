// How the logs of an instance are kept, where an existing stream goes on, and what a new log says (format 9.2).
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import type { Signature } from '../header/signature.ts';
import type { AttachInfo } from '../log/log-header.ts';
import type { LogDirectory } from './log-directory.ts';

/** How logs are kept. */
export interface LogStreamOptions {
  readonly directory: LogDirectory;
  /** Base name: `edb`. */
  readonly base: string;
  /** Segments of 4 KB a log; at least 32. */
  readonly csecLGFile: number;
  readonly cbPageSize: number;
  readonly signLog: Signature;
  readonly now: () => Logtime;
  /** Settings that logs repeat (DBMS_PARAM). */
  readonly dbmsParam: Uint8Array;
  /** What the next log is to say. */
  readonly beginning: () => LogBeginning;
  /** Keep logs in reserve for a full disk. Default true. */
  readonly reserves?: boolean;
  /** Where an existing stream goes on; absent: generation 1 begins. */
  readonly start?: LogStart;
}

/** The end of an existing stream. */
export interface LogStart {
  readonly lGeneration: number;
  readonly tmCreate: Logtime;
  /** Header of the last log. */
  readonly headerBytes: Uint8Array;
  readonly ulUpdateMajor: number;
  readonly ulUpdateMinor: number;
  /** The first segment of the last log that is free. */
  readonly isec: number;
  /** XOR of the checksums of its segments. */
  readonly accumulatedChecksum: bigint;
  /** The last log is archived: the next generation is to begin. */
  readonly isArchived: boolean;
}

/** What a new log says besides its number. */
export interface LogBeginning {
  readonly lgposCheckpoint: Lgpos;
  readonly attachInfos: readonly AttachInfo[];
}
