// Headers of logs and checkpoints, made or changed (format 9.2, 9.3; logstream.cxx, log.cxx).
import { utf16Bytes } from '../../binary/text.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { Logtime } from '../header/logtime.ts';
import { SIGNATURE_SIZE, type Signature } from '../header/signature.ts';
import { sealHeader } from '../page/checksum-xor.ts';
import { CHECKPOINT, CHECKPOINT_ATTACH_OFFSET, CHECKPOINT_SIZE } from './checkpoint-header.ts';
import { LOG_ATTACH_OFFSET, LOG_HEADER, LOG_HEADER_SIZE, type AttachInfo } from './log-header.ts';
import { putU16, putU32, putU64 } from '../../binary/little-endian-writer.ts';
import { putLgpos, putLogtime, putSignature } from './put-field.ts';
import { SEGMENT_SIZE } from './segment-scan.ts';

/** Bytes set aside for the attached databases. */
const ATTACH_SIZE = 2048;
const ATTACH_FIXED_SIZE = 36 + SIGNATURE_SIZE;
const UNICODE_NAMES = 0x20;
const FILE_TYPE_LOG = 3;
const FILE_TYPE_CHECKPOINT = 4;
const ATTACH_INFOS_VALID = 1;

/**
 * Writes the attached databases at `offset`, and zeroes after them.
 * @throws RangeError when they do not fit.
 */
export function putAttachInfos(bytes: Uint8Array, offset: number, infos: readonly AttachInfo[]): void {
  bytes.fill(0, offset, offset + ATTACH_SIZE);
  let at = offset;
  for (const info of infos) {
    const names = utf16Bytes(`${info.path}\0`);
    // One byte must be left for the zero that ends the list.
    if (at + ATTACH_FIXED_SIZE + names.length >= offset + ATTACH_SIZE)
      throw new RangeError('too many attached databases');
    bytes[at] = info.dbid;
    bytes[at + 1] = UNICODE_NAMES;
    putU16(bytes, at + 2, names.length);
    putU64(bytes, at + 4, info.dbtime);
    putU32(bytes, at + 12, info.objidLast);
    putU32(bytes, at + 16, info.cpgDatabaseSizeMax);
    putLgpos(bytes, at + 20, info.lgposAttach);
    putLgpos(bytes, at + 28, info.lgposConsistent);
    putSignature(bytes, at + 36, info.signDb);
    bytes.set(names, at + ATTACH_FIXED_SIZE);
    at += ATTACH_FIXED_SIZE + names.length;
  }
}

/** What the header of a new log says. */
export interface NewLogHeader {
  readonly lGeneration: number;
  readonly csecLGFile: number;
  readonly cbPageSize: number;
  readonly signLog: Signature;
  readonly tmCreate: Logtime;
  /** tmCreate of the generation before; absent in the first. */
  readonly tmPrevGen?: Logtime;
  /** Sum of the segments of the generation before. */
  readonly checksumPrevLogAllSegments?: bigint;
  readonly lgposCheckpoint?: Lgpos;
  readonly attachInfos?: readonly AttachInfo[];
  /** Version 8.4000.ulUpdateMajor.ulUpdateMinor. */
  readonly ulUpdateMajor: number;
  readonly ulUpdateMinor: number;
}

/** The header page of a new log. `from`, that of the log before, gives what is not said (settings, flags). */
export function buildLogHeader(header: NewLogHeader, from?: Uint8Array): Uint8Array {
  const bytes = from === undefined ? new Uint8Array(LOG_HEADER_SIZE) : from.slice(0, LOG_HEADER_SIZE);
  const at = (name: keyof typeof LOG_HEADER): number => LOG_HEADER[name][1];
  putU32(bytes, at('lGeneration'), header.lGeneration);
  putU16(bytes, at('cbSec'), SEGMENT_SIZE);
  putU16(bytes, at('csecHeader'), LOG_HEADER_SIZE / SEGMENT_SIZE);
  putU16(bytes, at('csecLGFile'), header.csecLGFile);
  putU16(bytes, at('cbPageSize'), header.cbPageSize);
  putLogtime(bytes, at('tmCreate'), header.tmCreate);
  if (header.tmPrevGen === undefined) bytes.fill(0, at('tmPrevGen'), at('tmPrevGen') + 8);
  else putLogtime(bytes, at('tmPrevGen'), header.tmPrevGen);
  putU32(bytes, at('ulMajor'), 8);
  putU32(bytes, at('ulMinor'), 4000);
  putU32(bytes, at('ulUpdateMajor'), header.ulUpdateMajor);
  putU32(bytes, at('ulUpdateMinor'), header.ulUpdateMinor);
  putSignature(bytes, at('signLog'), header.signLog);
  putLgpos(bytes, at('lgposCheckpoint'), header.lgposCheckpoint ?? { lGeneration: 0, isec: 0, ib: 0 });
  putU64(bytes, at('checksumPrevLogAllSegments'), header.checksumPrevLogAllSegments ?? 0n);
  putU32(bytes, at('filetype'), FILE_TYPE_LOG);
  putAttachInfos(bytes, LOG_ATTACH_OFFSET, header.attachInfos ?? []);
  sealHeader(bytes);
  return bytes;
}

/** What of a checkpoint is set. */
export interface NewCheckpoint {
  readonly lgposCheckpoint: Lgpos;
  readonly lgposDbConsistency?: Lgpos;
  readonly signLog: Signature;
  /** Attached databases; undefined: the checkpoint does not say (versions before 8.4000.4.3). */
  readonly attachInfos?: readonly AttachInfo[];
}

/** The whole checkpoint file, both copies. `from`, one copy of the file before, gives what is not said. */
export function buildCheckpointFile(checkpoint: NewCheckpoint, from?: Uint8Array): Uint8Array {
  const bytes = from === undefined ? new Uint8Array(CHECKPOINT_SIZE) : from.slice(0, CHECKPOINT_SIZE);
  const at = (name: keyof typeof CHECKPOINT): number => CHECKPOINT[name][1];
  putLgpos(bytes, at('lgposCheckpoint'), checkpoint.lgposCheckpoint);
  putLgpos(bytes, at('lgposDbConsistency'), checkpoint.lgposDbConsistency ?? checkpoint.lgposCheckpoint);
  putSignature(bytes, at('signLog'), checkpoint.signLog);
  putU32(bytes, at('filetype'), FILE_TYPE_CHECKPOINT);
  const { attachInfos } = checkpoint;
  const fVersion = bytes[at('fVersion')]!;
  bytes[at('fVersion')] = attachInfos === undefined ? fVersion & ~ATTACH_INFOS_VALID : fVersion | ATTACH_INFOS_VALID;
  putAttachInfos(bytes, CHECKPOINT_ATTACH_OFFSET, attachInfos ?? []);
  sealHeader(bytes);
  const file = new Uint8Array(2 * CHECKPOINT_SIZE);
  file.set(bytes);
  file.set(bytes, CHECKPOINT_SIZE);
  return file;
}
