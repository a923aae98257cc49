// Opens a database for export: what is wrong with header, catalog and pages becomes findings.
import { JetError, jetError } from '../errors/jet-error.ts';
import { Database } from '../ese/database.ts';
import { DbState, dbStateName } from '../ese/header/db-state.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';
import { FindingLog } from './finding-log.ts';

/** A database and what was found wrong with it so far. */
export interface OpenedDatabase {
  readonly db: Database;
  readonly findings: FindingLog;
}

/** How to open. */
export interface OpenSettings {
  /** True to use pages whose checksum fails, too; they are reported all the same. */
  readonly badPages: boolean;
}

/**
 * Opens the database in `source` and reads its catalog.
 * @throws JetError when it is no database (see `Database`), or a temporary one.
 */
export function openDatabase(source: ByteSource, settings: OpenSettings): OpenedDatabase {
  let log: FindingLog | undefined;
  const db = new Database(source, {
    onFault: (pgno, _parent, reason) => log?.page(pgno, reason),
    ...(settings.badPages
      ? {
          onBadPage: (fault) => {
            if (fault.at.pgno !== undefined) log?.page(fault.at.pgno, fault);
          },
        }
      : {}),
  });
  if (db.hasNoChecksums) {
    const message = `${source.name}: this is a temporary database: without a catalog its tables cannot be told`;
    throw new JetError('JET_errFileInvalidType', message, { file: source.name });
  }
  const findings = (log = new FindingLog(db.pages.format.pageSize, db.pages.pgnoLast));
  noteHeader(db, findings);
  noteCatalog(db, findings);
  return { db, findings };
}

function noteHeader(db: Database, findings: FindingLog): void {
  const { used, header } = db.found;
  if (used !== 'primary') {
    findings.add({
      rule: 'header.damaged',
      severity: 'warning',
      jet: jetError('JET_errReadVerifyFailure'),
      at: { offset: 0 },
      message:
        used === 'shadow'
          ? 'the header is damaged: its shadow copy was used'
          : 'both copies of the header are damaged: page size and state may be wrong',
    });
  }
  if (header.dbstate !== DbState.CleanShutdown) {
    findings.add({
      rule: 'header.dirty',
      severity: 'warning',
      jet: jetError('JET_errDatabaseDirtyShutdown'),
      at: { offset: 0 },
      message: `the database was not closed (${dbStateName(header.dbstate)}): what is only in its logs is not exported`,
    });
  }
}

function noteCatalog(db: Database, findings: FindingLog): void {
  const { from, complete } = db.catalog;
  if (from === 'catalog') return;
  findings.add({
    rule: 'catalog.damaged',
    severity: complete ? 'warning' : 'error',
    jet: jetError('JET_errCatalogCorrupted'),
    at: { table: 'MSysObjects' },
    message: complete
      ? 'the catalog is damaged: its shadow was used'
      : 'the catalog and its shadow are damaged: tables or columns may be missing',
  });
}
