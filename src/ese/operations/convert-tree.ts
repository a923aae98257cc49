// Operation: a tree whose space a bitmap accounts for gets space trees (format 4.6; log record ConvertFDP2;
// SPIConvertCalcExtents, SPIPerformConvert).
import { JetError } from '../../errors/jet-error.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { SMALL_SPACE_MOST, type TreeRoots } from './create-tree.ts';
import { setSpaceHeader } from './set-external-header.ts';
import { encodeSpaceHeader, insertExtent, newSpaceRoot } from './space-node.ts';

/** A conversion, as a ConvertFDP2 log record states it. */
export interface TreeConversion {
  readonly objidFDP: number;
  readonly pgnoFDP: number;
  readonly pgnoParent: number;
  readonly cpgPrimary: number;
  /** Bitmap of the available pages before. */
  readonly availBitmap: number;
  readonly unique: boolean;
  /** The extent that is added; its first two pages become the roots of the owned and available extents. */
  readonly pgnoSecondaryFirst: number;
  readonly cpgSecondary: number;
  /** Flags of the kind of tree, for the pages of the space trees. */
  readonly fPageFlags: number;
}

interface AvailableExtent {
  pgnoLast: number;
  cpg: number;
}

/** The available pages of the first extent as extents, highest first. */
function availableExtents(conversion: TreeConversion): AvailableExtent[] {
  const { pgnoFDP, cpgPrimary, availBitmap } = conversion;
  const extents: AvailableExtent[] = [];
  let pgno = pgnoFDP + SMALL_SPACE_MOST;
  const beyond = cpgPrimary - 1 - SMALL_SPACE_MOST;
  if (beyond > 0) extents.push({ pgnoLast: pgno + beyond, cpg: beyond });
  for (let bit = SMALL_SPACE_MOST - 1; bit >= 0; bit--, pgno--) {
    if (((availBitmap >>> bit) & 1) === 0) continue;
    const last = extents.at(-1);
    if (last !== undefined && last.pgnoLast - last.cpg === pgno) last.cpg++;
    else extents.push({ pgnoLast: pgno, cpg: 1 });
  }
  return extents;
}

function check(conversion: TreeConversion): void {
  const { pgnoFDP, cpgPrimary, pgnoSecondaryFirst, cpgSecondary } = conversion;
  const sound =
    cpgPrimary >= 1 &&
    cpgSecondary >= 2 &&
    pgnoFDP + cpgPrimary <= 0xffff_ffff &&
    pgnoSecondaryFirst + cpgSecondary <= 0xffff_ffff;
  if (sound) return;
  const message = `page ${pgnoFDP} cannot get an extent of ${cpgSecondary} pages besides one of ${cpgPrimary}`;
  throw new JetError('JET_errLogFileCorrupt', message, { pgno: pgnoFDP });
}

/**
 * Gives a tree space trees. The root is changed, the two others become new pages; those absent are past it already. The
 * caller stamps the root.
 * @throws JetError JET_errLogFileCorrupt, JET_errDatabaseCorrupted, JET_errLogOperationInconsistentWithDatabase; all pages
 * are then as they were.
 */
export function convertTree(roots: TreeRoots, conversion: TreeConversion, dbtime: number): void {
  check(conversion);
  const { objidFDP, fPageFlags, pgnoFDP, pgnoParent, cpgPrimary, unique } = conversion;
  const { pgnoSecondaryFirst, cpgSecondary } = conversion;
  const { root, ownedExtents, availableExtents: available } = roots;
  const pgnoLast = pgnoSecondaryFirst + cpgSecondary - 1;
  allOrNothing([root, ownedExtents, available], () => {
    if (ownedExtents !== undefined) {
      newSpaceRoot(ownedExtents, objidFDP, fPageFlags, dbtime);
      insertExtent(ownedExtents, pgnoLast, cpgSecondary);
      insertExtent(ownedExtents, pgnoFDP + cpgPrimary - 1, cpgPrimary);
    }
    if (available !== undefined) {
      newSpaceRoot(available, objidFDP, fPageFlags, dbtime);
      if (cpgSecondary > 2) insertExtent(available, pgnoLast, cpgSecondary - 2);
      for (const extent of availableExtents(conversion).reverse()) insertExtent(available, extent.pgnoLast, extent.cpg);
    }
    if (root !== undefined) {
      setSpaceHeader(root, encodeSpaceHeader({ cpgPrimary, pgnoParent, unique, pgnoOE: pgnoSecondaryFirst }));
    }
  });
}
