// What kind of ESE file is this? Tells by the file type field and proves it by the checksum of the header.
import { JetError } from '../../errors/jet-error.ts';
import { u32 } from '../../binary/little-endian.ts';
import type { ByteSource } from '../io/byte-source.ts';
import {
  CHECKPOINT_ATTACH_OFFSET,
  CHECKPOINT_SIZE,
  parseCheckpoint,
  type Checkpoint,
} from '../log/checkpoint-header.ts';
import { FLUSH_MAP_PAGE_SIZE, parseFlushMapHeader, type FlushMapHeader } from '../log/flush-map-header.ts';
import {
  LOG_ATTACH_OFFSET,
  LOG_HEADER_SIZE,
  parseAttachInfos,
  parseLogHeader,
  type AttachInfo,
  type LogHeader,
} from '../log/log-header.ts';
import { xorChecksum } from '../page/checksum-xor.ts';
import { FileType, readFileType } from './file-kind.ts';
import { readDbHeader, type FoundHeader } from './read-db-header.ts';

/** A file told apart, with what its header says. */
export type IdentifiedFile =
  | { readonly kind: 'database' | 'temp-database' | 'streaming-file'; readonly found: FoundHeader }
  | {
      readonly kind: 'log';
      readonly sound: boolean;
      readonly header: LogHeader;
      readonly attached: readonly AttachInfo[];
    }
  | {
      readonly kind: 'checkpoint';
      /** Which of the two copies is used; `none`: neither is sound. */
      readonly used: 'primary' | 'shadow' | 'none';
      readonly checkpoint: Checkpoint;
      readonly attached: readonly AttachInfo[];
    }
  | { readonly kind: 'flush-map'; readonly sound: boolean; readonly header: FlushMapHeader };

function readAt(source: ByteSource, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  source.read(offset, bytes);
  return bytes;
}

const isSound = (bytes: Uint8Array): boolean => u32(bytes, 0) === xorChecksum(bytes, 0, bytes.length);

function identifyCheckpoint(source: ByteSource): IdentifiedFile {
  const primary = readAt(source, 0, CHECKPOINT_SIZE);
  const shadow = readAt(source, CHECKPOINT_SIZE, CHECKPOINT_SIZE);
  const used = isSound(primary)
    ? 'primary'
    : isSound(shadow) && readFileType(shadow) === FileType.Checkpoint
      ? 'shadow'
      : 'none';
  const bytes = used === 'shadow' ? shadow : primary;
  const checkpoint = parseCheckpoint(bytes);
  const attached = (checkpoint.fVersion & 1) === 0 ? [] : parseAttachInfos(bytes, CHECKPOINT_ATTACH_OFFSET);
  return { kind: 'checkpoint', used, checkpoint, attached };
}

function identifyLog(source: ByteSource): IdentifiedFile {
  const bytes = readAt(source, 0, LOG_HEADER_SIZE);
  return {
    kind: 'log',
    sound: isSound(bytes),
    header: parseLogHeader(bytes),
    attached: parseAttachInfos(bytes, LOG_ATTACH_OFFSET),
  };
}

function identifyDatabase(source: ByteSource): IdentifiedFile {
  const found = readDbHeader(source);
  const { header } = found;
  if (header.filetype === FileType.TempDatabase) return { kind: 'temp-database', found };
  if (header.filetype === FileType.StreamingFile || header.attrib === 1) return { kind: 'streaming-file', found };
  return { kind: 'database', found };
}

/** Log headers of old engines leave the file type 0: generation, sector size and major version tell. */
function looksLikeOldLog(bytes: Uint8Array): boolean {
  const header = parseLogHeader(bytes);
  const sizes = [512, 1024, 2048, 4096].includes(header.cbSec);
  return (
    readFileType(bytes) === FileType.Unknown && sizes && header.ulMajor >= 5 && header.ulMajor <= 8 && isSound(bytes)
  );
}

/**
 * Tells what kind of ESE file `source` is.
 * @throws JetError JET_errFileInvalidType when it is none.
 */
export function identifyFile(source: ByteSource): IdentifiedFile {
  const start = readAt(source, 0, LOG_HEADER_SIZE);
  switch (source.size >= LOG_HEADER_SIZE ? readFileType(start) : FileType.Unknown) {
    case FileType.Log:
      return identifyLog(source);
    case FileType.Checkpoint:
      return identifyCheckpoint(source);
    case FileType.FlushMap: {
      const bytes = readAt(source, 0, FLUSH_MAP_PAGE_SIZE);
      return { kind: 'flush-map', sound: isSound(bytes), header: parseFlushMapHeader(bytes) };
    }
    default:
  }
  if (source.size >= LOG_HEADER_SIZE && looksLikeOldLog(start)) return identifyLog(source);
  try {
    return identifyDatabase(source);
  } catch (error) {
    if (!(error instanceof JetError)) throw error;
    throw new JetError(
      error.symbol,
      source.size === 0 ? `${source.name}: the file is empty` : `${source.name}: this is not an ESE file`,
      error.at,
    );
  }
}
