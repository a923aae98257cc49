// Redo of a page merge: a macro of one Merge2 record a level, root first (format 8.4, 9.7; ErrLGRIRedoMerge).
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import type { LogRecordView } from '../log/log-record-view.ts';
import { offsetOf } from '../log/record-table.ts';
import { restoreImage } from '../operations/before-image.ts';
import { mergeLeaf, mergeNeedsSource, mergeParent, MergeType, type MergePlan } from '../operations/merge-page.ts';
import { PinnedPages } from './pinned-pages.ts';
import type { RecoveringDatabase } from './recovering-database.ts';

const at = (field: string): number => offsetOf('Merge2', field);
const MERGE = {
  pgnoRight: at('pgnoRight'),
  dbtimeRightBefore: at('dbtimeRightBefore'),
  pgnoLeft: at('pgnoLeft'),
  dbtimeLeftBefore: at('dbtimeLeftBefore'),
  cbUncFreeDest: at('cbUncFreeDest'),
  ilineMerge: at('ilineMerge'),
  fLRMergeFlags: at('fLRMergeFlags'),
  mergetype: at('mergetype'),
  cbKeyParentSep: at('cbKeyParentSep'),
  flags: at('flags'),
  cbPageBeforeImage: at('cbPageBeforeImage'),
};
const MERGE_TAIL = MERGE.cbPageBeforeImage + 4;

/** Bits of fLRMergeFlags. */
const MergeFlag = { keyChange: 1, deleteNode: 2, emptyPage: 4 } as const;

/** The pages of the leaf level that need redo. */
interface LeafPages {
  source: CachedPage | undefined;
  left: CachedPage | undefined;
  right: CachedPage | undefined;
}

const hasFlag = (record: LogRecordView, flag: number): boolean => (record.u8(MERGE.fLRMergeFlags) & flag) !== 0;

function readPlan(record: LogRecordView): MergePlan {
  return {
    mergetype: record.u8(MERGE.mergetype),
    pgnoLeft: record.u32(MERGE.pgnoLeft),
    pgnoRight: record.u32(MERGE.pgnoRight),
    ilineMerge: record.u16(MERGE.ilineMerge),
    cbUncFreeDest: record.u16(MERGE.cbUncFreeDest),
    emptyPage: hasFlag(record, MergeFlag.emptyPage),
  };
}

/** A page of the macro that needs redo; undefined when it is past it, or there is none. */
function pageToRedo(
  db: RecoveringDatabase,
  pgno: number,
  record: LogRecordView,
  before: number,
  pins: PinnedPages,
): CachedPage | undefined {
  const page = pgno === 0 ? undefined : pins.pin(db.access(pgno));
  return page !== undefined && db.needsRedo(page, record.dbtimeNumber, before) ? page : undefined;
}

function findLeafPages(db: RecoveringDatabase, record: LogRecordView, plan: MergePlan, pins: PinnedPages): LeafPages {
  const before = record.dbtimeBeforeNumber;
  const pages: LeafPages = {
    source: pageToRedo(db, record.pgno, record, before, pins),
    left: pageToRedo(db, plan.pgnoLeft, record, record.dbtimeAt(MERGE.dbtimeLeftBefore), pins),
    right: pageToRedo(db, plan.pgnoRight, record, record.dbtimeAt(MERGE.dbtimeRightBefore), pins),
  };
  const toRight = plan.mergetype === MergeType.fullRight || plan.mergetype === MergeType.partialRight;
  const target = toRight ? pages.right : pages.left;
  if (mergeNeedsSource(plan.mergetype) && target !== undefined && pages.source === undefined)
    pages.source = restoreSource(db, record, pins);
  return pages;
}

/** The page that took the nodes is lost while the merged page is past the merge: that becomes what it was before. */
function restoreSource(db: RecoveringDatabase, record: LogRecordView, pins: PinnedPages): CachedPage {
  const cbImage = record.u32(MERGE.cbPageBeforeImage);
  const source = pins.pin(db.access(record.pgno));
  if (cbImage === 0 || source === undefined) {
    const what = 'was merged, the page with its nodes is lost, and the log holds no image of it';
    throw db.pageError('JET_errDatabaseBufferDependenciesCorrupted', record.pgno, what);
  }
  const from = record.start + record.length - cbImage;
  const stored = record.bytes.subarray(from, from + cbImage);
  db.replaceImage(source, restoreImage(stored, record.u32(MERGE.flags), db.cache.format), record.dbtimeBeforeNumber);
  return source;
}

/**
 * Replays the merge whose records are given, in the order of the log.
 * @throws JetError when log and pages contradict each other.
 */
export function redoMerge(db: RecoveringDatabase, records: readonly LogRecordView[]): void {
  const leaf = records.at(-1);
  if (leaf === undefined || records.some((record) => record.lrtyp !== leaf.lrtyp))
    throw new JetError('JET_errLogFileCorrupt', 'a page merge comes with records of other kinds');
  const plan = readPlan(leaf);
  const pins = new PinnedPages();
  try {
    const parents = records
      .slice(0, -1)
      .map((record) => pageToRedo(db, record.pgno, record, record.dbtimeBeforeNumber, pins));
    const { source, left, right } = findLeafPages(db, leaf, plan, pins);
    const keyAt = leaf.start + MERGE_TAIL;
    const separator = leaf.bytes.subarray(keyAt, keyAt + leaf.u16(MERGE.cbKeyParentSep));
    parents.forEach((page, i) => {
      if (page === undefined) return;
      const record = records[i]!;
      const parent = {
        iline: record.iline,
        keyChange: hasFlag(record, MergeFlag.keyChange),
        deleteNode: hasFlag(record, MergeFlag.deleteNode),
        emptyPage: hasFlag(record, MergeFlag.emptyPage),
      };
      mergeParent(page.view, parent, plan, separator);
    });
    mergeLeaf({ source: source?.view, left: left?.view, right: right?.view }, plan);
    for (const page of [...parents, source, left, right]) if (page !== undefined) db.changed(page, leaf.dbtimeNumber);
  } finally {
    pins.release();
  }
}
