// A split is carried out: new pages, the macro of its log records, the changes of all pages (format 8.2, 8.5;
// ErrBTISplit, ErrLGSplit, BTIPerformSplit).
import type { CachedPage } from '../cache/page-cache.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { Lr, offsetOf, recordType } from '../log/record-table.ts';
import { makeImage } from '../operations/before-image.ts';
import { putU16, putU32 } from '../../binary/little-endian-writer.ts';
import { nodeParts, type NodeParts } from '../operations/node-parts.ts';
import { insertPagePointer } from '../operations/page-pointer.ts';
import { splitPage } from '../operations/split-page.ts';
import { splitNeedsSource, SplitOper, type SplitPlan } from '../operations/split-plan.ts';
import { PageFlag } from '../page/page-flags.ts';
import { PinnedPages } from '../recovery/pinned-pages.ts';
import { NO_DBTIME, putDbtime, putPageHead } from './node-records.ts';
import type { LevelPlan, TreeSplit } from './split-plan-tree.ts';
import type { WriteStep } from './tree-path.ts';
import type { WritableDatabase } from './writable-database.ts';
import type { WriteSession, WriteTree } from './write-tree.ts';
import { SPLIT } from '../log/split-fields.ts';

const SPLIT_SIZE = recordType('Split2').size;
const MACRO_SIZE = recordType('MacroBegin').size;
const MACRO_DBTIME = offsetOf('MacroBegin', 'dbtime');
const INFO_SIZE = recordType('MacroInfo').size;
const INFO2_SIZE = recordType('MacroInfo2').size;
const INFO2 = { dbid: offsetOf('MacroInfo2', 'dbid'), cpgno: offsetOf('MacroInfo2', 'cpgno') };
const SIZED_HEAD = 5;
const NO_BYTES = new Uint8Array(0);

/** Page flags that come to a page when it is written, and are no part of what a new page begins with. */
const WRITTEN_FLAGS = PageFlag.FlushType | PageFlag.NewChecksumFormat | PageFlag.Scrubbed;

/** Gives a tree new pages. */
export interface PageAllocator {
  /**
   * Takes a page for `tree`, near page `near` if possible.
   * @throws JetError JET_errOutOfDatabaseSpace, JET_errDiskFull.
   */
  getPage(session: WriteSession, tree: WriteTree, near: number): number;
  /** Gives a page back that was taken in vain. */
  freePage(session: WriteSession, tree: WriteTree, pgno: number): void;
}

/** One level, with its pages. */
interface Level {
  readonly step: WriteStep;
  readonly plan: LevelPlan | undefined;
  pgnoNew: number;
  target: CachedPage | undefined;
  right: CachedPage | undefined;
  dbtimeBefore: number;
  dbtimeRightBefore: number;
}

/** Where a node is. */
export interface NodePlace {
  readonly pgno: number;
  readonly iline: number;
  /** The page that was split to make room for it, when that is another one. */
  readonly pgnoSplit?: number;
}

/** The record of the operation that is done with the split; its dbtimeBefore is none. */
export type OperationRecord = (dbtime: number, leaf: WriteStep) => Uint8Array;

/** What is done with the split. */
export interface SplitRequest {
  readonly db: WritableDatabase;
  readonly session: WriteSession;
  readonly tree: WriteTree;
  readonly allocator: PageAllocator;
  readonly split: TreeSplit;
  /** Key and data of the operation; absent when the split is made without it. */
  readonly node: NodeParts | undefined;
  readonly versioned: boolean;
  readonly operationRecord: OperationRecord;
}

function logged(plan: LevelPlan, pgnoNew: number): SplitPlan {
  const { page } = plan;
  // Field by field: a copy by `...` of so many fields takes longer than the split of a page.
  return {
    splittype: plan.splittype,
    splitoper: plan.splitoper,
    ilineOper: plan.ilineOper,
    ilineSplit: plan.ilineSplit,
    clines: plan.clines,
    fNewPageFlags: plan.fNewPageFlags,
    fSplitPageFlags: plan.fSplitPageFlags,
    cbUncFreeSrc: plan.cbUncFreeSrc,
    cbUncFreeDest: plan.cbUncFreeDest,
    ilinePrefixNew: plan.ilinePrefixNew,
    prefixSplitOld: plan.prefixSplitOld,
    prefixSplitNew: plan.prefixSplitNew,
    pgnoSplit: page.pgno,
    pgnoNew,
    pgnoRight: page.isLeaf && !page.isRoot ? page.pgnoNext : 0,
  };
}

/** The Split2 record of a level. */
function splitRecord(request: SplitRequest, level: Level, parent: Level | undefined, dbtime: number): Uint8Array {
  const { db, session, tree } = request;
  const { plan, step } = level;
  const full = plan === undefined ? undefined : logged(plan, level.pgnoNew);
  const image =
    full !== undefined && splitNeedsSource(full)
      ? makeImage(step.page.bytes, step.page.format)
      : { bytes: NO_BYTES, flags: 0 };
  const keyParent = plan?.keyParent ?? NO_BYTES;
  const tails = [keyParent, plan?.prefixSplitOld ?? NO_BYTES, plan?.prefixSplitNew ?? NO_BYTES, image.bytes];
  const bytes = new Uint8Array(tails.reduce((size, tail) => size + tail.length, SPLIT_SIZE));
  const { dbtimeBefore } = level;
  putPageHead(bytes, Lr.Split2, {
    dbid: db.dbid,
    session,
    tree,
    pgno: step.page.pgno,
    iline: 0,
    dbtime,
    dbtimeBefore,
    rceid: 0,
  });
  putDbtime(bytes, SPLIT.dbtimeRightBefore, level.dbtimeRightBefore);
  putU32(bytes, SPLIT.pgnoParent, parent?.step.page.pgno ?? 0);
  putDbtime(bytes, SPLIT.dbtimeParentBefore, parent?.dbtimeBefore ?? NO_DBTIME);
  putU32(bytes, SPLIT.pgnoFDP, tree.pgnoFDP);
  putU32(bytes, SPLIT.objidFDP, tree.objidFDP);
  if (full === undefined) {
    putU16(bytes, SPLIT.ilineOper, step.iline);
    return bytes;
  }
  putPlan(bytes, full, plan!);
  putU32(bytes, SPLIT.flags, image.flags);
  putU32(bytes, SPLIT.cbPageBeforeImage, image.bytes.length);
  let to = SPLIT_SIZE;
  for (const tail of tails) {
    bytes.set(tail, to);
    to += tail.length;
  }
  return bytes;
}

function putPlan(bytes: Uint8Array, full: SplitPlan, plan: LevelPlan): void {
  putU32(bytes, SPLIT.pgnoNew, full.pgnoNew);
  putU32(bytes, SPLIT.pgnoRight, full.pgnoRight);
  bytes[SPLIT.splittype] = full.splittype;
  bytes[SPLIT.splitoper] = full.splitoper;
  putU16(bytes, SPLIT.ilineOper, full.ilineOper);
  putU16(bytes, SPLIT.ilineSplit, full.ilineSplit);
  putU16(bytes, SPLIT.clines, full.clines);
  putU32(bytes, SPLIT.fNewPageFlags, full.fNewPageFlags);
  putU32(bytes, SPLIT.fSplitPageFlags, full.fSplitPageFlags);
  putU16(bytes, SPLIT.cbUncFreeSrc, full.cbUncFreeSrc);
  putU16(bytes, SPLIT.cbUncFreeDest, full.cbUncFreeDest);
  putU32(bytes, SPLIT.ilinePrefixSplit, plan.ilinePrefixSplit);
  putU32(bytes, SPLIT.ilinePrefixNew, full.ilinePrefixNew);
  putU16(bytes, SPLIT.cbKeyParent, plan.keyParent.length);
  putU16(bytes, SPLIT.cbPrefixSplitOld, full.prefixSplitOld.length);
  putU16(bytes, SPLIT.cbPrefixSplitNew, full.prefixSplitNew.length);
}

/** MacroBegin or MacroCommit. */
export function macroRecord(lrtyp: number, procid: number, dbtime: number): Uint8Array {
  const bytes = new Uint8Array(MACRO_SIZE);
  bytes[0] = lrtyp;
  putU16(bytes, 1, procid);
  putDbtime(bytes, MACRO_DBTIME, dbtime);
  return bytes;
}

/** The pages of a macro: MacroInfo for the first database of a stream, MacroInfo2 for others. */
export function macroInfoRecord(dbid: number, pgnos: readonly number[]): Uint8Array {
  const size = dbid === 1 ? INFO_SIZE : INFO2_SIZE;
  const bytes = new Uint8Array(size + 4 * pgnos.length);
  bytes[0] = dbid === 1 ? Lr.MacroInfo : Lr.MacroInfo2;
  putU32(bytes, 1, bytes.length - SIZED_HEAD);
  if (dbid !== 1) {
    bytes[INFO2.dbid] = dbid;
    putU32(bytes, INFO2.cpgno, pgnos.length);
  }
  pgnos.forEach((pgno, i) => {
    putU32(bytes, size + 4 * i, pgno);
  });
  return bytes;
}

/** Takes the new pages from the top down. Nothing but space and new pages has changed afterwards. */
function takePages(request: SplitRequest, levels: readonly Level[], pins: PinnedPages): void {
  const { db, session, tree, allocator } = request;
  try {
    for (const level of levels) {
      const { plan, step } = level;
      if (plan === undefined) continue;
      const { page } = step;
      if (page.isLeaf && !page.isRoot && page.pgnoNext !== 0) level.right = pins.pin(db.page(page.pgnoNext))!;
      level.pgnoNew = allocator.getPage(session, tree, page.pgno);
      level.target = pins.pin(db.newPage(level.pgnoNew, tree.objidFDP, plan.fNewPageFlags & ~WRITTEN_FLAGS))!;
    }
  } catch (error) {
    for (const { pgnoNew } of levels) if (pgnoNew !== 0) allocator.freePage(session, tree, pgnoNew);
    throw error;
  }
}

function logSplit(request: SplitRequest, levels: readonly Level[], dbtime: number): Lgpos {
  const { db, session, split, operationRecord } = request;
  session.beforeRecord();
  const { log } = db;
  // Recovery may bring a split page back to what it is now: then it must be able to undo what is open on it.
  for (const { step } of levels) db.onWrite?.(step.page.pgno);
  log.append(macroRecord(Lr.MacroBegin, session.procid, dbtime));
  const pgnos: number[] = [];
  levels.forEach((level, i) => {
    log.append(splitRecord(request, level, levels[i - 1], dbtime));
    pgnos.push(level.step.page.pgno);
    if (level.pgnoNew !== 0) pgnos.push(level.pgnoNew);
    if (level.right !== undefined) pgnos.push(level.right.pgno);
  });
  if (split.operationDone) log.append(operationRecord(dbtime, levels.at(-1)!.step));
  const lgpos = log.append(macroRecord(Lr.MacroCommit, session.procid, dbtime));
  log.append(macroInfoRecord(db.dbid, pgnos));
  return lgpos;
}

function pointerParts(below: Level): NodeParts {
  const data = new Uint8Array(4);
  putU32(data, 0, below.step.page.pgno);
  return nodeParts(below.plan!.keyParent, data);
}

function performLevel(request: SplitRequest, level: Level, below: Level | undefined): void {
  const { plan, step, target, right } = level;
  if (plan === undefined) {
    insertPagePointer(step.page, below!.plan!.keyParent, below!.step.page.pgno, below!.pgnoNew);
    return;
  }
  const split = logged(plan, level.pgnoNew);
  const parts =
    plan.splitoper === SplitOper.none ? undefined : below === undefined ? request.node : pointerParts(below);
  const pages = { source: step.page, target: target!.view, right: right?.view };
  splitPage(pages, split, parts, request.versioned, below?.pgnoNew ?? 0);
}

/**
 * Carries out a planned split. The page and line where the operation's node now is; undefined: the operation has to be
 * tried again.
 * @throws JetError when no new page is to be had; the tree is then as before.
 */
export function writeSplit(request: SplitRequest): NodePlace | undefined {
  const { db, split } = request;
  const pins = new PinnedPages();
  const levels = split.levels.map(({ step, plan }): Level => {
    return {
      step: step as WriteStep,
      plan,
      pgnoNew: 0,
      target: undefined,
      right: undefined,
      dbtimeBefore: NO_DBTIME,
      dbtimeRightBefore: NO_DBTIME,
    };
  });
  try {
    takePages(request, levels, pins);
    for (const level of levels) {
      level.dbtimeBefore = level.step.page.dbtime;
      if (level.right !== undefined) level.dbtimeRightBefore = level.right.view.dbtime;
    }
    const dbtime = db.nextDbtime();
    const lgpos = logSplit(request, levels, dbtime);
    levels.forEach((level, i) => {
      performLevel(request, level, levels[i + 1]);
    });
    for (const { step, target, right } of levels) {
      for (const page of [step.cached, target, right])
        if (page !== undefined) db.changed(page, dbtime, lgpos, request.session);
    }
    if (!split.operationDone) return undefined;
    const leaf = levels.at(-1)!;
    const { ilineOper, ilineSplit } = leaf.plan!;
    if (ilineOper < ilineSplit) return { pgno: leaf.step.page.pgno, iline: ilineOper };
    return { pgno: leaf.pgnoNew, iline: ilineOper - ilineSplit, pgnoSplit: leaf.step.page.pgno };
  } finally {
    pins.release();
  }
}
