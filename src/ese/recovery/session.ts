// A session as the log tells of it: transaction level, macros in progress, changes that could be undone (PIB).
import { VersionList } from './version-list.ts';

/** Deepest transaction level of the engine is 7; an UndoInfo or node record of a higher one is damage. */
export const LEVEL_MAX = 10;

/** The state of one session, by its process number. */
export class Session {
  readonly procid: number;
  /** 0: no transaction is open. */
  level = 0;
  trxBegin0 = 0;
  /**
   * False until a transaction of the session begins in the part of the log that is replayed: what is told of it before
   * belongs to a transaction that was over, with all its pages written, when the checkpoint was taken.
   */
  hasBegun = false;
  readonly versions: VersionList = new VersionList();
  /** Changes of pages that needed no redo, whose before image only a later UndoInfo record can give. */
  readonly awaited: Set<number> = new Set();
  /** Records of macros in progress, by database time: they count when the macro commits. */
  readonly macros: Map<number, Uint8Array[]> = new Map();

  constructor(procid: number) {
    this.procid = procid;
  }

  /** Opens transactions up to `level`. */
  beginTo(level: number, trxBegin0: number): void {
    if (this.level === 0) this.trxBegin0 = trxBegin0;
    this.level = Math.max(this.level, level);
    this.hasBegun = true;
  }

  /** Commits down to `level`. */
  commitTo(level: number): void {
    if (this.level <= level) return;
    this.level = level;
    this.versions.commitTo(level);
    if (level === 0) this.awaited.clear();
  }

  /** Ends `levels` transactions whose changes were undone, each by a record of its own. */
  rollback(levels: number): void {
    for (let i = 0; i < levels && this.level > 0; i++) {
      this.versions.forgetLevel(this.level);
      this.level--;
    }
    if (this.level === 0) {
      this.versions.clear();
      this.awaited.clear();
    }
  }
}

/** The sessions of a stream. Their numbers are 16 bits wide, so there are never too many. */
export class SessionTable {
  readonly #sessions = new Map<number, Session>();

  /** The session of a process number, made when it is first heard of. */
  get(procid: number): Session {
    let session = this.#sessions.get(procid);
    if (session === undefined) this.#sessions.set(procid, (session = new Session(procid)));
    return session;
  }

  /** All sessions, in the order in which they were first heard of. */
  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** All sessions end: the engine was shut down, or started anew. */
  clear(): void {
    this.#sessions.clear();
  }
}
