// Every cleaning up of nodes in the engine's logs, done by us from the same pages: the transactions of one page's clean-up
// with the merge that may follow, and the space that it frees.
import { toHex } from '../../../src/binary/hex.ts';
import { PageState } from '../../../src/ese/cache/page-cache.ts';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { Lr } from '../../../src/ese/log/record-table.ts';
import type { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import type { Page } from '../../../src/ese/page/page.ts';
import type { LeafRules } from '../../../src/ese/tx/merge-lines.ts';
import { EMPTY_TREE, planMerge } from '../../../src/ese/tx/merge-plan.ts';
import { writeMerge } from '../../../src/ese/tx/merge-writer.ts';
import { TreeCleaner } from '../../../src/ese/tx/tree-cleaner.ts';
import { TreePath } from '../../../src/ese/tx/tree-path.ts';
import type { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import { keyIdentifies, type WriteTree } from '../../../src/ese/tx/write-tree.ts';
import {
  allRecords,
  densities,
  num,
  recordTexts,
  replayUnits,
  type LoggedRecord,
  type ReplayedUnit,
  type Unit,
} from './unit-replay.ts';

const node = new NodeView();
const CLEANING = new Set<number>([Lr.Delete, Lr.Replace, Lr.SetExternalHeader, Lr.MacroBegin, Lr.Merge2]);
const ENDS = new Set<number>([Lr.Commit0, Lr.Rollback]);

/** Records that change nodes of the tree itself, not of its space. */
const isOwn = (record: LoggedRecord): boolean =>
  'pgno' in record.fields && (num(record, 'fFlags') & LogPageFlag.Space) === 0;

/** Transactions that only clean up: their first change takes a node away without a version. */
export function cleaningUnits(records: readonly LoggedRecord[]): Unit[] {
  const units: Unit[] = [];
  const open = new Map<number, { start: number; records: LoggedRecord[] } | 'other'>();
  records.forEach((record, at) => {
    const { procid, type } = record;
    if (type === Lr.Begin0) open.set(procid, { start: -1, records: [] });
    const unit = open.get(procid);
    if (unit === undefined || unit === 'other' || type === Lr.Begin0 || type === Lr.NOP2) return;
    if (ENDS.has(type)) {
      open.delete(procid);
      if (unit.start < 0) return;
      const others = records
        .slice(unit.start, at)
        .filter(({ dbtime, procid: other }) => dbtime > 0 && other !== procid);
      units.push({ ...unit, interleaved: others.length > 0 });
      return;
    }
    if (unit.start < 0) {
      const versioned = 'rceid' in record.fields && num(record, 'rceid') !== 0;
      const isSpace = 'fFlags' in record.fields && (num(record, 'fFlags') & LogPageFlag.Space) !== 0;
      const isRoot = 'pgnoFDP' in record.fields && num(record, 'pgno') === num(record, 'pgnoFDP');
      const isHeader = type === Lr.SetExternalHeader && isRoot;
      if (!CLEANING.has(type) || versioned || isSpace || isHeader) {
        open.set(procid, 'other');
        return;
      }
      unit.start = at;
    }
    unit.records.push(record);
  });
  return units.sort((a, b) => a.start - b.start);
}

/** A leaf; undefined: there is none yet. */
function leafAt(db: WritableDatabase, pgno: number): EditablePage | undefined {
  const { state, view } = db.cache.get(pgno);
  return state === PageState.Sound && view.isLeaf ? view : undefined;
}

/** Bookmarks of the lines of a page, as text. */
function bookmarks(page: Page, tree: WriteTree): string[] {
  return Array.from({ length: page.lineCount }, (_, line) => {
    node.load(page, line);
    return `${toHex(node.key())}:${keyIdentifies(tree) ? '' : toHex(node.data())}`;
  });
}

/** The nodes that the engine takes away, or merges as gone, in a unit. */
function removedNodes({ records }: Unit, db: WritableDatabase, tree: WriteTree): Set<string> {
  const removed = new Set<string>();
  const pages = new Map<number, string[]>();
  for (const record of records) {
    if (!isOwn(record)) continue;
    const pgno = num(record, 'pgno');
    const page = leafAt(db, pgno);
    if (page === undefined) continue;
    const lines = pages.get(pgno) ?? bookmarks(page, tree);
    pages.set(pgno, lines);
    if (record.type === Lr.Delete) removed.add(lines.splice(num(record, 'iline'), 1)[0]!);
    else if (record.type === Lr.Replace) removed.add(lines[num(record, 'iline')]!);
    else if (record.type === Lr.Merge2) for (const line of lines) removed.add(line);
  }
  return removed;
}

/** What is known of a unit before it is done. */
interface Known {
  /** Nodes that were deleted for all, as text. */
  readonly removed: Set<string>;
  /** Bookmarks of nodes that may have been the one to clean up. */
  readonly nodes: Uint8Array[][];
  /** The pages that are changed, and those beside them. */
  readonly pgnos: ReadonlySet<number>;
}

/** Looks for deleted nodes on the pages that a unit changes, and beside them. */
function lookAround(unit: Unit, db: WritableDatabase, tree: WriteTree): Known {
  const removed = removedNodes(unit, db, tree);
  const nodes: Uint8Array[][] = [];
  const own = unit.records.filter((record) => isOwn(record) && leafAt(db, num(record, 'pgno')) !== undefined);
  const pgnos = new Set(own.map((record) => num(record, 'pgno')));
  for (const pgno of [...pgnos]) {
    const { pgnoPrev, pgnoNext } = db.page(pgno).view;
    pgnos.add(pgnoPrev).add(pgnoNext);
  }
  pgnos.delete(0);
  for (const pgno of pgnos) {
    const page = db.page(pgno).view;
    bookmarks(page, tree).forEach((name, line) => {
      node.load(page, line);
      const isWiped = node.dataLength === 1 && page.lineCount === 1;
      if (!node.isDeleted || !(removed.has(name) || isWiped)) return;
      if (isWiped) removed.add(name);
      nodes.push([node.key(), keyIdentifies(tree) ? new Uint8Array(0) : node.data().slice()]);
    });
  }
  return { removed, nodes, pgnos };
}

/** One piece of cleaning: the engine's records and ours. */
export interface ComparedCleaning {
  /** Another thread was using the page. */
  readonly straight: boolean;
  readonly where: string;
  readonly merges: number;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly interleaved: boolean;
}

function treeOf(unit: Unit, density: Map<number, number>): WriteTree {
  const first = unit.records.find((record) => 'pgnoFDP' in record.fields)!;
  const objidFDP = num(first, 'objidFDP');
  const pgnoFDP = num(first, 'pgnoFDP');
  const unique = (num(first, 'fFlags') & LogPageFlag.Unique) !== 0;
  const cbDensityFree = density.get(objidFDP) ?? 0;
  return { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP, unique, space: false, cbDensityFree };
}

/** What was cleaned up, found out from its records. */
export interface Cleaning {
  readonly tree: WriteTree;
  /** Nodes that were deleted for all, as text. */
  readonly removed: ReadonlySet<string>;
  /** Key and data of the node with which it began. */
  readonly at: readonly Uint8Array[];
  /** Pages that the engine's cache had. */
  readonly cached: ReadonlySet<number>;
  /** Another thread was using a page: it is merged straight away, in this direction. */
  readonly straight?: Straight;
}

/** A merge to the right or to the left, before which the page is cleaned up or not. */
interface Straight {
  readonly toRight: boolean;
  readonly swept: boolean;
}

const NO_RESERVE = {
  largest: (_page: Page, _line: number, dataLength: number): number => dataLength,
  reservedOn: (): number => 0,
};

/** Does it. What the cache of `db` has is left alone. */
export function clean(replayed: ReplayedUnit, cleaning: Cleaning): void {
  const { tree, removed, at, cached, straight } = cleaning;
  const { db, space, session } = replayed;
  if (straight?.swept !== false) {
    const isActive = (key: Uint8Array, data: Uint8Array): boolean => !removed.has(`${toHex(key)}:${toHex(data)}`);
    const has = db.cache.has.bind(db.cache);
    db.cache.has = (pgno) => cached.has(pgno);
    const rules = { isActive, reserve: NO_RESERVE };
    new TreeCleaner({ db, session, tree, allocator: space }, rules).clean(at[0]!, at[1]!);
    db.cache.has = has;
  }
  if (straight !== undefined) mergeStraight(replayed, cleaning, straight.toRight);
}

/** Merges the leaf where a node is or was, without asking whether that is worth it. */
function mergeStraight({ db, space, session }: ReplayedUnit, cleaning: Cleaning, toRight: boolean): void {
  const { tree, removed, at } = cleaning;
  const path = new TreePath(db, tree);
  path.seek(at[0]!, at[1]);
  const { leaf } = path;
  const { pgnoPrev, pgnoNext, lineCount } = leaf.page;
  leaf.iline = Math.min(leaf.iline, lineCount - 1);
  const [left, right] = [pgnoPrev, pgnoNext].map((pgno) => (pgno === 0 ? undefined : db.page(pgno).view));
  const rules: LeafRules = {
    isActive: (page, iline) => !removed.has(bookmarks(page, tree)[iline]!),
    largest: NO_RESERVE.largest,
    hasRoom: (page, size) => size <= page.cbFree - page.cbUncommittedFree,
    cbDensityFree: tree.cbDensityFree,
  };
  const merge = planMerge(path.steps, { left, right }, rules, toRight);
  const context = { db, session, tree, allocator: space };
  if (merge !== undefined && merge !== EMPTY_TREE) {
    writeMerge(context, merge, () => {
      path.release();
    });
  }
}

/** Times of changes are not to be foreseen where other sessions made some in between. */
const TIMES = / dbtime\w* -?\d+/g;

/** What we make of a piece of cleaning, as near to the engine's records as can be. */
export interface FoundCleaning {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** Undefined: there is none with the engine's records. */
  readonly cleaning: Cleaning | undefined;
}

/**
 * What cannot be known beforehand: which pages the engine's cache had, as sparse pages are merged only with those; and
 * whether another thread was using a page (to write it to the disk, say), upon which the engine merges straight away.
 */
function waysOf(pgnos: ReadonlySet<number>, theirs: readonly string[]): Pick<Cleaning, 'cached' | 'straight'>[] {
  const none = new Set<number>();
  const ways: Pick<Cleaning, 'cached' | 'straight'>[] = [{ cached: pgnos }, { cached: none }];
  for (const pgno of pgnos) ways.push({ cached: new Set([pgno]) });
  if (!theirs.some((text) => text.startsWith('Merge2'))) return ways;
  for (const toRight of [true, false]) {
    for (const swept of [false, true]) ways.push({ cached: none, straight: { toRight, swept } });
  }
  return ways;
}

/** Finds out how to do a unit with the engine's records. */
export function findCleaning(
  unit: Unit,
  density: Map<number, number>,
  attempt: (write: (at: ReplayedUnit) => void) => string[],
): FoundCleaning {
  const tree = treeOf(unit, density);
  const textOf = (texts: readonly string[]): string[] =>
    unit.interleaved ? texts.map((text) => text.replace(TIMES, '')) : [...texts];
  const theirs = textOf(recordTexts(unit.records));
  let known: Known = { removed: new Set(), nodes: [], pgnos: new Set() };
  attempt(({ db }) => {
    known = lookAround(unit, db, tree);
  });
  const { removed, nodes, pgnos } = known;
  let [ours, nearly]: (readonly string[] | undefined)[] = [];
  for (const way of waysOf(pgnos, theirs)) {
    for (const at of nodes) {
      const cleaning = { tree, removed, at, ...way };
      const texts = textOf(
        attempt((replayed) => {
          clean(replayed, cleaning);
        }),
      );
      if (texts.join('\n') === theirs.join('\n')) return { theirs, ours: texts, cleaning };
      ours ??= texts;
      if (texts.join('\n').replace(TIMES, '') === theirs.join('\n').replace(TIMES, '')) nearly = texts;
    }
  }
  return { theirs, ours: nearly ?? ours ?? [], cleaning: undefined };
}

/** Gives every cleaning up in the logs of `folder` to `compared`. */
export function compareCleaning(folder: string, compared: (cleaning: ComparedCleaning) => void): void {
  const records = allRecords(folder);
  const density = densities(folder);
  replayUnits(folder, records, cleaningUnits(records), (unit, attempt) => {
    const { theirs, ours, cleaning } = findCleaning(unit, density, attempt);
    const { records: own, interleaved } = unit;
    const merges = own.filter(({ type }) => type === Lr.MacroCommit).length;
    const straight = cleaning?.straight !== undefined;
    compared({ straight, where: own[0]!.where, merges, theirs, ours, interleaved });
  });
}
