// The checkpoint file: two copies, of which one at least is sound unless the disk failed (format 9.3; log.cxx).
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { u32 } from '../../binary/little-endian.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { xorChecksum } from '../page/checksum-xor.ts';
import { CHECKPOINT_ATTACH_OFFSET, CHECKPOINT_SIZE, parseCheckpoint, type Checkpoint } from './checkpoint-header.ts';
import { CHECKPOINT_DBMS_PARAM_OFFSET, parseDbmsParam, type DbmsParam } from './dbms-param.ts';
import { parseAttachInfos, type AttachInfo } from './log-header.ts';

/** One of the two copies. */
export interface CheckpointCopy {
  /** `good`; `bad-checksum`; `differs` (sound, but not what the first copy says); `missing` (beyond the end). */
  readonly state: 'good' | 'bad-checksum' | 'differs' | 'missing';
  readonly expectedChecksum: number;
  readonly actualChecksum: number;
}

/** A checkpoint as found in a file. */
export interface CheckpointFile {
  readonly checkpoint: Checkpoint;
  /** Databases attached at the checkpoint; undefined in old checkpoints, which do not say. */
  readonly attachInfos: readonly AttachInfo[] | undefined;
  readonly dbmsParam: DbmsParam;
  /** The copy that was used. */
  readonly bytes: Uint8Array;
  /** Which copy it is. `none` sound: the fields are those of a damaged copy and may be wrong. */
  readonly used: 'primary' | 'shadow' | 'none';
  readonly primary: CheckpointCopy;
  readonly shadow: CheckpointCopy;
  /** Why the engine would not use it. */
  readonly jet?: JetErrorSymbol;
}

const ATTACH_INFOS_VALID = 1;
const FILE_TYPE_UNKNOWN = 0;
const FILE_TYPE_CHECKPOINT = 4;

function readCopy(source: ByteSource, index: 0 | 1): { bytes: Uint8Array; copy: CheckpointCopy } {
  const bytes = new Uint8Array(CHECKPOINT_SIZE);
  if (source.read(index * CHECKPOINT_SIZE, bytes) < CHECKPOINT_SIZE) {
    return { bytes, copy: { state: 'missing', expectedChecksum: 0, actualChecksum: 0 } };
  }
  const expectedChecksum = u32(bytes, 0);
  const actualChecksum = xorChecksum(bytes, 0, CHECKPOINT_SIZE);
  const state = expectedChecksum === actualChecksum ? 'good' : 'bad-checksum';
  return { bytes, copy: { state, expectedChecksum, actualChecksum } };
}

/**
 * Reads a checkpoint file. Damage is told, not thrown.
 * @throws JetError JET_errDiskIO when the source cannot be read.
 */
export function readCheckpointFile(source: ByteSource): CheckpointFile {
  const first = readCopy(source, 0);
  const second = readCopy(source, 1);
  const used = first.copy.state === 'good' ? 'primary' : second.copy.state === 'good' ? 'shadow' : 'none';
  const { bytes } = used === 'shadow' ? second : first;
  const differs = used === 'primary' && second.copy.state === 'good' && !second.bytes.every((b, i) => b === bytes[i]);
  const checkpoint = parseCheckpoint(bytes);
  const isOurs = checkpoint.filetype === FILE_TYPE_UNKNOWN || checkpoint.filetype === FILE_TYPE_CHECKPOINT;
  const jet: JetErrorSymbol | undefined =
    used === 'none' ? 'JET_errCheckpointCorrupt' : isOurs ? undefined : 'JET_errFileInvalidType';
  return {
    checkpoint,
    attachInfos:
      (checkpoint.fVersion & ATTACH_INFOS_VALID) === 0 ? undefined : parseAttachInfos(bytes, CHECKPOINT_ATTACH_OFFSET),
    dbmsParam: parseDbmsParam(bytes, CHECKPOINT_DBMS_PARAM_OFFSET),
    bytes,
    used,
    primary: first.copy,
    shadow: differs ? { ...second.copy, state: 'differs' } : second.copy,
    ...(jet === undefined ? {} : { jet }),
  };
}
