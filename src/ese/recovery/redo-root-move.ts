// Redo of the move of a tree's root pages, which happens when a database is shrunk: a macro of RootPageMove, a PageMove for
// the root and each of its space trees, the parents of other trees, and the catalog rows that name the root (dbshrink.cxx,
// SHKPerformRootMove).
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import type { LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { joinImage } from '../operations/before-image.ts';
import { emptyPage } from '../operations/empty-page.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import { replaceNode } from '../operations/replace-node.ts';
import { setSpaceHeader } from '../operations/set-external-header.ts';
import { SPACE_HEADER_SIZE } from '../space/space-header.ts';
import { PinnedPages } from './pinned-pages.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

const MOVE = {
  pgnoDest: offsetOf('PageMove', 'pgnoDest'),
  fMoveFlags: offsetOf('PageMove', 'fMoveFlags'),
  cbPageHeader: offsetOf('PageMove', 'cbPageHeader'),
  cbPageTrailer: offsetOf('PageMove', 'cbPageTrailer'),
};
const MOVE_TAIL = MOVE.cbPageTrailer + 4;
const HEADER_CB = offsetOf('SetExternalHeader', 'cbData');
const REPLACE_NEW = offsetOf('Replace', 'cbNewData');

/** Bits of fMoveFlags: which of a tree's roots is moved. */
const MoveFlag = { root: 1, ownedExtents: 2 } as const;

/** Where a space header keeps the root of the owned extents. */
const SPACE_PGNO_OE = 12;

/** What is done to a page of the macro, once all pages have been looked at. */
interface Change {
  readonly page: CachedPage;
  readonly perform: () => void;
}

/** Collects what the macro does, page by page. */
class RootMove {
  readonly changes: Change[] = [];
  readonly pins = new PinnedPages();
  readonly #db: RecoveringDatabase;
  readonly #dbtime: number;
  /** Pages that need redo, or not: several records may change one page, and all count as one change. */
  readonly #judged = new Map<number, CachedPage | undefined>();

  constructor(db: RecoveringDatabase, dbtime: number) {
    this.#db = db;
    this.#dbtime = dbtime;
  }

  /** The page of a record when it needs redo. */
  page(record: LogRecordView): CachedPage | undefined {
    const { pgno } = record;
    if (this.#judged.has(pgno)) return this.#judged.get(pgno);
    const page = this.pins.pin(this.#db.access(pgno));
    const needsRedo = page !== undefined && this.#db.needsRedo(page, this.#dbtime, record.dbtimeBeforeNumber);
    const judged = needsRedo ? page : undefined;
    this.#judged.set(pgno, judged);
    return judged;
  }

  /** One of the root pages: its image goes to the new page, and the old one is freed. */
  moveRoot(record: LogRecordView, pgnoNewOE: number): void {
    const source = this.page(record);
    const found = this.#db.accessNew(record.u32(MOVE.pgnoDest), this.#dbtime);
    if (found?.redo === true) {
      const target = found.page;
      this.pins.pin(target);
      const perform = (): void => {
        this.#fill(target, record, pgnoNewOE);
      };
      this.changes.push({ page: target, perform });
    }
    if (source === undefined) return;
    this.changes.push({
      page: source,
      perform: () => {
        emptyPage(source.view);
      },
    });
  }

  #fill(target: CachedPage, record: LogRecordView, pgnoNewOE: number): void {
    const { bytes, start } = record;
    const header = start + MOVE_TAIL;
    const trailer = header + record.u32(MOVE.cbPageHeader);
    const end = trailer + record.u32(MOVE.cbPageTrailer);
    const image = joinImage(bytes.subarray(header, trailer), bytes.subarray(trailer, end), this.#db.cache.format);
    const view = this.#db.anew(target);
    view.copyFrom(image);
    if ((record.u32(MOVE.fMoveFlags) & MoveFlag.root) === 0 || pgnoNewOE === 0) return;
    const external = view.externalHeader;
    // The flagged form has a byte before the space header.
    const at = external.length > SPACE_HEADER_SIZE ? 1 : 0;
    const space = external.slice(at, at + SPACE_HEADER_SIZE);
    if (space.length < SPACE_HEADER_SIZE) throw new JetError('JET_errLogFileCorrupt', 'a root without space is moved');
    putU32(space, SPACE_PGNO_OE, pgnoNewOE);
    setSpaceHeader(view, space);
  }
}

/**
 * Replays the move of a tree's roots.
 * @throws JetError when log and pages contradict each other.
 */
export function redoRootMove(db: RecoveringDatabase, dbtime: number, records: readonly LogRecordView[]): void {
  const move = new RootMove(db, dbtime);
  const isMoveOf = (record: LogRecordView, flag: number): boolean =>
    record.lrtyp === Lr.PageMove && (record.u32(MOVE.fMoveFlags) & flag) !== 0;
  const ownedExtents = records.find((record) => isMoveOf(record, MoveFlag.ownedExtents));
  const root = records.find((record) => isMoveOf(record, MoveFlag.root));
  const pgnoNewOE = ownedExtents?.u32(MOVE.pgnoDest) ?? 0;
  try {
    for (const record of records.slice(1)) {
      if (record.lrtyp === Lr.PageMove) move.moveRoot(record, pgnoNewOE);
      else addChange(move, record);
    }
    for (const { perform } of move.changes) perform();
    for (const { page } of move.changes) db.changed(page, dbtime);
  } finally {
    move.pins.release();
  }
  if (root !== undefined) db.movedRoots.set(root.pgno, root.u32(MOVE.pgnoDest));
}

/** The parent named in another tree's space header, or a catalog row. */
function addChange(move: RootMove, record: LogRecordView): void {
  const { bytes, start } = record;
  const page = move.page(record);
  if (record.lrtyp === Lr.SetExternalHeader) {
    const from = start + HEADER_CB + 2;
    const data = bytes.subarray(from, from + record.u16(HEADER_CB));
    if (page !== undefined)
      move.changes.push({
        page,
        perform: () => {
          setSpaceHeader(page.view, data);
        },
      });
  } else if (record.lrtyp === Lr.Replace) {
    const from = start + REPLACE_NEW + 2;
    const { iline } = record;
    const length = record.u16(REPLACE_NEW);
    if (page === undefined) return;
    move.changes.push({
      page,
      perform: () => {
        replaceNode(page.view, iline, bytes, from, length, false);
      },
    });
  } else throw new JetError('JET_errLogFileCorrupt', `the move of a root comes with a ${record.name} record`);
}
