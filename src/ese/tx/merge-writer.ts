// A merge is carried out: the macro of its log records, the changes of all pages, the freed pages given back (format 8.4;
// ErrBTIMergeOrEmptyPage, ErrBTIMergeEmptyTree, ErrLGMerge, ErrLGEmptyTree).
import type { CachedPage } from '../cache/page-cache.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { encodeRecord } from '../log/record-encoder.ts';
import { Lr } from '../log/record-table.ts';
import { makeImage } from '../operations/before-image.ts';
import { emptyPage, emptyRoot } from '../operations/empty-page.ts';
import { mergeLeaf, mergeNeedsSource, mergeParent, type MergePlan } from '../operations/merge-page.ts';
import { putU32, putU64 } from '../../binary/little-endian-writer.ts';
import { PinnedPages } from '../recovery/pinned-pages.ts';
import type { MergeLevel, TreeMerge } from './merge-plan.ts';
import { NO_DBTIME } from './node-records.ts';
import { macroInfoRecord, macroRecord, type PageAllocator } from './split-writer.ts';
import type { WriteStep } from './tree-path.ts';
import type { WritableDatabase } from './writable-database.ts';
import { treeLogFlags, type WriteSession, type WriteTree } from './write-tree.ts';

/** Bits of fLRMergeFlags. */
const MergeFlag = { keyChange: 1, deleteNode: 2, emptyPage: 4 } as const;
/** Sizes of what EmptyTree says of each page: time before, number, flags. */
const EMPTY_ENTRY_SIZE = 16;

/** Whose pages are merged, and who gets what becomes free. */
export interface MergeContext {
  readonly db: WritableDatabase;
  readonly session: WriteSession;
  readonly tree: WriteTree;
  readonly allocator: PageAllocator;
}

const pgnoOf = (page: { readonly pgno: number } | undefined): number => page?.pgno ?? 0;
const timeOf = (page: { readonly dbtime: number } | undefined): number => page?.dbtime ?? NO_DBTIME;

/** The leaf level as operations and records state it. */
function leafPlan(merge: TreeMerge): MergePlan {
  const { mergetype, ilineMerge, cbUncFreeDest, left, right, levels } = merge;
  const { emptyPage: empties } = levels.at(-1)!;
  return { mergetype, ilineMerge, cbUncFreeDest, pgnoLeft: pgnoOf(left), pgnoRight: pgnoOf(right), emptyPage: empties };
}

function flagsOf({ keyChange, deleteNode, emptyPage: empties }: MergeLevel): number {
  return (
    (keyChange ? MergeFlag.keyChange : 0) |
    (deleteNode ? MergeFlag.deleteNode : 0) |
    (empties ? MergeFlag.emptyPage : 0)
  );
}

/** What the record of the leaf says beyond those of other levels. */
function leafFields(merge: TreeMerge): {
  readonly fields: Record<string, number>;
  readonly tails: Record<string, Uint8Array>;
} {
  const { page } = merge.levels.at(-1)!.step;
  const image = mergeNeedsSource(merge.mergetype) ? makeImage(page.bytes, page.format) : undefined;
  const { cbSizeTotal, cbSizeMaxTotal, mergetype } = merge;
  const { pgnoLeft, pgnoRight, cbUncFreeDest, ilineMerge } = leafPlan(merge);
  const sizes = { cbSizeTotal, cbSizeMaxTotal, cbUncFreeDest, ilineMerge, mergetype };
  const times = { dbtimeLeftBefore: timeOf(merge.left), dbtimeRightBefore: timeOf(merge.right) };
  return {
    fields: { ...sizes, ...times, pgnoLeft, pgnoRight, flags: image?.flags ?? 0 },
    tails: { keyParentSep: merge.separator, ...(image === undefined ? {} : { beforeImage: image.bytes }) },
  };
}

/** The Merge2 record of level `at`. */
function mergeRecord(context: MergeContext, merge: TreeMerge, at: number, dbtime: number): Uint8Array {
  const { db, session, tree } = context;
  const level = merge.levels[at]!;
  const parent = merge.levels[at - 1]?.step.page;
  const isLeaf = at === merge.levels.length - 1;
  const none = { fields: { dbtimeLeftBefore: NO_DBTIME, dbtimeRightBefore: NO_DBTIME }, tails: {} };
  const { fields, tails } = isLeaf ? leafFields(merge) : none;
  const { page, iline } = level.step;
  const head = { procid: session.procid, dbid: db.dbid, pgno: page.pgno, dbtime, dbtimeBefore: page.dbtime };
  return encodeRecord(
    'Merge2',
    {
      ...head,
      trxBegin0: session.trxBegin0,
      level: session.level,
      iline,
      fFlags: treeLogFlags(tree),
      pgnoParent: pgnoOf(parent),
      dbtimeParentBefore: timeOf(parent),
      pgnoFDP: tree.pgnoFDP,
      objidFDP: tree.objidFDP,
      fLRMergeFlags: flagsOf(level),
      ...fields,
    },
    tails,
  );
}

function logMerge(context: MergeContext, merge: TreeMerge, dbtime: number): Lgpos {
  const { db, session } = context;
  session.beforeRecord();
  const { log } = db;
  // As with splits: recovery may bring a page back to what it is now.
  for (const { step } of merge.levels) db.onWrite?.(step.page.pgno);
  log.append(macroRecord(Lr.MacroBegin, session.procid, dbtime));
  merge.levels.forEach((_, at) => {
    log.append(mergeRecord(context, merge, at, dbtime));
  });
  const lgpos = log.append(macroRecord(Lr.MacroCommit, session.procid, dbtime));
  const pages = merge.levels.map(({ step }) => step.page.pgno);
  const siblings = [merge.left, merge.right].map(pgnoOf).filter((pgno) => pgno !== 0);
  log.append(macroInfoRecord(db.dbid, [...pages, ...siblings]));
  return lgpos;
}

/** Gives freed pages back; those of space trees go to the tree whose space they tell of. */
function freePages({ session, tree, allocator }: MergeContext, pgnos: readonly number[]): void {
  const owner = tree.space ? { ...tree, space: false, pgnoRoot: tree.pgnoFDP } : tree;
  for (const pgno of pgnos) allocator.freePage(session, owner, pgno);
}

/**
 * Carries out a planned merge, the pages of whose path are held by the caller; `release` is called before freed pages
 * are given back.
 * @throws JetError what giving space back throws; the merge is done then, the freed pages are lost.
 */
export function writeMerge(context: MergeContext, merge: TreeMerge, release: () => void): void {
  const { db, session } = context;
  const { levels, left, right } = merge;
  const pins = new PinnedPages();
  const freed = levels.filter(({ emptyPage: empties }) => empties).map(({ step }) => step.page.pgno);
  try {
    const siblings = [left, right].flatMap((page) => pins.pin(page && db.page(page.pgno)) ?? []);
    const dbtime = db.nextDbtime();
    const lgpos = logMerge(context, merge, dbtime);
    const plan = leafPlan(merge);
    for (const level of levels.slice(0, -1)) {
      mergeParent(level.step.page, { ...level, iline: level.step.iline }, plan, merge.separator);
    }
    mergeLeaf({ source: levels.at(-1)!.step.page, left, right }, plan);
    const path = levels.map(({ step }): CachedPage => (step as WriteStep).cached);
    for (const page of [...path, ...siblings]) db.changed(page, dbtime, lgpos, session);
  } finally {
    pins.release();
    release();
  }
  freePages(context, freed.reverse());
}

/** The record of a tree that loses all pages but its root. */
function emptyTreeRecord(context: MergeContext, path: readonly WriteStep[], dbtime: number): Uint8Array {
  const { db, session, tree } = context;
  const root = path[0]!.page;
  const emptyPages = new Uint8Array((path.length - 1) * EMPTY_ENTRY_SIZE);
  path.slice(1).forEach(({ page }, i) => {
    putU64(emptyPages, i * EMPTY_ENTRY_SIZE, BigInt(page.dbtime));
    putU32(emptyPages, i * EMPTY_ENTRY_SIZE + 8, page.pgno);
    putU32(emptyPages, i * EMPTY_ENTRY_SIZE + 12, page.fFlags);
  });
  return encodeRecord(
    'EmptyTree',
    {
      procid: session.procid,
      dbid: db.dbid,
      pgno: root.pgno,
      dbtime,
      dbtimeBefore: root.dbtime,
      trxBegin0: session.trxBegin0,
      level: session.level,
      fFlags: treeLogFlags(tree),
      pgnoFDP: tree.pgnoFDP,
      objidFDP: tree.objidFDP,
    },
    { emptyPages },
  );
}

/**
 * The one leaf of a tree is empty: its root becomes the only page. `path` leads to the leaf, every branch on it has one
 * pointer.
 * @throws JetError as `writeMerge`.
 */
export function writeEmptyTree(context: MergeContext, path: readonly WriteStep[], release: () => void): void {
  const { db, session } = context;
  const freed = path.slice(1).map(({ page }) => page.pgno);
  try {
    session.beforeRecord();
    const dbtime = db.nextDbtime();
    const lgpos = db.log.append(emptyTreeRecord(context, path, dbtime));
    emptyRoot(path[0]!.page);
    for (const { page } of path.slice(1)) emptyPage(page);
    for (const { cached } of path) db.changed(cached, dbtime, lgpos, session);
  } finally {
    release();
  }
  freePages(context, freed);
}
