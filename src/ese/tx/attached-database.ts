// A database attached to an instance: its pages and space, and what its header says of the logs it needs (format 1.3;
// DBISetHeaderAfterAttach, ErrIOUpdateCheckpoints, ErrDBCloseDatabase).
import { JetError } from '../../errors/jet-error.ts';
import type { PageStore } from '../cache/page-store.ts';
import { DB_HEADER, parseDbHeader, type DbHeader } from '../header/db-header.ts';
import { DbState } from '../header/db-state.ts';
import type { Lgpos } from '../header/lgpos.ts';
import { LOGTIME_SIZE, type Logtime } from '../header/logtime.ts';
import { SIGNATURE_SIZE, type Signature } from '../header/signature.ts';
import { putLogtime, putSignature } from '../log/put-field.ts';
import { putU32 } from '../../binary/little-endian-writer.ts';
import type { AttachInfo } from '../log/log-header.ts';
import { setAttached, setClean, type SignatureSource } from '../recovery/header-changes.ts';
import { sealHeader } from '../page/checksum-xor.ts';
import { RecoveringDatabase } from '../recovery/recovering-database.ts';
import { GuardedStore } from './guarded-store.ts';
import type { LogSink } from './log-sink.ts';
import { SpaceWriter } from './space-writer.ts';
import type { VersionedDatabase } from './version-store.ts';
import { WritableDatabase } from './writable-database.ts';

/** How a database is attached. */
export interface AttachOptions {
  readonly dbid: number;
  readonly log: LogSink;
  /** Told when a write failed: the instance must stop. */
  readonly onFailure?: (error: unknown) => void;
  readonly cacheSize: number | undefined;
  readonly dbExtensionSize: number | undefined;
  readonly cpgDatabaseSizeMax: number | undefined;
}

/** Since revision 270.560 pages state how many of their tags are reserved. */
const STATES_RESERVED_TAGS = 270;
/** First revision whose tagged columns are sorted, which all records written have. */
const REVISION_SORTED_TAGGED = 9;

/** An attached database. */
export class AttachedDatabase implements VersionedDatabase {
  readonly store: GuardedStore;
  readonly path: string;
  readonly db: WritableDatabase;
  readonly allocator: SpaceWriter;
  /** The header as it was found. */
  readonly header: DbHeader;
  /** Header fields that change with the state of the database, kept as recovery keeps them. */
  readonly #state: RecoveringDatabase;
  #lgposAttach: Lgpos = { lGeneration: 0, isec: 0, ib: 0 };

  /** @throws JetError JET_errDatabaseDirtyShutdown, JET_errFeatureNotAvailable for formats that are not written. */
  constructor(store: PageStore, header: Uint8Array, path: string, options: AttachOptions) {
    this.store = new GuardedStore(store, options.onFailure ?? ((): void => undefined));
    this.path = path;
    const headerBytes = header.slice();
    this.header = parseDbHeader(headerBytes);
    const { dbstate, dbtimeDirtied, objidLast, ulDaeUpdateMajor } = this.header;
    if (dbstate !== DbState.CleanShutdown && dbstate !== DbState.JustCreated) {
      throw new JetError('JET_errDatabaseDirtyShutdown', `${path} was not shut down cleanly`, { file: path });
    }
    if (ulDaeUpdateMajor < REVISION_SORTED_TAGGED || ulDaeUpdateMajor >= STATES_RESERVED_TAGS) {
      const message = `${path}: databases of revision ${ulDaeUpdateMajor} are not written`;
      throw new JetError('JET_errFeatureNotAvailable', message, { file: path });
    }
    const { dbid, log, cacheSize, dbExtensionSize, cpgDatabaseSizeMax } = options;
    const dbtime = Number(dbtimeDirtied);
    const size = cacheSize === undefined ? {} : { cacheSize };
    this.db = new WritableDatabase(this.store, { dbid, dbtime, objidLast, log, ...size });
    this.allocator = new SpaceWriter(this.db, {
      ...(dbExtensionSize === undefined ? {} : { dbExtensionSize }),
      ...(cpgDatabaseSizeMax === undefined ? {} : { cpgDatabaseSizeMax }),
    });
    this.#state = new RecoveringDatabase(dbid, this.db.cache, this.header, headerBytes, this.#lgposAttach, false);
  }

  /** What logs and checkpoints say of it. */
  attachInfo(): AttachInfo {
    const { db, path, header } = this;
    return {
      dbid: db.dbid,
      dbtime: BigInt(db.dbtime),
      objidLast: db.objidLast,
      cpgDatabaseSizeMax: 0,
      lgposAttach: this.#lgposAttach,
      lgposConsistent: header.lgposConsistent,
      signDb: header.signDb,
      path,
    };
  }

  /** The AttachDB record at `lgpos` is lasting. */
  setAttached(lgpos: Lgpos, signLog: Signature, source: SignatureSource, tmCreate: Logtime): void {
    const signature = new Uint8Array(SIGNATURE_SIZE);
    putSignature(signature, 0, signLog);
    this.#lgposAttach = lgpos;
    setAttached(this.#state, lgpos, signature, source.now());
    if (this.header.dbstate === DbState.JustCreated) this.#putU32('dbstate', DbState.JustCreated);
    this.#putU32('lGenMinRequired', lgpos.lGeneration);
    this.#putU32('lGenMinConsistent', lgpos.lGeneration);
    this.enterGeneration(lgpos.lGeneration, tmCreate);
  }

  /** A database that was just created is whole: the record that says so is lasting. */
  setCreated(): void {
    this.#putU32('dbstate', DbState.DirtyShutdown);
    this.#write();
  }

  /** From now on pages may hold changes of this generation. */
  enterGeneration(lGeneration: number, tmCreate: Logtime): void {
    this.#putU32('lGenMaxRequired', lGeneration);
    this.#putU32('lGenMaxCommitted', lGeneration);
    putLogtime(this.#state.headerBytes, DB_HEADER.logtimeGenMaxCreate[1], tmCreate);
    this.#write();
  }

  /** Changes of generations before this one are all in the file. */
  setMinRequired(lGeneration: number): void {
    if (lGeneration === parseDbHeader(this.#state.headerBytes).lGenMinRequired) return;
    this.#putU32('lGenMinRequired', lGeneration);
    this.#putU32('lGenMinConsistent', lGeneration);
    this.#write();
  }

  /** All pages are in the file, consistent as of `lgpos`. */
  setClean(lgpos: Lgpos, source: SignatureSource): void {
    this.#state.dbtime = this.db.dbtime;
    this.#state.objidLast = this.db.objidLast;
    setClean(this.#state, lgpos, source);
    this.#state.headerBytes.fill(0, DB_HEADER.logtimeGenMaxCreate[1], DB_HEADER.logtimeGenMaxCreate[1] + LOGTIME_SIZE);
    this.#write();
  }

  #putU32(name: keyof typeof DB_HEADER, value: number): void {
    putU32(this.#state.headerBytes, DB_HEADER[name][1], value);
  }

  /** Writes both copies, one after the other: one of them is whole at any time. */
  #write(): void {
    const { headerBytes } = this.#state;
    sealHeader(headerBytes);
    for (const copy of [1, 0] as const) {
      this.store.writeHeader(copy, headerBytes);
      this.store.sync();
    }
  }
}
