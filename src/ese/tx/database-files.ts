// Where an instance finds its databases by the paths that its logs know: files, or memory in tests.
import { JetError } from '../../errors/jet-error.ts';
import type { PageStore } from '../cache/page-store.ts';
import type { FoundHeader } from '../header/read-db-header.ts';

/** A database that was opened. */
export interface OpenedFile {
  readonly store: PageStore;
  readonly header: FoundHeader;
}

/** The databases an instance can reach. A store that is closed can be opened again. */
export interface DatabaseFiles {
  /** Opens a database for changes; undefined: there is none. @throws JetError: denied, in use, not a database. */
  open(path: string): OpenedFile | undefined;
  /**
   * Makes an empty file. `replace`: one that is there goes.
   * @throws JetError JET_errDatabaseDuplicate when there is one; JET_errDiskFull and others.
   */
  create(path: string, pageSize: number, replace: boolean): PageStore;
  /** Removes a file that is not open, if it is there. */
  remove(path: string): void;
}

/** Stands for files where there are none. */
export const NO_DATABASE_FILES: DatabaseFiles = {
  open: () => undefined,
  remove: () => undefined,
  create: (path) => {
    throw new JetError('JET_errInvalidParameter', `${path}: the instance has no files of databases`);
  },
};
