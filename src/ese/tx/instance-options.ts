// How an instance is set up, and the settings that its logs and checkpoints repeat (JET_param..., DBMS_PARAM).
import type { Logtime } from '../header/logtime.ts';
import type { Signature } from '../header/signature.ts';
import { buildDbmsParam } from '../log/dbms-param.ts';
import type { DatabaseFiles } from './database-files.ts';
import type { LogDirectory } from './log-directory.ts';
import type { SpaceOptions } from './space-writer.ts';

/** How an instance is set up. */
export interface InstanceOptions extends SpaceOptions {
  readonly directory: LogDirectory;
  /** Databases by path: those that recovery changes, and those that are attached or created by path. */
  readonly files?: DatabaseFiles;
  /** Base name of the logs. Default `edb`. */
  readonly base?: string;
  /** Segments of 4 KB a log; at least 32. Default: as the logs that are there, or 256 (1 MB). */
  readonly csecLGFile?: number;
  readonly pageSize: number;
  /** Signature of a new stream. Default: made of `now` and `random`. */
  readonly signLog?: Signature;
  readonly now: () => Date;
  readonly random: () => number;
  readonly logtime: (date: Date) => Logtime;
  /** Bytes of pages kept in memory, a database. */
  readonly cacheSize?: number;
  /** Most bytes of versions. */
  readonly versionLimit?: number;
  /** Logs before the checkpoint are removed. Default false. */
  readonly circular?: boolean;
  /** Bytes of logs that a recovery has to go through at most, as long as no transaction is older. Default 20 MB. */
  readonly checkpointDepth?: number;
  /** Keep logs in reserve for a full disk. Default true. */
  readonly reserves?: boolean;
}

/** How lasting a commit is. */
export type CommitGrade = 'durable' | 'lazy';

/** The settings as bytes: those of sessions and cursors are what the engine would recover with. */
export function settingsOf(csecLGFile: number, circularLogging: boolean): Uint8Array {
  return buildDbmsParam({
    systemPath: '.',
    logFilePath: '.',
    circularLogging,
    sessionsMax: 16,
    openTablesMax: 300,
    verPagesMax: 4096,
    cursorsMax: 1024,
    logBuffers: 126,
    csecLGFile,
    cacheSizeMax: 16384,
  });
}
