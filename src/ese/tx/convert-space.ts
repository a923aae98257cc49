// A tree whose space a bitmap tells of gets space trees (format 4.6; ErrSPIConvertToMultipleExtent).
import { encodeRecord } from '../log/record-encoder.ts';
import { convertTree } from '../operations/convert-tree.ts';
import { PageFlag } from '../page/page-flags.ts';
import { PinnedPages } from '../recovery/pinned-pages.ts';
import type { SpaceHeader } from '../space/space-header.ts';
import type { SpaceContext } from './extent-trees.ts';
import { firstPage, type PageExtent } from './space-state.ts';
import { treeLogFlags, type WriteTree } from './write-tree.ts';

/** Flags of a root that its space trees do not get. */
const ROOT_ONLY = PageFlag.Root | PageFlag.Leaf | PageFlag.ParentOfLeaf | PageFlag.Repaired;

/** Gives `tree` space trees in the first two pages of `secondary`, an extent that becomes its own. */
export function convertToMultiple(
  context: SpaceContext,
  tree: WriteTree,
  header: SpaceHeader,
  secondary: PageExtent,
): void {
  const { db, session } = context;
  const pins = new PinnedPages();
  try {
    const root = pins.pin(db.page(tree.pgnoFDP))!;
    const fPageFlags = root.view.fFlags & ~ROOT_ONLY;
    const pgnoOE = firstPage(secondary);
    const roots = [pgnoOE, pgnoOE + 1].map((pgno) => pins.pin(db.newPage(pgno, tree.objidFDP, 0))!);
    session.beforeRecord();
    // The engine counts a step for each of the three pages.
    db.nextDbtime();
    db.nextDbtime();
    const dbtime = db.nextDbtime();
    const { cpgPrimary, availBitmap, pgnoParent } = header;
    const record = encodeRecord('ConvertFDP2', {
      procid: session.procid,
      dbid: db.dbid,
      pgno: tree.pgnoFDP,
      dbtime,
      dbtimeBefore: root.view.dbtime,
      trxBegin0: session.trxBegin0,
      level: session.level,
      fFlags: treeLogFlags(tree),
      objidFDP: tree.objidFDP,
      pgnoOE,
      pgnoAE: pgnoOE + 1,
      pgnoFDPParent: pgnoParent,
      pgnoSecondaryFirst: pgnoOE,
      cpgPrimary,
      cpgSecondary: secondary.cpg,
      rgbitAvail: availBitmap,
      fCpageFlags: fPageFlags,
    });
    const lgpos = db.log.append(record);
    const pages = { root: root.view, ownedExtents: roots[0]!.view, availableExtents: roots[1]!.view };
    const conversion = {
      objidFDP: tree.objidFDP,
      pgnoFDP: tree.pgnoFDP,
      pgnoParent,
      cpgPrimary,
      availBitmap,
      unique: tree.unique,
      pgnoSecondaryFirst: pgnoOE,
      cpgSecondary: secondary.cpg,
      fPageFlags,
    };
    convertTree(pages, conversion, dbtime);
    for (const page of [root, ...roots]) db.changed(page, dbtime, lgpos, session);
  } finally {
    pins.release();
  }
}
