// Why recovery comes before repair.
import { JetError } from '../errors/jet-error.ts';
import { DbState } from '../ese/header/db-state.ts';
import { readDbHeader } from '../ese/header/read-db-header.ts';
import { FileSource } from '../ese/io/file-source.ts';
import { requiredLogs } from '../eseutil/required-logs.ts';

/** A warning where the database is dirty and logs hold some of its data; undefined where no log is needed. */
export function logsWarning(path: string): string | undefined {
  const source = new FileSource(path);
  try {
    const { header } = readDbHeader(source);
    const isDirty = header.dbstate === DbState.DirtyShutdown || header.dbstate === DbState.DirtyAndPatchedShutdown;
    const logs = isDirty ? requiredLogs(path, header) : undefined;
    if (logs === undefined) return undefined;
    const range = logs.first === logs.last ? `log ${logs.first}` : `logs ${logs.first} to ${logs.last}`;
    const where = logs.missing.length === 0 ? 'beside it' : 'not all of which lie beside it';
    return `The database was not shut down cleanly and needs ${range}, ${where}. Recovery comes first: repair loses what the logs hold, and they cannot be replayed afterwards.`;
  } catch (error) {
    // A header that cannot be read names no logs.
    if (error instanceof JetError) return undefined;
    throw error;
  } finally {
    source.close();
  }
}
