// The undo phase: what transactions had changed that were not over when the log ended (format 9.7; ErrVERRollback).
import { JetError } from '../../errors/jet-error.ts';
import { MAX_TREE_DEPTH } from '../btree/tree.ts';
import { PageState, type CachedPage } from '../cache/page-cache.ts';
import { pagePointer } from '../operations/page-pointer.ts';
import { NodeView } from '../page/node.ts';
import type { RecoveringDatabase } from './recovering-database.ts';
import type { Session, SessionTable } from './session.ts';
import { undoOnPage } from './undo-node.ts';
import type { Version } from './version-list.ts';

const node = new NodeView();

/** Compares the loaded node's key with the bookmark as a separator: key and data are one string of bytes. */
function compareSeparator(bookmark: Uint8Array): number {
  return node.keyLength === 0 ? 1 : node.compareKey(bookmark);
}

/** Compares the loaded leaf node with a bookmark: key first, then (in trees with equal keys) data. */
function compareLeaf(version: Version): number {
  const byKey = node.compareKey(version.key);
  if (byKey !== 0 || version.unique) return byKey;
  const { bytes, dataStart, dataLength } = node;
  const other = version.bookmarkData;
  const shared = Math.min(dataLength, other.length);
  for (let i = 0; i < shared; i++) {
    const difference = bytes[dataStart + i]! - other[i]!;
    if (difference !== 0) return difference;
  }
  return dataLength - other.length;
}

function problem(db: RecoveringDatabase, version: Version, pgno: number, what: string): JetError {
  const message = `${db.name}: change ${version.rceid} of object ${version.objidFDP} cannot be undone: page ${pgno} ${what}`;
  return new JetError('JET_errRollbackError', message, { file: db.name, pgno, objid: version.objidFDP });
}

/** First line of a page for which `compare` (line against what is sought) is at least `least`. */
function lowerBound(page: CachedPage, compare: () => number, least: 0 | 1): number {
  let low = 0;
  let high = page.view.lineCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (!node.load(page.view, middle)) return -1;
    if (compare() >= least) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where the node of a change is now: splits and merges may have moved it since. */
function findNode(db: RecoveringDatabase, version: Version): { readonly page: CachedPage; readonly iline: number } {
  let separator = version.key;
  if (!version.unique) {
    separator = new Uint8Array(version.key.length + version.bookmarkData.length);
    separator.set(version.key);
    separator.set(version.bookmarkData, version.key.length);
  }
  let pgno = db.movedRoots.get(version.pgnoFDP) ?? version.pgnoFDP;
  for (let depth = 0; depth < MAX_TREE_DEPTH; depth++) {
    const page = db.cache.get(pgno);
    if (page.state !== PageState.Sound) throw problem(db, version, pgno, 'cannot be read');
    if (page.view.objidFDP !== version.objidFDP) throw problem(db, version, pgno, 'belongs to another object');
    if (page.view.isLeaf) {
      const iline = lowerBound(page, () => compareLeaf(version), 0);
      if (iline < 0 || iline >= page.view.lineCount || !node.load(page.view, iline) || compareLeaf(version) !== 0)
        throw problem(db, version, pgno, 'does not have its node');
      return { page, iline };
    }
    // A separator equal to the bookmark is the first key of the page on its right.
    const iline = lowerBound(page, () => compareSeparator(separator), 1);
    if (iline < 0 || iline >= page.view.lineCount) throw problem(db, version, pgno, 'leads nowhere');
    pgno = pagePointer(page.view, iline);
  }
  throw problem(db, version, pgno, 'lies too deep');
}

/** A change that was undone: what an Undo record of the log would say. */
export interface UndoneChange {
  readonly db: RecoveringDatabase;
  readonly session: Session;
  readonly version: Version;
  readonly pgno: number;
  readonly iline: number;
  /** dbtime of the page before and after. */
  readonly dbtimeBefore: number;
  readonly dbtime: number;
}

/** Who is told of what is undone, before it is. */
export interface UndoObserver {
  readonly undone?: (change: UndoneChange) => void;
  /** One transaction level of a session is rolled back. */
  readonly rolledBack?: (session: Session) => void;
}

/**
 * Rolls back all sessions, level by level.
 * @param database the database of a dbid; changes of databases that are not there are passed over.
 * @returns the number of changes undone.
 * @throws JetError JET_errRollbackError when a node is not where its tree says.
 */
export function undoSessions(
  sessions: SessionTable,
  database: (dbid: number) => RecoveringDatabase | undefined,
  observer: UndoObserver = {},
): number {
  let count = 0;
  for (const session of sessions.all()) {
    for (const version of session.versions.newestFirst()) {
      if (session.level === 0) break;
      // Levels above that of the next change are done.
      while (session.level > version.level) endLevel(session, observer);
      const db = database(version.dbid);
      if (db === undefined) continue;
      undoOne(db, session, version, observer);
      count++;
    }
    while (session.level > 0) endLevel(session, observer);
    session.rollback(0);
  }
  return count;
}

function endLevel(session: Session, observer: UndoObserver): void {
  observer.rolledBack?.(session);
  session.level--;
}

function undoOne(db: RecoveringDatabase, session: Session, version: Version, observer: UndoObserver): void {
  const { page, iline } = findNode(db, version);
  const dbtimeBefore = page.view.dbtime;
  db.dbtime++;
  observer.undone?.({ db, session, version, pgno: page.pgno, iline, dbtimeBefore, dbtime: db.dbtime });
  undoOnPage(page.view, iline, version);
  db.changed(page, db.dbtime);
}
