// Every page that the engine took for a split, taken by us from the same state of the database: our log records are
// compared with the engine's.
import { toHex } from '../../../src/binary/hex.ts';
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import type { PageCache } from '../../../src/ese/cache/page-cache.ts';
import type { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { decodeRecord, Lr, recordSize, type DecodedRecord } from '../../../src/ese/log/record-table.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { MemoryLogSink } from '../../../src/ese/tx/log-sink.ts';
import { SpaceWriter } from '../../../src/ese/tx/space-writer.ts';
import { WritableDatabase } from '../../../src/ese/tx/writable-database.ts';
import { replayFromStart } from './engine-replay.ts';

/** Pages taken by the engine and by us. */
export interface ComparedSpace {
  readonly where: string;
  /** Records, pages and the database time of the split, as text. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

const SPACE_FLAG = 8;
/**
 * Records that may stand among those of one request: a session logs its beginning with its first change, and what undo
 * needs when a page is written.
 */
const IGNORED = new Set<number>([Lr.NOP2, Lr.MacroInfo, Lr.Begin, Lr.Begin0, Lr.UndoInfo]);
/** Flags that pages get when they are written, of which the logs tell nothing. */
const UNLOGGED_FLAGS = PageFlag.FlushType | PageFlag.NewChecksumFormat;

/** A record as text. */
export function recordText({ name, fields, tails }: DecodedRecord): string {
  const values = Object.entries(fields).map(([field, value]) => {
    return `${field} ${field === 'fCpageFlags' ? Number(value) & ~UNLOGGED_FLAGS : Number(value)}`;
  });
  return [name, ...values, ...Object.values(tails).map((tail) => toHex(tail))].join(' ');
}

const num = (record: DecodedRecord, field: string): number => Number(record.fields[field]);

function isSpaceRecord(record: LogRecordView): boolean {
  if (record.lrtyp === Lr.SetExternalHeader || record.lrtyp === Lr.ConvertFDP2 || record.lrtyp === Lr.ExtendDB)
    return true;
  const hasFlags = record.lrtyp === Lr.Split2 || (record.lrtyp >= Lr.Insert && record.lrtyp <= Lr.Delete);
  return hasFlags && (record.flags & SPACE_FLAG) !== 0;
}

/** Records on pages state the time of their change. */
function dbtimeOf(record: LogRecordView): number {
  const { lrtyp } = record;
  const isPage =
    (lrtyp >= Lr.CreateMultipleExtentFDP && lrtyp <= Lr.Undo && lrtyp !== Lr.UndoInfo) ||
    [Lr.Split2, Lr.Merge2, Lr.ConvertFDP2, Lr.Scrub].some((type) => type === lrtyp);
  return isPage ? record.dbtimeNumber : 0;
}

interface Sequence {
  readonly file: Uint8Array;
  readonly dbtime: number;
  readonly records: DecodedRecord[];
}

function decode(bytes: Uint8Array): DecodedRecord {
  return decodeRecord(bytes, 0, recordSize(bytes, 0, bytes.length));
}

/** Replays `folder` and gives every taking of pages for a split to `compared`. */
export function compareSpace(folder: string, dbExtensionSize: number, compared: (space: ComparedSpace) => void): void {
  let sequence: Sequence | undefined;
  let macro: DecodedRecord[] | undefined;
  let dbtime = 0;
  /** That of the record before. */
  let lastTime = 0;
  const snapshot = (cache: PageCache): Uint8Array => {
    cache.flush();
    const { pageSize } = cache.format;
    const file = new Uint8Array((cache.store.pgnoLast + 2) * pageSize);
    for (let pgno = 1; pgno <= cache.store.pgnoLast; pgno++) {
      cache.store.read(pgno, file.subarray((pgno + 1) * pageSize, (pgno + 2) * pageSize));
    }
    return file;
  };
  const finish = (cache: PageCache, splits: readonly DecodedRecord[], where: string): void => {
    const { file, records, dbtime: before } = sequence!;
    const log = new MemoryLogSink();
    const db = new WritableDatabase(new MemoryPageStore(cache.format, file), {
      dbid: 1,
      dbtime: before,
      objidLast: 0,
      log,
    });
    const space = new SpaceWriter(db, { dbExtensionSize });
    const ours: number[] = [];
    const theirs: number[] = [];
    for (const split of splits) {
      const pgnoNew = num(split, 'pgnoNew');
      if (pgnoNew === 0) continue;
      const [pgnoFDP, objidFDP, fFlags] = [num(split, 'pgnoFDP'), num(split, 'objidFDP'), num(split, 'fFlags')];
      const tree = { pgnoFDP, pgnoRoot: pgnoFDP, objidFDP, unique: (fFlags & 4) !== 0, space: false, cbDensityFree: 0 };
      const [procid, level, trxBegin0] = [num(split, 'procid'), num(split, 'level'), num(split, 'trxBegin0')];
      const pgno = space.getPage({ procid, level, trxBegin0, beforeRecord: () => undefined }, tree, num(split, 'pgno'));
      db.newPage(pgno, objidFDP, num(split, 'fNewPageFlags'));
      ours.push(pgno);
      theirs.push(pgnoNew);
    }
    const texts = (all: readonly DecodedRecord[], pages: readonly number[], time: number): string[] => [
      ...all.filter(({ type }) => !IGNORED.has(type)).map(recordText),
      `pages ${pages.join(' ')} dbtime ${time}`,
    ];
    compared({
      where,
      theirs: texts(records, theirs, num(splits[0]!, 'dbtime')),
      ours: texts(log.records.map(decode), ours, db.nextDbtime()),
    });
  };
  replayFromStart(folder, (record: LogRecordView, cache) => {
    if (cache === undefined) return;
    const where = `${record.lGeneration.toString(16)},${record.isec.toString(16)},${record.ib.toString(16)}`;
    dbtime = Math.max(dbtime, dbtimeOf(record));
    if (record.lrtyp === Lr.MacroBegin) macro = [decode(record.copyBytes())];
    else if (record.lrtyp === Lr.MacroCommit && macro !== undefined) {
      const parts = macro.filter(({ type }) => type === Lr.Split2);
      const isSpace = parts.length > 0 && (num(parts[0]!, 'fFlags') & SPACE_FLAG) !== 0;
      if (isSpace) sequence?.records.push(...macro, decode(record.copyBytes()));
      else {
        if (parts.length > 0 && sequence !== undefined) finish(cache, parts, where);
        sequence = undefined;
      }
      macro = undefined;
    } else if (macro !== undefined) macro.push(decode(record.copyBytes()));
    else if (isSpaceRecord(record)) {
      sequence ??= { file: snapshot(cache), dbtime: lastTime, records: [] };
      sequence.records.push(decode(record.copyBytes()));
    } else if (!IGNORED.has(record.lrtyp)) sequence = undefined;
    lastTime = dbtime;
  });
}
