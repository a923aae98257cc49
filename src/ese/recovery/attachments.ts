// The databases of a log stream during its replay: which are attached, which wait, which are missing (format 9.8).
import { JetError } from '../../errors/jet-error.ts';
import type { JetErrorSymbol } from '../../errors/jet-errors.data.ts';
import { PageCache } from '../cache/page-cache.ts';
import type { PageStore } from '../cache/page-store.ts';
import { headerPageSize, parseDbHeader } from '../header/db-header.ts';
import type { Lgpos } from '../header/lgpos.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { decideAttach, type AttachDecision, type LoggedAttachment, type ReplayPoint } from './attach-decision.ts';
import { setAttached } from './header-changes.ts';
import { RecoveringDatabase } from './recovering-database.ts';

/** Last page size the engine gives reserved tags: revision 270.560. */
const STATES_RESERVED_TAGS = { major: 270, minor: 560 };

/** A database as the host of a recovery found it. */
export type FoundDatabase =
  | {
      readonly kind: 'found';
      readonly name: string;
      /** The header page in use. */
      readonly headerBytes: Uint8Array;
      /** Opens its pages for the replay; the same store each time. */
      readonly open: () => PageStore;
    }
  | { readonly kind: 'missing'; readonly name: string; readonly reason: string; readonly accessDenied?: boolean }
  | { readonly kind: 'unreadable'; readonly name: string; readonly jet: JetErrorSymbol; readonly reason: string };

/** Who finds the databases that the logs know by the paths of the machine that wrote them. */
export interface DatabaseHost {
  find: (path: string) => FoundDatabase;
  /**
   * Makes a file that holds this header and no page, in place of one whose creation was not finished. Absent: a database
   * that is gone stays gone.
   */
  create?: (path: string, pageSize: number, headerBytes: Uint8Array) => PageStore;
}

/** One database of the stream. */
export interface Attachment {
  readonly dbid: number;
  /** Path on the machine that wrote the logs. */
  readonly path: string;
  /** Path here. */
  readonly name: string;
  readonly state: 'attached' | 'deferred';
  readonly database?: RecoveringDatabase;
  readonly consistentFuture: boolean;
  readonly accessDenied: boolean;
  /** Why it is not attached. */
  readonly reason: string;
}

/** How attachments are made. */
export interface AttachmentOptions {
  readonly host: DatabaseHost;
  readonly cacheSize?: number;
  /** Bytes a page by the logs; undefined: any. */
  readonly pageSize?: number;
  readonly now: () => Date;
}

const statesReservedTags = (major: number, minor: number): boolean =>
  major > STATES_RESERVED_TAGS.major || (major === STATES_RESERVED_TAGS.major && minor >= STATES_RESERVED_TAGS.minor);

/** The attachments of a stream by dbid. */
export class Attachments {
  /** What was decided, in order: for reports. */
  readonly decisions: { readonly path: string; readonly name: string; readonly decision: AttachDecision | string }[] =
    [];
  readonly #options: AttachmentOptions;
  readonly #byDbid = new Map<number, Attachment>();

  constructor(options: AttachmentOptions) {
    this.#options = options;
  }

  /** The database of a dbid, if it is attached. */
  database(dbid: number): RecoveringDatabase | undefined {
    return this.#byDbid.get(dbid)?.database;
  }

  all(): Attachment[] {
    return [...this.#byDbid.values()];
  }

  /** The databases that are attached. */
  databases(): RecoveringDatabase[] {
    return this.all().flatMap(({ database }) => database ?? []);
  }

  /** The databases that are attached, as a log that begins now would name them. */
  infos(): AttachInfo[] {
    return this.all().flatMap(({ dbid, path, database }) => {
      if (database === undefined) return [];
      const { dbtime, objidLast, lgposAttach, header } = database;
      const { lgposConsistent, signDb } = header;
      return {
        dbid,
        dbtime: BigInt(dbtime),
        objidLast,
        cpgDatabaseSizeMax: 0,
        lgposAttach,
        lgposConsistent,
        signDb,
        path,
      };
    });
  }

  /** A database is detached, or was never found. */
  remove(dbid: number): void {
    this.#byDbid.delete(dbid);
  }

  /**
   * The logs say that a database is attached. `newHeader`: the header of one that they create.
   * @throws JetError when it is there and must not be used with these logs.
   */
  attach(
    dbid: number,
    path: string,
    logged: LoggedAttachment,
    point: ReplayPoint,
    signLogBytes: Uint8Array,
    newHeader?: () => Uint8Array,
  ): void {
    const found = this.#options.host.find(path);
    if (found.kind === 'missing') {
      if (this.#createAnew(dbid, path, point, signLogBytes, newHeader)) return;
      this.decisions.push({ path, name: found.name, decision: found.reason });
      this.#defer(dbid, path, found.name, found.reason, false, found.accessDenied === true);
      return;
    }
    if (found.kind === 'unreadable')
      throw new JetError(found.jet, `${found.name}: ${found.reason}`, { file: found.name });
    const header = parseDbHeader(found.headerBytes);
    this.#requirePageSize(found.name, headerPageSize(header));
    const decision = decideAttach(header, logged, point);
    this.decisions.push({ path, name: found.name, decision });
    switch (decision.kind) {
      case 'error':
        throw new JetError(decision.jet, `${found.name}: ${decision.reason}`, { file: found.name });
      case 'now':
        this.#attachNow(dbid, path, found.headerBytes.slice(), found.open(), point, decision.setHeader, signLogBytes);
        break;
      case 'create':
        if (this.#createAnew(dbid, path, point, signLogBytes, newHeader)) return;
        this.#defer(dbid, path, found.name, `${decision.reason}; it would have to be created anew`, false, false);
        break;
      case 'defer':
        this.#defer(dbid, path, found.name, decision.reason, decision.consistentFuture, false);
    }
  }

  /** Makes a database of which the logs tell everything. False: that cannot be done here. */
  #createAnew(
    dbid: number,
    path: string,
    point: ReplayPoint,
    signLogBytes: Uint8Array,
    newHeader: (() => Uint8Array) | undefined,
  ): boolean {
    const { host } = this.#options;
    if (host.create === undefined || newHeader === undefined) return false;
    const headerBytes = newHeader();
    const store = host.create(path, headerBytes.length, headerBytes.slice());
    this.decisions.push({ path, name: store.name, decision: { kind: 'now', setHeader: true } });
    this.#attachNow(dbid, path, headerBytes, store, point, true, signLogBytes);
    return true;
  }

  #requirePageSize(name: string, pageSize: number): void {
    const expected = this.#options.pageSize;
    if (expected === undefined || pageSize === expected) return;
    const message = `${name}: its pages have ${pageSize} bytes, those the logs tell of ${expected}`;
    throw new JetError('JET_errPageSizeMismatch', message, { file: name });
  }

  #attachNow(
    dbid: number,
    path: string,
    headerBytes: Uint8Array,
    store: PageStore,
    point: ReplayPoint,
    setHeader: boolean,
    signLogBytes: Uint8Array,
  ): void {
    const { cacheSize, now } = this.#options;
    const before = parseDbHeader(headerBytes);
    const cache = new PageCache(store, {
      ...(cacheSize === undefined ? {} : { cacheSize }),
      statesReservedTags: statesReservedTags(before.ulDaeUpdateMajor, before.ulDaeUpdateMinor),
    });
    // Changes up to the last required log may be on the disk already.
    const { lGeneration } = point.lgpos;
    const containsFuture = lGeneration === 0 || lGeneration <= before.lGenMaxRequired;
    const database = new RecoveringDatabase(dbid, cache, before, headerBytes, point.lgpos, containsFuture);
    if (setHeader || point.mode === 'attach-record') {
      setAttached(database, point.lgpos, signLogBytes, now());
      database.lgposAttach = point.lgpos;
    }
    this.#byDbid.set(dbid, {
      dbid,
      path,
      name: store.name,
      state: 'attached',
      database,
      consistentFuture: false,
      accessDenied: false,
      reason: '',
    });
  }

  #defer(
    dbid: number,
    path: string,
    name: string,
    reason: string,
    consistentFuture: boolean,
    accessDenied: boolean,
  ): void {
    this.#byDbid.set(dbid, { dbid, path, name, state: 'deferred', consistentFuture, accessDenied, reason });
  }

  /** The replay enters a generation: databases whose last required log it was are past all contradictions. */
  enterGeneration(generation: number): void {
    for (const db of this.databases()) {
      if (!db.containsFutureData || generation <= db.header.lGenMaxRequired) continue;
      db.verifyResolved();
      db.containsFutureData = false;
    }
  }

  /**
   * Says what is missing when the replay is over.
   * @throws JetError JET_errAttachedDatabaseMismatch, JET_errAccessDenied when a database of the stream is not attached
   * though the logs need it.
   */
  checkComplete(ignoreMissing: boolean, lastWasShutdown: boolean): void {
    for (const { state, consistentFuture, accessDenied, name, path, reason } of this.#byDbid.values()) {
      if (state === 'attached' || ignoreMissing || (lastWasShutdown && consistentFuture)) continue;
      const jet = accessDenied ? 'JET_errAccessDenied' : 'JET_errAttachedDatabaseMismatch';
      throw new JetError(jet, `${name} (in the logs ${path}) was attached when the logs end: ${reason}`, {
        file: name,
      });
    }
  }

  /** Lowest and highest generations the attached databases still need: the error when `last` does not reach that far. */
  missingAfter(
    last: number,
  ): { readonly jet: JetErrorSymbol; readonly name: string; readonly upTo: number } | undefined {
    let committed: { jet: JetErrorSymbol; name: string; upTo: number } | undefined;
    for (const { header, name } of this.databases()) {
      if (header.lGenMaxRequired > last)
        return { jet: 'JET_errRequiredLogFilesMissing', name, upTo: header.lGenMaxRequired };
      if (header.lGenMaxCommitted > last)
        committed ??= { jet: 'JET_errCommittedLogFilesMissing', name, upTo: header.lGenMaxCommitted };
    }
    return committed;
  }
}

/** A log position before all others. */
export const LGPOS_MIN: Lgpos = { lGeneration: 0, isec: 0, ib: 0 };
