// A small redo of log records, page by page, to hold the page operations against databases that the engine recovered.
// It knows no transactions: what the engine undid at the end is left alone.
import { Lr } from '../../../src/ese/log/record-table.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { LogFileReader } from '../../../src/ese/log/log-file-reader.ts';
import { BufferSource } from '../../../src/ese/io/buffer-source.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import type { PageFormat } from '../../../src/ese/page/page-format.ts';
import { addDelta, addDelta64 } from '../../../src/ese/operations/add-delta.ts';
import { joinImage, restoreImage } from '../../../src/ese/operations/before-image.ts';
import { convertTree } from '../../../src/ese/operations/convert-tree.ts';
import { createMultipleExtentTree, createSingleExtentTree } from '../../../src/ese/operations/create-tree.ts';
import { deleteNode } from '../../../src/ese/operations/delete-node.ts';
import { emptyPage, emptyRoot } from '../../../src/ese/operations/empty-page.ts';
import { flagDelete, flagInsert } from '../../../src/ese/operations/flag-node.ts';
import { insertNode } from '../../../src/ese/operations/insert-node.ts';
import { MergeType, mergeLeaf, mergeNeedsSource, mergeParent } from '../../../src/ese/operations/merge-page.ts';
import { movePage } from '../../../src/ese/operations/move-page.ts';
import { newPage, reservePage } from '../../../src/ese/operations/new-page.ts';
import { nodeParts, type NodeParts } from '../../../src/ese/operations/node-parts.ts';
import { insertPagePointer } from '../../../src/ese/operations/page-pointer.ts';
import { replaceByDiff } from '../../../src/ese/operations/replace-by-diff.ts';
import { flagInsertAndReplace, replaceNode } from '../../../src/ese/operations/replace-node.ts';
import { scrubUnusedPage, scrubUsedPage } from '../../../src/ese/operations/scrub-page.ts';
import { setExternalHeader } from '../../../src/ese/operations/set-external-header.ts';
import { splitPage } from '../../../src/ese/operations/split-page.ts';
import { splitNeedsSource, type SplitPlan } from '../../../src/ese/operations/split-plan.ts';
import { NodeView } from '../../../src/ese/page/node.ts';

interface Rec {
  readonly name: string;
  readonly f: Readonly<Record<string, number>>;
  readonly tails: Readonly<Record<string, Uint8Array>>;
}

const NODE_RECORDS = new Set<number>([
  ...[Lr.Insert, Lr.FlagInsert, Lr.FlagInsertAndReplaceData, Lr.FlagDelete, Lr.Replace, Lr.ReplaceD, Lr.Delete],
  ...[Lr.Delta, Lr.Delta64, Lr.SetExternalHeader, Lr.UndoInfo, Lr.Undo, Lr.EmptyTree, Lr.Scrub],
]);
const PAGE_RECORDS = new Set<number>([
  ...[Lr.CreateMultipleExtentFDP, Lr.CreateSingleExtentFDP, Lr.ConvertFDP2, Lr.Split2, Lr.Merge2, Lr.PageMove],
]);

/** First revision of databases whose pages state how many tags are reserved. */
export const REVISION_RESERVED_TAGS = 270;

const view = new NodeView();

function decode(record: LogRecordView): Rec {
  const { name, fields, tails } = record.decode();
  const f: Record<string, number> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'number' || typeof value === 'bigint') f[key] = Number(value);
  }
  const kept = Object.fromEntries(Object.entries(tails).map(([key, bytes]) => [key, new Uint8Array(bytes)]));
  return { name, f, tails: kept };
}

/** Replays logs on a database in memory. */
export class PageReplayer {
  readonly format: PageFormat;
  readonly pages: Map<number, EditablePage> = new Map<number, EditablePage>();
  /** Pages that some record changed. */
  readonly changed: Set<number> = new Set<number>();
  readonly counts: Map<string, number> = new Map<string, number>();
  readonly mismatches: string[] = [];
  readonly restored: string[] = [];
  readonly #database: Uint8Array;
  readonly #dbid: number;
  /** The database has a revision that states reserved tags. */
  #reservedTags: boolean;
  readonly #macros = new Map<string, Rec[]>();
  /** Data before each replacement, by rceid. */
  readonly #before = new Map<number, Uint8Array>();
  readonly #deltas = new Map<number, [offset: number, delta: number, width: number]>();

  constructor(database: Uint8Array, format: PageFormat, reservedTags = false, dbid = 1) {
    this.#dbid = dbid;
    this.#database = database;
    this.format = format;
    this.#reservedTags = reservedTags;
  }

  page(pgno: number): EditablePage {
    let page = this.pages.get(pgno);
    if (page === undefined) {
      const bytes = new Uint8Array(this.format.pageSize);
      bytes.set(this.#database.subarray((pgno + 1) * this.format.pageSize, (pgno + 2) * this.format.pageSize));
      page = new EditablePage(bytes, this.format, pgno, this.#reservedTags);
      this.pages.set(pgno, page);
    }
    page.statesReservedTags = this.#reservedTags;
    return page;
  }

  replay(log: Uint8Array): void {
    const reader = new LogFileReader(new BufferSource(log));
    const record = new LogRecordView();
    while (reader.next(record)) this.#take(record);
  }

  #take(record: LogRecordView): void {
    const { lrtyp } = record;
    if (lrtyp === Lr.SetDbVersion) this.#reservedTags = decode(record).f['ulDbUpdateMajor']! >= REVISION_RESERVED_TAGS;
    const isPage = NODE_RECORDS.has(lrtyp) || PAGE_RECORDS.has(lrtyp) || lrtyp === Lr.RootPageMove;
    if (!isPage && lrtyp !== Lr.NewPage && (lrtyp < Lr.MacroBegin || lrtyp > Lr.MacroAbort)) return;
    const rec = decode(record);
    const key = `${rec.f['procid']}:${rec.f['dbtime'] ?? rec.f['dbtimeAfter']}`;
    if (lrtyp === Lr.MacroBegin) this.#macros.set(key, []);
    else if (lrtyp === Lr.MacroAbort) this.#macros.delete(key);
    else if (lrtyp === Lr.MacroCommit) {
      const records = this.#macros.get(key);
      this.#macros.delete(key);
      if (records !== undefined) this.#run(records);
    } else if (rec.f['dbid'] === this.#dbid) {
      const macro = this.#macros.get(key);
      if (macro !== undefined) macro.push(rec);
      else this.#run([rec]);
    }
  }

  #run(records: Rec[]): void {
    for (const { name } of records) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    try {
      if (records.some(({ name }) => name === 'Split2')) this.#split(records);
      else if (records.some(({ name }) => name === 'Merge2')) this.#merge(records);
      else for (const record of records) this.#single(record);
    } catch (error) {
      const { name, f } = records[0]!;
      throw new Error(`${name} page ${f['pgno']} dbtime ${f['dbtime']}: ${String(error)}`, { cause: error });
    }
  }

  #needs(page: EditablePage, dbtime: number, before: number): boolean {
    if (page.dbtime >= dbtime) return false;
    if (page.dbtime !== before) this.mismatches.push(`page ${page.pgno} has ${page.dbtime}, not ${before}`);
    return page.dbtime === before;
  }

  #stamp(dbtime: number, ...pages: (EditablePage | undefined)[]): void {
    for (const page of pages) {
      if (page === undefined) continue;
      page.stamp(dbtime);
      this.changed.add(page.pgno);
    }
  }

  /** The page when it needs redo, else undefined. */
  #redo(pgno: number, dbtime: number, before: number): EditablePage | undefined {
    if (pgno === 0) return undefined;
    const page = this.page(pgno);
    return this.#needs(page, dbtime, before) ? page : undefined;
  }

  /** The new page when it needs redo. */
  #redoNew(pgno: number, dbtime: number): EditablePage | undefined {
    const page = this.page(pgno);
    return page.dbtime < dbtime ? page : undefined;
  }

  #single(rec: Rec): void {
    const { f, tails } = rec;
    const dbtime = f['dbtime']!;
    const versioned = (f['fFlags']! & 1) !== 0;
    const iline = f['iline']!;
    switch (rec.name) {
      case 'NewPage': {
        const page = this.#redoNew(f['pgno']!, f['dbtimeAfter']!);
        if (page === undefined) return;
        reservePage(page, f['objid']!, f['dbtimeAfter']!);
        this.changed.add(page.pgno);
        return;
      }
      case 'CreateSingleExtentFDP':
      case 'CreateMultipleExtentFDP':
      case 'ConvertFDP2':
        this.#space(rec);
        return;
      case 'PageMove':
        this.#move(rec);
        return;
      case 'UndoInfo':
        this.#before.set(f['rceid']!, tails['data']!);
        return;
      case 'EmptyTree':
        this.#emptyTree(rec);
        return;
      default:
    }
    const page = this.#redo(f['pgno']!, dbtime, f['dbtimeBefore']!);
    if (versioned && rec.name.startsWith('Delta')) {
      this.#deltas.set(f['rceid']!, [f['cbOffset']!, f['delta']!, rec.name === 'Delta64' ? 8 : 4]);
    }
    if (page === undefined) return;
    const keepBefore = (rceid: number): void => {
      if (versioned && view.load(page, iline)) this.#before.set(rceid, new Uint8Array(view.data()));
    };
    const data = tails['data'] ?? new Uint8Array(0);
    switch (rec.name) {
      case 'Insert': {
        insertNode(page, iline, f['cbPrefix']!, insertedNode(rec), versioned);
        break;
      }
      case 'FlagInsert':
        flagInsert(page, iline, versioned);
        break;
      case 'FlagInsertAndReplaceData':
        keepBefore(f['rceidReplace']!);
        flagInsertAndReplace(page, iline, data, 0, data.length, versioned);
        break;
      case 'FlagDelete':
        flagDelete(page, iline, versioned);
        break;
      case 'Replace':
        keepBefore(f['rceid']!);
        replaceNode(page, iline, data, 0, data.length, versioned);
        break;
      case 'ReplaceD':
        keepBefore(f['rceid']!);
        replaceByDiff(page, iline, data, 0, data.length, (f['cb']! & 0x8000) !== 0, f['cbNewData']!, versioned);
        break;
      case 'Delete':
        deleteNode(page, iline);
        break;
      case 'Delta':
        addDelta(page, iline, f['cbOffset']!, f['delta']!, versioned);
        break;
      case 'Delta64':
        addDelta64(page, iline, f['cbOffset']!, BigInt(f['delta']!), versioned);
        break;
      case 'SetExternalHeader':
        setExternalHeader(page, data);
        break;
      case 'Undo':
        this.#undo(page, rec);
        break;
      case 'Scrub':
        if ((f['fLRScrubFlags']! & 1) !== 0) scrubUnusedPage(page, dbtime);
        else scrubUsedPage(page, data, dbtime);
        this.changed.add(page.pgno);
        return;
      default:
        throw new Error(`no redo of ${rec.name}`);
    }
    this.#stamp(dbtime, page);
  }

  #undo(page: EditablePage, { f }: Rec): void {
    const iline = f['iline']!;
    const rceid = f['rceid']!;
    switch (f['oper']) {
      case 1:
        flagDelete(page, iline, false);
        return;
      case 2: {
        const data = this.#before.get(rceid);
        if (data === undefined) throw new Error(`nothing known of rceid ${rceid}`);
        replaceNode(page, iline, data, 0, data.length, false);
        return;
      }
      case 3:
        flagInsert(page, iline, false);
        return;
      default: {
        const delta = this.#deltas.get(rceid);
        if (delta === undefined) throw new Error(`nothing known of rceid ${rceid}`);
        const [offset, value, width] = delta;
        if (width === 4) addDelta(page, iline, offset, -value, false);
        else addDelta64(page, iline, offset, BigInt(-value), false);
      }
    }
  }

  #emptyTree({ f, tails }: Rec): void {
    const dbtime = f['dbtime']!;
    const list = tails['emptyPages']!;
    const numbers = new DataView(list.buffer, list.byteOffset, list.byteLength);
    for (let at = 0; at < list.length; at += 16) {
      const page = this.#redo(numbers.getUint32(at + 8, true), dbtime, Number(numbers.getBigInt64(at, true)));
      if (page !== undefined) emptyPage(page);
      this.#stamp(dbtime, page);
    }
    const root = this.#redo(f['pgno']!, dbtime, f['dbtimeBefore']!);
    if (root !== undefined) emptyRoot(root);
    this.#stamp(dbtime, root);
  }

  #space(rec: Rec): void {
    const { f } = rec;
    const dbtime = f['dbtime']!;
    const pgnoFDP = f['pgno']!;
    const common = {
      ...{ objidFDP: f['objidFDP']!, pgnoFDP, pgnoParent: f['pgnoFDPParent']!, cpgPrimary: f['cpgPrimary']! },
      unique: (f['fFlags']! & 4) !== 0,
    };
    if (rec.name === 'ConvertFDP2') {
      const root = this.#redo(pgnoFDP, dbtime, f['dbtimeBefore']!);
      const ownedExtents = this.#redoNew(f['pgnoOE']!, dbtime);
      const availableExtents = this.#redoNew(f['pgnoAE']!, dbtime);
      const conversion = {
        ...common,
        ...{ availBitmap: f['rgbitAvail']!, fPageFlags: f['fCpageFlags']! },
        ...{ pgnoSecondaryFirst: f['pgnoSecondaryFirst']!, cpgSecondary: f['cpgSecondary']! },
      };
      convertTree({ root, ownedExtents, availableExtents }, conversion, dbtime);
      this.#stamp(dbtime, root, ownedExtents, availableExtents);
      return;
    }
    const tree = { ...common, fPageFlags: f['fPageFlags']! };
    const root = this.#redoNew(pgnoFDP, dbtime);
    if (rec.name === 'CreateSingleExtentFDP') {
      if (root !== undefined) createSingleExtentTree(root, tree, dbtime);
      this.#stamp(dbtime, root);
      return;
    }
    const ownedExtents = this.#redoNew(f['pgnoOE']!, dbtime);
    const availableExtents = this.#redoNew(f['pgnoAE']!, dbtime);
    createMultipleExtentTree({ root, ownedExtents, availableExtents }, tree, f['pgnoOE']!, dbtime);
    this.#stamp(dbtime, root, ownedExtents, availableExtents);
  }

  /** A page of its own that holds an image of the record: the engine does not write it either. */
  #restore(pgno: number, bytes: Uint8Array, dbtimeBefore: number): EditablePage {
    this.restored.push(`page ${pgno}`);
    const page = new EditablePage(bytes, this.format, pgno, this.#reservedTags);
    page.dbtime = dbtimeBefore;
    return page;
  }

  #move({ f, tails }: Rec): void {
    const dbtime = f['dbtime']!;
    let source = this.#redo(f['pgno']!, dbtime, f['dbtimeBefore']!);
    const target = this.#redoNew(f['pgnoDest']!, dbtime);
    const parent = this.#redo(f['pgnoParent']!, dbtime, f['dbtimeParentBefore']!);
    const left = this.#redo(f['pgnoLeft']!, dbtime, f['dbtimeLeftBefore']!);
    const right = this.#redo(f['pgnoRight']!, dbtime, f['dbtimeRightBefore']!);
    if (target !== undefined && source === undefined) {
      const image = joinImage(tails['pageHeader']!, tails['pageTrailer']!, this.format);
      source = this.#restore(f['pgno']!, image, f['dbtimeBefore']!);
    }
    movePage({ source, target, parent, left, right }, f['pgno']!, f['pgnoDest']!, f['ilineParent']!, dbtime);
    this.#stamp(dbtime, source, target, parent, left, right);
  }

  #split(records: Rec[]): void {
    const levels = records.filter(({ name }) => name === 'Split2');
    const oper = records.find(({ name }) => name !== 'Split2');
    const versioned = oper !== undefined && (oper.f['fFlags']! & 1) !== 0;
    levels.forEach((level, i) => {
      const { f } = level;
      const dbtime = f['dbtime']!;
      const child = levels[i + 1];
      const before = child === undefined ? f['dbtimeBefore']! : child.f['dbtimeParentBefore']!;
      if (f['pgnoNew'] === 0) {
        const page = this.#redo(f['pgno']!, dbtime, before);
        if (page !== undefined) {
          insertPagePointer(page, child!.tails['keyParent']!, child!.f['pgno']!, child!.f['pgnoNew']!);
        }
        this.#stamp(dbtime, page);
        return;
      }
      const node = child === undefined ? operNode(oper) : pointerNode(child);
      this.#splitLevel(level, before, node, versioned, child?.f['pgnoNew'] ?? 0);
    });
  }

  #splitLevel({ f, tails }: Rec, before: number, node: NodeParts | undefined, versioned: boolean, child: number): void {
    const dbtime = f['dbtime']!;
    const plan: SplitPlan = {
      ...(f as unknown as SplitPlan),
      pgnoSplit: f['pgno']!,
      prefixSplitOld: tails['prefixSplitOld']!,
      prefixSplitNew: tails['prefixSplitNew']!,
    };
    let source = this.#redo(plan.pgnoSplit, dbtime, before);
    const target = this.#redoNew(plan.pgnoNew, dbtime);
    const right = this.#redo(plan.pgnoRight, dbtime, f['dbtimeRightBefore']!);
    if (target !== undefined && source === undefined && splitNeedsSource(plan)) {
      const image = restoreImage(tails['beforeImage']!, f['flags']!, this.format);
      source = this.#restore(plan.pgnoSplit, image, before);
    }
    if (target !== undefined) newPage(target, f['objidFDP']!, plan.fNewPageFlags, dbtime);
    splitPage({ source, target, right }, plan, node, versioned, child);
    this.#stamp(dbtime, source, target, right);
  }

  #merge(records: Rec[]): void {
    const leaf = records.at(-1)!;
    const { f, tails } = leaf;
    const dbtime = f['dbtime']!;
    const mergetype = f['mergetype']!;
    const plan = {
      ...{ mergetype, pgnoLeft: f['pgnoLeft']!, pgnoRight: f['pgnoRight']!, ilineMerge: f['ilineMerge']! },
      ...{ cbUncFreeDest: f['cbUncFreeDest']!, emptyPage: (f['fLRMergeFlags']! & 4) !== 0 },
    };
    records.slice(0, -1).forEach((level, i) => {
      const page = this.#redo(level.f['pgno']!, dbtime, records[i + 1]!.f['dbtimeParentBefore']!);
      const flags = level.f['fLRMergeFlags']!;
      const parent = {
        ...{ iline: level.f['iline']!, keyChange: (flags & 1) !== 0 },
        ...{ deleteNode: (flags & 2) !== 0, emptyPage: (flags & 4) !== 0 },
      };
      if (page !== undefined) mergeParent(page, parent, plan, tails['keyParentSep']!);
      this.#stamp(dbtime, page);
    });
    let source = this.#redo(f['pgno']!, dbtime, f['dbtimeBefore']!);
    const left = this.#redo(plan.pgnoLeft, dbtime, f['dbtimeLeftBefore']!);
    const right = this.#redo(plan.pgnoRight, dbtime, f['dbtimeRightBefore']!);
    const toRight = mergetype === MergeType.fullRight || mergetype === MergeType.partialRight;
    if ((toRight ? right : left) !== undefined && source === undefined && mergeNeedsSource(mergetype)) {
      source = this.#restore(
        f['pgno']!,
        restoreImage(tails['beforeImage']!, f['flags']!, this.format),
        f['dbtimeBefore']!,
      );
    }
    mergeLeaf({ source, left, right }, plan);
    this.#stamp(dbtime, source, left, right);
  }
}

function insertedNode({ tails }: Rec): NodeParts {
  const { prefix, suffix, data } = tails;
  const key = new Uint8Array(prefix!.length + suffix!.length);
  key.set(prefix!);
  key.set(suffix!, prefix!.length);
  return nodeParts(key, data!);
}

function operNode(oper: Rec | undefined): NodeParts | undefined {
  if (oper === undefined) return undefined;
  if (oper.name === 'Insert') return insertedNode(oper);
  return nodeParts(oper.tails['key'] ?? new Uint8Array(0), oper.tails['data']!);
}

function pointerNode(child: Rec): NodeParts {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, child.f['pgno']!, true);
  return nodeParts(child.tails['keyParent']!, data);
}

/** A page as the engine's comparison sees it, but with everything where it lies: what no log decides is blanked. */
export function comparable(bytes: Uint8Array, format: PageFormat): Uint8Array {
  const page = new EditablePage(new Uint8Array(bytes), format, 0);
  const view = new DataView(page.bytes.buffer);
  page.bytes.fill(0, 0, 8);
  if (format.extendedHeader) page.bytes.fill(0, 40, 64);
  view.setUint16(30, 0, true);
  page.setFlags(page.fFlags & ~(0x18000 | 0x2000));
  if (page.itagMicFree === 0) {
    page.bytes.fill(0, format.headerSize);
    return page.bytes;
  }
  for (let iline = 0; iline < page.lineCount; iline++) page.setLineFlags(iline, page.lineFlags(iline) & ~1);
  // Bits of a tag's size word that mean nothing: what was there before the tag.
  for (let itag = 0; itag < page.itagMicFree; itag++) {
    view.setUint16(format.pageSize - 4 * (itag + 1), page.tagLength(itag), true);
  }
  if (page.tagLength(0) === 0) view.setUint16(format.pageSize - 2, 0, true);
  page.fillFree(0);
  return page.bytes;
}

/** As `comparable`, and lines one after the other in their order: equal pages hold the same, wherever it lies. */
export function logical(bytes: Uint8Array, format: PageFormat): Uint8Array {
  const source = new EditablePage(comparable(bytes, format), format, 0);
  const result = new Uint8Array(format.pageSize);
  result.set(source.bytes.subarray(0, format.headerSize));
  result.fill(0, 32, 34);
  let at = format.headerSize;
  for (let itag = 0; itag < source.itagMicFree; itag++) {
    const start = source.tagStart(itag);
    const length = source.tagLength(itag);
    result.set(source.bytes.subarray(start, start + length), at);
    at += length;
    new DataView(result.buffer).setUint16(format.pageSize - 4 * (itag + 1), length, true);
    result[format.pageSize - 4 * (itag + 1) + 2] = source.tagFlags(itag);
  }
  return result;
}
