// SPACE_HEADER in the external header of a tree's root: who owns which pages (format 2.4, 4.2).
import { i32, u32 } from '../../binary/little-endian.ts';
import type { Page } from '../page/page.ts';

/** How a tree keeps its space. */
export interface SpaceHeader {
  /** Pages of the primary extent (format 1), or of the last extent taken (format 2). */
  readonly cpgPrimary: number;
  /** Root of the tree whose space this one's comes from; 0 for the database root. */
  readonly pgnoParent: number;
  readonly multipleExtent: boolean;
  readonly nonUnique: boolean;
  readonly version2: boolean;
  /** Multiple extents: root of the owned-extents tree; the available-extents tree is at the next page. */
  readonly pgnoOE: number;
  /** Single extent: bit k set when page pgnoFDP+1+k is available. */
  readonly availBitmap: number;
}

/** Bytes of a SPACE_HEADER on disk. */
export const SPACE_HEADER_SIZE = 16;

/** Root field bits of the flagged form of the external header (format 30.40 and later). */
const ROOT_FIELD_SPACE_HEADER = 1;
const ROOT_FIELD_AUTO_INC = 2;

/** What the external header of a root page holds. */
export interface RootField {
  readonly space: SpaceHeader;
  /** Highest auto-increment value handed out, where the format keeps it here. */
  readonly autoInc?: bigint;
}

function parseSpaceHeader(bytes: Uint8Array, offset: number): SpaceHeader {
  const flags = bytes[offset + 8]!;
  const union = u32(bytes, offset + 12);
  const multipleExtent = (flags & 1) !== 0;
  return {
    cpgPrimary: i32(bytes, offset),
    pgnoParent: u32(bytes, offset + 4),
    multipleExtent,
    nonUnique: (flags & 2) !== 0,
    version2: (flags & 4) !== 0,
    pgnoOE: multipleExtent ? union : 0,
    availBitmap: multipleExtent ? 0 : union,
  };
}

/** Reads the external header of a tree's root page; undefined when it is none. */
export function readRootField(root: Page): RootField | undefined {
  const bytes = root.externalHeader;
  if (bytes.length === SPACE_HEADER_SIZE) return { space: parseSpaceHeader(bytes, 0) };
  const present = bytes[0];
  if (present === undefined || (present & ROOT_FIELD_SPACE_HEADER) === 0 || bytes.length < 1 + SPACE_HEADER_SIZE)
    return undefined;
  const space = parseSpaceHeader(bytes, 1);
  const autoIncAt = 1 + SPACE_HEADER_SIZE;
  if ((present & ROOT_FIELD_AUTO_INC) === 0 || bytes.length < autoIncAt + 8) return { space };
  return { space, autoInc: (BigInt(u32(bytes, autoIncAt + 4)) << 32n) | BigInt(u32(bytes, autoIncAt)) };
}

/** Roots of the two space trees of a tree with multiple extents. */
export function spaceTreeRoots(space: SpaceHeader): { readonly pgnoOE: number; readonly pgnoAE: number } {
  return { pgnoOE: space.pgnoOE, pgnoAE: space.pgnoOE + 1 };
}
