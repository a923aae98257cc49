// A small database in memory and a replay onto it, record by record.
import { MemoryPageStore } from '../../../src/ese/cache/memory-page-store.ts';
import { buildHeader } from '../../../src/ese/build/header-builder.ts';
import { DB_HEADER } from '../../../src/ese/header/db-header.ts';
import { DbState } from '../../../src/ese/header/db-state.ts';
import { parseSignature } from '../../../src/ese/header/signature.ts';
import { LogRecordView } from '../../../src/ese/log/log-record-view.ts';
import { encodeRecord } from '../../../src/ese/log/record-encoder.ts';
import type { FieldValue, LogRecordName } from '../../../src/ese/log/record-table.ts';
import { EditablePage } from '../../../src/ese/page/editable-page.ts';
import { NodeView } from '../../../src/ese/page/node.ts';
import { PageFlag } from '../../../src/ese/page/page-flags.ts';
import { pageFormat, type PageFormat } from '../../../src/ese/page/page-format.ts';
import type { RecoveringDatabase } from '../../../src/ese/recovery/recovering-database.ts';
import { RedoEngine } from '../../../src/ese/recovery/redo-engine.ts';
import { sealHeader } from '../../../src/ese/page/checksum-xor.ts';

export const FORMAT: PageFormat = pageFormat(4096)!;
export const OBJID = 7;
export const PROCID = 3;
/** dbtime of all pages at the start. */
export const DBTIME = 100;

export const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
export const bytesOf = (value: string): Uint8Array => Uint8Array.from(value, (c) => c.charCodeAt(0));

/** A replay onto a database of 20 pages, all of them leaves of one tree; page 2 owns nothing. */
export class Replayed {
  readonly store: MemoryPageStore = new MemoryPageStore(FORMAT);
  readonly engine: RedoEngine;
  readonly db: RecoveringDatabase;
  #isec = 10;

  /** `required`: last generation whose changes may be on the disk; the replay is in generation 5. */
  constructor(required = 9) {
    const header = buildHeader({
      format: FORMAT,
      revision: { major: 20, minor: 0 },
      dbtime: 1n,
      objidLast: 5,
      now: new Date(0),
      random: () => 1,
    });
    const view = new DataView(header.buffer);
    view.setUint32(DB_HEADER.dbstate[1], DbState.DirtyShutdown, true);
    view.setInt32(DB_HEADER.lGenMinRequired[1], 5, true);
    view.setInt32(DB_HEADER.lGenMaxRequired[1], required, true);
    view.setUint32(DB_HEADER.lgposAttach[1] + 4, 1, true);
    header.copyWithin(DB_HEADER.signLog[1], DB_HEADER.signDb[1], DB_HEADER.signDb[1] + 28);
    sealHeader(header);
    this.store.writeHeader(0, header);
    this.store.writeHeader(1, header);
    this.store.resize(20);
    const signLogBytes = header.slice(DB_HEADER.signLog[1], DB_HEADER.signLog[1] + 28);
    const signLog = parseSignature(signLogBytes, 0);
    this.engine = new RedoEngine({
      host: {
        find: () => ({
          kind: 'found',
          name: 'a.edb',
          headerBytes: this.store.bytes.slice(0, 4096),
          open: () => this.store,
        }),
      },
      signLog,
      signLogBytes,
      now: () => new Date(0),
      random: () => 1,
    });
    const lgposAttach = { lGeneration: 1, isec: 0, ib: 0 };
    const nowhere = { lGeneration: 0, isec: 0, ib: 0 };
    const info = { dbid: 1, dbtime: 1n, objidLast: 5, cpgDatabaseSizeMax: 0, lgposAttach, lgposConsistent: nowhere };
    this.engine.begin([{ ...info, signDb: signLog, path: 'C:\\a.edb' }], { lGeneration: 5, isec: 8, ib: 0 });
    this.engine.enterGeneration(5);
    this.db = this.engine.attachments.database(1)!;
    for (let pgno = 3; pgno <= 20; pgno++) this.page(pgno).initialize(OBJID, PageFlag.Leaf | PageFlag.Root, DBTIME);
  }

  /** A page as it is now, to look at or to change. */
  page(pgno: number): EditablePage {
    const page = this.db.cache.get(pgno);
    page.state = 0;
    page.dirty = true;
    return page.view;
  }

  /** Puts a node on a page. */
  put(pgno: number, key: string, data: string, flags = 0): void {
    const page = this.page(pgno);
    page.insertLine(page.lineCount, flags, 0, bytesOf(key), 0, key.length, bytesOf(data), 0, data.length);
  }

  /** The nodes of a page: `key=data`, `-` before deleted ones. */
  nodes(pgno: number): string[] {
    const page = this.page(pgno);
    const node = new NodeView();
    return Array.from({ length: page.lineCount }, (_, line) => {
      node.load(page, line);
      return `${node.isDeleted ? '-' : ''}${text(node.key())}=${text(node.data())}`;
    });
  }

  /** Replays a record. */
  apply(
    name: LogRecordName,
    fields: Readonly<Record<string, FieldValue>> = {},
    tails: Readonly<Record<string, Uint8Array>> = {},
  ): void {
    const record = new LogRecordView();
    record.bytes = encodeRecord(name, fields, tails);
    record.length = record.bytes.length;
    record.lrtyp = record.bytes[0]!;
    record.lGeneration = 5;
    record.isec = this.#isec++;
    this.engine.apply(record);
  }

  begin(level: number = 0, procid: number = PROCID): void {
    if (level === 0) this.apply('Begin0', { procid, levelBeginFrom: 0, clevelsToBegin: 1, trxBegin0: 77 });
    else this.apply('Begin', { procid, levelBeginFrom: level, clevelsToBegin: 1 });
  }

  /** Fields of a node record on page `pgno`, which takes it from one dbtime to another. */
  node(pgno: number, iline: number, more: Readonly<Record<string, FieldValue>> = {}): Record<string, FieldValue> {
    const before = this.db.cache.get(pgno).view.dbtime;
    return {
      procid: PROCID,
      dbid: 1,
      pgno,
      dbtime: BigInt(before + 1),
      dbtimeBefore: BigInt(before),
      level: 1,
      iline,
      fFlags: 5,
      rceid: 1000 + before,
      pgnoFDP: pgno,
      objidFDP: OBJID,
      ...more,
    };
  }

  insert(
    pgno: number,
    iline: number,
    key: string,
    data: string,
    more: Readonly<Record<string, FieldValue>> = {},
  ): void {
    this.apply('Insert', this.node(pgno, iline, more), { suffix: bytesOf(key), data: bytesOf(data) });
  }
}
