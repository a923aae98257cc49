// What kind of ESE file this is: the file type at offset 667, common to all headers (format 1.3; jethdr.w).
import { u32 } from '../../binary/little-endian.ts';

/** Values of the file type field. */
export const FileType = {
  Unknown: 0,
  Database: 1,
  StreamingFile: 2,
  Log: 3,
  Checkpoint: 4,
  TempDatabase: 5,
  FlushMap: 7,
  CachedFile: 8,
  CachingFile: 9,
  RevertSnapshot: 10,
  RevertSnapshotCheckpoint: 11,
} as const;

/** Where every ESE header keeps its file type. */
export const FILE_TYPE_OFFSET = 667;

const NAMES: Readonly<Record<number, string>> = {
  0: 'Unknown',
  1: 'Database',
  2: 'Streaming File',
  3: 'Log',
  4: 'Checkpoint',
  5: 'Temp Database',
  7: 'Flush Map',
  8: 'Cached File',
  9: 'Caching File',
  10: 'Revert Snapshot',
  11: 'Revert Snapshot Checkpoint',
};

/** The file type in the engine's words. */
export function fileTypeName(filetype: number): string {
  return NAMES[filetype] ?? 'Unknown';
}

/** The file type field of a header (at least 671 bytes). */
export function readFileType(header: Uint8Array): number {
  return u32(header, FILE_TYPE_OFFSET);
}
