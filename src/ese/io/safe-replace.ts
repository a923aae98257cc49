// Puts a new file in the place of an old one so that at every instant one of the two is there whole: the new one is
// complete on the disk before the rename, and the rename on the disk before anything else.
import { dirname } from 'node:path';
import { JetError } from '../../errors/jet-error.ts';
import type { FileLayer } from './file-layer.ts';

/** What the old file was when the work began: it must not have changed since. */
export interface Unchanged {
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * Renames `from` (complete, verified and on the disk, in the same volume) to `to`, with the permissions of the old file.
 * @throws JetError JET_errDatabaseInUse, and nothing is changed, when the old file is no longer what it was.
 */
export function replaceFile(from: string, to: string, before: Unchanged, layer: FileLayer): void {
  const now = layer.facts(to);
  if (now === undefined || now.size !== before.size || now.modifiedMs !== before.modifiedMs) {
    throw new JetError('JET_errDatabaseInUse', `${to}: the file was changed by someone else in the meantime`, {
      file: to,
    });
  }
  layer.copyPermissions(to, from);
  layer.rename(from, to);
  layer.syncFolder(dirname(to));
}

/** Removes a file if it is there. */
export function removeFile(path: string, layer: FileLayer): void {
  if (layer.facts(path) !== undefined) layer.unlink(path);
}

/** Removes a file and never throws: for the way out of a failure, whose own error is the one to tell. */
export function discardFile(path: string, layer: FileLayer): void {
  try {
    removeFile(path, layer);
  } catch {
    // It stays behind; the run after this one says so.
  }
}
