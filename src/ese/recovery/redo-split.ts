// Redo of a page split: a macro of one Split2 record a level, root first, and the node operation that made the split
// necessary (format 8.2, 9.7; ErrLGRIRedoSplit).
import { JetError } from '../../errors/jet-error.ts';
import type { CachedPage } from '../cache/page-cache.ts';
import { LogPageFlag, type LogRecordView } from '../log/log-record-view.ts';
import { Lr, offsetOf } from '../log/record-table.ts';
import { restoreImage } from '../operations/before-image.ts';
import { nodeParts, type NodeParts } from '../operations/node-parts.ts';
import { insertPagePointer } from '../operations/page-pointer.ts';
import { splitPage } from '../operations/split-page.ts';
import { splitNeedsSource, SplitOper, type SplitPlan } from '../operations/split-plan.ts';
import { NodeView } from '../page/node.ts';
import { beginVersion, isVersioned } from './redo-node.ts';
import { PinnedPages } from './pinned-pages.ts';
import type { RecoveringDatabase } from './recovering-database.ts';
import type { Session } from './session.ts';
import { Oper } from './version-list.ts';
import { SPLIT } from '../log/split-fields.ts';

const SPLIT_TAIL = SPLIT.cbPageBeforeImage + 4;
const INSERT_SUFFIX = offsetOf('Insert', 'cbSuffix');
const INSERT_TAIL = offsetOf('Insert', 'cbData') + 2;
const FIARD_KEY = offsetOf('FlagInsertAndReplaceData', 'cbKey');
const FIARD_RCEID = offsetOf('FlagInsertAndReplaceData', 'rceidReplace');
const REPLACE_CB = offsetOf('Replace', 'cbNewData');

const node = new NodeView();

/** One level of the split. */
interface Level {
  readonly record: LogRecordView;
  /** Undefined on the level above the topmost split, where only a pointer is inserted. */
  readonly plan: SplitPlan | undefined;
  /** Separator for the level above. */
  readonly keyParent: Uint8Array;
  /** Pages that need redo. */
  source: CachedPage | undefined;
  target: CachedPage | undefined;
  right: CachedPage | undefined;
}

function piece(record: LogRecordView, from: number, length: number): Uint8Array {
  const start = record.start + from;
  return record.bytes.subarray(start, start + length);
}

function readLevel(record: LogRecordView): Level {
  const pgnoNew = record.u32(SPLIT.pgnoNew);
  const cbKey = record.u16(SPLIT.cbKeyParent);
  const cbOld = record.u16(SPLIT.cbPrefixSplitOld);
  const cbNew = record.u16(SPLIT.cbPrefixSplitNew);
  const plan: SplitPlan | undefined =
    pgnoNew === 0
      ? undefined
      : {
          splittype: record.u8(SPLIT.splittype),
          splitoper: record.u8(SPLIT.splitoper),
          pgnoSplit: record.pgno,
          pgnoNew,
          pgnoRight: record.u32(SPLIT.pgnoRight),
          ilineOper: record.u16(SPLIT.ilineOper),
          ilineSplit: record.u16(SPLIT.ilineSplit),
          clines: record.u16(SPLIT.clines),
          fNewPageFlags: record.u32(SPLIT.fNewPageFlags),
          fSplitPageFlags: record.u32(SPLIT.fSplitPageFlags),
          cbUncFreeSrc: record.i16(SPLIT.cbUncFreeSrc),
          cbUncFreeDest: record.i16(SPLIT.cbUncFreeDest),
          ilinePrefixNew: record.i32(SPLIT.ilinePrefixNew),
          prefixSplitOld: piece(record, SPLIT_TAIL + cbKey, cbOld),
          prefixSplitNew: piece(record, SPLIT_TAIL + cbKey + cbOld, cbNew),
        };
  const keyParent = piece(record, SPLIT_TAIL, cbKey);
  return { record, plan, keyParent, source: undefined, target: undefined, right: undefined };
}

/** The pages of a level that need redo, all of them looked at before any is changed. */
function findPages(db: RecoveringDatabase, level: Level, pins: PinnedPages): void {
  const { record, plan } = level;
  const dbtime = record.dbtimeNumber;
  const source = pins.pin(db.access(record.pgno));
  const redoSource = source !== undefined && db.needsRedo(source, dbtime, record.dbtimeBeforeNumber);
  if (redoSource) level.source = source;
  if (plan === undefined) return;
  const target = db.accessNew(plan.pgnoNew, dbtime);
  pins.pin(target?.page);
  if (target?.redo === true) {
    level.target = target.page;
    if (!redoSource && splitNeedsSource(plan)) level.source = restoreSource(db, record, source);
  }
  if (plan.pgnoRight === 0) return;
  const right = pins.pin(db.access(plan.pgnoRight));
  if (right !== undefined && db.needsRedo(right, dbtime, record.dbtimeAt(SPLIT.dbtimeRightBefore))) level.right = right;
}

/** The new page is lost while the split page is past the split: it becomes once more what it was before. */
function restoreSource(
  db: RecoveringDatabase,
  record: LogRecordView,
  source: CachedPage | undefined,
): CachedPage | undefined {
  const cbImage = record.u32(SPLIT.cbPageBeforeImage);
  if (cbImage === 0) {
    const what = 'was split, its other half is lost, and the log holds no image of it';
    throw db.pageError('JET_errDatabaseBufferDependenciesCorrupted', record.pgno, what);
  }
  if (source === undefined) return undefined;
  const from = record.length - cbImage;
  const image = restoreImage(piece(record, from, cbImage), record.u32(SPLIT.flags), db.cache.format);
  db.replaceImage(source, image, record.dbtimeBeforeNumber);
  return source;
}

/** The operation on the leaf, as `splitPage` takes it. */
function operationParts(record: LogRecordView): NodeParts {
  const parts = nodeParts(record.bytes, record.bytes);
  const { start } = record;
  switch (record.lrtyp) {
    case Lr.Insert: {
      const keyLength = record.u16(INSERT_SUFFIX) + record.u16(INSERT_SUFFIX + 2);
      parts.keyStart = start + INSERT_TAIL;
      parts.keyLength = keyLength;
      parts.dataStart = parts.keyStart + keyLength;
      parts.dataLength = record.u16(INSERT_SUFFIX + 4);
      return parts;
    }
    case Lr.FlagInsertAndReplaceData:
      parts.keyStart = start + FIARD_RCEID + 4;
      parts.keyLength = record.u16(FIARD_KEY);
      parts.dataStart = parts.keyStart + parts.keyLength;
      parts.dataLength = record.u16(FIARD_KEY + 2);
      return parts;
    case Lr.Replace:
      parts.keyLength = 0;
      parts.dataStart = start + REPLACE_CB + 2;
      parts.dataLength = record.u16(REPLACE_CB);
      return parts;
    default:
      throw new JetError('JET_errLogFileCorrupt', `a page split comes with a ${record.name} record`);
  }
}

/** Notes what the operation of the split changes. To be called before the split, while the old node is still there. */
function noteVersions(session: Session, leaf: Level, operation: LogRecordView, parts: NodeParts): void {
  const plan = leaf.plan!;
  const needsRedo = (plan.ilineOper < plan.ilineSplit ? leaf.source : leaf.target) !== undefined;
  const { versions } = session;
  const replaces = operation.lrtyp === Lr.Replace;
  if (!replaces && beginVersion(session, operation, operation.rceid, Oper.Insert, false)) {
    versions.appendKey(parts.key, parts.keyStart, parts.keyLength);
    const unique = operation.lrtyp !== Lr.Insert || (operation.flags & LogPageFlag.Unique) !== 0;
    if (!unique) versions.appendBookmarkData(parts.data, parts.dataStart, parts.dataLength);
  }
  if (operation.lrtyp === Lr.Insert) return;
  const rceid = replaces ? operation.rceid : operation.u32(FIARD_RCEID);
  if (!needsRedo || leaf.source === undefined || !node.load(leaf.source.view, plan.ilineOper)) {
    session.awaited.add(rceid);
    return;
  }
  if (!beginVersion(session, operation, rceid, Oper.Replace, false)) return;
  versions.setUnlogged();
  versions.appendKey(node.bytes, node.prefixStart, node.prefixLength);
  versions.appendKey(node.bytes, node.suffixStart, node.suffixLength);
  versions.appendBefore(node.bytes, node.dataStart, node.dataLength);
}

/** The pointer a split of the level below inserts. */
function pointerParts(below: Level): NodeParts {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, below.record.pgno, true);
  return nodeParts(below.keyParent, data);
}

function performLevel(
  db: RecoveringDatabase,
  level: Level,
  below: Level | undefined,
  operation: NodeParts | undefined,
  versioned: boolean,
): void {
  const { record, plan, source, target, right } = level;
  const dbtime = record.dbtimeNumber;
  if (plan === undefined) {
    if (source !== undefined && below?.plan !== undefined)
      insertPagePointer(source.view, below.keyParent, below.record.pgno, below.plan.pgnoNew);
  } else {
    if (target !== undefined) db.anew(target).initialize(record.u32(SPLIT.objidFDP), plan.fNewPageFlags, dbtime);
    const childIsSplit = below?.plan !== undefined;
    const parts = plan.splitoper === SplitOper.none ? undefined : childIsSplit ? pointerParts(below) : operation;
    const pages = { source: source?.view, target: target?.view, right: right?.view };
    splitPage(pages, plan, parts, versioned, childIsSplit ? below.plan.pgnoNew : 0);
  }
  for (const page of [source, target, right]) if (page !== undefined) db.changed(page, dbtime);
}

/**
 * Replays the split whose records are given, in the order of the log.
 * @throws JetError when log and pages contradict each other.
 */
export function redoSplit(db: RecoveringDatabase, session: Session, records: readonly LogRecordView[]): void {
  const levels: Level[] = [];
  let operation: LogRecordView | undefined;
  for (const record of records) {
    if (record.lrtyp === Lr.Split2) levels.push(readLevel(record));
    else operation = record;
  }
  const leaf = levels.at(-1);
  if (leaf?.plan === undefined)
    throw new JetError('JET_errLogFileCorrupt', 'a page split comes without the page that is split');
  const pins = new PinnedPages();
  try {
    for (const level of levels) findPages(db, level, pins);
    const parts = operation === undefined ? undefined : operationParts(operation);
    const versioned = operation !== undefined && isVersioned(operation);
    if (versioned && leaf.plan.splitoper !== SplitOper.none) noteVersions(session, leaf, operation!, parts!);
    levels.forEach((level, i) => {
      performLevel(db, level, levels[i + 1], parts, versioned);
    });
  } finally {
    pins.release();
  }
}
