// Takes up the logs that lie in a directory: recovers their databases where they are, completes the logs, and tells where
// the stream goes on (format 9.8; ErrLGSoftStart). A crash at any point leaves what this can be repeated on.
import { JetError } from '../../errors/jet-error.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { Signature } from '../header/signature.ts';
import { readCheckpointFile, type CheckpointFile } from '../log/checkpoint-file.ts';
import { LogFileReader } from '../log/log-file-reader.ts';
import { archivedLogName, arrangeLogs, type LogSet } from '../log/log-set.ts';
import { SEGMENT_SIZE } from '../log/segment-scan.ts';
import { recoverStream, type StreamResult, type StreamTail } from '../recovery/recover-stream.ts';
import type { SignatureSource } from '../recovery/header-changes.ts';
import type { DatabaseFiles } from './database-files.ts';
import type { LogDirectory } from './log-directory.ts';
import type { LogStart } from './log-stream-options.ts';
import { RecoveryHost } from './recovery-host.ts';

/** What a stream is taken up with. */
export interface ResumeOptions extends SignatureSource {
  readonly directory: LogDirectory;
  readonly base: string;
  readonly files: DatabaseFiles;
  readonly cacheSize: number | undefined;
}

/** A stream that goes on. */
export interface ResumedStream {
  readonly start: LogStart;
  readonly signLog: Signature;
  readonly csecLGFile: number;
  readonly pageSize: number;
  readonly lgposCheckpoint: Lgpos;
  /** What recovery did. */
  readonly recovery: StreamResult;
}

/**
 * Takes up the stream `base`; undefined when there are no logs.
 * @throws JetError as recovery does when logs or databases do not fit; what opening the files throws.
 */
export function resumeStream(options: ResumeOptions): ResumedStream | undefined {
  const { directory, base, files, now, random, cacheSize } = options;
  const logs = arrangeLogs(directory.list(), base);
  if (logs.current === undefined && logs.archived.length === 0) {
    // What a start that did not get far has left.
    for (const name of [logs.temporary, logs.checkpoint]) if (name !== undefined) directory.remove(name);
    return undefined;
  }
  // What was read may be in the memory of the system only.
  if (logs.current !== undefined) syncLog(directory, logs.current);
  const checkpoint = readCheckpoint(directory, logs);
  const host = new RecoveryHost(files, generationsOf(directory, logs, checkpoint));
  try {
    const recovery = recoverStream({
      logs,
      open: (name) => directory.source(name),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      host,
      now,
      random,
      ...(cacheSize === undefined ? {} : { cacheSize }),
      makeTail: true,
    });
    const { tail } = recovery;
    if (tail !== undefined) completeLogs(directory, logs, tail);
    host.release(tail?.files.at(-1)?.lGeneration ?? 0);
    if (tail !== undefined) directory.writeInPlace(`${base}.chk`, tail.checkpoint);
    return { ...endOf(directory, base, recovery), recovery };
  } finally {
    host.close();
  }
}

function syncLog(directory: LogDirectory, name: string): void {
  const file = directory.open(name);
  try {
    file.sync();
  } finally {
    file.close();
  }
}

function readCheckpoint(directory: LogDirectory, logs: LogSet): CheckpointFile | undefined {
  if (logs.checkpoint === undefined) return undefined;
  const source = directory.source(logs.checkpoint);
  try {
    return readCheckpointFile(source);
  } finally {
    source.close();
  }
}

/** The first and the last generation of the replay. */
function generationsOf(
  directory: LogDirectory,
  logs: LogSet,
  checkpoint: CheckpointFile | undefined,
): readonly [number, number] {
  const last = generationOf(directory, logs.current) ?? logs.archived.at(-1)?.generation ?? 1;
  const lowest = logs.archived[0]?.generation ?? last;
  if (checkpoint === undefined || checkpoint.jet !== undefined) return [lowest, last];
  return [Math.min(last, Math.max(lowest, checkpoint.checkpoint.lgposCheckpoint.lGeneration)), last];
}

function generationOf(directory: LogDirectory, name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const reader = new LogFileReader(directory.source(name));
  reader.source.close();
  return reader.header.lGeneration;
}

/** Puts what recovery adds into the logs. What is there already is not touched, but for a segment that was mended. */
function completeLogs(directory: LogDirectory, logs: LogSet, { files }: StreamTail): void {
  const { base } = logs;
  const current = `${base}.log`;
  let hasCurrent = logs.current !== undefined;
  files.forEach(({ lGeneration, bytes }, i) => {
    if (i === 0 && hasCurrent) {
      appendTo(directory, current, bytes);
      return;
    }
    // Without a current log the first of them is the archived one, which stays as it is.
    if (i === 0) return;
    const temporary = `${base}tmp.log`;
    const file = directory.create(temporary, bytes.length);
    try {
      file.write(0, bytes);
      file.sync();
    } finally {
      file.close();
    }
    if (hasCurrent) directory.rename(current, archivedLogName(base, lGeneration - 1, 'log'));
    directory.rename(temporary, current);
    hasCurrent = true;
  });
}

/** Writes the segments that differ: the first alone, since the one after it may be the only sound copy of it. */
function appendTo(directory: LogDirectory, name: string, bytes: Uint8Array): void {
  const before = new Uint8Array(bytes.length);
  const source = directory.source(name);
  try {
    source.read(0, before);
  } finally {
    source.close();
  }
  let from = 0;
  while (from < bytes.length && sameSegment(before, bytes, from)) from += SEGMENT_SIZE;
  let to = bytes.length;
  while (to > from && sameSegment(before, bytes, to - SEGMENT_SIZE)) to -= SEGMENT_SIZE;
  if (from === to) return;
  const file = directory.open(name);
  try {
    file.write(from, bytes.subarray(from, from + SEGMENT_SIZE));
    file.sync();
    if (to > from + SEGMENT_SIZE) file.write(from + SEGMENT_SIZE, bytes.subarray(from + SEGMENT_SIZE, to));
    file.sync();
  } finally {
    file.close();
  }
}

function sameSegment(a: Uint8Array, b: Uint8Array, at: number): boolean {
  for (let i = at; i < at + SEGMENT_SIZE; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Where the stream goes on: after the last segment of its last log, which is whole now. */
function endOf(directory: LogDirectory, base: string, recovery: StreamResult): Omit<ResumedStream, 'recovery'> {
  const logs = arrangeLogs(directory.list(), base);
  const name = logs.current ?? logs.archived.at(-1)!.name;
  const reader = new LogFileReader(directory.source(name));
  try {
    const { header, headerBytes } = reader;
    const { jet, message, lgpos } = reader.verify();
    if (jet !== undefined || header.ulMajor < 8) {
      throw new JetError(jet ?? 'JET_errBadLogVersion', `${name}: ${message}`, { file: name });
    }
    const { lGeneration, tmCreate, ulUpdateMajor, ulUpdateMinor, signLog, csecLGFile, cbPageSize } = header;
    const start: LogStart = {
      lGeneration,
      tmCreate,
      headerBytes,
      ulUpdateMajor,
      ulUpdateMinor,
      isec: lgpos.ib === 0 ? lgpos.isec : lgpos.isec + 1,
      accumulatedChecksum: reader.accumulatedChecksum,
      isArchived: logs.current === undefined,
    };
    const lgposCheckpoint = readCheckpoint(directory, logs)?.checkpoint.lgposCheckpoint ?? recovery.end;
    return { start, signLog, csecLGFile, pageSize: cbPageSize === 0 ? 4096 : cbPageSize, lgposCheckpoint };
  } finally {
    reader.source.close();
  }
}
