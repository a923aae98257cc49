// How much space is asked for and given: the engine's rules, as functions of numbers (format 4.7; ErrSPIGetSe,
// ErrSPIGetFsSe, FSPIAllocateAllAvail, ErrSPISmallGetExt in space.cxx).
import { CATALOG_SHADOW_TREE, CATALOG_TREE } from '../catalog/read-catalog.ts';
import { SYSTEM_ROOT } from '../catalog/system-schema.ts';
import type { SpaceHeader } from '../space/space-header.ts';
import { firstPage, type PageExtent } from './space-state.ts';

/** A tree that owns no more pages grows by a few at a time. */
export const SMALL_TREE = 16;
/** In a smaller new database not a page is given away. */
export const SMALL_DATABASE = 254;
/** Pages the file grows by when nothing else is said. */
export const DB_EXTENSION_DEFAULT = 256;
/** Highest page number there can be. */
export const PGNO_MOST = 0x7fefffff;
/** Pages a bitmap tells of. */
export const BITMAP_PAGES = 32;

const SMALL_DATABASE_START = 128;
const SMALL_GROWTH = 4;
const GROWTH_DEFAULT = 16;
const GROWTH_FRACTION = 4;
/** Requests that leave less than this of an extent get all of it (JET_paramPageFragment). */
const PAGE_FRAGMENT = 8;
const HEADER_PAGES = 2;
/** Roots of the catalog's Name and RootObjects indexes. */
const CATALOG_INDEX_ROOTS: readonly number[] = [CATALOG_TREE.pgnoFDP + 3, CATALOG_TREE.pgnoFDP + 6];

const SHARED_SPACE = new Set<number>([
  SYSTEM_ROOT.pgnoFDP,
  CATALOG_TREE.pgnoFDP,
  CATALOG_SHADOW_TREE.pgnoFDP,
  ...CATALOG_INDEX_ROOTS,
]);

/** True for trees whose available space serves their children too: that of all others is their own. */
export function sharesSpace(pgnoFDP: number): boolean {
  return SHARED_SPACE.has(pgnoFDP);
}

/** Lowest run of `count` set bits, as the index of its first; -1: none. */
export function lowestRun(bitmap: number, count: number): number {
  const mask = count >= BITMAP_PAGES ? 0xffff_ffff : 2 ** count - 1;
  for (let bit = 0; bit + count <= BITMAP_PAGES; bit++) {
    const shifted = (mask << bit) >>> 0;
    if ((bitmap & shifted) >>> 0 === shifted) return bit;
  }
  return -1;
}

/** True when a request for `wanted` pages gets all of an extent. `isTight`: for a new tree in a small database. */
export function takesAll(extent: PageExtent, wanted: number, pgnoFDP: number, isTight: boolean): boolean {
  if (extent.cpg <= wanted) return true;
  if (pgnoFDP !== SYSTEM_ROOT.pgnoFDP) return wanted >= PAGE_FRAGMENT && extent.cpg < wanted + PAGE_FRAGMENT;
  if (isTight && firstPage(extent) < SMALL_DATABASE_START) return false;
  return extent.cpg < wanted + SMALL_GROWTH;
}

/** Pages by which a tree that needs `request` of them grows. */
export function treeGrowth(header: SpaceHeader, isSmall: boolean, request: number): number {
  const { cpgPrimary: cpgLast, version2 } = header;
  const next = version2 ? cpgLast : Math.floor(cpgLast / GROWTH_FRACTION);
  return Math.max(request, isSmall ? SMALL_GROWTH : Math.max(next, GROWTH_DEFAULT), cpgLast);
}

/** Pages by which the file grows: multiples of `step`, so that its size is one too. At least `least`. */
export function fileGrowth(root: SpaceHeader, pgnoLast: number, step: number, request: number, least: number): number {
  const fraction = root.version2 ? root.cpgPrimary : Math.floor(root.cpgPrimary / GROWTH_FRACTION);
  const wanted = Math.ceil(Math.max(request, step, fraction) / step) * step;
  const overage = (pgnoLast + HEADER_PAGES) % step;
  if (overage === 0) return wanted;
  return wanted - overage >= least ? wanted - overage : wanted + step - overage;
}
