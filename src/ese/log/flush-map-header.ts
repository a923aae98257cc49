// Header of a flush map (.jfm): which generation of each page was last written (format 11; flushmap.hxx).
import { parseLayout, type Parsed } from '../header/layout.ts';

/** Fields of FMFILEHDR. */
export const FLUSH_MAP_HEADER = {
  ulChecksum: ['u32', 0],
  ulFmVersionMajor: ['u32', 4],
  ulFmVersionUpdateMajor: ['u32', 8],
  ulFmVersionUpdateMinor: ['u32', 12],
  fFlags: ['u32', 36],
  logtimeCreate: ['logtime', 40],
  logtimeAttach: ['logtime', 48],
  logtimeDetach: ['logtime', 56],
  lGenMinRequired: ['i32', 64],
  signDbHdrFlush: ['signature', 88],
  signFlushMapHdrFlush: ['signature', 116],
  filetype: ['u32', 667],
} as const;

/** A parsed flush map header. */
export type FlushMapHeader = Parsed<typeof FLUSH_MAP_HEADER>;

/** Bytes of a flush map page, of which the header is the first; its checksum covers it all. */
export const FLUSH_MAP_PAGE_SIZE = 8192;

/** Bit of fFlags: the map was closed properly. */
export const FLUSH_MAP_CLEAN = 1;

/** Reads a flush map header from its 8192 bytes. */
export function parseFlushMapHeader(bytes: Uint8Array): FlushMapHeader {
  return parseLayout(FLUSH_MAP_HEADER, bytes);
}
