// Operation: the root of a tree and the roots of its space trees go to other pages (log records RootPageMove, PageMove;
// SHKPerformRootMove). What points to them (children's space headers, the catalog) other operations change.
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { PageFlag } from '../page/page-flags.ts';
import { SPACE_HEADER_SIZE } from '../space/space-header.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { emptyPage } from './empty-page.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import { setSpaceHeader } from './set-external-header.ts';

const PGNO_OE_OFFSET = 12;

/** One of the roots. Pages that are past the move already (redo) are absent and left alone. */
export interface RootMove {
  readonly source?: EditablePage | undefined;
  readonly target?: EditablePage | undefined;
  /** What the target becomes: the source before the move, as the record holds it. */
  readonly image: Uint8Array;
}

/**
 * Copies the three roots to their new places and frees the old ones. The caller stamps no page: all get `dbtime` here.
 * @throws JetError JET_errDatabaseCorrupted when an image is no sound page; all pages are then as they were.
 */
export function moveRoot(
  root: RootMove,
  ownedExtents: RootMove,
  availableExtents: RootMove,
  pgnoOENew: number,
  dbtime: number,
): void {
  const moves = [root, ownedExtents, availableExtents];
  allOrNothing(
    moves.flatMap(({ source, target }) => [source, target]),
    () => {
      const deleted = (root.source?.fFlags ?? 0) & PageFlag.FdpDelete;
      for (const { target, image } of moves) {
        if (target === undefined) continue;
        target.copyFrom(image);
        target.stamp(dbtime);
        target.verify();
      }
      if (root.target !== undefined) pointToOwnedExtents(root.target, pgnoOENew, deleted);
      for (const { source } of moves) {
        if (source === undefined) continue;
        emptyPage(source);
        source.stamp(dbtime);
      }
    },
  );
}

function pointToOwnedExtents(root: EditablePage, pgnoOE: number, flags: number): void {
  const header = root.externalHeader;
  const at = header.length === SPACE_HEADER_SIZE ? 0 : 1;
  if (header.length < at + SPACE_HEADER_SIZE) {
    throw new JetError('JET_errDatabaseCorrupted', `page ${root.pgno} has no space header`, { pgno: root.pgno });
  }
  const space = new Uint8Array(header.subarray(at, at + SPACE_HEADER_SIZE));
  putU32(space, PGNO_OE_OFFSET, pgnoOE);
  setSpaceHeader(root, space);
  root.setFlags(root.fFlags | flags);
}
