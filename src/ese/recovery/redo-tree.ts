// Redo of records that make pages: new trees, space trees of their own, reserved pages, moved pages, scrubbed pages
// (format 4.5, 4.6, 8.4; logredo.cxx).
import type { CachedPage } from '../cache/page-cache.ts';
import { LogPageFlag, type LogRecordView } from '../log/log-record-view.ts';
import { offsetOf } from '../log/record-table.ts';
import { joinImage } from '../operations/before-image.ts';
import { convertTree } from '../operations/convert-tree.ts';
import { createMultipleExtentTree, createSingleExtentTree, type NewTree } from '../operations/create-tree.ts';
import { movePage } from '../operations/move-page.ts';
import { newPage, reservePage } from '../operations/new-page.ts';
import { scrubUnusedPage, scrubUsedPage } from '../operations/scrub-page.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { PinnedPages } from './pinned-pages.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

const fields = <Name extends string>(
  record: 'CreateSingleExtentFDP' | 'CreateMultipleExtentFDP' | 'ConvertFDP2' | 'PageMove' | 'Scrub',
  ...names: readonly Name[]
): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name) => [name, offsetOf(record, name)])) as Record<Name, number>;

const SINGLE = fields('CreateSingleExtentFDP', 'objidFDP', 'pgnoFDPParent', 'cpgPrimary', 'fPageFlags');
const MULTIPLE = fields(
  'CreateMultipleExtentFDP',
  'objidFDP',
  'pgnoOE',
  'pgnoAE',
  'pgnoFDPParent',
  'cpgPrimary',
  'fPageFlags',
);
const CONVERT = fields(
  'ConvertFDP2',
  'objidFDP',
  'pgnoOE',
  'pgnoAE',
  'pgnoFDPParent',
  'pgnoSecondaryFirst',
  'cpgPrimary',
  'cpgSecondary',
  'rgbitAvail',
  'fCpageFlags',
);
const MOVE = fields(
  'PageMove',
  'pgnoDest',
  'pgnoLeft',
  'pgnoRight',
  'pgnoParent',
  'dbtimeLeftBefore',
  'dbtimeRightBefore',
  'dbtimeParentBefore',
  'objidFDP',
  'ilineParent',
  'cbPageHeader',
  'cbPageTrailer',
);
const MOVE_TAIL = MOVE.cbPageTrailer + 4;
const SCRUB = fields('Scrub', 'fLRScrubFlags', 'cscrubOper', 'cbData');
const SCRUB_TAIL = SCRUB.cbData + 2;
/** Bit of fLRScrubFlags: no tree uses the page. */
const UNUSED_PAGE = 1;

const isUnique = (record: LogRecordView): boolean => (record.flags & LogPageFlag.Unique) !== 0;

/** The page a record makes anew, emptied; undefined when it is there already. */
function made(db: RecoveringDatabase, pgno: number, dbtime: number, pins: PinnedPages): CachedPage | undefined {
  const found = db.accessNew(pgno, dbtime);
  if (found?.redo !== true) return undefined;
  pins.pin(found.page);
  db.anew(found.page);
  return found.page;
}

function finish(db: RecoveringDatabase, pages: readonly (CachedPage | undefined)[], dbtime: number): void {
  for (const page of pages) if (page !== undefined) db.changed(page, dbtime);
}

/** Replays CreateSingleExtentFDP: a tree whose space a bitmap accounts for. */
export function redoCreateSingle(db: RecoveringDatabase, record: LogRecordView): void {
  const dbtime = record.dbtimeNumber;
  const pins = new PinnedPages();
  const root = made(db, record.pgno, dbtime, pins);
  if (root !== undefined) createSingleExtentTree(root.view, newTree(record, SINGLE), dbtime);
  finish(db, [root], dbtime);
  pins.release();
}

function newTree(record: LogRecordView, at: typeof SINGLE): NewTree {
  return {
    objidFDP: record.u32(at.objidFDP),
    pgnoFDP: record.pgno,
    pgnoParent: record.u32(at.pgnoFDPParent),
    cpgPrimary: record.i32(at.cpgPrimary),
    unique: isUnique(record),
    fPageFlags: record.u32(at.fPageFlags),
  };
}

/** Replays CreateMultipleExtentFDP: a tree with space trees of its own. */
export function redoCreateMultiple(db: RecoveringDatabase, record: LogRecordView): void {
  const dbtime = record.dbtimeNumber;
  const pins = new PinnedPages();
  const root = made(db, record.pgno, dbtime, pins);
  const available = made(db, record.u32(MULTIPLE.pgnoAE), dbtime, pins);
  const owned = made(db, record.u32(MULTIPLE.pgnoOE), dbtime, pins);
  const roots = { root: root?.view, ownedExtents: owned?.view, availableExtents: available?.view };
  createMultipleExtentTree(roots, newTree(record, MULTIPLE), record.u32(MULTIPLE.pgnoOE), dbtime);
  finish(db, [root, available, owned], dbtime);
  pins.release();
}

/** Replays ConvertFDP2: a tree gets space trees of its own. */
export function redoConvert(db: RecoveringDatabase, record: LogRecordView): void {
  const dbtime = record.dbtimeNumber;
  const pins = new PinnedPages();
  let root = pins.pin(db.access(record.pgno));
  if (root !== undefined && !db.needsRedo(root, dbtime, record.dbtimeBeforeNumber)) root = undefined;
  const owned = made(db, record.u32(CONVERT.pgnoOE), dbtime, pins);
  const available = made(db, record.u32(CONVERT.pgnoAE), dbtime, pins);
  const conversion = {
    objidFDP: record.u32(CONVERT.objidFDP),
    pgnoFDP: record.pgno,
    pgnoParent: record.u32(CONVERT.pgnoFDPParent),
    cpgPrimary: record.i32(CONVERT.cpgPrimary),
    availBitmap: record.u32(CONVERT.rgbitAvail),
    unique: isUnique(record),
    pgnoSecondaryFirst: record.u32(CONVERT.pgnoSecondaryFirst),
    cpgSecondary: record.i32(CONVERT.cpgSecondary),
    fPageFlags: record.u32(CONVERT.fCpageFlags),
  };
  convertTree({ root: root?.view, ownedExtents: owned?.view, availableExtents: available?.view }, conversion, dbtime);
  finish(db, [root, owned, available], dbtime);
  pins.release();
}

/** Replays NewPage: a page is reserved for a tree. */
export function redoNewPage(db: RecoveringDatabase, pgno: number, objid: number, dbtime: number): void {
  const pins = new PinnedPages();
  const page = made(db, pgno, dbtime, pins);
  if (page !== undefined) {
    reservePage(page.view, objid, dbtime);
    db.changed(page, dbtime);
  }
  pins.release();
}

/** Replays a PageMove that is no part of the move of a tree's root. */
export function redoPageMove(db: RecoveringDatabase, record: LogRecordView): void {
  const dbtime = record.dbtimeNumber;
  const pins = new PinnedPages();
  try {
    const toRedo = (pgno: number, before: number): CachedPage | undefined => {
      const page = pgno === 0 ? undefined : pins.pin(db.access(pgno));
      return page !== undefined && db.needsRedo(page, dbtime, before) ? page : undefined;
    };
    const parent = toRedo(record.u32(MOVE.pgnoParent), record.dbtimeAt(MOVE.dbtimeParentBefore));
    let source = toRedo(record.pgno, record.dbtimeBeforeNumber);
    const left = toRedo(record.u32(MOVE.pgnoLeft), record.dbtimeAt(MOVE.dbtimeLeftBefore));
    const right = toRedo(record.u32(MOVE.pgnoRight), record.dbtimeAt(MOVE.dbtimeRightBefore));
    const pgnoDest = record.u32(MOVE.pgnoDest);
    const target = made(db, pgnoDest, dbtime, pins);
    if (target !== undefined && source === undefined) source = restoreMoved(db, record, pins);
    const pages = views({ source, target, parent, left, right });
    if (target !== undefined) newPage(target.view, record.u32(MOVE.objidFDP), 0, dbtime);
    movePage(pages, record.pgno, pgnoDest, record.i32(MOVE.ilineParent), dbtime);
    finish(db, [source, target, parent, left, right], dbtime);
  } finally {
    pins.release();
  }
}

type Views<Names extends string> = Readonly<Record<Names, EditablePage | undefined>>;

function views<Names extends string>(pages: Record<Names, CachedPage | undefined>): Views<Names> {
  const entries = Object.entries(pages) as [Names, CachedPage | undefined][];
  return Object.fromEntries(entries.map(([name, page]) => [name, page?.view])) as Views<Names>;
}

/** The page was moved and emptied, but the page it went to is lost: the record holds what it was. */
function restoreMoved(db: RecoveringDatabase, record: LogRecordView, pins: PinnedPages): CachedPage | undefined {
  const source = pins.pin(db.access(record.pgno));
  if (source === undefined) return undefined;
  const header = record.start + MOVE_TAIL;
  const trailer = header + record.u32(MOVE.cbPageHeader);
  const image = joinImage(
    record.bytes.subarray(header, trailer),
    record.bytes.subarray(trailer, trailer + record.u32(MOVE.cbPageTrailer)),
    db.cache.format,
  );
  db.replaceImage(source, image, record.dbtimeBeforeNumber);
  return source;
}

/** Replays Scrub: data that is no longer needed was overwritten. */
export function redoScrub(db: RecoveringDatabase, record: LogRecordView): void {
  const dbtime = record.dbtimeNumber;
  const page = db.access(record.pgno);
  if (page === undefined || !db.needsRedo(page, dbtime, record.dbtimeBeforeNumber)) return;
  // First the stamp: a change of any other kind ends the state of being scrubbed.
  db.changed(page, dbtime);
  if ((record.u32(SCRUB.fLRScrubFlags) & UNUSED_PAGE) !== 0) scrubUnusedPage(page.view, dbtime);
  else {
    const start = record.start + SCRUB_TAIL;
    const count = Math.min(record.u32(SCRUB.cscrubOper), record.u16(SCRUB.cbData));
    scrubUsedPage(page.view, record.bytes.subarray(start, start + count), dbtime);
  }
}
