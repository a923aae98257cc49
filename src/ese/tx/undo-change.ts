// One change of a transaction is undone: the inverse is logged and made (format 9.7; ErrVERIUndo..., ErrLGUndo).
import { JetError } from '../../errors/jet-error.ts';
import { undoOnPage } from '../recovery/undo-node.ts';
import { undoRecord } from './transaction-records.ts';
import { TreePath } from './tree-path.ts';
import type { NodeVersion } from './version-store.ts';
import type { WriteSession } from './write-tree.ts';

/** Undoes the change of a version. @throws JetError JET_errRollbackError when its node is not where it must be. */
export function undoChange(session: WriteSession, version: NodeVersion): void {
  const { tree, key, bookmarkData, oper, rceid } = version;
  const { db } = version.database;
  const path = new TreePath(db, tree);
  try {
    path.seek(key, bookmarkData);
    const { cached, page, iline } = path.leaf;
    if (!path.exact) {
      const message = `page ${page.pgno} does not have the node of change ${rceid}, which is to be undone`;
      throw new JetError('JET_errRollbackError', message, { pgno: page.pgno });
    }
    session.beforeRecord();
    const dbtime = db.nextDbtime();
    const place = { dbid: db.dbid, session, tree, pgno: page.pgno, iline };
    const lgpos = db.log.append(undoRecord({ ...place, dbtime, dbtimeBefore: page.dbtime, rceid: 0 }, version));
    undoOnPage(page, iline, {
      rceid,
      oper,
      level: version.level,
      dbid: db.dbid,
      pgnoFDP: tree.pgnoFDP,
      objidFDP: tree.objidFDP,
      unique: tree.unique,
      key,
      bookmarkData,
      before: version.before,
      delta: version.delta,
      deltaOffset: version.deltaOffset,
      unlogged: false,
    });
    db.changed(cached, dbtime, lgpos, session);
  } finally {
    path.release();
  }
}
