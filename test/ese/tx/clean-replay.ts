// Every cleaning up of nodes in the engine's logs, done by us from the same pages: the transactions of one page's clean-up
// with the merge that may follow, and the space that it frees.
import { toHex } from '../../../src/binary/hex.ts';
import { PageState } from '../../../src/ese/cache/page-cache.ts';
import { LogPageFlag } from '../../../src/ese/log/log-record-view.ts';
import { Lr } from '../../../src/ese/log/record-table.ts';
import type { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import type { Page } from '../../../src/ese/page/page.ts';
import { TreeCleaner } from '../../../src/ese/tx/tree-cleaner.ts';
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
function cleaningUnits(records: readonly LoggedRecord[]): Unit[] {
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
      if (!CLEANING.has(type) || versioned || isSpace) {
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

/** Nodes that may have been the one to clean up: deleted ones on the page that is changed first, or beside it. */
function candidates({ records }: Unit, db: WritableDatabase, tree: WriteTree, removed: Set<string>): Uint8Array[][] {
  const found: Uint8Array[][] = [];
  const own = records.filter((record) => isOwn(record) && leafAt(db, num(record, 'pgno')) !== undefined);
  const pgnos = new Set(own.map((record) => num(record, 'pgno')));
  for (const pgno of [...pgnos]) {
    const { pgnoPrev, pgnoNext } = db.page(pgno).view;
    pgnos.add(pgnoPrev).add(pgnoNext);
  }
  pgnos.delete(0);
  for (const pgno of pgnos) {
    const page = db.page(pgno).view;
    const names = bookmarks(page, tree);
    names.forEach((name, line) => {
      node.load(page, line);
      const isWiped = node.dataLength === 1 && page.lineCount === 1;
      if (!node.isDeleted || !(removed.has(name) || isWiped)) return;
      if (isWiped) removed.add(name);
      found.push([node.key(), keyIdentifies(tree) ? new Uint8Array(0) : node.data().slice()]);
    });
  }
  return found;
}

/** One piece of cleaning: the engine's records and ours. */
export interface ComparedCleaning {
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

function clean({ db, space, session }: ReplayedUnit, tree: WriteTree, removed: Set<string>, at: Uint8Array[]): void {
  const reserve = {
    largest: (_page: Page, _line: number, dataLength: number): number => dataLength,
    reservedOn: (): number => 0,
  };
  const isActive = (key: Uint8Array, data: Uint8Array): boolean => !removed.has(`${toHex(key)}:${toHex(data)}`);
  new TreeCleaner({ db, session, tree, allocator: space }, { isActive, reserve }).clean(at[0]!, at[1]!);
}

/** Gives every cleaning up in the logs of `folder` to `compared`. */
export function compareCleaning(folder: string, compared: (cleaning: ComparedCleaning) => void): void {
  const records = allRecords(folder);
  const density = densities(folder);
  replayUnits(folder, records, cleaningUnits(records), (unit, attempt) => {
    const tree = treeOf(unit, density);
    const theirs = recordTexts(unit.records);
    let ours: readonly string[] | undefined;
    let all: Uint8Array[][] = [];
    attempt(({ db }) => {
      all = candidates(unit, db, tree, removedNodes(unit, db, tree));
    });
    for (const at of all) {
      const texts = attempt((replayed) => {
        const removed = removedNodes(unit, replayed.db, tree);
        candidates(unit, replayed.db, tree, removed);
        clean(replayed, tree, removed, at);
      });
      ours ??= texts;
      if (texts.join('\n') === theirs.join('\n')) {
        ours = texts;
        break;
      }
    }
    const merges = unit.records.filter(({ type }) => type === Lr.MacroCommit).length;
    compared({ where: unit.records[0]!.where, merges, theirs, ours: ours ?? [], interleaved: unit.interleaved });
  });
}
