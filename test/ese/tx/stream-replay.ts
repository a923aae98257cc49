// The engine's log as a list of operations, given one by one to our own trees, sessions and space: the records that we
// then write are compared with the engine's, session by session.
import { readFileSync } from 'node:fs';
import { toHex } from '../../../src/binary/hex.ts';
import type { PageCache } from '../../../src/ese/cache/page-cache.ts';
import { LogPageFlag, type LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { decodeRecord, Lr, recordSize, type DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { cleaningUnits, findCleaning } from './clean-replay.ts';
import { replayFromStart } from './engine-replay.ts';
import { StreamTwin, type NodeBefore } from './stream-twin.ts';
import { allRecords, attemptUnit, densities, num, type LoggedRecord, type Unit } from './unit-replay.ts';

/** The records of one session, the engine's and ours, as text. */
export interface ComparedStream {
  readonly procid: number;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

/** What came of a whole log. */
export interface ComparedStreams {
  readonly streams: readonly ComparedStream[];
  /** The operation that we could not do, if any: nothing after it was compared. */
  readonly stopped: string | undefined;
  readonly operations: number;
}

/** Trees of users have higher object ids. */
const LAST_SYSTEM_OBJID = 7;
/** Flags that pages get when they are written, of which the logs tell nothing. */
const UNLOGGED_FLAGS = PageFlag.FlushType | PageFlag.NewChecksumFormat;
/** Numbers that depend on what other sessions did meanwhile, and the packing of page images. */
const LEFT_OUT = /^(dbtime|dbtime.*Before|trxBegin0|trxCommit0|rceid|rceidReplace|dbid|flags|cb|cbPageBeforeImage)$/;
const NODE_OPERATIONS = new Set<number>([
  ...[Lr.Insert, Lr.FlagInsert, Lr.FlagInsertAndReplaceData, Lr.FlagDelete, Lr.Replace, Lr.ReplaceD],
  ...[Lr.Delete, Lr.Delta],
]);
/** Of the others it depends on writing pages, or on other sessions, when they come. */
const COMPARED = new Set<number>([
  ...NODE_OPERATIONS,
  ...[Lr.Begin0, Lr.Begin, Lr.Commit, Lr.Commit0, Lr.Rollback, Lr.MacroBegin, Lr.MacroCommit, Lr.MacroAbort],
  ...[Lr.Split2, Lr.Merge2, Lr.Undo, Lr.SetExternalHeader, Lr.ConvertFDP2, Lr.EmptyTree],
  ...[Lr.CreateSingleExtentFDP, Lr.CreateMultipleExtentFDP],
]);
const NOTHING = new Uint8Array(0);
const node = new NodeView();

const decode = (bytes: Uint8Array): DecodedRecord => decodeRecord(bytes, 0, recordSize(bytes, 0, bytes.length));

/** A record as text, without what differs from run to run. */
function streamText({ name, fields, tails }: DecodedRecord): string {
  const values = Object.entries(fields).flatMap(([field, value]) => {
    if (LEFT_OUT.test(field)) return [];
    return [`${field} ${/[pP]ageFlags/.test(field) ? Number(value) & ~UNLOGGED_FLAGS : Number(value)}`];
  });
  const bytes = Object.entries(tails).flatMap(([tail, value]) => (tail === 'beforeImage' ? [] : [toHex(value)]));
  return [name, ...values, ...bytes].join(' ');
}

function append(streams: Map<number, string[]>, record: DecodedRecord): void {
  const procid = num(record, 'procid');
  const texts = streams.get(procid);
  if (texts === undefined) streams.set(procid, [streamText(record)]);
  else texts.push(streamText(record));
}

class StreamComparison {
  readonly theirs = new Map<number, string[]>();
  stopped: string | undefined;
  operations = 0;
  twin: StreamTwin | undefined;
  readonly #header: Uint8Array;
  readonly #records: readonly LoggedRecord[];
  readonly #densities: Map<number, number>;
  /** Pieces of cleaning by the index of their first record; all records of such pieces. */
  readonly #cleanings: ReadonlyMap<number, Unit>;
  readonly #consequences: ReadonlySet<LoggedRecord>;
  /** Index of the record among all. */
  #index = -1;
  /** Root of the tree that the next transaction frees. */
  #freed = 0;
  #dbtime = 0;
  #objidLast = 0;
  #open = 0;
  /** The last transaction that began while no other was open. */
  #begin: { readonly record: DecodedRecord; readonly file: Uint8Array; readonly dbtime: number } | undefined;
  /** The leaf's record of the split under way. */
  #split: { readonly pgno: number; readonly iline: number } | undefined;

  constructor(folder: string) {
    this.#header = new Uint8Array(readFileSync(`${folder}/test.edb`));
    this.#records = allRecords(folder);
    this.#densities = densities(folder);
    const units = cleaningUnits(this.#records);
    this.#cleanings = new Map(units.map((unit) => [unit.start, unit]));
    this.#consequences = new Set(units.flatMap(({ records }) => records));
  }

  /** Takes the engine's next record; `cache` has the pages as they were before it. */
  next(view: LogRecordView, cache: PageCache | undefined): void {
    this.#index++;
    if (cache === undefined || this.stopped !== undefined) return;
    if (view.lrtyp === Lr.FreeFDP) this.#freed = num(decode(view.copyBytes()), 'pgnoFDP');
    if (!COMPARED.has(view.lrtyp)) return;
    const record = decode(view.copyBytes());
    if (record.fields['pgno'] !== undefined) this.#dbtime = Math.max(this.#dbtime, view.dbtimeNumber);
    this.#objidLast = Math.max(this.#objidLast, Number(record.fields['objidFDP'] ?? 0));
    if (this.twin === undefined && !this.#mayStart(view, record, cache)) return;
    append(this.theirs, record);
    try {
      this.#perform(view, record, cache);
    } catch (error) {
      this.stopped = `${view.lGeneration},${view.isec},${view.ib}: ${streamText(record)}: ${String(error)}`;
    }
  }

  /** Our side begins with the transaction that first changes a tree of a user. */
  #mayStart(view: LogRecordView, record: DecodedRecord, cache: PageCache): boolean {
    if (view.lrtyp === Lr.Begin0 && this.#open++ === 0) {
      this.#begin = { record, file: this.#snapshot(cache), dbtime: this.#dbtime };
    } else if (view.lrtyp === Lr.Commit0) this.#open--;
    const isInsert = view.lrtyp === Lr.Insert && (view.flags & LogPageFlag.Space) === 0;
    if (!isInsert || view.objidFDP <= LAST_SYSTEM_OBJID) return false;
    const { record: begin, file, dbtime } = this.#begin!;
    this.twin = new StreamTwin({ file, format: cache.format, dbtime, objidLast: this.#objidLast });
    append(this.theirs, begin);
    this.twin.transaction(begin);
    return true;
  }

  #perform(view: LogRecordView, record: DecodedRecord, cache: PageCache): void {
    const twin = this.twin!;
    if (twin.transaction(record)) {
      if (record.type === Lr.Begin0 && this.#freed !== 0) twin.free(num(record, 'procid'), this.#freed);
      if (record.type === Lr.Begin0) this.#freed = 0;
      return;
    }
    const cleaning = this.#cleanings.get(this.#index);
    if (cleaning !== undefined) this.#clean(cleaning, cache);
    if (this.#consequences.has(this.#records[this.#index]!)) return;
    if (view.lrtyp === Lr.MacroBegin) this.#split = undefined;
    else if (view.lrtyp === Lr.Split2) this.#split = { pgno: view.pgno, iline: num(record, 'ilineOper') };
    else if (view.lrtyp === Lr.CreateSingleExtentFDP) twin.create(record);
    else if (NODE_OPERATIONS.has(view.lrtyp) && (view.flags & LogPageFlag.Space) === 0) {
      this.operations++;
      twin.change(record, this.#nodeBefore(view, cache));
    }
  }

  #clean(unit: Unit, cache: PageCache): void {
    const state = { cache, pgnoLast: cache.store.pgnoLast, dbtime: this.#dbtime };
    const { cleaning, theirs } = findCleaning({ ...unit, interleaved: true }, this.#densities, (write) =>
      attemptUnit(unit, state, write),
    );
    if (cleaning === undefined) throw new Error(`no cleaning has these ${theirs.length} records`);
    this.operations++;
    this.twin!.clean(unit.records[0]!.procid, cleaning);
  }

  #nodeBefore(view: LogRecordView, cache: PageCache): NodeBefore {
    const inSplit = view.dbtimeBeforeNumber < 0 && this.#split !== undefined;
    const { pgno, iline } = inSplit ? this.#split! : view;
    const isThere = view.lrtyp !== Lr.Insert && node.load(cache.get(pgno).view, iline);
    return isThere ? { key: node.key(), data: node.data().slice() } : { key: NOTHING, data: NOTHING };
  }

  #snapshot(cache: PageCache): Uint8Array {
    cache.flush();
    const { pageSize } = cache.format;
    const file = new Uint8Array((cache.store.pgnoLast + 2) * pageSize);
    file.set(this.#header.subarray(0, 2 * pageSize));
    for (let pgno = 1; pgno <= cache.store.pgnoLast; pgno++) {
      cache.store.read(pgno, file.subarray((pgno + 1) * pageSize, (pgno + 2) * pageSize));
    }
    return file;
  }
}

/** Replays `folder` from the first change of a user's tree on and compares what both write. */
export function compareStreams(folder: string): ComparedStreams {
  const comparison = new StreamComparison(folder);
  replayFromStart(folder, (record, cache) => {
    comparison.next(record, cache);
  });
  const ours = new Map<number, string[]>();
  for (const bytes of comparison.twin?.log.records ?? []) {
    const record = decode(bytes);
    if (COMPARED.has(record.type)) append(ours, record);
  }
  const { theirs, stopped, operations } = comparison;
  const streams = [...theirs].map(([procid, texts]) => ({ procid, theirs: texts, ours: ours.get(procid) ?? [] }));
  return { streams, stopped, operations };
}
