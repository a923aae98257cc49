// One log after the other: each must be the successor of the one before (format 9.2, 9.8; logredo.cxx, logdump.cxx).
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { formatLogtime, sameLogtime } from '../header/logtime.ts';
import { sameSignature, type Signature } from '../header/signature.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { LogFileReader } from './log-file-reader.ts';
import type { LogHeader } from './log-header.ts';
import type { LogSet } from './log-set.ts';

/** Why a log is not the one that must come next. */
export interface LogSequenceFault {
  /** The generation that was due. */
  readonly generation: number;
  /** The file that was looked at; absent when there is none. */
  readonly name?: string;
  readonly jet: JetErrorSymbol;
  /** One sentence. */
  readonly message: string;
}

/** What must be known of a log to judge its successor. */
export interface PreviousLog {
  readonly header: LogHeader;
  readonly accumulatedChecksum: bigint;
}

/** Since this update the header repeats the checksums of the log before (8.4000.x.13). */
const UPDATE_MINOR_CHECKSUM = 13;

/** True when the header of this version says what the segments of the log before sum up to. */
export function hasPreviousChecksum(header: LogHeader): boolean {
  return header.ulMajor >= 8 && header.ulUpdateMinor >= UPDATE_MINOR_CHECKSUM;
}

/** Judges a log as the successor of another; undefined: it is. */
export function checkSuccessor(previous: PreviousLog, header: LogHeader): Omit<LogSequenceFault, 'name'> | undefined {
  const generation = previous.header.lGeneration + 1;
  const fault = (jet: JetErrorSymbol, message: string): Omit<LogSequenceFault, 'name'> => ({
    generation,
    jet,
    message,
  });
  if (!sameSignature(header.signLog, previous.header.signLog)) {
    return fault('JET_errBadLogSignature', 'The log belongs to another series: its signature differs.');
  }
  if (header.lGeneration !== generation) {
    const found = header.lGeneration.toString(16).toUpperCase();
    const due = generation.toString(16).toUpperCase();
    return fault('JET_errInvalidLogSequence', `The log is generation 0x${found}; 0x${due} must come next.`);
  }
  if (!sameLogtime(header.tmPrevGen, previous.header.tmCreate)) {
    const says = formatLogtime(header.tmPrevGen);
    const was = formatLogtime(previous.header.tmCreate);
    return fault(
      'JET_errInvalidLogSequence',
      `The log says that the one before was made at ${says}; it was at ${was}.`,
    );
  }
  if (hasPreviousChecksum(header) && header.checksumPrevLogAllSegments !== previous.accumulatedChecksum) {
    return fault(
      'JET_errLogSequenceChecksumMismatch',
      'The log before is not the one this log followed: the sum of its segments differs.',
    );
  }
  return undefined;
}

/** How to walk. */
export interface LogSequenceOptions {
  /** Opens a file of the set by name. The sequence closes it. */
  readonly open: (name: string) => ByteSource;
  /** First generation to read. */
  readonly first: number;
  /** Last one; without it, all there is, the current log included. */
  readonly last?: number;
  /** Signature all logs must have; without it, that of the first log. */
  readonly signLog?: Signature;
}

/** Walks the logs of a set in order, each opened when its turn comes. */
export class LogSequence {
  /** Why the sequence stopped; undefined while it goes on, and when it came to its end. */
  fault: LogSequenceFault | undefined;
  /** The log at hand. */
  reader: LogFileReader | undefined;
  /** File name of the log at hand. */
  name: string | undefined;
  /** True when the log at hand is the current one (`<base>.log`): the last, which may be torn. */
  isCurrent = false;
  readonly #set: LogSet;
  readonly #options: LogSequenceOptions;
  #generation: number;
  #previous: PreviousLog | undefined;
  #finished = false;

  constructor(set: LogSet, options: LogSequenceOptions) {
    this.#set = set;
    this.#options = options;
    this.#generation = options.first;
  }

  /**
   * The next log, opened and found to be the right one, not yet verified in full (`verify`), or undefined at the end or
   * at a `fault`. The reader before is closed.
   * @throws JetError when a file that is there cannot be opened or read.
   */
  nextLog(): LogFileReader | undefined {
    this.#leave();
    if (this.fault !== undefined) return undefined;
    const { last } = this.#options;
    if (last !== undefined && this.#generation > last) this.#finished = true;
    if (this.#finished) return undefined;
    const archived = this.#set.archived.find(({ generation }) => generation === this.#generation);
    this.name = archived?.name ?? this.#set.current;
    this.isCurrent = archived === undefined;
    if (this.name === undefined) {
      this.#missing();
      return undefined;
    }
    const buffer = this.#buffer;
    const reader = new LogFileReader(this.#options.open(this.name), buffer === undefined ? {} : { buffer });
    this.reader = reader;
    const fault = this.#judge(reader);
    if (fault !== undefined) {
      this.fault = { ...fault, name: this.name };
      this.close();
      return undefined;
    }
    return reader;
  }

  /** Closes the log at hand. */
  close(): void {
    this.reader?.source.close();
    this.reader = undefined;
  }

  #buffer: Uint8Array | undefined;

  /** Keeps what is needed of the log that was read. */
  #leave(): void {
    if (this.reader === undefined) return;
    const { header, accumulatedChecksum } = this.reader;
    this.#previous = { header, accumulatedChecksum };
    this.#buffer = this.reader.buffer;
    this.#generation = header.lGeneration + 1;
    if (this.isCurrent) this.#finished = true;
    this.close();
  }

  /** No archived log of that generation, and no current log. */
  #missing(): void {
    const due = this.#generation.toString(16).toUpperCase();
    const higher = this.#set.archived.some(({ generation }) => generation > this.#generation);
    // Between renaming the current log and renaming its successor there is only the temporary one.
    if (!higher && this.#set.temporary !== undefined) {
      this.#finished = true;
      return;
    }
    const message = higher
      ? `The log of generation 0x${due} is missing, though later ones are there.`
      : `The log of generation 0x${due} is missing, and so is the current log.`;
    this.fault = { generation: this.#generation, jet: 'JET_errMissingLogFile', message };
  }

  #judge(reader: LogFileReader): Omit<LogSequenceFault, 'name'> | undefined {
    const generation = this.#generation;
    if (reader.headerFault !== undefined) return { generation, ...reader.headerFault };
    const { signLog } = this.#options;
    if (signLog !== undefined && !sameSignature(signLog, reader.header.signLog)) {
      const message = 'The log belongs to another series: its signature differs.';
      return { generation, jet: 'JET_errBadLogSignature', message };
    }
    if (!reader.sizeMatches) {
      const { jet, message } = reader.verify();
      return { generation, jet: jet!, message };
    }
    if (this.#previous !== undefined) return checkSuccessor(this.#previous, reader.header);
    if (reader.header.lGeneration === generation) return undefined;
    const found = reader.header.lGeneration.toString(16).toUpperCase();
    const message = `The log is generation 0x${found}; 0x${generation.toString(16).toUpperCase()} was asked for.`;
    return { generation, jet: 'JET_errInvalidLogSequence', message };
  }
}
