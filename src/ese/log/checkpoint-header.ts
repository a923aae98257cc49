// The checkpoint file: two copies of 4096 bytes (format 9.3).
import { parseLayout, type Parsed } from '../header/layout.ts';

/** Fields of a checkpoint. */
export const CHECKPOINT = {
  ulChecksum: ['u32', 0],
  lgposLastFullBackupCheckpoint: ['lgpos', 4],
  lgposCheckpoint: ['lgpos', 12],
  signLog: ['signature', 20],
  lgposFullBackup: ['lgpos', 615],
  logtimeFullBackup: ['logtime', 623],
  lgposIncBackup: ['lgpos', 631],
  logtimeIncBackup: ['logtime', 639],
  fVersion: ['u8', 647],
  lgposDbConsistency: ['lgpos', 648],
  filetype: ['u32', 667],
} as const;

/** A parsed checkpoint. */
export type Checkpoint = Parsed<typeof CHECKPOINT>;

/** Bytes of each of the two copies; the checksum covers them all. */
export const CHECKPOINT_SIZE = 4096;

/** Where the attached databases stand, when bit 0 of fVersion is set. */
export const CHECKPOINT_ATTACH_OFFSET = 679;

/** Reads a checkpoint from its 4096 bytes. */
export function parseCheckpoint(bytes: Uint8Array): Checkpoint {
  return parseLayout(CHECKPOINT, bytes);
}
